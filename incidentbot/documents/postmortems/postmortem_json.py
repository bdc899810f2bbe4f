"""A draft as JSON, in the shape that `postmortem draft --json` promises. Keys are always there, null where empty."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from incidentbot.core.postmortems.anchors import Anchor, Times
from incidentbot.core.postmortems.postmortem_types import Draft, Row

METRICS = ("detect", "acknowledge", "declare", "mitigate", "resolve", "impact")


def draft_json(draft: Draft, *, markdown: str) -> dict[str, Any]:
    """The contract's object. Instants are ISO 8601 in UTC, durations whole seconds.

    Source: docs/postmortem.md, "JSON".
    """
    return {
        "id": draft.id,
        "timeline": [_row(row) for row in draft.timeline],
        "suggestions": [_row(row) for row in draft.suggestions],
        "prompts": [{"section": prompt.section, "text": prompt.text} for prompt in draft.prompts],
        "times": {each.name: _anchor(getattr(draft.times, each.name)) for each in fields(Times)},
        "metrics": {f"{name}_seconds": getattr(draft.metrics, name) for name in METRICS},
        "markdown": markdown,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "at": _iso(row.at),
        "kind": row.kind,
        "text": row.text,
        "message_ids": list(row.message_ids),
        "source": row.source,
        "confidence": row.confidence.value,
    }


def _anchor(anchor: Anchor | None) -> dict[str, Any] | None:
    if anchor is None:
        return None
    return {
        "at": _iso(anchor.at),
        "source": anchor.source,
        "confidence": anchor.confidence.value,
        "ids": list(anchor.ids),
    }


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
