"""What a step holds beside its words: branches, warnings, how long it takes. Reads blocks, decides no steps."""

import math
import re
from collections.abc import Mapping, Sequence

from incidentbot.core.runbooks.runbook import Link, StepBranch
from incidentbot.documents.runbooks.source.runbook_block import Block, Kind, walk
from incidentbot.documents.runbooks.source.runbook_inline import sentences
from incidentbot.documents.runbooks.steps.runbook_titles import cut
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_condition

_LINKS_LOOKED_AT = 200
LABEL_LIMIT = 75  # Slack's limit for the text of a button
_LATER = re.compile(r"once\b", re.IGNORECASE)
"""`Once it is up, …` says when, not whether: nobody has to choose."""
_BARE = re.compile(r"if (?:so|not|yes|no)$", re.IGNORECASE)
_THEN = re.compile(r",|;|\bthen\b|:(?=\s|$)", re.IGNORECASE)
_SHOUTS = re.compile(
    r"\b(?:WARNING|CAUTION|DANGER|BE CAREFUL|DO NOT|IMPORTANT)\b|⚠|❗|🚨|🛑|:warning:"
    r"|(?:^|[.!?:]\s+)(?:Warning|Caution|Danger|Be careful|Do not|Don't|Don’t)\b|^(?:Note|Notice|Important):"
)
_MAY_SHOUT = (
    "warning",
    "caution",
    "danger",
    "careful",
    "do not",
    "don't",
    "don’t",
    "important",
    "notice",
    "note:",
    "⚠",
)
_DURATION = re.compile(r"\d\s*[smhSMH]")
_CUES = ("tak", "took", "wait", "about", "around", "approx", "rough", "up to", "estimated")
_GITHUB = re.compile(r"^\[!([A-Za-z]{1,20})\]\s*")
_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0}
_SPAN = re.compile(
    r"\b(?P<cue>takes?|taking|took|wait(?:ing)?|about|around|approximately|roughly|up to|estimated(?: time)?:?)\s+"
    r"(?:(?:for|up|to|at|least|most|about|around|approximately|roughly|another|a|further|between|~)\s+){0,4}~?"
    r"(?P<low>\d{1,4})(?:\s*(?:-|–|to|and)\s*(?P<high>\d{1,4}))?\s*(?P<unit>s|m|h)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?)?\b",
    re.IGNORECASE,
)
_THRESHOLD = re.compile(
    r"\b(?:for|than|within|every|last|past|after|over|least|exceeds?)\s+(?:more than\s+)?$", re.IGNORECASE
)
_SHORT = re.compile(r"(\d{1,4})\s*([smh])", re.IGNORECASE)
_IN_BRACKETS = re.compile(
    r"[(\[](?:~|≈|ca\.? ?|approx\.? ?|about |up to |takes )*\s?(?P<low>\d{1,4})(?:\s*(?:-|–|to)\s*(?P<high>\d{1,4}))?"
    r"\s*(?P<unit>s|m|h)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?)?[)\]]",
    re.IGNORECASE,
)


def branches_of(every: Sequence[Block]) -> tuple[StepBranch, ...]:
    """Every sentence, item and sub-heading that opens with a condition, in order, none twice.

    every: the blocks of a step with all that stands inside them.
    """
    found: dict[str, StepBranch] = {}
    for block in every:
        inline = block.inline
        if inline is None:
            continue
        for sentence in sentences(inline.plain):
            if starts_with_condition(sentence) and not _LATER.match(sentence):
                label = cut(_condition(sentence), LABEL_LIMIT)
                found.setdefault(label, StepBranch(label, _target(sentence, inline.links)))
    return tuple(found.values())


def _condition(sentence: str) -> str:
    """`If the disk is full, delete it` is `If the disk is full`; `If so, delete it` is told by all of its words."""
    end = _THEN.search(sentence)
    head = sentence[: end.start()] if end and end.start() else sentence
    bare = _BARE.match(head.strip())
    return (sentence if bare else head).strip(" .:,;*_`\"'")


def _target(sentence: str, links: Sequence[Link]) -> str | None:
    return next(
        (
            link.target
            for link in links[:_LINKS_LOOKED_AT]
            if link.text in sentence or link.target in sentence
        ),
        None,
    )


def warnings_of(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Quotes and callouts, and lines that shout, in order, none twice."""
    found: list[str] = []
    waiting = list(reversed(blocks))
    while waiting:
        block = waiting.pop()
        if block.kind is Kind.QUOTE:
            found.extend(_quoted(block))
            continue
        if block.inline is not None:
            found.extend(_loud_sentences(block.inline.plain))
        waiting.extend(reversed(block.children))
    return tuple(dict.fromkeys(found))


def _quoted(quote: Block) -> Sequence[str]:
    words = " ".join(inner.text for inner in walk(quote.children) if inner.inline is not None)
    return [_GITHUB.sub(lambda kind: f"{kind[1].capitalize()}: ", words, count=1)] if words else ()


def _loud_sentences(text: str) -> Sequence[str]:
    """The sentences of a paragraph or heading that warn."""
    lower = text.lower()
    if not any(map(lower.__contains__, _MAY_SHOUT)):  # many times faster than the pattern
        return ()
    return [sentence for sentence in sentences(text) if _SHOUTS.search(sentence)]


def estimate_of(blocks: Sequence[Block], every: Sequence[Block]) -> int | None:
    """How many minutes the text says a step takes, rounded up; None where it says nothing. Thresholds do not count.

    `Drain the node (10 min)` says it in the words that name the step. every: the blocks with all that stands inside them.
    """
    for block in blocks[:2]:  # the first step of a section begins with the section's heading
        if named := _IN_BRACKETS.search(block.text):
            return _minutes(named["high"] or named["low"], named["unit"])
    for text in (block.inline.plain for block in every if block.inline is not None):
        if not _may_last(text):
            continue
        for span in _SPAN.finditer(text):
            counts = span["cue"].lower().startswith(("tak", "took", "wait", "estimated"))
            if counts or not _THRESHOLD.search(text[max(0, span.start() - 24) : span.start()]):
                return _minutes(span["high"] or span["low"], span["unit"])
    return None


def _may_last(text: str) -> bool:
    """Whether it is worth the time to look for how long something takes."""
    return any(map(text.lower().__contains__, _CUES)) and bool(_DURATION.search(text))


def estimate_in(meta: Mapping[str, object]) -> int | None:
    """How many minutes the front matter says all of a file takes: `estimate: 30m`, or the longer one of `takes: [15m, 30m]`."""
    said = [meta.get(key) for key in ("estimate", "takes")]
    texts = [str(each) for value in said for each in (value if isinstance(value, list) else [value])]
    return max((found for text in texts if (found := minutes(text))), default=None)


def minutes(text: str) -> int | None:
    """`5m`, `90 s`, `1h` or a bare number of minutes as whole minutes, rounded up; of `5m-10m` the longer one.

    None for anything else.
    """
    if text.strip().isdecimal() and len(text.strip()) < 6:  # noqa: PLR2004 - longer than any incident
        return int(text)
    return max((_minutes(count, unit) for count, unit in _SHORT.findall(text)), default=None)


def _minutes(count: str, unit: str) -> int:
    return math.ceil(int(count) * _UNITS[unit.lower()])
