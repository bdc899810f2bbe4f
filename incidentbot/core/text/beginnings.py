"""With which words the matches of a pattern can begin: more than there are, never fewer. Searches no text.

Knows as much of the language of patterns as ours are written in, and raises ValueError for anything else.
"""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

LONGEST = 6
"""Letters of a beginning that are told apart."""


class Then(StrEnum):
    """What follows the letters of a beginning."""

    OPEN = "open"  # whatever the pattern says next
    END = "end"  # the end of the word
    ANYTHING = "anything"


Start = tuple[str, Then]
"""The first letters of a match, figures written as 0, or the one sign that it begins with; and what follows them."""

Starts = frozenset[Start]

_NOTHING: Starts = frozenset({("", Then.OPEN)})
_ANYTHING: Starts = frozenset({("", Then.ANYTHING)})
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_OPENED = re.compile(r"\((?:\?(?P<look><?[=!])|\?:|(?!\?))")
_TIMES = re.compile(r"(?P<few>\?|\{0,1\})|(?P<never>\*|\{0,\d*\})|\+|\{[1-9]\d*(?:,\d*)?\}")
_GREED = re.compile(r"[?+]?")


def starts_of(pattern: str) -> Collection[Start]:
    """How a match of the pattern can begin; ("", ANYTHING) where it can begin with any word or sign.

    pattern: in small letters, of which every match begins where a word begins, or with a sign. Ways that hold for the
    beginning of the text alone, those after a ^, are left out: there is but one place to try them at.
    """
    starts, end = _choice(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"A bracket too many at {end} in {pattern}")
    return frozenset((letters, Then.ANYTHING if then is Then.OPEN else then) for letters, then in starts)


def _choice(pattern: str, at: int) -> tuple[Starts, int]:
    """The alternatives from there to the end of their group, and where that is."""
    found: Starts = frozenset()
    while True:
        one, at = _sequence(pattern, at)
        found |= one
        if pattern[at : at + 1] != "|":
            return found, at
        at += 1


def _sequence(pattern: str, at: int) -> tuple[Starts, int]:
    starts = _NOTHING
    while at < len(pattern) and pattern[at] not in "|)":
        piece, at = _piece(pattern, at)
        times = _TIMES.match(pattern, at)
        if times is not None:
            piece, at = _repeated(piece, times), _past(_GREED, pattern, times.end())
        starts = _joined(starts, piece)
    return starts, at


def _piece(pattern: str, at: int) -> tuple[Starts, int]:
    """One element and where it ends, without how often it comes."""
    if pattern[at] == "(":
        opened = _OPENED.match(pattern, at)
        if opened is None:
            raise ValueError(f"An unknown bracket at {at} in {pattern}")
        inside, end = _choice(pattern, opened.end())
        return _NOTHING if opened["look"] else inside, end + 1
    if pattern[at] == "[":
        return _ANYTHING, _past(_CLASS, pattern, at)
    if pattern[at] == "\\":
        return _escaped(pattern[at + 1]), at + 2
    return _plain(pattern[at]), at + 1


def _past(known: re.Pattern[str], pattern: str, at: int) -> int:
    """The end of what is known to stand there."""
    match = known.match(pattern, at)
    if match is None:
        raise ValueError(f"An unknown sign at {at} in {pattern}")
    return match.end()


def _escaped(letter: str) -> Starts:
    if letter in "bB":
        return _NOTHING
    if letter == "d":
        return frozenset({("0", Then.OPEN)})
    return _ANYTHING if letter.isalnum() else _sign(letter)


def _plain(letter: str) -> Starts:
    if letter == "^":
        return frozenset()
    if letter == "$":
        return _NOTHING
    if letter == ".":
        return _ANYTHING
    if not _is_of_a_word(letter):
        return _sign(letter)
    return frozenset({("0" if letter.isdecimal() else letter, Then.OPEN)})


def _sign(letter: str) -> Starts:
    return frozenset({(letter, Then.END)})


def _repeated(piece: Starts, times: re.Match[str]) -> Starts:
    """More than once: after the first time anything may come."""
    more = frozenset(
        (letters, Then.ANYTHING if letters and then is Then.OPEN else then) for letters, then in piece
    )
    again = piece if times["few"] else more
    return again | _NOTHING if times["few"] or times["never"] else again


def _joined(before: Starts, after: Starts) -> Starts:
    return frozenset(_tails(before, after))


def _tails(before: Starts, after: Starts) -> Iterable[Start]:
    for letters, then in before:
        if then is not Then.OPEN:
            yield letters, then
            continue
        yield from (_longer(letters, more, last) for more, last in after)


def _longer(letters: str, more: str, then: Then) -> Start:
    if letters and more and not _is_of_a_word(more[0]):
        return letters, Then.END
    if more.isspace():
        return "", Then.ANYTHING
    whole = letters + more
    return (whole[:LONGEST], Then.ANYTHING) if len(whole) >= LONGEST else (whole, then)


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
