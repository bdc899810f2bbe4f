"""How a row, its sources and an anchor are named in a document. Knows no section."""

from collections.abc import Sequence
from datetime import datetime

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.anchors import Anchor, Confidence
from incidentbot.core.postmortems.postmortem_types import Draft, Row
from incidentbot.core.salience_verbs import Family
from incidentbot.documents.postmortems.postmortem_text import escape, link

_DETECTED = {
    "alert": "by an alert",
    "report": "by a report in the room",
    FactKind.ALERT_FIRED: "by an alert",
    FactKind.PAGED: "with the first page",
    FactKind.PAGE_ACCEPTED: "with the first page",
    FactKind.DECLARED: "when it was declared",
}


def detected(draft: Draft, detect: Anchor) -> str:
    """What told the team, by the record of the anchor."""
    if detect.confidence is Confidence.HUMAN:
        return "at a time that a person set"
    kinds = (row.kind for row in draft.timeline if detect.source in row.source.split(","))
    return _DETECTED.get(next(kinds, detect.source), "by an alert")


def anchor_ids(anchor: Anchor) -> str:
    """Where the anchor was found, and the messages that show it."""
    return ", ".join(dict.fromkeys((anchor.source, *anchor.ids)))


def cited(*anchors: Anchor | None) -> str:
    """The records of these times, in brackets behind a sentence that rests on them."""
    ids = dict.fromkeys(each for anchor in anchors if anchor for each in anchor.ids)
    return f" ({escape(', '.join(ids))})" if ids else ""


def said(row: Row) -> str:
    """A row's text with its sources."""
    return f"{escape(row.text)} ({sources(row)})"


def sources(row: Row) -> str:
    """The facts and messages of a row, linked where there are permalinks."""
    shown = source_links(row.message_ids, row.links)
    facts = [told(row.source)] if row.source.startswith("fact:") else []
    return ", ".join([*facts, *shown]) or escape(row.source)


def told(source: str) -> str:
    """The facts of a source as they stand in a document."""
    return escape(source.replace(",", ", "))


def source_links(ids: Sequence[str], links: Sequence[str]) -> list[str]:
    """The messages: by their permalinks where each has one, else by id."""
    if len(links) != len(ids):
        return [escape(each) for each in ids]
    return [link("message", address) for address in links]


def day_of(draft: Draft) -> datetime | None:
    """The day the document speaks of: other dates are written out."""
    start = draft.times.detect or draft.times.declare
    return start.at if start else draft.coverage.first


ENDING = frozenset({Family.ACTION, Family.DECISION, Family.CHANGE, FactKind.MITIGATED})
CHANGED = "changed"
"""The cue of a line that tells what was done to the system, whatever else it tells."""


def actions(draft: Draft, *, until: Anchor | None) -> list[Row]:
    """What was done to end it since the team knew, by time. An anchor is in whole seconds, and a row is not."""
    knew = draft.times.detect
    since = [row for row in draft.timeline if knew is None or row.at >= knew.at]
    done = [row for row in since if row.kind in ENDING or CHANGED in row.cues]
    return [row for row in done if until is None or row.at.replace(microsecond=0) <= until.at]


def impact_said(draft: Draft) -> str:
    """What was said of the impact, with the facts that say so."""
    if not draft.impact:
        return "not on record"
    told = [row.source for row in draft.timeline if row.kind == FactKind.IMPACT]
    return f"{escape(draft.impact)} ({escape(', '.join(told)) or 'of the incident itself'})"
