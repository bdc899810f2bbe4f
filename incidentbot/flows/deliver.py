"""The workers that tell the world: claim an effect under a lease, tell it, bring the answer back. One retry policy."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from incidentbot.clock import Clock, new_id
from incidentbot.core.answers import Answer, EffectFailed, EffectRecovered, PageCalledOff
from incidentbot.core.effects import AckPage, Effect, ResolvePage, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.effect_words import what_it_was
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Claimed, Postponed, Settlement, Store, StoreAway, Teller, Unread
from incidentbot.flows.pulse import Pulse
from incidentbot.flows.supervisor import Supervisor
from incidentbot.telemetry import logger, report_bug

LEASE_S = 30.0
"""Longer than any call's deadline, so that a live worker never loses its effect (docs/effects.md)."""

AT_ONCE = 256
"""Effects in the hands of one process."""

TOLD_AFTER = timedelta(seconds=20)
"""An effect that keeps failing this long is told to the room while it is still tried."""

PAUSED_FOR = timedelta(minutes=2)
"""A vendor that asked for a pause is given more: a line about every one would be more of what there is too much of."""

CALM_S = 5.0
"""Between two looks at a database in which nothing waits; `Pulse` takes a worker for stopped after 30 s."""

MOST_TRIES = 125
"""What is no page is given up after so many tries, about an hour of them; a Retry button stays."""

INSIST_S = 20.0
"""How long a worker waits for a database that is away before it lets its lease run out."""

LONGEST_PAUSE_S = 30.0

LONGEST_PAGE_PAUSE_S = 20.0
"""A pager that is back is noticed within 30 s: this long a pause, and a call that hung when it came back."""

CANNOT_READ = (
    "This version of me cannot read it: a newer one wrote it, or it is damaged. "
    "Start the version that ran before, then press Retry."
)
"""Why an effect is set aside that is no effect this version knows."""

ANSWERED_WITHIN_S = 3.0
"""How long a stop waits for calls in flight: cut off, they may take effect after the next start has looked for them."""

Result = TypeVar("Result")

log = logger(__name__)


