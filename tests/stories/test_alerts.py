"""Alerts that open, join, flap and end, told on the whole house as an on-call would see it."""

import asyncio
from datetime import timedelta
from pathlib import Path

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Status
from incidentbot.core.policy import Severity, State
from incidentbot.core.text.words import at_time
from incidentbot.flows.drafting import draft_of
from incidentbot.flows.ports import ListFilter
from tests.stories.alerts import WIRING, a_group, one, post, send
from tests.stories.seen import buttons, words
from tests.stories.story import T0, Story, a_story

BEGAN, LATER = at_time(T0 - timedelta(minutes=3)), at_time(T0 + timedelta(minutes=2))
"""Instants as Slack shows them to each reader in their own zone."""


async def incidents(story: Story) -> int:
    return len(await story.house.store.incidents(only=ListFilter("all")))


async def test_a_critical_alert_pages_opens_a_room_and_says_where_it_came_from(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one()))

        incident = await story.incident()
        assert (incident.severity, incident.title) == (
            Severity.P0,
            "HighErrorRate: 5xx above 5 % on checkout",
        )
        assert story.rung == ["ana"]
        card = words(await story.card())
        assert "*Declared*\nAlertmanager, 2026-11-23 14:00 UTC" in card
        assert "*Alerts*: 1 of 1 fire: HighErrorRate (web-1)" in card
        assert "<http://alertmanager.example.com:9093|Open Alertmanager>" in card
        assert "Declared by Alertmanager" in words(story.posted("#incidents")[-1])
        line = next(text for text in await story.said() if text.startswith("Alertmanager:"))
        assert line.startswith(
            f"Alertmanager: HighErrorRate (web-1) fires since {BEGAN}: 5xx above 5 % on checkout"
        )
        assert "&amp;g0.tab=1|look at it>" in line


async def test_the_senders_instant_is_when_it_was_detected_and_nobody_is_invited_in_its_name(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one()))

        incident = await story.incident()
        times = (await draft_of(story.house.store, incident)).times
        assert times.detect is not None
        assert times.detect.at == T0 - timedelta(minutes=3)
        assert times.detect.confidence == "imported"
        assert times.trigger is None, "an alert tells when it was noticed, not when the fault began"
        assert incident.milestones[State.DETECTED].at == (T0 - timedelta(minutes=3)).replace(
            microsecond=123456
        )
        assert incident.joined == ()
        room = story.workspace.slack.workspace.channel(await story.room_id())
        assert "U0ANA" in room.members


async def test_a_repetition_adds_nothing_however_often_it_comes(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        for _ in range(4):
            await send(story, a_group(one()))
            await story.fast_forward(minutes=1)

        assert await incidents(story) == 1
        assert len(await story.told("alert_fired")) == 1
        assert len([text for text in await story.said() if "fires" in text]) == 1
        assert story.rung == ["ana"]


async def test_two_deliveries_at_once_open_one_incident(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        group = (a_group(one(), one(instance=f"web-{number}")) for number in range(8))
        answers = await asyncio.gather(*(post(story, body) for body in group))
        await story.settled()

        assert {answer.status for answer in answers} == {202}
        assert await incidents(story) == 1
        assert story.rung == ["ana"]
        await story.fast_forward(minutes=2)
        alerts = (await story.incident()).alerts
        assert alerts is not None
        assert alerts.firing == 8


async def test_an_alert_of_a_group_joins_its_incident_and_another_group_opens_another(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one()))
        await story.fast_forward(minutes=2)
        await send(story, a_group(one(), one(instance="web-2", began_at=T0 + timedelta(minutes=2))))

        assert await incidents(story) == 1
        assert "2 of 2 fire" in words(await story.card())
        assert any(f"HighErrorRate (web-2) fires since {LATER}" in text for text in await story.said())

        await send(story, a_group(one("DiskFull", severity="p2"), key="disks"))
        assert (await story.incident(2)).severity is Severity.P2
        assert story.rung == ["ana"]


async def test_an_alert_that_asks_for_more_raises_the_incident_and_pages_at_once(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        mild = one("Latency", severity="p2")
        await send(story, a_group(mild))
        assert story.rung == []
        await send(story, a_group(mild, one(severity="critical")))

        assert (await story.incident()).severity is Severity.P0
        assert story.rung == ["ana"]
        assert await story.told("severity_changed") == [
            "Alertmanager raised P2 to P0: an alert of the level critical"
        ]

        await story.room("severity p2 not so bad", by="bo")
        await story.fast_forward(minutes=2)
        await send(story, a_group(mild, one(severity="critical"), one("Saturated", severity="critical")))
        assert (await story.incident()).severity is Severity.P2, "a person's judgement stands"


async def test_when_the_last_alert_is_over_the_room_is_asked_and_nothing_is_resolved_by_itself(
    tmp_path: Path,
):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one()))
        await story.fast_forward(minutes=2)
        await send(story, a_group(one(ended_at=T0 + timedelta(minutes=2))))

        assert (await story.incident()).status is Status.OPEN
        question = story.newest(await story.room_id(), "incident_resolve")
        assert (
            f"HighErrorRate (web-1) is over since {LATER}. No alert of INC-1 fires any more. Is it over?"
            in question.text
        )
        assert buttons(question) == {"incident_resolve": "Resolve"}
        assert "none fires any more" in words(await story.card())

        await story.press(question, "incident_resolve")
        await story.submit("bo", what="rolled back")
        assert (await story.incident()).status is Status.RESOLVED


