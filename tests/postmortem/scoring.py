"""How a draft is judged against what people wrote afterwards: recall, precision, share kept, error of anchors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ANCHORS = {"detect": "detected", "declare": "declared", "mitigate": "mitigated", "resolve": "resolved"}


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares from 0 to 1; errors in minutes for anchors that both know."""

    recall: float
    recall_of_all: float
    precision: float
    kept: float
    errors: Mapping[str, float]


def score(draft: Mapping[str, Any], fixture: Mapping[str, Any]) -> Scores:
    """Judge the draft's JSON by the ids of messages alone."""
    shown = {each for row in draft["timeline"] for each in row["message_ids"]}
    keys = fixture["key_events"]
    in_chat = [key for key in keys if key["in_chat"]]
    evidence = {each for key in in_chat for each in key["message_ids"]}
    covered = sum(bool(shown & set(key["message_ids"])) for key in in_chat)
    supporting = sum(bool(evidence & set(row["message_ids"])) for row in draft["timeline"])
    return Scores(
        recall=covered / len(in_chat),
        recall_of_all=covered / len(keys),
        precision=supporting / len(draft["timeline"]),
        kept=len(shown) / len(fixture["messages"]),
        errors=_errors(draft, keys),
    )


def _errors(draft: Mapping[str, Any], keys: list[Mapping[str, Any]]) -> dict[str, float]:
    errors = {}
    for name, kind in ANCHORS.items():
        stated = next((key for key in keys if key["kind"] == kind), None)
        found = draft["times"][name]
        if stated and found:
            seconds = (_read(found["at"]) - _read(stated["at"])).total_seconds()
            errors[name] = round(seconds / 60, 1)
    return errors


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
