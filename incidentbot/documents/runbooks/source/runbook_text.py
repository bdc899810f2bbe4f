"""A runbook's text before it is parsed: comments, tags and front matter removed, every line kept in its place.

Never changes the number of lines, so that what is found later can name its line in the file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incidentbot.core.runbooks.runbook import Lint
from incidentbot.documents.runbooks.source.runbook_callouts import quote_callouts
from incidentbot.documents.runbooks.source.runbook_html import without_html
from incidentbot.documents.runbooks.source.runbook_html_lists import without_list_tags
from incidentbot.documents.runbooks.source.runbook_meta import read_front_matter

_MAY_CHANGE = re.compile(r"[<{\[`~]")  # nearly all lines have none of these, and are shown as they stand
_FENCE = re.compile(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})")
_TEMPLATE_TAGS = (("<%", "%>"), ("{{<", ">}}"), ("{{%", "%}}"))
_TOC = frozenset({"[[_toc_]]", "[toc]", "{:toc}", "[[toc]]"})
NO_TEXT = "\ufffd"
_RETURN = re.compile(r"\r\n?")
_STEERING = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_ANCHOR = re.compile(r"\{#[\w.:-]{1,80}\}")
_BEFORE_ANCHORS = frozenset(" \t)]")  # a shell counts by `${#nodes}`
_DETAILS_TAGS = re.compile(r"</?(?:details|summary)\b[^<>]{0,200}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Note:
    """A comment that speaks to the reader. `line` counts from 0; `alone` when it had its line for itself.

    `indent`: in how many columns it stands.
    """

    line: int
    words: str
    alone: bool
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """The text as shown (`lines`), as given to the parser (`parsed`), and what was taken out of it.

    `aside`: the lines of closed `<details>`, from 0.
    """

    lines: tuple[str, ...]
    parsed: str
    meta: Mapping[str, object]
    notes: tuple[Note, ...]
    aside: frozenset[int]
    lint: tuple[Lint, ...]


@dataclass(slots=True)
class _Desk:
    """What has been collected while the lines are gone through once."""

    shown: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    lint: list[Lint] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    aside: set[int] = field(default_factory=set)
    fence: str = ""
    lists: list[str] = field(default_factory=list)


def normalised(text: str) -> str:
    """Without byte order mark and carriage returns, as the parser counts lines.

    What steers a terminal, and NUL, become the replacement sign: no author means them, and they reach people's shells.
    """
    text = text.removeprefix("\ufeff")
    return _STEERING.sub(NO_TEXT, _RETURN.sub("\n", text) if "\r" in text else text)


def prepare(text: str) -> Source:
    """Take one file apart before parsing. Linear in its length; raises nothing."""
    text = normalised(text)
    lines = text.split("\n")
    front = read_front_matter(lines)
    body = [""] * front.lines + lines[front.lines :]
    desk = _Desk(lint=list(front.lint))
    if "<!--" in text:
        body = _without_comments(body, desk)
    for number, line in enumerate(body):
        changes = desk.lists or _MAY_CHANGE.search(line)
        desk.shown.append(_shown(number, line, desk) if changes else line)
    return Source(
        lines=tuple(desk.shown),
        parsed=quote_callouts("\n".join(desk.shown)),
        meta=front.meta or {},
        notes=tuple(desk.notes),
        aside=frozenset(desk.aside),
        lint=tuple(desk.lint),
    )


def _without_comments(lines: Sequence[str], desk: _Desk) -> list[str]:
    """Blank every comment outside of code, and keep its words as a note."""
    last_closer = max((n for n, line in enumerate(lines) if "-->" in line), default=-1)
    kept: list[str] = []
    comment: list[str] = []
    fence, opened = "", 0
    for number, line in enumerate(lines):
        if comment:
            inner, closer, rest = line.partition("-->")
            comment.append(inner)
            if not closer:
                kept.append("")
                continue
            desk.notes.append(Note(opened, " ".join(comment).strip(), alone=False))
            comment, line = [], rest  # noqa: PLW2901 - the rest of the line may open another comment
        fence = fence_after(line, fence)
        if fence or "<!--" not in line:
            kept.append(line)
            continue
        cut, notes, left_open = _cut_comments(line, number, closes_later=number < last_closer)
        desk.notes.extend(notes)
        kept.append(cut)
        if left_open is not None:
            comment, opened = [left_open], number
    return kept


def _cut_comments(line: str, number: int, *, closes_later: bool) -> tuple[str, list[Note], str | None]:
    """One line without its comments, the notes they were, and the start of one that goes on in the next line."""
    kept: list[str] = []
    notes: list[Note] = []
    position = 0
    while (start := line.find("<!--", position)) >= 0:
        if line.count("`", position, start) % 2:  # documentation about comments writes them in backticks
            kept.append(line[position : start + 4])
            position = start + 4
            continue
        kept.append(line[position:start])
        end = line.find("-->", start + 4)
        if end < 0:
            if closes_later:
                return "".join(kept).rstrip(), notes, line[start + 4 :]
            kept.append(line[start:])
            return "".join(kept), notes, None
        alone = not line[:start].strip() and not line[end + 3 :].strip()
        notes.append(Note(number, line[start + 4 : end].strip(), alone, indent=start))
        position = end + 3
    kept.append(line[position:])
    return "".join(kept).rstrip() if notes else "".join(kept), notes, None


def fence_after(line: str, fence: str) -> str:
    """The fence that is open after this line, "" for none."""
    if "```" not in line and "~~~" not in line:  # nearly every line, in a fraction of the pattern's time
        return fence
    mark = _FENCE.match(line)
    if mark is None:
        return fence
    if not fence:
        return "" if "`" in line[mark.end() :] and mark[1][0] == "`" else mark[1]
    closes = mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not line[mark.end() :].strip()
    return "" if closes else fence


def _shown(number: int, line: str, desk: _Desk) -> str:
    """One line as a person should see it; code is left as it is."""
    was, desk.fence = desk.fence, fence_after(line, desk.fence)
    if was or desk.fence:
        return line
    if "<" not in line and "{" not in line and "[" not in line and not desk.lists:
        return line
    if line.strip().lower() in _TOC:
        return ""
    for opener, closer in _TEMPLATE_TAGS:
        cut = _cut(line, opener, closer) if opener in line else line
        if cut != line:
            desk.lint.append(
                Lint("template-tag", number + 1, "A template tag is left out: Slack cannot render it.")
            )
            line = cut.rstrip()
    if "<" in line or desk.lists:
        line = without_html(without_list_tags(_unwrapped(number, line, desk), desk.lists))
    return _without_anchor(line)


def _unwrapped(number: int, line: str, desk: _Desk) -> str:
    """Take `<details>` tags out of a line; the lines between a pair are context."""
    lower = line.lower()
    if "<details" in lower:
        desk.opened.append(number)
    if "</details" in lower and desk.opened:
        desk.aside.update(range(desk.opened.pop(), number + 1))
    return _DETAILS_TAGS.sub("", line)


def _cut(line: str, opener: str, closer: str) -> str:
    """A line without what stands between two marks, in one pass."""
    kept, position = [], 0
    while (start := line.find(opener, position)) >= 0:
        end = line.find(closer, start + len(opener))
        if end < 0:
            break
        kept.append(line[position:start])
        position = end + len(closer)
    return "".join([*kept, line[position:]])


def _without_anchor(line: str) -> str:
    """A line without the `{#anchor}` some site builders want at the end of a heading or a link."""
    bare = line.rstrip()
    start = bare.rfind("{#") if bare.endswith("}") else -1
    stands_apart = line.startswith("#") or bare[start - 1 : start] in _BEFORE_ANCHORS
    return bare[:start].rstrip() if start > 0 and stands_apart and _ANCHOR.fullmatch(bare, start) else line
