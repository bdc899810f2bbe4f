"""Working time: whether it runs, when it next runs, and where a span of it ends. Knows no clock and reads no file.

All instants are aware UTC. A day's hours are read on the wall of the team's zone, so they are an hour shorter or longer
where the zone changes its clocks within them. A wall time that a change skips means the instant of the change.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incidentbot.core.ladders.walls import wall_instant
from incidentbot.core.policy import BusinessHours

MAX_CLOSED_DAYS = 400
"""A team that does not open for over a year has no hours: searching ends here, so no loop is endless."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONDAY = 0


def is_open(at: datetime, hours: BusinessHours) -> bool:
    """Whether working time runs at `at`. The opening belongs to the hours, the close does not."""
    window = _window(_local_day(at, hours), hours)
    return window is not None and window[0] <= at < window[1]


def next_open(at: datetime, hours: BusinessHours) -> datetime:
    """`at` itself while working time runs, else the next opening. Raises ValueError for hours that never open."""
    opens, _ = next(_windows(at, hours))
    return max(at, opens)


def add(start: datetime, span: timedelta, hours: BusinessHours) -> datetime:
    """The first instant by which `span` of working time has passed since `start`.

    A span that ends with the day ends at that day's close, not at the next opening. A span of nothing ends at `start`.
    Raises ValueError for a negative span, and for hours that never open.
    """
    if span < timedelta(0):
        raise ValueError("Working time cannot be added backwards.")
    if not span:
        return start
    windows = _windows(start, hours)
    left = span
    while True:
        opens, closes = next(windows)
        begins = max(start, opens)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins


def close_of_next_business_day(at: datetime, hours: BusinessHours) -> datetime:
    """The close of the first working day after the local day of `at`, whatever the hour of `at`."""
    tomorrow = _local_day(at, hours) + DAY
    return next(_windows_from(tomorrow, hours))[1]


def next_business_day(at: datetime, hours: BusinessHours) -> datetime:
    """The opening of the first working day after the local day of `at`: when a daily list is read."""
    tomorrow = _local_day(at, hours) + DAY
    return next(_windows_from(tomorrow, hours))[0]


def weekly_review(at: datetime, hours: BusinessHours) -> datetime:
    """The first weekly review at or after `at`: the start of business on Monday, or on the first working day after it."""
    day = _local_day(at, hours)
    monday = day - DAY * ((day.weekday() - MONDAY) % 7)
    while True:
        review = next(_windows_from(monday, hours))[0]
        if review >= at:
            return review
        monday += WEEK


def _windows(at: datetime, hours: BusinessHours) -> Iterator[tuple[datetime, datetime]]:
    """The windows that are not over at `at`, in order, without end."""
    for window in _windows_from(_local_day(at, hours), hours):
        if at < window[1]:
            yield window


def _windows_from(day: date, hours: BusinessHours) -> Iterator[tuple[datetime, datetime]]:
    """The windows of `day` and all days after it, in order, without end."""
    closed = 0
    while True:
        window = _window(day, hours)
        closed = 0 if window else closed + 1
        if closed > MAX_CLOSED_DAYS:
            raise ValueError("These business hours never open: every day is free or a holiday.")
        if window is not None:
            yield window
        day += DAY


def _window(day: date, hours: BusinessHours) -> tuple[datetime, datetime] | None:
    """When the team opens and closes on `day`; None on a free day, and where a clock change swallowed the hours."""
    span = hours.hours.get(day.weekday())
    if span is None or day in hours.holidays:
        return None
    opens, closes = span
    closing_day = day if closes != time.min else day + DAY
    zone = ZoneInfo(hours.timezone)
    window = (wall_instant(day, opens, zone, fold=0), wall_instant(closing_day, closes, zone, fold=1))
    return window if window[0] < window[1] else None


def _local_day(at: datetime, hours: BusinessHours) -> date:
    """The date on the team's wall at `at`."""
    return at.astimezone(ZoneInfo(hours.timezone)).date()
