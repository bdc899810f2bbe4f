"""What people ask of a running ladder beside calling somebody in: to wait, or that somebody else has it. Plain data."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hold the ladder's next automatic page for so long."""

    by: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class PageNow:
    """End the snooze, and page whoever is next."""

    by: str


@dataclass(frozen=True, slots=True)
class StillOnIt:
    """Whoever was asked is still on it, or somebody else is from now on."""

    by: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Page the next of the chain, and go on until somebody else has it."""

    by: str


LadderCommand = Snooze | PageNow | StillOnIt | HandOver
