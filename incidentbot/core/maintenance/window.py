"""Maintenance windows: when the planned one comes round, and which holds alerts back at an instant. Asks no clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incidentbot.core.ladders.walls import wall_instant
from incidentbot.core.maintenance.recurrence import Recurrence, days_from

DAY = timedelta(days=1)
PLANNED = "planned-"
"""How the names of windows begin that come round by the profile."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The window that a profile plans. Its hours are read on the wall of `timezone`; a close of 00:00 ends the day.

    duration: the shortest and longest time that the work takes. notice: so long before it is announced, None: not.
    """

    recurrence: Recurrence
    opens: time
    closes: time
    timezone: str
    duration: tuple[timedelta, timedelta] | None = None
    notice: timedelta | None = None
    checklist: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """One window: from `begins_at` until before `ends_at`. by: who announced it, "" for the profile's own."""

    name: str
    title: str
    begins_at: datetime
    ends_at: datetime
    by: str = ""

    def is_open(self, at: datetime) -> bool:
        """Whether work may be going on."""
        return self.begins_at <= at < self.ends_at


def occurrences(planned: Planned, after: datetime) -> Iterator[Window]:
    """The planned windows that are not over at `after`, in order. One that a clock change swallows is none."""
    zone = ZoneInfo(planned.timezone)
    for day in days_from(planned.recurrence, after.astimezone(zone).date() - DAY):
        window = _of_day(planned, day, zone)
        if window.begins_at < window.ends_at and window.ends_at > after:
            yield window


def holding(windows: Iterable[Window], at: datetime) -> Window | None:
    """The window that holds alerts back at `at`: of those that are open the one that ends last."""
    return max((one for one in windows if one.is_open(at)), key=lambda one: one.ends_at, default=None)


def open_beside(windows: Iterable[Window], window: Window, at: datetime) -> list[Window]:
    """The other windows that are open at `at`, the one that ends last at the end."""
    others = [one for one in windows if one.is_open(at) and one.name != window.name]
    return sorted(others, key=lambda one: one.ends_at)


def overlapping(windows: Iterable[Window], window: Window) -> list[Window]:
    """The other windows that hold alerts back for part of the same time."""
    return [
        one
        for one in windows
        if one.name != window.name and max(one.begins_at, window.begins_at) < min(one.ends_at, window.ends_at)
    ]


def _of_day(planned: Planned, day: date, zone: ZoneInfo) -> Window:
    closing = day if planned.closes != time.min else day + DAY
    begins_at = wall_instant(day, planned.opens, zone, fold=0)
    ends_at = wall_instant(closing, planned.closes, zone, fold=1)
    return Window(
        f"{PLANNED}{day}", "planned maintenance", begins_at.astimezone(UTC), ends_at.astimezone(UTC)
    )
