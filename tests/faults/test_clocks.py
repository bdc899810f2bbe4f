"""The clock jumps, changes to summer time, smears a second, or differs between replicas: each deadline once, none early or late."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from incidentbot.clock import Clock, StillClock, new_id
from incidentbot.core.commands import Declare
from incidentbot.core.policy import Severity
from incidentbot.flows.handle import Handler
from incidentbot.flows.tick import Ticker
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.flows.test_clock_jumps import HOUR, Machine
from tests.store.conftest import postgres as postgres  # noqa: PLC0414 - one server for the session, as the store's tests have
from tests.store.postgres import empty

DEADLINES = 4
"""Of one incident, one after the other: nobody acknowledges it."""

LATEST = timedelta(seconds=2)
APART = timedelta(seconds=5)
SECOND = timedelta(seconds=1)
SUMMER, WINTER = datetime(2027, 3, 28, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
"""Ten minutes before clocks in Europe change, between the deadlines of an incident that is declared then."""

SMEAR_S = 1 / 86_400
"""How much slower a clock runs while it spreads a leap second over a day."""


def no_jump(_: Machine, __: Random) -> None: ...


def jump(by: timedelta) -> Callable[[Machine, Random], None]:
    def jumped(machine: Machine, _: Random) -> None:
        machine.wall += by

    return jumped


class Smeared(Machine):
    """A machine whose clock is slowed down."""

    def passes(self, span: timedelta) -> None:
        super().passes(span)
        self.wall -= span * SMEAR_S


class At:
    """A machine on which it is a certain instant."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> Machine:
        machine = Machine()
        machine.wall = self._at
        return machine


def handler_of(store: SqlStore, clock: Clock) -> Handler:
    policy = load("im-chat")
    return Handler(store, clock, lambda: policy, lambda: None, lambda: None)


async def declared(handler: Handler) -> str:
    """Its id."""
    told = await handler.handle(Declare(new_id(), "U0ANA", "checkout is down", Severity.P0, "x4k2"))
    return told.incident_id


async def lived(
    path: Path, machine: Machine, trouble: Callable[[Machine, Random], None], chance: Random
) -> tuple[int, int]:
    """Deadlines that did not fire within two seconds, and those that fired before their time."""
    late = early = 0
    clock = machine.clock()
    async with open_store(f"sqlite:///{path}", clock) as store:
        handler = handler_of(store, clock)
        ticker = Ticker(store, handler)
        await declared(handler)
        troubled_at = chance.randrange(DEADLINES)
        for number in range(DEADLINES):
            due = await store.next_timer_at()
            assert due is not None
            left = due - clock.now()
            before = left * chance.random()
            machine.passes(before)
            if number == troubled_at:
                trouble(machine, chance)
            early += await ticker.tick()
            machine.passes(left - before - SECOND)
            early += await ticker.tick()
            machine.passes(SECOND + LATEST)
            late += not await ticker.tick()
    return late, early


@pytest.mark.parametrize(
    ("part", "ways", "begun", "trouble"),
    [
        (Part.CLOCK_JUMPS, 3, Machine, jump(HOUR)),
        (Part.CLOCK_JUMPS, 3, Machine, jump(-HOUR)),
        (Part.CLOCK_JUMPS, 3, Machine, jump(timedelta(days=1))),
        (Part.CLOCK_CHANGES, 3, At(SUMMER), no_jump),
        (Part.CLOCK_CHANGES, 3, At(WINTER), no_jump),
        (Part.CLOCK_CHANGES, 3, Smeared, no_jump),
    ],
    ids=["1 h ahead", "1 h back", "1 day ahead", "summer time", "winter time", "a smeared second"],
)
async def test_every_deadline_fires_once_at_its_time_whatever_the_clock_shows(
    tmp_path: Path,
    tally: Tally,
    part: Part,
    ways: int,
    begun: Callable[[], Machine],
    trouble: Callable[[Machine, Random], None],
):
    wanted, late, early = runs(part, ways=ways), 0, 0
    for number in range(wanted):
        chance = Random(number)  # noqa: S311 - the same each time
        missed, hasty = await lived(tmp_path / f"{number}.db", begun(), trouble, chance)
        late, early = late + missed, early + hasty
    tally(part, wanted, lost=late, doubled=early)
    assert (late, early) == (0, 0)


async def test_replicas_whose_clocks_differ_fire_each_deadline_once(postgres: str, tally: Tally):
    wanted, lost, doubled = runs(Part.CLOCKS_DIFFER), 0, 0
    owed = await lived_by_two(postgres, timedelta(0))
    for _ in range(wanted):
        found = await lived_by_two(postgres, APART)
        lost, doubled = lost + (owed - found).total(), doubled + (found - owed).total()
    tally(Part.CLOCKS_DIFFER, wanted, lost=lost, doubled=doubled)
    assert (lost, doubled) == (0, 0)


async def lived_by_two(address: str, apart: timedelta) -> Counter[str]:
    """What its deadlines brought about, where two replicas look every second and one clock is ahead. None is early by more."""
    empty(address)
    clocks = StillClock(SUMMER), StillClock(SUMMER + apart)
    async with open_store(address, clocks[0]) as one, open_store(address, clocks[1]) as other:
        handlers = handler_of(one, clocks[0]), handler_of(other, clocks[1])
        tickers = Ticker(one, handlers[0]), Ticker(other, handlers[1])
        incident_id = await declared(handlers[0])
        for _ in range(DEADLINES):
            due = await one.next_timer_at()
            assert due is not None
            passes(clocks, due - clocks[0].now() - APART - SECOND)
            assert await both(tickers) == 0
            for _second in range(2 * int(APART / SECOND)):
                passes(clocks, SECOND)
                await both(tickers)
        return Counter(one.fact.kind.value for one in await one.facts(incident_id))


def passes(clocks: tuple[StillClock, StillClock], span: timedelta) -> None:
    for clock in clocks:
        clock.skip(span)


async def both(tickers: tuple[Ticker, Ticker]) -> int:
    """How many timers fired at this instant, at the two together."""
    return sum(await asyncio.gather(*(ticker.tick() for ticker in tickers)))
