"""Snoozing: people hold the ladder's next automatic page for a while, within the profile's limit. Moves no deadline."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.answers import TimerFired
from incidentbot.core.asked import Snooze
from incidentbot.core.commands import Escalate
from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladder_commands import PageNow
from incidentbot.core.ladder_commands import Snooze as AskedToSnooze
from incidentbot.core.ladders import clocks, holders, holding
from incidentbot.core.ladders.calling import escalate
from incidentbot.core.ladders.chain_calls import words
from incidentbot.core.ladders.durations import spell
from incidentbot.core.ladders.escalation import fire_rung, next_role
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.text.words import at_time, begun, hour, person, span

PAGE_NOW = "page-now"
"""The button that ends a snooze."""


def snooze(incident: Incident, command: AskedToSnooze, *, policy: Policy, now: datetime) -> Decision:
    """Hold the next automatic page. The ack deadline stays where it is, and what a person types is paged at once.

    Raises Refused where nothing would be paged before, and beyond the limit.
    """
    _refuse_beyond_limit(incident, command.length, policy, now)
    until = now + command.length
    asked = Snooze(command.by, now, until)
    changed = holding.snoozed(incident, asked, policy.business)
    unheld_question = holders.timers(replace(changed, hold=replace(changed.hold, snooze=None)))
    asks_later = holders.timers(changed) != unheld_question
    if changed.hold.rungs == asked_before(incident) and not asks_later:
        goes_on = unheld(incident)
        raise Refused(
            f"The ladder has nothing to hold now.{goes_on}" if goes_on else _nothing_to_hold(incident, policy)
        )
    text = f"{person(command.by)} holds the ladder for {span(command.length)}, until {{}}."
    data = {"until": until.isoformat(), "seconds": str(round(command.length.total_seconds()))}
    fact = Fact(FactKind.SNOOZED, now, text.format(hour(until)), command.by, data)
    goes_on = unheld(incident)
    said = f"{text.format(at_time(until))} The ack deadline stays where it is.{goes_on}"
    line = showing.line(changed, "snoozed", said, button=PAGE_NOW)
    timers = {**_timers(incident, changed, policy), clocks.SNOOZE: until}
    whom = "The ladder pages nobody" if goes_on else "Nobody is paged by the clock"
    reply = f"{whom} until {at_time(until)}. “Page now” in the room ends it.{goes_on}"
    return Decision(changed, (fact,), (*showing.card(changed), *line), timers, reply=reply)


def unheld(incident: Incident) -> str:
    """A sentence for each called chain that goes on whatever is snoozed, each begun with a space."""
    return "".join(
        f" {begun(words(call))} that {person(call.by)} called in goes on: snooze does not hold it."
        if call.chain
        else f" The call for {words(call)} goes on: snooze does not hold it."
        for call in incident.climbing_calls
    )


def asked_before(incident: Incident) -> object:
    """What was held already when the present snooze began, or is held now without one."""
    return incident.hold.snooze.before if incident.hold.snooze else incident.hold.rungs


def _refuse_beyond_limit(incident: Incident, length: timedelta, policy: Policy, now: datetime) -> None:
    limit = policy.snooze[incident.severity]
    used = holding.spent(incident, now)
    left = max(limit - used, timedelta(0))
    if length <= left:
        return
    most = f"The ladder of a {incident.severity} can be held for {span(limit)} in all"
    if left < timedelta(minutes=1):
        raise Refused(f"{most}, and that is used up. If you have it, `/incident ack` stops the pages.")
    hint = spell(timedelta(minutes=left // timedelta(minutes=1)))
    already = f", and {span(used)} are used" if used else ""
    raise Refused(f"{most}{already}. Nothing was changed: `/incident snooze {hint}` is the most.")


def _nothing_to_hold(incident: Incident, policy: Policy) -> str:
    due = [clocks.next_firing(incident, rung, policy.business) for rung in holding.automatic(incident)]
    coming = min((at for at in due if at is not None), default=None)
    if coming is None:
        return f"No page of {incident.name} is to come by the clock, so there is nothing to hold."
    return f"Nobody is paged by the clock before {at_time(coming)}, so there is nothing to hold until then."


def _timers(before: Incident, after: Incident, policy: Policy) -> dict[str, datetime | None]:
    names = {**before.hold.rungs, **after.hold.rungs}
    rungs = [rung for rung in holding.automatic(after) if rung.name in names]
    return {rung.name: clocks.next_firing(after, rung, policy.business) for rung in rungs}


def page_now(incident: Incident, command: PageNow, *, policy: Policy, now: datetime) -> Decision:
    """End the snooze: what it held back is paged now, else whoever is next. Raises Refused where it is over."""
    active = incident.hold.snooze
    if active is None:
        raise Refused("The ladder is not held any more. `/incident escalate` pages the next of the chain.")
    free = holding.released(incident, now, policy.business)
    text = f"{person(command.by)} ended the snooze of {person(active.by)}."
    fact = Fact(FactKind.SNOOZE_ENDED, now, text, command.by)
    line = showing.line(free, "snooze-ended", text)
    timers = {**_timers(incident, free, policy), clocks.SNOOZE: None}
    ended = Decision(free, (fact,), (*showing.card(free), *line), timers, reply=text)
    due = [rung for rung in holding.automatic(free) if timers.get(rung.name) == now]
    for rung in due:
        ended = ended.then(fire_rung(ended.incident, rung, due_at=now, policy=policy, now=now))
    role = next_role(free)
    if due or role is None:
        return ended
    named = Escalate(command.by, role, "the snooze was ended")
    return ended.then(escalate(ended.incident, named, policy=policy, now=now))


def ran_out(incident: Incident, command: TimerFired, *, now: datetime) -> Decision:
    """The snooze is over; its rungs fire by their own timers."""
    if incident.hold.snooze is None:
        return Decision(incident)
    changed = holding.over(incident)
    text = f"The snooze of {person(incident.hold.snooze.by)} is over."
    fact = Fact(FactKind.SNOOZE_ENDED, now, text)
    return Decision(changed, (fact,), showing.card(changed))


def judged(before: Incident, after: Incident, *, policy: Policy, now: datetime) -> Incident:
    """After a change of severity: a worse one ends the snooze, a milder one keeps it and holds its own rungs."""
    active = before.hold.snooze
    if active is None:
        return after
    if after.severity < before.severity:  # P0 is the smallest word
        return holding.released(after, now, policy.business)
    return holding.snoozed(after, active, policy.business)
