"""The JSON of a draft has the promised shape, whatever the room held: keys always there, null where empty."""

import json
from typing import Any

import jsonschema
import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import SECTIONS, DraftSource
from incidentbot.documents.postmortem_writer import to_markdown
from incidentbot.documents.postmortems.postmortem_json import draft_json
from tests.postmortem.samples import fact, incident, said, small_talk

AT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
TEXTS = {"type": "array", "items": {"type": "string"}}
SURE = {"enum": ["recorded", "imported", "stated in chat", "human"]}


def strict(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


ROW = strict(
    {
        "at": AT,
        "kind": {"type": "string", "minLength": 1},
        "text": {"type": "string", "minLength": 1},
        "message_ids": TEXTS,
        "source": {"type": "string", "minLength": 1},
        "confidence": SURE,
    }
)
ANCHOR = {
    "oneOf": [
        {"type": "null"},
        strict({"at": AT, "source": {"type": "string"}, "confidence": SURE, "ids": {**TEXTS, "minItems": 1}}),
    ]
}
SHAPE = strict(
    {
        "id": {"type": "string"},
        "timeline": {"type": "array", "items": ROW},
        "suggestions": {"type": "array", "items": ROW},
        "prompts": {
            "type": "array",
            "items": strict({"section": {"enum": list(SECTIONS)}, "text": {"type": "string"}}),
        },
        "times": strict(
            dict.fromkeys(
                ("trigger", "impact", "detect", "page", "ack", "declare", "mitigate", "resolve", "close"),
                ANCHOR,
            )
        ),
        "metrics": strict(
            {
                f"{name}_seconds": {"type": ["integer", "null"], "minimum": 0}
                for name in ("detect", "acknowledge", "declare", "mitigate", "resolve", "impact")
            }
        ),
        "markdown": {"type": "string"},
    }
)
EMPTY = DraftSource(id="INC-1", title="")
FULL = incident(
    *small_talk(),
    fact(FactKind.DECLARED, 0, "<@U1> declared P1: checkout is down", by="U1", severity="P1"),
    fact(FactKind.PAGED, 0, "Paged the on-call primary.", role="on_call_primary"),
    fact(FactKind.ACKNOWLEDGED, 2, "<@U2> acknowledged.", by="U2", via="pagerduty"),
    fact(FactKind.NOTED, -10, "the deploy began", by="U2", recorded=3),
    fact(FactKind.MITIGATED, 20, "<@U2> marked it mitigated: rolled back", by="U2"),
    fact(FactKind.RESOLVED, 30, "<@U2> resolved it.", by="U2"),
    fact(FactKind.CLOSED, 90, "<@U1> closed INC-7.", by="U1"),
    said(1, "checkout is down since 11:40", by="U3"),
    said(5, "rolled back the deploy of 11:38", by="U2", pinned=True),
)


@pytest.mark.parametrize("source", [EMPTY, FULL], ids=["nothing on record", "a whole incident"])
def test_the_json_has_the_promised_shape(source: DraftSource) -> None:
    draft = build_draft(source)
    shown = json.loads(json.dumps(draft_json(draft, markdown=to_markdown(draft))))

    jsonschema.Draft202012Validator(SHAPE).validate(shown)


def test_shown_durations_are_differences_of_shown_times() -> None:
    draft = draft_json(build_draft(FULL), markdown="")

    assert draft["times"]["detect"]["at"] == "2026-08-03T12:00:00Z"
    assert draft["times"]["resolve"]["at"] == "2026-08-03T12:30:00Z"
    assert draft["metrics"]["resolve_seconds"] == 30 * 60
    assert draft["metrics"]["acknowledge_seconds"] == 2 * 60
    assert draft["times"]["ack"]["confidence"] == "imported"
    assert draft["metrics"]["impact_seconds"] is None
