"""Acknowledging: who has it, since when, and which calls that answers. Takes nothing back."""

from collections.abc import Sequence
from datetime import datetime

from incidentbot.core.anew import replace
from incidentbot.core.asked import Ack, ChainCall
from incidentbot.core.commands import Acknowledge
from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.ladder_commands import StillOnIt
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.chain_calls import answered, words
from incidentbot.core.ladders.meant import calls_meant, is_meant, was_asked_by
from incidentbot.core.ladders.paging import call_off, is_typed
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.response.respond import joined, reach
from incidentbot.core.response.still_on_it import still_on_it
from incidentbot.core.text.words import at_time, person, role_words, safe, span

RINGING = frozenset({PageState.WAITING, PageState.DELIVERED})


def acknowledge(incident: Incident, command: Acknowledge, *, now: datetime) -> Decision:
    """The first ack wins and keeps its time, or the last of several people's where so many are needed.

    A later one answers what rang, was called or was asked since. Raises Refused if there is nothing left to answer.
    """
    # A vendor's clock may be ahead, or behind.
    ack = Ack(command.by, command.name, max(min(command.at or now, now), incident.clock_began_at))
    if incident.reached(State.ACKNOWLEDGED):
        return _again(incident, command, ack, now)
    before = incident.holders.acks
    if any(one.who == ack.who for one in before):
        raise Refused(f"You have acknowledged already. {_missing(incident)}")
    counted = _counted(answered(incident, ack.at, command.receipt), ack)
    if counted.holders.people < incident.plan.terms.people:
        return _one_of_several(incident, counted, command, ack, now)
    return _enough(incident, counted, command, ack, now)


def _enough(incident: Incident, counted: Incident, command: Acknowledge, ack: Ack, now: datetime) -> Decision:
    reached = reach(counted, State.ACKNOWLEDGED, command.by, at=ack.at, now=now, receipt=command.receipt)
    timers = clocks.dropped(incident, reached.incident)
    after = span(ack.at - incident.clock_began_at)
    text = f"{_who(ack)} acknowledged{_where(command)} after {after}{_how_late(incident, ack.at)}{_count(counted)}."
    fact = _fact(FactKind.ACKNOWLEDGED, text, command, ack)
    changed = joined(reached.incident, command.by)
    line = showing.line(
        changed, "acknowledged", f"{text} Escalation stops.{_called_since(incident, ack, command.receipt)}"
    )
    effects = (*showing.everywhere(changed), *line)
    reply = f"You have {incident.name}. Escalation stops."
    return reached.then(Decision(changed, (fact,), effects, timers, reply=reply))


def _called_since(incident: Incident, ack: Ack, receipt: str) -> str:
    """Whom the ladder called in although somebody had it already: their ack was heard late."""
    later = sorted(incident.pages.values(), key=lambda page: page.asked_at)
    roles = dict.fromkeys(
        page.role for page in later if page.epoch == incident.epoch and not is_meant(page, ack.at, receipt)
    )
    if not roles:
        return ""
    named = " and ".join(f"the {role_words(role)}" for role in roles)
    were = "were" if len(roles) > 1 else "was"
    return f" That was before {named} {were} called in: I hear of it only now."


def _one_of_several(
    incident: Incident, counted: Incident, command: Acknowledge, ack: Ack, now: datetime
) -> Decision:
    """Not enough yet: the ladder goes on, for the others."""
    changed = joined(counted, command.by)
    text = f"{_who(ack)} acknowledged{_where(command)}{_count(changed)}."
    missing = _missing(changed)
    line = showing.line(changed, "ack-counted", f"{text} {missing}")
    effects = (*showing.card(changed), *line)
    timers = clocks.dropped(incident, changed)
    fact = _fact(FactKind.ACK_COUNTED, text, command, ack)
    return Decision(changed, (fact,), effects, timers, reply=f"Noted{_count(changed)}. {missing}")


def _counted(incident: Incident, ack: Ack) -> Incident:
    return replace(incident, holders=replace(incident.holders, acks=(*incident.holders.acks, ack)))


def _count(incident: Incident) -> str:
    people = incident.plan.terms.people
    return f", {incident.holders.people} of {people}" if people > 1 else ""


def _missing(incident: Incident) -> str:
    left = incident.plan.terms.people - incident.holders.people
    unsure = len(incident.holders.acks) > incident.holders.people
    which = "Whose name PagerDuty gave may be the same person; `/incident ack` settles it. " if unsure else ""
    return f"{which}{left} more {'person' if left == 1 else 'people'} must; the pages go on until then."


