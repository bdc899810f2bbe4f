"""Remarks on a runbook that authors should read before the night they need it. Changes nothing, reads no clock."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import MAXYEAR, date, datetime, timedelta
from itertools import islice
from posixpath import dirname, join, normpath

from incidentbot.core.runbooks.runbook import Lint, Runbook, Step
from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_text import NO_TEXT

NO_TEXT_RULE = "no-text"
SEVERE = frozenset({"unclosed-fence", "no-steps", "secret-like", NO_TEXT_RULE})
MOST_STEPS = 30
# What it is, words one of which it holds in small letters, and how it looks.
_SECRETS = (
    ("an AWS access key", ("akia", "asia"), re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")),
    (
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
    ),
    (
        "a Slack token",
        ("xox", "xapp-"),
        re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}"),
    ),
    (
        "a JSON web token",
        ("eyj",),
        re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ),
    ("a private key", ("private key",), re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")),
    (
        "a password in an address",
        ("@",),
        re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@<>$\"'{}*]{1,80}:[^\s:/@<>$\"'{}*]{4,80}@"),
    ),
    (
        "a password",
        ("passw", "secret", "api_key", "api-key", "apikey", "token"),
        re.compile(
            r"(?i)\b(?:password|passwd|secret|api[_-]?key|token)[\"']?\s{0,3}[=:]\s{0,3}[\"']?"
            r"(?=[^\s\"'<>${}()]{0,60}\d)(?=[^\s\"'<>${}()]{0,60}[a-z])[A-Za-z0-9+/_.!@#%^&*-]{12,120}(?=[\"'\s;,]|$)"
        ),
    ),
)
_SPAN = re.compile(r"^\s*(\d{1,4})\s*(day|week|month|year)s?\s*$|^\s*(\d{1,4})\s*([dwmy])\s*$", re.IGNORECASE)
_WHOLE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#|//|www\.)", re.IGNORECASE)
_FORM = re.compile(r"<[A-Za-z][\w .:/-]{0,60}>|\{\{ ?[A-Za-z_][\w .-]{0,60}\}\}|YOUR_[A-Z0-9_]+")
_EXPLAINING = ("`<", "`{", "`YOUR_")
_MAY_FORM = re.compile(r"<[A-Za-z]|\{\{|YOUR_")
_EXPLAINED = re.compile(rf"(?<!`)`({_FORM.pattern})`(?!`)")
_MONTHS = {"m": 1, "y": 12}
_DAYS = {"d": 1, "w": 7}


def check(
    runbook: Runbook, *, today: date, is_runbook: Callable[[str], bool] = lambda _: False
) -> tuple[Lint, ...]:
    """Every remark on a runbook, those that depend on the day included, in the order of lines.

    is_runbook: whether a path names a runbook that is there; a link to one is no finding, for the bot opens it itself.
    """
    overdue = overdue_review(runbook.meta, today=today)
    found = [remark for remark in runbook.lint if not (remark.about and is_runbook(_meant(runbook, remark)))]
    return tuple(sorted([*found, *([overdue] if overdue else [])], key=lambda lint: lint.line))


def _meant(runbook: Runbook, remark: Lint) -> str:
    """The path a relative link leads to, from where the file lies."""
    return normpath(join(dirname(runbook.path), remark.about.partition("#")[0]))


def overdue_review(meta: Mapping[str, object], *, today: date) -> Lint | None:
    """A remark when `last_reviewed_on` plus `review_in` lies behind."""
    reviewed, span = _day(meta.get("last_reviewed_on")), _span(meta.get("review_in"))
    if reviewed is None or span is None:
        return None
    late = (today - _later(reviewed, *span)).days
    if late <= 0:
        return None
    return Lint(
        "overdue-review", 1, f"The review is {late} days overdue: last reviewed on {reviewed.isoformat()}."
    )


def lint_text(lines: Sequence[str], every: Sequence[Block]) -> Iterator[Lint]:
    """What can be said without knowing the steps: what is no text, fences that never end, what looks like a secret.

    every: all blocks, those inside others too.
    """
    text = "\n".join(lines)
    for number in islice(_lines_with(NO_TEXT, text), 1):
        yield Lint(NO_TEXT_RULE, number + 1, "Something here cannot be read as text: save the file as UTF-8.")
    for block in every:
        if not block.closed:
            yield Lint(
                "unclosed-fence",
                block.line + 1,
                "This block of code is never closed; all below it is read as code.",
            )
    for number, name in sorted(_secrets(lines, text.lower()).items()):
        yield Lint("secret-like", number + 1, f"This looks like {name}; keep secrets out of runbooks.")


def _secrets(lines: Sequence[str], lower: str) -> dict[int, str]:
    """The lines that hold something like a secret, and what it is like. lower: all of them in small letters.

    A pattern is tried only where a plain word stands without which it cannot match: that is many times faster.
    """
    found: dict[int, str] = {}
    for name, words, pattern in _SECRETS:
        for number in (number for word in words for number in _lines_with(word, lower)):
            if pattern.search(lines[number]):
                found.setdefault(number, name)
    return found


def _lines_with(word: str, text: str) -> Iterator[int]:
    """The lines that hold a word, from 0."""
    start = number = 0
    while (position := text.find(word, start)) >= 0:
        number += text.count("\n", start, position)
        yield number
        if (end := text.find("\n", position)) < 0:
            return
        start, number = end + 1, number + 1


def lint_placeholders(lines: Sequence[str]) -> Iterator[Lint]:
    """Placeholders that the text explains, though no command holds them: a command was changed, and its text was not."""
    text = "\n".join(lines)
    if not any(map(text.__contains__, _EXPLAINING)):
        return
    forms = [(number, line) for number, line in enumerate(lines, start=1) if _MAY_FORM.search(line)]
    explained: dict[str, int] = {}
    for number, line in forms:
        for form in _EXPLAINED.findall(line) if "`" in line else ():
            explained.setdefault(form, number)
    used = {form for _, line in forms for form in _FORM.findall(_EXPLAINED.sub("", line))}
    for form, number in explained.items():
        if form not in used:
            yield Lint("placeholder-unused", number, f"The text speaks of {form}, but no command holds it.")


def lint_step(step: Step, every: Sequence[Block]) -> Iterator[Lint]:
    """What can be said of one step: commands without a language, relative links, nothing but a picture.

    every: its blocks with all that stands inside them.
    """
    for block in every:
        if block.kind is Kind.CODE and block.fenced and not block.info.strip():
            yield Lint("command-without-language", block.line + 1, "Name the language of this block of code.")
        for link in block.inline.links if block.inline is not None else ():
            if _relative(link.target):
                yield Lint(
                    "relative-link",
                    block.line + 1,
                    f"Slack cannot follow the relative link {link.target[:80]}.",
                    link.target,
                )
    if not step.commands and _only_shows(every):
        yield Lint("image-only", step.source_lines[0], f"The step “{step.title}” is only a picture.")


def _only_shows(blocks: Sequence[Block]) -> bool:
    """Whether there are pictures, and no words but links beneath the headings."""
    inlines = [(block.kind, block.inline) for block in blocks if block.inline is not None]
    if not any(inline.images for _, inline in inlines):
        return False
    texts = [inline for kind, inline in inlines if kind is not Kind.HEADING]
    words = sum(len(inline.plain.split()) for inline in texts)
    return words <= sum(len(link.text.split()) for inline in texts for link in inline.links)


def lint_steps(steps: Sequence[Step], todo: Sequence[int], broken: Sequence[int]) -> Iterator[Lint]:
    """What can be said of the steps as a whole."""
    for line in dict.fromkeys(todo):
        yield Lint("todo", line + 1, "This part is still to be written and is left out of the steps.")
    for line in broken:
        yield Lint(
            "broken-list", line + 1, "Something unindented breaks this list in two; indent it under its item."
        )
    if len(steps) > MOST_STEPS:
        line = steps[MOST_STEPS].source_lines[0]
        yield Lint(
            "too-many-steps",
            line,
            f"{len(steps)} steps are more than {MOST_STEPS}: consider several runbooks.",
        )


def _relative(target: str) -> bool:
    return bool(target) and not _WHOLE.match(target)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:  # no date is no promise
        return None


def _span(value: object) -> tuple[int, str] | None:
    """`6 months` or `2w` as a count and the first letter of its unit."""
    found = _SPAN.match(str(value)) if value is not None else None
    return (int(found[1] or found[3]), (found[2] or found[4])[0].lower()) if found else None


def _later(day: date, count: int, unit: str) -> date:
    """A day so much later; the last of a shorter month, the last day there is for a span beyond the calendar."""
    if unit in _DAYS:
        return day + timedelta(days=count * _DAYS[unit])
    months = day.year * 12 + day.month - 1 + count * _MONTHS[unit]
    year, month = months // 12, months % 12 + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
