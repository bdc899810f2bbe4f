"""Blocks of a runbook: what the markdown parser saw, as small values with line numbers. Decides nothing about steps."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from markdown_it.token import Token

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_inline import read_inline, read_task
from incidentbot.documents.runbooks.source.runbook_markdown import block_tokens, word_tokens
from incidentbot.documents.runbooks.source.runbook_nesting import nested
from incidentbot.documents.runbooks.source.runbook_pieces import Words

_KINDS = {
    "heading_open": Kind.HEADING,
    "bullet_list_open": Kind.BULLETS,
    "ordered_list_open": Kind.ORDERED,
    "list_item_open": Kind.ITEM,
    "blockquote_open": Kind.QUOTE,
    "table_open": Kind.TABLE,
    "tr_open": Kind.ROW,
}
_LEAVES = {"fence": Kind.CODE, "code_block": Kind.CODE, "hr": Kind.RULE}
_PARAGRAPH = Kind.PARAGRAPH  # by far the most; a name of its own is found sooner
_ENDS = frozenset(opening.replace("_open", "_close") for opening in _KINDS)


class _Text(NamedTuple):
    """What is read, beside its tokens."""

    lines: Sequence[str]
    words: Words


def parse(text: str) -> tuple[tuple[Block, ...], Mapping[str, tuple[int, int, str]]]:
    """The blocks of a text, and its link definitions: label -> (first line, end, target). Raises nothing.

    Lines end in plain newlines.
    """
    env: dict[str, Any] = {}
    tokens = block_tokens(text, env)
    definitions = _definitions(env)
    targets = {label: target for label, (_, _, target) in definitions.items()}
    source = _Text(text.split("\n"), Words(partial(word_tokens, env=env), targets))
    return _blocks(tokens, source), definitions


def _definitions(env: Mapping[str, Any]) -> dict[str, tuple[int, int, str]]:
    """Where the targets of `[text][label]` are written; the parser takes those lines out of the text."""
    references = env.get("references", {})
    return {label: (entry["map"][0], entry["map"][1], entry["href"]) for label, entry in references.items()}


def _blocks(tokens: Sequence[Token], source: _Text) -> tuple[Block, ...]:
    """Fold the parser's flat tokens into blocks, without recursion. A pair that means nothing here is passed over."""
    inside: list[Block] = []
    opened: list[tuple[Token, list[Block]]] = []  # what has not ended yet, and the blocks around it
    for token in tokens:
        named = token.type
        if named == "inline":
            opens_item = not inside and bool(opened) and opened[-1][0].type == "list_item_open"
            inside.append(_paragraph(token, source, opens_item=opens_item))
        elif named in _KINDS:
            opened.append((token, inside))
            inside = []
        elif named in _ENDS:
            opening, around = opened.pop()
            around.append(_closed(opening, inside, source.lines))
            inside = around
        elif named in _LEAVES:
            inside.append(_leaf(token, source.lines))
    return nested(inside, source.lines)


def _paragraph(token: Token, source: _Text, *, opens_item: bool) -> Block:
    line, end = token.map or (0, 0)
    task = read_task(token.content, source.words) if opens_item else None
    return Block(_PARAGRAPH, line, end, inline=task or read_inline(token.content, source.words))


def _leaf(token: Token, lines: Sequence[str]) -> Block:
    line, end = token.map or (0, 0)
    if token.type == "fence":
        closing = lines[end - 1].lstrip(" >\t") if end - 1 > line and end <= len(lines) else ""
        closed = closing.startswith(token.markup)
        return Block(Kind.CODE, line, end, code=token.content, info=token.info, closed=closed, fenced=True)
    return Block(_LEAVES[token.type], line, end, code=token.content)


def _closed(token: Token, children: Sequence[Block], lines: Sequence[str]) -> Block:
    """The block that a pair of tokens makes of what stands between them."""
    kind = _KINDS[token.type]
    line, end = token.map or (0, 0)
    match kind:
        case Kind.HEADING:
            inline = children[0].inline if children else None
            return Block(kind, line, end, level=int(token.tag[1:]), inline=inline)
        case Kind.ORDERED:
            first = children[0].number if children else 1
            return Block(kind, line, end, number=first, children=tuple(children))
        case Kind.ITEM:
            number = int(token.info) if token.info.isdecimal() else 1
            ticked = children[0].inline.ticked if children and children[0].inline is not None else None
            return Block(kind, line, end, number=number, ticked=ticked, children=nested(children, lines))
        case Kind.QUOTE:
            return Block(kind, line, end, children=nested(children, lines))
        case _:
            return Block(kind, line, end, children=tuple(children))
