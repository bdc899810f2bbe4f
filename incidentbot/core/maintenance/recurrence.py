"""The days on which something comes round, by a subset of RFC 5545 (section 3.3.10). Pure; knows no hour and no zone.

Read are FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL and BYDAY. A profile states no first day (DTSTART), so that
intervals are counted from Monday, 1 January 2024, and every frequency but DAILY needs its BYDAY.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FIRST_DAY = date(2024, 1, 1)
"""A Monday, the first of a month and of a year: from here intervals are counted."""

LOOK_AHEAD = timedelta(days=366 * 4)
"""A day that does not come within four years does not come."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_PART = re.compile(r"(FREQ|INTERVAL|BYDAY)=([A-Z0-9,+-]+)")
_DAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)")
_EXAMPLE = "write it like FREQ=MONTHLY;BYDAY=1SU or FREQ=WEEKLY;BYDAY=TU,TH"


class Frequency(StrEnum):
    """What it comes round in."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Nth:
    """A weekday (0 is Monday): the nth of its month or year, counted from the end where negative; 0 is each of them."""

    nth: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule. `days` () only for DAILY: every day."""

    frequency: Frequency
    interval: int = 1
    days: tuple[Nth, ...] = ()


def read(text: str) -> Recurrence:
    """The rule that `FREQ=MONTHLY;BYDAY=1SU` names. Raises ValueError with what is wrong and how it is written."""
    parts: dict[str, str] = {}
    for part in text.split(";"):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(f'"{part}" is no part of a recurrence that is read here: {_EXAMPLE}.')
        if found[1] in parts:
            raise ValueError(f"{found[1]} stands in it twice.")
        parts[found[1]] = found[2]
    if parts.get("FREQ") not in set(Frequency):
        raise ValueError(f"FREQ is one of {', '.join(Frequency)}: {_EXAMPLE}.")
    frequency, interval = Frequency(parts["FREQ"]), parts.get("INTERVAL", "1")
    if not re.fullmatch(r"[1-9]\d?", interval):
        raise ValueError(f'INTERVAL is a number from 1 to 99, not "{interval}".')
    days = tuple(_day(word, frequency) for word in parts["BYDAY"].split(",")) if "BYDAY" in parts else ()
    if not days and frequency is not Frequency.DAILY:
        raise ValueError(f"{frequency} needs the day it falls on: {_EXAMPLE}.")
    return Recurrence(frequency, int(interval), days)


def falls_on(rule: Recurrence, day: date) -> bool:
    """Whether it comes round on this day."""
    turn = _TURNS[rule.frequency](day)
    return turn % rule.interval == 0 and (
        not rule.days or any(_is_nth(day, one, rule.frequency) for one in rule.days)
    )


def days_from(rule: Recurrence, day: date) -> Iterator[date]:
    """The days from `day` on, in order, as far as is looked ahead."""
    for ahead in range(LOOK_AHEAD.days):
        candidate = day + timedelta(days=ahead)
        if falls_on(rule, candidate):
            yield candidate


def _day(word: str, frequency: Frequency) -> Nth:
    found = _DAY.fullmatch(word)
    if found is None:
        raise ValueError(f'"{word}" is no BYDAY: {_EXAMPLE}.')
    nth = int(found[1] or 0)
    if nth and frequency not in {Frequency.MONTHLY, Frequency.YEARLY}:
        raise ValueError(f'"{word}" counts weekdays of a month or a year; {frequency} has none to count.')
    if frequency is Frequency.MONTHLY and abs(nth) > 5:  # noqa: PLR2004 - no month has a sixth Sunday
        raise ValueError(f'"{word}" never comes: a month has at most five of a weekday.')
    return Nth(nth, WEEKDAYS.index(found[2]))


def _is_nth(day: date, one: Nth, frequency: Frequency) -> bool:
    if day.weekday() != one.weekday:
        return False
    if not one.nth:
        return True
    if frequency is Frequency.MONTHLY:
        place, length = day.day, monthrange(day.year, day.month)[1]
    else:
        place, length = day.timetuple().tm_yday, 365 + isleap(day.year)
    return one.nth in {(place - 1) // 7 + 1, -((length - place) // 7 + 1)}


_TURNS: Mapping[Frequency, Callable[[date], int]] = {
    Frequency.DAILY: lambda day: (day - FIRST_DAY).days,
    Frequency.WEEKLY: lambda day: (day - FIRST_DAY).days // 7,
    Frequency.MONTHLY: lambda day: (day.year - FIRST_DAY.year) * 12 + day.month - FIRST_DAY.month,
    Frequency.YEARLY: lambda day: day.year - FIRST_DAY.year,
}
"""How many turns of each frequency a day lies after the first."""
