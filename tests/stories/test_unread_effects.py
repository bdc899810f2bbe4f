"""A row that this version cannot read is set aside where people see it, and goes out once a version that can is back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from incidentbot.core.incident import PageState
from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.stories.seen import words
from tests.stories.story import Story, a_story

CANNOT = (
    "did not work: This version of me cannot read it: a newer one wrote it, or it is damaged. "
    "Start the version that ran before, then press Retry."
)


def change(story: Story, key: str, body: str | None = None) -> str:
    """Write another body into a row that waits or failed, while no bot runs; returns the one before."""
    with closing(sqlite3.connect(story.settings.data_dir / "incidentbot.db")) as books, books:
        (before,) = books.execute("SELECT body FROM effects WHERE key = ?", (key,)).fetchone()
        books.execute("UPDATE effects SET body = ? WHERE key = ?", (body or before, key))
    return str(before)


async def held_up(story: Story, method: str, command: str) -> None:
    """Have an effect wait, and stop the bot."""
    story.workspace.slack.faults.plan(method, Fault(Failure.STATUS, status=503), times=9)
    await story.slack(command)
    await story.close()
    story.workspace.slack.faults.clear()


@pytest.mark.parametrize(
    ("method", "key"),
    [("conversations.invite", "invite:first"), ("conversations.setTopic", "topic")],
)
async def test_what_cannot_be_read_is_a_line_with_retry_and_goes_out_when_it_can_be_read_again(
    tmp_path: Path, method: str, key: str
):
    async with a_story(tmp_path) as story:
        await held_up(story, method, "declare sev1 checkout is down")
        before = change(story, key, '{"made": "later"')
        await story.open()
        await story.fast_forward(minutes=1)

        line = story.newest(await story.room_id(), names.RETRY)
        assert line.text == f":warning: Something I was to tell (`{key}`) {CANNOT}"
        assert f"*Something I was to tell (`{key}`)*" in words(await story.card())
        assert await story.told("effect_failed") == [f"Something I was to tell (`{key}`) {CANNOT}"]

        await story.close()
        change(story, key, before)
        await story.open()
        await story.press(line, names.RETRY, by="dee")
        assert (await story.incident()).failures == {}
        assert "U0ANA" in story.workspace.slack.workspace.channel(await story.room_id()).members


async def test_a_line_that_cannot_be_read_is_followed_by_one_that_says_so(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        story.workspace.slack.faults.plan("chat.postMessage", Fault(Failure.STATUS, status=503), times=9)
        await story.slack("ack INC-1", by="bo")
        await story.close()
        story.workspace.slack.faults.clear()
        (key,) = [one for one in waiting(story) if one.startswith("say:")]
        change(story, key, "no more than this")
        await story.open()
        await story.fast_forward(minutes=1)

        assert (await story.said())[1:] == [f":warning: Something I was to tell (`{key}`) {CANNOT}"]


def waiting(story: Story) -> list[str]:
    with closing(sqlite3.connect(story.settings.data_dir / "incidentbot.db")) as books:
        return [key for (key,) in books.execute("SELECT key FROM effects WHERE state = 'waiting'")]


async def test_a_page_that_cannot_be_read_is_a_page_that_failed(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.pagerduty.faults.plan("POST /incidents", Fault(Failure.STATUS, status=429), times=9)
        await story.slack("declare sev1 checkout is down")
        await story.close()
        story.workspace.pagerduty.faults.clear()
        change(story, "page:1:opening", "{}")
        await story.open()
        await story.fast_forward(minutes=1)

        assert (await story.incident()).pages["1:opening"].state is PageState.FAILED
        assert "Ana could not be paged" in words(await story.card())
        assert names.RETRY in str(story.newest(await story.room_id(), names.RETRY).blocks)
