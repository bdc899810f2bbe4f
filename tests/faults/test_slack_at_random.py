"""Three calls in ten to Slack fail, each in a way of its own: in the end nothing is missing and nothing is there twice."""

import asyncio
import random
from collections import Counter
from pathlib import Path

from incidentbot.playground.faults import Failure, Fault
from tests.faults.life import Life, a_life, seen
from tests.faults.matrix import Part, runs
from tests.faults.outcomes import FAILURES, SIDE_BY_SIDE, Outcome, outcome, untroubled_in
from tests.faults.report import Tally

OFTEN = 0.3
ANY = (*FAILURES.values(), Fault(Failure.STATUS, status=429, retry_after_s=3))


async def test_pages_and_rooms_of_which_three_calls_in_ten_fail_are_whole_in_the_end(
    tmp_path: Path, tally: Tally
):
    untroubled = await untroubled_in(tmp_path / "untroubled")
    part, some = Part.SLACK_AT_RANDOM, asyncio.Semaphore(SIDE_BY_SIDE)
    outcomes: list[Outcome] = []

    async def one(number: int) -> None:
        async with some:
            outcomes.append(await at_random(tmp_path / str(number), random.Random(number), untroubled))  # noqa: S311 - the same each time

    async with asyncio.TaskGroup() as group:
        for number in range(runs(part)):
            group.create_task(one(number))
    lost, doubled = (sum((getattr(one, name) for one in outcomes), Counter()) for name in ("lost", "doubled"))
    tally(
        part,
        len(outcomes),
        lost=lost.total(),
        doubled=doubled.total(),
        seen=sum(one.shown for one in outcomes),
    )
    assert (lost, doubled) == ({}, {})
    assert all(one.suffered for one in outcomes)


async def at_random(folder: Path, chance: random.Random, owed: Counter[str]) -> Outcome:
    """A life in which three calls in ten fail, each in a way of its own. The phones ring when they would have rung."""
    async with a_life(folder) as story:
        slack, life = story.workspace.slack, Life(story)
        slack.faults.take = lambda _: chance.choice(ANY) if chance.random() < OFTEN else None  # type: ignore[method-assign] # a Slack that fails by chance
        await life.lived()
        await life.lived_in_a_thread(lambda: None)
        del slack.faults.take
        await story.fast_forward(minutes=5)
        suffered = any(call.status != 200 for call in slack.calls)
        return outcome(await seen(story), owed, life, suffered=suffered)
