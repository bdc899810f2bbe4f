"""Acks that grow old: whoever has it is asked whether they still do, and without an answer the ladder begins again."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.answers import TimerFired
from incidentbot.core.asked import Ack
from incidentbot.core.decision import Decision
from incidentbot.core.direct_effects import AskDirect
from incidentbot.core.effects import Effect, Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladder_commands import HandOver, StillOnIt
from incidentbot.core.ladders import chain_calls, clocks, holders
from incidentbot.core.ladders.called_already import refuse_hand_over
from incidentbot.core.ladders.paging import page_opening, roles_paged
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.response.epochs import unanswered
from incidentbot.core.response.respond import joined
from incidentbot.core.text.words import begun, person, role_words, safe, span

STILL = "still"
"""The buttons of the question: still on it, or hand over."""


def ask(incident: Incident, command: TimerFired, *, now: datetime) -> Decision:
    """The ack has grown old: ask in the room, and whoever has it directly. What they wrote meanwhile is an answer."""
    terms = incident.plan.terms
    if terms.expires is None or not holders.is_asked_about(incident):
        return Decision(incident)
    if command.heard_at is not None and command.heard_at > holders.last_seen_at(incident):
        heard = holders.seen(incident, command.heard_by, at=command.heard_at, now=now)
        if command.heard_at + terms.expires > now:
            return heard
    changed = replace(incident, holders=replace(incident.holders, asked_at=now))
    old = span(now - holders.last_seen_at(incident))
    text = (
        f"{begun(_named(incident))}, nothing was heard of you for {old} and {incident.name} is not mitigated. "
        f"Still on it? Without an answer within {span(terms.answer_within)} the ladder starts again."
    )
    fact = Fact(FactKind.ASKED, now, text, data={"ack": "expires"})
    line = showing.line(changed, "still", text, Notice.QUESTION, STILL)
    return Decision(changed, (fact,), (*showing.card(changed), *line, *_directly(changed, text)))


def _directly(incident: Incident, text: str) -> tuple[Effect, ...]:
    name = holders.question(incident)
    return tuple(AskDirect(name, user, text) for user in sorted(holders.people(incident)))


def _named(incident: Incident) -> str:
    users = [person(user) for user in sorted(holders.people(incident))]
    others = [safe(ack.name) for ack in incident.holders.acks if not ack.by and ack.name]
    return " and ".join([*users, *others]) or "whoever has it"


def nobody_answered(incident: Incident, command: TimerFired, *, policy: Policy, now: datetime) -> Decision:
    """No sign of life: the ack is taken back, and the ladder pages from its beginning in a new epoch."""
    asked_at = incident.holders.asked_at
    if asked_at is None or not holders.is_asked_about(incident):
        return Decision(incident)
    if command.heard_at is not None and command.heard_at > asked_at:
        return holders.seen(incident, command.heard_by, at=command.heard_at, now=now)
    changed = unanswered(incident, "", policy=policy, at=now)
    text = (
        f"{begun(_named(incident))} did not answer for {span(now - asked_at)}: the acknowledgement is taken back. "
        "The ladder starts again."
    )
    fact = Fact(FactKind.ACK_TAKEN_BACK, now, text)
    effects = (*showing.everywhere(changed), *showing.line(changed, "ack-expired", text, Notice.LOUD))
    timers = clocks.rearmed(incident, changed, now, policy.business)
    return Decision(changed, (fact,), effects, timers).then(page_opening(changed, policy=policy, now=now))


def still_on_it(
    incident: Incident, command: StillOnIt, *, now: datetime, at: datetime | None = None
) -> Decision:
    """Whoever says so has it from then on, too. at: when they said it, where that is heard later.

    Raises Refused where no question stands.
    """
    if incident.holders.asked_at is None or not holders.is_asked_about(incident):
        raise Refused("That was answered already. The card says who has it.")
    acks = incident.holders.acks
    if command.by not in holders.people(incident):
        acks = (*acks, Ack(command.by, "", at or now))
    changed = joined(replace(incident, holders=replace(incident.holders, acks=acks)), command.by)
    answered = holders.seen(changed, command.by, at=at or now, now=now)
    text = f"{person(command.by)} is still on it."
    line = showing.line(changed, "still-on-it", text)
    told = Decision(answered.incident, effects=(*showing.card(changed), *line), reply=f"Thank you. {text}")
    return answered.then(told)


def hand_over(incident: Incident, command: HandOver, *, policy: Policy, now: datetime) -> Decision:
    """Call in the rest of the chain, one after another until somebody else has it; all of it where all were called.

    Raises Refused where they are being called in already.
    """
    refuse_hand_over(incident, policy=policy)
    chain = incident.plan.chain
    called = roles_paged(incident)
    roles = tuple(role for role in chain if role not in called) or chain
    text = f"{person(command.by)} hands {incident.name} over, first to the {role_words(roles[0])}"
    ended = replace(incident, holders=replace(incident.holders, asked_at=None))
    return chain_calls.call(ended, command.by, chain="", roles=roles, text=text, policy=policy, now=now)
