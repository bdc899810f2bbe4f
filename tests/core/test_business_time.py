"""Working time on walls that jump."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.ladders import business_time
from incidentbot.core.policy import BusinessHours

NEW_YORK = ZoneInfo("America/New_York")
NINE_TO_FIVE = dict.fromkeys(range(5), (time(9), time(17)))
OFFICE = BusinessHours("America/New_York", NINE_TO_FIVE, frozenset({date(2026, 11, 26), date(2026, 12, 25)}))
NIGHT_OWLS = BusinessHours("America/New_York", dict.fromkeys(range(7), (time(2), time(4))))
ALWAYS = BusinessHours("Europe/Berlin", dict.fromkeys(range(7), (time.min, time.min)))

instants = st.timedeltas(timedelta(0), timedelta(days=1461)).map(
    lambda since: datetime(2024, 1, 1, tzinfo=UTC) + since
)
spans = st.timedeltas(timedelta(0), timedelta(days=6))


def ny(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK).astimezone(UTC)


def test_a_span_that_outlives_the_day_goes_on_at_the_next_opening() -> None:
    assert business_time.add(ny(2026, 11, 20, 16, 30), timedelta(hours=4), OFFICE) == ny(2026, 11, 23, 12, 30)


def test_a_holiday_does_not_count() -> None:
    assert business_time.add(ny(2026, 11, 25, 16), timedelta(hours=4), OFFICE) == ny(2026, 11, 27, 12)


def test_a_span_that_ends_with_the_day_ends_at_its_close() -> None:
    assert business_time.add(ny(2026, 11, 20, 16), timedelta(hours=1), OFFICE) == ny(2026, 11, 20, 17)


def test_the_close_is_no_working_time_and_the_opening_is() -> None:
    assert business_time.is_open(ny(2026, 11, 20, 9), OFFICE)
    assert not business_time.is_open(ny(2026, 11, 20, 17), OFFICE)
    assert business_time.next_open(ny(2026, 11, 20, 17), OFFICE) == ny(2026, 11, 23, 9)


def test_the_next_business_day_ends_at_its_close_also_when_declared_before_the_opening() -> None:
    assert business_time.close_of_next_business_day(ny(2026, 11, 20, 3), OFFICE) == ny(2026, 11, 23, 17)
    assert business_time.close_of_next_business_day(ny(2026, 11, 25, 12), OFFICE) == ny(2026, 11, 27, 17)


def test_the_local_day_counts_and_not_the_day_in_greenwich() -> None:
    late_thursday = ny(2026, 11, 19, 22)
    assert late_thursday.date() == date(2026, 11, 20)
    assert business_time.close_of_next_business_day(late_thursday, OFFICE) == ny(2026, 11, 20, 17)


def test_two_to_four_lasts_one_real_hour_when_the_wall_jumps_ahead() -> None:
    start = datetime(2026, 3, 8, 6, tzinfo=UTC)
    assert business_time.next_open(start, NIGHT_OWLS) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert business_time.add(start, timedelta(hours=1), NIGHT_OWLS) == datetime(2026, 3, 8, 8, tzinfo=UTC)


def test_an_opening_inside_the_skipped_hour_is_the_instant_of_the_jump() -> None:
    half_past = BusinessHours("America/New_York", {6: (time(2, 30), time(4))})
    assert business_time.next_open(datetime(2026, 3, 8, tzinfo=UTC), half_past) == datetime(
        2026, 3, 8, 7, tzinfo=UTC
    )


def test_hours_swallowed_by_the_jump_are_no_hours() -> None:
    swallowed = BusinessHours("America/New_York", {6: (time(2, 10), time(2, 50))})
    assert business_time.next_open(datetime(2026, 3, 8, tzinfo=UTC), swallowed) == ny(2026, 3, 15, 2, 10)


def test_two_to_four_lasts_two_hours_when_the_wall_falls_back() -> None:
    start = ny(2026, 11, 1, 2)
    assert business_time.add(start, timedelta(hours=2), NIGHT_OWLS) == ny(2026, 11, 1, 4)
    assert ny(2026, 11, 1, 4) - start == timedelta(hours=2)


def test_a_team_that_never_closes_counts_real_time_across_both_changes() -> None:
    for start in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        assert business_time.add(start, timedelta(days=2), ALWAYS) == start + timedelta(days=2)


def test_the_weekly_review_is_monday_at_the_start_of_business() -> None:
    assert business_time.weekly_review(ny(2026, 11, 17, 10), OFFICE) == ny(2026, 11, 23, 9)
    assert business_time.weekly_review(ny(2026, 11, 23, 9), OFFICE) == ny(2026, 11, 23, 9)
    assert business_time.weekly_review(ny(2026, 11, 23, 9, 1), OFFICE) == ny(2026, 11, 30, 9)


def test_a_free_monday_moves_the_weekly_review_to_the_first_working_day() -> None:
    free = BusinessHours("America/New_York", NINE_TO_FIVE, frozenset({date(2026, 11, 23)}))
    assert business_time.weekly_review(ny(2026, 11, 21, 10), free) == ny(2026, 11, 24, 9)
    assert business_time.weekly_review(ny(2026, 11, 23, 12), free) == ny(2026, 11, 24, 9)


@pytest.mark.parametrize("hours", [{}, {0: (time(9), time(9))}])
def test_hours_that_never_open_are_an_error_and_no_endless_search(
    hours: dict[int, tuple[time, time]],
) -> None:
    with pytest.raises(ValueError, match="never open"):
        business_time.next_open(ny(2026, 11, 20, 3), BusinessHours("America/New_York", hours))


def test_working_time_is_never_added_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        business_time.add(ny(2026, 11, 20, 3), timedelta(seconds=-1), OFFICE)


@given(start=instants, first=spans, second=spans)
@settings(max_examples=60, deadline=None)
def test_two_spans_one_after_the_other_are_their_sum(
    start: datetime, first: timedelta, second: timedelta
) -> None:
    in_two = business_time.add(business_time.add(start, first, OFFICE), second, OFFICE)
    assert in_two == business_time.add(start, first + second, OFFICE)


@given(start=instants, span=spans, more=spans)
@settings(max_examples=60, deadline=None)
def test_more_time_never_ends_earlier_and_never_before_it_began(
    start: datetime, span: timedelta, more: timedelta
) -> None:
    end = business_time.add(start, span, OFFICE)
    assert start + span <= end <= business_time.add(start, span + more, OFFICE)


@given(at=instants)
@settings(max_examples=60, deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(at: datetime) -> None:
    opens = business_time.next_open(at, OFFICE)
    assert business_time.is_open(opens, OFFICE)
    assert opens == at or not business_time.is_open(opens - timedelta(seconds=1), OFFICE)
    assert opens == at or not business_time.is_open(at, OFFICE)
