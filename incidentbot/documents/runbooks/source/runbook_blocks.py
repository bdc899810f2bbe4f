"""Blocks of a runbook: what the markdown parser saw, as small values with line numbers. Decides nothing about steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_inline import read_inline
from incidentbot.documents.runbooks.source.runbook_nesting import nested

# HTML stays text: placeholders such as <pod> look like tags, and Slack renders no tag anyhow.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_WITH_TASKS = (
    MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).use(tasklists_plugin)
)
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


@dataclass(slots=True)
class _Open:
    """A container whose end has not been reached."""

    token: Token
    children: list[Block]


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> tuple[Block, ...]:
    """Fold the parser's flat tokens into blocks, without recursion."""
    stack = [_Open(Token("root", "", 1), [])]
    for token in tokens:
        if token.nesting == 1:
            stack.append(_Open(token, []))
        elif token.nesting == -1:
            done = stack.pop()
            stack[-1].children.extend(_closed(done, lines))
        else:
            stack[-1].children.extend(_leaf(token, lines))
    return nested(stack[0].children, lines)


def _leaf(token: Token, lines: Sequence[str]) -> list[Block]:
    line, end = token.map or (0, 0)
    if token.type == "inline":
        return [Block(Kind.PARAGRAPH, line, end, inline=read_inline(token))]
    if token.type == "fence":
        closing = lines[end - 1].lstrip(" >\t") if end - 1 > line and end <= len(lines) else ""
        closed = closing.startswith(token.markup)
        return [Block(Kind.CODE, line, end, code=token.content, info=token.info, closed=closed, fenced=True)]
    if token.type == "code_block":
        return [Block(Kind.CODE, line, end, code=token.content)]
    return [Block(Kind.RULE, line, end)] if token.type == "hr" else []


def _closed(done: _Open, lines: Sequence[str]) -> Sequence[Block]:
    """The block a pair of tokens makes; a pair that means nothing here passes on what stood inside."""
    token = done.token
    kind = _KINDS.get(token.type)
    if kind is None:
        return done.children
    line, end = token.map or (0, 0)
    children = done.children
    match kind:
        case Kind.HEADING:
            inline = children[0].inline if children else None
            return [Block(kind, line, end, level=int(token.tag[1:]), inline=inline)]
        case Kind.ORDERED:
            first = children[0].number if children else 1
            return [Block(kind, line, end, number=first, children=tuple(children))]
        case Kind.ITEM:
            number = int(token.info) if token.info.isdecimal() else 1
            ticked = _ticked(token, children)
            return [Block(kind, line, end, number=number, ticked=ticked, children=nested(children, lines))]
        case Kind.QUOTE:
            return [Block(kind, line, end, children=nested(children, lines))]
        case _:
            return [Block(kind, line, end, children=tuple(children))]


def _ticked(token: Token, children: Sequence[Block]) -> bool | None:
    """Whether a task is done; None where the item is no task. The plugin marks the item and eats its brackets."""
    if "task-list-item" not in str(token.attrs.get("class", "")):
        return None
    inline = children[0].inline if children else None
    return inline is not None and inline.ticked
