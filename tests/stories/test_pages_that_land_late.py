"""A PagerDuty that is slow: a page that lands after it was given up and called off is answered there all the same."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from incidentbot.playground.pagerduty.incidents import Status
from tests.stories.story import Story, a_story

LINE = "declare sev1 checkout is down"
BOTH_KEYS = 2


TWICE = 2 * BOTH_KEYS


class Late:
    """The page takes effect when nobody waits for its answer any more, and it was looked for by so many calls."""

    def __init__(
        self,
        story: Story,
        *,
        looks: int = BOTH_KEYS,
        ringing: str = "POST /incidents",
        looking: tuple[str, ...] = ("GET /incidents",),
    ) -> None:
        self.arrived, self.landed, self._let = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._looks, self._wanted, self._ringing, self._looking = 0, looks, ringing, looking
        story.duty.faults.before_apply.append(self._arriving)
        story.duty.faults.after_apply.append(self._applied)

    async def _arriving(self, operation: str, _: Mapping[str, Any]) -> None:
        if operation == self._ringing and not self.arrived.is_set():
            self.arrived.set()
            await self._let.wait()

    async def _applied(self, operation: str, _: Mapping[str, Any]) -> None:
        self._looks += operation in self._looking
        if self._looks == self._wanted:
            self._let.set()
        if operation == self._ringing:
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


DEEDS = pytest.mark.parametrize(
    ("deed", "status"),
    [("ack INC-1", Status.ACKNOWLEDGED), ("resolve INC-1 a probe", Status.RESOLVED)],
    ids=["acknowledged", "resolved"],
)


@DEEDS
async def test_a_page_that_lands_after_all_of_that_is_answered_there_and_people_hear_that_it_rang(
    tmp_path: Path, deed: str, status: Status
):
    async with a_story(tmp_path) as story:
        page, slack = Late(story, looks=TWICE), story.workspace.slack
        await slack.slash("dee", "#general", "/incident", LINE)
        await page.arrived.wait()
        await slack.slash("bo", "#general", "/incident", deed)
        await story.settled()
        await page.landed.wait()
        assert (await story.said())[-1].startswith("The on-call primary was not paged: INC-1 was ")
        assert [one.status for one in story.duty.incidents] == [Status.TRIGGERED]
        await story.restart(away=timedelta(seconds=40))

        assert [one.status for one in story.duty.incidents] == [status]
        assert (await story.said())[-1] == (
            f"The on-call primary was paged all the same: PagerDuty took the page after INC-1 was {status.value}. "
            f"It is {status.value} there now."
        )
        said = await story.said()
        await story.fast_forward(minutes=10)
        assert await story.said() == said


@DEEDS
async def test_an_event_that_lands_late_is_answered_by_one_of_the_next(
    tmp_path: Path, deed: str, status: Status
):
    answers = ("enqueue.acknowledge", "enqueue.resolve")
    async with a_story(tmp_path, paging="events") as story:
        page = Late(story, looks=1, ringing="enqueue.trigger", looking=answers)
        slack = story.workspace.slack
        await slack.slash("dee", "#general", "/incident", LINE)
        await page.arrived.wait()
        await slack.slash("bo", "#general", "/incident", deed)
        await story.settled()
        await page.landed.wait()
        await story.duty.settled()
        assert [one.status for one in story.duty.incidents] == [Status.TRIGGERED]
        await story.fast_forward(seconds=40)

        assert [one.status for one in story.duty.incidents] == [status]


async def acknowledged_before_it_lands(story: Story) -> None:
    """Its page has left, and is not at PagerDuty however often it is looked for."""
    page, slack = Late(story, looks=10_000), story.workspace.slack
    await slack.slash("dee", "#general", "/incident", LINE)
    await page.arrived.wait()
    await slack.slash("bo", "#general", "/incident", "ack INC-1")
    await story.settled()


async def test_a_page_that_never_lands_is_looked_for_twice_more_and_no_oftener(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await acknowledged_before_it_lands(story)
        said, before = await story.said(), looks_of(story)
        await story.fast_forward(minutes=10)

        assert looks_of(story) - before == 2 * BOTH_KEYS
        assert await story.said() == said


def looks_of(story: Story) -> int:
    return sum(call.operation == "GET /incidents" for call in story.duty.calls)


async def test_a_look_leaves_what_rings_for_somebody_else_alone(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await acknowledged_before_it_lands(story)
        await story.room("page team_lead please look", by="bo")
        assert story.rung == ["chi"]
        await story.fast_forward(minutes=10)

        assert [one.status for one in story.duty.incidents] == [Status.TRIGGERED]
