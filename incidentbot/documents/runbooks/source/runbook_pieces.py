"""The words of a paragraph taken apart: text, code, links, bold. Markup that is plain to see is read by one pattern.

Whatever the pattern is not sure of is left to the library, which takes ten times as long and is always right:
tests/documents/test_runbook_markdown.py holds the two against each other.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

_ODD_TEXT = (  # characters that could begin markup, where they cannot
    r"(?<=[A-Za-z0-9])_++(?=[A-Za-z0-9])"
    r"|~(?!~)|&(?![#A-Za-z])|!(?!\[)"
    r"|<(?=[^<>:@]*(?:[<>]|\Z))"  # no address: <pod>
)
_LABEL = rf"(?:[^\\`*_~\[\]<&!]++|{_ODD_TEXT})"
_TARGET = (  # an address that the library leaves as it is
    r"(?:https?://[A-Za-z0-9.-]{1,63}(?::[0-9]+)?(?=[/?#)])|(?!//)(?=[A-Za-z0-9/._#?=+,@;$~%-]+\)))"
    r"(?:[A-Za-z0-9/._#?=+,@:;$~-]|%[0-9A-Fa-f]{2})*+"
)
_PIECE = re.compile(
    rf"(?P<text>(?:[^\\`*_~\[<&!]++|{_ODD_TEXT})++)"
    r"|`(?P<code>[^`]++)`(?!`)"
    rf"|\[(?P<words>{_LABEL}++)\](?:\( *+(?P<target>{_TARGET})\)|(?:\[(?P<label>{_LABEL}*+)\])?(?![\[(]))"
    r"|(?P<opens>(?<![^ \n])(?:\*\*?|__?)(?=[^\s*_]))"
    r"|(?P<closes>(?:(?<=[^\s*_])(?:\*\*?|__?)(?=[ \n]|\Z)|(?<=[A-Za-z0-9])(?:\*\*?|__?)(?=[.,;:)!?])))"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<bracket>!?\[)"
)
_BREAKS = frozenset({"softbreak", "hardbreak"})
_SHOWN = {"text": "text", "escaped": "text", "code": "code_inline"}
_MARKS = {"opens": ("em_open", "strong_open"), "closes": ("em_close", "strong_close")}


class Piece(NamedTuple):
    """One piece, by the library's name for it; the `target` of a link that opens, and of a picture. A break holds a newline."""

    type: str
    content: str = ""
    target: str = ""


class Words(NamedTuple):
    """How the words of one file are taken apart: by the library where need be. `targets`: by label, of links defined apart."""

    library: Callable[[str], Sequence[Token]]
    targets: Mapping[str, str]


def pieces_of(content: str, words: Words) -> list[Piece]:
    """The pieces of one paragraph, heading or cell."""
    found = _sure_pieces(content, words.targets)
    return [piece_of(token) for token in words.library(content)] if found is None else found


def piece_of(token: Token) -> Piece:
    """What the library found, as a piece."""
    content = "\n" if token.type in _BREAKS else token.content
    return Piece(token.type, content, str(token.attrs.get("href", token.attrs.get("src", ""))))


def _sure_pieces(content: str, targets: Mapping[str, str]) -> list[Piece] | None:
    """What the library would find, None where that is not sure."""
    if content != content.strip():  # what looks blank to Python may be a word to the library
        return None
    found: list[Piece] = []
    place, opened = 0, ""
    for match in _PIECE.finditer(content):
        kind = match.lastgroup
        if match.start() != place:
            return None
        place = match.end()
        if kind in _SHOWN:
            found.append(Piece(_SHOWN[kind], _code(match[kind]) if kind == "code" else match[kind]))
        elif kind in _MARKS:
            mark = match[kind]
            if opened != ("" if kind == "opens" else mark):  # bold inside of italics
                return None
            found.append(Piece(_MARKS[kind][len(mark) - 1]))
            opened = mark if kind == "opens" else ""
        elif (linked := _bracketed(match, targets)) is not None:
            found += linked
        else:
            return None
    return None if opened or place != len(content) else found


def _bracketed(match: re.Match[str], targets: Mapping[str, str]) -> Sequence[Piece] | None:
    """A link, or brackets that are none; None where that is not sure."""
    words, target = match["words"], match["target"]
    if targets and words and target is None:
        target = targets.get(normalizeReference(match["label"] or words))
    if words and target is not None:
        return Piece("link_open", target=target), Piece("text", words), Piece("link_close")
    plain = not targets and (words or "](" not in match.string)
    return (Piece("text", match.group()),) if plain else None


def _code(words: str) -> str:
    """Code on one line; a space on either side only keeps it apart from its backticks."""
    words = words.replace("\n", " ")
    return words[1:-1] if words.startswith(" ") and words.endswith(" ") and words.strip(" ") else words
