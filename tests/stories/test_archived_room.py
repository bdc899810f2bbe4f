"""A room that somebody archived: each failure is said once, and nothing runs in circles."""

from pathlib import Path

from tests.stories.story import a_story


async def test_an_archived_room_ends_in_failures_and_not_in_a_circle(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down", by="dee")
        slack, room = story.workspace.slack, await story.room_id()
        slack.workspace.channel(room).is_archived = True
        before = len(slack.calls)

        await story.slack("INC-1 ack", by="bo")
        await story.fast_forward(minutes=1)

        assert len(slack.calls) - before < 15
        assert (await story.incident()).failures
