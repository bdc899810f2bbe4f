"""`make bench`: how fast a declaration is told, held against bare calls to the same stand-ins in the same run.

ARGS=--http: signed HTTP instead of Socket Mode. ARGS=--timers: a thousand and ten thousand timers due at once, on
each database. ARGS=--rooms: a loud room, and the draft of a large one. ARGS=--pages: the pages beside such a room.
ARGS=--webhooks: PagerDuty's webhooks at their door. ARGS=--runbooks: reading runbooks, and finding one among thousands.
ARGS=--quick: one round of each, to see that it runs.
"""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench import floors, footprint, goals, pages, rooms, runbooks, timers, webhooks
from tests.bench.rounds import measured
from tests.bench.stand import HTTP, LATENCY_S, SOCKET, Stand, opened
from tests.bench.tables import NOT_MET, Row, show

PAGING = ("events", "rest")
SET_UP_S = 0.06
MANY = 20

Tables = Sequence[tuple[str, Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Effort:
    """How often, and for how long the process is watched while idle.

    warming_s: after its start it asks PagerDuty and Slack once for all that it keeps in mind; that is no idling.
    """

    rounds: int
    warming_s: float
    idle_s: float


THOROUGH, QUICK = Effort(rounds=7, warming_s=5, idle_s=60), Effort(rounds=1, warming_s=2, idle_s=5)
"""A minute of idling: once in each, who is on call is asked anew."""


async def _rooms(quick: bool) -> Tables:  # noqa: FBT001 - the shape of BESIDE
    with timers.a_folder() as folder:
        return await rooms.tables(folder, quick=quick)


async def _pages(quick: bool) -> Tables:  # noqa: FBT001 - the shape of BESIDE
    with timers.a_folder() as folder:
        return await pages.tables(folder, quick=quick)


async def _runbooks(quick: bool) -> Tables:  # noqa: FBT001 - the shape of BESIDE
    with timers.a_folder() as folder:
        return runbooks.tables(folder, quick=quick)


BESIDE: Mapping[str, Callable[[bool], Coroutine[Any, Any, Tables]]] = {
    "timers": lambda quick: timers.tables(quick=quick),
    "rooms": _rooms,
    "pages": _pages,
    "runbooks": _runbooks,
    "webhooks": lambda quick: webhooks.tables(quick=quick),
}
"""What is measured without vendors."""


def main() -> None:
    """Measure and print. Figures are shown, never asserted: machines differ."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--http", action="store_true", help="signed HTTP instead of Socket Mode")
    asked.add_argument("--quick", action="store_true", help="one round of each")
    asked.add_argument("--paging", choices=PAGING, help="only this way of paging")
    for name in BESIDE:
        asked.add_argument(f"--{name}", action="store_true", help=f"{name} instead of declarations")
    given = asked.parse_args()
    beside = [name for name in BESIDE if getattr(given, name)]
    if beside:
        missed = [row for name in beside for row in _shown(name, asyncio.run(BESIDE[name](given.quick)))]
        _sum_up(missed)
        return
    effort = QUICK if given.quick else THOROUGH
    door = HTTP if given.http else SOCKET
    missed = []
    for paging in (given.paging,) if given.paging else PAGING:
        missed += asyncio.run(_bench(door, paging, effort))
    _sum_up(missed)


def _sum_up(missed: Sequence[tuple[str, Row]]) -> None:
    print(f"\n{len(missed)} goals not met{':' if missed else '.'}")
    for title, row in missed:
        print(f"  {title}: {row.what}")


async def _bench(door: str, paging: str, effort: Effort) -> list[tuple[str, Row]]:
    print(f"\n=== {door}, pages by {paging}; {LATENCY_S * 1000:.0f} ms to Slack and to PagerDuty ===")
    async with opened(door, paging) as stand:
        return _shown(f"{door}, {paging}", await _tables(stand, effort))


def _shown(where: str, tables: Sequence[tuple[str, Sequence[Row]]]) -> list[tuple[str, Row]]:
    """Print them; gives the rows whose goal is missed."""
    missed = []
    for title, rows in tables:
        show(title, rows)
        missed += [(f"{where}, {title}", row) for row in rows if row.verdict == NOT_MET]
    return missed


async def _tables(stand: Stand, effort: Effort) -> Sequence[tuple[str, Sequence[Row]]]:
    await asyncio.sleep(effort.warming_s)
    cpu = await footprint.idle_cpu_percent(stand, effort.idle_s)
    bare = await floors.measure(stand, max(3, effort.rounds), SET_UP_S)
    alone = await measured(stand, 1, effort.rounds)
    together = await measured(stand, MANY, effort.rounds)
    stand.set_up_takes(SET_UP_S)
    idle = await measured(stand, 1, effort.rounds, lapsed=True)
    stand.set_up_takes(0)
    cold = f"after idle: every kept connection closed by the vendors, {SET_UP_S * 1000:.0f} ms for a new one"
    return [
        ("warm, 1 at once", goals.rows(goals.ONE, alone, bare)),
        (f"warm, {MANY} at once", goals.rows(goals.TWENTY, together, bare)),
        (cold, goals.rows(goals.IDLE, idle, bare)),
        ("the process", goals.footprint(stand.ready_after_s, footprint.rss_mib(stand), cpu)),
    ]


if __name__ == "__main__":
    main()
