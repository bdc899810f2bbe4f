"""The ladder: whom to ring next while nobody has answered. Knows no clock and no pager."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.commands import Escalate
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, Mirror, Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Escalated, Incident
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.business_time import is_open, next_open
from incidentbot.core.ladders.paging import PAGER, page_role, roles_paged, rung_before
from incidentbot.core.ladders.summons import summon
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import ClockKind, Condition, Mode, Policy, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.words import because, begun, day_and_time, person, role_words, safe, span

WORTH_SAYING = timedelta(seconds=60)
"""A timer that fires this much after its instant says so in the room; a shorter wait is not worth a sentence."""


AT_THE_SAME_MOMENT = timedelta(seconds=30)
"""So long after somebody escalated, another who asks for "the next" most likely means the role they paged."""


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
        return replace(_list(moved, policy, now), timers=timers)
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
    waited = "Nobody acknowledged" if rung.until is State.ACKNOWLEDGED else f"Not {rung.until} yet"
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
    if incident.paging and PAGER in incident.plan.notify:
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
    return Decision(incident, (fact,), line)


def _list(incident: Incident, policy: Policy, now: datetime) -> Decision:
    text = f"Still open after {span(now - incident.declared_at)}: {incident.name} ({incident.severity}) {safe(incident.title)}"
    fact = Fact(FactKind.DIGESTED, now, text)
    channel = policy.channels.get("incidents", "#incidents")
    effects: tuple[Effect, ...] = (Mirror(f"digest:{incident.version}", channel, text),)
    return Decision(incident, (fact,), effects)


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
            due_at = now if rung.clock is ClockKind.ALWAYS else next_open(now, policy.business)
            decision = decision.then(_due(decision.incident, rung, due_at=due_at, policy=policy, now=now))
    return decision


def _due(
    incident: Incident, rung: PlannedRung, *, due_at: datetime, policy: Policy, now: datetime
) -> Decision:
    if due_at > now:
        return Decision(incident, timers={rung.name: due_at})
    return fire_rung(incident, rung, due_at=now, policy=policy, now=now)


def next_role(incident: Incident) -> str | None:
    """The first role of the chain that was not paged in this epoch."""
    paged = roles_paged(incident)
    return next((role for role in incident.plan.chain if role not in paged), None)


def escalate(incident: Incident, command: Escalate, *, policy: Policy, now: datetime) -> Decision:
    """Page the next role, or a named one, because a person asks. Raises Refused with the way out."""
    role = _asked_for(incident, command, policy, now)
    typed = sum(1 for key in incident.pages if key.startswith(f"{incident.epoch}:typed"))
    position = typed + len(incident.called) + 1
    text = f"{person(command.by)} escalated to the {role_words(role)}{because(command.why)}"
    fact = Fact(FactKind.ESCALATED, now, text, command.by, {"role": role, "why": command.why})
    line = showing.line(incident, "escalated", text, Notice.LOUD)
    changed = replace(incident, escalated=Escalated(role, command.by, now))
    told = Decision(changed, (fact,), (*showing.card(changed), *line))
    paged = page_role(changed, role, rung=f"typed-{position}", until=State.RESOLVED, now=now, policy=policy)
    return replace(told.then(paged), reply=f"Calling in the {role_words(role)}.")


def _asked_for(incident: Incident, command: Escalate, policy: Policy, now: datetime) -> str:
    chain = incident.plan.chain
    if command.to is not None:
        wanted = command.to.replace("-", "_").replace(" ", "_").casefold()
        known = {role for roles in policy.chains.values() for role in roles} | set(chain)
        match = next((role for role in known if role.casefold() == wanted), None)
        if match is None:
            names = ", ".join(f"`{role}`" for role in chain)
            raise Refused(f"There is no role {safe(command.to)} here. You can call in {names}.")
        return match
    _refuse_outside_hours(incident, policy, now)
    _refuse_beside_another(incident, command, now)
    role = next_role(incident)
    if role is None:
        names = ", ".join(f"`{name}`" for name in chain)
        raise Refused(f"Everyone in the chain was called in. Name a role to call again: {names}.")
    return role


def _refuse_beside_another(incident: Incident, command: Escalate, now: datetime) -> None:
    """Two who ask for the next at once mean the same role: whoever is slower is told of the other, and pages nobody.

    Raises Refused with whom the other paged, and how to page the one after.
    """
    last = incident.escalated
    if command.shown and command.shown != next_role(incident):
        raise Refused(f"{_moved(incident, command.shown, now)} {_way_on(incident)}")
    if last is not None and last.by != command.by and now - last.at < AT_THE_SAME_MOMENT:
        called = begun(_called_in(incident, (last.role,), now))
        raise Refused(f"{called}. Nobody else was paged. {_way_on(incident)}")


def _moved(incident: Incident, shown: str, now: datetime) -> str:
    """What has happened to the ladder since `shown` was the next."""
    chain, paged = incident.plan.chain, roles_paged(incident)
    if shown not in chain or shown not in paged:
        return "The ladder has changed since this was shown. Nobody was paged."
    meanwhile = tuple(role for role in chain[chain.index(shown) :] if role in paged)
    return f"The ladder has moved on: {_called_in(incident, meanwhile, now)}. Nobody else was paged."


def _called_in(incident: Incident, roles: tuple[str, ...], now: datetime) -> str:
    named = " and ".join(f"the {role_words(role)}" for role in roles)
    when = _since(incident, roles[-1], now)
    if len(roles) == 1:
        return f"{named} was called in{when}"
    return f"{named} were called in meanwhile{f', the last{when}' if when else ''}"


def _since(incident: Incident, role: str, now: datetime) -> str:
    """How long ago a role was called in and, where a person asked for it, by whom; nothing where it is not known."""
    last = incident.escalated
    if last is not None and last.role == role:
        return f" {span(now - last.at)} ago by {person(last.by)}"
    rings = [page.asked_at for page in incident.pages.values() if page.role == role]
    return f" {span(now - max(rings))} ago" if rings else ""


def _way_on(incident: Incident) -> str:
    role = next_role(incident)
    if role is None:
        first = incident.plan.chain[0]
        return (
            f"Everyone in the chain was called in. Name a role to call again: `/incident escalate {first}`."
        )
    return f"To page the {role_words(role)}, name it: `/incident escalate {role}`."


def _refuse_outside_hours(incident: Incident, policy: Policy, now: datetime) -> None:
    gated = any(r.mode is Mode.MANUAL and r.clock is ClockKind.BUSINESS for r in incident.plan.rungs)
    if not gated or is_open(now, policy.business):
        return
    opens = next_open(now, policy.business)
    raise Refused(
        f"{incident.severity} is escalated in business hours: next {day_and_time(opens)}. "
        f"If it cannot wait, name the role: `/incident escalate {incident.plan.chain[0]} why`."
    )
