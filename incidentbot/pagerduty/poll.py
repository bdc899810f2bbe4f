"""Hears what was answered on a phone where no webhook reaches us. Asks only while something waits for an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from incidentbot.core.commands import Acknowledge, AddNote, Resolve
from incidentbot.core.incident import Incident, PageState
from incidentbot.core.policy import State
from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.core.words import person
from incidentbot.flows.ports import ListFilter, Receipt, Ref, RefKind, Store, StoreAway
from incidentbot.pagerduty.bodies import key_of
from incidentbot.pagerduty.oncall import Read, SlackIdOf
from incidentbot.telemetry import logger, report_bug

EVERY_S = 2.0
SLOWLY = 10
"""An incident that somebody has is asked about every so many rounds: it may still be resolved on a phone."""

NEWEST = 200
"""So many open incidents are looked through every round; the slow rounds look through every open one."""

EVERY_OPEN = 10_000

AT_ONCE = 8
"""Questions on the wire together, so that one slow answer holds up seven others at most."""

A_ROUND = 400
"""Questions of one round. Those left over come first in the next one."""

A_SECOND = 8.0
"""Questions in the long run: half of the 960 requests a minute that PagerDuty allows, since pages need the rest."""

NAME_WITHIN_S = 3.0
"""An answer waits so long for the name of who gave it."""

CLOSED_BY_ITSELF = "PagerDuty closed its incident by itself; ours goes on."

log = logger(__name__)

Handle = Callable[..., Awaitable[Receipt]]
Heard = Acknowledge | Resolve | AddNote


@dataclass(frozen=True, slots=True)
class Question:
    """What became of a page: the incident it belongs to, and the pager's own id or key of it."""

    incident: Incident
    receipt: str


