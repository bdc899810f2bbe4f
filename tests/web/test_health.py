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
from incidentbot.pagerduty.oncall import Roster
from incidentbot.playground.faults import Failure, Fault
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import connect, open_store
from incidentbot.store.store import SqlStore
from incidentbot.web.health import Health, Standing
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


@pytest.mark.parametrize("path", ["/ready", "/health/full"])
async def test_a_pagerduty_that_is_away_takes_slack_from_nobody(tmp_path: Path, path: str) -> None:
    async with a_story(tmp_path) as story:
        roster = story.house.desk.oncall
        assert isinstance(roster, Roster)
        story.workspace.pagerduty.faults.plan("*", Fault(Failure.STATUS, status=503), times=50)
        await roster.refresh()

        status, answer = await asked(f"{story.house.local_url}{path}")

    assert (status, answer["status"]) == (200, "degraded")
    assert "is not known anew" in answer["problems"]["pagerduty"]


async def test_the_board_has_a_quiet_line_while_the_bot_itself_is_not_well(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story, aiohttp.ClientSession() as browser:
        base = story.house.local_url
        async with browser.get(f"{base}/incidents") as board:
            assert 'hx-get="/health/line"' in await board.text()
        async with browser.get(f"{base}/health/line") as well:
            assert (well.status, await well.text()) == (200, "")
        roster = story.house.desk.oncall
        assert isinstance(roster, Roster)
        story.workspace.pagerduty.faults.plan("*", Fault(Failure.STATUS, status=503), times=50)
        await roster.refresh()

        async with browser.get(f"{base}/health/line") as ill:
            line = await ill.text()
    assert line.startswith('<p class="calm">Not all is well with the bot itself: ')
    assert "is not known anew" in line


async def a_stranger() -> str:
    return "Kim is on call in PagerDuty, but has no account in Slack by that address."


async def test_ready_asks_only_whether_this_process_can_serve(tmp_path: Path) -> None:
    clock, standing = StillClock(T0), Standing()
    app, address = web.Application(), take_address("127.0.0.1", 0)
    url = f"{address_of(address, '127.0.0.1')}/ready"
    async with open_store(f"sqlite:///{tmp_path}/house.db", clock) as store:
        Health(store, clock, {"pagerduty": a_stranger}, {}, standing=standing).mount(app)
        async with serving(app, address):
            starting = await asked(url)
            standing.begin()
            open_ = await asked(url)
            standing.end()
            stopping = await asked(url)

    assert [status for status, _ in (starting, open_, stopping)] == [503, 200, 503]
    assert starting[1]["problems"]["house"] == "It is starting."
    assert (open_[1]["status"], open_[1]["problems"]) == ("degraded", {"pagerduty": await a_stranger()})
    assert stopping[1]["problems"]["house"] == "It is stopping."


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
    standing = Standing()
    standing.begin()
    probes, notices = {"alerts": desk.pulse.problem}, {"alerts": desk.notice}
    Health(store, clock, probes, notices, standing=standing).mount(app)
    async with serving(app, address):
        status, answer = await asked(f"{address_of(address, '127.0.0.1')}{path}")
    await database.close()

    assert (status, answer["status"]) == (503, "not ready")
    assert answer["problems"] == {"database": "The database cannot be used now; the log tells why."}
    assert str(tmp_path) not in json.dumps(answer)
