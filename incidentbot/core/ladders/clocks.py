"""The timers of an incident, by name: set from its plan, dropped when a milestone makes them pointless."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from incidentbot.core.incident import Incident
from incidentbot.core.ladders.rungs import next_digest, step
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import BusinessHours, Mode, State

ACK, RESTORE, UPDATE, POSTMORTEM, SNOOZE = "ack", "restore", "update", "postmortem", "snooze"

STILL, UNANSWERED = "still", "unanswered"
"""The timers of an ack that expires: of the question, and of the answer to it (`holders.py`)."""

REVIEW_LATE = "review-late"
"""The timer after the review's own: whoever owes it was reminded, and it still is owed."""

UNPAGED = "unpaged:"
"""What the timer of a page that does not go out begins with; the page's key follows."""


def wanted(incident: Incident, now: datetime, hours: BusinessHours) -> dict[str, datetime]:
    """Every timer that should stand at the incident's present milestones. Instants may lie in the past."""
    plan, timers = incident.plan, {}
    if _waits_for_ack(incident) and plan.ack:
        timers[ACK] = plan.ack.due_at
    if _unresolved(incident) and plan.restore:
        timers[RESTORE] = plan.restore.due_at
    if _unresolved(incident) and plan.update_every:
        timers[UPDATE] = (incident.updated_at or now) + plan.update_every
    if _unresolved(incident) and incident.hold.snooze:
        timers[SNOOZE] = incident.hold.snooze.until
    for rung in _live_rungs(incident):
        due_at = next_firing(incident, rung, hours)
        if due_at is not None:
            timers[rung.name] = due_at
    return timers


def _waits_for_ack(incident: Incident) -> bool:
    return not incident.reached(State.ACKNOWLEDGED)


def _unresolved(incident: Incident) -> bool:
    return not incident.reached(State.RESOLVED)


def _live_rungs(incident: Incident) -> list[PlannedRung]:
    return [rung for rung in incident.rungs if not incident.reached(ends_at(rung))]


def ends_at(rung: PlannedRung) -> State:
    """The milestone that makes a rung pointless. What only asks people, or is a list, ends at the latest."""
    return (
        rung.until
        if rung.mode is Mode.AUTO
        else max(rung.until, State.RESOLVED, key=lambda state: state.rank)
    )


def next_firing(incident: Incident, rung: PlannedRung, hours: BusinessHours) -> datetime | None:
    """When the rung fires next, counted from its plan or from where it was held: what has fired never fires again.

    A climbing rung fires once more than it has roles, to say that the ladder has ended.
    """
    fired, held = incident.fired.get(rung.name, 0), incident.hold.rungs.get(rung.name)
    begins, steps = rung.at, fired
    if held is not None and held.position <= fired:
        begins, steps = held.at, fired - held.position
    if begins is None or steps == 0:
        return begins
    if rung.every is None or rung.mode is Mode.MANUAL or fired > len(rung.roles) > 0:
        return None
    if rung.mode is Mode.DIGEST:
        return _digest(begins, rung.every, steps, hours)
    return step(rung, begins, steps, hours)


def _digest(at: datetime, every: timedelta, fired: int, hours: BusinessHours) -> datetime:
    for _ in range(fired):
        at = next_digest(at, every, hours)
    return at


def rearmed(
    before: Incident, after: Incident, now: datetime, hours: BusinessHours
) -> Mapping[str, datetime | None]:
    """The changes to the timers when an incident's plan or epoch changes: what stands anew, what is dropped."""
    names = [ACK, RESTORE, UPDATE, SNOOZE, *(rung.name for rung in (*before.rungs, *after.rungs))]
    standing = wanted(after, now, hours)
    return {name: standing.get(name) for name in dict.fromkeys([*names, *_unpaged(before, after)])}


def dropped(before: Incident, after: Incident) -> Mapping[str, datetime | None]:
    """The timers that a new milestone made pointless, to be dropped; the others are left alone."""
    ended = [rung.name for rung in _live_rungs(before) if rung not in _live_rungs(after)]
    if _waits_for_ack(before) and not _waits_for_ack(after):
        ended.append(ACK)
    if _unresolved(before) and not _unresolved(after):
        ended += [RESTORE, UPDATE]
    if before.hold.snooze and (not after.hold.snooze or not _unresolved(after)):
        ended.append(SNOOZE)
    return dict.fromkeys([*ended, *_unpaged(before, after)])


def _unpaged(before: Incident, after: Incident) -> list[str]:
    """The timers of pages that are not wanted any more."""
    late = (page for page in before.pages.values() if f"page:{page.key}" in before.failures)
    return [f"{UNPAGED}{page.key}" for page in late if after.reached(page.until) or page.epoch != after.epoch]