def enough_now(incident: Incident, now: datetime) -> Decision:
    """After a change of severity: where fewer people are needed, those who acknowledged may be enough."""
    acks = incident.holders.acks
    enough = incident.holders.people >= incident.plan.terms.people
    if incident.reached(State.ACKNOWLEDGED) or not acks or not enough:
        return Decision(incident)
    last = acks[-1]
    text = f"{_who(last)} acknowledged, and that is enough for {incident.severity}."
    fact = Fact(FactKind.ACKNOWLEDGED, now, text, last.by or None, {"via": "severity", "name": last.name})
    reached = reach(incident, State.ACKNOWLEDGED, last.by, at=now, now=now)
    return reached.then(Decision(reached.incident, (fact,), showing.everywhere(reached.incident)))


def _again(incident: Incident, command: Acknowledge, ack: Ack, now: datetime) -> Decision:
    first = incident.milestones.get(State.ACKNOWLEDGED)
    ringing = {key for key, page in incident.pages.items() if page.state in RINGING}
    later = {key for key in ringing if not is_meant(incident.pages[key], ack.at, command.receipt)}
    ringing -= later
    calls = calls_meant(incident, ack.at, command.receipt)
    question = incident.holders.asked_at
    asked = question is not None and was_asked_by(question, ack.at)
    if not ringing and not calls:
        if asked and command.by:
            return still_on_it(incident, StillOnIt(command.by), at=ack.at, now=now)
        since = f" by {person(first.by)} {at_time(first.at)}" if first and first.by else ""
        raise Refused(f"{incident.name} was already acknowledged{since}. Use `/incident join` to help.")
    after = _held_by(answered(incident, ack.at, command.receipt), ack)
    called_off = call_off(after, command.by, over=False, now=now, spared=later)
    left = [
        page
        for key, page in called_off.incident.pages.items()
        if key in ringing and page.state is PageState.WAITING
    ]
    still = _still(left)
    text = f"{_who(ack)} acknowledged{_for_what(incident, ack, calls, rang=len(left) < len(ringing))}.{still}"
    changed = joined(called_off.incident, command.by)
    line = showing.line(changed, "acknowledged-again", text) if calls else ()
    told = Decision(
        changed,
        (_fact(FactKind.ACKNOWLEDGED, text, command, ack),),
        (*showing.card(changed), *line),
        clocks.dropped(incident, changed),
        reply=f"Noted: you have {incident.name}.{still}",
    )
    return called_off.then(told)


def _for_what(incident: Incident, ack: Ack, calls: Sequence[ChainCall], *, rang: bool) -> str:
    chains = " and ".join(words(call) for call in calls if call.chain)
    if chains:
        return f" for {chains}"
    if calls:
        return " and takes over"
    if rang:
        return " the later page"
    return " again" if any(one.who == ack.who for one in incident.holders.acks) else " as well"


def _still(waiting: Sequence[Page]) -> str:
    """Of pages that have not rung yet and that no ack calls off: that they are on their way, and why."""
    return "".join(
        f" The page for the {role_words(page.role)} is still on its way: "
        f"{'it was asked for by name' if is_typed(page) else f'it goes on until {page.until}'}."
        for page in {one.role: one for one in waiting}.values()
    )


def _held_by(incident: Incident, ack: Ack) -> Incident:
    known = any(one.who == ack.who for one in incident.holders.acks)
    held = incident if known else _counted(incident, ack)
    # What was made before and is heard late is no newer sign of life than what was seen since.
    seen_at = max(ack.at, held.holders.seen_at or ack.at)
    return replace(held, holders=replace(held.holders, asked_at=None, seen_at=seen_at))


def _who(ack: Ack) -> str:
    return person(ack.by) if ack.by else safe(ack.name or "Somebody")


def _where(command: Acknowledge) -> str:
    return " in PagerDuty" if command.via == "pagerduty" else ""


def _fact(kind: FactKind, text: str, command: Acknowledge, ack: Ack) -> Fact:
    return Fact(kind, ack.at, text, command.by or None, {"via": command.via, "name": command.name})


def _how_late(incident: Incident, at: datetime) -> str:
    deadline = incident.plan.ack
    if deadline is None or not deadline.missed_by(at):
        return ""
    late = at - deadline.due_at
    return (
        f", {span(late)} late"
        if late.total_seconds() >= 1
        else ", on the very deadline, which counts as late"
    )
