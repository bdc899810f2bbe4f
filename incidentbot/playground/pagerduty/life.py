"""The life of an incident: opened, acknowledged, resolved, reopened, snoozed. Says nothing about whom to climb to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidentbot.clock import new_id
from incidentbot.playground.pagerduty.account import PagerUser, Policy, Priority, Service, Urgency
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Incident, Stamp, Status, Via
from incidentbot.playground.pagerduty.phone import Reason
from incidentbot.playground.pagerduty.records import Records
from incidentbot.playground.pagerduty.refusals import Because, Refusal


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known when an incident is opened. `assignees` by hand, or else the policy's first manned level."""

    service: Service
    title: str
    key: str | None = None
    urgency: Urgency | None = None
    policy: Policy | None = None
    assignees: tuple[PagerUser, ...] = ()
    priority: Priority | None = None
    details: str | None = None
    bridge: dict[str, str] | None = None
    incident_type: str = "incident_default"


def escalation_instant(records: Records, policy: Policy, level: int) -> datetime:
    """When PagerDuty itself would leave this level."""
    return records.clock.now() + timedelta(minutes=policy.rules[level - 1].delay_minutes)


def assign_level(records: Records, incident: Incident, level: int) -> list[PagerUser]:
    """Give the incident to whoever is on call at `level`, or the next manned level above it.

    Raises: Refusal when nobody is on call from there on.
    """
    manned = records.account.first_manned_level(incident.policy, level)
    if manned is None:
        raise Refusal(Because.NOBODY_ON_CALL, f"{incident.policy.name} has nobody on call from level {level}")
    people = records.account.on_call(incident.policy, manned)
    now = records.clock.now()
    incident.level = manned
    incident.via = Via.POLICY
    incident.assignees = [Stamp(user, now) for user in people]
    incident.escalates_at = escalation_instant(records, incident.policy, manned)
    return people


def open_incident(records: Records, opening: Opening, agent: Agent) -> Incident:
    """Open an incident and ring its assignees.

    Raises: Refusal when it is left to a policy that has nobody on call; nothing is opened then.
    """
    now = records.clock.now()
    incident = Incident(
        id=f"Q{records.next_number():013d}",
        number=len(records.incidents) + 1,
        key=opening.key or new_id().replace("-", ""),
        title=opening.title,
        service=opening.service,
        policy=opening.policy or opening.service.policy,
        urgency=opening.urgency or opening.service.urgency,
        created_at=now,
        updated_at=now,
        changed_at=now,
        changed_by=agent,
        details=opening.details,
        priority=opening.priority,
        bridge=opening.bridge,
        incident_type=opening.incident_type,
    )
    people = list(opening.assignees) or assign_level(records, incident, 1)
    if opening.assignees:
        incident.via = Via.DIRECT
        incident.assignees = [Stamp(user, now) for user in people]
    records.incidents.add(incident)
    records.log(incident, "trigger", agent, "Triggered through the API")
    records.ring(incident, people, Reason.TRIGGERED, agent)
    records.tell("incident.triggered", incident, agent)
    return incident


def set_status(records: Records, incident: Incident, status: Status, agent: Agent) -> None:
    """Stamp the change of status; clears what only the old status had."""
    incident.status = status
    incident.changed_at = records.clock.now()
    incident.changed_by = agent
    if status is not Status.ACKNOWLEDGED:
        incident.acknowledgements = []
        incident.snoozed_until = None
    if status is not Status.TRIGGERED:
        incident.escalates_at = None


