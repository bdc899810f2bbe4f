"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.ladders.durations import parse, spell


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("4h", timedelta(hours=4)),
        ("7d", timedelta(days=7)),
        (" 2W ", timedelta(weeks=2)),
        ("0s", timedelta(0)),
    ],
)
def test_a_number_and_a_unit_are_a_duration(text: str, span: timedelta) -> None:
    assert parse(text) == span


@pytest.mark.parametrize("text", ["", "15", "m", "5 mins", "1.5h", "-3m", "PT15M", "1h30m", "9999999s", "٣m"])
def test_anything_else_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match="like 90s, 15m, 4h, 7d or 2w"):
        parse(text)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(minutes=90), "1h 30m"),
        (timedelta(weeks=2), "2w"),
        (timedelta(days=10), "10d"),
        (timedelta(days=1, hours=23), "1d 23h"),
        (timedelta(0), "0s"),
    ],
)
def test_a_duration_is_spelled_in_the_largest_units_that_fit(span: timedelta, text: str) -> None:
    assert spell(span) == text


@given(st.integers(min_value=0, max_value=10**9).map(lambda seconds: timedelta(seconds=seconds)))
def test_the_spelled_parts_add_up(span: timedelta) -> None:
    assert sum((parse(part) for part in spell(span).split()), timedelta(0)) == span
