"""One run of text inside a paragraph: its plain words, its links, its code. Reads pieces, renders nothing."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from incidentbot.core.runbooks.runbook import Link
from incidentbot.documents.runbooks.source.runbook_pieces import Piece, Words, piece_of, pieces_of

_SENTENCE_END = re.compile(r"[.?!:]['\")\]]?(?=\s+[\"'(\[]?[A-Z0-9`$<*]|\s*$)")
_NO_END = frozenset({"e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "no.", "dr.", "fig."})
_URL = re.compile(r"https?://[^\s<>|\"')\]]+")
_TEXT = frozenset({"text", "text_special"})  # the second is what an escape or an entity stands for
_SHOWN = frozenset({*_TEXT, "code_inline", "softbreak", "hardbreak"})
_MAY_MARK = re.compile(r"[\\`*_~\[<&]")
_TASK = re.compile(r"\[[ xX]][ \t\n\v\f\r]")
_TICKED = ("[x] ", "[X] ")


class Inline(NamedTuple):
    """`plain`: the words without markup, on one line.

    `code`: the whole text when it is nothing but one piece of inline code, else "". `lead_code`: the code it opens
    with. `strong`: whether all of it is bold; `label`: the bold words it opens with, "" for none. `codes`: every
    piece of inline code. `links`: images included, with their alternative text. `ticked`: None where it is no task.
    """

    plain: str
    code: str = ""
    lead_code: str = ""
    strong: bool = False
    label: str = ""
    codes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    images: int = 0
    ticked: bool | None = None


def read_inline(content: str, words: Words) -> Inline:
    """A paragraph, heading or cell, flattened."""
    if not _MAY_MARK.search(content):  # half of most files
        plain = " ".join(content.split())
        return Inline(plain, links=tuple(_bare_links(plain, ()))) if "://" in plain else Inline(plain)
    return flat(pieces_of(content, words))


def read_task(content: str, words: Words) -> Inline | None:
    """What stands behind the box of a task; None where an item opens with no box."""
    if not _TASK.match(content):
        return None
    rest = content[3:].lstrip(" \t")
    if "X" in words.targets or rest[:1].isspace():  # the box is a link, or stands on a line of its own
        box, *others = map(piece_of, words.library(content))
        inline = flat([box._replace(content=box.content[3:]), *others])
    else:
        inline = read_inline(rest, words)
    return inline._replace(ticked=content.startswith(_TICKED))


def flat(pieces: Sequence[Piece]) -> Inline:
    """Pieces as one run of text."""
    text, links = _text_and_links(pieces)
    plain = " ".join("".join(text).split())
    links += _bare_links(plain, links)
    if {piece.type for piece in pieces} <= _TEXT:
        return Inline(plain, links=tuple(links))
    solid = [piece for piece in pieces if piece.type not in _TEXT or piece.content.strip()]
    codes = tuple(piece.content.strip() for piece in solid if piece.type == "code_inline")
    lead_code = codes[0] if solid and solid[0].type == "code_inline" else ""
    return Inline(
        plain=plain,
        code=lead_code if len(solid) == 1 else "",
        lead_code=lead_code,
        strong=_all_strong(solid),
        label=_label(solid, pieces),
        codes=codes,
        links=tuple(links),
        images=[piece.type for piece in pieces].count("image"),
    )


@lru_cache(maxsize=1024)
def sentences(text: str) -> tuple[str, ...]:
    """Split plain text at ends of sentences; a colon ends one only where a new one clearly opens after it."""
    found, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[start : end.end()]
        last_word = piece.rsplit(maxsplit=1)[-1].lower().lstrip("(") if piece.strip() else ""
        if last_word in _NO_END or (text[end.start()] == ":" and end.end() < len(text)):
            continue
        if piece.strip():
            found.append(piece.strip())
        start = end.end()
    if text[start:].strip():
        found.append(text[start:].strip())
    return tuple(found)


def _text_and_links(pieces: Sequence[Piece]) -> tuple[list[str], list[Link]]:
    """The text pieces and the links."""
    text: list[str] = []
    links: list[Link] = []
    opened: list[tuple[str, int]] = []
    for piece in pieces:
        if piece.type in _SHOWN:
            text.append(piece.content)
        elif piece.type == "link_open":
            opened.append((piece.target, len(text)))
        elif piece.type == "link_close" and opened:
            target, since = opened.pop()
            label = "".join(text[since:])
            links.append(Link(" ".join(label.split()) or target, target))
        elif piece.type == "image":
            text.append(piece.content)
            links.append(Link(piece.content or "image", piece.target))
    return text, links


def _bare_links(plain: str, known: Sequence[Link]) -> list[Link]:
    """Addresses written without markup; Slack makes links of them as well."""
    if "://" not in plain:
        return []
    targets = {link.target for link in known}
    found = (match.group().rstrip(".,;:") for match in _URL.finditer(plain))
    return [Link(url, url) for url in dict.fromkeys(found) if url not in targets]


def _all_strong(solid: Sequence[Piece]) -> bool:
    """Whether one pair of bold marks spans everything."""
    if len(solid) < 3 or solid[0].type != "strong_open" or solid[-1].type != "strong_close":  # noqa: PLR2004 - open, words, close
        return False
    depth = 0
    for child in solid[:-1]:
        depth += child.type == "strong_open"
        depth -= child.type == "strong_close"
        if depth == 0:
            return False
    return True


def _label(solid: Sequence[Piece], pieces: Sequence[Piece]) -> str:
    """The words of the bold text that opens a paragraph, and the spaces between them."""
    if not solid or solid[0].type != "strong_open":
        return ""
    since = pieces.index(solid[0])
    inside = takewhile(lambda piece: piece.type != "strong_close", pieces[since:])
    return " ".join("".join(piece.content for piece in inside).split())
