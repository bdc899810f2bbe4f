"""A PagerDuty that is slow: a page that lands after it was given up and called off is answered there all the same."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from incidentbot.playground.pagerduty.incidents import Status
from tests.stories.story import Story, a_story

LINE = "declare sev1 checkout is down"
BOTH_KEYS = 2


class Late:
    """The page takes effect when nobody waits for its answer any more, and it was looked for by both of its keys."""

    def __init__(self, story: Story) -> None:
        self.arrived, self.landed, self._let = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._looks = 0
        story.duty.faults.before_apply.append(self._arriving)
        story.duty.faults.after_apply.append(self._applied)

    async def _arriving(self, operation: str, _: Mapping[str, Any]) -> None:
        if operation == "POST /incidents" and not self.arrived.is_set():
            self.arrived.set()
            await self._let.wait()

    async def _applied(self, operation: str, _: Mapping[str, Any]) -> None:
        self._looks += operation == "GET /incidents"
        if self._looks == BOTH_KEYS:
            self._let.set()
        if operation == "POST /incidents":
            self.landed.set()


@pytest.mark.parametrize(
    ("deed", "status"),
    [("ack INC-1", Status.ACKNOWLEDGED), ("resolve INC-1 a probe", Status.RESOLVED)],
    ids=["acknowledged", "resolved"],
)
async def test_a_page_that_lands_after_it_was_answered_is_answered_there(
    tmp_path: Path, deed: str, status: Status
):
    async with a_story(tmp_path) as story:
        page, slack = Late(story), story.workspace.slack
        await slack.slash("dee", "#general", "/incident", LINE)
        await page.arrived.wait()
        await slack.slash("bo", "#general", "/incident", deed)
        await story.settled()

        assert page.landed.is_set()
        assert [one.status for one in story.duty.incidents] == [status]
        assert not [text for text in await story.said() if "was not paged" in text]


async def test_a_page_that_lands_after_its_level_was_lowered_is_said_to_have_rung_and_ends_with_its_incident(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        page, slack = Late(story), story.workspace.slack
        await slack.slash("dee", "#general", "/incident", LINE)
        await page.arrived.wait()
        await slack.slash("bo", "#general", "/incident", "severity INC-1 p2 one customer only")
        await story.settled()

        assert "was paged all the same" in (await story.said())[-1]
        await story.slack("resolve INC-1 a probe")
        assert [one.status for one in story.duty.incidents] == [Status.RESOLVED]
