"""What an accepted event does: alerts by key, deduplicated while open. Answers nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from incidentbot.playground.pagerduty import life
from incidentbot.playground.pagerduty.account import Service
from incidentbot.playground.pagerduty.incidents import Agent, Alert, Cause, Incident, Status
from incidentbot.playground.pagerduty.records import Records
from incidentbot.playground.pagerduty.refusals import Because, Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event that passed the door and waits to be applied."""

    action: str
    service: Service
    key: str
    body: Mapping[str, Any]

    @property
    def agent(self) -> Agent:
        """The integration that speaks, and the program it names as its client."""
        client, url = self.body.get("client"), self.body.get("client_url")
        return Agent(Cause.API, self.service, client=client, client_url=url)


def apply(records: Records, event: Accepted) -> None:
    """Let the event take effect. An answer to a key that has no open alert is dropped in silence."""
    APPLY[event.action](records, event)
    records.changed()


def _open_alert(records: Records, event: Accepted) -> tuple[Alert, Incident] | None:
    alert = records.incidents.alerts.get((event.service.routing_key, event.key))
    if alert is None or not alert.open:
        return None
    incident = records.incidents.get(alert.incident_id)
    return None if incident is None else (alert, incident)


def _trigger(records: Records, event: Accepted) -> None:
    payload = dict(event.body["payload"])
    found = _open_alert(records, event)
    if found is not None:
        found[0].payload = payload
        return
    opening = life.Opening(event.service, payload["summary"], key=event.key)
    try:
        incident = life.open_incident(records, opening, event.agent)
    except Refusal as refusal:
        if refusal.because is not Because.NOBODY_ON_CALL:
            raise
        # PagerDuty opens nothing where nobody would hear of it; the sender is not told.
        return
    alert_id = f"QA{records.next_number():012d}"
    alert = Alert(alert_id, event.key, event.service, incident.id, records.clock.now(), payload)
    incident.alerts.append(alert)
    records.incidents.alerts[event.service.routing_key, event.key] = alert


def _acknowledge(records: Records, event: Accepted) -> None:
    # Noted even when it finds no alert: a page that comes after its own cancellation is late all the same.
    records.answered(event.key)
    found = _open_alert(records, event)
    if found is not None and found[1].status is Status.TRIGGERED:
        life.acknowledge(records, found[1], event.agent)


def _resolve(records: Records, event: Accepted) -> None:
    records.answered(event.key)
    found = _open_alert(records, event)
    if found is None:
        return
    alert, incident = found
    alert.open = False
    if incident.is_open and not any(each.open for each in incident.alerts):
        life.resolve(records, incident, event.agent)


APPLY: Mapping[str, Callable[[Records, Accepted], None]] = {
    "trigger": _trigger,
    "acknowledge": _acknowledge,
    "resolve": _resolve,
}
