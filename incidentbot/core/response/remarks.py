"""What is done in PagerDuty and rings nobody: a line, and what follows from it. Takes no ack back."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.elsewhere import (
    Merged,
    NotUnderstood,
    PrioritySet,
    Remarked,
    ResponderReplied,
    Somebody,
)
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.response import showing
from incidentbot.core.text.words import hour, safe


def priority_set(incident: Incident, command: PrioritySet, *, now: datetime) -> Decision:
    """A line, and the offer to follow where the priority means another level: pages hang on that, so people decide."""
    if command.severity is incident.severity:
        return Decision(incident)
    named = safe(command.priority) or "none"
    text = f"{command.by.did(f'set the priority to {named}')}."
    fact = fact_of(FactKind.PRIORITY_SET, command.by, command.at, now, text)
    if command.severity is None or incident.status is Status.CLOSED:
        return told(incident, fact)
    asked = f"{text} Here it is {incident.severity}: should it be {command.severity}, too?"
    return told(incident, replace(fact, text=asked), Notice.QUESTION, f"severity:{command.severity}")


def responder_replied(incident: Incident, command: ResponderReplied, *, now: datetime) -> Decision:
    """A line; who joins there is invited here."""
    does = "joins as a responder" if command.joins else "declined to help"
    fact = fact_of(
        FactKind.RESPONDED, command.by, command.at, now, f"{command.by.words} {does} (said in PagerDuty)."
    )
    line = told(incident, fact)
    if not command.joins or not command.by.slack:
        return line
    name = f"responder:{command.by.slack}:{incident.version}"
    invited = showing.invitation(incident, name, users=(command.by.slack,))
    return replace(line, effects=(*line.effects, *invited))


def merged(incident: Incident, command: Merged, *, now: datetime) -> Decision:
    """It is not over for that: what rang as the one is answered at the other from now on."""
    into = safe(command.named or command.into)
    text = f"{command.by.did(f'merged its incident into another, {into}')}. Ours goes on, answered there."
    pages = {
        key: replace(page, receipt=command.into) if page.receipt == command.duty else page
        for key, page in incident.pages.items()
    }
    fact = fact_of(FactKind.HANDED_ON, command.by, command.at, now, text)
    line = told(replace(incident, pages=pages), fact, Notice.LOUD)
    return replace(line, ties={command.into: incident.epoch})


def remarked(incident: Incident, command: Remarked, *, now: datetime) -> Decision:
    """A line, and nothing else."""
    fact = fact_of(FactKind.NOTED, command.by, command.at or now, now, command.text)
    return told(incident, fact, Notice.LOUD if command.loud else Notice.PLAIN)


def not_understood(incident: Incident, command: NotUnderstood, *, now: datetime) -> Decision:
    """Something was told that only a person can read now."""
    text = (
        f"PagerDuty told something at {hour(command.at)} that I could not read ({safe(command.what)}). "
        "Please look there."
    )
    fact = fact_of(FactKind.NOT_UNDERSTOOD, Somebody(), command.at, now, text)
    return told(incident, fact, Notice.FAILURE)


def fact_of(kind: FactKind, by: Somebody, at: datetime, now: datetime, text: str) -> Fact:
    """The fact of it, by whoever did it there, never in the future."""
    return Fact(kind, min(at, now), text, by.slack or None, {"via": "pagerduty", "name": by.name})


def told(incident: Incident, fact: Fact, notice: Notice = Notice.PLAIN, button: str = "") -> Decision:
    """The fact, and its words as a line."""
    return Decision(incident, (fact,), showing.line(incident, fact.kind.value, fact.text, notice, button))
