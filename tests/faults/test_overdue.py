"""A start with ten thousand deadlines that passed while no bot ran: all are paged once, the first at once, and people are heard."""

import asyncio
import gc
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import make_url

from incidentbot.cli.garbage import set_apart_what_stands
from incidentbot.clock import StillClock, new_id
from incidentbot.core.answers import Answer, PageDelivered
from incidentbot.core.commands import Acknowledge, AddNote, Declare
from incidentbot.core.effects import Effect, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Claimed, Ref, RefKind
from incidentbot.flows.tick import Ticker
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from tests.bench.timer_rows import INCIDENTS, fill
from tests.bench.timers import AFTER, RUNG, T0
from tests.faults.matrix import Effort, Part, effort, runs
from tests.faults.report import Figure, Tally
from tests.store.conftest import database_url as database_url  # noqa: PLC0414 - as the store's tests have it
from tests.store.conftest import postgres as postgres  # noqa: PLC0414 - one server for the session
from tests.store.postgres import empty

LATE = AFTER + timedelta(minutes=1)
"""The next rung of none of them is due."""

FIRST_WITHIN_S, ACKED_WITHIN_S, FOR_ALL_S = 1.0, 2.5, 600.0
"""An ack is waited for 2.5 s. How quick a machine is that has nothing else to do is measured by `make bench`."""

NOTES = 20
PARTS = {"sqlite": Part.OVERDUE_ON_SQLITE, "postgresql": Part.OVERDUE_ON_POSTGRESQL}


class World:
    """Takes everything at once, and notes which incident was paged when."""

    def __init__(self) -> None:
        self.paged: list[tuple[str, float]] = []
        self.all_paged = asyncio.Event()

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        if not isinstance(claimed.effect, SendPage):
            return None
        self.paged.append((f"{incident.id} {claimed.effect.page}", time.perf_counter()))
        if len(self.paged) >= INCIDENTS:
            self.all_paged.set()
        return PageDelivered(claimed.effect.page)


def handler_of(store: SqlStore, clock: StillClock, wake: Callable[[], None] = lambda: None) -> Handler:
    """wake: told after each firing that something waits to be told."""
    policy = load("im-chat")
    return Handler(store, clock, lambda: policy, wake, lambda: None)


async def ten_thousand(address: str) -> None:
    """The books of a bot that was stopped before any of them was due."""
    clock = StillClock(T0)
    async with open_store(address, clock) as store:
        handler = handler_of(store, clock)
        told = await handler.handle(Declare(new_id(), "U0ANA", "checkout is down", Severity.P0, "x4k2"))
        deliverer = Deliverer(store, handler, clock, dict.fromkeys(get_args(Effect), World()))
        await deliverer.settled()
        await deliverer.close()
        fill(address, told.incident_id, INCIDENTS, rung=RUNG, due_at=T0 + AFTER, waiting=INCIDENTS)


async def heard_meanwhile(handler: Handler) -> float:
    """The longest that an ack or one of some notes took, in seconds."""
    slowest_s, first = 0.0, Ref(RefKind.NUMBER, "1")
    for command in (Acknowledge("U0BO"), *(AddNote("U0BO", f"seen {number}") for number in range(NOTES))):
        began_s = time.perf_counter()
        await handler.handle(command, ref=first)
        slowest_s = max(slowest_s, time.perf_counter() - began_s)
    return slowest_s


@dataclass(frozen=True, slots=True)
class Start:
    """What a start found to do, in seconds from its beginning. paged: how often each page was told."""

    paged: Counter[str]
    first_s: float
    all_s: float
    slowest_s: float


FIGURES: Sequence[tuple[str, Callable[[Start], float], str]] = (
    ("first page", lambda start: start.first_s, "<= 1 s"),
    ("all paged", lambda start: start.all_s, "<= 5 s"),
    ("slowest ack", lambda start: start.slowest_s, "< 0.5 s"),
)


@asynccontextmanager
async def served() -> AsyncIterator[None]:
    """With the collector of garbage as `serve` has it."""
    young = gc.get_threshold()
    set_apart_what_stands()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*young)


async def a_start(address: str) -> Start:
    """The flows on these books, until all are paged."""
    clock, world = StillClock(T0 + LATE), World()
    async with open_store(address, clock) as store, served():
        handler = handler_of(store, clock, lambda: deliverer.wake())  # noqa: PLW0108 - it is made of the handler
        deliverer = Deliverer(store, handler, clock, dict.fromkeys(get_args(Effect), world))
        began_s = time.perf_counter()
        async with asyncio.TaskGroup() as group, asyncio.timeout(FOR_ALL_S):
            delivering = group.create_task(deliverer.run(poll_s=0.05))
            hearing = group.create_task(heard_meanwhile(handler))
            await Ticker(store, handler).tick()
            slowest_s = await hearing
            await world.all_paged.wait()
            delivering.cancel()
        await deliverer.close()
    first_s, all_s = (at_s - began_s for at_s in (world.paged[0][1], world.paged[-1][1]))
    return Start(Counter(name for name, _ in world.paged), first_s, all_s, slowest_s)


@pytest.fixture
def fresh(database_url: str, tmp_path: Path) -> Callable[[], Awaitable[str]]:
    """Gives the address of such books, which nobody has read yet. They are made once where a file is the database."""
    if not database_url.startswith("sqlite"):

        async def emptied() -> str:
            empty(database_url)
            await ten_thousand(database_url)
            return database_url

        return emptied
    full, numbers = tmp_path / "full.db", count()

    async def copied() -> str:
        if not full.exists():
            await ten_thousand(f"sqlite:///{full}")
        return f"sqlite:///{shutil.copy(full, tmp_path / f'{next(numbers)}.db')}"

    return copied


@pytest.mark.skipif(effort() is Effort.FEW, reason="It takes minutes: `make faults` runs it.")
async def test_ten_thousand_overdue_deadlines_page_once_each_while_acks_are_heard(
    database_url: str, fresh: Callable[[], Awaitable[str]], tally: Tally, figure: Figure
):
    part = PARTS[make_url(database_url).get_backend_name()]
    starts = [await a_start(await fresh()) for _ in range(runs(part))]
    lost = sum(INCIDENTS - len(start.paged) for start in starts)
    doubled = sum(count - 1 for start in starts for count in start.paged.values())
    tally(part, len(starts), lost=lost, doubled=doubled)
    for what, of, asked in FIGURES:
        worst = max(of(start) for start in starts)
        figure("15", f"{part.value.fault}: {what}, the worst of {len(starts)}", f"{worst:.2f} s", asked)
    assert (lost, doubled) == (0, 0)
    assert all(start.first_s <= FIRST_WITHIN_S for start in starts)
    assert all(start.slowest_s <= ACKED_WITHIN_S for start in starts)