class AnswerPoll:
    """Brings acks and resolves from PagerDuty in as commands, each once, as the person who answered."""

    def __init__(
        self,
        store: Store,
        handle: Handle,
        *,
        read: Read,
        slack_id_of: SlackIdOf,
        name_within_s: float = NAME_WITHIN_S,
    ) -> None:
        self._store = store
        self._handle = handle
        self._read = read
        self._slack_id_of = slack_id_of
        self._name_within_s = name_within_s
        self._people: dict[str, tuple[str, str]] = {}
        self._round = 0
        self._asked_in: dict[str, int] = {}
        self._brought_in: set[str] = set()
        self._broken: set[str] = set()
        self.problem = ""
        """Why the last round did not hear everything; empty when it did."""

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Ask again and again, until cancelled; the more there is to ask, the longer the pause."""
        asked = 0
        while True:
            await asyncio.sleep(max(every_s, asked / A_SECOND))
            try:
                asked = await self.look()
            except StoreAway as away:
                log.warning("store_away", where="poll", reason=str(away))

    async def look(self) -> int:
        """Ask once about every page that waits for an answer. Returns how many questions that took."""
        self._round += 1
        slowly = self._round % SLOWLY == 1
        limit = EVERY_OPEN if slowly else NEWEST
        incidents = await self._store.incidents(only=ListFilter("open", limit=limit))
        waiting = [one for one in incidents if slowly or not one.reached(State.ACKNOWLEDGED)]
        questions = self._next([question for one in waiting for question in _questions(one)])
        problems = await self._put(questions)
        if questions or not incidents:
            self.problem = next(filter(None, problems), "")
        return len(questions)

    def _next(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Those that have waited longest, no more than a round takes."""
        chosen = sorted(questions, key=lambda question: self._asked_in.get(question.receipt, 0))[:A_ROUND]
        known = {question.receipt for question in questions}
        if self._round % SLOWLY == 1:
            self._asked_in = {receipt: at for receipt, at in self._asked_in.items() if receipt in known}
        self._asked_in |= dict.fromkeys((question.receipt for question in chosen), self._round)
        return chosen

    async def _put(self, questions: Sequence[Question]) -> Sequence[str]:
        """Ask side by side; what was wrong with each, "" where nothing was."""
        free = asyncio.Semaphore(AT_ONCE)

        async def put(question: Question) -> str:
            async with free:
                return await self._answered(question)

        return await asyncio.gather(*(put(question) for question in questions))

    async def _answered(self, question: Question) -> str:
        """Hear one answer, or say why not. A bug is logged once for each page, however often it is met."""
        try:
            body = await self._ask(question.receipt)
            if body is not None:
                await self._hear(question.incident, body)
        except (TryLater, GiveUp) as refused:
            return f"Answers made in PagerDuty are not heard: {refused.reason}"
        except Exception as error:  # noqa: BLE001 - the boundary of answers: one broken one holds up no other
            if question.receipt not in self._broken:
                self._broken.add(question.receipt)
                report_bug("poll", error, incident=question.incident.number, receipt=question.receipt)
            return f"What PagerDuty says of {question.incident.name} cannot be read."
        self._broken.discard(question.receipt)
        return ""

    async def _ask(self, receipt: str) -> Mapping[str, Any] | None:
        """PagerDuty's incident: by its id, or by our key where the page went as an event."""
        if ":" not in receipt:
            body: Mapping[str, Any] = (await self._read(f"/incidents/{receipt}", {}))["incident"]
            return body
        found = await self._read("/incidents", {"incident_key": receipt, "date_range": "all"})
        incidents: list[Mapping[str, Any]] = list(found.get("incidents", ()))
        return incidents[0] if incidents else None

    async def _hear(self, incident: Incident, body: Mapping[str, Any]) -> None:
        if body["status"] == "acknowledged" and not incident.reached(State.ACKNOWLEDGED):
            acks = body.get("acknowledgements") or ()
            if acks:
                by, name = await self._person(acks[0]["acknowledger"])
                ack = Acknowledge(by, "pagerduty", _instant(acks[0]["at"]), name)
                await self._bring_in(incident, ack, f"pagerduty:{body['id']}:ack:{acks[0]['at']}")
        elif body["status"] == "resolved":
            await self._hear_end(incident, body)

    async def _hear_end(self, incident: Incident, body: Mapping[str, Any]) -> None:
        """A person who ends the epoch's own incident ends ours; one who ends a page of their own has answered it."""
        stamp = body.get("last_status_change_at") or ""
        at = _instant(stamp) if stamp else None
        key = f"pagerduty:{body['id']}:{{}}:{stamp}"
        reference = body.get("last_status_change_by") or {}
        if not _is_person(reference):
            await self._bring_in(incident, AddNote("", CLOSED_BY_ITSELF, at), key.format("closed"))
            return
        by, name = await self._person(reference)
        if body.get("incident_key") == key_of(incident, incident.epoch):
            over = Resolve(by, f"resolved in PagerDuty{f' by {name}' if name and not by else ''}")
            await self._bring_in(incident, over, key.format("resolve"))
            return
        who = person(by) if by else name or "Somebody"
        note = AddNote(by, f"{who} resolved a page of their own in PagerDuty; the incident goes on.", at)
        await self._bring_in(incident, note, key.format("page"))
        if not incident.reached(State.ACKNOWLEDGED):
            await self._bring_in(incident, Acknowledge(by, "pagerduty", at, name), key.format("ack"))

    async def _bring_in(self, incident: Incident, command: Heard, request: str) -> None:
        """Once: the store knows every request; what is remembered here spares it the question."""
        if request in self._brought_in:
            return
        try:
            await self._handle(command, ref=Ref(RefKind.ID, incident.id), request=request)
        except Refused as refused:
            log.info("answer_came_late", incident=incident.number, reason=refused.sentence)
        else:
            self._brought_in.add(request)

    async def _person(self, reference: Mapping[str, Any]) -> tuple[str, str]:
        """Slack id and name of who answered. What cannot be looked up now stands before no answer: the id is "" then."""
        summary = str(reference.get("summary") or "")
        if not _is_person(reference):
            return "", summary
        user = str(reference["id"])
        try:
            async with asyncio.timeout(self._name_within_s):
                if user not in self._people:
                    self._people[user] = await self._looked_up(user, summary)
            return self._people[user]
        except (TryLater, GiveUp, KeyError, TimeoutError) as error:
            log.warning("answerer_unknown", user=user, reason=getattr(error, "reason", type(error).__name__))
            return "", summary

    async def _looked_up(self, user: str, summary: str) -> tuple[str, str]:
        body = (await self._read(f"/users/{user}", {}))["user"]
        email = str(body.get("email") or "")
        slack = await self._slack_id_of(email) if email else None
        return slack or "", str(body.get("name") or summary)


def _questions(incident: Incident) -> list[Question]:
    receipts = {page.receipt for page in incident.pages.values() if _rang(incident, page.state, page.epoch)}
    return [Question(incident, receipt) for receipt in sorted(filter(None, receipts))]


def _rang(incident: Incident, state: PageState, epoch: int) -> bool:
    return epoch == incident.epoch and state in {PageState.DELIVERED, PageState.ACKNOWLEDGED}


def _is_person(reference: Mapping[str, Any]) -> bool:
    """Whether this is one of PagerDuty's users, and no service or integration."""
    return bool(reference.get("id")) and str(reference.get("type", "")).startswith("user")


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
