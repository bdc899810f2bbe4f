"""What an answer given in PagerDuty becomes here, however it was heard: by webhook or by asking. Each comes in once."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from incidentbot.core.commands import Acknowledge, AddNote, Command, Resolve
from incidentbot.core.elsewhere import Somebody
from incidentbot.core.incident import Incident
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from incidentbot.core.text.words import person
from incidentbot.flows.ports import Receipt, Ref, RefKind
from incidentbot.pagerduty.listening.people import People, is_person
from incidentbot.pagerduty.paging.bodies import key_of
from incidentbot.telemetry import logger

CLOSED_BY_ITSELF = "PagerDuty closed its incident by itself; ours goes on."
PAGERDUTY = "pagerduty"

log = logger(__name__)

Handle = Callable[..., Awaitable[Receipt]]


class Hearing:
    """Brings acks and ends in as commands. handle: `Handler.handle` or `Handler.hear`."""

    def __init__(self, handle: Handle, people: People) -> None:
        self._handle = handle
        self.people = people

    async def acknowledged(
        self, incident: Incident, duty: str, *, receipt: str, by: Mapping[str, Any], at: datetime
    ) -> bool:
        """Somebody tapped Acknowledge on PagerDuty's incident `duty`. by: a reference to them; receipt: as our pages name it."""
        who = await self.people.who(by)
        ack = Acknowledge(who.slack, PAGERDUTY, at, who.name, receipt)
        request = f"pagerduty:{duty}:{incident.epoch}:ack:{at.isoformat()}:{by.get('id', '')}"
        return await self.bring_in(incident, ack, request)

    async def ended(
        self,
        incident: Incident,
        duty: str,
        *,
        key: str,
        by: Mapping[str, Any],
        at: datetime | None,
    ) -> bool:
        """PagerDuty's incident `duty`, opened under `key`, was resolved.

        A person who ends what the epoch opened with ends ours; one who ends a page of their own has answered it.
        """
        request = f"pagerduty:{duty}:{incident.epoch}"
        if not is_person(by):
            note = AddNote("", CLOSED_BY_ITSELF, at, via=PAGERDUTY)
            return await self.bring_in(incident, note, f"{request}:closed")
        who = await self.people.who(by)
        if leads(incident, duty, key):
            how = f"resolved in PagerDuty{f' by {who.name}' if who.name and not who.slack else ''}"
            return await self.bring_in(incident, Resolve(who.slack, how), f"{request}:resolve")
        return await self._answered_own(incident, request, who, at)

    async def _answered_own(
        self, incident: Incident, request: str, who: Somebody, at: datetime | None
    ) -> bool:
        named = person(who.slack) if who.slack else who.name or "Somebody"
        text = f"{named} resolved a page of their own in PagerDuty; the incident goes on."
        noted = await self.bring_in(incident, AddNote(who.slack, text, at, via=PAGERDUTY), f"{request}:page")
        if incident.reached(State.ACKNOWLEDGED) and not incident.open_calls:
            return noted
        ack = Acknowledge(who.slack, PAGERDUTY, at, who.name)
        return await self.bring_in(incident, ack, f"{request}:page-ack")

    async def bring_in(self, incident: Incident, command: Command, request: str) -> bool:
        """Once for each request. False where a rule has no place for it any more, as for an answer that came late."""
        try:
            await self._handle(command, ref=Ref(RefKind.ID, incident.id), request=request)
        except Refused as refused:
            log.info("answer_came_late", incident=incident.number, reason=refused.sentence)
            return False
        return True


def leads(incident: Incident, duty: str, key: str) -> bool:
    """Whether this is what the present epoch opened with, and no page of somebody's own."""
    opening = incident.pages.get(f"{incident.epoch}:opening")
    named = opening.receipt if opening is not None else None
    return key == key_of(incident, incident.epoch) or (named is not None and named in {duty, key})


def instant(text: str) -> datetime:
    """PagerDuty's instant, aware. Raises ValueError for a text that is none."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
