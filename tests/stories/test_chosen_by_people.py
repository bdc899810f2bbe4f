"""What people put on the timeline is on it, and what they took off is not: their choice outweighs every score."""

from pathlib import Path

from incidentbot.slack import names
from tests.stories.story import Story, a_story


async def lines(story: Story) -> str:
    """The timeline of the draft, in one text."""
    draft = await story.house.desk.draft(await story.incident())
    return "\n".join(row.text for row in draft.timeline)


async def test_a_reaction_puts_a_message_on_the_timeline_and_another_takes_it_off(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        room = await story.room_id()
        small = await story.say("hm", by="dee", channel=room)
        loud = await story.say("rolled back to 41, root cause was the cache", by="dee", channel=room)
        assert '"rolled back to 41' in await lines(story)

        await story.react("stopwatch", by="dee", channel=room, ts=small)
        await story.react("no_entry_sign", by="dee", channel=room, ts=loud)
        found = await lines(story)

        assert '"hm"' in found
        assert "rolled back to 41" not in found


async def test_a_note_made_of_a_message_is_taken_off_with_it_and_an_action_is_noted_from_one(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        room, slack = await story.room_id(), story.workspace.slack
        ts = await story.say("we need an alert on a full disk", by="dee", channel=room)
        await slack.message_shortcut("dee", room, ts, names.TIMELINE_SHORTCUT)
        await slack.message_shortcut("dee", room, ts, names.ACTION_SHORTCUT)
        await story.settled()
        assert "we need an alert on a full disk" in await lines(story)
        (item,) = (await story.incident()).actions
        assert (item.text, item.message_ts) == ("we need an alert on a full disk", ts)

        await story.react("no_entry", by="dee", channel=room, ts=ts)
        draft = await story.house.desk.draft(await story.incident())

        assert "we need an alert" not in await lines(story)
        assert [(one.action, one.state) for one in draft.followups] == [
            ("we need an alert on a full disk", "open")
        ]
