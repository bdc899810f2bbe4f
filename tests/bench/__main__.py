"""`make bench`: how fast a declaration is told, held against bare calls to the same stand-ins in the same run.

ARGS=--http: signed HTTP instead of Socket Mode. ARGS=--timers: a
thousand and ten thousand timers due at once, on each database. ARGS=--rooms: a loud room, and the draft of a large one. ARGS=--quick: one round of each, to see that it runs.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench import floors, footprint, goals, rooms, timers
from tests.bench.rounds import measured
from tests.bench.stand import HTTP, LATENCY_S, SOCKET, Stand, opened
from tests.bench.tables import NOT_MET, Row, show

PAGING = ("events", "rest")
SET_UP_S = 0.06
MANY = 20


@dataclass(frozen=True, slots=True)
class Effort:
    """How often, and for how long the process is watched while idle."""

    rounds: int
    idle_s: float


THOROUGH, QUICK = Effort(rounds=7, idle_s=20), Effort(rounds=1, idle_s=2)


def main() -> None:
    """Measure and print. Figures are shown, never asserted: machines differ."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--http", action="store_true", help="signed HTTP instead of Socket Mode")
    asked.add_argument("--quick", action="store_true", help="one round of each")
    asked.add_argument("--paging", choices=PAGING, help="only this way of paging")
    asked.add_argument("--timers", action="store_true", help="timers instead of declarations")
    asked.add_argument("--rooms", action="store_true", help="a loud room instead of declarations")
    given = asked.parse_args()
    if given.rooms:
        with timers.a_folder() as folder:
            _sum_up(_shown("rooms", asyncio.run(rooms.tables(folder, quick=given.quick))))
        return
    if given.timers:
        _sum_up(_shown("timers", asyncio.run(timers.tables(quick=given.quick))))
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
