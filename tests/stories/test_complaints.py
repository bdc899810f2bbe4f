"""The house complains of itself: once in Slack and once by the pager, across restarts, and says when it is over."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.flows.watchdog.troubles import Kind, Trouble
from incidentbot.playground.faults import Failure, Fault
from tests.stories.story import T0, Story, a_story

LATE = Trouble(Kind.EFFECTS, "something has waited to be told for 3 min", "Look at my log.", T0)


async def follow(story: Story, *troubles: Trouble) -> None:
    follower = story.house.audit._follower
    assert follower is not None
    await follower.follow(troubles)
    await story.workspace.pagerduty.settled()


def lines(story: Story) -> list[str]:
    return [one.text for one in story.posted("#ops-team") if "complete" not in one.text]


def rings(story: Story) -> list[str]:
    return [ring.summary for ring in story.workspace.pagerduty.phone.rings]


def status(story: Story) -> str:
    incident = story.workspace.pagerduty.incidents.find(story.workspace.pagerduty.phone.rings[-1].incident_id)
    assert incident is not None
    return incident.status.value


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_a_trouble_is_told_once_and_so_is_its_end(tmp_path: Path, paging: str):
    async with a_story(tmp_path, paging=paging) as story:
        for _ in range(3):
            await follow(story, LATE)
        assert lines(story) == [
            ":warning: Something has waited to be told for 3 min. Look at my log.",
        ]
        assert rings(story) == ["incidentbot: something has waited to be told for 3 min"]
        story.clock.skip(timedelta(minutes=4))
        for _ in range(3):
            await follow(story)
        assert lines(story)[1:] == [
            ":white_check_mark: Mended after 4 min. It was: something has waited to be told for 3 min."
        ]
        assert status(story) == "resolved"


async def test_a_restart_says_it_no_second_time_and_tells_the_end(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await follow(story, LATE)
        await story.restart(away=timedelta(minutes=5))
        await follow(story, LATE)
        assert (len(lines(story)), len(rings(story))) == (1, 1)
        await follow(story)
        assert [line[:30] for line in lines(story)[1:]] == [":white_check_mark: Mended afte"]


async def test_what_flaps_is_told_once_until_it_lasts(tmp_path: Path):
    async with a_story(tmp_path) as story:
        for _ in range(10):
            await follow(story, Trouble(Kind.EFFECTS, LATE.what, LATE.then, story.clock.now()))
            await follow(story)
            story.clock.skip(timedelta(minutes=2))
        assert (len(lines(story)), len(rings(story))) == (2, 1)
        began = story.clock.now() - timedelta(minutes=11)
        await follow(story, Trouble(Kind.EFFECTS, LATE.what, LATE.then, began))
        assert (len(lines(story)), len(rings(story))) == (3, 2)


@pytest.mark.parametrize("cut", [Failure.CUT_BEFORE, Failure.CUT_AFTER])
async def test_a_complaint_that_fails_is_made_good_once(tmp_path: Path, cut: Failure):
    async with a_story(tmp_path) as story:
        story.workspace.slack.faults.plan("chat.postMessage", Fault(cut))
        await follow(story, LATE)
        assert story.house.audit.report()["complaints_not_told"] != []
        await follow(story, LATE)
        assert len(lines(story)) == 1
        assert story.house.audit.report()["complaints_not_told"] == []


async def test_timers_that_are_late_are_told_in_the_room_concerned(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        async with story.house.ticker._ticking:  # it is stuck
            story.clock.skip(timedelta(hours=1))
            late = Trouble(Kind.TIMERS, "timers are 3 min overdue", "Watch it yourselves.", T0)
            await follow(story, late)
        await follow(story)
        said = [line for line in await story.said() if "overdue" in line]

    assert said == [
        ":warning: Timers are 3 min overdue. Watch it yourselves.",
        ":white_check_mark: Mended after 1 h. It was: timers are 3 min overdue.",
    ]
