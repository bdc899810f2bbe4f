"""What a passed instant leads to: breaches, overdue updates and reviews, and the firing of rungs."""

from collections.abc import Callable, Mapping
from datetime import datetime

from incidentbot.core.afterwards import actions, review
from incidentbot.core.anew import replace
from incidentbot.core.answers import TimerFired
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladders import chain_calls, clocks, snoozing
from incidentbot.core.ladders.escalation import few, fire_rung, how_late
from incidentbot.core.ladders.unreached import deadline_passed
from incidentbot.core.policy import Policy, State
from incidentbot.core.response import showing
from incidentbot.core.response.late_landing import LANDED, look_again
from incidentbot.core.response.still_on_it import ask, nobody_answered
from incidentbot.core.runbooks.ending import overrun, whole_overrun
from incidentbot.core.runbooks.moving import OVERRUN, WHOLE
from incidentbot.core.text.words import person, span


def timer_fired(incident: Incident, command: TimerFired, *, policy: Policy, now: datetime) -> Decision:
    """Do what the timer was set for, once. A firing whose reason is gone leads to nothing but its own end."""
    call = chain_calls.call_of(incident, command.name)
    if call is not None:
        return chain_calls.climb(incident, call, due_at=command.due_at, policy=policy, now=now)
    rung = next((rung for rung in incident.plan.rungs if rung.name == command.name), None)
    if rung is not None:
        return fire_rung(incident, rung, due_at=command.due_at, policy=policy, now=now)
    if command.name.startswith(clocks.UNPAGED):
        page = command.name.removeprefix(clocks.UNPAGED)
        past = deadline_passed(incident, page, policy=policy, now=now)
        return replace(past, timers={command.name: None, **past.timers})
    if command.name.startswith(LANDED):
        return replace(look_again(incident, command.name), timers={command.name: None})
    if command.name.startswith((OVERRUN, WHOLE)):
        late = (overrun if command.name.startswith(OVERRUN) else whole_overrun)(incident, command, now=now)
        return replace(late, timers={command.name: None, **late.timers})
    if command.name.startswith(actions.TIMER):
        return actions.reminded(incident, command, now=now)
    if command.name == clocks.UNANSWERED:
        taken = nobody_answered(incident, command, policy=policy, now=now)
        return replace(taken, timers={command.name: None, **taken.timers})
    fired = NAMED[command.name](incident, command, now)
    return replace(fired, timers={command.name: None, **fired.timers})


def _ack_breached(incident: Incident, command: TimerFired, now: datetime) -> Decision:
    if incident.reached(State.ACKNOWLEDGED):
        return Decision(incident)
    waited = span(command.due_at - incident.clock_began_at)
    who = few(incident)
    has = f"{who} {'have' if incident.holders.acks else 'has'}"
    text = f"{has} acknowledged {incident.name} within {waited}{how_late(now - command.due_at)}."
    return _breach(incident, command, text, now)


def _restore_breached(incident: Incident, command: TimerFired, now: datetime) -> Decision:
    if incident.reached(State.RESOLVED):
        return Decision(incident)
    waited = span(command.due_at - incident.open_since)
    text = f"{incident.name} should have been restored within {waited}{how_late(now - command.due_at)}."
    return _breach(incident, command, text, now)


def _breach(incident: Incident, command: TimerFired, text: str, now: datetime) -> Decision:
    told = f"{command.name}@{command.due_at:%Y%m%dT%H%M%S}"
    if told in incident.fired:  # the severity was changed and changed back: the same deadline is told once
        return Decision(incident)
    changed = replace(incident, fired={**incident.fired, told: 1})
    late_s = str(max(0, round((now - command.due_at).total_seconds())))
    fact = Fact(FactKind.BREACHED, now, text, data={"deadline": command.name, "late_s": late_s})
    line = showing.line(changed, f"breach:{command.name}", text, Notice.LOUD)
    return Decision(changed, (fact,), (*showing.card(changed), *line))


def _update_due(incident: Incident, command: TimerFired, now: datetime) -> Decision:
    every = incident.plan.update_every
    if every is None or incident.reached(State.RESOLVED):
        return Decision(incident)
    lead = incident.roles.get("lead")
    whom = f"{person(lead)}, an" if lead else "An"
    waited = span(now - (incident.updated_at or incident.declared_at))
    news = f"the last one is {waited} old" if incident.last_update else f"there is none yet after {waited}"
    text = f"{whom} update is due: {news}. Use `/incident update`."
    fact = Fact(FactKind.UPDATE_OVERDUE, now, text)
    line = showing.line(incident, "update-due", text, Notice.QUESTION, "update")
    return Decision(incident, (fact,), line, {clocks.UPDATE: now + every})


NAMED: Mapping[str, Callable[[Incident, TimerFired, datetime], Decision]] = {
    clocks.ACK: _ack_breached,
    clocks.RESTORE: _restore_breached,
    clocks.UPDATE: _update_due,
    clocks.POSTMORTEM: lambda incident, command, now: review.due(incident, command, now=now),
    clocks.REVIEW_LATE: lambda incident, command, now: review.late(incident, command, now=now),
    clocks.STILL: lambda incident, command, now: ask(incident, command, now=now),
    clocks.SNOOZE: lambda incident, command, now: snoozing.ran_out(incident, command, now=now),
}
"""Timers that are no rungs."""
