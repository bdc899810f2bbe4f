"""Timers that are due in one second, fired by the real flows beside a hundred thousand that wait: how late, at what cost.

Measured in this process, on each database, from the instant they are due to the commit that has the page in the outbox,
and to the telling of the page. No vendor and no network: the teller only notes the time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from incidentbot.cli.garbage import set_apart_what_stands
from incidentbot.clock import StillClock, new_id
from incidentbot.core.answers import Answer, PageDelivered
from incidentbot.core.commands import Declare
from incidentbot.core.effects import Effect, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.flows.bell import Bell
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Claimed, DueTimer
from incidentbot.flows.tick import Ticker
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store
from tests.bench import timer_alone
from tests.bench.footprint import own_rss_mib
from tests.bench.tables import Goal, Row
from tests.bench.timer_rows import fill, floor
from tests.needs import found_postgres
from tests.store.postgres import DURABLE, a_server, empty

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
WAITING = 100_000
RUNG, AFTER = "rung-p0-1", timedelta(minutes=15)
BREATH_S = 0.005
"""How often the loop is asked whether it still breathes."""

P50, P99 = 0.5, 0.99
DUE = (1_000, 10_000)
GOALS = {1_000: Goal(1000, "<= 1 s"), 10_000: None}


@dataclass
class Watched:
    """The handler as the ticker sees it; notes when each firing was committed."""

    handler: Handler
    fired_s: list[float] = field(default_factory=list)

    async def fire(self, *timers: DueTimer) -> Sequence[bool]:
        """Fire, and note it."""
        fired = await self.handler.fire(*timers)
        self.fired_s += [time.perf_counter()] * sum(fired)
        return fired


@dataclass
class Told:
    """The world: takes everything at once, and notes when each page came."""

    pages_s: list[float] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:  # noqa: ARG002 - the port's shape
        """Take it."""
        if not isinstance(claimed.effect, SendPage):
            return None
        self.pages_s.append(time.perf_counter())
        self.more.set()
        return PageDelivered(claimed.effect.page)


@dataclass(frozen=True, slots=True)
class Lateness:
    """Milliseconds from the instant they were due, in order; the loop's longest stall, and memory in MiB."""

    fired: Sequence[float]
    told: Sequence[float]
    stall: float
    memory: float


async def measure(address: str, due: int) -> Lateness:
    """So many timers due at once, of as many incidents, beside those that wait."""
    clock, world, bell = StillClock(T0), Told(), Bell()
    policy = load("im-chat")
    async with open_store(address, clock) as store:
        handler = Handler(store, clock, lambda: policy, bell.ring, lambda: None)
        declared = await handler.handle(Declare(new_id(), "U0ANA", "checkout is down", Severity.P0, "x4k2"))
        deliverer = Deliverer(store, handler, clock, dict.fromkeys(get_args(Effect), world))
        await deliverer.settled()
        world.pages_s.clear()
        fill(address, declared.incident_id, due, rung=RUNG, due_at=T0 + AFTER, waiting=WAITING)
        set_apart_what_stands()  # as `serve` does
        watched = Watched(handler)
        ticker = Ticker(store, watched)  # type: ignore[arg-type] # it fires, and nothing else is asked of it
        bell.listen(deliverer.wake)
        async with _delivering(deliverer), _breathing() as stalls:
            clock.skip(AFTER)
            began_s = time.perf_counter()
            await ticker.tick()
            await _until(lambda: len(world.pages_s) >= due, world.more)
        return Lateness(
            _ms(watched.fired_s, began_s), _ms(world.pages_s, began_s), max(stalls), own_rss_mib()
        )


@asynccontextmanager
async def _delivering(deliverer: Deliverer) -> AsyncIterator[None]:
    running = asyncio.get_running_loop().create_task(deliverer.run(poll_s=0.05))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await deliverer.close()


@asynccontextmanager
async def _breathing() -> AsyncIterator[list[float]]:
    """How long the loop kept a sleeper waiting beyond its time, in milliseconds."""
    stalls = [0.0]

    async def breathe() -> None:
        while True:
            began_s = time.perf_counter()
            await asyncio.sleep(BREATH_S)
            stalls.append((time.perf_counter() - began_s - BREATH_S) * 1000)

    task = asyncio.get_running_loop().create_task(breathe())
    try:
        yield stalls
    finally:
        task.cancel()


