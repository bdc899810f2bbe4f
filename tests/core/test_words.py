"""How roles and instants are written into a sentence."""

import pytest

from incidentbot.core.words import begun, role_words


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
