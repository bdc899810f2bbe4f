"""Who has an incident next: escalation, reassignment, delegation, and PagerDuty's own timers. Opens and closes nothing."""

from collections.abc import Sequence

from incidentbot.playground.pagerduty.account import PagerUser, Policy
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Incident, Stamp, Status, Via
from incidentbot.playground.pagerduty.life import assign_level, set_status, unacknowledge
from incidentbot.playground.pagerduty.phone import Reason
from incidentbot.playground.pagerduty.records import Records
from incidentbot.playground.pagerduty.refusals import Because, Refusal


def escalate(records: Records, incident: Incident, level: int, agent: Agent) -> None:
    """Give the incident to a level of its policy and ring it; an acknowledged one is triggered again.

    Raises: Refusal 1006 when it is resolved or the policy has no such level; 1015 when nobody is on call there.
    """
    if not incident.is_open or not 1 <= level <= len(incident.policy.rules):
        raise Refusal(Because.CANNOT_ESCALATE)
    people = assign_level(records, incident, level)
    _hand_over(records, incident, agent)
    records.log(incident, "escalate", agent, f"Escalated to level {incident.level}", people)
    records.ring(incident, people, Reason.ESCALATED, agent)
    records.tell("incident.escalated", incident, agent)


def reassign(records: Records, incident: Incident, people: Sequence[PagerUser], agent: Agent) -> None:
    """Give the incident to these people and ring those who did not have it.

    Raises: Refusal 1001 when it is resolved.
    """
    if not incident.is_open:
        raise Refusal(Because.ALREADY_RESOLVED)
    before = {stamp.user.id for stamp in incident.assignees}
    now = records.clock.now()
    incident.via = Via.DIRECT
    incident.escalates_at = None
    incident.assignees = [Stamp(user, now) for user in people]
    _hand_over(records, incident, agent)
    names = ", ".join(user.name for user in people)
    records.log(incident, "assign", agent, f"Assigned to {names}", people)
    newcomers = [user for user in people if user.id not in before]
    records.ring(incident, newcomers, Reason.REASSIGNED, agent)
    records.tell("incident.reassigned", incident, agent)


def delegate(records: Records, incident: Incident, policy: Policy, agent: Agent) -> None:
    """Give the incident to the first manned level of another policy and ring it.

    Raises: Refusal 1001 when it is resolved; 1015 when nobody is on call there.
    """
    if not incident.is_open:
        raise Refusal(Because.ALREADY_RESOLVED)
    former, incident.policy = incident.policy, policy
    try:
        people = assign_level(records, incident, 1)
    except Refusal:
        incident.policy = former
        raise
    _hand_over(records, incident, agent)
    records.log(incident, "delegate", agent, f"Delegated to {policy.name}", people)
    records.ring(incident, people, Reason.REASSIGNED, agent)
    records.tell("incident.delegated", incident, agent)


def _hand_over(records: Records, incident: Incident, agent: Agent) -> None:
    """New hands have not acknowledged: PagerDuty triggers the incident again."""
    if incident.status is not Status.ACKNOWLEDGED:
        return
    due = incident.escalates_at
    set_status(records, incident, Status.TRIGGERED, agent)
    incident.escalates_at = due
    if agent.cause is not Cause.API:
        records.asked_again(incident.key)


def run_due(records: Records) -> None:
    """Do what PagerDuty's own timers do by now: end snoozes, and climb where `own_escalation` is on."""
    for incident in records.incidents:
        by_itself = Agent(Cause.CLOCK, incident.service)
        if incident.snoozed_until is not None and incident.snoozed_until <= records.clock.now():
            unacknowledge(records, incident, by_itself)
        while records.own_escalation and _may_climb(records, incident):
            escalate(records, incident, incident.level + 1, by_itself)


def _may_climb(records: Records, incident: Incident) -> bool:
    if incident.escalates_at is None or incident.status is not Status.TRIGGERED:
        return False
    above = records.account.first_manned_level(incident.policy, incident.level + 1)
    return above is not None and incident.escalates_at <= records.clock.now()
