"""How PagerDuty points at its things: references with their addresses. Shows nothing of what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from incidentbot.playground.pagerduty.account import PagerUser, Policy, Priority, Schedule, Service
from incidentbot.playground.pagerduty.incidents import Incident

JsonObject = dict[str, Any]
Thing = PagerUser | Policy | Priority | Schedule | Service | Incident

KINDS: Mapping[type, tuple[str, str, str]] = {
    PagerUser: ("user", "users", "users"),
    Policy: ("escalation_policy", "escalation_policies", "escalation_policies"),
    Priority: ("priority", "priorities", "account/incident_priorities"),
    Schedule: ("schedule", "schedules", "schedules"),
    Service: ("service", "services", "service-directory"),
    Incident: ("incident", "incidents", "incidents"),
}
"""For each class: the word of its `type`, its folder in the API, its folder in the web app."""


def instant(at: datetime | None) -> str | None:
    """Seconds and `Z`, as the REST examples write it."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def precise_instant(at: datetime) -> str:
    """Milliseconds and `Z`, as the webhooks' `occurred_at` writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def summary_of(thing: Thing) -> str:
    """The line a reference shows: a name, or an incident's number and title."""
    return f"[#{thing.number}] {thing.title}" if isinstance(thing, Incident) else thing.name


@dataclass(slots=True)
class References:
    """Makes references. `api` and `web` are the addresses before the folder, without a closing slash."""

    api: str
    web: str

    def to(self, thing: Thing) -> JsonObject:
        """`{id, type, summary, self, html_url}` with a type that ends in `_reference`."""
        kind, _, _ = KINDS[type(thing)]
        return {**self.head(thing), "type": f"{kind}_reference"}

    def head(self, thing: Thing) -> JsonObject:
        """The same five fields as the thing itself carries them."""
        kind, folder, web_folder = KINDS[type(thing)]
        page = web_folder if isinstance(thing, Priority) else f"{web_folder}/{thing.id}"
        return {
            "id": thing.id,
            "type": kind,
            "summary": summary_of(thing),
            "self": f"{self.api}/{folder}/{thing.id}",
            "html_url": f"{self.web}/{page}",
        }
