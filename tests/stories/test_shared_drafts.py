"""The post-mortem as a file in the room: when it goes into review and when it is published, each once, as it reads then."""

from pathlib import Path

from incidentbot.playground.slack.records import StoredFile
from tests.stories.story import Story, a_story


def files(story: Story, channel: str) -> list[StoredFile]:
    """Those that were shared in the channel, the oldest first."""
    kept = story.workspace.slack.workspace.files.values()
    return [one for one in kept if channel in one.channels]


async def resolved(story: Story, level: str = "sev1") -> str:
    """An incident that is over; its room."""
    await story.slack(f"declare {level} checkout is down")
    channel = await story.room_id()
    ts = await story.say("found it: the disk is full", by="dee", channel=channel)
    await story.react("pushpin", by="dee", channel=channel, ts=ts)
    await story.slack("INC-1 resolve a bigger disk")
    return channel


async def test_reviewers_get_the_draft_as_a_file_and_readers_what_is_published(tmp_path: Path):
    async with a_story(tmp_path) as story:
        channel = await resolved(story)
        assert files(story, channel) == []

        await story.room("review start")
        (draft,) = files(story, channel)
        await story.room("review publish")
        _, published = files(story, channel)

        assert draft.name.startswith("inc-1-postmortem-")
        assert draft.name.endswith(".md")
        assert draft.name != published.name
        assert b"the disk is full" in (draft.content or b"")
        assert b"**In review" in (draft.content or b"")
        assert b"**Reviewed and published.**" in (published.content or b"")
        assert "The post-mortem of INC-1 as it is published." in await story.said()


async def test_a_change_of_the_owner_alone_shares_nothing(tmp_path: Path):
    async with a_story(tmp_path) as story:
        channel = await resolved(story)

        await story.room("review <@U0BO> due 2030-01-31")

        assert files(story, channel) == []


async def test_slack_that_does_not_take_the_file_is_said_with_a_way_to_try_again(tmp_path: Path):
    async with a_story(tmp_path) as story:
        channel = await resolved(story)
        story.workspace.slack.granted_scopes.discard("files:write")

        await story.room("review start")

        failures = (await story.incident()).failures
        assert [one.what for one in failures.values()] == ["Sharing the post-mortem as a file"]
        story.workspace.slack.granted_scopes.add("files:write")
        await story.slack("INC-1 review publish")
        assert len(files(story, channel)) == 1, "the review goes on without the first one"
