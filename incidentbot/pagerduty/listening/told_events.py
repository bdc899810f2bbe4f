"""What each kind of PagerDuty's events becomes here, as a table: who did what to which incident, as a command. Rings nobody.

What we did ourselves comes back, too. Acks, resolves and priorities are known by what is true here already, notes by
how ours begin, hand-overs by the user that the bot acts as.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from incidentbot.core.commands import AddNote, Command
from incidentbot.core.elsewhere import (
    AckTakenBack,
    HandedOn,
    PrioritySet,
    ReopenedElsewhere,
    ResponderReplied,
    Somebody,
)
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.pagerduty.listening.event_shapes import Told
from incidentbot.pagerduty.listening.hearing import PAGERDUTY, End, Hearing, leads, receipt_of
from incidentbot.pagerduty.listening.people import is_person
from incidentbot.pagerduty.paging.rest_answers import is_own_note

OWN_APP = "PagerDuty"
"""The client of what a person does in PagerDuty's own app."""

ANSWERS = {"joined": True, "accepted": True, "declined": False}
"""A responder's state -> whether they come. Others are no answer."""


@dataclass(frozen=True, slots=True)
class TellIn:
    """Whom the kinds ask. roles_of: the roles of the chain that a PagerDuty user has now.

    severity_of: the level that a priority's id means.
    """

    hearing: Hearing
    roles_of: Callable[[str], tuple[str, ...]]
    severity_of: Callable[[str], Severity | None]

    async def bring_in(self, incident: Incident, command: Command, request: str) -> bool:
        """Once for each request."""
        return await self.hearing.bring_in(incident, command, request)

    async def agent(self, told: Told) -> Somebody:
        """Who did it; nobody for what PagerDuty did by itself, or a program."""
        if not is_person(told.agent):
            return Somebody()
        return await self.hearing.people.who(told.agent)

    async def is_own_doing(self, told: Told) -> bool:
        """Whether we did it, by REST as the user of PAGERDUTY_FROM_EMAIL, and not that person in PagerDuty's app."""
        return told.client != OWN_APP and await self.hearing.people.is_us(told.agent)


Kind = Callable[[TellIn, Incident, Told], Awaitable[None]]


async def _nothing(_: TellIn, __: Incident, ___: Told) -> None:
    """That it was opened is known: we opened it. Its tie was learned on the way."""


async def _acknowledged(tell_in: TellIn, incident: Incident, told: Told) -> None:
    await tell_in.hearing.acknowledged(
        incident,
        told.event.resource,
        receipt=_receipt(incident, told),
        by=told.agent,
        at=told.event.occurred_at,
    )


async def _resolved(tell_in: TellIn, incident: Incident, told: Told) -> None:
    reason = told.part_if_any("resolve_reason")
    end = End(told.event.resource, told.key, told.agent, told.event.occurred_at, reason)
    await tell_in.hearing.ended(incident, end)


def _rings_again(made: type[AckTakenBack | ReopenedElsewhere]) -> Kind:
    async def heard(tell_in: TellIn, incident: Incident, told: Told) -> None:
        event = told.event
        command = made(
            await tell_in.agent(told),
            event.occurred_at,
            event.resource,
            receipt=_receipt(incident, told),
            leads=leads(incident, event.resource, told.key),
        )
        await tell_in.bring_in(incident, command, _request(told))

    return heard


def _handed(how: str) -> Kind:
    async def heard(tell_in: TellIn, incident: Incident, told: Told) -> None:
        if await tell_in.is_own_doing(told):
            return
        people = told.parts("assignees")
        to = [await tell_in.hearing.people.who(each) for each in people]
        roles = [role for each in people for role in tell_in.roles_of(str(each.get("id", "")))]
        command = HandedOn(
            await tell_in.agent(told),
            told.event.occurred_at,
            told.event.resource,
            how,
            tuple(to),
            tuple(dict.fromkeys(roles)),
            receipt=_receipt(incident, told),
            rings=told.data.get("status") == "triggered",
            leads=leads(incident, told.event.resource, told.key),
        )
        await tell_in.bring_in(incident, command, _request(told))

    return heard


async def _noted(tell_in: TellIn, incident: Incident, told: Told) -> None:
    text = told.text("content")
    if is_own_note(text) or not text.strip():
        return
    by = await tell_in.agent(told)
    note = AddNote(by.slack, text, told.event.occurred_at, via=PAGERDUTY, name=by.name)
    await tell_in.bring_in(incident, note, _request(told))


async def _prioritised(tell_in: TellIn, incident: Incident, told: Told) -> None:
    if await tell_in.is_own_doing(told):
        return
    priority = told.part_if_any("priority")
    named, severity = str(priority.get("summary") or ""), tell_in.severity_of(str(priority.get("id") or ""))
    command = PrioritySet(await tell_in.agent(told), told.event.occurred_at, named, severity)
    await tell_in.bring_in(incident, command, _request(told))


async def _replied(tell_in: TellIn, incident: Incident, told: Told) -> None:
    joins = ANSWERS.get(told.text("state"))
    if joins is None:
        return
    who = await tell_in.hearing.people.who(told.part("user"))
    await tell_in.bring_in(
        incident, ResponderReplied(who, told.event.occurred_at, joins=joins), _request(told)
    )


def _receipt(incident: Incident, told: Told) -> str:
    return receipt_of(incident, told.event.resource, told.key)


def _request(told: Told) -> str:
    return f"pagerduty:event:{told.event.id}"


KINDS: Mapping[str, Kind] = {
    "incident.triggered": _nothing,
    "incident.acknowledged": _acknowledged,
    "incident.unacknowledged": _rings_again(AckTakenBack),
    "incident.escalated": _handed("escalated"),
    "incident.reassigned": _handed("reassigned"),
    "incident.delegated": _handed("delegated"),
    "incident.resolved": _resolved,
    "incident.reopened": _rings_again(ReopenedElsewhere),
    "incident.annotated": _noted,
    "incident.priority_updated": _prioritised,
    "incident.responder.replied": _replied,
}
"""Every other kind is kept and means nothing here."""

STATUSES = frozenset(
    {"incident.acknowledged", "incident.unacknowledged", "incident.resolved", "incident.reopened"}
)
"""Of these only what is newer than the last change counts: they say what is true now."""

CHANGES = STATUSES | {"incident.escalated", "incident.reassigned", "incident.delegated"}
"""What may change the status: new hands have not acknowledged."""

OF_EARLIER_EPOCHS = frozenset({"incident.reopened", "incident.annotated", "incident.responder.replied"})
"""What still means something of an incident whose place a later one has taken."""

ANSWERS_IN_ANY_EPOCH = frozenset({"incident.acknowledged"})
"""A person who silences their phone since the present epoch began has this incident, whichever of its pages they hold."""
