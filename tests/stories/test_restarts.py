"""The bot is stopped and started in the middle of things: nothing is lost, nothing is told twice, and late is said."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.playground.faults import Failure, Fault
from tests.stories.profiles import a_story_of
from tests.stories.seen import words
from tests.stories.story import a_story


@pytest.mark.parametrize(
    ("profile", "line", "kind", "sentence"),
    [
        ("mapme", "sev1 tiles", "breached", "Nobody has acknowledged INC-1 within 5 min (2 h 55 min late)."),
        (
            "gocarbontracker",
            "p1 reports",
            "escalated",
            "Not resolved yet after 3 h: now the on-call secondary (2 h 30 min late).",
        ),
        (
            "im-chat",
            "p2 search",
            "asked",
            "INC-1 has been open for 3 h. Should the on-call primary be called in?",
        ),
        (
            "boat-listing",
            "sev1 listings",
            "breached",
            "Nobody has acknowledged INC-1 within 5 min (2 h 55 min late).",
        ),
        (
            "missing-table",
            "sev1 tables",
            "breached",
            "INC-1 should have been restored within 1 h (2 h late).",
        ),
    ],
)
async def test_check_11_what_each_team_was_promised_meanwhile_comes_once_and_late(
    tmp_path: Path, profile: str, line: str, kind: str, sentence: str
):
    async with a_story_of(profile, tmp_path) as story:
        await story.slack(f"declare {line} are down")
        await story.restart(away=timedelta(hours=3))
        await story.restart()

        assert (await story.told(kind)).count(sentence) == 1
        assert len([text for text in await story.said() if text.endswith(sentence)]) == 1


async def test_what_was_due_while_the_bot_was_away_happens_once_late_and_says_so(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.restart(away=timedelta(minutes=40))
        await story.restart()

        assert story.rung == ["ana", "bo", "chi"]
        assert await story.told("breached", "escalated") == [
            "Nobody has acknowledged INC-1 within 5 min (35 min late).",
            "Nobody acknowledged after 40 min: now the on-call secondary (25 min late).",
            "Nobody acknowledged after 40 min: now the team lead (10 min late).",
        ]
        loud = [text for text in await story.said() if text.startswith(":rotating_light:")]
        assert len(loud) == 3


async def test_an_ack_on_the_phone_while_the_bot_was_away_is_heard_when_it_is_back(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        ring = story.workspace.pagerduty.phone.rings[-1]
        await story.close()
        story.clock.skip(timedelta(minutes=2))
        await story.workspace.pagerduty.acknowledge(ring.incident_id, by="ana")
        story.clock.skip(timedelta(minutes=10))
        await story.open()
        await story.hear_phones()
        await story.fast_forward(hours=1)

        acks = [one.fact for one in await story.facts() if one.fact.kind is FactKind.ACKNOWLEDGED]
        assert [(ack.by, ack.at - story.workspace.pagerduty.phone.rings[0].at) for ack in acks] == [
            ("U0ANA", timedelta(minutes=2))
        ]
        assert story.rung == ["ana"]


async def test_a_restart_posts_no_second_card_room_or_announcement(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        before = {name: len(story.posted(name)) for name in ("#incidents", "#on-call", await story.room_id())}
        card = await story.card()
        await story.restart()
        await story.room("ack", by="bo")

        assert len(story.posted("#incidents")) == before["#incidents"]
        assert len(story.posted("#on-call")) == before["#on-call"]
        assert (await story.said())[1:] == ["<@U0BO> acknowledged after 0 s. Escalation stops."]
        assert "<@U0BO>, 2026-11-23 14:00 UTC" in words(card)


async def test_what_nothing_repeats_any_more_is_dropped_at_a_start_a_month_later(tmp_path: Path):
    def kept() -> set[str]:
        with closing(sqlite3.connect(tmp_path / "incidentbot.db")) as books:
            rows = books.execute("SELECT key FROM requests UNION SELECT event FROM message_events")
            return {name for (name,) in rows}

    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.slack("resolve INC-1 a restart")
        said, before = await story.said(), kept()
        assert before
        await story.close()
        story.clock.skip(timedelta(days=31))
        await story.open()
        async with asyncio.timeout(5):
            while kept() & before:  # noqa: ASYNC110 - the books ring no bell
                await asyncio.sleep(0.02)

        assert (await story.said())[: len(said)] == said


async def test_an_ack_made_on_the_phone_while_the_bot_was_down_keeps_the_rungs_after_it_from_ringing(
    tmp_path: Path,
) -> None:
    """Down past two rungs: what was answered meanwhile is asked for before anything overdue fires."""
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        ring = story.duty.phone.rings[-1]
        await story.close()
        story.clock.skip(timedelta(minutes=7))
        await story.duty.acknowledge(ring.incident_id, by="ana")
        story.clock.skip(timedelta(minutes=33))
        await story.open()
        await story.settled()

        assert story.rung == ["ana"]
        assert await story.told("escalated", "breached") == []
        assert "acknowledged in PagerDuty after 7 min, 2 min late. Escalation stops." in " ".join(
            await story.said()
        )


async def test_an_ack_that_could_not_be_asked_for_in_time_says_that_it_came_before_the_pages(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        ring = story.duty.phone.rings[-1]
        await story.close()
        story.clock.skip(timedelta(minutes=7))
        await story.duty.acknowledge(ring.incident_id, by="ana")
        story.clock.skip(timedelta(minutes=33))
        story.duty.faults.plan("GET /incidents/{id}", Fault(Failure.STATUS, status=503))
        await story.open()
        await story.settled()
        await story.hear_phones()
        acknowledged = next(line for line in await story.said() if "acknowledged in PagerDuty" in line)
        assert (
            "before the on-call secondary and the team lead were called in: I hear of it only now."
            in acknowledged
        )
