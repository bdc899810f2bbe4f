"""The workers that tell the world: claim an effect under a lease, tell it, bring the answer back. One retry policy."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from incidentbot.clock import Clock, new_id
from incidentbot.core.answers import Answer, EffectFailed, EffectRecovered, PageCalledOff
from incidentbot.core.effects import Effect
from incidentbot.core.incident import Incident
from incidentbot.core.pager_effects import PAGER_LANE
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.effect_words import CANNOT_READ, CANNOT_READ_INCIDENT, what_it_was
from incidentbot.flows.handle import Handler
from incidentbot.flows.patience import insist, is_hopeless, now_s, pause_s, told_after, was_told, within
from incidentbot.flows.ports import Claimed, Settlement, Store, StoreAway, Teller, Unread
from incidentbot.flows.pulse import Pulse
from incidentbot.flows.rounds import Rounds, calm_s
from incidentbot.flows.settle import Settler
from incidentbot.flows.supervisor import Supervisor
from incidentbot.telemetry import logger, report_bug

LEASE_S = 30.0
"""Longer than any call's deadline, so that a live worker never loses its effect (docs/effects.md)."""

HELD_FOR_S = LEASE_S - 5.0
"""How long an effect may be in one worker's hands. One that was stopped for longer calls nobody when it wakes."""

LANDED_WITHIN_S = 5.0
"""By then a call that was cut off has taken effect or has not, and whoever takes it over can look for it."""

AT_ONCE = 256
"""Effects in the hands of one process."""

CLAIMED_TOGETHER = 64
"""So many are taken by one statement: reading more of them would hold up whoever asks meanwhile."""

KEPT_FOR_PAGES = 64
"""So many of these are pages alone: a Slack that answers slowly must not keep a phone from ringing."""

LOOKED_AT_AGAIN = timedelta(minutes=1)
"""Until an effect is tried again whose incident cannot be read: it is the next start that may be able to."""

ANSWERED_WITHIN_S = 3.0
"""How long a stop waits for calls in flight: cut off, they may take effect after the next start has looked for them."""

log = logger(__name__)


