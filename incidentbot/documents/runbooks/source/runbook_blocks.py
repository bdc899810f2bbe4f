"""Blocks of a runbook: what the markdown parser saw, as small values with line numbers. Decides nothing about steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin

from incidentbot.documents.runbooks.source.runbook_inline import Inline, read_inline

# HTML stays text: placeholders such as <pod> look like tags, and Slack renders no tag anyhow.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).use(tasklists_plugin)
_CONTAINERS = frozenset({"bullet_list_open", "ordered_list_open", "blockquote_open"})


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CODE = "code"
    ORDERED = "ordered"
    BULLETS = "bullets"
    ITEM = "item"
    QUOTE = "quote"
    TABLE = "table"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `line` and `end` count from 0, end excluded; `depth` is how many containers it stands in.

    heading: `level`, `inline`. paragraph: `inline`. code: `code`, `info`, `closed` (False: its fence never ends),
    `fenced`. lists: `children` are items, `number` the first number. item: `children`, `number`, `ticked` (None where
    it is no task).
    """

    kind: Kind
    line: int
    end: int
    depth: int = 0
    level: int = 0
    inline: Inline | None = None
    code: str = ""
    info: str = ""
    closed: bool = True
    fenced: bool = False
    number: int = 1
    ticked: bool | None = None
    children: tuple["Block", ...] = ()

    @property
    def text(self) -> str:
        """The plain words of a heading, a paragraph, or the first paragraph of an item."""
        if self.inline is not None:
            return self.inline.plain
        first = self.children[0] if self.kind is Kind.ITEM and self.children else None
        return first.inline.plain if first is not None and first.inline is not None else ""


def parse(text: str) -> tuple[tuple[Block, ...], Mapping[str, tuple[int, int, str]]]:
    """The blocks of a text, and its link definitions: label -> (first line, end, target). Raises nothing."""
    env: dict[str, object] = {}
    tokens = _PARSER.parse(text, env)
    lines = text.split("\n")
    return _blocks(tokens, lines), _definitions(env)


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block and what stands inside it, in the order of the file."""
    for block in blocks:
        yield block
        yield from walk(block.children)


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
    top = _Open(Token("root", "", 1), [])
    stack = [top]
    for token in tokens:
        if token.nesting == 1:
            stack.append(_Open(token, []))
        elif token.nesting == -1:
            done = stack.pop()
            stack[-1].children.extend(_closed(done, depth=_depth(stack)))
        else:
            stack[-1].children.extend(_leaf(token, stack, lines))
    return tuple(top.children)


def _depth(stack: Sequence[_Open]) -> int:
    return sum(entry.token.type in _CONTAINERS for entry in stack)


def _leaf(token: Token, stack: Sequence[_Open], lines: Sequence[str]) -> list[Block]:
    line, end = token.map or (0, 0)
    depth = _depth(stack)
    if token.type == "inline":
        return [Block(Kind.PARAGRAPH, line, end, depth, inline=read_inline(token))]
    if token.type == "fence":
        closing = lines[end - 1].lstrip(" >\t") if end - 1 > line and end <= len(lines) else ""
        closed = closing.startswith(token.markup)
        return [
            Block(
                Kind.CODE, line, end, depth, code=token.content, info=token.info, closed=closed, fenced=True
            )
        ]
    if token.type == "code_block":
        return [Block(Kind.CODE, line, end, depth, code=token.content)]
    return [Block(Kind.RULE, line, end, depth)] if token.type == "hr" else []


def _closed(done: _Open, depth: int) -> list[Block]:
    """The block a pair of tokens makes; a pair that means nothing here passes on what stood inside."""
    token, children = done.token, tuple(done.children)
    line, end = token.map or (0, 0)
    match token.type:
        case "heading_open":
            inline = children[0].inline if children else None
            return [Block(Kind.HEADING, line, end, depth, level=int(token.tag[1:]), inline=inline)]
        case "bullet_list_open":
            return [Block(Kind.BULLETS, line, end, depth, children=children)]
        case "ordered_list_open":
            first = children[0].number if children else 1
            return [Block(Kind.ORDERED, line, end, depth, number=first, children=children)]
        case "list_item_open":
            number = int(token.info) if token.info.isdecimal() else 1
            return [
                Block(
                    Kind.ITEM,
                    line,
                    end,
                    depth,
                    number=number,
                    ticked=_ticked(token, children),
                    children=children,
                )
            ]
        case "blockquote_open":
            return [Block(Kind.QUOTE, line, end, depth, children=children)]
        case "table_open":
            return [Block(Kind.TABLE, line, end, depth, children=children)]
        case _:
            return list(children)


def _ticked(token: Token, children: Sequence[Block]) -> bool | None:
    """Whether a task is done; None where the item is no task. The plugin marks the item and eats its brackets."""
    if "task-list-item" not in str(token.attrs.get("class", "")):
        return None
    inline = children[0].inline if children else None
    return inline is not None and inline.ticked
