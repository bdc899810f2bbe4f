"""What Slack takes as the text of a canvas, and the sentence with which it refuses the rest. Knows no canvas.

Sources: docs.slack.dev, canvases.edit ("Unsupported block type (List) within block quote" is the page's own example), the
limits named there, and what the live service answered to others, August 2026.
"""

from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

from incidentbot.playground.slack.refusals import SlackRefusal, explained

_MOST = 1_048_576
_MOST_CELLS = 300
_DEEPEST = "h3"
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_LISTS = {"bullet_list": "bullet", "ordered_list": "ordered"}
_IN_QUOTES = frozenset({"paragraph"})
_CALLED = {"bullet_list": "List", "ordered_list": "List", "fence": "CodeBlock", "code_block": "CodeBlock"}


def checked_content(content: Any, code: str) -> str:
    """The markdown of a `document_content`.

    Raises SlackRefusal: invalid_arguments for a wrong form, `code` with a `detail` for what no canvas takes.
    """
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise explained("invalid_arguments", ["must be a markdown document [json-pointer:/document_content]"])
    markdown = content.get("markdown")
    if not isinstance(markdown, str) or set(content) - {"type", "markdown"}:
        raise explained("invalid_arguments", ["must be a string [json-pointer:/document_content/markdown]"])
    if len(markdown) > _MOST:
        raise explained("invalid_arguments", [f"must be at most {_MOST} characters"])
    for line, why in _wrong(Node(_PARSER.parse(markdown))):
        raise SlackRefusal(code, detail=f"'content' error: line {line}: {why}")
    return markdown


def _wrong(node: Node, within: str = "") -> Iterator[tuple[int, str]]:
    """within: the kind of the list that the node is an item of. It is asked once for each list, which may be long."""
    own = _kind(node)
    line = node.map[0] + 1 if not node.is_root and node.map else 1
    if node.type == "heading" and node.tag > _DEEPEST:
        yield line, f"Unsupported heading level ({node.tag})"
    if node.type == "table" and _cells(node) > _MOST_CELLS:
        yield line, f"Tables have at most {_MOST_CELLS} cells"
    for child in node.children:
        if node.type == "blockquote" and child.type not in _IN_QUOTES:
            yield line, f"Unsupported block type ({_CALLED.get(child.type, child.type)}) within block quote"
        yield from _wrong_in_list(within, child, line)
        yield from _wrong(child, own)


def _wrong_in_list(kind: str, child: Node, line: int) -> Iterator[tuple[int, str]]:
    """Lists hold text and lists of their own kind."""
    if not kind:
        return
    inner = _kind(child)
    if inner and inner != kind:
        yield line, f"Unsupported list type ({inner}) within {kind} list"
    if not inner and child.type != "paragraph":
        yield line, f"Unsupported block type ({_CALLED.get(child.type, child.type)}) within {kind} list"


def _kind(node: Node) -> str:
    if node.type not in _LISTS:
        return ""
    return "checklist" if any(_is_box(item) for item in node.children) else _LISTS[node.type]


def _is_box(item: Node) -> bool:
    first = next((one.content for one in item.walk() if one.type == "inline"), "")
    return first[:4].casefold() in {"[ ] ", "[x] "}


def _cells(table: Node) -> int:
    return sum(one.type in {"th", "td"} for one in table.walk())
