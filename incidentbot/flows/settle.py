"""Answers of the world brought in: each in the transaction that marks its effect, with those that came meanwhile.

One by one, a thousand pages are a thousand transactions of eight statements each, and take the processor that the
next page needs.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from incidentbot.core.answers import Answer, PageCalledOff
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.effects import SendPage
from incidentbot.core.incident import Incident
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import (
    Claimed,
    Postponed,
    Ref,
    RefKind,
    Settled,
    Settlement,
    StoreAway,
    Unit,
    VersionConflict,
)
from incidentbot.flows.together import Ask, Together

TOGETHER = 32
"""So many are brought in by one transaction: it takes some 10 ms."""


class Settler:
    """Settles effects through the handler's store, and rings its bell after each commit."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._together = Together[Settled, bool](self._bring_in, most=TOGETHER, name="settle")

    async def settle(self, claimed: Claimed, how: Settlement, *answers: Answer) -> bool:
        """Bring a worker's answers in and mark its effect, in one transaction. False: the lease was lost."""
        return await self._together.done(Settled(claimed, how, answers))

    async def put_back(
        self, claimed: Claimed, *, until: datetime, reason: str, unknown: bool, late: Answer | None = None
    ) -> None:
        """Have it told again from then on, in one transaction with what that means.

        late: what people are told then. A page that was called off meanwhile is concluded: nobody takes it up again.
        """
        called_off: Answer | None = None
        if isinstance(claimed.effect, SendPage):
            called_off = PageCalledOff(claimed.effect.page, unknown=unknown)
        answer_to = {Postponed.HELD: late, Postponed.DROPPED: called_off, Postponed.LOST: None}
        while True:
            try:
                async with self._handler.store.unit() as unit:
                    held = await unit.postpone(claimed, until=until, reason=reason, unknown=unknown)
                    answer = answer_to[held]
                    await self._answer(unit, claimed.incident_id, () if answer is None else (answer,))
            except VersionConflict:
                continue
            if answer is not None:
                self._handler.wake()
            return

    async def close(self) -> None:
        """Cut off whoever still waits: what was not committed is looked for by whoever takes it over."""
        await self._together.close()

    async def _bring_in(self, some: Sequence[Ask[Settled, bool]]) -> None:
        """First those of incidents that nobody is writing, then the others, and by itself what cannot go with others."""
        left = some
        for wait in (False, True):
            marked = await self._tried([one.item for one in left], wait=wait)
            for one in left:
                if one.item.claimed.id in marked:
                    one.tell(marked[one.item.claimed.id])
            left = [one for one in left if one.item.claimed.id not in marked]
        await asyncio.gather(*(self._bring_in_alone(one) for one in left))

    async def _tried(self, some: Sequence[Settled], *, wait: bool) -> Mapping[int, bool]:
        """By the effect's id, whether it was marked; without those that have to go alone."""
        if len(some) <= 1:
            return {}
        try:
            return await self._at_once(some, wait=wait)
        except StoreAway:
            raise
        except Exception:  # noqa: BLE001 - which one it is, and what is wrong with it, comes out alone
            return {}

    async def _at_once(self, some: Sequence[Settled], *, wait: bool) -> Mapping[int, bool]:
        while True:
            try:
                async with self._handler.store.unit() as unit:
                    marked = await self._at_once_in(unit, some, wait=wait)
            except VersionConflict:
                continue
            self._handler.wake()
            return marked

    async def _at_once_in(self, unit: Unit, some: Sequence[Settled], *, wait: bool) -> Mapping[int, bool]:
        incidents = await unit.free({one.claimed.incident_id for one in some}, wait=wait)
        free = [one for one in some if one.claimed.incident_id in incidents]
        marked = await unit.settle_all(free)
        heard = [one for one in free if one.claimed.id in marked and one.answers]
        decisions, singly = self._decided(incidents, heard)
        await unit.remember_all(decisions, recorded_at=self._handler.clock.now())
        for one in heard:
            if one.claimed.incident_id in singly:
                await self._answer(unit, one.claimed.incident_id, one.answers)
        return {one.claimed.id: one.claimed.id in marked for one in free}

    def _decided(
        self, incidents: Mapping[str, Incident], heard: Sequence[Settled]
    ) -> tuple[Sequence[Decision], Collection[str]]:
        """One decision for each incident; and those where something is called off, which is written answer by answer."""
        by_incident = {one.claimed.incident_id: Decision(incidents[one.claimed.incident_id]) for one in heard}
        for one in heard:
            before = by_incident[one.claimed.incident_id]
            by_incident[one.claimed.incident_id] = self._decide(before, one.answers)
        singly = {named for named, one in by_incident.items() if one.cancels or one.again}
        return [one for named, one in by_incident.items() if named not in singly], singly

    async def _bring_in_alone(self, one: Ask[Settled, bool]) -> None:
        try:
            one.tell(await self._alone(one.item))
        except Exception as error:  # noqa: BLE001 - whoever waits for it hears of it
            one.fail(error)

    async def _alone(self, settled: Settled) -> bool:
        while True:
            try:
                async with self._handler.store.unit() as unit:
                    marked = await unit.settle(settled.claimed, settled.how, settled.reason)
                    if marked:
                        await self._answer(unit, settled.claimed.incident_id, settled.answers)
            except VersionConflict:
                continue
            self._handler.wake()
            return marked

    async def _answer(self, unit: Unit, incident_id: str, answers: tuple[Answer, ...]) -> None:
        if not answers:
            return
        incident: Incident | None = await unit.find(Ref(RefKind.ID, incident_id))
        if incident is None:
            return
        await self._handler.remember(unit, self._decide(Decision(incident), answers))

    def _decide(self, decision: Decision, answers: tuple[Answer, ...]) -> Decision:
        for answer in answers:
            now, policy = self._handler.clock.now(), self._handler.policy()
            decision = decision.then(decide(decision.incident, answer, now=now, policy=policy))
        return decision
