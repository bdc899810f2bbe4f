"""Who has an incident, and until when that is taken for granted: an ack may expire. Asks nobody, takes nothing back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from incidentbot.core.commands import Command
from incidentbot.core.decision import Decision
from incidentbot.core.direct_effects import AskDirect
from incidentbot.core.effects import Effect
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladders.clocks import STILL, UNANSWERED
from incidentbot.core.messages import Message
from incidentbot.core.policy import State
from incidentbot.core.text.words import person

WRITTEN = frozenset({"thread_broadcast", "file_share", "me_message"})
"""Subtypes of messages that a person wrote; the others are Slack's own lines. Source: docs.slack.dev, message event."""


def people(incident: Incident) -> frozenset[str]:
    """The Slack ids of those who have it: whoever acknowledged, else whoever went on without."""
    acked = frozenset(ack.by for ack in incident.holders.acks if ack.by)
    if incident.holders.acks:
        return acked
    went_on = (moment.by for state, moment in incident.milestones.items() if _answers(state))
    return frozenset(by for by in went_on if by)


def is_asked_about(incident: Incident) -> bool:
    """Whether the ack expires: the profile says so, somebody has it, it still burns, and nobody else is being called.

    A called chain that has ended without an answer calls nobody any more.
    """
    burns = incident.reached(State.ACKNOWLEDGED) and not incident.reached(State.MITIGATED)
    return incident.plan.terms.expires is not None and burns and not incident.climbing_calls


def question(incident: Incident) -> str:
    """The name of the question that stands, "" where none does."""
    asked_at = incident.holders.asked_at
    if asked_at is None or not is_asked_about(incident):
        return ""
    return f"still:{incident.epoch}:{asked_at:%Y%m%dT%H%M%S}"


def timers(incident: Incident) -> dict[str, datetime]:
    """The timer that the ack has now: of the question, or of the answer to it. A snooze holds the question back."""
    terms, holders = incident.plan.terms, incident.holders
    if terms.expires is None or not is_asked_about(incident):
        return {}
    if holders.asked_at is not None:
        return {UNANSWERED: holders.asked_at + terms.answer_within}
    due_at = last_seen_at(incident) + terms.expires
    snooze = incident.hold.snooze
    return {STILL: max(due_at, snooze.until) if snooze else due_at}


def last_seen_at(incident: Incident) -> datetime:
    """The last sign of life of whoever has it: their ack, or what they did or wrote since."""
    answered = [moment.at for state, moment in incident.milestones.items() if _answers(state)]
    acked = [ack.at for ack in incident.holders.acks]
    return max([*answered, *acked, *([incident.holders.seen_at] if incident.holders.seen_at else [])])


def _answers(state: State) -> bool:
    return state.rank >= State.ACKNOWLEDGED.rank


def seen(incident: Incident, by: str, *, at: datetime, now: datetime) -> Decision:
    """A sign of life of somebody who has it; it is a fact where it answers a question."""
    asked = incident.holders.asked_at
    changed = replace(incident, holders=replace(incident.holders, seen_at=at, asked_at=None))
    if asked is None:
        return Decision(changed)
    return Decision(changed, (Fact(FactKind.STILL_ON_IT, now, f"{person(by)} is still on it.", by),))


def last_wrote(incident: Incident, messages: Iterable[Message]) -> tuple[datetime, str] | tuple[()]:
    """When one of those who have it last wrote in the room, and who. To be invited, or to leave, is no word."""
    mine = people(incident)
    words = [one for one in messages if not one.bot and (one.subtype is None or one.subtype in WRITTEN)]
    return max(((one.at, one.user) for one in words if one.user and one.user in mine), default=())


def watched(before: Incident, command: Command, decision: Decision, *, now: datetime) -> Decision:
    """The decision with what it means for the ack: whatever its holder does is a sign of life, and its timers follow."""
    if before.plan.terms.expires is None and decision.incident.plan.terms.expires is None:
        return decision
    by = getattr(command, "by", "")
    if isinstance(by, str) and by in people(before) and decision.incident.epoch == before.epoch:
        decision = decision.then(seen(decision.incident, by, at=now, now=now))
    stood, stands = timers(before), timers(decision.incident)
    changes: dict[str, datetime | None] = {name: None for name in stood if name not in stands}
    changes |= {name: at for name, at in stands.items() if stood.get(name) != at}
    ended = _ended(before, decision.incident, by if isinstance(by, str) else "")
    return replace(decision, timers={**decision.timers, **changes}, effects=(*decision.effects, *ended))


def _ended(before: Incident, after: Incident, by: str) -> tuple[Effect, ...]:
    """Takes a question back that stood before: nobody shall press its buttons in vain."""
    name = question(before)
    if not name or name == question(after):
        return ()
    text = f"Answered by {person(by)}." if by else "Answered."
    if after.reached(State.MITIGATED):
        text = f"{after.name} is mitigated: there is nothing to answer any more."
    elif not after.reached(State.ACKNOWLEDGED):
        text = "The acknowledgement was taken back, and the ladder has begun again."
    return tuple(AskDirect(name, user, text, over=True) for user in sorted(people(before)))
