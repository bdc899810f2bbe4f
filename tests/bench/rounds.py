"""Rounds of declarations: people type, and what the vendors saw is counted from the moment they did."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incidentbot.playground.slack import Answer
from tests.bench.footprint import on_cpu_s
from tests.bench.sightings import DONE, PIN
from tests.bench.stand import Stand

ACK, ALL_DONE = "ack", "all done"
PEOPLE = ("ana", "bo", "chi", "dee", "eli")
POLLS = frozenset({"GET /incidents", "GET /incidents/{id}", "GET /oncalls"})
"""What the bot asks PagerDuty every few seconds, in the background, while an incident waits for an answer."""

SPARE = "api.test"
"""Opens a connection beside the call that makes a room, and does nothing else: counted by itself."""

NUMBER = re.compile(r"INC-(\d+)")
CALM_S = 0.3
"""Between rounds, so that the last settlement of one is not counted in the next."""


@dataclass(slots=True)
class Measured:
    """Of several rounds: milliseconds from typing to each milestone, and what a declaration cost."""

    at_once: int
    ms: dict[str, list[float]] = field(default_factory=dict)
    calls: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    spares: list[int] = field(default_factory=list)
    lookups: int = 0
    unacked: int = 0

    def add(self, milestone: str, ms: float) -> None:
        """Note one declaration's milestone."""
        self.ms.setdefault(milestone, []).append(ms)


async def measured(stand: Stand, at_once: int, rounds: int, *, lapsed: bool = False) -> Measured:
    """So many declarations at once, in so many rounds after one that does not count.

    lapsed: the vendors close every idle connection before each round.
    """
    result = Measured(at_once)
    for number in range(rounds + 1):
        await asyncio.sleep(CALM_S)
        if lapsed:
            stand.lapse()
            await asyncio.sleep(CALM_S)
        await _round(stand, result if number else Measured(at_once), at_once)
    return result


async def _round(stand: Stand, into: Measured, at_once: int) -> None:
    stand.seen.forget()
    connections, before, spent_s = stand.connections, stand.calls, on_cpu_s(stand)
    typed = await asyncio.gather(*(_type(stand, place) for place in range(at_once)))
    await stand.seen.until_all_told(at_once)
    await asyncio.sleep(CALM_S)
    made = stand.calls - before
    into.cpu.append((on_cpu_s(stand) - spent_s) * 1000 / at_once)
    into.calls.append(sum(count for name, count in made.items() if name not in {*POLLS, SPARE}) / at_once)
    into.spares.append(made[SPARE])
    into.fresh.append(stand.connections - connections)
    into.lookups += _lookups(made)
    _book(into, typed, stand.seen.by_incident())


async def _type(stand: Stand, place: int) -> tuple[float, Answer]:
    began_s = time.perf_counter()
    title = f"checkout is down in zone {place} since {began_s:.6f}"
    by = PEOPLE[place % len(PEOPLE)]
    return began_s, await stand.workspace.slack.slash(by, "general", "/incident", f"declare sev1 {title}")


def _lookups(made: Counter[str]) -> int:
    """Questions that were asked of PagerDuty for a declaration."""
    return sum(count for name, count in made.items() if name.startswith("GET ") and name not in POLLS)


def _book(
    into: Measured, typed: Sequence[tuple[float, Answer]], seen: Mapping[int, Mapping[str, float]]
) -> None:
    for began_s, answer in typed:
        number = NUMBER.search(answer.text or "") if answer.acked else None
        if number is None:
            into.unacked += 1
            continue
        into.add(ACK, answer.ack_ms)
        reached = seen[int(number.group(1))]
        for milestone in (*DONE, PIN):
            into.add(milestone, (reached[milestone] - began_s) * 1000)
        into.add(ALL_DONE, (max(reached[milestone] for milestone in DONE) - began_s) * 1000)
