"""Rungs that leave together: everybody who was rung has the incident in PagerDuty, and nobody rings twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.story import a_story

LINE = "declare sev1 checkout is down"


@pytest.mark.parametrize("latency_s", [0.02, 0.1])
async def test_rungs_that_were_missed_ring_each_once_and_leave_it_with_everybody(
    tmp_path: Path, latency_s: float
):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        story.duty.faults.latency_s = latency_s
        await story.restart(away=timedelta(minutes=50))
        story.duty.faults.latency_s = 0

        assert sorted(story.rung) == ["ana", "bo", "chi", "dee"]
        assert story.has_it() == {"ana", "bo", "chi", "dee"}


async def test_three_people_who_are_paged_at_once_all_have_it(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        room = await story.room_id()
        slack = story.workspace.slack
        await asyncio.gather(
            *(slack.slash("ana", room, "/incident", f"page @{who}") for who in ("bo", "chi", "eli"))
        )
        await story.settled()

        assert sorted(story.rung) == ["ana", "bo", "chi", "eli"]
        assert story.has_it() >= {"bo", "chi", "eli"}
