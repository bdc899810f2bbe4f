"""Notes, priorities and replies, as they go between Slack and PagerDuty; and what is heard with a routing key alone."""

from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.policy import Severity, State
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import paperwork
from incidentbot.playground.pagerduty.account import Priority
from incidentbot.playground.pagerduty.incidents import Agent, Cause
from incidentbot.slack import names
from tests.stories.seen import words
from tests.stories.story import a_story

LINE = "declare sev1 checkout is down"
OURS = tuple(Priority(f"PPRIO1{level}", f"P{level}", "") for level in range(4))


async def test_a_note_written_there_is_on_the_timeline_by_its_writer_and_does_not_go_back(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.note(story.theirs.id, "restarting <db-1>, call +49 30 1234567", by="ana")
        await story.settled()

        noted = [one.fact for one in await story.facts() if one.fact.kind is FactKind.NOTED]
        assert [(one.by, one.text) for one in noted] == [
            ("U0ANA", "restarting &lt;db-1&gt;, call [redacted:phone]")
        ]
        assert len(story.theirs.notes) == 1


async def test_a_note_by_somebody_whom_slack_does_not_know_has_their_name(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.note(story.theirs.id, "watching", by="incidentbot@example.com")
        await story.settled()

        assert await story.told(FactKind.NOTED) == ["Incident Bot: watching"]


async def test_a_note_written_here_is_written_there_in_the_persons_name_and_is_one(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.room("note the deploy began at two", by="bo")
        await story.settled()

        assert [(note.by.name, note.text) for note in story.theirs.notes] == [
            ("Bo", "Noted in Slack: the deploy began at two")
        ]
        assert await story.told(FactKind.NOTED) == ["the deploy began at two"]


async def test_a_person_whom_pagerduty_does_not_know_is_named_in_the_note_and_the_note_is_one(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        del story.duty.account.users["PUBO"]
        await story.room("note the deploy began at two", by="bo")
        await story.room("ack", by="bo")
        await story.settled()

        assert [(note.by.name, note.text) for note in story.theirs.notes] == [
            ("Incident Bot", "Noted in Slack by bo@example.com. the deploy began at two"),
            ("Incident Bot", "Acknowledged in Slack by bo@example.com."),
        ]
        assert await story.told(FactKind.NOTED) == ["the deploy began at two"]
        assert (await story.incident()).milestones[State.ACKNOWLEDGED].by == "U0BO"


async def test_a_note_that_pagerduty_cannot_take_is_shown_to_people(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        story.duty.faults.plan("POST /incidents/{id}/notes", Fault(Failure.STATUS, status=403), times=2)
        await story.room("note the deploy began at two", by="bo")

        assert any("Writing the note in PagerDuty did not work" in line for line in await story.said())


async def test_a_new_incident_has_the_priority_of_its_severity_and_follows_it(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        story.duty.account.priorities = OURS
        await story.restart()
        await story.slack(LINE)
        assert story.theirs.priority == OURS[0]
        await story.room("severity p1 fewer people than thought", by="ana")
        await story.settled()

        assert story.theirs.priority == OURS[1]
        assert await story.told(FactKind.PRIORITY_SET) == []


async def test_priorities_that_were_renamed_stop_no_page(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.duty.account.priorities = OURS
        await story.restart()
        story.duty.account.priorities = ()
        await story.slack(LINE)

        assert story.rung == ["ana"]
        assert story.theirs.priority is None


async def test_priorities_of_another_scheme_are_left_alone(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.room("severity p1 fewer people than thought", by="ana")

        assert [one.name for one in story.duty.account.priorities] == ["P1", "P2", "P3", "P4", "P5"]
        assert story.theirs.priority is None


async def test_a_priority_set_there_is_told_and_following_it_is_offered(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        story.duty.account.priorities = OURS
        await story.restart()
        await story.slack(LINE)
        await story.duty.set_priority(story.theirs.id, "P2", by="ana")
        await story.settled()

        asked = "<@U0ANA> set the priority to P2 in PagerDuty. Here it is P0: should it be P2, too?"
        assert await story.told(FactKind.PRIORITY_SET) == [asked]
        assert (await story.incident()).severity is Severity.P0
        offer = story.newest(await story.room_id(), names.SEVERITY_TO)
        assert asked in words(offer)
        await story.press(offer, names.SEVERITY_TO, by="bo")
        assert (await story.incident()).severity is Severity.P2
        assert story.theirs.priority == OURS[2]
        assert len(await story.told(FactKind.PRIORITY_SET)) == 1


@pytest.mark.parametrize(
    ("joins", "said"),
    [
        (True, "<@U0BO> joins as a responder (said in PagerDuty)."),
        (False, "<@U0BO> declined to help (said in PagerDuty)."),
    ],
)
async def test_what_a_responder_replies_is_told_and_who_joins_is_invited(
    tmp_path: Path, *, joins: bool, said: str
):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        ana, bo = (story.duty.account.users[user] for user in ("PUANA", "PUBO"))
        asked = paperwork.Request(ana, "please help", (bo,))
        paperwork.ask_responders(story.duty.records, story.theirs, asked, Agent(Cause.PERSON, ana))
        await story.duty.respond(story.theirs.id, by="bo", joins=joins)
        await story.settled()

        assert await story.told(FactKind.RESPONDED) == [said]
        members = story.workspace.slack.workspace.channel(await story.room_id()).members
        assert ("U0BO" in members) is joins


async def test_with_a_routing_key_and_webhooks_an_ack_on_the_phone_is_heard(tmp_path: Path):
    async with a_story(tmp_path, paging="events", webhooks=True) as story:
        await story.slack(LINE)
        assert "is not heard" not in words(await story.card())
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        await story.fast_forward(hours=1)

        assert "<@U0ANA> acknowledged in PagerDuty after 0 s. Escalation stops." in await story.said()
        assert story.rung == ["ana"]


async def test_with_a_routing_key_an_ack_taken_back_on_the_phone_can_be_given_again_here(tmp_path: Path):
    async with a_story(tmp_path, paging="events", webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        await story.duty.unacknowledge(story.theirs.id, by="ana")
        await story.settled()
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
        await story.room("ack", by="ana")
        await story.settled()

        assert story.theirs.status == "acknowledged"
        assert len(story.duty.incidents) == 1