class Deliverer:
    """Tells effects side by side across lanes, in order within one (the store's claim sees to both)."""

    def __init__(
        self, store: Store, handler: Handler, clock: Clock, tellers: Mapping[type[Effect], Teller]
    ) -> None:
        self._store = store
        self._settler = Settler(handler)
        self._clock = clock
        self._tellers = tellers
        self._owner = new_id()
        self._tasks = Supervisor()
        self._others = 0
        self._pumping = asyncio.Lock()
        self._rounds = Rounds("deliver")
        self._resting = asyncio.Event()
        self.pulse = Pulse("Nothing has been told")

    def wake(self) -> None:
        """Something may be waiting."""
        self._rounds.wake()

    async def run(self, *, poll_s: float = 1.0) -> None:
        """Tell what waits, as soon as it waits; a database that is away is asked again."""

        async def once() -> float:
            return poll_s if await self.pump() else await self.pause_s(poll_s)

        await self._rounds.go(once, away_s=poll_s)

    async def pause_s(self, poll_s: float) -> float:
        """How long to sleep if no bell rings."""
        if self._tasks.busy:
            return poll_s
        return await calm_s(poll_s, alone=self._store.is_ours_alone(), next_at=self._store.next_effect_at)

    async def pump(self) -> int:
        """Claim what may be told now and start telling it. Returns how many were begun."""
        async with self._pumping:
            begun = await self._begin(pages_only=False)
            begun += await self._begin(pages_only=True) if self._room(pages_only=False) <= 0 else 0
            self.pulse.beat()
            return begun

    def _room(self, *, pages_only: bool) -> int:
        """How many may be begun: of pages as many as there are places, of all else fewer."""
        free = AT_ONCE - self._tasks.busy
        return free if pages_only else min(free, AT_ONCE - KEPT_FOR_PAGES - self._others)

    async def _begin(self, *, pages_only: bool) -> int:
        """Begin what there is room for, a few at a time, until no more of it waits."""
        begun = 0
        while not self._resting.is_set() and (room := self._room(pages_only=pages_only)) > 0:
            limit, until_s = min(room, CLAIMED_TOGETHER), now_s() + HELD_FOR_S
            claimed = await self._store.claim(
                self._owner, limit=limit, lease_s=LEASE_S, pages_only=pages_only
            )
            if self._resting.is_set():
                await self._put_back(claimed)
                break
            await self._start(claimed, until_s)
            begun += len(claimed)
            self.pulse.beat()  # while as much comes as is told, no round ends
            if len(claimed) < limit:
                break
        return begun

    async def _start(self, claimed: Sequence[Claimed], until_s: float) -> None:
        incidents = await self._read(claimed)
        for one in claimed:
            telling = self._tell(one, incidents.get(one.incident_id), until_s)
            task = self._tasks.start(telling, name=f"tell {one.effect.key}")
            if not one.effect.lane.startswith(PAGER_LANE):
                self._others += 1
                task.add_done_callback(self._one_less)
            # Its call is on the wire before the next one is made: a page waits for no room.
            await asyncio.sleep(0)

    def _one_less(self, _: object) -> None:
        self._others -= 1

    @property
    def busy(self) -> int:
        """How many effects are being told."""
        return self._tasks.busy

    async def settled(self) -> None:
        """Wait until nothing can be told any more at this instant: for tests and the script."""
        while await self.pump() or self._tasks.busy:
            await self._tasks.join()

    def rest(self) -> None:
        """Take nothing new up: what waits is told after the next start."""
        self._resting.set()

    async def close(self) -> None:
        """Stop telling: let what is in flight be answered and settled, then cut it off and let others have it.

        It is looked for before it is told again, by whoever takes it over: a replica, or the next start.
        """
        self.rest()
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERED_WITHIN_S), self._pumping:
                pass  # what is being claimed at this moment is begun
        await self._tasks.close(grace_s=ANSWERED_WITHIN_S)
        await self._settler.close()
        with suppress(StoreAway, TimeoutError):
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                await self._store.let_go(self._owner, lease_s=LANDED_WITHIN_S)

    async def _put_back(self, claimed: Sequence[Claimed]) -> None:
        """Nothing of it was begun: others may have it at once."""
        now = self._clock.now()
        for one in claimed:
            await self._settler.put_back(one, until=now, reason="", unknown=one.unknown)

    async def _tell(self, claimed: Claimed, incident: Incident | None, until_s: float) -> None:
        try:
            await self._tell_once(claimed, incident, until_s)
        except StoreAway as away:
            log.warning("store_away", where="deliver", effect=claimed.effect.key, reason=str(away))

    async def _tell_once(self, claimed: Claimed, incident: Incident | None, until_s: float) -> None:
        if incident is None:
            await self._wait_for_its_incident(claimed)
            return
        if isinstance(claimed.effect, Unread):
            await self._fail(claimed, CANNOT_READ, here=True)
            return
        try:
            teller = self._tellers[type(claimed.effect)]
            answer = await within(until_s - now_s(), teller.tell(incident, claimed))
        except TryLater as later:
            await self._postpone(incident, claimed, later)
        except GiveUp as given_up:
            await self._fail(claimed, given_up.reason)
        except Exception as error:  # noqa: BLE001 - the boundary of telling: logged once, shown to people
            reference = report_bug("deliver", error, incident=incident.number, effect=claimed.effect.key)
            await self._fail(claimed, f"Something broke on my side (reference {reference}).")
        else:
            went_out = was_told(incident, claimed) and not isinstance(answer, PageCalledOff)
            recovered = (EffectRecovered(claimed.effect.key),) if went_out else ()
            answers = (answer, *recovered) if answer is not None else recovered
            await self._settle(claimed, Settlement.DONE, *answers)

    async def _read(self, claimed: Sequence[Claimed]) -> Mapping[str, Incident]:
        """By id, the incidents as they are now; without those that are gone, or that this version cannot read."""
        ids = {one.incident_id for one in claimed}
        return await insist(lambda: self._store.named(ids)) if ids else {}

    async def _settle(self, claimed: Claimed, how: Settlement, *answers: Answer) -> None:
        await insist(lambda: self._settler.settle(claimed, how, *answers))

    async def _fail(self, claimed: Claimed, reason: str, *, here: bool = False) -> None:
        what = what_it_was(claimed.effect)
        failed = EffectFailed(claimed.effect.key, what, reason, unknown=claimed.unknown, here=here)
        await self._settle(claimed, Settlement.FAILED, failed)

    async def _wait_for_its_incident(self, claimed: Claimed) -> None:
        """Nothing can be said in a room that cannot be read: it waits, and the audit complains of what waits."""
        log.error(
            "effect_waits",
            effect=claimed.effect.key,
            incident=claimed.incident_id,
            reason=CANNOT_READ_INCIDENT,
        )
        until = self._clock.now() + LOOKED_AT_AGAIN
        await insist(
            lambda: self._store.postpone(
                claimed, until=until, reason=CANNOT_READ_INCIDENT, unknown=claimed.unknown
            )
        )

    async def _postpone(self, incident: Incident, claimed: Claimed, later: TryLater) -> None:
        now = self._clock.now()
        tried_for = now - claimed.first_tried_at
        if is_hopeless(claimed, tried_for):
            await self._fail(claimed, later.reason)
            return
        wait_s = pause_s(claimed, later)
        log.warning(
            "effect_postponed", effect=claimed.effect.key, attempt=claimed.attempt, reason=later.reason
        )
        until = now + timedelta(seconds=wait_s)
        # What may have taken effect once stays so: this try may have failed before it could look.
        unknown = claimed.unknown or later.unknown
        late: EffectFailed | None = None
        newly_late = tried_for + timedelta(seconds=wait_s) >= told_after(claimed, later)
        if newly_late and not was_told(incident, claimed):
            what = what_it_was(claimed.effect)
            late = EffectFailed(claimed.effect.key, what, later.reason, final=False, unknown=unknown)
        await insist(
            lambda: self._settler.put_back(
                claimed, until=until, reason=later.reason, unknown=unknown, late=late
            )
        )
