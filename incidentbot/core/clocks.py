"""The timers of an incident, by name: set from its plan, dropped when a milestone makes them pointless."""

from collections.abc import Mapping
from datetime import datetime

from incidentbot.core.incident import Incident
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import Mode, State

ACK, RESTORE, UPDATE, POSTMORTEM = "ack", "restore", "update", "postmortem"


def wanted(incident: Incident, now: datetime) -> dict[str, datetime]:
    """Every timer that should stand for this incident at its present milestones. Instants may lie in the past."""
    plan, timers = incident.plan, {}
    if plan.ack and not incident.reached(State.ACKNOWLEDGED):
        timers[ACK] = plan.ack.due_at
    if plan.restore and not incident.reached(State.RESOLVED):
        timers[RESTORE] = plan.restore.due_at
    if plan.update_every and not incident.reached(State.RESOLVED):
        timers[UPDATE] = (incident.updated_at or now) + plan.update_every
    for rung in plan.rungs:
        due_at = next_firing(incident, rung)
        if due_at is not None and not incident.reached(ends_at(rung)):
            timers[rung.name] = due_at
    return timers


def ends_at(rung: PlannedRung) -> State:
    """The milestone that makes a rung pointless. What only asks people, or is a list, ends at the latest."""
    return (
        rung.until
        if rung.mode is Mode.AUTO
        else max(rung.until, State.RESOLVED, key=lambda state: state.rank)
    )


def next_firing(incident: Incident, rung: PlannedRung) -> datetime | None:
    """When the rung fires next, counted from its plan: a position that has fired never fires again."""
    fired = incident.fired.get(rung.name, 0)
    if rung.at is None:
        return None
    if fired == 0:
        return rung.at
    if rung.every is None or (rung.mode is Mode.AUTO and fired > len(rung.roles)):
        return None
    return rung.at + fired * rung.every


def rearmed(before: Incident, after: Incident, now: datetime) -> Mapping[str, datetime | None]:
    """The changes to the timers when an incident's plan or milestones change: what stands anew, what is dropped."""
    names = [ACK, RESTORE, UPDATE, *(rung.name for rung in (*before.plan.rungs, *after.plan.rungs))]
    standing = wanted(after, now)
    return {name: standing.get(name) for name in dict.fromkeys(names)}


def dropped(before: Incident, after: Incident, now: datetime) -> Mapping[str, datetime | None]:
    """The timers that a new milestone made pointless, to be dropped; the others are left alone."""
    standing = wanted(after, now)
    return {name: None for name in wanted(before, now) if name not in standing}
