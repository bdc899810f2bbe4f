"""Judging anew: what a changed severity does to deadlines, ladder, pages, room and review. Un-fires nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from incidentbot.core.afterwards.review import timers as review_timer
from incidentbot.core.commands import ChangeSeverity
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, OpenRoom
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.ladder import plan_for_alert, replan
from incidentbot.core.ladders.paging import (
    PAGER,
    keep_quiet,
    page_opening,
    page_role,
    ring_withdrawn,
    standing_page,
)
from incidentbot.core.ladders.snoozing import judged
from incidentbot.core.ladders.summons import withdraw
from incidentbot.core.pager_effects import ShowPriority
from incidentbot.core.plan import Plan
from incidentbot.core.policy import Policy, RoomKind, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response.acknowledging import enough_now
from incidentbot.core.response.respond import told
from incidentbot.core.text.words import because, person, safe

RAISED = "raised-"
"""The rung of the page that rings beyond an ack, for a level that an alert asks for; the level follows."""


def change_severity(
    incident: Incident, command: ChangeSeverity, *, policy: Policy, now: datetime
) -> Decision:
    """Judge anew: deadlines are counted again from when the clocks began, and no fired rung is taken back."""
    if command.severity is incident.severity:
        raise Refused(f"{incident.name} is {incident.severity} already.")
    planned = partial(
        replan,
        policy,
        incident.plan,
        severity=command.severity,
        kind=incident.kind,
        conditions=incident.conditions,
    )
    burns = planned(declared_at=incident.open_since)
    plan = _fitted(incident, planned(declared_at=incident.clock_began_at), burns)
    text = f"{person(command.by)} changed {incident.severity} to {command.severity}{because(command.why)}"
    data = {"before": incident.severity.value, "after": command.severity.value, "why": command.why}
    fact = Fact(FactKind.SEVERITY_CHANGED, now, text, command.by, data)
    return _rejudged(incident, plan, fact, policy, now)


def raise_by_alert(incident: Incident, level: str, *, source: str, policy: Policy, now: datetime) -> Decision:
    """Judge anew because an alert asks for a more severe level than the incident has; a person's lowering stands.

    level: the alert as the profile names it. Empty where it asks for no more.
    """
    planned = partial(plan_for_alert, policy, level, kind=incident.kind, conditions=incident.conditions)
    plan = planned(declared_at=incident.clock_began_at)
    burns = planned(declared_at=incident.open_since)
    if plan is None or burns is None or plan.severity >= incident.severity:  # P0 is the smallest word
        return Decision(incident)
    why = f"an alert of the level {level}"
    text = f"{safe(source)} raised {incident.severity} to {plan.severity}{because(why)}"
    data = {"before": incident.severity.value, "after": plan.severity.value, "why": why}
    fact = Fact(FactKind.SEVERITY_CHANGED, now, text, data=data)
    judged_anew = _rejudged(incident, _fitted(incident, plan, burns), fact, policy, now)
    return judged_anew.then(_rung_beyond_an_ack(judged_anew.incident, policy, now))


def _rung_beyond_an_ack(incident: Incident, policy: Policy, now: datetime) -> Decision:
    """Whoever acknowledged, had less: they may sleep, and no person was there who raised it. The first role is rung once."""
    first = incident.plan.opening
    if first is None or not incident.reached(State.ACKNOWLEDGED):
        return Decision(incident)
    if not (incident.paging or incident.rehearsed):
        return Decision(incident)
    rung = f"{RAISED}{incident.severity.lower()}"
    return page_role(incident, first, rung=rung, until=State.RESOLVED, now=now, policy=policy)


def _rejudged(incident: Incident, plan: Plan, fact: Fact, policy: Policy, now: datetime) -> Decision:
    room = replace(incident.room, kind=plan.room)
    changed = replace(incident, severity=plan.severity, plan=plan, room=room)
    changed = judged(incident, changed, policy=policy, now=now)
    timers = _timers(incident, changed, policy, now)
    priority = (ShowPriority(),) if standing_page(changed) else ()
    said = told(Decision(changed, effects=(*_room(incident, changed), *priority), timers=timers), fact)
    met = said.then(enough_now(said.incident, now))
    paged = _pages(met.incident, policy, now)
    return replace(met.then(paged), reply=said.reply)


def _fitted(incident: Incident, plan: Plan, burns: Plan) -> Plan:
    """The plan of the new level in the same room and workflow; an incident without a room gets the level's own.

    burns: the plan counted from when it began to burn. Where an ack was taken back since, restoring is due by that one,
    and so are the rungs that an ack does not end (docs/decisions/0017-both-ways-with-pagerduty.md).
    """
    room = plan.room if incident.room.kind is RoomKind.NONE else incident.room.kind
    goes_on = {rung.name: rung for rung in burns.rungs if clocks.ends_at(rung) is not State.ACKNOWLEDGED}
    rungs = tuple(goes_on.get(rung.name, rung) for rung in plan.rungs)
    return replace(plan, room=room, stages=incident.plan.stages, restore=burns.restore, rungs=rungs)


def _room(before: Incident, after: Incident) -> tuple[Effect, ...]:
    wanted = before.room.kind is RoomKind.NONE and after.room.kind is not RoomKind.NONE
    return (OpenRoom(),) if wanted else ()


def _timers(
    before: Incident, after: Incident, policy: Policy, now: datetime
) -> Mapping[str, datetime | None]:
    resolved = after.milestones.get(State.RESOLVED)
    if resolved is None:
        return clocks.rearmed(before, after, now, policy.business)
    return review_timer(after)


def _pages(incident: Incident, policy: Policy, now: datetime) -> Decision:
    """Ring whom the new level rings at once; keep back what the old one had not sent yet, if the new one rings nobody."""
    quieted = withdraw(incident)
    if PAGER not in incident.plan.notify:
        quieted = quieted.then(keep_quiet(quieted.incident, now))
        return quieted.then(_opening(quieted.incident, policy, now))
    opened = quieted.then(_opening(quieted.incident, policy, now))
    return opened.then(ring_withdrawn(opened.incident, policy=policy, now=now))


def _opening(incident: Incident, policy: Policy, now: datetime) -> Decision:
    if incident.reached(State.ACKNOWLEDGED):
        return Decision(incident)
    return page_opening(incident, policy=policy, now=now)
