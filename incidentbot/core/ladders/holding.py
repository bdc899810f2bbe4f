"""Holding a ladder: which rungs wait until when, and when they go on. Fires nothing, and nobody's page typed by hand waits."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.asked import Held, Hold, Snooze
from incidentbot.core.incident import Incident
from incidentbot.core.ladders import clocks, holders
from incidentbot.core.ladders.business_time import next_open
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import BusinessHours, ClockKind, Mode


def snoozed(incident: Incident, snooze: Snooze, hours: BusinessHours) -> Incident:
    """The incident with this snooze in force, whatever was held by an earlier one."""
    before = incident.hold.snooze.before if incident.hold.snooze else incident.hold.rungs
    new = replace(snooze, before=before)
    free = replace(incident, hold=Hold(None, spent(incident, snooze.asked_at), before))
    later = {
        rung.name: Held(incident.fired.get(rung.name, 0), goes_on_at(rung, snooze.until, hours))
        for rung in _due_before(free, snooze.until, hours)
    }
    return replace(free, hold=replace(free.hold, snooze=new, rungs={**before, **later}))


def waiting(incident: Incident, rung: PlannedRung, at: datetime, hours: BusinessHours) -> Incident:
    """The incident with a rung that a fact has made due `at`. A snooze holds it as it holds the others, and gives it back."""
    hold, due = incident.hold, {rung.name: Held(0, at)}
    if hold.snooze is None:
        return replace(incident, hold=replace(hold, rungs={**hold.rungs, **due}))
    known = replace(hold.snooze, before={**hold.snooze.before, **due})
    return snoozed(replace(incident, hold=replace(hold, snooze=known)), known, hours)


def goes_on_at(rung: PlannedRung, at: datetime, hours: BusinessHours) -> datetime:
    """When a rung goes on that may from `at` on: one of business hours waits for the next of them, as it would unheld."""
    return at if rung.clock is ClockKind.ALWAYS else next_open(at, hours)


def released(incident: Incident, now: datetime, hours: BusinessHours) -> Incident:
    """The incident as if the snooze ended now: what it held back is due now, and the rest at its own instant."""
    snooze = incident.hold.snooze
    if snooze is None:
        return incident
    free = replace(incident, hold=Hold(None, spent(incident, now), snooze.before))
    overdue = {
        rung.name: Held(incident.fired.get(rung.name, 0), now) for rung in _due_before(free, now, hours)
    }
    return replace(free, hold=replace(free.hold, rungs={**snooze.before, **overdue}))


def spent(incident: Incident, now: datetime) -> timedelta:
    """How long snoozes have held the ladder in this epoch, until now."""
    snooze = incident.hold.snooze
    return incident.hold.spent + (min(now, snooze.until) - snooze.asked_at if snooze else timedelta(0))


def over(incident: Incident) -> Incident:
    """The incident after its snooze has run out; what it held is due from then on."""
    snooze = incident.hold.snooze
    if snooze is None:
        return incident
    return replace(incident, hold=Hold(None, spent(incident, snooze.until), incident.hold.rungs))


def without_point(incident: Incident, now: datetime) -> Incident:
    """The incident without a snooze that holds nothing any more."""
    if incident.hold.snooze is None or automatic(incident):
        return incident
    free = replace(incident, hold=Hold(None, spent(incident, now), incident.hold.rungs))
    return free if holders.timers(free) == holders.timers(incident) else incident


def automatic(incident: Incident) -> list[PlannedRung]:
    """The rungs of its ladder that page by themselves, are not pointless, and have somebody left to page."""
    return [
        rung
        for rung in incident.plan.rungs
        if rung.mode is Mode.AUTO
        and not incident.reached(clocks.ends_at(rung))
        and incident.fired.get(rung.name, 0) < len(rung.roles)
    ]


def _due_before(incident: Incident, until: datetime, hours: BusinessHours) -> list[PlannedRung]:
    """The rungs that are due before `until`."""
    due = [(rung, clocks.next_firing(incident, rung, hours)) for rung in automatic(incident)]
    return [rung for rung, at in due if at is not None and at < until]
