"""Markdown as a Slack canvas takes it: what a canvas does not know is said with what it knows. Sends nothing.

Canvases know headings of three levels, emphasis, code, links, lists, quotations, dividers and tables of at most 300
cells. A list, a table or code inside a quotation, a checklist inside a list, or lists of two kinds inside each other
are refused, and with them the whole document; pictures are left out. Sources: docs.slack.dev, canvases.edit, August
2026, and what it answers to documents that it refuses (docs/decisions/0024-the-canvas.md).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

LONGEST = 100_000
"""Characters of a canvas's text: Slack takes 1,048,576, but who reads them, and large changes are reported to fail."""

MOST_CELLS = 300
DEEPEST = 3
TOO_LONG = "*It goes on in the file in this channel: this is as much as a canvas takes.*"

NOTHING = "–"
"""An item without words: written as none, what stands below it would be read as another thing."""

LISTS = frozenset({"bullet_list", "ordered_list"})
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|#!])")
_LINE_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")
_BOX = re.compile(r"^\\\[([ xX])\\\] ")
_BAR = re.compile(r"(?<!\\)\|")
_SAFE = ("http://", "https://", "mailto:")


def canvas_markdown(markdown: str) -> str:
    """The same document for a canvas. What is too long is cut between two blocks, and says so."""
    kept: list[str] = []
    room = LONGEST - len(TOO_LONG) - 2
    for node in Node(_PARSER.parse(markdown)).children:
        for block in _blocks(node):
            room -= len(block) + 2
            if room < 0:
                return "\n\n".join([*kept, TOO_LONG]) + "\n"
            kept.append(block)
    return "\n\n".join(kept) + "\n"


def _blocks(node: Node) -> Iterator[str]:
    """One block of the source, as one block of the canvas or, where a table is too large, as several."""
    match node.type:
        case "heading":
            yield f"{'#' * min(int(node.tag[1:]), DEEPEST)} {_inline(node)}"
        case "paragraph":
            yield _at_line_start(_inline(node))
        case "bullet_list" | "ordered_list":
            yield "\n".join(_items(node, "", bullets=_is_mixed(node)))
        case "blockquote":
            yield "\n>\n".join(f"> {line}" for line in _words(node))
        case "fence" | "code_block":
            code = node.content.rstrip("\n").replace("```", "``\u200b`")
            yield f"```\n{code}\n```"
        case "hr":
            yield "---"
        case "table":
            yield from _tables(node)


def _is_mixed(node: Node) -> bool:
    """Whether a list holds lists of another kind, or what is neither text nor a list: then all of it has bullets."""
    inside = [child for item in node.children for child in item.children if child.type != "paragraph"]
    return any(child.type != node.type or _is_mixed(child) for child in inside)


def _items(node: Node, indent: str, *, bullets: bool) -> Iterator[str]:
    """The lines of a list: one for each item, what else an item holds below it."""
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    for number, item in enumerate(node.children, start=first):
        own = [_inline(child) for child in item.children if child.type == "paragraph"]
        text = _BOX.sub(_box, " ".join(own)) or NOTHING
        counted = f"{number}. " if not bullets else f"- {number}\\. "
        yield f"{indent}{counted if node.type == 'ordered_list' else '- '}{_at_line_start(text)}"
        for child in item.children:
            if child.type in LISTS:
                yield from _items(child, f"{indent}    ", bullets=bullets)
            elif child.type != "paragraph":
                yield from (f"{indent}    - {line}" for line in _words(child))


def _box(match: re.Match[str]) -> str:
    return "☐ " if match[1] == " " else "☑ "


def _words(node: Node) -> Iterator[str]:
    """What a block says, in lines that hold nothing but words: for quotations, which take nothing else."""
    match node.type:
        case "paragraph":
            yield _at_line_start(_inline(node))
        case "heading":
            yield from (f"**{text}**" for text in [_inline(node)] if text)
        case "fence" | "code_block":
            yield from (_code(line) for line in node.content.splitlines() if line.strip())
        case "table":
            yield from (" – ".join(cells) for cells in _rows(node))
        case "bullet_list" | "ordered_list":
            for line in _items(node, "", bullets=True):
                depth = len(line) - len(line.lstrip())
                yield f"{'– ' * (depth // 4)}• {line.lstrip().removeprefix('- ')}"
        case _:
            for child in node.children:
                yield from _words(child)


def _tables(node: Node) -> Iterator[str]:
    """As many tables of the same head as its cells need."""
    head, *rows = _rows(node)
    at_once = max(1, MOST_CELLS // len(head) - 1)
    for begin in range(0, max(1, len(rows)), at_once):
        yield "\n".join(map(_row, [head, ["---"] * len(head), *rows[begin : begin + at_once]]))


def _rows(node: Node) -> Iterator[list[str]]:
    for part in node.children:
        for row in part.children:
            yield [_BAR.sub(r"\\|", _inline(cell)) for cell in row.children]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _at_line_start(text: str) -> str:
    """The text so that it begins no list."""
    return _LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", text)


def _inline(node: Node) -> str:
    """The words of a block on one line, with their emphasis and links."""
    return "".join(INLINE.get(child.type, _inside)(child) for child in node.children)


def _inside(node: Node) -> str:
    return _inline(node) if node.children else _SPECIAL.sub(r"\\\1", node.content)


def _code(text: str) -> str:
    marks = "``" if "`" in text else "`"
    gap = " " if "`" in text else ""
    return f"{marks}{gap}{text}{gap}{marks}"


def _link(label: str, address: str) -> str:
    if not address.startswith(_SAFE):
        return label
    return f"[{label}]({address.replace('(', '%28').replace(')', '%29')})"


INLINE: Mapping[str, Callable[[Node], str]] = {
    "code_inline": lambda node: _code(node.content),
    "strong": lambda node: f"**{_inline(node)}**",
    "em": lambda node: f"*{_inline(node)}*",
    "s": lambda node: f"~~{_inline(node)}~~",
    "link": lambda node: _link(_inline(node), str(node.attrs.get("href", ""))),
    "image": lambda node: _link(_inline(node) or "picture", str(node.attrs.get("src", ""))),
    "softbreak": lambda _: " ",
    "hardbreak": lambda _: " ",
}
"""Kind of a piece of text -> how it is written. All else is words."""
