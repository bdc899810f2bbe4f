"""A thousand deadlines in one second on two replicas, one of them killed in their midst: each rung is paged exactly once."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Select, create_engine, func, select, text

from incidentbot.clock import SystemClock
from incidentbot.core.effects import SendPage
from incidentbot.core.facts import FactKind
from incidentbot.flows.deliver import LEASE_S
from incidentbot.store.codec import KIND_OF
from incidentbot.store.schema.tables import EffectState, effects, facts
from tests.bench.timer_rows import fill
from tests.crash.replicas import LOOK_EVERY_S, Replicas, two_replicas
from tests.faults.matrix import Effort, Part, effort, runs
from tests.faults.report import Figure, Tally
from tests.store.postgres import another

pytestmark = pytest.mark.crash

PROFILE = """\
schema: 1
id: second
title: One more rung
extends: default
severities:
  P0: {room: thread, notify: [pagerduty, slack], escalate: [{after: 20m}]}
"""
RUNG = "rung-p0-1"
DUE, AHEAD = 1_000, timedelta(seconds=2)
EARLIEST, LATEST = 50, 800
"""So many pages are out when one of the two is killed."""

SIDE_BY_SIDE = 2
"""Pairs at once, each on a database of its own: half of the time goes by until a lease is over. Each slows the other."""

TITLE = "checkout is down"
STALLED_S = 120.0
"""A busy machine takes its time; where for so long nothing at all has happened, nothing will."""

FIGURES = (
    ("rung_s", "what anybody held at the kill had rung", f"<= {LEASE_S + 1:g} s"),
    ("told_s", "all told, by the books, after the kill", f"<= {LEASE_S + 1:g} s"),
    ("last_page_s", "the last page after its deadline", ""),
)

NOT_OVER = (EffectState.WAITING.value, EffectState.CLAIMED.value)
IS_PAGE = effects.c.kind == KIND_OF[SendPage]
UNTOLD = select(func.count()).select_from(effects).where(effects.c.state.in_(NOT_OVER))
IN_HAND = select(effects.c.incident_id).where(IS_PAGE, effects.c.state == EffectState.CLAIMED.value)
PAGED = (
    select(facts.c.incident_id, func.count())
    .where(facts.c.kind == FactKind.PAGED.value)
    .group_by(facts.c.incident_id)
)


@dataclass(frozen=True, slots=True)
class Second:
    """What became of its deadlines. Seconds from the kill until whatever was in anybody's hands then had rung, and
    until every page was in the books as told; and from the deadline to the last page.
    """

    lost: Sequence[str]
    doubled: Sequence[str]
    rung_s: float
    told_s: float
    last_page_s: float


class Books:
    """The database as the test reads it, past the bot."""

    def __init__(self, address: str) -> None:
        self._engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))

    def in_hand(self) -> set[str]:
        """The incidents of which a replica is telling a page."""
        with self._engine.connect() as connection:
            return set(connection.execute(IN_HAND).scalars())

    def paged(self) -> Counter[str]:
        """Incident -> how often its timeline says that it paged."""
        with self._engine.connect() as connection:
            return Counter({row[0]: row[1] for row in connection.execute(PAGED)})

    async def all_paged(self) -> None:
        """Wait until every deadline has fired and no page waits."""
        await self._none_of(lambda: self._untold(UNTOLD.where(IS_PAGE)) + DUE + 1 - self.paged().total())

    async def all_told(self) -> None:
        """Wait until nothing waits."""
        await self._none_of(lambda: self._untold(UNTOLD))

    def clear(self) -> None:
        """Forget every incident; the numbers go on."""
        with self._engine.begin() as connection:
            connection.execute(text("TRUNCATE incidents CASCADE"))

    def _untold(self, which: Select[tuple[int]]) -> int:
        with self._engine.connect() as connection:
            return connection.execute(which).scalar_one()

    async def _none_of(self, count: Callable[[], int]) -> None:
        """Wait until the count is nothing. Raises TimeoutError where it stays the same for STALLED_S."""
        last, since = -1, time.monotonic()
        while (left := count()) > 0:
            last, since = (last, since) if left == last else (left, time.monotonic())
            if time.monotonic() - since > STALLED_S:
                raise TimeoutError(f"{left} wait, and did {STALLED_S:g} s ago.")
            await asyncio.sleep(LOOK_EVERY_S)

    def close(self) -> None:
        """Close its connections."""
        self._engine.dispose()


class Blow:
    """SIGKILL for one replica in the answer to a certain page. `held`: whose pages were being told at that instant."""

    def __init__(self, replicas: Replicas, books: Books, chance: Random) -> None:
        self.held: set[str] = set()
        self.at: datetime | None = None
        self._left = chance.randint(EARLIEST, LATEST)
        self.victim = chance.choice(replicas.bots)
        self._books = books
        replicas.workspace.pagerduty.faults.after_apply[:] = [self._applied]

    async def _applied(self, operation: str, _: Mapping[str, Any]) -> None:
        self._left -= operation == "enqueue.trigger"
        if self._left or self.at is not None:
            return
        assert self.victim.pid is not None
        os.kill(self.victim.pid, signal.SIGKILL)
        self.at = SystemClock().now()
        self.held = self._books.in_hand()


async def a_second(replicas: Replicas, address: str, books: Books, chance: Random) -> Second:
    """A thousand incidents like one that was declared; the next rung of each is due at the same instant."""
    await replicas.declare(TITLE)
    (first,) = await replicas.incidents()
    await replicas.told()
    due_at = SystemClock().now() + AHEAD
    blow = Blow(replicas, books, chance)
    ids = await asyncio.to_thread(
        fill, address, first.id, DUE, rung=RUNG, due_at=due_at, waiting=0, incidents=DUE
    )
    await books.all_paged()
    told_at = SystemClock().now()
    await books.all_told()
    await replicas.workspace.pagerduty.settled()  # it rings after it has answered
    assert blow.at is not None, "all was paged before the blow"
    paged, rings = (
        books.paged(),
        [ring for ring in replicas.workspace.pagerduty.phone.rings if ring.key.partition(":")[0] in ids],
    )
    rung = Counter(ring.key.partition(":")[0] for ring in rings)
    held = [ring.at for ring in rings if ring.key.partition(":")[0] in blow.held]
    await blow.victim.kill()  # it is dead; what is awaited is that it is buried
    await blow.victim.start()
    return Second(
        lost=[one for one in ids if not (rung[one] and paged[one])],
        doubled=[*(one for one in ids if rung[one] > 1 or paged[one] > 1), *replicas.said_twice()],
        rung_s=(max(held, default=blow.at) - blow.at).total_seconds(),
        told_s=(told_at - blow.at).total_seconds(),
        last_page_s=(max(ring.at for ring in rings) - due_at).total_seconds(),
    )


def forget(replicas: Replicas, books: Books) -> None:
    """Nothing has happened yet: a thousand more in the same books and the same room would slow each time down."""
    books.clear()
    slack = replicas.workspace.slack
    slack.calls.clear()
    for room in slack.workspace.channels.values():
        room.messages.clear()


@pytest.mark.skipif(effort() is Effort.FEW, reason="It takes minutes: `make faults` runs it.")
async def test_a_thousand_deadlines_in_one_second_page_once_each_though_one_replica_dies_among_them(
    postgres: str, tmp_path: Path, tally: Tally, figure: Figure
):
    seconds, numbers = list[Second](), iter(range(runs(Part.ONE_SECOND)))

    async def some(pair: int) -> None:
        address = another(postgres, f"second_{pair}")
        both = two_replicas(tmp_path / str(pair), address, profile=PROFILE, paging="events")
        with closing(Books(address)) as books:
            async with both as replicas:
                for number in numbers:
                    forget(replicas, books)
                    chance = Random(number)  # noqa: S311 - the same each time
                    one = await a_second(replicas, address, books, chance)
                    print(f"rung {one.rung_s:.1f} s, told {one.told_s:.1f} s, last {one.last_page_s:.1f} s")
                    tally(Part.ONE_SECOND, 1, lost=len(one.lost), doubled=len(one.doubled))
                    assert (one.lost, one.doubled) == ([], [])
                    seconds.append(one)

    async with asyncio.TaskGroup() as group:
        for pair in range(min(SIDE_BY_SIDE, runs(Part.ONE_SECOND))):
            group.create_task(some(pair))
    for name, what, asked in FIGURES:
        worst_s = max(getattr(one, name) for one in seconds)
        figure("11", f"1,000 at once: {what}, the worst of {len(seconds)}", f"{worst_s:.1f} s", asked)
