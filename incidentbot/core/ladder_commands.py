"""What people ask of a running ladder beside calling somebody in: to wait, or to wait no longer. Plain data."""

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


LadderCommand = Snooze | PageNow
