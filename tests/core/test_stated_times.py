"""Times that people write are past times in their own zone; a time still to come is none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidentbot.core.postmortems.stated_times import stated_time, zone_named

LONDON = ZoneInfo("Europe/London")
WRITTEN = datetime(2024, 7, 25, 13, 27, 31, tzinfo=UTC)
"""14:27 in London, where it is summer."""


def at(hour: int, minute: int, day: int = 25) -> datetime:
    return datetime(2024, 7, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("nothing in kibana since 13:45", at(12, 45)),
        ("it began at 10:01 UTC", at(10, 1)),
        ("started around 1:15pm", at(12, 15)),
        ("scheduled rollover at 07:30 yesterday", at(6, 30, day=24)),
        ("broken since 23:50", None),
        ("down since 12:00am", at(23, 0, day=24)),
        ("we retry at 15:30", None),
        ("back at 2", None),
        ("13:45 was fine", None),
        ("log says `since 13:45`", None),
        ("ratio at 10:01:1", None),
        ("", None),
    ],
)
def test_a_stated_time_is_read_in_the_writers_zone(text: str, stated: datetime | None) -> None:
    assert stated_time(text, written_at=WRITTEN, zone=LONDON) == stated


def test_since_may_reach_over_midnight_but_not_over_half_a_day() -> None:
    written = datetime(2024, 7, 25, 0, 10, tzinfo=UTC)

    assert stated_time("down since 23:50", written_at=written, zone=UTC) == at(23, 50, day=24)
    assert stated_time("we go at 23:50", written_at=written, zone=UTC) is None
    assert stated_time("down since 11:00", written_at=written, zone=UTC) is None


def test_an_unknown_zone_is_utc() -> None:
    assert zone_named("Middle/Earth") is UTC
    assert zone_named("Europe/London") == LONDON
