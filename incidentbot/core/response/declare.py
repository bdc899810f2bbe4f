"""Declaring and coming back: the first decision of an incident, and of each later epoch."""

from datetime import datetime

from incidentbot.core.alerts import joining
from incidentbot.core.anew import replace
from incidentbot.core.commands import Declare, NameTwin, Reopen
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, Invite, OpenRoom
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Moment, Room
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.ladder import make_plan, plan_for_alert
from incidentbot.core.ladders.paging import page_opening, roles_paged
from incidentbot.core.plan import Plan
from incidentbot.core.policy import Policy, RoomKind, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.response.epochs import begin_epoch, drilled, first_stage, new_plan
from incidentbot.core.response.room_name import room_name
from incidentbot.core.runbooks.leaving import waiting
from incidentbot.core.text.words import because, declarer, person, safe, stopped

LONGEST_TITLE = 500
"""Titles are stored whole up to here; cards cut them."""


def declare(command: Declare, *, policy: Policy, now: datetime) -> Decision:
    """Begin an incident: page and room first, clocks from its plan. Raises Refused for an empty or endless title."""
    title = " ".join(command.title.split())
    if not title:
        raise Refused("An incident needs a title. Try `/incident declare sev1 checkout is down`.")
    if len(title) > LONGEST_TITLE:
        raise Refused(
            f"That title has {len(title)} characters; {LONGEST_TITLE} is the most. "
            "Shorten it and put the rest into `/incident note`."
        )
    incident = _born(command, title, policy, now)
    opened = Decision(
        incident,
        (*joining.facts(command.alert), _declared(incident, now)),
        (*_first_effects(incident), *joining.first_line(incident, command.alert)),
        dict(clocks.wanted(incident, now, policy.business)),
    )
    paged = page_opening(opened.incident, policy=policy, now=now)
    decision = opened.then(paged)
    return replace(decision, reply=_receipt(decision.incident))


def _born(command: Declare, title: str, policy: Policy, now: datetime) -> Incident:
    alert = command.alert
    plan = _plan(command, policy, now)
    return Incident(
        id=command.id,
        number=command.number,
        title=title,
        severity=plan.severity,
        kind=command.kind,
        declared_by=command.by,
        declared_at=now,
        plan=plan,
        room=Room(_room_kind(command, plan), room_name(command.number, title, command.room_suffix)),
        state=State.DETECTED,
        stage=first_stage(plan),
        drill=command.drill,
        paging=command.paging,
        milestones={State.DETECTED: Moment(joining.began_at(alert) or now, command.by or None)},
        twins=command.twins,
        joined=(command.by,) if command.by else (),
        declared_via=alert.alerts.source if alert else "",
        alerts=alert.alerts if alert else None,
        private=command.private,
    )


def _room_kind(command: Declare, plan: Plan) -> RoomKind:
    """A private one has a channel of its own, whatever the level has: every other place is read by others."""
    return RoomKind.DEDICATED if command.private else plan.room


def _plan(command: Declare, policy: Policy, now: datetime) -> Plan:
    """The plan of the alert that declares it, or of the level that a person named."""
    level = command.alert.level if command.alert else ""
    plan = plan_for_alert(policy, level, kind=command.kind, declared_at=now) if level else None
    plan = plan or make_plan(policy, severity=command.severity, kind=command.kind, declared_at=now)
    return drilled(plan) if command.drill else plan


def _declared(incident: Incident, now: datetime) -> Fact:
    who = declarer(incident.declared_by, incident.declared_via)
    text = f"{who} declared {incident.severity}: {safe(incident.title)}"
    data = {"severity": incident.severity.value, "kind": incident.kind, "profile": incident.plan.profile}
    return Fact(FactKind.DECLARED, now, text, incident.declared_by or None, data)


def _first_effects(incident: Incident) -> tuple[Effect, ...]:
    return () if incident.room.kind is RoomKind.NONE else (OpenRoom(),)


def _receipt(incident: Incident) -> str:
    where = {
        RoomKind.DEDICATED: f"`#{incident.room.name}` is being made; you are invited as soon as it stands.",
        RoomKind.THREAD: "It is followed in a thread of the incidents channel.",
        RoomKind.NONE: f"{incident.severity} has no room in this profile: it is recorded in `/incident list`.",
    }[incident.room.kind]
    alone = (
        " It is private: nobody knows of it but those who are called or invited." if incident.private else ""
    )
    declared = "is declared as a drill" if incident.drill else "is declared"
    rings = f"{_whether_it_rings(incident)} " if incident.drill else ""
    return f"{incident.name} ({incident.severity}) {declared}: {safe(incident.title)}. {rings}{where}{alone}"


def _whether_it_rings(incident: Incident) -> str:
    """Of a drill: whether phones ring."""
    if incident.rehearsed:
        return "No phone rings: I say whom I would page, and page nobody."
    return "Phones ring as in earnest, as `--page` asks; each page says that it is a drill."


def name_twin(incident: Incident, command: NameTwin, *, now: datetime) -> Decision:
    """Have this incident's card name another that somebody else declared with the same words."""
    if command.number in incident.twins:
        return Decision(incident)
    changed = replace(incident, twins=(*incident.twins, command.number))
    text = f"{person(command.by)} declared the same as INC-{command.number}."
    fact = Fact(FactKind.TWIN, now, text, command.by, {"number": str(command.number)})
    return Decision(changed, (fact,), showing.card(changed))


def reopen(incident: Incident, command: Reopen, *, policy: Policy, now: datetime) -> Decision:
    """Begin a new epoch of the same incident: new clocks, new pages under new keys, the same room and number."""
    if not command.why.strip():
        raise Refused(f"Say why {incident.name} is open again: `/incident reopen errors are back`.")
    changed = begin_epoch(incident, _plan_anew(incident, command, policy, now), command.by, at=now)
    changed = replace(changed, updated_at=now)
    text = f"{person(command.by)} reopened {incident.name}{because(command.why)}"
    fact = Fact(FactKind.REOPENED, now, text, command.by or None, {"why": command.why})
    left = waiting(changed)
    said = f"{stopped(text)} {left}" if left else text
    effects = (*showing.everywhere(changed), *showing.line(changed, "reopened", said))
    timers = {
        **clocks.rearmed(incident, changed, now, policy.business),
        clocks.POSTMORTEM: None,
        clocks.REVIEW_LATE: None,
    }
    decision = Decision(changed, (fact,), effects, timers)
    return replace(
        decision.then(page_opening(changed, policy=policy, now=now)),
        reply=f"{incident.name} is open again. The clocks run anew. {left}".rstrip(),
    )


def _plan_anew(incident: Incident, command: Reopen, policy: Policy, now: datetime) -> Plan:
    """The plan of the incident's level; by the alert that brings it back, where that opens this very level."""
    kind, facts = incident.kind, incident.conditions
    if command.alert:
        plan = plan_for_alert(policy, command.alert, kind=kind, declared_at=now, conditions=facts)
        if plan is not None and plan.severity is incident.severity:
            return plan
    return new_plan(incident, policy, now)


def invite_first(incident: Incident) -> tuple[Effect, ...]:
    """Whom the room needs at once: whoever declared or joined, and every role that was called so far."""
    opening = (incident.plan.opening,) if incident.plan.opening else incident.plan.chain[:1]
    roles = tuple(dict.fromkeys((*opening, *sorted(roles_paged(incident)))))
    people = dict.fromkeys((incident.declared_by, *incident.joined, *incident.roles.values()))
    return (Invite("first", users=tuple(one for one in people if one), roles=roles),)
