"""One run of text inside a paragraph: its plain words, its links, its code. Reads parser tokens, renders nothing."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from markdown_it.token import Token

from incidentbot.core.runbooks.runbook import Link

_SENTENCE_END = re.compile(r"[.?!:]['\")\]]?(?=\s+[\"'(\[]?[A-Z0-9`$<*]|\s*$)")
_NO_END = frozenset({"e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "no.", "dr.", "fig."})
_URL = re.compile(r"https?://[^\s<>|\"')\]]+")
_TEXT = frozenset({"text", "text_special"})  # the second is what an escape or an entity stands for
_PLAIN = frozenset({*_TEXT, "softbreak"})


class Inline(NamedTuple):
    """`plain`: the words without markup, on one line.

    `code`: the whole text when it is nothing but one piece of inline code, else "". `lead_code`: the code it opens
    with. `strong`: whether all of it is bold; `label`: the bold words it opens with, "" for none. `codes`: every
    piece of inline code. `links`: images included, with their alternative text.
    """

    plain: str
    code: str = ""
    lead_code: str = ""
    strong: bool = False
    label: str = ""
    codes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    images: int = 0
    ticked: bool = False


def read_inline(token: Token) -> Inline:
    """The inline token of a paragraph, heading or cell, flattened."""
    children = token.children or []
    text, links = _flatten(children)
    plain = " ".join("".join(text).split())
    links += _bare_links(plain, links)
    if {child.type for child in children} <= _PLAIN:  # most of any file
        return Inline(plain, links=tuple(links))
    solid = [c for c in children if c.type != "html_inline" and (c.type not in _TEXT or c.content.strip())]
    codes = tuple(child.content.strip() for child in solid if child.type == "code_inline")
    lead_code = codes[0] if solid and solid[0].type == "code_inline" else ""
    return Inline(
        plain=plain,
        code=lead_code if len(solid) == 1 else "",
        lead_code=lead_code,
        strong=_all_strong(solid),
        label=_label(solid),
        codes=codes,
        links=tuple(links),
        images=sum(child.type == "image" for child in children),
        ticked=children[0].type == "html_inline" and 'checked="checked"' in children[0].content,
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


def _flatten(children: Sequence[Token]) -> tuple[list[str], list[Link]]:
    """The text pieces and the links."""
    text: list[str] = []
    links: list[Link] = []
    opened: list[tuple[str, int]] = []
    for child in children:
        if child.type in _TEXT or child.type == "code_inline":
            text.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            text.append("\n")
        elif child.type == "link_open":
            opened.append((str(child.attrs.get("href", "")), len(text)))
        elif child.type == "link_close" and opened:
            target, since = opened.pop()
            label = "".join(text[since:])
            links.append(Link(" ".join(label.split()) or target, target))
        elif child.type == "image":
            text.append(child.content)
            links.append(Link(child.content or "image", str(child.attrs.get("src", ""))))
    return text, links


def _bare_links(plain: str, known: Sequence[Link]) -> list[Link]:
    """Addresses written without markup; Slack makes links of them as well."""
    if "://" not in plain:
        return []
    targets = {link.target for link in known}
    found = (match.group().rstrip(".,;:") for match in _URL.finditer(plain))
    return [Link(url, url) for url in dict.fromkeys(found) if url not in targets]


def _all_strong(solid: Sequence[Token]) -> bool:
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


def _label(solid: Sequence[Token]) -> str:
    """The words of the bold text that opens a paragraph."""
    if not solid or solid[0].type != "strong_open":
        return ""
    words: list[str] = []
    for child in solid[1:]:
        if child.type == "strong_close":
            break
        words.append(child.content)
    return " ".join("".join(words).split())
