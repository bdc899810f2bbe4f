"""When maintenance comes round: the subset of RFC 5545, and days on which clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest

from incidentbot.core.maintenance.recurrence import days_from, read
from incidentbot.core.maintenance.window import Planned, Window, holding, occurrences

NEW_YORK = "America/New_York"


def first(rule: str, after: date, count: int = 3) -> list[str]:
    return [f"{day:%a %Y-%m-%d}" for day in islice(days_from(read(rule), after), count)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=1SU", ["Sun 2026-12-06", "Sun 2027-01-03", "Sun 2027-02-07"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["Fri 2026-11-27", "Fri 2026-12-25", "Fri 2027-01-29"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH", ["Tue 2026-11-24", "Thu 2026-11-26", "Tue 2026-12-01"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ["Mon 2026-11-30", "Mon 2026-12-14", "Mon 2026-12-28"]),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1SA", ["Sat 2027-01-02", "Sat 2027-04-03", "Sat 2027-07-03"]),
        ("FREQ=DAILY", ["Mon 2026-11-23", "Tue 2026-11-24", "Wed 2026-11-25"]),
        ("FREQ=YEARLY;BYDAY=-1SU", ["Sun 2026-12-27", "Sun 2027-12-26", "Sun 2028-12-31"]),
    ],
)
def test_a_rule_names_its_days(rule: str, days: list[str]) -> None:
    assert first(rule, date(2026, 11, 23)) == days


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=HOURLY", "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("BYDAY=1SU", "FREQ is one of"),
        ("FREQ=MONTHLY", "needs the day it falls on"),
        ("FREQ=WEEKLY;BYDAY=1SU", "counts weekdays of a month or a year"),
        ("FREQ=MONTHLY;BYDAY=6SU", "at most five"),
        ("FREQ=MONTHLY;BYDAY=SO", "is no BYDAY"),
        ("FREQ=DAILY;FREQ=DAILY", "stands in it twice"),
        ("FREQ=DAILY;COUNT=3", '"COUNT=3" is no part'),
        ("FREQ=DAILY;INTERVAL=0", "a number from 1 to 99"),
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence(rule: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(rule)


def a_plan(rule: str, zone: str = NEW_YORK) -> Planned:
    return Planned(read(rule), time(2), time(4), zone)


def lengths(rule: str, after: datetime) -> list[tuple[str, timedelta]]:
    found = islice(occurrences(a_plan(rule), after), 1)
    return [(f"{one.begins_at:%Y-%m-%d %H:%M}", one.ends_at - one.begins_at) for one in found]


def test_a_window_of_two_hours_is_as_long_as_the_clocks_of_its_day_leave_it() -> None:
    """The day in March has no 02:00; that in November has its 01:00 twice, and the window after it is whole."""
    march, november = datetime(2027, 3, 8, tzinfo=UTC), datetime(2027, 11, 2, tzinfo=UTC)
    assert lengths("FREQ=MONTHLY;BYDAY=2SU", march) == [("2027-03-14 07:00", timedelta(hours=1))]
    assert lengths("FREQ=MONTHLY;BYDAY=1SU", november) == [("2027-11-07 07:00", timedelta(hours=2))]


def test_a_window_that_is_open_is_still_one_to_come_and_is_over_at_its_end() -> None:
    plan = a_plan("FREQ=MONTHLY;BYDAY=1SU", "Etc/UTC")
    open_at, end = datetime(2026, 12, 6, 3, tzinfo=UTC), datetime(2026, 12, 6, 4, tzinfo=UTC)
    assert next(occurrences(plan, open_at)).name == "planned-2026-12-06"
    assert next(occurrences(plan, end)).name == "planned-2027-01-03"


def test_of_windows_that_overlap_the_one_that_ends_last_holds() -> None:
    t0 = datetime(2026, 11, 23, 14, tzinfo=UTC)
    short = Window("M-1", "a", t0, t0 + timedelta(hours=1))
    long = Window("M-2", "b", t0, t0 + timedelta(hours=2))
    assert holding([long, short], t0) is long
    assert holding([short], t0 + timedelta(hours=1)) is None
