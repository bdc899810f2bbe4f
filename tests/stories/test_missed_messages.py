"""What was said while the bot was away, or deaf, is in the draft all the same: once, with its threads and its pins."""

from datetime import timedelta
from pathlib import Path

from incidentbot.core.messages import Message
from incidentbot.playground.faults import Failure, Fault
from tests.stories.story import Story, a_story


async def kept(story: Story) -> list[Message]:
    """What people wrote, as it is kept."""
    assert story.house.slack.catch_up is not None
    await story.house.slack.catch_up.settled()
    messages = await story.house.store.messages((await story.incident()).id)
    return [one for one in messages if one.user == "U0DEE" and one.subtype is None]


def lose_events(story: Story) -> None:
    """As Slack does after an hour of nobody listening."""
    story.workspace.slack.events.deliveries_per_event = 0


async def test_what_was_said_while_the_bot_was_stopped_is_read_from_the_history(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        room = await story.room_id()
        await story.say("before", by="dee", channel=room)
        slack = story.workspace.slack
        await story.close()
        lose_events(story)
        story.clock.skip(timedelta(minutes=1))
        ts = await slack.say("dee", room, "the disk is full")
        await slack.say("dee", room, "which one?", thread_ts=ts)
        story.clock.skip(timedelta(minutes=10))
        await story.open()

        found = await kept(story)

        assert [one.text for one in found] == ["before", "the disk is full", "which one?"]
        assert [one.thread_ts for one in found] == [None, ts, ts]


async def test_a_second_start_reads_nothing_twice_and_the_bots_own_lines_are_not_evidence(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        room = await story.room_id()
        await story.say("rolled back", by="dee", channel=room)
        before = await story.house.store.messages((await story.incident()).id)
        await story.restart(away=timedelta(minutes=5))
        await kept(story)
        await story.restart(away=timedelta(minutes=5))

        assert [one.text for one in await kept(story)] == ["rolled back"]
        after = await story.house.store.messages((await story.incident()).id)
        assert {one.ts: one.subtype for one in before} == {
            one.ts: one.subtype for one in after if one.ts in {each.ts for each in before}
        }


async def test_a_closed_incident_is_left_alone(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        await story.room("resolve it was the disk")
        room = await story.room_id()
        await story.room("review waive a test")
        await story.room("close")
        slack = story.workspace.slack
        await story.close()
        lose_events(story)
        await slack.say("dee", room, "thank you all")
        calls = len([one for one in slack.calls if one.method == "conversations.history"])
        await story.open()

        assert await kept(story) == []
        assert len([one for one in slack.calls if one.method == "conversations.history"]) == calls


async def test_after_the_line_was_cut_what_was_said_meanwhile_is_there(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        slack, room = story.workspace.slack, await story.room_id()
        lose_events(story)
        slack.sockets.refuse_sockets = True
        slack.sockets.drop_sockets()
        tried = slack.sockets.tried
        await slack.sockets.watch.until(lambda: slack.sockets.tried > tried, 20)
        story.clock.skip(timedelta(minutes=4))
        await slack.say("dee", room, "nothing works")
        story.clock.skip(timedelta(minutes=4))
        slack.sockets.refuse_sockets = False
        before = len([one for one in slack.calls if one.method == "conversations.history"])
        await slack.wait_connected(30)
        await slack.until(
            lambda: len([one for one in slack.calls if one.method == "conversations.history"]) > before
        )

        assert [one.text for one in await kept(story)] == ["nothing works"]


async def test_a_pause_that_slack_asks_for_delays_the_reading_and_loses_nothing(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        room = await story.room_id()
        await story.close()
        lose_events(story)
        ts = await story.workspace.slack.say("dee", room, "the disk is full")
        await story.workspace.slack.say("dee", room, "which one?", thread_ts=ts)
        story.workspace.slack.faults.plan("conversations.replies", Fault(Failure.STATUS, 502))
        await story.open()

        assert [one.text for one in await kept(story)] == ["the disk is full", "which one?"]
