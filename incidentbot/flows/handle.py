"""What happens with a command: one transaction finds the incident, decides, remembers, and then wakes the workers."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from incidentbot.clock import Clock
from incidentbot.core.answers import PageCalledOff, TimerFired
from incidentbot.core.commands import Command, Declare, NameTwin
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.incident import Incident, Status
from incidentbot.core.ladders.clocks import STILL, UNANSWERED
from incidentbot.core.ladders.holders import last_wrote
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run_commands import StartRun, UseNewer
from incidentbot.core.text.typed import cleaned
from incidentbot.core.text.words import span
from incidentbot.core.visibility import Reader
from incidentbot.flows.away import LIST, TIMELINE, sorry
from incidentbot.flows.ports import (
    DueTimer,
    Receipt,
    Ref,
    RefKind,
    Store,
    StoreAway,
    Unit,
    VersionConflict,
    words_of,
)

PATIENCE_S = 2.5
"""A person's command is rolled back after this, so that no commit outlives Slack's 3 s (docs/platforms: acks)."""

ASK_AGAIN_S = 0.1
"""Until a database that was lost in a commit is asked how that ended."""

HEARS = frozenset({STILL, UNANSWERED})
"""Timers that ask whether somebody is still there: what they wrote in the room is an answer."""

SAME_WORDS = timedelta(seconds=60)
"""The same words within this time are the same incident for one person, twins for two."""


@dataclass(frozen=True, slots=True)
class Handler:
    """Decides and remembers. `policy` is asked for each command, so that an edited profile holds from then on.

    wake: told after each commit, since effects may wait. rearm: told when an instant was set or dropped.
    """

    store: Store
    clock: Clock
    policy: Callable[[], Policy]
    wake: Callable[[], None]
    rearm: Callable[[], None]

    async def handle(
        self,
        command: Command,
        *,
        ref: Ref | None = None,
        request: str | None = None,
        reader: Reader | None = None,
    ) -> Receipt:
        """Handle what a person asked, without the secrets in it. The same `request` is answered as before.

        reader: for whom an incident that they may not see is not there; None where they were shown it already.
        Raises Refused with the sentence the person reads; nothing was changed then, or it says that this is not known.
        """
        try:
            return await self._with_retries(cleaned(command), ref, request, reader)
        except StoreAway as away:
            raise sorry(away, look=LIST if isinstance(command, Declare) else TIMELINE) from away

    async def _with_retries(
        self, command: Command, ref: Ref | None, request: str | None, reader: Reader | None
    ) -> Receipt:
        until, unsure = time.monotonic() + PATIENCE_S, None
        while (left_s := until - time.monotonic()) > 0:
            try:
                async with self.store.unit(patience_s=left_s) as unit:
                    receipt, decision = await self._in(unit, command, ref, request, reader)
            except VersionConflict:
                continue
            except StoreAway as away:
                unsure = unsure or (away if away.unknown and request else None)
                if unsure is None:
                    raise
                # Asked again by its name: what was written is answered as such, and what was not is done now.
                await asyncio.sleep(ASK_AGAIN_S)
                continue
            self._tell_workers(decision)
            if unsure is None:
                return receipt
            self.rearm()
            return replace(receipt, repeated=False)
        if unsure is not None:
            raise unsure
        raise Refused("Too many people changed this incident at once. Nothing was changed; please try again.")

    async def hear(self, command: Command, *, ref: Ref, request: str) -> Receipt:
        """Handle what was done elsewhere and was kept until now: no patience, since nobody waits for an answer.

        Raises Refused where a rule has no place for it, StoreAway where nothing could be written.
        """
        while True:
            try:
                async with self.store.unit() as unit:
                    receipt, decision = await self._in(unit, cleaned(command), ref, request)
            except VersionConflict:
                continue
            self._tell_workers(decision)
            return receipt

    def _tell_workers(self, decision: Decision | None) -> None:
        """After the commit: effects may wait, and an instant may have been set or dropped."""
        self.wake()
        if decision is not None and decision.timers:
            self.rearm()

    async def _in(
        self,
        unit: Unit,
        command: Command,
        ref: Ref | None,
        request: str | None,
        reader: Reader | None = None,
    ) -> tuple[Receipt, Decision | None]:
        before = await unit.answered(request) if request else None
        if before is not None:
            return replace(before, repeated=True), None
        if isinstance(command, Declare):
            receipt, decision = await self._declare(unit, command)
        else:
            incident = await unit.find(ref) if ref else None
            if incident is not None and reader is not None and not reader.sees(incident):
                incident = None
            decision = decide(incident, command, now=self.clock.now(), policy=self.policy())
            if isinstance(command, StartRun | UseNewer):
                await unit.keep_runbook(command.runbook)
            await self.remember(unit, decision)
            receipt = _receipt(decision)
        if request:
            await unit.keep_receipt(request, receipt, self.clock.now())
        return receipt, decision

    async def _declare(self, unit: Unit, command: Declare) -> tuple[Receipt, Decision | None]:
        now = self.clock.now()
        words = words_of(command.title, command.severity)
        alike = [one for one in await unit.declared_since(words, now - SAME_WORDS) if _same(one, command)]
        own = next((one for one in alike if one.declared_by == command.by), None)
        if own is not None:
            ago = span(now - own.declared_at)
            reply = f"That is {own.name} already: you declared it {ago} ago. Nothing new was begun."
            return Receipt(own.id, own.number, reply, own.room.channel, repeated=True), None
        alike = [] if command.private else alike  # nobody but those in it may learn that it is there
        number = await unit.next_number()
        numbered = replace(command, number=number, twins=tuple(one.number for one in alike))
        decision = decide(None, numbered, now=now, policy=self.policy())
        await unit.remember(decision, recorded_at=now)
        for other in alike:
            named = decide(other, NameTwin(number, command.by), now=now, policy=self.policy())
            await unit.remember(named, recorded_at=now)
        return _receipt(decision), decision

    async def fire(self, *timers: DueTimer) -> Sequence[bool]:
        """Do what timers of different incidents were set for, unless they are stale: in one transaction, all or nothing.

        Returns of each whether it fired.
        """
        while True:
            try:
                commands = {timer: await self._fired(timer) for timer in timers}
                async with self.store.unit() as unit:
                    fired = await self._fire_in(unit, commands)
            except VersionConflict:
                continue
            self.wake()
            return fired

    async def _fired(self, timer: DueTimer) -> TimerFired:
        """The firing; of a timer that asks whether somebody is still there, with what they last wrote in the room."""
        fired = TimerFired(timer.name, timer.due_at)
        incident = (
            await self.store.incident(Ref(RefKind.ID, timer.incident_id)) if timer.name in HEARS else None
        )
        if incident is None:
            return fired
        wrote = last_wrote(incident, await self.store.messages(incident.id))
        return replace(fired, heard_at=wrote[0], heard_by=wrote[1]) if wrote else fired

    async def _fire_in(self, unit: Unit, commands: Mapping[DueTimer, TimerFired]) -> Sequence[bool]:
        standing, now = await unit.standing([*commands]), self.clock.now()
        decisions = [
            decide(incident, commands[timer], now=now, policy=self.policy())
            for timer, incident in standing.items()
        ]
        calls_off = [one for one in decisions if one.cancels or one.again]
        await unit.remember_all([one for one in decisions if one not in calls_off], recorded_at=now)
        for decision in calls_off:
            await self.remember(unit, decision)
        return [timer in standing for timer in commands]

    async def remember(self, unit: Unit, decision: Decision) -> None:
        """Write it; a page that it called off before it was rung is concluded in the same transaction."""
        now = self.clock.now()
        withdrawn = await unit.remember(decision, recorded_at=now)
        written = Decision(replace(decision.incident, version=decision.incident.version + 1))
        concluded = written
        for page in decision.incident.pages:
            if f"page:{page}" in withdrawn:
                answer = PageCalledOff(page, unknown=withdrawn[f"page:{page}"])
                later = decide(concluded.incident, answer, now=now, policy=self.policy())
                concluded = concluded.then(later)
        if concluded != written:
            await unit.remember(concluded, recorded_at=now)


def _same(incident: Incident, command: Declare) -> bool:
    """Whether a declaration means this incident: a drill, a quiet or a private one, or one that is over is another."""
    asked = (command.kind, command.drill, command.paging, command.private)
    same = (incident.kind, incident.drill, incident.paging, incident.private) == asked
    return incident.status is Status.OPEN and same


def _receipt(decision: Decision) -> Receipt:
    incident = decision.incident
    return Receipt(
        incident.id, incident.number, decision.reply, incident.room.channel, must_read=decision.must_read
    )
