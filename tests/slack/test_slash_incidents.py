"""Which incident a line means: named before the verb, after it or at the end, and never two."""

import pytest

from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from incidentbot.slack import asks
from incidentbot.slack.asks import Parsed
from tests.slack.lines import read, read_in_room, refusal

IM_CHAT = load("im-chat")
ANA = "<@U0ANA|ana>"


@pytest.mark.parametrize("typed", ["INC-7 ack", "ack INC-7", "ack inc-7", "inc7 acknowledge"])
def test_an_incident_is_named_before_or_after_the_verb(typed: str) -> None:
    assert read(typed) == Parsed(asks.Ack(), 7)


def test_a_reference_alone_shows_that_incidents_actions() -> None:
    assert read("INC-7") == Parsed(asks.Actions(), 7)


def test_a_reference_ends_a_line_typed_outside_a_room() -> None:
    assert read("resolve rolled back INC-7") == Parsed(asks.Resolve("rolled back"), 7)
    assert read("INC-7 note same as INC-8") == Parsed(asks.Note("same as INC-8"), 7)


def test_a_reference_inside_a_note_typed_in_a_room_stays_in_the_note() -> None:
    assert read_in_room("note same as INC-8") == Parsed(asks.Note("same as INC-8"))
    assert read_in_room("note INC-8 looks the same") == Parsed(asks.Note("INC-8 looks the same"))
    assert read_in_room("resolve INC-8") == Parsed(asks.Resolve(), 8)
    assert read_in_room("INC-8 resolve rolled back") == Parsed(asks.Resolve("rolled back"), 8)


@pytest.mark.parametrize(
    "typed",
    ["INC-1 INC-2 ack", "ack INC-1 INC-2", "INC-1 ack INC-2, INC-3", "resolve INC-1 INC-2", "INC-1 INC-2"],
)
def test_two_incidents_at_once_are_refused(typed: str) -> None:
    sentence = refusal(typed)

    assert sentence.startswith("Name one incident at a time, like `/incident ")
    assert sentence.endswith(" INC-1`. Nothing was done.")
    with pytest.raises(Refused, match="Name one incident"):
        read_in_room(typed)


@pytest.mark.parametrize(
    "line",
    [
        "resolve it works",
        "sev p1 fewer",
        f"role comms {ANA}",
        f"handover {ANA}",
        "runbook next",
        "stage next",
    ],
)
def test_every_verb_takes_the_incidents_name_right_after_it(line: str) -> None:
    verb, _, rest = line.partition(" ")

    assert read(f"{verb} INC-7 {rest}") == Parsed(read(line).ask, 7)


def test_a_number_longer_than_any_incident_has_is_a_number_all_the_same() -> None:
    assert read("INC-" + "9" * 4000).number == read("ack INC-99999999999").number == 10**9


def test_the_verb_that_was_typed_is_known() -> None:
    assert [read(line).verb for line in ("ack", "sev p1", "role comms me", "handoff <@U0ANA>")] == [
        "ack",
        "severity",
        "role",
        "handover",
    ]
