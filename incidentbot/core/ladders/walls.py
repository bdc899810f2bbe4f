"""Clocks on walls: when a zone's wall shows a time of day, also on the days its clocks are changed. Asks no clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def wall_instant(day: date, wall: time, zone: ZoneInfo, *, fold: int) -> datetime:
    """The instant when the zone's wall shows `wall`. Shown twice: `fold` chooses. Never shown: when the wall jumps."""
    first, last = (datetime.combine(day, wall, zone).replace(fold=which).astimezone(UTC) for which in (0, 1))
    if last < first:
        return _jump(last, first, zone)
    return last if fold else first


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between `before` and `after` at which the zone's offset changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
