"""The ladder: whom to ring next while nobody has answered. Knows no clock and no pager."""

from datetime import datetime, timedelta

from incidentbot.core.anew import replace
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, Mirror, Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladders import clocks, holding
from incidentbot.core.ladders.paging import PAGER, page_role, roles_paged, rung_before
from incidentbot.core.ladders.summons import summon
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import Condition, Mode, Policy, State
from incidentbot.core.response import showing
from incidentbot.core.text.words import role_words, safe, span

WORTH_SAYING = timedelta(seconds=60)
"""A timer that fires this much after its instant says so in the room; a shorter wait is not worth a sentence."""


def fire_rung(
    incident: Incident, rung: PlannedRung, *, due_at: datetime, policy: Policy, now: datetime
) -> Decision:
    """A rung's instant has come: page, ask or list, and wait for the next. Empty once its milestone is reached."""
    if incident.reached(clocks.ends_at(rung)):
        return Decision(incident, timers={rung.name: None})
    position = incident.fired.get(rung.name, 0)
    moved = replace(incident, fired={**incident.fired, rung.name: position + 1})
    timers = {rung.name: clocks.next_firing(moved, rung, policy.business)}
    if rung.mode is Mode.MANUAL:
        return replace(_ask(moved, rung, now), timers=timers)
    if rung.mode is Mode.DIGEST:
        return _listed(moved, rung, policy, now)
    if position >= len(rung.roles):
        return replace(_ended(moved, rung, now), timers=timers)
    climbed = _climb(moved, rung, position, late=now - due_at, policy=policy, now=now)
    return replace(climbed, timers=timers)


def _climb(
    incident: Incident, rung: PlannedRung, position: int, *, late: timedelta, policy: Policy, now: datetime
) -> Decision:
    role = rung.roles[position]
    if rung_before(incident, role):
        return Decision(incident)
    waited = f"{few(incident)} acknowledged" if rung.until is State.ACKNOWLEDGED else f"Not {rung.until} yet"
    text = (
        f"{waited} after {span(now - incident.clock_began_at)}: now the {role_words(role)}{how_late(late)}."
    )
    data = {"rung": rung.name, "role": role, "late_s": str(max(0, round(late.total_seconds())))}
    fact = Fact(FactKind.ESCALATED, now, text, data=data)
    line = showing.line(incident, f"climb:{rung.name}:{position}", text, Notice.LOUD)
    told = Decision(incident, (fact,), (*showing.card(incident), *line))
    return told.then(
        ring(incident, role, rung=f"{rung.name}:{position}", until=rung.until, policy=policy, now=now)
    )


def ring(
    incident: Incident, role: str, *, rung: str, until: State, policy: Policy, now: datetime
) -> Decision:
    """Reach a role by what its severity lists: the pager where it is listed, and an invitation in any case."""
    if (incident.paging or incident.rehearsed) and PAGER in incident.plan.notify:
        return page_role(incident, role, rung=rung, until=until, now=now, policy=policy)
    key = f"{incident.epoch}:{rung}"
    invited = Decision(incident, effects=showing.invitation(incident, key, (role,)))
    if not incident.paging:
        return invited
    return invited.then(summon(incident, role, key=key, until=until, policy=policy))


def _ended(incident: Incident, rung: PlannedRung, now: datetime) -> Decision:
    paged = ", ".join(role_words(role) for role in incident.plan.chain)
    text = (
        f"The ladder has ended: {paged} were reached and it is not {rung.until} yet. Call somebody by voice."
    )
    fact = Fact(FactKind.LADDER_ENDED, now, text, data={"rung": rung.name})
    line = showing.line(incident, f"ended:{rung.name}", text, Notice.LOUD)
    return Decision(incident, (fact,), (*showing.card(incident), *line))


def _ask(incident: Incident, rung: PlannedRung, now: datetime) -> Decision:
    open_for = now - incident.clock_began_at
    since = f"{incident.name} has been open for {span(open_for)}. " if open_for >= WORTH_SAYING else ""
    role = next_role(incident) or rung.roles[0]
    text = f"{since}Should the {role_words(role)} be called in?"
    fact = Fact(FactKind.ASKED, now, text, data={"rung": rung.name})
    line = showing.line(incident, f"ask:{rung.name}", text, Notice.QUESTION, f"escalate:{role}")
    return Decision(incident, (fact,), (*showing.card(incident), *line))


def _listed(incident: Incident, rung: PlannedRung, policy: Policy, now: datetime) -> Decision:
    """On the list once, however many lists were missed."""
    next_at = clocks.next_firing(incident, rung, policy.business)
    while next_at is not None and next_at <= now:
        incident = replace(incident, fired={**incident.fired, rung.name: incident.fired[rung.name] + 1})
        next_at = clocks.next_firing(incident, rung, policy.business)
    return replace(_list(incident, policy, now), timers={rung.name: next_at})


def _list(incident: Incident, policy: Policy, now: datetime) -> Decision:
    text = f"Still open after {span(now - incident.declared_at)}: {incident.name} ({incident.severity}) {safe(incident.title)}"
    fact = Fact(FactKind.DIGESTED, now, text)
    if incident.private:
        return Decision(incident, (fact,), showing.line(incident, "digest", text))
    channel = policy.channels.get("incidents", "#incidents")
    effects: tuple[Effect, ...] = (Mirror(f"digest:{incident.version}", channel, text),)
    return Decision(incident, (fact,), effects)


def few(incident: Incident) -> str:
    """Who has acknowledged while that is not enough: nobody, or some of the people it takes."""
    acks, people = incident.holders.people, incident.plan.terms.people
    return f"Only {acks} of {people} people" if acks else "Nobody"


def how_late(late: timedelta) -> str:
    """What a late firing adds to its sentence."""
    return f" ({span(late)} late)" if late >= WORTH_SAYING else ""


def condition_met(incident: Incident, condition: Condition, *, policy: Policy, now: datetime) -> Decision:
    """A fact that rungs wait for has become true: those rungs are due now, once."""
    if condition in incident.conditions:
        return Decision(incident)
    decision = Decision(replace(incident, conditions=incident.conditions | {condition}))
    for rung in incident.plan.rungs:
        waits = rung.at is None and rung.when is condition and rung.mode is Mode.AUTO
        if waits and not incident.fired.get(rung.name):
            decision = decision.then(_due(decision.incident, rung, policy=policy, now=now))
    return decision


def _due(incident: Incident, rung: PlannedRung, *, policy: Policy, now: datetime) -> Decision:
    due_at = holding.goes_on_at(rung, now, policy.business)
    if due_at <= now and incident.hold.snooze is None:
        return fire_rung(incident, rung, due_at=now, policy=policy, now=now)
    waits = holding.waiting(incident, rung, due_at, policy.business)
    return Decision(waits, timers={rung.name: clocks.next_firing(waits, rung, policy.business)})


def next_role(incident: Incident) -> str | None:
    """The first role of the chain that was not paged in this epoch."""
    paged = roles_paged(incident)
    return next((role for role in incident.plan.chain if role not in paged), None)
