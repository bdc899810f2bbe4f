"""REST bodies of incidents and what hangs on them: alerts, log, notes, responders. Changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from incidentbot.playground.pagerduty.account import Account, PagerUser, Service
from incidentbot.playground.pagerduty.incidents import (
    Agent,
    Alert,
    Cause,
    Incident,
    LogEntry,
    Note,
    Responder,
)
from incidentbot.playground.pagerduty.references import JsonObject, References, instant
from incidentbot.playground.pagerduty.shapes.directory_shapes import DirectoryShapes

CHANNELS: Mapping[Cause, str] = {Cause.API: "api", Cause.PERSON: "website", Cause.CLOCK: "auto"}


class IncidentShapes:
    """Builds the bodies. `included` is what the caller asked to see in full by `include[]`."""

    def __init__(self, account: Account, refs: References, included: Collection[str] = ()) -> None:
        self._account = account
        self._refs = refs
        self._included = included
        self._directory = DirectoryShapes(account, refs)

    def incident(self, incident: Incident) -> JsonObject:
        """A whole incident, as every REST answer shows it."""
        shown = {
            **self._refs.head(incident),
            "incident_number": incident.number,
            "title": incident.title,
            "incident_key": incident.key,
            "status": incident.status.value,
            "urgency": incident.urgency.value,
            **self._instants(incident),
            **self._people(incident),
            "service": self._refs.to(incident.service),
            "escalation_policy": self._refs.to(incident.policy),
            "priority": None if incident.priority is None else self._directory.priority(incident.priority),
            "incident_type": {"name": incident.incident_type},
            "teams": [],
            "alert_counts": _alert_counts(incident.alerts),
            "is_mergeable": True,
            "resolve_reason": self._resolve_reason(incident),
            "pending_actions": _pending_actions(incident),
            "first_trigger_log_entry": self._entry_reference(incident, incident.log[0]),
        }
        return shown | self._only_included(incident) | self._responders(incident)

    def _resolve_reason(self, incident: Incident) -> JsonObject | None:
        into = incident.merged_into
        return None if into is None else {"type": "merge_resolve_reason", "incident": self._refs.to(into)}

    def _instants(self, incident: Incident) -> JsonObject:
        return {
            "created_at": instant(incident.created_at),
            "updated_at": instant(incident.updated_at),
            "resolved_at": instant(incident.resolved_at),
            "last_status_change_at": instant(incident.changed_at),
            "last_status_change_by": self._refs.to(incident.changed_by.by),
        }

    def _people(self, incident: Incident) -> JsonObject:
        return {
            "assigned_via": incident.via.value,
            "assignments": [
                {"at": instant(stamp.at), "assignee": self._person(stamp.user, "assignees")}
                for stamp in incident.assignees
            ],
            "acknowledgements": [
                {"at": instant(stamp.at), "acknowledger": self._person(stamp.user, "acknowledgers")}
                for stamp in incident.acknowledgements
            ],
        }

    def _person(self, who: PagerUser | Service, include: str) -> JsonObject:
        if include in self._included and isinstance(who, PagerUser):
            return self._directory.user(who)
        return self._refs.to(who)

    def _only_included(self, incident: Incident) -> JsonObject:
        shown: JsonObject = {}
        if "conference_bridge" in self._included:
            shown["conference_bridge"] = incident.bridge
        if "body" in self._included:
            shown["body"] = {"type": "incident_body", "details": incident.details}
        return shown

    def _responders(self, incident: Incident) -> JsonObject:
        if "coordinated_responding" not in self._account.abilities:
            return {}
        return {"incidents_responders": [self.responder(incident, each) for each in incident.responders]}

    def responder(self, incident: Incident, responder: Responder) -> JsonObject:
        """Somebody who was asked to help."""
        return {
            "state": responder.state,
            "user": self._refs.to(responder.user),
            "incident": self._refs.to(incident),
            "updated_at": instant(responder.updated_at),
            "message": responder.message,
            "requester": self._refs.to(responder.requester),
            "requested_at": instant(responder.requested_at),
        }

    def responder_request(self, incident: Incident, asked: Mapping[str, Sequence[Responder]]) -> JsonObject:
        """The answer to a responder request; `asked` maps each target's id to the people it reached."""
        first = next((each for responders in asked.values() for each in responders), None)
        targets = [
            {
                "responder_request_target": {
                    "id": target,
                    "type": "user" if target in self._account.users else "escalation_policy",
                    "incidents_responders": [self.responder(incident, each) for each in responders],
                }
            }
            for target, responders in asked.items()
        ]
        return {
            "incident": self._refs.to(incident),
            "requester": None if first is None else self._refs.to(first.requester),
            "requested_at": None if first is None else instant(first.requested_at),
            "message": "" if first is None else first.message,
            "responder_request_targets": targets,
        }

    def note(self, note: Note) -> JsonObject:
        """A note."""
        return {
            "id": note.id,
            "user": self._refs.to(note.by),
            "channel": {"summary": "The PagerDuty website or APIs"},
            "content": note.text,
            "created_at": instant(note.at),
            "updated_at": instant(note.at),
        }

    def status_update(self, update: Note) -> JsonObject:
        """A status update."""
        shown: JsonObject = {
            "id": update.id,
            "message": update.text,
            "sender": self._refs.to(update.by),
            "created_at": instant(update.at),
        }
        mail = {"subject": update.subject, "html_message": update.html}
        return shown | {name: text for name, text in mail.items() if text is not None}

    def alert(self, incident: Incident, alert: Alert) -> JsonObject:
        """An alert with what its event said."""
        return {
            "id": alert.id,
            "type": "alert",
            "summary": alert.payload["summary"],
            "self": f"{self._refs.api}/incidents/{incident.id}/alerts/{alert.id}",
            "html_url": f"{self._refs.web}/alerts/{alert.id}",
            "created_at": instant(alert.created_at),
            "status": "triggered" if alert.open else "resolved",
            "alert_key": alert.key,
            "service": self._refs.to(alert.service),
            "body": {
                "type": "alert_body",
                "contexts": [],
                "details": alert.payload.get("custom_details", {}),
            },
            "incident": {"id": incident.id, "type": "incident_reference"},
            "suppressed": False,
            "severity": alert.payload["severity"],
        }

    def log_entry(self, incident: Incident, entry: LogEntry) -> JsonObject:
        """A line of the log."""
        shown = {
            **self._entry_reference(incident, entry),
            "type": f"{entry.kind}_log_entry",
            "created_at": instant(entry.at),
            "agent": self._agent(entry.agent),
            "channel": {"type": CHANNELS[entry.agent.cause]},
            "incident": self._refs.to(incident),
            "service": self._refs.to(incident.service),
            "teams": [],
            "contexts": [],
        }
        people = [self._refs.to(user) for user in entry.users]
        if not people:
            return shown
        return {**shown, "user": people[0]} if entry.kind == "notify" else {**shown, "assignees": people}

    def _agent(self, agent: Agent) -> JsonObject:
        return self._refs.to(agent.by)

    def _entry_reference(self, incident: Incident, entry: LogEntry) -> JsonObject:
        return {
            "id": entry.id,
            "type": f"{entry.kind}_log_entry_reference",
            "summary": entry.summary,
            "self": f"{self._refs.api}/log_entries/{entry.id}?incident_id={incident.id}",
            "html_url": f"{self._refs.web}/incidents/{incident.id}/log_entries/{entry.id}",
        }


def _alert_counts(alerts: Sequence[Alert]) -> dict[str, int]:
    still_open = sum(alert.open for alert in alerts)
    return {"all": len(alerts), "triggered": still_open, "resolved": len(alerts) - still_open}


def _pending_actions(incident: Incident) -> list[dict[str, Any]]:
    if incident.snoozed_until is None:
        return []
    return [{"type": "unacknowledge", "at": instant(incident.snoozed_until)}]
