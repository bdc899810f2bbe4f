"""A severity lowered while it is not known whether a page rang: it is looked up, told, and nobody is rung twice."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from incidentbot.core.incident import PageState
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty.incidents import Status
from tests.stories.story import Story, a_story

LINE = "declare sev1 checkout is down"
OPENING = "POST /incidents"
ALL_THE_SAME = "The on-call primary was paged all the same: the page had left before INC-1 became P2."
NOT_PAGED = "The on-call primary was not paged: INC-1 is P2 now."
SOUGHT = (
    ":warning: Paging the on-call primary was called off: INC-1 is P2 now. A phone may have rung, "
    "and I cannot see whether it did: PagerDuty is in trouble (it answered 503). I keep looking."
)


async def lowered_in_back_off(story: Story, failure: Failure) -> None:
    """Declared with a page whose answer is lost, and lowered before it is tried again."""
    story.duty.faults.plan(OPENING, Fault(failure))
    await story.slack(LINE)
    await story.slack("severity INC-1 p2 one customer only")


async def test_a_page_that_rang_is_found_and_a_raised_severity_does_not_ring_it_twice(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await lowered_in_back_off(story, Failure.CUT_AFTER)

        assert (await story.said())[-1] == ALL_THE_SAME
        await story.slack("severity INC-1 p0 everybody after all")

        assert story.rung == ["ana"]
        await story.slack("ack INC-1", by="bo")
        assert [one.status for one in story.duty.incidents] == [Status.ACKNOWLEDGED]


async def test_a_page_that_did_not_ring_is_said_not_to_have_rung(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await lowered_in_back_off(story, Failure.CUT_BEFORE)

        assert (await story.said())[-1] == NOT_PAGED
        assert story.rung == []
        await story.slack("severity INC-1 p0 everybody after all")
        assert story.rung == ["ana"]


async def test_an_ack_that_comes_while_it_is_looked_for_silences_it(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.duty.faults.plan("GET /incidents", Fault(Failure.STATUS, status=503), times=3)
        await lowered_in_back_off(story, Failure.CUT_AFTER)
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(minutes=1)

        assert [one.status for one in story.duty.incidents] == [Status.ACKNOWLEDGED]


@pytest.mark.parametrize(
    ("failure", "concluded"), [(Failure.CUT_AFTER, ALL_THE_SAME), (Failure.CUT_BEFORE, NOT_PAGED)]
)
async def test_while_pagerduty_cannot_be_asked_people_read_that_a_phone_may_have_rung_and_then_what_did(
    tmp_path: Path, failure: Failure, concluded: str
):
    async with a_story(tmp_path) as story:
        story.duty.faults.plan("GET /incidents", Fault(Failure.STATUS, status=503), times=9)
        await lowered_in_back_off(story, failure)
        await story.fast_forward(minutes=1)
        assert [text for text in await story.said() if text == SOUGHT] == [SOUGHT]
        story.duty.faults.clear()
        await story.fast_forward(minutes=1)

        assert concluded in await story.said()
        assert (await story.incident()).failures == {}


async def test_one_in_flight_is_looked_for_too(tmp_path: Path):
    async with a_story(tmp_path) as story:
        arrived, let = asyncio.Event(), asyncio.Event()

        async def arriving(operation: str, _: Mapping[str, Any]) -> None:
            if operation == OPENING and not let.is_set():
                arrived.set()
                await let.wait()

        story.duty.faults.before_apply.append(arriving)
        story.duty.faults.plan(OPENING, Fault(Failure.CUT_AFTER))
        slack = story.workspace.slack
        await slack.slash("dee", "#general", "/incident", LINE)
        await arrived.wait()
        await slack.slash("dee", "#general", "/incident", "severity INC-1 p2 one customer only")
        let.set()
        await story.settled()

        (page,) = (await story.incident()).pages.values()
        assert page.state is PageState.DELIVERED
        assert (await story.said())[-1] == ALL_THE_SAME


async def test_by_events_nobody_can_be_asked_and_people_read_that_a_phone_may_have_rung(tmp_path: Path):
    async with a_story(tmp_path, paging="events") as story:
        story.duty.faults.plan("*", Fault(Failure.CUT_AFTER))
        await story.slack(LINE)
        await story.slack("severity INC-1 p2 one customer only")

        called_off = "Paging the on-call primary was called off: INC-1 is P2 now. A phone may have rung."
        assert (await story.said())[-1] == called_off