async def test_an_alert_that_flaps_goes_on_in_one_incident_at_a_sane_pace(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        for round_ in range(30):
            at = T0 + timedelta(seconds=20 * round_)
            await send(story, a_group(one(began_at=at)))
            await story.fast_forward(seconds=10)
            await send(story, a_group(one(began_at=at, ended_at=at + timedelta(seconds=10))))
            await story.fast_forward(seconds=10)
        await story.fast_forward(minutes=11)

        assert await incidents(story) == 1
        assert story.rung[0] == "ana"
        lines = [text for text in await story.said() if "Alertmanager:" in text]
        assert 8 <= len(lines) <= 13
        assert any("changed" in line and "fired" in line for line in lines)
        assert "No alert of INC-1 fires any more. Is it over?" in lines[-1]


async def test_a_group_that_fires_again_soon_after_it_was_resolved_brings_the_incident_back(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one()))
        await story.room("ack", by="bo")
        await send(story, a_group(one(ended_at=T0)))
        await story.room("resolve rolled back", by="bo")
        await story.fast_forward(minutes=20)
        await send(story, a_group(one(began_at=T0 + timedelta(minutes=20))))

        assert await incidents(story) == 1
        incident = await story.incident()
        assert (incident.epoch, incident.status) == (2, Status.OPEN)
        assert await story.told("reopened") == [
            "incidentbot reopened INC-1: alerts of Alertmanager fire again"
        ]
        assert story.rung == ["ana", "ana"]


async def test_a_group_that_fires_again_much_later_opens_another_incident(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one()))
        await story.room("resolve rolled back", by="bo")
        await send(story, a_group(one(ended_at=T0)))
        await story.fast_forward(hours=2)
        await send(story, a_group(one(began_at=T0 + timedelta(hours=2))))

        assert await incidents(story) == 2
        assert (await story.incident(2)).status is Status.OPEN
        assert [fact.fact.kind for fact in await story.facts(1)][-1] is FactKind.ALERT_RESOLVED


async def test_a_thousand_alerts_in_one_go_are_one_incident_and_one_line(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        many = [one(instance=f"web-{number}") for number in range(1000)]
        await send(story, a_group(*many, truncated=12))
        await send(story, a_group(*many, truncated=12))

        assert await incidents(story) == 1
        assert story.rung == ["ana"]
        lines = [text for text in await story.said() if "Alertmanager:" in text]
        assert len(lines) == 1
        assert f"1,000 alerts fire, the first since {BEGAN}: HighErrorRate (web-0)" in lines[0]
        assert "and 995 more" in lines[0]
        assert "1,000 of 1,012 fire" in words(await story.card())
