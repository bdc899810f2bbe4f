"""What an answer given in PagerDuty becomes here, however it was heard: by webhook or by asking. Each comes in once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from incidentbot.core.commands import Acknowledge, Command, Resolve
from incidentbot.core.elsewhere import Merged, Remarked, Somebody
from incidentbot.core.incident import Incident, PageState
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from incidentbot.core.text.redaction import redact
from incidentbot.flows.ports import Receipt, Ref, RefKind
from incidentbot.pagerduty.listening.people import People, is_person
from incidentbot.pagerduty.paging.bodies import key_of
from incidentbot.pagerduty.paging.standing import MERGED
from incidentbot.telemetry import logger

CLOSED_BY_ITSELF = "PagerDuty closed its incident by itself; ours goes on."
QUIETED = (
    "A program acknowledged it in PagerDuty: phones are silent there. Nobody has it yet, so ours goes on."
)
PAGERDUTY = "pagerduty"
log = logger(__name__)

Handle = Callable[..., Awaitable[Receipt]]


@dataclass(frozen=True, slots=True)
class End:
    """That an incident of PagerDuty's was resolved: its id, the key it was opened under, by whom, when, and why.

    reason: PagerDuty's resolve_reason, empty where it gives none.
    """

    duty: str
    key: str
    by: Mapping[str, Any]
    at: datetime | None
    reason: Mapping[str, Any] = field(default_factory=dict)


class Hearing:
    """Brings acks and ends in as commands. handle: `Handler.handle` or `Handler.hear`."""

    def __init__(self, handle: Handle, people: People) -> None:
        self._handle = handle
        self.people = people

    async def acknowledged(
        self, incident: Incident, duty: str, *, receipt: str, by: Mapping[str, Any], at: datetime
    ) -> bool:
        """Somebody tapped Acknowledge on PagerDuty's incident `duty`. by: a reference to them; receipt: as our pages name it.

        A program that does so has nobody at work: where nobody had it, ours goes on.
        """
        request = f"{asked_of(incident, duty)}:ack:{at.isoformat()}:{by.get('id', '')}"
        if not is_person(by):
            return await self._quieted(incident, request, at)
        who = await self.people.who(by)
        ack = Acknowledge(who.slack, PAGERDUTY, at, who.name, receipt)
        return await self.bring_in(incident, ack, request)

    async def _quieted(self, incident: Incident, request: str, at: datetime) -> bool:
        """What no person acknowledged; our own, where somebody has it here."""
        if incident.reached(State.ACKNOWLEDGED):
            return False
        return await self.bring_in(incident, Remarked(Somebody(), at, QUIETED, loud=True), request)

    async def ended(self, incident: Incident, end: End) -> bool:
        """An incident of PagerDuty's was resolved.

        A person who ends what the epoch opened with ends ours; one who ends a page of their own has answered it.
        What we ended there ourselves comes back by the name of whoever ended it here, and is no news.
        """
        request = asked_of(incident, end.duty)
        into = end.reason.get("incident") or {}
        if end.reason.get("type") == MERGED and into.get("id"):
            who = await self.people.who(end.by) if is_person(end.by) else Somebody()
            named = redact(str(into.get("summary") or "")).text
            merged = Merged(who, end.at or incident.clock_began_at, end.duty, str(into["id"]), named)
            return await self.bring_in(incident, merged, f"{request}:merged")
        if _is_over(incident, end):
            return False
        if not is_person(end.by):
            closed = Remarked(Somebody(), end.at, CLOSED_BY_ITSELF, loud=True)
            return await self.bring_in(incident, closed, f"{request}:closed")
        who = await self.people.who(end.by)
        if leads(incident, end.duty, end.key):
            resolve = Resolve(who.slack, via=PAGERDUTY, name=who.name or "Somebody")
            return await self.bring_in(incident, resolve, f"{request}:resolve")
        return await self._answered_own(incident, request, who, end)

    async def _answered_own(self, incident: Incident, request: str, who: Somebody, end: End) -> bool:
        named = who.words if who != Somebody() else "Somebody"
        text = f"{named} resolved a page of their own in PagerDuty; the incident goes on."
        noted = await self.bring_in(incident, Remarked(who, end.at, text), f"{request}:page")
        if incident.reached(State.ACKNOWLEDGED) and not incident.open_calls:
            return noted
        ack = Acknowledge(who.slack, PAGERDUTY, end.at, who.name, receipt_of(incident, end.duty, end.key))
        return await self.bring_in(incident, ack, f"{request}:page-ack")

    async def bring_in(self, incident: Incident, command: Command, request: str) -> bool:
        """Once for each request. False where a rule has no place for it any more, as for an answer that came late."""
        try:
            await self._handle(command, ref=Ref(RefKind.ID, incident.id), request=request)
        except Refused as refused:
            log.info("answer_came_late", incident=incident.number, reason=refused.sentence)
            return False
        return True


def _is_over(incident: Incident, end: End) -> bool:
    """Whether it is over here already: the incident, or the pages that rang by what was resolved."""
    receipt = receipt_of(incident, end.duty, end.key)
    rang = [page.state for page in incident.pages.values() if page.receipt == receipt]
    return incident.reached(State.RESOLVED) or (bool(rang) and set(rang) == {PageState.RESOLVED})


def asked_of(incident: Incident, duty: str) -> str:
    """How requests begin that bring in what became of PagerDuty's incident `duty`: it may be that of several of ours."""
    return f"pagerduty:{duty}:{incident.id}:{incident.epoch}"


def receipt_of(incident: Incident, duty: str, key: str) -> str:
    """By what our pages name PagerDuty's incident: its key where it rang as an event's alert, else its id."""
    is_alert = any(page.receipt == key for page in incident.pages.values())
    return key if is_alert else duty


def leads(incident: Incident, duty: str, key: str) -> bool:
    """Whether this is what the present epoch opened with, and no page of somebody's own."""
    opening = incident.pages.get(f"{incident.epoch}:opening")
    named = opening.receipt if opening is not None else None
    return key == key_of(incident, incident.epoch) or (named is not None and named in {duty, key})


def instant(text: str) -> datetime:
    """PagerDuty's instant, aware. Raises ValueError for a text that is none."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
