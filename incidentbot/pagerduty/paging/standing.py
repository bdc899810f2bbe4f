"""An incident as PagerDuty has it, looked up by its key: its status, who has it, whether a person answered it. Rings nobody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from incidentbot.core.incident import Incident, Page
from incidentbot.pagerduty.paging.aims import Ask, asked
from incidentbot.pagerduty.replies import Request

TRIGGERED, ACKNOWLEDGED, RESOLVED = "triggered", "acknowledged", "resolved"
MERGED = "merge_resolve_reason"
"""Why PagerDuty resolved an incident, where it went into another. Source: REST reference, ResolveReason."""

LOOK = "look an incident up"

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Standing:
    """An incident as PagerDuty has it: its id, its status, who has it and under which policy.

    answered: a person acknowledged or resolved it; programs silence some, PagerDuty ends some, some go into others,
    and nobody has those.
    """

    id: str
    status: str
    users: frozenset[str]
    policy: str
    answered: bool

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """From REST's shape of an incident."""
        users = frozenset(str(each["assignee"]["id"]) for each in body.get("assignments", ()))
        policy = body.get("escalation_policy") or {}
        status, by = str(body["status"]), body.get("last_status_change_by") or {}
        acks = [each.get("acknowledger") or {} for each in body.get("acknowledgements") or ()]
        merged = (body.get("resolve_reason") or {}).get("type") == MERGED
        answered = not merged and any(_is_user(each) for each in ([by] if status == RESOLVED else acks))
        return cls(str(body["id"]), status, users, str(policy.get("id", "")), answered)


def _is_user(reference: Mapping[str, Any]) -> bool:
    return str(reference.get("type", "")).startswith("user")


def rang_another(incident: Incident, page: Page, standing: Standing) -> bool:
    """Whether another page rang by this incident of PagerDuty's."""
    others = (each for each in incident.pages.values() if each.key != page.key)
    return any(each.receipt == standing.id for each in others)


async def find(ask: Ask, key: str) -> Standing | None:
    """The newest incident that ever had this key, one that is open before one that is not."""
    params = {"incident_key": key, "date_range": "all", "sort_by": "created_at:desc"}
    body = await asked(ask, Request("GET", "/incidents", params=params), what=LOOK)
    found = [Standing.read(each) for each in body.get("incidents", ())]
    return next((each for each in found if each.status != RESOLVED), found[0] if found else None)


async def once_landed(look: Callable[[], Awaitable[Found]], landing_s: float) -> Found:
    """What `look` finds; where that is nothing, what it finds once everything that is on its way there has landed."""
    if found := await look():
        return found
    await asyncio.sleep(landing_s)
    return await look()
