"""Alerts while Slack, the database or the bot are in trouble: told once, told at last, and nothing in the way of others."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from incidentbot.core.incident import Status
from incidentbot.flows.watchdog.troubles import Kind
from incidentbot.playground.faults import Failure, Fault
from tests.stories.alerts import WIRING, a_group, one, post, send
from tests.stories.seen import words
from tests.stories.story import T0, Story, a_story

WARNING = a_group(one("DiskFilling", severity="warning"))
TROUBLE = {
    "answers 503": Fault(Failure.STATUS, 503),
    "asks for a pause": Fault(Failure.STATUS, 429, retry_after_s=7),
    "is cut before": Fault(Failure.CUT_BEFORE),
    "is cut after": Fault(Failure.CUT_AFTER),
}


async def notices(story: Story) -> dict[str, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{story.house.local_url}/health/full") as answer,
    ):
        found: dict[str, str] = (await answer.json())["notices"]
        return found


def told(story: Story) -> list[str]:
    return [words(one) for one in story.posted("#incidents") if "DiskFilling" in words(one)]


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.join"])
async def test_a_post_that_fails_is_made_good_once(tmp_path: Path, method: str, trouble: str):
    async with a_story(tmp_path, wiring=WIRING) as story:
        story.workspace.slack.faults.plan(method, TROUBLE[trouble], times=2)
        await send(story, WARNING)
        await story.fast_forward(minutes=2)

        assert len(told(story)) == 1
        assert "alerts" not in await notices(story)


async def test_a_post_that_cannot_be_made_is_named_by_health_and_waits(tmp_path: Path):
    team = tmp_path / "elsewhere.yaml"
    team.write_text('schema: 1\nroles: {}\nchannels: {incidents: "#nowhere"}\n', encoding="utf-8")
    async with a_story(tmp_path, paging="", wiring={**WIRING, "INCIDENTBOT_TEAM": str(team)}) as story:
        await send(story, WARNING)

        assert "There is no channel #nowhere." in (await notices(story))["alerts"]
        group = f"deferred until {await story.house.alerts.next_at()}"
        assert group == f"deferred until {T0 + timedelta(seconds=30)}"


async def test_what_was_being_posted_when_the_bot_stopped_is_not_posted_again(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        story.workspace.slack.faults.plan("chat.postMessage", Fault(Failure.CUT_AFTER))
        answer = await post(story, WARNING)
        assert answer.status == 202
        await story.workspace.slack.until(lambda: told(story))
        await story.restart(away=timedelta(minutes=1))
        await story.fast_forward(minutes=2)

        assert len(told(story)) == 1


async def test_an_alert_that_ended_while_the_bot_was_away_is_asked_about_when_it_is_back(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one()))
        await story.restart(away=timedelta(hours=1))
        await send(story, a_group(one(ended_at=T0 + timedelta(minutes=30))))

        incident = await story.incident()
        assert incident.status is Status.OPEN
        assert await story.told("alert_resolved") == [
            "Alertmanager: HighErrorRate (web-1) is over since 14:30 UTC."
        ]


async def test_the_door_is_shut_where_no_token_is_set(tmp_path: Path):
    async with a_story(tmp_path) as story:
        assert (await post(story, a_group(one()))).status == 404


async def test_what_opens_an_incident_takes_over_what_could_not_be_posted_yet(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        story.workspace.slack.faults.plan("chat.postMessage", Fault(Failure.STATUS, 503))
        await send(story, WARNING)
        await send(story, a_group(one("DiskFilling", severity="warning"), one("DiskFull")))
        await story.fast_forward(minutes=2)

        alerts = (await story.incident()).alerts
        assert alerts is not None
        assert alerts.firing == 2
        assert any("DiskFilling" in text and "DiskFull" in text for text in await story.said())
        assert told(story) == []


async def test_a_critical_alert_behind_five_thousand_others_pages(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        mild = [one(instance=f"web-{number}", severity="warning") for number in range(5000)]
        await send(story, a_group(*mild, one("DatabaseDown")))

        assert story.rung == ["ana"]
        assert any("DatabaseDown" in text for text in await story.said())


async def test_a_delivery_that_is_refused_is_shown_by_health_and_complained_of(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        answer = await post(story, {"alerts": []})
        for _ in range(2):
            await story.house.audit.round()

        assert answer.status == 400
        found = await notices(story)
        assert "Refused at /intake/alertmanager in the last hour: 1" in found["intake"]
        assert "Deliveries of alerts that could not be taken in: 1;" in found["alerts"]
        assert [one.kind for one in story.house.audit.troubles] == [Kind.ALERTS]
