"""What is done in PagerDuty is told and followed here, by the person who did it; and what is done here, there."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Status
from incidentbot.core.policy import State
from incidentbot.playground.pagerduty import climbing, life
from incidentbot.playground.pagerduty.incidents import Agent, Cause
from tests.stories.story import T0, a_story

LINE = "declare sev1 checkout is down"


async def test_an_ack_on_the_phone_is_told_at_once_with_the_person_and_pagerdutys_instant(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        story.clock.skip(timedelta(seconds=70))
        await story.duty.acknowledge(story.theirs.id, by="ana")
        story.clock.skip(timedelta(seconds=5))
        await story.settled()

        ack = (await story.incident()).milestones[State.ACKNOWLEDGED]
        assert (ack.by, ack.at) == ("U0ANA", T0 + timedelta(seconds=70))
        assert "<@U0ANA> acknowledged in PagerDuty after 1 min 10 s. Escalation stops." in await story.said()


async def test_an_ack_made_here_comes_back_and_is_one(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.room("ack", by="bo")
        await story.settled()

        assert [one.event_type for one in story.duty.webhooks.deliveries] == [
            "incident.triggered",
            "incident.acknowledged",
        ]
        assert await story.told(FactKind.ACKNOWLEDGED) == ["<@U0BO> acknowledged after 0 s."]
        assert (await story.incident()).milestones[State.ACKNOWLEDGED].by == "U0BO"


async def test_the_first_ack_wins_wherever_the_second_is_made(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        await story.duty.acknowledge(story.theirs.id, by="bo")
        await story.settled()

        assert (await story.incident()).milestones[State.ACKNOWLEDGED].by == "U0ANA"
        assert len(await story.told(FactKind.ACKNOWLEDGED)) == 1


async def test_an_ack_taken_back_starts_the_ladder_again_and_names_who(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.fast_forward(minutes=30)
        assert story.rung == ["ana"]
        await story.duty.unacknowledge(story.theirs.id, by="ana")
        await story.settled()

        incident = await story.incident()
        assert (incident.epoch, incident.reached(State.ACKNOWLEDGED)) == (2, False)
        said = "<@U0ANA> took the acknowledgement back in PagerDuty. The ladder starts again."
        assert (await story.told(FactKind.ACK_TAKEN_BACK)) == [said]
        assert any(line.endswith(said) for line in await story.said())
        assert story.rung == ["ana", "ana"], "PagerDuty rings again by itself, and nobody is rung beside that"
        await story.fast_forward(minutes=14)
        assert story.rung == ["ana", "ana"]
        await story.fast_forward(minutes=1)
        assert story.rung == ["ana", "ana", "bo"]
        assert len(story.duty.incidents) == 1, "the same incident climbs"


async def test_an_ack_here_after_one_was_taken_back_there_is_an_ack_there(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.duty.unacknowledge(story.theirs.id, by="ana")
        await story.settled()
        await story.room("ack", by="bo")
        await story.fast_forward(hours=1)

        assert [stamp.user.name for stamp in story.theirs.acknowledgements] == ["Bo"]
        assert (await story.incident()).milestones[State.ACKNOWLEDGED].by == "U0BO"
        assert story.rung == ["ana", "ana"]
        await story.room("resolve rolled back", by="bo")
        assert not story.theirs.is_open


async def test_an_ack_that_pagerduty_ends_by_itself_ends_here(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        life.unacknowledge(story.duty.records, story.theirs, Agent(Cause.CLOCK, story.theirs.service))
        await story.settled()

        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
        assert await story.told(FactKind.ACK_TAKEN_BACK) == [
            "PagerDuty took the acknowledgement back by itself. The ladder starts again."
        ]


async def test_where_people_are_at_work_an_ack_taken_back_is_told_and_the_ladder_leaves_them_alone(
    tmp_path: Path,
):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.room("mitigate traffic is elsewhere", by="ana")
        await story.duty.unacknowledge(story.theirs.id, by="bo")
        await story.fast_forward(hours=1)

        assert (await story.incident()).epoch == 1
        assert await story.told(FactKind.HANDED_ON) == [
            "<@U0BO> took the acknowledgement back in PagerDuty. Phones ring again there: Acknowledge silences them."
        ]
        assert story.rung == ["ana", "ana"]


async def test_who_was_rung_by_an_escalation_there_is_not_rung_again_by_the_ladder(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.escalate(story.theirs.id, by="ana")
        await story.settled()

        assert await story.told(FactKind.HANDED_ON) == [
            "<@U0ANA> escalated it in PagerDuty; <@U0BO> has it now."
        ]
        members = story.workspace.slack.workspace.channel(await story.room_id()).members
        assert "U0BO" in members
        await story.fast_forward(minutes=15)
        assert story.rung == ["ana", "bo"]
        await story.fast_forward(minutes=15)
        assert story.rung == ["ana", "bo", "chi"]


async def test_new_hands_have_not_acknowledged_and_the_ladder_rings_on_past_them(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        await story.duty.reassign(story.theirs.id, "bo", by="ana")
        await story.settled()

        assert await story.told(FactKind.HANDED_ON) == [
            "<@U0ANA> reassigned it in PagerDuty; <@U0BO> has it now. The ladder starts again."
        ]
        await story.fast_forward(minutes=29)
        assert story.rung == ["ana", "bo"]
        await story.fast_forward(minutes=1)
        assert story.rung == ["ana", "bo", "chi"]


@pytest.mark.parametrize("to", [["chi"], ["bo", "chi"]])
async def test_a_reassignment_there_is_told_with_everybody_who_has_it(tmp_path: Path, to: list[str]):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.reassign(story.theirs.id, to, by="ana")
        await story.settled()

        names = " and ".join(f"<@U0{who.upper()}>" for who in to)
        has = "has" if len(to) == 1 else "have"
        assert await story.told(FactKind.HANDED_ON) == [
            f"<@U0ANA> reassigned it in PagerDuty; {names} {has} it now."
        ]


async def test_a_delegation_by_pagerduty_itself_is_told(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        policy = story.duty.account.policies["PEPOL12"]
        climbing.delegate(story.duty.records, story.theirs, policy, Agent(Cause.CLOCK, story.theirs.service))
        await story.settled()

        assert await story.told(FactKind.HANDED_ON) == [
            "PagerDuty handed it to another escalation policy by itself; <@U0BO> has it now."
        ]


async def test_what_our_own_ladder_does_there_comes_back_and_is_not_told_twice(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.fast_forward(minutes=31)

        assert story.rung == ["ana", "bo", "chi"]
        events = [one.event_type for one in story.duty.webhooks.deliveries]
        assert events.count("incident.reassigned") == 2
        assert await story.told(FactKind.HANDED_ON) == []


async def test_a_resolve_and_a_reopening_there_are_ours_and_ring_once(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.resolve(story.theirs.id, by="ana")
        await story.settled()
        assert (await story.incident()).milestones[State.RESOLVED].by == "U0ANA"
        await story.duty.reopen(story.theirs.id, by="bo")
        await story.settled()

        incident = await story.incident()
        assert (incident.status, incident.epoch) == (Status.OPEN, 2)
        assert await story.told(FactKind.REOPENED) == ["<@U0BO> reopened INC-1 in PagerDuty."]
        assert story.rung == ["ana", "ana"], "PagerDuty rings for the reopening, and we do not"
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.fast_forward(hours=1)
        assert (await story.incident()).milestones[State.ACKNOWLEDGED].by == "U0ANA"
        assert (len(story.duty.incidents), story.rung) == (1, ["ana", "ana"])


async def test_a_resolve_made_here_comes_back_and_is_one(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.room("resolve rolled back", by="bo")
        await story.settled()

        assert "incident.resolved" in [one.event_type for one in story.duty.webhooks.deliveries]
        assert len(await story.told(FactKind.RESOLVED)) == 1
