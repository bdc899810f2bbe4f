"""What people wrote into a post-mortem: a section's text with what was generated then, and words worth a second look. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidentbot.core.postmortems.postmortem_types import SECTIONS

EDITABLE = frozenset(SECTIONS) - {"header", "appendix"}
"""The sections that people may write anew; the head and the appendix are only computed."""

LONGEST = 40_000


@dataclass(frozen=True, slots=True)
class HumanText:
    """A section as a person left it. base: what was generated when they began; version: counts from 1."""

    section: str
    text: str
    base: str
    by: str
    at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True)
class Flagged:
    """Words that judge somebody, and what to think of instead: a suggestion, never a refusal."""

    words: str
    instead: str


_LEXICON: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?i)\b(?:{words})\b"), instead)
    for words, instead in (
        (
            r"should(?:n't| not)? have|could(?:n't| not)? have|ought to have",
            "what was known then, and what was done?",
        ),
        (
            r"failed to|neglected to|forgot to|didn(?:'|’)t bother",
            "what did happen, and what made that likely?",
        ),
        (r"human error|user error|operator error|pilot error", "which conditions made the slip possible?"),
        (
            r"careless(?:ly|ness)?|negligen\w+|sloppy|lazy|stupid(?:ly)?|incompeten\w+|reckless(?:ly)?",
            "describe what was done, not the person.",
        ),
        (
            r"mistakes? by|(?:his|her|their|my|your) (?:fault|mistake)|to blame|blame[ds]?|at fault|guilty",
            "name the change, not its author.",
        ),
        (
            r"obvious(?:ly)?|clearly|simply|of course|just had to|easily",
            "it is so afterwards: what did it look like then?",
        ),
        (r"if only|had (?:he|she|they|we|it) (?:only )?\w+ed", "tell what was, before what might have been."),
    )
)


def flagged(text: str) -> tuple[Flagged, ...]:
    """Words of blame and hindsight, in their order, each once. Code, quotations and links are read, too."""
    found = (
        (match.start(), match[0], instead) for words, instead in _LEXICON for match in words.finditer(text)
    )
    ordered = {match.casefold(): Flagged(match, instead) for _, match, instead in sorted(found, reverse=True)}
    return tuple(reversed(ordered.values()))


def news(base: str, now: str) -> Sequence[str]:
    """The lines that are generated now and were not when the person began, questions among them."""
    before = {line.strip() for line in base.splitlines()}
    return [
        line
        for line in now.splitlines()
        if line.strip() and line.strip() not in before and not _is_rule(line)
    ]


def _is_rule(line: str) -> bool:
    """The line under a table's head."""
    return set(line) <= set("|- ")
