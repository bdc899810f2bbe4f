"""What PagerDuty is sent: events, incidents, notes. Pure; sends nothing and decides nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from incidentbot.core.effects import SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.core.text.words import role_words
from incidentbot.flows.watchdog.house_ports import HousePage

SUMMARY_LIMIT = 1024
SOURCE = "incidentbot"
SEVERITIES: Mapping[Severity, str] = {
    Severity.P0: "critical",
    Severity.P1: "error",
    Severity.P2: "warning",
    Severity.P3: "info",
}
"""Our level -> the event's. Source: the Events v2 overview, payload.severity."""

LOUDEST = "critical"

Json = dict[str, Any]


def key_of(incident: Incident, page: object) -> str:
    """What makes a page happen once: the incident's UUID and, after a colon, the page's key or its epoch.

    A number alone would be swallowed by an alert of that number that is still open. Both are short: 255 is the limit.
    """
    return f"{incident.id}:{page}"


def trigger(incident: Incident, effect: SendPage, base_url: str) -> Json:
    """An event that rings, less its routing key."""
    event: Json = {
        "event_action": "trigger",
        "dedup_key": key_of(incident, effect.page),
        "client": SOURCE,
        "payload": {
            "summary": _clipped(effect.summary, f" - {role_words(effect.role)}"),
            "source": SOURCE,
            "severity": _loudness(incident),
            "custom_details": details(incident, effect.role),
        },
    }
    return {**event, "client_url": base_url} if base_url else event


def _loudness(incident: Incident) -> str:
    """The event's severity. A service may make it the urgency: a level that lists `phone` must ring phones there, too."""
    return LOUDEST if "phone" in incident.plan.notify else SEVERITIES[incident.severity]


def answer(key: str, action: str) -> Json:
    """An event that acknowledges or resolves the alert of this key, less its routing key."""
    return {"event_action": action, "dedup_key": key}


def details(incident: Incident, role: str) -> dict[str, str]:
    """What whoever is woken reads first; of a private incident no word of what it is about."""
    if incident.private:
        return {
            "incident": incident.name,
            "severity": incident.severity.value,
            "role": role_words(role),
            "what it is about": f"Private: see the direct message in Slack, or /incident status {incident.name}",
        }
    return {
        "incident": incident.name,
        "severity": incident.severity.value,
        "title": incident.title,
        "declared_by": incident.declared_by or incident.declared_via,
        "role": role_words(role),
        "room": f"#{incident.room.name}",
    }


def new_incident(incident: Incident, effect: SendPage, *, key: str, service: str) -> Json:
    """An incident for REST, less whom it is for. High urgency whatever the level lists: low would wake
    nobody by each person's usual rules, and need not climb (docs/decisions/0016-a-page-is-loud.md).
    """
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in details(incident, effect.role).items()]
    return {
        "type": "incident",
        "title": _clipped(effect.summary, ""),
        "service": reference("service", service),
        "urgency": "high",
        "incident_key": key,
        "body": {"type": "incident_body", "details": "\n".join(lines)},
    }


def house_trigger(page: HousePage) -> Json:
    """An event that rings for the house itself, less its routing key."""
    return {
        "event_action": "trigger",
        "dedup_key": page.key,
        "client": SOURCE,
        "payload": {
            "summary": _clipped(page.summary, ""),
            "source": SOURCE,
            "severity": "critical",
            "custom_details": {"what to do": page.details},
        },
    }


def house_incident(page: HousePage, *, service: str) -> Json:
    """An incident for REST that rings for the house itself, less whom it is for."""
    return {
        "type": "incident",
        "title": _clipped(page.summary, ""),
        "service": reference("service", service),
        "urgency": "high",
        "incident_key": page.key,
        "body": {"type": "incident_body", "details": page.details},
    }


def assigned_to(users: Sequence[str]) -> Json:
    """The part of an incident that names people."""
    return {"assignments": [{"assignee": reference("user", user)} for user in users]}


def left_to(escalation_policy: str) -> Json:
    """The part of an incident that names a policy."""
    return {"escalation_policy": reference("escalation_policy", escalation_policy)}


def of_priority(priority: str) -> Json:
    """The part of an incident that names its priority, less than nothing where there is none."""
    return {"priority": reference("priority", priority)} if priority else {}


def change_of(parts: Json) -> Json:
    """An update of an incident."""
    return {"incident": {"type": "incident_reference", **parts}}


def reference(kind: str, thing: str) -> Json:
    """How REST points at a thing."""
    return {"id": thing, "type": f"{kind}_reference"}


def _clipped(text: str, tail: str) -> str:
    """Text and tail within the limit; it is the text that gives way."""
    room = SUMMARY_LIMIT - len(tail)
    return (text if len(text) <= room else f"{text[: room - 1]}…") + tail
