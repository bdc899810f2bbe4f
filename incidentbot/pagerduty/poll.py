"""Hears what was answered on a phone where no webhook reaches us. Asks only while something waits for an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from incidentbot.core.commands import Acknowledge, Resolve
from incidentbot.core.incident import Incident, PageState
from incidentbot.core.policy import State
from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.flows.ports import ListFilter, Receipt, Ref, RefKind, Store, StoreAway
from incidentbot.pagerduty.oncall import Read, SlackIdOf
from incidentbot.telemetry import logger

EVERY_S = 2.0
SLOWLY = 10
"""An incident that somebody has is asked about every so many rounds: it may still be resolved on a phone."""

MOST = 200

log = logger(__name__)

Handle = Callable[..., Awaitable[Receipt]]


class AnswerPoll:
    """Brings acks and resolves from PagerDuty in as commands, each once, as the person who answered."""

    def __init__(self, store: Store, handle: Handle, *, read: Read, slack_id_of: SlackIdOf) -> None:
        self._store = store
        self._handle = handle
        self._read = read
        self._slack_id_of = slack_id_of
        self._people: dict[str, tuple[str, str]] = {}
        self._round = 0
        self.problem = ""
        """Why the last round heard nothing; empty when it did."""

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Ask again and again, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.look()
            except StoreAway as away:
                log.warning("store_away", where="poll", reason=str(away))

    async def look(self) -> None:
        """Ask once about every incident that waits for an answer."""
        self._round += 1
        slowly = self._round % SLOWLY == 1
        for incident in await self._store.incidents(only=ListFilter("open", limit=MOST)):
            if slowly or not incident.reached(State.ACKNOWLEDGED):
                await self._look_at(incident)

    async def _look_at(self, incident: Incident) -> None:
        receipts = {
            page.receipt for page in incident.pages.values() if _rang(incident, page.state, page.epoch)
        }
        for receipt in sorted(receipt for receipt in receipts if receipt):
            try:
                body = await self._ask(receipt)
                if body is not None:
                    await self._hear(incident, body)
                self.problem = ""
            except (TryLater, GiveUp) as refused:
                self.problem = f"Answers made in PagerDuty are not heard: {refused.reason}"

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
            by, name = await self._person(body.get("last_status_change_by") or {})
            over = Resolve(by, f"resolved in PagerDuty{f' by {name}' if name and not by else ''}")
            stamp = body.get("last_status_change_at", "")
            await self._bring_in(incident, over, f"pagerduty:{body['id']}:resolve:{stamp}")

    async def _bring_in(self, incident: Incident, command: Acknowledge | Resolve, request: str) -> None:
        try:
            await self._handle(command, ref=Ref(RefKind.ID, incident.id), request=request)
        except Refused as refused:
            log.info("answer_came_late", incident=incident.number, reason=refused.sentence)

    async def _person(self, reference: Mapping[str, Any]) -> tuple[str, str]:
        """Slack id ("" where unknown) and name of a PagerDuty user."""
        user, name = str(reference.get("id", "")), str(reference.get("summary", ""))
        if not user or not str(reference.get("type", "")).startswith("user"):
            return "", name
        if user not in self._people:
            body = (await self._read(f"/users/{user}", {}))["user"]
            email = str(body.get("email", ""))
            slack = await self._slack_id_of(email) if email else None
            self._people[user] = (slack or "", str(body.get("name", name)))
        return self._people[user]


def _rang(incident: Incident, state: PageState, epoch: int) -> bool:
    return epoch == incident.epoch and state in {PageState.DELIVERED, PageState.ACKNOWLEDGED}


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
