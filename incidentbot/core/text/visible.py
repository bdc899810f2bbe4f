"""What of a typed text can be seen; never what it means. Marks that only steer or hide are no part of it."""

import unicodedata

_JOINERS = frozenset("\u200c\u200d")
_TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
_BLACK_FLAG = "\U0001f3f4"
_LONGEST_FLAG = 7
"""Tags after a black flag: the five letters of a region at most, a spare one, and the end."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_BODILESS = frozenset({"Zs", "Zl", "Zp", "Mn", "Mc", "Me"}) | _UNSEEN
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs, by their category, that are drawn as nothing."""


def visible(text: str) -> str:
    """The text without control and format characters, "" where nothing is left that is drawn.

    Line breaks and tabs stay. So do joiners and tags that make one emoji of several, and joiners inside words of the
    scripts that need them. Source: the Unicode Standard, general categories; UTS 51, emoji sequences.
    """
    kept = text if text.isascii() and text.isprintable() else _without_unseen(text)
    return kept if any(_drawn(char) for char in kept) else ""


def _without_unseen(text: str) -> str:
    return "".join(char for at, char in enumerate(text) if _stays(text, at))


def _stays(text: str, at: int) -> bool:
    char = text[at]
    if char in "\n\t":
        return True
    if char in _JOINERS:
        return _joined(text[at - 1 : at]) and _joined(text[at + 1 : at + 2])
    if char in _TAGS:
        return text[max(0, at - _LONGEST_FLAG) : at].rstrip(_TAGS).endswith(_BLACK_FLAG)
    return unicodedata.category(char) not in _UNSEEN


def _joined(neighbour: str) -> bool:
    """Whether a joiner beside this character may mean something: emoji, and scripts other than Latin."""
    return bool(neighbour) and not neighbour.isascii() and unicodedata.category(neighbour) not in _UNSEEN


def _drawn(char: str) -> bool:
    return char not in _BLANK and unicodedata.category(char) not in _BODILESS
