"""What health answers when something is wrong: what can be worked with stays in service, what cannot is named in words."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from incidentbot.clock import StillClock, new_id
from incidentbot.flows.alerts.alert_desk import AlertDesk
from incidentbot.flows.alerts.alert_ports import AlertPost
from incidentbot.flows.handle import Handler
from incidentbot.flows.pager_events import PagerEvent
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import connect
from incidentbot.store.store import SqlStore
from incidentbot.web.health import Health
from incidentbot.web.server import address_of, serving, take_address
from tests.stories.story import a_story

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


async def asked(url: str) -> tuple[int, Mapping[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("path", ["/ready", "/health/full"])
async def test_what_was_set_aside_is_named_and_takes_nobody_out_of_service(tmp_path: Path, path: str) -> None:
    async with a_story(tmp_path, webhooks=True) as story:
        unread = PagerEvent(new_id(), "", "incident.escalated", "", story.clock.now(), json.dumps({}))
        await story.house.store.pager_events.keep(unread)
        await story.settled()

        status, answer = await asked(f"{story.house.local_url}{path}")

    assert (status, answer["status"], answer["problems"]) == (200, "ok", {})
    assert answer["notices"] == {"pagerduty": "1 of PagerDuty's webhooks could not be read; look there."}


class Nobody:
    async def post_alerts(self, post: AlertPost) -> None:
        raise AssertionError(f"nothing is posted without a database: {post}")


@pytest.mark.parametrize("path", ["/ready", "/health/full"])
async def test_a_database_that_is_away_is_said_without_its_address(tmp_path: Path, path: str) -> None:
    clock, policy = StillClock(T0), load("im-chat")
    database = connect(f"postgresql://nobody@/nothing?host={tmp_path}")
    store = SqlStore(database, clock)
    handler = Handler(store, clock, lambda: policy, lambda: None, lambda: None)
    desk = AlertDesk(store, handler, Nobody())
    app, address = web.Application(), take_address("127.0.0.1", 0)
    Health(store, clock, {"alerts": desk.pulse.problem}, {"alerts": desk.notice}).mount(app)
    async with serving(app, address):
        status, answer = await asked(f"{address_of(address, '127.0.0.1')}{path}")
    await database.close()

    assert (status, answer["status"]) == (503, "not ready")
    assert answer["problems"] == {"database": "The database cannot be used now; the log tells why."}
    assert str(tmp_path) not in json.dumps(answer)
