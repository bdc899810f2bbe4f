"""How a row, its sources and an anchor are named in a document. Knows no section."""

from collections.abc import Sequence
from datetime import datetime

from incidentbot.core.postmortems.anchors import Anchor
from incidentbot.core.postmortems.postmortem_types import Draft, Row
from incidentbot.documents.postmortems.postmortem_text import escape, link

_DETECTED = {"alert": "an alert", "report": "a report"}


def detected_by(source: str) -> str:
    """What told the team, by the source of the anchor."""
    return _DETECTED.get(source, "a page or the declaration")


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
    return ", ".join([*([escape(row.source)] if row.source.startswith("fact:") else []), *shown]) or escape(
        row.source
    )


def source_links(ids: Sequence[str], links: Sequence[str]) -> list[str]:
    """The messages: by their permalinks where each has one, else by id."""
    if len(links) != len(ids):
        return [escape(each) for each in ids]
    return [link("message", address) for address in links]


def day_of(draft: Draft) -> datetime | None:
    """The day the document speaks of: other dates are written out."""
    start = draft.times.detect or draft.times.declare
    return start.at if start else draft.coverage.first
