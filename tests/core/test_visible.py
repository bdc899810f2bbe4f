"""What of a typed text can be seen: marks without a body go, emoji and foreign letters stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.text.visible import visible
from incidentbot.core.text.words import safe

NOTHING_TO_SEE = {
    "zero-width space": "\u200b\u200b",
    "joiners": "\u200c\u200d\u2060\ufeff",
    "soft hyphen": "\u00ad",
    "right-to-left override": "\u202e\u202c",
    "isolates": "\u2066\u2069",
    "wide and hard spaces": "\u3000\u00a0\u2003",
    "combining marks alone": "\u0301\u0308 \u20dd",
    "variation selectors alone": "\ufe0f\ufe0e",
    "emoji tags alone": "\U000e0067\U000e007f",
    "control characters": "\x00\x07\x1b\x7f",
    "line breaks": "\n\u2028\r\n",
    "letters that draw nothing": "\u3164\u115f\u1160\uffa0\u2800",
    "half a pair": "\ud800",
}


@pytest.mark.parametrize("text", NOTHING_TO_SEE.values(), ids=NOTHING_TO_SEE)
def test_a_text_of_which_nothing_is_seen_is_no_text(text: str):
    assert visible(text) == ""


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("check\u200bout is\u00ad down\ufeff", "checkout is down"),
        ("pay\u202ements\u202c fail", "payments fail"),
        ("beep\x07 \x1b[31mred", "beep [31mred"),
        ("two lines\r\nand a\ttab", "two lines\nand a\ttab"),
        ("db\u200d is down", "db is down"),
        ("\ud83d broken pair", " broken pair"),
    ],
)
def test_what_cannot_be_seen_is_taken_out_of_what_can(typed: str, seen: str):
    assert visible(typed) == seen


@pytest.mark.parametrize(
    "text",
    [
        "checkout is down",
        "e\u0301te\u0301 down",
        "👩\u200d💻 on it",
        "🏳\ufe0f\u200d🌈 1\ufe0f\u20e3 ❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "क्\u200dष",
        "أعطال في الدفع",
        "한글 障害 😀",
        "🔥",
    ],
)
def test_emoji_and_foreign_letters_stay_whole(text: str):
    assert visible(text) == text


@given(st.text())
def test_what_is_seen_is_seen_again(text: str):
    assert visible(visible(text)) == visible(text)


def test_no_mark_turns_the_line_around_what_was_typed():
    turned = "\u202d\u202eno\u202c \u2066site\u2067\u2068\u2069 \u202a\u202bup\u200e\u200f\u061c"

    assert safe(turned) == "no site up"
