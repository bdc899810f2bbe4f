"""Blocks of a runbook: what the markdown parser saw, as small values with line numbers. Decides nothing about steps."""

import re
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_inline import read_inline
from incidentbot.documents.runbooks.source.runbook_nesting import nested

# HTML stays text: placeholders such as <pod> look like tags, and Slack renders no tag anyhow. Joining neighbouring texts
# matters to a renderer only.
_IDLE = ["html_block", "html_inline", "fragments_join", "text_join"]
_MARKUP = re.compile(r"[\\`*_~\[<&]")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(_IDLE)
    parser.core.ruler.at("inline", _inlines)
    return parser


def _inlines(state: StateCore) -> None:
    """The words of each paragraph; those without any markup, half of most files, need no second parser."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if _MARKUP.search(token.content):
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        else:
            token.children.append(Token("text", "", 0, content=token.content))


_PARSER = _parser()
_WITH_TASKS = _parser().use(tasklists_plugin)
_BOXES = ("[ ]", "[x]", "[X]")
_KINDS = {
    "heading_open": Kind.HEADING,
    "bullet_list_open": Kind.BULLETS,
    "ordered_list_open": Kind.ORDERED,
    "list_item_open": Kind.ITEM,
    "blockquote_open": Kind.QUOTE,
    "table_open": Kind.TABLE,
    "tr_open": Kind.ROW,
}
_ENDS = frozenset(opening.replace("_open", "_close") for opening in _KINDS)


def parse(text: str) -> tuple[tuple[Block, ...], Mapping[str, tuple[int, int, str]]]:
    """The blocks of a text, and its link definitions: label -> (first line, end, target). Raises nothing."""
    env: dict[str, object] = {}
    has_tasks = any(
        box in text for box in _BOXES
    )  # looking at every token of a long file for boxes takes time
    tokens = (_WITH_TASKS if has_tasks else _PARSER).parse(text, env)
    lines = text.split("\n")
    return _blocks(tokens, lines), _definitions(env)


def _definitions(env: Mapping[str, object]) -> dict[str, tuple[int, int, str]]:
    """Where the targets of `[text][label]` are written; the parser takes those lines out of the text."""
    references = env.get("references", {})
    if not isinstance(references, dict):
        return {}
    return {label: (entry["map"][0], entry["map"][1], entry["href"]) for label, entry in references.items()}


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> tuple[Block, ...]:
    """Fold the parser's flat tokens into blocks, without recursion. A pair that means nothing here is passed over."""
    inside: list[Block] = []
    opened: list[tuple[Token, list[Block]]] = []  # what has not ended yet, and the blocks around it
    for token in tokens:
        if token.nesting == 0:
            if (leaf := _leaf(token, lines)) is not None:
                inside.append(leaf)
        elif token.type in _KINDS:
            opened.append((token, inside))
            inside = []
        elif token.type in _ENDS:
            opening, around = opened.pop()
            around.append(_closed(opening, inside, lines))
            inside = around
    return nested(inside, lines)


def _leaf(token: Token, lines: Sequence[str]) -> Block | None:
    line, end = token.map or (0, 0)
    if token.type == "inline":
        return Block(Kind.PARAGRAPH, line, end, inline=read_inline(token))
    if token.type == "fence":
        closing = lines[end - 1].lstrip(" >\t") if end - 1 > line and end <= len(lines) else ""
        closed = closing.startswith(token.markup)
        return Block(Kind.CODE, line, end, code=token.content, info=token.info, closed=closed, fenced=True)
    if token.type == "code_block":
        return Block(Kind.CODE, line, end, code=token.content)
    return Block(Kind.RULE, line, end) if token.type == "hr" else None


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
            ticked = _ticked(token, children)
            return Block(kind, line, end, number=number, ticked=ticked, children=nested(children, lines))
        case Kind.QUOTE:
            return Block(kind, line, end, children=nested(children, lines))
        case _:
            return Block(kind, line, end, children=tuple(children))


def _ticked(token: Token, children: Sequence[Block]) -> bool | None:
    """Whether a task is done; None where the item is no task. The plugin marks the item and eats its brackets."""
    if "task-list-item" not in str(token.attrs.get("class", "")):
        return None
    inline = children[0].inline if children else None
    return inline is not None and inline.ticked
