"""Blocks of markdown as mrkdwn: lists by bullets, tables and code in fences, headings in bold. Knows no length limit."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin

from incidentbot.documents.mrkdwn_inline import escape_code, inline
from incidentbot.documents.runbooks.source.runbook_callouts import quote_callouts
from incidentbot.documents.runbooks.source.runbook_text import normalised

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).use(tasklists_plugin)
_INDENT = "    "
_RULE = "───"
_ALERT = "[!"
_BLOCKS = frozenset(
    {"bullet_list_close", "ordered_list_close", "blockquote_close", "table_close", "paragraph_close"}
)


@dataclass(slots=True)
class _Page:
    """What has been written so far, and the containers the next line stands in."""

    base_url: str
    lines: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)  # the next number; 0 for bullets
    marker: str = ""
    quotes: int = 0
    rows: list[list[str]] = field(default_factory=list)
    in_table: bool = False
    heading: bool = False

    def write(self, text: str) -> None:
        """Add a paragraph, with the marks of the quote and the list item it stands in."""
        indent = _INDENT * max(0, len(self.lists) - 1)
        for line in text.split("\n"):
            hanging = self.marker or ("  " if self.lists else "")
            self.lines.append(f"{'> ' if self.quotes else ''}{indent}{hanging}{line}".rstrip())
            self.marker = ""

    def fence(self, code: str) -> None:
        """Add a block of code as it is; Slack knows no fence inside a quote or a list."""
        if self.marker:
            self.write("")
        safe = escape_code(code.rstrip("\n")).replace("```", "``\u200b`")
        self.lines.extend(["```", *safe.split("\n"), "```"])

    def gap(self) -> None:
        """An empty line between blocks, never two."""
        if self.lines and self.lines[-1]:
            self.lines.append("")


def render(markdown: str, *, base_url: str = "") -> str:
    """The whole text as mrkdwn, however long."""
    page = _Page(base_url)
    for token in _PARSER.parse(quote_callouts(normalised(markdown))):
        if token.nesting == 1:
            _open(token, page)
        elif token.nesting == -1:
            _close(token, page)
        else:
            _leaf(token, page)
    return "\n".join(page.lines).strip("\n")


def _open(token: Token, page: _Page) -> None:
    match token.type:
        case "bullet_list_open":
            page.lists.append(0)
        case "ordered_list_open":
            page.lists.append(int(token.attrs.get("start", 1)))
        case "list_item_open":
            page.marker = _marker(token, page)
        case "blockquote_open":
            page.quotes += 1
        case "heading_open":
            page.heading = True
            page.gap()
        case "table_open":
            page.rows, page.in_table = [], True
        case "tr_open":
            page.rows.append([])
        case _:
            pass


def _marker(token: Token, page: _Page) -> str:
    if page.lists[-1] == 0:
        return "" if "task-list-item" in str(token.attrs.get("class", "")) else "• "
    number = page.lists[-1]
    page.lists[-1] += 1
    return f"{number}. "


def _close(token: Token, page: _Page) -> None:
    match token.type:
        case "bullet_list_close" | "ordered_list_close":
            page.lists.pop()
        case "list_item_close" if page.marker:
            page.write("")
        case "blockquote_close":
            page.quotes -= 1
        case "heading_close":
            page.heading = False
        case "table_close":
            page.in_table = False
            page.fence(_grid(page.rows))
        case _:
            pass
    if token.type in _BLOCKS and not page.lists and not page.quotes:
        page.gap()


def _leaf(token: Token, page: _Page) -> None:
    match token.type:
        case "inline" if page.in_table:
            page.rows[-1].append(_plain(token.children or []))
        case "inline":
            _text(token, page)
        case "fence" | "code_block":
            page.fence(token.content)
            if not page.lists:
                page.gap()
        case "hr":
            page.gap()
            page.write(_RULE)
            page.gap()
        case _:
            pass


def _text(token: Token, page: _Page) -> None:
    text = inline(token.children or [], base_url=page.base_url)
    if page.heading:
        text = f"*{text.replace('*', '')}*" if text.strip("* ") else ""
    elif page.quotes and text.startswith(_ALERT) and "]" in text:
        kind, _, rest = text.removeprefix(_ALERT).partition("]")
        text = f"*{kind.capitalize()}* {rest.strip()}".strip()
    if text:
        page.write(text)


def _plain(children: Sequence[Token]) -> str:
    """A cell without markup: inside a fence Slack would show the marks."""
    return " ".join(
        "".join(" " if c.type in {"softbreak", "hardbreak"} else c.content for c in children).split()
    )


def _grid(rows: Sequence[Sequence[str]]) -> str:
    """Cells padded to columns, with a line under the head."""
    widths = [
        max((len(row[column]) if column < len(row) else 0) for row in rows)
        for column in range(max(map(len, rows)))
    ]
    drawn = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]
    return "\n".join([*drawn[:1], "  ".join("-" * width for width in widths), *drawn[1:]])
