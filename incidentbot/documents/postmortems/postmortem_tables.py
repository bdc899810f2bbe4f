"""The two tables of a post-mortem: times with durations, and the timeline. Computes nothing; formats what the draft holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.anchors import Anchor, Spell, in_words
from incidentbot.core.postmortems.postmortem_types import Draft, Row
from incidentbot.documents.postmortems.postmortem_pieces import anchor_ids, cited, day_of, sources
from incidentbot.documents.postmortems.postmortem_text import (
    UNKNOWN,
    bullets,
    clock,
    duration,
    escape,
    instant,
    table,
)

ANCHORS: Mapping[str, str] = MappingProxyType(
    {
        "trigger": "Change or fault began",
        "impact": "Customers first felt it",
        "detect": "Team knew",
        "page": "First page sent",
        "ack": "First acknowledged",
        "declare": "Declared",
        "mitigate": "Customers no longer felt it",
        "resolve": "Resolved",
        "close": "Review closed",
    }
)
METRICS: tuple[tuple[str, str, str, tuple[str, str]], ...] = (
    ("Time to detect", "detect", "from first impact until the team knew", ("impact", "detect")),
    (
        "Time to acknowledge",
        "acknowledge",
        "from the first page to the first acknowledgement",
        ("page", "ack"),
    ),
    ("Time to declare", "declare", "from when the team knew", ("detect", "declare")),
    ("Time to mitigate", "mitigate", "from when the team knew", ("detect", "mitigate")),
    ("Time to resolve", "resolve", "from when the team knew", ("detect", "resolve")),
    (
        "Impact duration",
        "impact",
        "from first impact until customers no longer felt it",
        ("impact", "mitigate"),
    ),
)
"""Each duration: what it is called, its name, from when to when, and the anchors that it lies between."""

MISSING: Mapping[str, str] = MappingProxyType(
    {
        "impact": "impact start unknown",
        "detect": "detection not on record",
        "page": "no page on record",
        "ack": "no acknowledgement on record",
        "declare": "not declared",
        "mitigate": "mitigation not on record",
        "resolve": "resolution not on record",
    }
)
"""What is said in place of a duration, by the anchor that is missing."""


def times(draft: Draft) -> Iterator[str]:
    """Anchors with source and confidence, durations, conflicts."""
    known = draft.times.known()
    yield table(
        ("Moment", "UTC", "Source", "Confidence"),
        [(label, *_anchor_cells(known.get(name))) for name, label in ANCHORS.items()],
    )
    rows = [
        (label, _length(draft, name, between), note, _ids(known, between))
        for label, name, note, between in METRICS
    ]
    if draft.metrics.first_reply is not None:
        since = "from when the team knew; nobody was paged"
        rows.append(("First reply", duration(draft.metrics.first_reply), since, _ids(known, ("detect",))))
    yield table(("Duration", "How long", "By the wall clock", "Source"), rows)
    if len(draft.metrics.spells) > 1:
        yield _reopened(draft)
    if draft.metrics.conflicts:
        yield "The records disagree:"
        yield bullets(
            escape(in_words(conflict)) + cited(*(known[word] for word in conflict.split() if word in known))
            for conflict in draft.metrics.conflicts
        )


def _length(draft: Draft, name: str, between: Sequence[str]) -> str:
    """The duration, or what keeps it from being known."""
    seconds, known = getattr(draft.metrics, name), draft.times.known()
    if seconds is not None:
        return duration(seconds) if seconds else "at once"
    return next((MISSING[each] for each in between if each not in known), "the records disagree")


def _ids(known: Mapping[str, Anchor], between: Sequence[str]) -> str:
    """The records that the duration rests on; of half of one there are none."""
    if any(each not in known for each in between):
        return UNKNOWN
    return escape(", ".join(dict.fromkeys(found for each in between for found in known[each].ids)))


def _reopened(draft: Draft) -> str:
    """Between which instants it was open, and the facts that opened it again."""
    spells = "; ".join(map(_from_to, draft.metrics.spells))
    ids = ", ".join(row.source for row in draft.timeline if row.kind == FactKind.REOPENED)
    return f"Reopened: durations are sums over {spells} ({escape(ids)})."


def _from_to(spell: Spell) -> str:
    """To where customers no longer felt it; and to where it was resolved, which the time to resolve counts to."""
    resolved = f" (resolved {instant(spell.resolved)})"
    both = spell.mitigated and spell.resolved and spell.mitigated != spell.resolved
    return f"{instant(spell.began)} to {instant(spell.mitigated or spell.resolved)}{resolved if both else ''}"


def timeline(draft: Draft) -> Iterator[str]:
    """All lines by time, anchors in bold, stretches without a record as lines of their own."""
    if not draft.timeline:
        yield "Nothing is on record."
        return
    day = day_of(draft)
    marked = {each for anchor in draft.times.known().values() for each in (*anchor.ids, anchor.source)}
    lines = [(row.at, _timeline_cells(row, day, marked)) for row in draft.timeline]
    lines += [
        (start, (f"{clock(start, day=day)}–{clock(end, day=day)}", "no record: what happened?", "gap", ""))
        for start, end in draft.gaps
    ]
    yield table(
        ("UTC", "Event", "Kind", "Source"), [cells for _, cells in sorted(lines, key=lambda line: line[0])]
    )


def _timeline_cells(row: Row, day: datetime | None, marked: set[str]) -> tuple[str, str, str, str]:
    anchored = not marked.isdisjoint((*row.message_ids, *row.source.split(",")))
    text = f"**{escape(row.text)}**" if anchored else escape(row.text)
    written = f" (written {clock(row.said_at, day=day)} UTC, {row.confidence})" if row.said_at else ""
    return clock(row.at, day=day), text + written, escape(row.kind.replace("_", " ")), sources(row)


def _anchor_cells(anchor: Anchor | None) -> tuple[str, str, str]:
    if anchor is None:
        return UNKNOWN, UNKNOWN, UNKNOWN
    return instant(anchor.at), escape(anchor_ids(anchor)), anchor.confidence.value
