"""Acknowledging: who has it, since when, and which calls that answers. Takes nothing back."""

from datetime import datetime

from incidentbot.core.commands import Acknowledge
from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, PageState
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.chain_calls import answered
from incidentbot.core.ladders.paging import call_off
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.response.respond import joined, reach
from incidentbot.core.words import at_time, person, role_words, safe, span

RINGING = frozenset({PageState.WAITING, PageState.DELIVERED})


def acknowledge(incident: Incident, command: Acknowledge, *, now: datetime) -> Decision:
    """The first ack wins and keeps its time; a later one answers what rang or was called since.

    Raises Refused if there is nothing left to answer.
    """
    at = max(min(command.at or now, now), incident.clock_began_at)  # a vendor's clock may be ahead, or behind
    who = person(command.by) if command.by else safe(command.name or "Somebody")
    if incident.reached(State.ACKNOWLEDGED):
        return _again(incident, command, who, at=at, now=now)
    reached = reach(answered(incident, at), State.ACKNOWLEDGED, command.by, at=at, now=now)
    timers = clocks.dropped(incident, reached.incident)
    where = " in PagerDuty" if command.via == "pagerduty" else ""
    text = f"{who} acknowledged{where} after {span(at - incident.clock_began_at)}{_how_late(incident, at)}."
    data = {"via": command.via, "name": command.name}
    fact = Fact(FactKind.ACKNOWLEDGED, at, text, command.by or None, data)
    changed = joined(reached.incident, command.by)
    effects = (
        *showing.everywhere(changed),
        *showing.line(changed, "acknowledged", f"{text} Escalation stops."),
    )
    reply = f"You have {incident.name}. Escalation stops."
    return reached.then(Decision(changed, (fact,), effects, timers, reply=reply))


def _again(incident: Incident, command: Acknowledge, who: str, *, at: datetime, now: datetime) -> Decision:
    first = incident.milestones.get(State.ACKNOWLEDGED)
    ringing = [page for page in incident.pages.values() if page.state in RINGING]
    calls = [call for call in incident.open_calls if call.asked_at <= at]
    if not ringing and not calls:
        since = f" by {person(first.by)} {at_time(first.at)}" if first and first.by else ""
        raise Refused(f"{incident.name} was already acknowledged{since}. Use `/incident join` to help.")
    after = answered(incident, at)
    called_off = call_off(after, command.by, over=False, now=now)
    chains = " and ".join(f"the {role_words(call.chain)} chain" for call in calls)
    text = f"{who} acknowledged for {chains}." if calls else f"{who} acknowledged the later page."
    fact = Fact(
        FactKind.ACKNOWLEDGED, at, text, command.by or None, {"via": command.via, "name": command.name}
    )
    changed = joined(called_off.incident, command.by)
    line = showing.line(changed, "acknowledged-again", text) if calls else ()
    told = Decision(
        changed,
        (fact,),
        (*showing.card(changed), *line),
        clocks.dropped(incident, changed),
        reply=f"Noted: you have {incident.name}.",
    )
    return called_off.then(told)


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
