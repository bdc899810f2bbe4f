"""Answers of the world brought in: each in the transaction that marks its effect, with those that came meanwhile.

One by one, a thousand pages are a thousand transactions of eight statements each, and take the processor that the
next page needs.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from incidentbot.core.answers import Answer
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.incident import Incident
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import (
    Claimed,
    Ref,
    RefKind,
    Settled,
    Settlement,
    StoreAway,
    Unit,
    VersionConflict,
)
from incidentbot.flows.supervisor import Supervisor

TOGETHER = 32
"""So many are brought in by one transaction: it takes some 10 ms."""

HELD_UP_S = 0.05
"""What takes longer than this is waited for by nobody who comes later."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """Somebody who waits for their answer to be in the books."""

    settled: Settled
    marked: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def tell(self, marked: bool | Exception) -> None:  # noqa: FBT001 - the outcome itself, no switch
        if self.marked.done():
            return  # they were cut off
        if isinstance(marked, Exception):
            self.marked.set_exception(marked)
        else:
            self.marked.set_result(marked)


class Settler:
    """Settles effects through the handler's store, and rings its bell after each commit."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._waiting: list[_Waiting] = []
        self._unheard: set[_Waiting] = set()
        self._tasks = Supervisor()
        self._working = False

    async def settle(self, claimed: Claimed, how: Settlement, *answers: Answer) -> bool:
        """Bring a worker's answers in and mark its effect, in one transaction. False: the lease was lost."""
        mine = _Waiting(Settled(claimed, how, answers))
        self._waiting.append(mine)
        self._unheard.add(mine)
        mine.marked.add_done_callback(lambda _: self._unheard.discard(mine))
        if not self._working:
            self._working = True
            self._tasks.start(self._work(), name="settle")
        return await mine.marked

    async def report(self, claimed: Claimed, answer: Answer) -> None:
        """Bring an answer in while its effect is still being tried."""
        while True:
            try:
                async with self._handler.store.unit() as unit:
                    await self._answer(unit, claimed.incident_id, (answer,))
            except VersionConflict:
                continue
            self._handler.wake()
            return

    async def close(self) -> None:
        """Cut off whoever still waits: what was not committed is looked for by whoever takes it over."""
        await self._tasks.close()
        for one in self._unheard:
            one.marked.cancel()

    async def _work(self) -> None:
        """Take what waits, again and again; what comes while one transaction runs goes into the next."""
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                bringing = self._tasks.start(self._bring_in(some), name="settle together")
                await asyncio.wait({bringing}, timeout=HELD_UP_S)
        finally:
            self._working = False

    async def _bring_in(self, some: Sequence[_Waiting]) -> None:
        try:
            marked = await self._tried_together([one.settled for one in some])
            alone = [one for one in some if one.settled.claimed.id not in marked]
            for one in some:
                if one not in alone:
                    one.tell(marked[one.settled.claimed.id])
            await asyncio.gather(*(self._bring_in_alone(one) for one in alone))
        except StoreAway as away:
            for one in some:
                one.tell(away)

    async def _tried_together(self, some: Sequence[Settled]) -> Mapping[int, bool]:
        """By the effect's id, whether it was marked; without those that have to go alone."""
        if len(some) == 1:
            return {}
        try:
            return await self._together(some)
        except StoreAway:
            raise
        except Exception:  # noqa: BLE001 - which one it is, and what is wrong with it, comes out alone
            return {}

    async def _together(self, some: Sequence[Settled]) -> Mapping[int, bool]:
        while True:
            try:
                async with self._handler.store.unit() as unit:
                    marked = await self._together_in(unit, some)
            except VersionConflict:
                continue
            self._handler.wake()
            return marked

    async def _together_in(self, unit: Unit, some: Sequence[Settled]) -> Mapping[int, bool]:
        incidents = await unit.free({one.claimed.incident_id for one in some})
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

    async def _bring_in_alone(self, one: _Waiting) -> None:
        try:
            one.tell(await self._alone(one.settled))
        except Exception as error:  # noqa: BLE001 - whoever waits for it hears of it
            one.tell(error)

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
