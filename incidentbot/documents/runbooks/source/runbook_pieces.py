"""The words of a paragraph taken apart: text, code, links, bold. Markup that is plain to see is read by one pattern.

Whatever the pattern is not sure of is left to the library, which takes ten times as long and is always right:
tests/documents/test_runbook_markdown.py holds the two against each other.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markdown_it.token import Token

Library = Callable[[str], Sequence[Token]]
"""The markdown parser's way to read one paragraph."""

_ODD_TEXT = (  # characters that could begin markup, where they cannot
    r"(?<=[A-Za-z0-9])_++(?=[A-Za-z0-9])"
    r"|~(?!~)|&(?![#A-Za-z])|!(?!\[)"
    r"|<(?=[^<>:@]*(?:[<>]|\Z))"  # no address: <pod>
)
_TARGET = (  # an address that the library leaves as it is
    r"(?:https?://[A-Za-z0-9.-]{1,63}(?::\d+)?(?=[/?#)])|(?!//)(?=[^:()]+\)))"
    r"(?:[A-Za-z0-9/._#?=+,@:;$~-]|%[0-9A-Fa-f]{2})*+"
)
_PIECE = re.compile(
    rf"(?P<text>(?:[^\\`*_~\[<&!]++|{_ODD_TEXT})++)"
    r"|`(?P<code>[^`]++)`(?!`)"
    rf"|\[(?P<label>(?:[^\\`*_~\[\]<&!]++|{_ODD_TEXT})++)\]\((?P<target>{_TARGET})\)"
    r"|(?P<opens>(?<![^ \n])(?:\*\*?|__?)(?=[^\s*_]))"
    r"|(?P<closes>(?:(?<=[^\s*_])(?:\*\*?|__?)(?=[ \n]|\Z)|(?<=[A-Za-z0-9])(?:\*\*?|__?)(?=[.,;:)!?])))"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<bracket>!?\[)"
)
_BREAKS = frozenset({"softbreak", "hardbreak"})
_MARKS = {"opens": ("em_open", "strong_open"), "closes": ("em_close", "strong_close")}


class Piece(NamedTuple):
    """One piece, by the library's name for it; the `target` of a link that opens, and of a picture. A break holds a newline."""

    type: str
    content: str = ""
    target: str = ""


def pieces_of(content: str, library: Library, *, refers: bool) -> list[Piece]:
    """The pieces of one paragraph, heading or cell.

    refers: whether the file defines links by a label, so that any words in brackets may be one.
    """
    found = _sure_pieces(content, plain_brackets=not refers and "](" not in content)
    return [piece_of(token) for token in library(content)] if found is None else found


def piece_of(token: Token) -> Piece:
    """What the library found, as a piece."""
    content = "\n" if token.type in _BREAKS else token.content
    return Piece(token.type, content, str(token.attrs.get("href", token.attrs.get("src", ""))))


def _sure_pieces(content: str, *, plain_brackets: bool) -> list[Piece] | None:
    """What the library would find, None where that is not sure."""
    if content != content.strip():  # what looks blank to Python may be a word to the library
        return None
    found: list[Piece] = []
    place, opened = 0, ""
    for match in _PIECE.finditer(content):
        kind, words = match.lastgroup, match.group()
        if match.start() != place or (kind == "bracket" and not plain_brackets):
            return None
        place = match.end()
        if kind == "code":
            found.append(Piece("code_inline", _code(match["code"])))
        elif kind == "target":
            label, target = match["label"], match["target"]
            found += (Piece("link_open", target=target), Piece("text", label), Piece("link_close"))
        elif kind in {"opens", "closes"}:
            if opened != ("" if kind == "opens" else words):  # bold inside of italics
                return None
            found.append(Piece(_MARKS[kind][len(words) - 1]))
            opened = words if kind == "opens" else ""
        else:
            found.append(Piece("text", match["escaped"] or words))
    return None if opened or place != len(content) else found


def _code(words: str) -> str:
    """Code on one line; a space on either side only keeps it apart from its backticks."""
    words = words.replace("\n", " ")
    return words[1:-1] if words.startswith(" ") and words.endswith(" ") and words.strip(" ") else words
