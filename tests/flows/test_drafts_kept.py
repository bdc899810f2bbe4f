"""A draft that is kept in mind is the draft of now: whatever is said, changed, marked or recorded makes it anew."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from incidentbot.flows.drafting import Drafts, draft_of
from tests.stories.story import Story, a_story

Change = Callable[[Story, str, str], Coroutine[Any, Any, object]]


async def _said(story: Story, room: str, _: str) -> None:
    await story.say("found it: the disk is full", by="dee", channel=room)


async def _edited(story: Story, room: str, ts: str) -> None:
    await story.edit("rolled back the other deploy", by="dee", channel=room, ts=ts)


async def _marked(story: Story, room: str, ts: str) -> None:
    await story.react("no_entry_sign", by="dee", channel=room, ts=ts)


async def _recorded(story: Story, _: str, __: str) -> None:
    await story.room("impact card payments fail")


@pytest.mark.parametrize("change", [_said, _edited, _marked, _recorded])
async def test_a_change_of_any_record_makes_the_draft_anew(tmp_path: Path, change: Change):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        room = await story.room_id()
        ts = await story.say("rolled back the deploy", by="dee", channel=room)
        await story.settled()
        drafts = Drafts(story.house.store)
        before = await drafts.of(await story.incident())
        assert await drafts.of(await story.incident()) is before

        await change(story, room, ts)
        await story.settled()

        after = await drafts.of(await story.incident())
        assert after != before
        assert after == await draft_of(story.house.store, await story.incident())


async def test_another_address_of_slack_is_another_draft(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        await story.say("rolled back the deploy", by="dee", channel=await story.room_id())
        await story.settled()
        drafts = Drafts(story.house.store)

        plain = await drafts.of(await story.incident())
        linked = await drafts.of(await story.incident(), slack_url="https://acme.slack.com")

        assert plain != linked