class Deliverer:
    """Tells effects side by side across lanes, in order within one (the store's claim sees to both)."""

    def __init__(
        self, store: Store, handler: Handler, clock: Clock, tellers: Mapping[type[Effect], Teller]
    ) -> None:
        self._store = store
        self._handler = handler
        self._clock = clock
        self._tellers = tellers
        self._owner = new_id()
        self._tasks = Supervisor()
        self._pumping = asyncio.Lock()
        self._awake = asyncio.Event()
        self._resting = False
        self.pulse = Pulse("Nothing has been told")

    def wake(self) -> None:
        """Something may be waiting."""
        self._awake.set()

    async def run(self, *, poll_s: float = 1.0) -> None:
        """Tell what waits, as soon as it waits; a database that is away is asked again."""
        while True:
            self._awake.clear()
            pause_s = poll_s
            try:
                if not await self.pump():
                    pause_s = await self.pause_s(poll_s)
            except StoreAway as away:
                log.warning("store_away", where="deliver", reason=str(away))
            await self._sleep(pause_s)

    async def pause_s(self, poll_s: float) -> float:
        """How long to sleep if no bell rings: longer while nothing waits, since whoever adds something rings.

        What replicas add rings no bell here and is only seen by looking.
        """
        if self._tasks.busy or not self._store.is_ours_alone():
            return poll_s
        return CALM_S if await self._store.next_effect_at() is None else poll_s

    async def _sleep(self, poll_s: float) -> None:
        alarm = asyncio.get_running_loop().call_later(poll_s, self.wake)
        try:
            await self._awake.wait()
        finally:
            alarm.cancel()

    async def pump(self) -> int:
        """Claim what may be told now and start telling it. Returns how many were begun."""
        async with self._pumping:
            free = AT_ONCE - self._tasks.busy
            if free <= 0 or self._resting:
                return 0
            claimed = await self._store.claim(self._owner, limit=free, lease_s=LEASE_S)
            incidents = await self._read(claimed)
            for one in claimed:
                telling = self._tell(one, incidents.get(one.incident_id))
                self._tasks.start(telling, name=f"tell {one.effect.key}")
                # Its call is on the wire before the next one is made: a page waits for no room.
                await asyncio.sleep(0)
            self.pulse.beat()
            return len(claimed)

    async def settled(self) -> None:
        """Wait until nothing can be told any more at this instant: for tests and the script."""
        while await self.pump() or self._tasks.busy:
            await self._tasks.join()

    def rest(self) -> None:
        """Take nothing new up: what waits is told after the next start."""
        self._resting = True

    async def close(self) -> None:
        """Stop telling: let what is in flight be answered and settled, then cut it off, to be looked for before it is told again."""
        self.rest()
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERED_WITHIN_S), self._pumping:
                pass  # what is being claimed at this moment is begun
        await self._tasks.close(grace_s=ANSWERED_WITHIN_S)

    async def _tell(self, claimed: Claimed, incident: Incident | None) -> None:
        try:
            await self._tell_once(claimed, incident)
        except StoreAway as away:
            log.warning("store_away", where="deliver", effect=claimed.effect.key, reason=str(away))

    async def _tell_once(self, claimed: Claimed, incident: Incident | None) -> None:
        if incident is None:
            await self._settle(claimed, Settlement.FAILED)
            return
        if isinstance(claimed.effect, Unread):
            await self._fail(claimed, CANNOT_READ, here=True)
            return
        try:
            answer = await self._tellers[type(claimed.effect)].tell(incident, claimed)
        except TryLater as later:
            await self._postpone(incident, claimed, later)
        except GiveUp as given_up:
            await self._fail(claimed, given_up.reason)
        except Exception as error:  # noqa: BLE001 - the boundary of telling: logged once, shown to people
            reference = report_bug("deliver", error, incident=incident.number, effect=claimed.effect.key)
            await self._fail(claimed, f"Something broke on my side (reference {reference}).")
        else:
            recovered = (EffectRecovered(claimed.effect.key),) if _was_told(incident, claimed) else ()
            answers = (answer, *recovered) if answer is not None else recovered
            await self._settle(claimed, Settlement.DONE, *answers)

    async def _read(self, claimed: Sequence[Claimed]) -> Mapping[str, Incident]:
        """By id, the incidents as they are now; without those that are gone, or that this version cannot read."""
        ids = {one.incident_id for one in claimed}
        return await _insist(lambda: self._store.named(ids)) if ids else {}

    async def _settle(self, claimed: Claimed, how: Settlement, *answers: Answer) -> None:
        await _insist(lambda: self._handler.settle(claimed, how, *answers))

    async def _fail(self, claimed: Claimed, reason: str, *, here: bool = False) -> None:
        what = what_it_was(claimed.effect)
        failed = EffectFailed(claimed.effect.key, what, reason, unknown=claimed.unknown, here=here)
        await self._settle(claimed, Settlement.FAILED, failed)

    async def _postpone(self, incident: Incident, claimed: Claimed, later: TryLater) -> None:
        now = self._clock.now()
        tried_for = now - claimed.first_tried_at
        if claimed.attempt >= MOST_TRIES and not isinstance(claimed.effect, SendPage | AckPage | ResolvePage):
            await self._fail(claimed, later.reason)
            return
        pause_s = _pause_s(claimed, later)
        log.warning(
            "effect_postponed", effect=claimed.effect.key, attempt=claimed.attempt, reason=later.reason
        )
        until = now + timedelta(seconds=pause_s)
        # What may have taken effect once stays so: this try may have failed before it could look.
        unknown = claimed.unknown or later.unknown
        held = await _insist(
            lambda: self._store.postpone(claimed, until=until, reason=later.reason, unknown=unknown)
        )
        if held is Postponed.DROPPED and isinstance(claimed.effect, SendPage):
            await self._handler.report(claimed, PageCalledOff(claimed.effect.page, unknown=unknown))
        newly_late = tried_for + timedelta(seconds=pause_s) >= _told_after(claimed, later)
        newly_late = newly_late and not _was_told(incident, claimed)
        if held is Postponed.HELD and newly_late:
            what = what_it_was(claimed.effect)
            await self._handler.report(
                claimed, EffectFailed(claimed.effect.key, what, later.reason, final=False)
            )


async def _insist(work: Callable[[], Awaitable[Result]]) -> Result:
    """What `work` gives, asked again while the database is away, for most of a lease. Raises StoreAway after that."""
    until, pause_s = time.monotonic() + INSIST_S, 0.1
    while True:
        try:
            return await work()
        except StoreAway:
            if time.monotonic() + pause_s > until:
                raise
        await asyncio.sleep(pause_s)
        pause_s = min(2.0, pause_s * 2)


def _told_after(claimed: Claimed, later: TryLater) -> timedelta:
    """How long people are not told that an effect is late; of a page at once, whatever it is that holds it up."""
    paused = later.after_s is not None and not isinstance(claimed.effect, SendPage | AckPage | ResolvePage)
    return PAUSED_FOR if paused else TOLD_AFTER


def _was_told(incident: Incident, claimed: Claimed) -> bool:
    """Whether people were told that this effect is late or has failed: read from what is stored, as a restart does."""
    return claimed.effect.key in incident.failures


def _pause_s(claimed: Claimed, later: TryLater) -> float:
    if later.after_s is not None:
        return later.after_s
    longest = LONGEST_PAGE_PAUSE_S if isinstance(claimed.effect, SendPage) else LONGEST_PAUSE_S
    return float(min(longest, 2 ** min(claimed.attempt - 1, 6)))
