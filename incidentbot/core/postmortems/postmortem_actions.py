"""The action items of a draft, gathered from the facts about them: what an export holds is enough. Decides nothing."""

from collections.abc import Iterable
from datetime import datetime

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.postmortems.postmortem_types import FollowUp
from incidentbot.core.postmortems.postmortem_wording import Prepared

KINDS = frozenset({FactKind.ACTION_ADDED, FactKind.ACTION_CHANGED})


ELSEWHERE = frozenset(
    {
        FactKind.ACTION_ADDED,
        FactKind.ACTION_CHANGED,
        FactKind.ACTION_OVERDUE,
        FactKind.POSTMORTEM,
        FactKind.REVIEW_CHANGED,
        FactKind.TIME_CORRECTED,
    }
)
"""Facts of what came afterwards: they have sections of their own, and are no lines of the timeline."""


def action_items(prepared: Prepared) -> tuple[FollowUp, ...]:
    """As they stand after their last fact, in the order they were noted."""
    told: dict[str, list[Recorded]] = {}
    for recorded in sorted(prepared.source.facts, key=lambda each: each.seq):
        if recorded.fact.kind in KINDS and recorded.fact.data.get("action"):
            told.setdefault(recorded.fact.data["action"], []).append(recorded)
    return tuple(_item(facts, prepared) for facts in told.values())


def _item(facts: Iterable[Recorded], prepared: Prepared) -> FollowUp:
    first, *_, last = (*facts, *facts)
    data = last.fact.data
    message = first.fact.data.get("message_id")
    ids = (message,) if message else ()
    return FollowUp(
        action=first.fact.text.partition(": ")[2] or first.fact.text,
        type=data.get("type") or None,
        owner=prepared.who(data["owner"]) if data.get("owner") else None,
        due=day(data.get("due", "")),
        message_ids=ids,
        links=tuple(item.link for item in prepared.source.messages if item.id in ids and item.link),
        source=",".join(f"fact:{each.seq}" for each in facts),
        state=data.get("state") or "open",
    )


def day(due: str) -> str | None:
    """The day that something is due on; what is no date as it was written."""
    try:
        return f"{datetime.fromisoformat(due):%Y-%m-%d}" if due else None
    except ValueError:
        return due
