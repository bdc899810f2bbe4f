"""Looking for many patterns at once finds what searching for each would find."""

import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.salience_cues import CUES
from incidentbot.core.salience_marks import ANYWHERE, MARKS_OF_A_LINE
from incidentbot.core.text.beginnings import Then, starts_of
from incidentbot.core.text.looking import Looking
from tests.postmortem.chats import chat, names

PATTERNS = {cue.name: cue.words for cue in CUES} | dict(MARKS_OF_A_LINE)
LOOKING = Looking(PATTERNS, anywhere=ANYWHERE)
LINES = [
    line
    for name in names()
    for message in chat(name)["messages"]
    for line in message["text"].lower().splitlines()
]
SPOKEN = sorted(set(chain.from_iterable(re.findall(r"\w+", line) for line in LINES)))
WRITTEN = sorted(
    set(chain.from_iterable(re.findall(r"[\w' ]{2,}", each.pattern) for each in PATTERNS.values()))
)
SIGNS = [
    "?",
    "'",
    "\u2019",
    ":",
    "-",
    "/",
    "`",
    ", ",
    ". ",
    " ",
    "  ",
    "12:30",
    "503s",
    "40%",
    "3 of 4",
    "\u0663",
    ":cake:",
    "_",
]


def searched(text: str) -> set[str]:
    return {name for name, each in PATTERNS.items() if each.search(text)}


def test_it_finds_in_every_line_of_the_rooms_what_a_search_finds():
    found = {line: set(LOOKING.names(LOOKING.found(line))) for line in LINES}

    assert found == {line: searched(line) for line in LINES}
    assert set().union(*found.values()) >= {"decided", "over", "changed", "cause", "question", "hedge"}


@given(
    st.lists(
        st.one_of(st.sampled_from(SPOKEN), st.sampled_from(WRITTEN), st.sampled_from(SIGNS)), max_size=12
    ),
    st.sampled_from([" ", ""]),
)
@settings(max_examples=600, deadline=None)
def test_it_finds_what_a_search_finds_whatever_is_written(pieces: list[str], between: str):
    text = between.join(pieces)

    assert set(LOOKING.names(LOOKING.found(text))) == searched(text)


@pytest.mark.parametrize(
    ("pattern", "starts"),
    [
        (r"(?<!\w)(?=\w)(?:go|do it)(?!\w)", {("go", Then.ANYTHING), ("do", Then.END)}),
        (r"(?:the )?plan (?:is|was)", {("the", Then.END), ("plan", Then.END)}),
        (r"roll(?:ed|s)? back", {("rolled", Then.ANYTHING), ("rolls", Then.END), ("roll", Then.END)}),
        (
            r"5(?:\d\d|xx)s?",
            {
                ("000", Then.ANYTHING),
                ("0xx", Then.ANYTHING),
                ("000s", Then.ANYTHING),
                ("0xxs", Then.ANYTHING),
            },
        ),
        (r"complain\w*|tickets?", {("compla", Then.ANYTHING), ("ticket", Then.ANYTHING)}),
        (r"^\W*done|:cake:", {(":", Then.END)}),
        (r"a[bc]|re-?run", {("a", Then.ANYTHING), ("re", Then.END), ("rerun", Then.ANYTHING)}),
    ],
)
def test_the_beginnings_of_a_pattern(pattern: str, starts: set[tuple[str, Then]]):
    assert starts_of(pattern) == starts


@pytest.mark.parametrize("pattern", [r"(?P<name>a)", r"(?i)a", r"(?>a)", "a)", "[a"])
def test_a_pattern_in_words_that_are_not_known_is_refused_rather_than_half_read(pattern: str):
    with pytest.raises(ValueError, match=r"unknown|too many"):
        starts_of(pattern)
