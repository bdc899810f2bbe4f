"""What is typed into commands, before anything is decided: without secrets, and without what nobody sees."""

from dataclasses import fields
from typing import Any, get_args

import pytest

from incidentbot.core import commands
from incidentbot.core.policy import Severity
from incidentbot.core.text.typed import TYPED, cleaned

NO_WORDS = {
    "by", "id", "room_suffix", "kind", "via", "name", "to", "stage", "role", "who", "users", "message_ts", "run",
    "step", "outcome", "effect", "alert", "shown", "receipt", "section", "label", "seen",
    "owner", "anchor", "version",
}  # fmt: skip
"""Fields of text that hold a name or a key, not a sentence."""


@pytest.mark.parametrize("command", get_args(commands.Person))
def test_every_field_of_a_command_is_known_to_hold_words_or_none(command: type[Any]):
    texts = {one.name for one in fields(command) if one.type in {str, "str", "str | None", str | None}}

    assert texts - NO_WORDS == set(TYPED.get(command, ()))


def test_a_secret_in_a_command_is_taken_out_and_the_rest_stays():
    asked = commands.Resolve(
        "U0ANA", "rotated xoxb-1234567890-abcdefGHIJKLmnop", "<@U0BO> and jane@customer.example"
    )

    assert cleaned(asked) == commands.Resolve(
        "U0ANA", "rotated [redacted:slack-token]", "<@U0BO> and [redacted:email]"
    )


def test_a_command_without_either_is_itself():
    asked = commands.Declare("0b6d", "U0ANA", "checkout is down since 3f2a9c1", Severity.P0, "x4k2")

    assert cleaned(asked) is asked


@pytest.mark.parametrize("command", TYPED)
def test_words_that_nobody_sees_are_no_words(command: type[Any]):
    needed = {one.name: "" for one in fields(command)}
    asked = command(**{**needed, **dict.fromkeys(TYPED[command], "\u200b\u202e\u0301")})

    assert cleaned(asked) == command(**needed)


def test_a_secret_is_found_though_marks_that_nobody_sees_cut_it():
    asked = commands.PostUpdate("U0ANA", "the token is xoxb-1234567890-abc\u200bdefGHIJKLmnop")

    assert cleaned(asked) == commands.PostUpdate("U0ANA", "the token is [redacted:slack-token]")