def acknowledge(records: Records, incident: Incident, agent: Agent) -> None:
    """Acknowledge: the ladder of PagerDuty stops. A second person may acknowledge beside the first.

    A resolved incident is reopened by it and given to the acknowledger, as the reference says of
    `status: acknowledged`. Raises: Refusal 1002 when this very agent had acknowledged it.
    """
    if any(stamp.user.id == agent.by.id for stamp in incident.acknowledgements):
        raise Refusal(Because.ALREADY_ACKNOWLEDGED)
    if not incident.is_open:
        _revive(records, incident, agent)
        incident.assignees = [Stamp(agent.by, records.clock.now())]
    set_status(records, incident, Status.ACKNOWLEDGED, agent)
    incident.acknowledgements.append(Stamp(agent.by, records.clock.now()))
    records.answered(incident.key)
    records.log(incident, "acknowledge", agent, f"Acknowledged by {agent.by.name}")
    records.tell("incident.acknowledged", incident, agent)


def resolve(records: Records, incident: Incident, agent: Agent, resolution: str | None = None) -> None:
    """Resolve the incident and its alerts: their keys are free from now on.

    Raises: Refusal 1001 when it is resolved.
    """
    if not incident.is_open:
        raise Refusal(Because.ALREADY_RESOLVED)
    set_status(records, incident, Status.RESOLVED, agent)
    incident.resolved_at = records.clock.now()
    incident.resolution = resolution
    incident.assignees = []
    for alert in incident.alerts:
        alert.open = False
    records.answered(incident.key)
    records.log(incident, "resolve", agent, f"Resolved by {agent.by.name}")
    records.tell("incident.resolved", incident, agent)


def merge(records: Records, incident: Incident, into: Incident, agent: Agent) -> None:
    """Its alerts go into another incident, and it is resolved for that reason.

    Raises: Refusal 1001 when it is resolved.
    """
    incident.merged_into = into
    into.alerts.extend(incident.alerts)
    resolve(records, incident, agent)


def unacknowledge(records: Records, incident: Incident, agent: Agent) -> None:
    """Back to triggered: its assignees ring again.

    Raises: Refusal when it is not acknowledged.
    """
    if incident.status is not Status.ACKNOWLEDGED:
        raise Refusal(Because.CONFLICTING, "Incident is not acknowledged")
    set_status(records, incident, Status.TRIGGERED, agent)
    _ask_again(records, incident, agent)
    incident.escalates_at = escalation_instant(records, incident.policy, incident.level)
    records.log(incident, "unacknowledge", agent, "Unacknowledged")
    people = [stamp.user for stamp in incident.assignees if isinstance(stamp.user, PagerUser)]
    records.ring(incident, people, Reason.TRIGGERED, agent)
    records.tell("incident.unacknowledged", incident, agent)


def reopen(records: Records, incident: Incident, agent: Agent) -> None:
    """A resolved incident asks again, at the first level of its policy.

    Raises: Refusal when nobody is on call.
    """
    _ask_again(records, incident, agent)
    people = assign_level(records, incident, 1)
    _revive(records, incident, agent)
    records.ring(incident, people, Reason.TRIGGERED, agent)


def snooze(records: Records, incident: Incident, duration: timedelta, agent: Agent) -> None:
    """Acknowledge for a while; when it is over the incident is triggered again.

    Raises: Refusal 1001 when it is resolved.
    """
    if not incident.is_open:
        raise Refusal(Because.ALREADY_RESOLVED)
    if incident.status is not Status.ACKNOWLEDGED:
        acknowledge(records, incident, agent)
    incident.snoozed_until = records.clock.now() + duration
    records.log(incident, "snooze", agent, f"Snoozed for {int(duration.total_seconds())} seconds")
    records.changed()


def _revive(records: Records, incident: Incident, agent: Agent) -> None:
    set_status(records, incident, Status.TRIGGERED, agent)
    incident.resolved_at = None
    incident.resolution = None
    for alert in incident.alerts[-1:]:
        alert.open = True
    records.log(incident, "trigger", agent, f"Reopened by {agent.by.name}")
    records.tell("incident.reopened", incident, agent)


def _ask_again(records: Records, incident: Incident, agent: Agent) -> None:
    if agent.cause is not Cause.API:
        records.asked_again(incident.key)
