"""Looks for many patterns in one text, each only at the words that it can begin with. Knows no pattern.

At most places of most texts none of them can begin: one look at each word tells, where each pattern looks at each letter.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from incidentbot.core.text.beginnings import LONGEST, Then, starts_of

REMEMBERED = 20_000
"""Words for which it is remembered what can begin with them."""

_WORD = re.compile(r"\w")
_FIGURE = re.compile(r"\d")
_Try = tuple[int, Callable[[str, int], re.Match[str] | None]]


class Looking:
    """Patterns by name, in small letters; each begins where a word or the text begins or with a sign, save those in anywhere."""

    def __init__(
        self, patterns: Mapping[str, re.Pattern[str]], *, anywhere: Collection[str] = frozenset()
    ) -> None:
        self._bits = {name: 1 << place for place, name in enumerate(patterns)}
        self._patterns = patterns
        self._first = tuple(
            (self._bits[name], each.search if name in anywhere else each.match)
            for name, each in patterns.items()
            if name in anywhere or "^" in each.pattern
        )
        told = {name: each for name, each in patterns.items() if name not in anywhere}
        self._ending, self._going_on = (
            _by_letters(told, self._bits, then) for then in (Then.END, Then.ANYTHING)
        )
        signs = "".join(map(re.escape, {each[0] for each in self._ending if not _WORD.match(each)}))
        self._tokens = re.compile(
            rf"\w+|[{signs}]" if signs and "" not in self._going_on else r"\w+|[^\w\s]"
        ).finditer
        self._at = lru_cache(maxsize=REMEMBERED)(self._can_begin)
        self._tries = lru_cache(maxsize=REMEMBERED)(self._all_of)

    def found(self, text: str) -> int:
        """A bit for each pattern that a search would find in the text: see `names`. text: in small letters."""
        found, at = 0, self._at
        for bit, look in self._first:
            if look(text):
                found |= bit
        for token in self._tokens(text):
            for bit, match in at(token[0]):
                if not found & bit and match(text, token.start()):
                    found |= bit
        return found

    def names(self, found: int) -> Collection[str]:
        """The names of the patterns that were found."""
        return [name for name, bit in self._bits.items() if found & bit]

    def _can_begin(self, word: str) -> tuple[_Try, ...]:
        """The patterns that may begin with this word or sign."""
        plain = _FIGURE.sub("0", word)
        wanted = self._ending.get(plain, 0)
        for length in range(LONGEST + 1):
            wanted |= self._going_on.get(plain[:length], 0)
        return self._tries(wanted)

    def _all_of(self, wanted: int) -> tuple[_Try, ...]:
        return tuple((bit, self._patterns[name].match) for name, bit in self._bits.items() if wanted & bit)


def _by_letters(
    patterns: Mapping[str, re.Pattern[str]], bits: Mapping[str, int], then: Then
) -> Mapping[str, int]:
    """First letters of a match -> the bits of the patterns that can begin so."""
    found: dict[str, int] = {}
    for name, each in patterns.items():
        for letters in {letters for letters, follows in starts_of(each.pattern) if follows is then}:
            found[letters] = found.get(letters, 0) | bits[name]
    return found
