"""Tunes the table of weights on some rooms, so that it can be judged on another. Never writes the table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from types import MappingProxyType

from incidentbot.core.salience import WEIGHTS, Reading, Scored, weigh

STEPS = (-0.5, 0.5)
PULL = 0.004
"""What half a point away from the written table costs, so that few rooms do not bend it."""

FIXED = frozenset({"pin", "joined the channel", "two people reacted"})
SOFT = 0.05
KEPT = 0.35


@dataclass(frozen=True, slots=True)
class Room:
    """A room as it was read, and the ids that are evidence, one set for each key event."""

    readings: tuple[Reading, ...]
    events: tuple[frozenset[str], ...]


def worth(scored: Sequence[Scored], events: Sequence[frozenset[str]]) -> float:
    """How surely the key events stand in the best 35 %: 1 each when far in front, a half at the border."""
    best = sorted(scored, key=lambda each: (-each.score, each.at))
    place = {each.item.id: rank / len(best) for rank, each in enumerate(best)}
    nearest = [min(place[each] for each in event) for event in events]
    return sum(1 / (1 + exp((at - KEPT) / SOFT)) for at in nearest) / max(len(nearest), 1)


def tuned(rooms: Sequence[Room], *, rounds: int = 2) -> Mapping[str, float]:
    """The table after a few rounds of small steps, each kept when the rooms gain by it."""
    if not rooms:
        return WEIGHTS
    weights, best = dict(WEIGHTS), _value(rooms, WEIGHTS)
    for _ in range(rounds):
        for name, value in list(_neighbours(weights)):
            tried = {**weights, name: value}
            found = _value(rooms, tried)
            if found > best:
                weights, best = tried, found
    return MappingProxyType(weights)


def _neighbours(weights: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for name in WEIGHTS:
        if name not in FIXED:
            yield from ((name, round(weights[name] + step, 2)) for step in STEPS)


def _value(rooms: Sequence[Room], weights: Mapping[str, float]) -> float:
    moved = sum(abs(weights[name] - WEIGHTS[name]) for name in WEIGHTS)
    found = sum(worth(weigh(room.readings, weights), room.events) for room in rooms) / len(rooms)
    return found - PULL * moved
