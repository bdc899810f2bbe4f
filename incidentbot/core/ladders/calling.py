"""Calling people in: whom a typed escalation means, and when it means somebody who was called already. Fires no timer."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.asked import Escalated
from incidentbot.core.commands import Escalate
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladders.business_time import is_open, next_open
from incidentbot.core.ladders.called_already import refuse_chain, refuse_role
from incidentbot.core.ladders.chain_calls import call_chain, pace
from incidentbot.core.ladders.escalation import next_role
from incidentbot.core.ladders.paging import page_role, roles_paged, typed_rung
from incidentbot.core.policy import ClockKind, Mode, Policy, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.text.words import because, begun, day_and_time, person, role_words, safe, span

AT_THE_SAME_MOMENT = timedelta(seconds=30)
"""So long after somebody escalated, another who asks for "the next" most likely means the role they paged."""


def escalate(incident: Incident, command: Escalate, *, policy: Policy, now: datetime) -> Decision:
    """Page the next role, a named one, or a chain from its beginning, because a person asks.

    Raises Refused with the way out.
    """
    if command.to is not None and (chain := _chain_named(command.to, incident, policy)):
        refuse_chain(incident, chain, pace=pace(incident, policy), policy=policy, now=now)
        return call_chain(incident, command, chain=chain, policy=policy, now=now)
    role = _asked_for(incident, command, policy, now)
    text = f"{person(command.by)} escalated to the {role_words(role)}{because(command.why)}"
    fact = Fact(FactKind.ESCALATED, now, text, command.by, {"role": role, "why": command.why})
    line = showing.line(incident, "escalated", text, Notice.LOUD)
    changed = replace(incident, escalated=Escalated(role, command.by, now))
    told = Decision(changed, (fact,), (*showing.card(changed), *line))
    rung = typed_rung(incident)
    paged = page_role(changed, role, rung=rung, until=State.RESOLVED, now=now, policy=policy)
    return replace(told.then(paged), reply=_receipt(incident, role))


def _receipt(incident: Incident, role: str) -> str:
    if incident.rehearsed:
        return (
            f"This is a drill: the {role_words(role)} would be paged. Nobody is. If it is real, declare it without "
            "`--drill`."
        )
    return f"Calling in the {role_words(role)}."


def _asked_for(incident: Incident, command: Escalate, policy: Policy, now: datetime) -> str:
    if command.to is not None:
        role = _role_named(command.to, incident, policy)
        if role is None:
            raise Refused(_nobody_called(command.to, incident, policy))
        refuse_role(incident, role, now=now)
        return role
    _refuse_outside_hours(incident, policy, now)
    _refuse_beside_another(incident, command, now)
    role = next_role(incident)
    if role is None:
        names = ", ".join(f"`{name}`" for name in incident.plan.chain)
        raise Refused(f"Everyone in the chain was called in. Name a role to call again: {names}.")
    return role


def _folded(word: str) -> str:
    return word.replace("-", "_").replace(" ", "_").casefold()


def _role_named(word: str, incident: Incident, policy: Policy) -> str | None:
    known = {role for roles in policy.chains.values() for role in roles} | set(incident.plan.chain)
    return next((role for role in known if role.casefold() == _folded(word)), None)


def _chain_named(word: str, incident: Incident, policy: Policy) -> str | None:
    """The chain of this name; a word that also names a role means the role."""
    if _role_named(word, incident, policy):
        return None
    return next((chain for chain in policy.chains if _folded(chain) == _folded(word)), None)


def _nobody_called(word: str, incident: Incident, policy: Policy) -> str:
    names = ", ".join(f"`{role}`" for role in incident.plan.chain)
    chains = ", ".join(f"`{chain}`" for chain in policy.chains)
    return (
        f"There is no role {safe(word)} here, and no chain. Nobody was paged. You can call in {names}, "
        f"or a whole chain: {chains}."
    )


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
        f"If it cannot wait, name the role: `/incident page {incident.plan.chain[0]} why`."
    )
