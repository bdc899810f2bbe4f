"""REST: what one update of an incident may change, as a table. Creates nothing and lists nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from incidentbot.playground.pagerduty import climbing, life, paperwork
from incidentbot.playground.pagerduty.incidents import Incident, Status
from incidentbot.playground.pagerduty.refusals import invalid
from incidentbot.playground.pagerduty.rest import reading
from incidentbot.playground.pagerduty.rest.calling import Call, only_fields

Change = Callable[[Call, Incident, Any], None]


def update(call: Call, incident: Incident, given: Mapping[str, Any]) -> None:
    """Apply one update. Every value is read before anything changes; what the incident's state forbids is found later.

    Raises: Refusal.
    """
    only_fields(given, FIELDS, "incident")
    if given.get("type") not in {"incident", "incident_reference"}:
        raise invalid("type must be incident or incident_reference")
    if "assignments" in given and "escalation_policy" in given:
        raise invalid("Assignments and escalation policy cannot both be specified")
    account = call.records.account
    read = {name: READERS[name](account, given[name]) for name in READERS if name in given}
    for name, change in CHANGES.items():
        if name in read:
            change(call, incident, read[name])
    if "status" in read:
        resolution = given.get("resolution")
        _set_status(call, incident, read["status"], resolution if isinstance(resolution, str) else None)


def _set_status(call: Call, incident: Incident, status: Status, resolution: str | None) -> None:
    if status is Status.RESOLVED:
        life.resolve(call.records, incident, call.agent, resolution)
    elif status is Status.ACKNOWLEDGED:
        life.acknowledge(call.records, incident, call.agent)
    elif not incident.is_open:
        life.reopen(call.records, incident, call.agent)
    elif incident.status is Status.ACKNOWLEDGED:
        life.unacknowledge(call.records, incident, call.agent)


def _status_in(value: object) -> Status:
    if not isinstance(value, str) or value not in set(Status):
        raise invalid("status must be triggered, acknowledged or resolved")
    return Status(value)


def _level_in(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid("escalation_level must be a whole number")
    return value


READERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "title": lambda _, value: reading.a_text({"title": value}, "title"),
    "urgency": lambda _, value: reading.urgency_in(value),
    "priority": reading.priority_in,
    "conference_bridge": lambda _, value: reading.bridge_in(value),
    "escalation_policy": reading.policy_in,
    "assignments": reading.assignees_in,
    "escalation_level": lambda _, value: _level_in(value),
    "status": lambda _, value: _status_in(value),
}
CHANGES: Mapping[str, Change] = {
    "title": lambda call, incident, title: paperwork.retitle(call.records, incident, title),
    "urgency": lambda call, incident, urgency: paperwork.set_urgency(
        call.records, incident, urgency, call.agent
    ),
    "priority": lambda call, incident, priority: paperwork.set_priority(
        call.records, incident, priority, call.agent
    ),
    "conference_bridge": lambda call, incident, bridge: paperwork.set_bridge(
        call.records, incident, bridge, call.agent
    ),
    "escalation_policy": lambda call, incident, policy: climbing.delegate(
        call.records, incident, policy, call.agent
    ),
    "assignments": lambda call, incident, people: climbing.reassign(
        call.records, incident, people, call.agent
    ),
    "escalation_level": lambda call, incident, level: climbing.escalate(
        call.records, incident, level, call.agent
    ),
}
FIELDS = frozenset({"type", "resolution", *READERS})
