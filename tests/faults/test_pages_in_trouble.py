"""PagerDuty fails in every way it can: no page is lost, none rings twice, and people read of each that is late."""

import random
from pathlib import Path
from typing import Any

import pytest

from incidentbot.playground.faults import Failure, Fault
from tests.faults.pages import judge, rings_of
from tests.machine.effort import times
from tests.stories.story import Story, a_story

AWAY = Fault(Failure.STATUS, status=503)
BUSY = Fault(Failure.STATUS, status=429, retry_after_s=9)
CUT = Fault(Failure.CUT_AFTER)
ONCE = {
    "429 once": BUSY,
    "500 once": Fault(Failure.STATUS, status=500),
    "cut before it took effect": Fault(Failure.CUT_BEFORE),
    "cut after it took effect": CUT,
    "hung for longer than a call may take": Fault(Failure.HANG, hang_s=6.5),
}
ANY = (AWAY, BUSY, Fault(Failure.STATUS, status=500), Fault(Failure.CUT_BEFORE), CUT)
LONG = 10_000
"""More calls than are made while PagerDuty is away."""

pytestmark = pytest.mark.parametrize("paging", ["rest", "events"])


async def declared(story: Story, number: int) -> None:
    await story.slack(f"declare sev1 checkout {number} is down")


def fails(story: Story, *faults: Fault) -> None:
    """The next calls that are made to PagerDuty fail so."""
    for fault in faults:
        story.workspace.pagerduty.faults.plan("*", fault)


@pytest.mark.parametrize("name", ONCE)
async def test_a_page_whose_call_failed_once_rings_once(tmp_path: Path, paging: str, name: str, note: Any):
    async with a_story(tmp_path, paging=paging) as story:
        fails(story, ONCE[name])
        await declared(story, 1)
        story.workspace.pagerduty.faults.clear()
        await story.fast_forward(seconds=15)
        run = await judge(story, 1, paging=paging)

    note(f"7 {name}", paging, [run])
    assert (run.wanted, run.lost, run.doubled) == (1, (), ())


async def test_pages_of_which_every_third_call_fails_ring_once_each(tmp_path: Path, paging: str, note: Any):
    dice, runs = random.Random(7), []  # noqa: S311 - the same lives each time
    async with a_story(tmp_path, paging=paging) as story:
        for number in range(1, times(10) + 1):
            while dice.random() < 0.3:
                fails(story, dice.choice(ANY))
            await declared(story, number)
            await story.fast_forward(seconds=100)
            story.workspace.pagerduty.faults.clear()
            await story.fast_forward(seconds=15)
            runs.append(await judge(story, number, paging=paging))
            await story.slack(f"resolve INC-{number} a restart")

    note("7 every third call fails", paging, runs)
    assert [(run.wanted, run.lost, run.doubled) for run in runs] == [(1, (), ())] * len(runs)


@pytest.mark.parametrize(
    ("minutes", "roles", "lateness"), [(10, 2, "10 min"), (61, 5, "1 h 1 min")], ids=["10 min", "1 h"]
)
async def test_a_pagerduty_that_is_away_loses_and_doubles_nothing_and_the_room_reads_whom_to_call(
    tmp_path: Path, paging: str, minutes: int, roles: int, lateness: str, note: Any
):
    numbers = range(1, times(2) + 1)
    async with a_story(tmp_path, paging=paging) as story:
        story.workspace.pagerduty.faults.plan("*", AWAY, times=LONG)
        for number in numbers:
            await declared(story, number)
        await story.fast_forward(minutes=minutes)
        assert story.rung == []
        story.workspace.pagerduty.faults.clear()
        ended = story.clock.now()
        await story.fast_forward(seconds=30)
        runs = [await judge(story, number, ended=ended, paging=paging) for number in numbers]
        said = [await story.said(number) for number in numbers]

    note(f"8 away for {minutes} min", paging, runs)
    assert [(run.wanted, run.lost, run.doubled) for run in runs] == [(roles, (), ())] * len(runs)
    assert all(run.told_s is not None and run.told_s <= 30 for run in runs)
    for lines in said:
        reason = "PagerDuty is in trouble (it answered 503)."
        assert (
            f":warning: The on-call primary is not paged yet: {reason} I keep trying. Call <@U0ANA> by voice."
            in lines
        )
        assert f"The on-call primary was paged, {lateness} late." in lines


@pytest.mark.parametrize("verb", ["ack", "resolve"])
async def test_nobody_is_rung_after_the_return_of_pagerduty_who_is_not_needed_any_more(
    tmp_path: Path, paging: str, verb: str, note: Any
):
    numbers = range(1, times(3) + 1)
    async with a_story(tmp_path, paging=paging) as story:
        story.workspace.pagerduty.faults.plan("*", BUSY, times=LONG)
        for number in numbers:
            await declared(story, number)
        await story.fast_forward(minutes=5)
        for number in numbers:
            await story.slack(f"{verb} INC-{number}", by="bo")
        await story.fast_forward(minutes=5)
        story.workspace.pagerduty.faults.clear()
        await story.fast_forward(minutes=10)
        runs = [await judge(story, number, paging=paging) for number in numbers]
        assert story.rung == []
        for number in numbers:
            lines = await story.said(number)
            assert any(line.startswith("The on-call primary was not paged: ") for line in lines)

    note(f"8 {verb} while it is away", paging, runs)
    assert [(run.wanted, run.lost, run.doubled) for run in runs] == [(0, (), ())] * len(runs)


async def test_nothing_rings_after_it_was_resolved_while_the_page_was_tried_again(
    tmp_path: Path, paging: str, note: Any
):
    dice, runs = random.Random(9), []  # noqa: S311 - the same lives each time
    async with a_story(tmp_path, paging=paging) as story:
        for number in range(1, times(10) + 1):
            fails(story, *(dice.choice(ANY) for _ in range(dice.randint(1, 6))))
            await declared(story, number)
            await story.fast_forward(seconds=dice.randint(0, 40))
            before = len(rings_of(story, await story.incident(number)))
            await story.slack(f"resolve INC-{number} a restart")
            await story.fast_forward(minutes=5)
            story.workspace.pagerduty.faults.clear()
            await story.fast_forward(minutes=5)
            incident = await story.incident(number)
            assert len(rings_of(story, incident)) == before
            assert not incident.failures
            runs.append(await judge(story, number, paging=paging))
        assert story.workspace.pagerduty.late_rings(lambda key: key.partition(":")[0]) == []

    note("9 resolved while it is tried", paging, runs)
    assert [(run.lost, run.doubled) for run in runs] == [((), ())] * len(runs)
