"""Severity words: which level the first words of a sentence name, by the profile's aliases. Guesses nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incidentbot.core.policy import Policy, Severity
from incidentbot.core.refusals import Refused

LONGEST_ALIAS = 6
"""Words; an alias is a name, not a sentence."""

_LOOKS_LIKE_A_LEVEL = re.compile(r"sev(?:erity)?\d+|p\d")
_NUMBERED = re.compile(r"(sev|severity|p)[\s_-]?(\d+)")


class AmbiguousSeverity(Refused):
    """A bare digit, which is one level to those who count from 0 and another to those who count from 1."""


class UnknownSeverity(Refused):
    """A word in the form of a level that is none."""


@dataclass(frozen=True, slots=True)
class SeverityWord:
    """The level, how many words named it, and the words themselves."""

    severity: Severity
    consumed: int
    text: str


def read_severity(words: Sequence[str], policy: Policy) -> SeverityWord | None:
    """The level that the first words name, the longest alias winning; None where they begin a title.

    Raises AmbiguousSeverity for a digit that stands alone, and UnknownSeverity for `sev9` or `p7`. A digit that more
    words follow begins a title ("3 pods down"), and so does `p95`.
    """
    if not words:
        return None
    known = meanings(policy)
    for count in range(min(LONGEST_ALIAS, len(words)), 0, -1):
        spoken = " ".join(words[:count])
        severity = known.get(fold(spoken)) or known.get(_number_word(fold(spoken)))
        if severity is not None:
            return SeverityWord(severity, count, spoken)
    if len(words) == 1 and re.fullmatch(r"[0-9]", words[0].strip()):
        raise AmbiguousSeverity(_both_readings(words[0].strip(), known))
    _refuse_a_level_that_is_none(words, known)
    return None


def meanings(policy: Policy) -> Mapping[str, Severity]:
    """Every word that names a level in this profile, folded: P0..P3 themselves, labels and aliases."""
    found = {level.lower(): level for level in Severity}
    for severity, rule in policy.severities.items():
        found |= {fold(word): severity for word in (rule.label, *rule.aliases)}
    return found


def severity_of(word: str, policy: Policy) -> Severity | None:
    """The level that the whole of it names; None for anything else, which is refused nothing."""
    known, folded = meanings(policy), fold(word)
    return known.get(folded) or known.get(_number_word(folded))


def fold(text: str) -> str:
    """Words as they are compared: small letters, single spaces, without the colon or comma that ends them."""
    return " ".join(text.casefold().split()).rstrip(":,;.!")


def _number_word(folded: str) -> str:
    """`sev-1`, `sev 1` and `severity1` as the alias `sev1`; anything else as it is."""
    found = _NUMBERED.fullmatch(folded)
    if found is None:
        return folded
    return f"{'p' if found[1] == 'p' else 'sev'}{found[2]}"


def _refuse_a_level_that_is_none(words: Sequence[str], known: Mapping[str, Severity]) -> None:
    first = _number_word(fold(words[0]))
    joined = _number_word(fold(" ".join(words[:2]))) if fold(words[0]) in {"sev", "severity"} else ""
    for word in (first, joined):
        if _LOOKS_LIKE_A_LEVEL.fullmatch(word):
            raise UnknownSeverity(f'"{word}" is no severity here. There are: {_listed(known)}.')


def _both_readings(digit: str, known: Mapping[str, Severity]) -> str:
    readings = {word: known[word] for word in (f"sev{digit}", f"p{digit}") if word in known}
    if not readings:
        return f'"{digit}" is no severity. There are: {_listed(known)}.'
    said = " or ".join(f"`{word}` ({severity})" for word, severity in readings.items())
    if len(readings) == 1:
        return f'"{digit}" alone is no severity; did you mean {said}? Type the word.'
    typed = " or ".join(f"`{word}`" for word in readings)
    return f'"{digit}" could be {said}. Type {typed}.'


def _listed(known: Mapping[str, Severity]) -> str:
    """The levels, each with the words for it."""
    return "; ".join(
        f"{level} ({', '.join(word for word, meant in known.items() if meant is level and word != level.lower())})"
        for level in Severity
    )
