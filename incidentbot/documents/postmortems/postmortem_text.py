"""The small pieces a post-mortem is written with: escaped words, instants, tables, lists. Knows no section."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from incidentbot.core.text.words import span

UNKNOWN = "–"
QUESTION = "> TODO("
"""How each question that is left open begins."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#|~!&$^])")
_LINE_START = re.compile(r"^(\s*)(?:([-+=])|(\d{1,9})([.)]))")
_LINK = re.compile(r"https?://[^\s<>()\[\]\"'|\\`]{1,2000}")


def escape(text: str) -> str:
    """What a person wrote, on one line, so that it neither opens a tag, a link or a heading nor ends a table's cell."""
    line = " ".join(text.split())
    escaped = _SPECIAL.sub(r"\\\1", line)
    return _LINE_START.sub(_at_line_start, escaped)


def instant(at: datetime | None) -> str:
    """An instant in full: 2024-07-25 13:54:00 UTC."""
    return UNKNOWN if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def to_the_minute(at: datetime | None) -> str:
    """An instant as a sentence tells it: 2024-07-25 13:54 UTC."""
    return UNKNOWN if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def clock(at: datetime, *, day: datetime | None) -> str:
    """An instant in a table: only the time of day, and the date where it is another than that of `day`."""
    here = at.astimezone(UTC)
    same = day is not None and here.date() == day.astimezone(UTC).date()
    return f"{here:%H:%M}" if same else f"{here:%Y-%m-%d %H:%M}"


def duration(seconds: int | None) -> str:
    """A duration for people: 1 h 25 min; a dash where it is not known."""
    return UNKNOWN if seconds is None else span(timedelta(seconds=seconds))


def link(label: str, address: str) -> str:
    """A link, or only its label where the address is none that a browser should open."""
    return f"[{escape(label)}]({address})" if _LINK.fullmatch(address) else escape(label)


def todo(owner: str, text: str) -> str:
    """A question left open on purpose, as a quotation that nobody overlooks."""
    return f"{QUESTION}{escape(owner)}): {escape(text)}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table. The cells are Markdown already: whoever made them has escaped them."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def bullets(items: Iterable[str]) -> str:
    """A list of lines that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def _at_line_start(match: re.Match[str]) -> str:
    indent, mark, number, stop = match.groups()
    return f"{indent}\\{mark}" if mark else f"{indent}{number}\\{stop}"
