"""`/incident test-page`: the real chain rings, whoever asked hears what came of it, and nothing else happens."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.flows.values import ListFilter
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from tests.stories.seen import carries
from tests.stories.story import Story, a_story

RINGING = "Ringing the on-call primary with a test page. I write to you what comes of it."


async def walk(story: Story) -> None:
    await story.house.desk.trials.round()
    await story.settled()


def written(story: Story, to: str = "dee") -> list[str]:
    """What the bot wrote to a person directly."""
    workspace = story.workspace.slack.workspace
    person = workspace.person(to)
    found = [room for room in workspace.channels.values() if room.im_user == person.id]
    return [one.text for room in found for one in room.messages.values() if one.by_bot]


def rung_by_tests(story: Story) -> list[str]:
    return [ring.summary for ring in story.workspace.pagerduty.phone.rings if "[TEST]" in ring.summary]


async def test_an_answer_on_the_phone_is_told_to_whoever_asked_and_the_page_is_ended(tmp_path: Path):
    async with a_story(tmp_path) as story:
        assert RINGING in str((await story.slack("test-page")).text)
        await walk(story)
        [ring] = story.workspace.pagerduty.phone.rings
        assert ring.summary.startswith("[TEST] incidentbot: a test page for the on-call primary.")
        await story.workspace.pagerduty.acknowledge(ring.incident_id, by=ring.user.name)
        story.clock.skip(timedelta(seconds=40))
        await walk(story)
        await walk(story)

        answer = f"{ring.user.name} answered the test page for the on-call primary after 40 s."
        assert written(story) == [answer]
        opened = story.workspace.pagerduty.incidents.find(ring.incident_id)
        assert opened is not None
        assert opened.status.value == "resolved"
        assert await story.house.store.incidents(only=ListFilter("all")) == []


async def test_a_role_is_rung_once_in_ten_minutes_whoever_asks(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("test-page")
        await walk(story)
        story.clock.skip(timedelta(minutes=3))
        answer = await story.slack("test-page on-call primary", by="bo")
        assert "was rung by a test page 3 min ago; once in 10 min is the most. Nobody was paged." in str(
            answer.text
        )
        await walk(story)
        assert len(rung_by_tests(story)) == 1
        story.clock.skip(timedelta(minutes=8))
        await walk(story)
        await story.slack("test-page", by="bo")
        await walk(story)
        assert len(rung_by_tests(story)) == 2


async def test_nobody_who_answers_is_told_as_well(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("test-page")
        await walk(story)
        story.clock.skip(timedelta(minutes=10))
        await walk(story)
        assert [line[:66] for line in written(story)] == [
            "Nobody answered the test page for the on-call primary within 10 mi"
        ]


async def test_with_a_routing_key_alone_it_says_what_cannot_be_heard(tmp_path: Path):
    async with a_story(tmp_path, paging="events") as story:
        await story.slack("test-page")
        await walk(story)
        assert len(rung_by_tests(story)) == 1
        assert "I cannot hear whether a phone rang" in written(story)[0]
        story.clock.skip(timedelta(minutes=10))
        await walk(story)
        ring = story.workspace.pagerduty.phone.rings[-1]
        opened = story.workspace.pagerduty.incidents.find(ring.incident_id)
        assert opened is not None
        assert opened.status.value == "resolved"


async def test_what_is_not_reached_is_told_plainly(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.pagerduty.faults.plan("POST /incidents", Fault(Failure.STATUS, 503), times=9)
        await story.slack("test-page")
        await walk(story)
        assert written(story) == []
        story.clock.skip(timedelta(minutes=2))
        await walk(story)
        [told] = written(story)
        assert told.startswith(
            "The test page for the on-call primary did not get through: PagerDuty is in trouble"
        )


async def test_without_a_pager_it_says_so(tmp_path: Path):
    async with a_story(tmp_path, paging="") as story:
        assert "No pager is connected" in str((await story.slack("test-page")).text)


@pytest.mark.parametrize("typed", ["test-page the cat", "test-page team leed"])
async def test_a_slip_wakes_nobody(tmp_path: Path, typed: str):
    async with a_story(tmp_path) as story:
        await story.slack(typed)
        await walk(story)
        assert rung_by_tests(story) == []


async def test_a_restart_goes_on_with_it_and_rings_no_second_time(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("test-page")
        await walk(story)
        await story.restart(away=timedelta(minutes=1))
        await walk(story)
        assert len(rung_by_tests(story)) == 1
        ring = story.workspace.pagerduty.phone.rings[-1]
        await story.workspace.pagerduty.acknowledge(ring.incident_id, by=ring.user.name)
        await walk(story)
        assert len(written(story)) == 1


def asked(story: Story, who: str) -> Message:
    """The message with the button that the bot wrote to somebody who is rung by a test page."""
    room = story.workspace.slack.workspace.direct_message(story.workspace.slack.workspace.person(who).id)
    return next(one for one in room.messages.values() if carries(one, names.ANSWER_TRIAL))


async def test_a_press_answers_it_ends_it_at_the_pager_and_tells_who_was_first(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("test-page")
        await walk(story)
        message = asked(story, "ana")
        assert "[TEST]" in message.text
        story.clock.skip(timedelta(seconds=40))
        await story.press(message, names.ANSWER_TRIAL, by="ana")
        mine = await story.whispered("ana", message.channel, "You answered the test page")
        assert "after 40 s. It is ended at the pager, too." in mine
        await walk(story)

        told = "<@U0ANA> answered the test page for the on-call primary in Slack after 40 s."
        assert written(story) == [told]
        [ring] = story.workspace.pagerduty.phone.rings
        opened = story.workspace.pagerduty.incidents.find(ring.incident_id)
        assert opened is not None
        assert opened.status.value == "resolved"

        await story.press(message, names.ANSWER_TRIAL, by="ana")
        assert await story.whispered("ana", message.channel, f"{told} It is over.")
        story.clock.skip(timedelta(minutes=10))
        await walk(story)
        await story.press(message, names.ANSWER_TRIAL, by="ana")
        assert await story.whispered("ana", message.channel, "That test page is over.")
        assert written(story) == [told]


async def test_an_answer_on_the_phone_is_what_a_later_press_reads(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("test-page")
        await walk(story)
        [ring] = story.workspace.pagerduty.phone.rings
        await story.workspace.pagerduty.acknowledge(ring.incident_id, by=ring.user.name)
        await walk(story)
        message = asked(story, "ana")
        await story.press(message, names.ANSWER_TRIAL, by="ana")

        assert "answered the test page" in await story.whispered("ana", message.channel, "It is over.")


async def test_with_a_routing_key_alone_a_press_is_heard_all_the_same(tmp_path: Path):
    async with a_story(tmp_path, paging="events") as story:
        await story.slack("test-page")
        await walk(story)
        await story.press(asked(story, "ana"), names.ANSWER_TRIAL, by="ana")
        await walk(story)

        deaf, told = written(story)
        assert "I cannot hear" in deaf
        assert told.startswith("<@U0ANA> answered the test page")
        assert story.theirs.status.value == "resolved"


async def test_a_message_whose_posting_was_not_heard_is_written_once(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("test-page")
        story.workspace.slack.faults.plan("chat.postMessage", Fault(Failure.CUT_AFTER))
        await walk(story)
        await walk(story)

        assert len(written(story, "ana")) == 1
