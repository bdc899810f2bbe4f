"""PagerDuty fails in every way it can: no page is lost, none rings twice, and people read of each that is late."""

import random
from pathlib import Path
from typing import Any

import pytest

from incidentbot.core.incident import Incident
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty.incidents import Incident as PagerIncident
from tests.faults.matrix import Part, runs
from tests.faults.pages import Page, judge, rings_of
from tests.faults.report import Tally
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
DECLARE = "declare sev1 checkout {number} is down"
ANSWERED = ((DECLARE,), (DECLARE, "ack INC-{number}"), (DECLARE, "resolve INC-{number} a restart"))
OPERATIONS = {
    "rest": (
        *ANSWERED,
        (DECLARE, "note INC-{number} the deploy began"),
        (DECLARE, "severity INC-{number} p1"),
    ),
    "events": ANSWERED,
}
"""How pages go out -> what is typed, line by line; the last line tells PagerDuty what it is about."""

STATUS_AFTER = {"ack": "acknowledged", "resolve": "resolved"}
LONG = 10_000
"""More calls than are made while PagerDuty is away."""

pytestmark = pytest.mark.parametrize("paging", ["rest", "events"])


async def declared(story: Story, number: int) -> None:
    await story.slack(f"declare sev1 checkout {number} is down")


def fails(story: Story, *faults: Fault) -> None:
    """The next calls that are made to PagerDuty fail so."""
    for fault in faults:
        story.workspace.pagerduty.faults.plan("*", fault)


def count(tally: Tally, part: Part, lived: list[Page]) -> None:
    """For the fault matrix. Seen by a person: the rooms that read of it."""
    lost, doubled = sum(len(one.lost) for one in lived), sum(len(one.doubled) for one in lived)
    tally(part, len(lived), lost=lost, doubled=doubled, seen=sum(one.told_s is not None for one in lived))


@pytest.mark.parametrize("name", ONCE)
async def test_whatever_pagerduty_is_told_is_told_once_where_the_call_failed_once(
    tmp_path: Path, paging: str, name: str, note: Any, tally: Tally
):
    lived = list[Page]()
    async with a_story(tmp_path, paging=paging) as story:
        for number, (*before, last) in enumerate(OPERATIONS[paging], start=1):
            for line in before:
                await story.slack(line.format(number=number))
            fails(story, ONCE[name])
            await story.slack(last.format(number=number))
            assert story.workspace.pagerduty.faults.take("*") is None, f"nothing was told of {last}"
            await story.fast_forward(seconds=15)
            lived.append(await judge(story, number, paging=paging))
            verb = last.partition(" ")[0]
            assert [one.status.value for one in at_pagerduty(story, await story.incident(number))] == [
                STATUS_AFTER.get(verb, "triggered")
            ]
            if verb == "note":
                assert [len(one.notes) for one in at_pagerduty(story, await story.incident(number))] == [1]

    note(f"7 {name}", paging, lived)
    count(tally, Part.EACH_OPERATION_FAILS, lived)
    assert [(run.wanted, run.lost, run.doubled) for run in lived] == [(1, (), ())] * len(lived)


def at_pagerduty(story: Story, incident: Incident) -> list[PagerIncident]:
    return [one for one in story.workspace.pagerduty.incidents if one.key.startswith(incident.id)]


async def test_pages_of_which_every_third_call_fails_ring_once_each(
    tmp_path: Path, paging: str, note: Any, tally: Tally
):
    dice, lived = random.Random(7), list[Page]()  # noqa: S311 - the same lives each time
    async with a_story(tmp_path, paging=paging) as story:
        for number in range(1, runs(Part.PAGERDUTY_AT_RANDOM, ways=2) + 1):
            while dice.random() < 0.3:
                fails(story, dice.choice(ANY))
            await declared(story, number)
            await story.fast_forward(seconds=100)
            story.workspace.pagerduty.faults.clear()
            await story.fast_forward(seconds=15)
            lived.append(await judge(story, number, paging=paging))
            await story.slack(f"resolve INC-{number} a restart")

    note("7 every third call fails", paging, lived)
    count(tally, Part.PAGERDUTY_AT_RANDOM, lived)
    assert [(run.wanted, run.lost, run.doubled) for run in lived] == [(1, (), ())] * len(lived)


@pytest.mark.parametrize(
    ("part", "minutes", "roles", "lateness"),
    [(Part.AWAY_TEN_MINUTES, 10, 2, "10 min"), (Part.AWAY_AN_HOUR, 61, 5, "1 h 1 min")],
    ids=["10 min", "1 h"],
)
async def test_a_pagerduty_that_is_away_loses_and_doubles_nothing_and_the_room_reads_whom_to_call(
    tmp_path: Path, paging: str, part: Part, minutes: int, roles: int, lateness: str, note: Any, tally: Tally
):
    numbers = range(1, runs(part) + 1)
    async with a_story(tmp_path, paging=paging) as story:
        story.workspace.pagerduty.faults.plan("*", AWAY, times=LONG)
        for number in numbers:
            await declared(story, number)
        await story.fast_forward(minutes=minutes)
        assert story.rung == []
        story.workspace.pagerduty.faults.clear()
        ended = story.clock.now()
        await story.fast_forward(seconds=30)
        lived = [await judge(story, number, ended=ended, paging=paging) for number in numbers]
        said = [await story.said(number) for number in numbers]

    note(f"8 away for {minutes} min", paging, lived)
    count(tally, part, lived)
    assert [(run.wanted, run.lost, run.doubled) for run in lived] == [(roles, (), ())] * len(lived)
    assert all(run.told_s is not None and run.told_s <= 30 for run in lived)
    for lines in said:
        reason = "PagerDuty is in trouble (it answered 503)."
        assert (
            f":warning: The on-call primary is not paged yet: {reason} I keep trying. Call <@U0ANA> by voice."
            in lines
        )
        assert f"The on-call primary was paged, {lateness} late." in lines


@pytest.mark.parametrize("verb", ["ack", "resolve"])
async def test_nobody_is_rung_after_the_return_of_pagerduty_who_is_not_needed_any_more(
    tmp_path: Path, paging: str, verb: str, note: Any, tally: Tally
):
    numbers = range(1, runs(Part.AWAY_AND_OVER) + 1)
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
        lived = [await judge(story, number, paging=paging) for number in numbers]
        assert story.rung == []
        for number in numbers:
            lines = await story.said(number)
            assert any(line.startswith("The on-call primary was not paged: ") for line in lines)

    note(f"8 {verb} while it is away", paging, lived)
    count(tally, Part.AWAY_AND_OVER, lived)
    assert [(run.wanted, run.lost, run.doubled) for run in lived] == [(0, (), ())] * len(lived)


async def test_nothing_rings_after_it_was_resolved_while_the_page_was_tried_again(
    tmp_path: Path, paging: str, note: Any, tally: Tally
):
    dice, lived = random.Random(9), list[Page]()  # noqa: S311 - the same lives each time
    async with a_story(tmp_path, paging=paging) as story:
        for number in range(1, runs(Part.RESOLVED_MEANWHILE, ways=2) + 1):
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
            lived.append(await judge(story, number, paging=paging))
        assert story.workspace.pagerduty.late_rings(lambda key: key.partition(":")[0]) == []

    note("9 resolved while it is tried", paging, lived)
    count(tally, Part.RESOLVED_MEANWHILE, lived)
    assert [(run.lost, run.doubled) for run in lived] == [((), ())] * len(lived)
