"""How roles and instants are written into a sentence."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from incidentbot.core.text.words import at_time, begun, role_words


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("on_call_secondary", "on-call secondary"),
        ("vp_engineering", "VP engineering"),
        ("devops_sre", "DevOps SRE"),
        ("cto", "CTO"),
        ("comms", "comms"),
    ],
)
def test_a_role_is_written_as_people_write_it(role: str, words: str) -> None:
    assert role_words(role) == words


def test_a_sentence_begins_with_a_capital_and_leaves_the_others_alone() -> None:
    assert [begun(words) for words in ("the VP engineering", "VP engineering", "")] == [
        "The VP engineering",
        "VP engineering",
        "",
    ]


def test_an_instant_is_shown_in_the_zone_of_its_reader_and_else_in_utc() -> None:
    at = datetime(2026, 11, 23, 16, 5, tzinfo=timezone(timedelta(hours=2)))

    assert at_time(at) == at_time(at.astimezone(UTC))
    assert at_time(at) == "<!date^1795442700^{date_short_pretty} at {time}|2026-11-23 at 14:05 UTC>"
