"""The body of a V3 webhook, whose incident differs from the REST one (`number`, `assignees`). Sends nothing."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from incidentbot.clock import new_id
from incidentbot.playground.pagerduty.account import PagerUser
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Incident, Note, Responder
from incidentbot.playground.pagerduty.records import Happening
from incidentbot.playground.pagerduty.references import JsonObject, References, instant, precise_instant

T = TypeVar("T")
Data = Callable[[References, Happening], JsonObject]


def webhook_body(refs: References, happening: Happening) -> JsonObject:
    """One event, as it is at this moment: later changes do not alter a body that waits to be sent."""
    data = DATA.get(happening.event_type, _incident)
    return {
        "event": {
            "id": new_id(),
            "event_type": happening.event_type,
            "resource_type": "incident",
            "occurred_at": precise_instant(happening.incident.updated_at),
            "agent": _agent(refs, happening.agent),
            "client": _client(happening.agent),
            "data": data(refs, happening),
        }
    }


def ping_body(occurred_at: str) -> JsonObject:
    """What the web app's button for a test event sends."""
    data = {"message": "Hello from your friend Pagey!", "type": "ping"}
    return {
        "event": {
            "id": new_id(),
            "event_type": "pagey.ping",
            "resource_type": "pagey",
            "occurred_at": occurred_at,
            "agent": None,
            "client": None,
            "data": data,
        }
    }


def _agent(refs: References, agent: Agent) -> JsonObject | None:
    return None if agent.cause is Cause.CLOCK else refs.to(agent.by)


def _client(agent: Agent) -> JsonObject | None:
    if agent.client is None:
        return None
    return {"name": agent.client} | ({"url": agent.client_url} if agent.client_url else {})


def _incident(refs: References, happening: Happening) -> JsonObject:
    incident = happening.incident
    priority, into = incident.priority, incident.merged_into
    return {
        **_pointer(refs, incident),
        "type": "incident",
        "number": incident.number,
        "status": incident.status.value,
        "incident_key": incident.key,
        "created_at": instant(incident.created_at),
        "title": incident.title,
        "incident_type": {"name": incident.incident_type},
        "service": refs.to(incident.service),
        "assignees": [refs.to(stamp.user) for stamp in incident.assignees],
        "escalation_policy": refs.to(incident.policy),
        "teams": [],
        "priority": None if priority is None else refs.to(priority),
        "urgency": incident.urgency.value,
        "conference_bridge": incident.bridge,
        "resolve_reason": None if into is None else _merged(refs, into),
    }


def _merged(refs: References, into: Incident) -> JsonObject:
    return {"type": "merge_resolve_reason", "incident": _incident_reference(refs, into)}


def _pointer(refs: References, incident: Incident) -> JsonObject:
    head = refs.head(incident)
    return {name: head[name] for name in ("id", "self", "html_url")}


def _incident_reference(refs: References, incident: Incident) -> JsonObject:
    return {**_pointer(refs, incident), "summary": incident.title, "type": "incident_reference"}


def _note(refs: References, happening: Happening) -> JsonObject:
    note = _subject(happening, Note)
    return {
        "incident": _incident_reference(refs, happening.incident),
        "id": note.id,
        "content": note.text,
        "trimmed": False,
        "type": "incident_note",
    }


def _status_update(refs: References, happening: Happening) -> JsonObject:
    update = _subject(happening, Note)
    return {
        "incident": _incident_reference(refs, happening.incident),
        "id": update.id,
        "message": update.text,
        "trimmed": False,
        "type": "incident_status_update",
    }


def _responder(refs: References, happening: Happening) -> JsonObject:
    responder = _subject(happening, Responder)
    user: PagerUser = responder.user
    return {
        "incident": _incident_reference(refs, happening.incident),
        "user": refs.to(user),
        "escalation_policy": None if responder.policy is None else refs.to(responder.policy),
        "message": responder.message,
        "state": responder.state,
        "type": "incident_responder",
    }


def _bridge(refs: References, happening: Happening) -> JsonObject:
    bridge: Mapping[str, Any] = happening.incident.bridge or {}
    number = bridge.get("conference_number")
    return {
        "incident": _incident_reference(refs, happening.incident),
        "conference_numbers": [{"label": "", "number": number}] if number else [],
        "conference_url": bridge.get("conference_url"),
        "type": "incident_conference_bridge",
    }


def _subject(happening: Happening, kind: type[T]) -> T:
    if not isinstance(happening.subject, kind):
        raise TypeError(f"{happening.event_type} needs its {kind.__name__}")
    return happening.subject


DATA: Mapping[str, Data] = {
    "incident.annotated": _note,
    "incident.status_update_published": _status_update,
    "incident.responder.added": _responder,
    "incident.responder.replied": _responder,
    "incident.conference_bridge.updated": _bridge,
}
