"""How long incidents took, on the board: medians by level with their number; nothing guessed, and nothing private told."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import aiohttp
import pytest

from tests.stories.story import Story, a_story
from tests.web.test_deeds import Browser


async def board(story: Story, words: str = "") -> list[list[str]]:
    """The table's rows as words."""
    async with aiohttp.ClientSession() as web:
        page = await Browser(story, web).read(f"/incidents{words}")
    body = page.partition('<table class="medians">')[2].partition("</table>")[0].partition("<tbody>")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall(r"<td>(.*?)</td>", row)] for row in rows
    ]


async def lived(story: Story, number: int, minutes: int, *, words: str = "declare sev1 trouble") -> None:
    """An incident that is acknowledged after a minute and resolved so many minutes later."""
    await story.slack(f"{words} {number}")
    story.clock.skip(timedelta(minutes=1))
    await story.slack(f"INC-{number} ack", by="ana")
    story.clock.skip(timedelta(minutes=minutes))
    await story.slack(f"INC-{number} resolve gone")


async def test_medians_stand_by_level_with_what_they_are_of(tmp_path: Path):
    async with a_story(tmp_path) as story:
        for number, minutes in ((1, 9), (2, 19), (3, 59)):
            await lived(story, number, minutes)

        assert await board(story) == [["P0", "3", "1 min (of 3)", "–", "20 min (of 3)"]]


async def test_drills_and_what_was_open_again_are_left_out(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await lived(story, 1, 9)
        await lived(story, 2, 99)
        await story.slack("INC-2 reopen it is back")
        await story.slack("INC-2 resolve gone")
        await lived(story, 3, 999, words="declare sev1 --drill practice")

        assert await board(story) == [["P0", "1", "1 min (of 1)", "–", "10 min (of 1)"]]


@pytest.mark.parametrize("words", ["", "?q=keys"])
async def test_a_private_incident_is_in_no_figure_of_a_strangers(tmp_path: Path, words: str):
    async with a_story(tmp_path) as story:
        await lived(story, 1, 9, words="declare sev1 keys are stolen --private")

        assert await board(story, words) == []
