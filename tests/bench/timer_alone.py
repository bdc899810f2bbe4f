"""One timer at a time, and what APScheduler's durable store does with a thousand: beside which ours is held.

One alone is measured from its instant to the commit that has the page, with and without a hundred thousand that wait.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from incidentbot.clock import StillClock, SystemClock, new_id
from incidentbot.core.commands import Declare
from incidentbot.core.policy import Severity
from incidentbot.flows.handle import Handler
from incidentbot.flows.tick import Ticker
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store
from tests.bench.timer_rows import fill

ONES = 300
"""So many, one after the other: the slowest of them alone is no p99."""

APART = timedelta(seconds=1)
T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
RUNG, AFTER = "rung-p0-1", timedelta(minutes=15)


async def one_at_a_time(address: str, *, waiting: int) -> Sequence[float]:
    """Milliseconds from each one's instant to its commit, in order."""
    clock = StillClock(T0)
    policy = load("im-chat")
    async with open_store(address, clock) as store:
        handler = Handler(store, clock, lambda: policy, lambda: None, lambda: None)
        declared = await handler.handle(Declare(new_id(), "U0ANA", "checkout is down", Severity.P0, "x4k2"))
        fill(address, declared.incident_id, ONES, rung=RUNG, due_at=T0 + AFTER, waiting=waiting, apart=APART)
        ticker = Ticker(store, handler)
        clock.skip(AFTER - APART)
        late = []
        for _ in range(ONES):
            clock.skip(APART)
            began_s = time.perf_counter()
            if await ticker.tick() != 1:
                raise ValueError("One is due in each second, and one was to be fired.")
            late.append((time.perf_counter() - began_s) * 1000)
        return sorted(late)


async def apschedulers(folder: Path, due: int) -> Sequence[float]:
    """Milliseconds until each of so many jobs of its durable store was begun, all due at once; nothing is written by them."""
    scheduler = AsyncIOScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.db")},
        job_defaults={"misfire_grace_time": None, "coalesce": False, "max_instances": due},
        timezone=UTC,
    )
    at = SystemClock().now() + timedelta(minutes=5)
    scheduler.start(paused=True)
    for number in range(due):
        scheduler.add_job(_begin, "date", run_date=at, args=[number])
    for job in scheduler.get_jobs():
        job.modify(next_run_time=SystemClock().now())
    began_s = time.perf_counter()
    scheduler.resume()
    async with asyncio.timeout(120):
        begun = [await _BEGUN.get() for _ in range(due)]
    scheduler.shutdown(wait=False)
    return sorted((at_s - began_s) * 1000 for at_s in begun)


_BEGUN: asyncio.Queue[float] = asyncio.Queue()
"""When each job was begun; a durable store keeps a job's place in a module, so this is one, too."""


async def _begin(number: int) -> None:
    _BEGUN.put_nowait(time.perf_counter())
