"""Two replicas on one PostgreSQL, one of them dying again and again: each rung is paged exactly once."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.crash.replicas import Replicas, two_replicas
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.store.postgres import another, empty

pytestmark = pytest.mark.crash

AT_ONCE = 4
LADDERS_A_KILL = 20
SEED = 7
SIDE_BY_SIDE = 5
"""Pairs at once, each on a database of its own: half a minute goes by until a lease is over."""


async def test_each_rung_is_paged_exactly_once_whichever_replica_dies(
    postgres: str, tmp_path: Path, tally: Tally
):
    empty(postgres)
    ladders = runs(Part.LADDERS)
    chance = Random(SEED)  # noqa: S311 - a run that can be repeated
    async with two_replicas(tmp_path, postgres) as replicas:
        titles = iter([f"outage {number}" for number in range(ladders)])

        async def declare() -> None:
            for title in titles:
                await replicas.declare(title)

        async with asyncio.TaskGroup() as group:
            group.create_task(replicas.kill_at_random(chance, times=-(-ladders // LADDERS_A_KILL)))
            for _ in range(AT_ONCE):
                group.create_task(declare())
        await replicas.all_told()

        lost, doubled = await replicas.lost(), await replicas.doubled()
        tally(Part.LADDERS, ladders, lost=len(lost), doubled=len(doubled), seen=replicas.unanswered)
        assert (lost, doubled) == ([], []), await replicas.told_of(lost + doubled)


async def test_a_replica_that_was_stopped_past_its_lease_says_nothing_twice_when_it_wakes(
    postgres: str, tmp_path: Path, tally: Tally
):
    some, starting = asyncio.Semaphore(SIDE_BY_SIDE), asyncio.Lock()

    async def one(number: int) -> None:
        async with some, AsyncExitStack() as stack:
            async with starting:  # a start is work; all else is waiting
                pair = two_replicas(tmp_path / str(number), another(postgres, f"sleeper_{number}"))
                replicas = await stack.enter_async_context(pair)
            await stopped_and_woken(replicas)
            lost, doubled = await replicas.lost(), await replicas.doubled()
            tally(Part.REPLICA_SLEEPS, 1, lost=len(lost), doubled=len(doubled), seen=replicas.unanswered)
            assert (lost, doubled) == ([], []), await replicas.told_of(lost + doubled)
            assert "bug" not in replicas.log_of(replicas.bots[0])

    async with asyncio.TaskGroup() as group:
        for number in range(runs(Part.REPLICA_SLEEPS)):
            group.create_task(one(number))


async def stopped_and_woken(replicas: Replicas) -> None:
    """One is stopped at its call to PagerDuty, the other takes over, and the one that was stopped goes on."""
    paused, other = replicas.bots
    await other.kill()
    stopped = asyncio.Event()

    async def stop_it(operation: str, _: Mapping[str, Any]) -> None:
        if operation == "POST /incidents" and not stopped.is_set():
            stopped.set()
            replicas.signal(paused, signal.SIGSTOP)

    replicas.workspace.pagerduty.faults.before_apply.append(stop_it)
    await replicas.declare("checkout is down")
    await stopped.wait()
    await other.start()
    await replicas.all_told()
    replicas.signal(paused, signal.SIGCONT)
    await replicas.declare("mails are late")
    await replicas.declare("search is slow")
    await replicas.all_told()
