"""Zones, working days and holidays: the calendar words of a profile as values. Asks no clock."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from incidentbot.core.ladders import business_time
from incidentbot.core.policy import BusinessHours
from incidentbot.policies.durations import day, opening
from incidentbot.policies.yaml_strict import Path

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY_YEARS = range(2020, 2051)
"""Years for which holidays are worked out at load: an incident that is loaded later keeps its plan anyway."""

A_MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
"""Any instant will do to see whether hours ever open."""

_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,5})?")


def is_zone(name: str) -> bool:
    """Whether the zone data knows `name`."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def business_hours(timezone: str, hours: Mapping[str, str], holidays: Sequence[str]) -> BusinessHours:
    """The working hours that the words mean. Raises ValueError, as `faults` would have told."""
    week = {weekday: opening(text) for days, text in hours.items() for weekday in weekdays(days)}
    free = frozenset(date_ for word in holidays for date_ in holiday_dates(word))
    return BusinessHours(timezone, MappingProxyType(week), free)


def weekdays(text: str) -> tuple[int, ...]:
    """The weekdays (0 is Monday) that `mon-fri`, `sat` or `mon,wed` mean. Raises ValueError."""
    found: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f'"{text}" names no weekdays: write them like mon-fri, sat or mon,wed.')
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found += range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)]
    return tuple(found)


def holiday_dates(word: str) -> frozenset[date]:
    """The dates that a holiday word means: a country (US), a country and its part (DE-BY), or one date."""
    if not _COUNTRY.fullmatch(word):
        return frozenset({_one_date(word)})
    import holidays  # noqa: PLC0415 - a quarter of a second that profiles without country codes need not spend

    country, _, part = word.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=HOLIDAY_YEARS))
    except NotImplementedError as error:
        raise ValueError(f'"{word}" is no country or part of one whose holidays are known.') from error


def faults(hours: Mapping[str, str], holidays: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """What is wrong with the words, as paths and sentences; nothing when they make a calendar with open days."""
    found = [*_hour_faults(hours), *_holiday_faults(holidays)]
    yield from found
    if found:
        return
    try:
        business_time.next_open(A_MONDAY, business_hours("Etc/UTC", hours, holidays))
    except ValueError as error:
        yield ("business_hours",), str(error)


def _hour_faults(hours: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    taken: dict[int, tuple[time, time]] = {}
    for days, text in hours.items():
        try:
            named = dict.fromkeys(weekdays(days), opening(text))
        except ValueError as error:
            yield ("business_hours", days), str(error)
            continue
        if twice := taken.keys() & named.keys():
            yield ("business_hours", days), f"{DAYS[min(twice)]} has hours twice; a day opens once."
        taken |= named


def _holiday_faults(holidays: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for number, word in enumerate(holidays):
        try:
            holiday_dates(word)
        except ValueError as error:
            yield ("holidays", number), str(error)


def _one_date(word: str) -> date:
    try:
        return day(word)
    except ValueError as error:
        raise ValueError(
            f'"{word}" is no holiday: write a country like US or DE-BY, or a date like 2026-12-24.'
        ) from error
