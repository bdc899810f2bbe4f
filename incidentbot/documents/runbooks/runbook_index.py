"""What can be searched of a runbook, taken from its lines alone: many times faster than reading its steps."""

import re
from collections.abc import Mapping, Sequence

from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.runbooks.runbook_match import Entry
from incidentbot.documents.runbooks.source.runbook_meta import read_front_matter
from incidentbot.documents.runbooks.source.runbook_text import fence_after, normalised
from incidentbot.documents.runbooks.steps.runbook_headings import read_heading
from incidentbot.documents.runbooks.steps.runbook_roles import Role, role_named
from incidentbot.documents.runbooks.steps.runbook_titles import runbook_title, stem_of

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)$")
_ITEM = re.compile(r"^\s*(?:\d{1,9}[.)]|[-*+])[ \t]+(\S.{0,200})")
_MARKUP = re.compile(r"\]\([^)]*\)|https?://\S+|\{#[^}]*\}|<!--.*?-->|<[^<>]{0,200}>|[*_`\[\]]")
_MOST = 300


def entry_of_text(text: str, path: str) -> Entry:
    """The entry of a file by its text. path: relative to its folder."""
    lines = normalised(text).split("\n")
    front = read_front_matter(lines)
    title, headings = _outline(lines[front.lines :])
    return _entry(path, runbook_title(front.meta or {}, title, path), front.meta or {}, headings)


def entry_of(runbook: Runbook) -> Entry:
    """The same of a runbook that has been read."""
    return entry_of_text(runbook.text, runbook.path)


def _entry(path: str, title: str, meta: Mapping[str, object], headings: Sequence[str]) -> Entry:
    return Entry(
        path=path,
        title=title,
        stem=stem_of(path),
        triggers=words_in(meta.get("triggers")),
        services=words_in(meta.get("services") or meta.get("service")),
        tags=words_in(meta.get("tags")),
        severities=words_in(meta.get("severity")),
        headings=tuple(dict.fromkeys(headings)),
    )


def _outline(lines: Sequence[str]) -> tuple[str, list[str]]:
    """The first H1, and the headings and items of the sections to do."""
    title, fence = "", ""
    found: list[str] = []
    open_sections: list[tuple[int, Role]] = [(0, Role.ACTION)]
    for line in lines:
        was, fence = fence, fence_after(line, fence)
        if was or fence or not line:
            continue
        if len(found) >= _MOST:
            break
        if "#" in line and (heading := _HEADING.match(line)):
            words = _plain(heading[2])
            title = title or (words if len(heading[1]) == 1 else "")
            role = _entered(open_sections, len(heading[1]), words)
            found.extend([words] if role is Role.ACTION and words != title else [])
        elif open_sections[-1][1] is Role.ACTION and (item := _ITEM.match(line)):
            found.append(_plain(item[1]))
    return title, found


def _entered(open_sections: list[tuple[int, Role]], level: int, words: str) -> Role:
    while len(open_sections) > 1 and open_sections[-1][0] >= level:
        open_sections.pop()
    role = role_named(read_heading(words).bare, open_sections[-1][1])
    open_sections.append((level, role))
    return role


def _plain(text: str) -> str:
    return _MARKUP.sub("", text).rstrip("# ").strip()


def words_in(value: object) -> tuple[str, ...]:
    """A front matter's list as words; one text is split at commas, anything else is no list."""
    if isinstance(value, str):
        return tuple(word for part in value.split(",") if (word := part.strip()))
    if isinstance(value, list | tuple):
        return tuple(
            str(each).strip() for each in value if isinstance(each, str | int | float) and str(each).strip()
        )
    return (str(value),) if isinstance(value, int | float) and not isinstance(value, bool) else ()