async def _until(reached: Callable[[], bool], more: asyncio.Event) -> None:
    async with asyncio.timeout(600):
        while not reached():
            more.clear()
            await more.wait()


def _ms(instants_s: Sequence[float], began_s: float) -> list[float]:
    return sorted((at_s - began_s) * 1000 for at_s in instants_s)


def _at(figures: Sequence[float], share: float) -> float:
    return figures[min(len(figures) - 1, int(len(figures) * share))]


def rows(lateness: Lateness, floor: Sequence[float], goal: Goal | None) -> Sequence[Row]:
    """The table of one number of timers on one database."""
    return [
        Row("firing in the books, p50", [_at(lateness.fired, P50)], floor=_at(floor, P50)),
        Row("firing in the books, p99", [_at(lateness.fired, P99)], floor=_at(floor, P99), goal=goal),
        Row("page told, p50", [_at(lateness.told, P50)], floor=_at(floor, P50)),
        Row("page told, p99", [_at(lateness.told, P99)], floor=_at(floor, P99)),
        Row("pages out", [float(len(lateness.told))], ""),
        Row("longest stall of the loop", [lateness.stall], goal=Goal(50, "<= 50 ms (P5)")),
        Row("memory", [lateness.memory], "MiB"),
    ]


async def tables(*, quick: bool) -> Sequence[tuple[str, Sequence[Row]]]:
    """Each number of timers on each database that is here, ours before the peer's. quick: the thousand alone."""
    made: list[tuple[str, Sequence[Row]]] = []
    fired: dict[str, Sequence[float]] = {}
    with a_folder() as folder, some_databases(folder) as databases:
        for name, fresh in databases.items():
            for due in DUE[: 1 if quick else None]:
                address = fresh()
                bare = floor(address, due)
                lateness = await measure(address, due)
                title = f"{name}, {due} due in one second beside {WAITING} that wait"
                made.append((title, rows(lateness, bare, GOALS[due])))
                fired.setdefault(name, lateness.fired)
        for name, fresh in databases.items():
            beside = await timer_alone.one_at_a_time(fresh(), waiting=WAITING)
            alone = await timer_alone.one_at_a_time(fresh(), waiting=0)
            made.append((f"{name}, one timer after the other", _one_by_one(beside, alone)))
        peers = await timer_alone.apschedulers(folder, DUE[0])
        made += [(f"{name}, {DUE[0]} due", _peer(ours, peers)) for name, ours in fired.items()]
    return made


def _one_by_one(beside: Sequence[float], alone: Sequence[float]) -> Sequence[Row]:
    """The floor is the same without any that wait."""
    return [
        Row(
            "firing in the books, p50",
            [_at(beside, P50)],
            floor=_at(alone, P50),
            goal=Goal(2, "<= 2x (P5)", ratio=True),
        ),
        Row(
            "firing in the books, p99",
            [_at(beside, P99)],
            floor=_at(alone, P99),
            goal=Goal(25, "<= 25 ms (P5)"),
        ),
    ]


def _peer(ours: Sequence[float], peers: Sequence[float]) -> Sequence[Row]:
    """The floor is APScheduler's durable store, which has only begun a job that does nothing; ours has the page in the books."""
    return [Row("ours beside APScheduler's store, p99", [_at(ours, P99)], floor=_at(peers, P99))]


@contextmanager
def a_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="incidentbot-bench-") as name:
        yield Path(name)


@contextmanager
def some_databases(folder: Path) -> Iterator[Mapping[str, Callable[[], str]]]:
    """Name -> what gives the address of an empty one. Without a PostgreSQL server, SQLite alone."""
    numbers = count()
    found = {"SQLite": lambda: f"sqlite:///{folder}/{next(numbers)}.db"}
    binaries = found_postgres()
    if binaries is None:
        print("There is no PostgreSQL server here: SQLite alone.")
        yield found
        return
    with a_server(binaries, settings=DURABLE) as server:

        def emptied() -> str:
            empty(server.address)
            return server.address

        yield {**found, "PostgreSQL": emptied}
