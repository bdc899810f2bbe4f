"""Hears what was answered on a phone where no webhook reaches us. Asks only while something waits for an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidentbot.core.elsewhere import AckTakenBack, Somebody
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.ladders.paging import rung_of
from incidentbot.core.policy import State
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.pager_events import Tie
from incidentbot.flows.ports import ListFilter, Store, StoreAway
from incidentbot.pagerduty.listening.hearing import End, Hearing, asked_of, instant, leads
from incidentbot.pagerduty.listening.people import is_person
from incidentbot.pagerduty.shifts import Read
from incidentbot.telemetry import logger, report_bug

EVERY_S = 2.0
CALM_S = 10.0
"""While no incident is open, and none is declared here: those of other replicas are theirs to ask about."""

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

BESIDE_WEBHOOKS_S = 60.0
"""Where webhooks tell, asking is the net below them."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What became of a page: the incident it belongs to, and the pager's own id or key of it.

    awaited: an ack of it would be news. quiet_since: it was silenced then; that it rings again would be.
    is_earlier: it rings since an earlier epoch, and nothing but an ack made in this one means something.
    """

    incident: Incident
    receipt: str
    awaited: bool
    quiet_since: datetime | None = None
    is_earlier: bool = False


async def _no_tie(_: str) -> Tie | None:
    return None


class AnswerPoll:
    """Brings acks and resolves from PagerDuty in as commands, each once, as the person who answered."""

    def __init__(
        self,
        store: Store,
        hearing: Hearing,
        *,
        read: Read,
        tie_of: Callable[[str], Awaitable[Tie | None]] = _no_tie,
    ) -> None:
        self._store = store
        self._read = read
        self._hearing = hearing
        self._tie_of = tie_of
        self._round = 0
        self._calm = False
        self._stirred = asyncio.Event()
        self._asked_in: dict[str, int] = {}
        self._ended: set[str] = set()
        self._broken: set[str] = set()
        self.problem = ""
        """Why the last round did not hear everything; empty when it did."""

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Ask again and again, until cancelled; the more there is to ask, the longer the pause."""
        asked = 0
        while True:
            if self._calm:
                await self._stirred_within(CALM_S)
            await asyncio.sleep(max(every_s, asked / A_SECOND))
            self._stirred.clear()
            try:
                asked = await self.look()
            except StoreAway as away:
                log.warning("store_away", where="poll", reason=str(away))

    def wake(self) -> None:
        """Something was written: an incident may have begun."""
        self._stirred.set()

    async def _stirred_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stirred.wait()

    async def look(self) -> int:
        """Ask once about every page that waits for an answer. Returns how many questions that took."""
        self._round += 1
        slowly = self._round % SLOWLY == 1
        limit = EVERY_OPEN if slowly else NEWEST
        incidents = await self._store.incidents(only=ListFilter("open", limit=limit))
        self._calm = not incidents
        every = [question for one in incidents for question in _questions(one)]
        questions = self._next([question for question in every if slowly or question.awaited])
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
                await self._hear(question, body)
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

    async def _hear(self, question: Question, body: Mapping[str, Any]) -> None:
        incident, duty = question.incident, str(body["id"])
        if body["status"] == "acknowledged" and question.awaited:
            await self._hear_acks(question, duty, body.get("acknowledgements") or ())
        elif body["status"] == "triggered" and question.quiet_since is not None:
            await self._hear_ringing(incident, question, body)
        elif body["status"] == "resolved" and not question.is_earlier:
            await self._hear_end(incident, duty, body)

    async def _hear_acks(self, question: Question, duty: str, acks: Sequence[Mapping[str, Any]]) -> None:
        """The first person's, or everybody's where it takes several; a program that was faster hides nobody."""
        incident = question.incident
        for ack in acks:
            by, at = ack["acknowledger"], instant(ack["at"])
            is_old = question.is_earlier and at < incident.clock_began_at
            if is_old or await self._is_late(duty, ack["at"]):
                continue
            await self._hearing.acknowledged(incident, duty, receipt=question.receipt, by=by, at=at)
            if is_person(by) and incident.plan.terms.people == 1:
                return

    async def _hear_ringing(self, incident: Incident, question: Question, body: Mapping[str, Any]) -> None:
        """It was silenced and rings again. Where its status has not changed since, our ack is only on its way."""
        duty, stamp = str(body["id"]), body.get("last_status_change_at") or ""
        if not stamp or question.quiet_since is None or instant(stamp) <= question.quiet_since:
            return
        if await self._is_late(duty, stamp):
            return
        key, at = str(body.get("incident_key") or ""), instant(stamp)
        leading = leads(incident, duty, key)
        taken = AckTakenBack(Somebody(), at, duty, receipt=question.receipt, leads=leading)
        request = f"{asked_of(incident, duty)}:unack:{stamp}"
        await self._hearing.bring_in(incident, taken, request)

    async def _hear_end(self, incident: Incident, duty: str, body: Mapping[str, Any]) -> None:
        stamp, key = body.get("last_status_change_at") or "", str(body.get("incident_key") or "")
        if asked_of(incident, duty) in self._ended or (stamp and await self._is_late(duty, stamp)):
            return
        by, at = body.get("last_status_change_by") or {}, instant(stamp) if stamp else None
        if await self._hearing.ended(incident, End(duty, key, by, at, body.get("resolve_reason") or {})):
            self._ended.add(asked_of(incident, duty))

    async def _is_late(self, duty: str, stamp: str) -> bool:
        """Whether a webhook has told of something newer than this answer, while we asked."""
        tie = await self._tie_of(duty)
        if tie is None or tie.heard_at is None:
            return False
        heard_at = tie.heard_at.replace(microsecond=0)  # asked for, instants come in whole seconds
        return instant(stamp) < heard_at


def _questions(incident: Incident) -> list[Question]:
    receipts: dict[str, list[Page]] = {}
    for page in incident.pages.values():
        if page.receipt and _rang(incident, page):
            receipts.setdefault(page.receipt, []).append(page)
    return [_question(incident, receipt, pages) for receipt, pages in sorted(receipts.items())]


def _question(incident: Incident, receipt: str, pages: Sequence[Page]) -> Question:
    awaited = any(_awaited(incident, page) for page in pages)
    rings = any(page.state is PageState.DELIVERED for page in pages)
    settled = [page.settled_at for page in pages if page.settled_at is not None]
    is_earlier = all(page.epoch < incident.epoch for page in pages)
    return Question(incident, receipt, awaited, None if rings else max(settled, default=None), is_earlier)


def _awaited(incident: Incident, page: Page) -> bool:
    """Whether it rings still, or nobody has the incident, or nobody has answered a chain called in before it rang."""
    called = any(
        call.asked_at < page.asked_at or call.rung.name == rung_of(page.key) for call in incident.open_calls
    )
    return page.state is PageState.DELIVERED or called or not incident.reached(State.ACKNOWLEDGED)


def _rang(incident: Incident, page: Page) -> bool:
    """Whether an answer to it is news: what rings unanswered since an earlier epoch may be answered yet."""
    is_present = page.epoch == incident.epoch and page.state is PageState.ACKNOWLEDGED
    return is_present or page.state is PageState.DELIVERED
