"""Timers that are due are fired, each once, late ones too. Knows no scheduler: it is called when an instant may have come."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import DueTimer, Store, StoreAway
from incidentbot.flows.pulse import Pulse
from incidentbot.telemetry import logger, report_bug

BATCH = 128
"""So many are read at once."""

TOGETHER = 64
"""So many are fired in one transaction: a thousand are then no longer a thousand commits, each waiting for its turn
among the workers', and whoever asks meanwhile waits for some 30 ms."""

log = logger(__name__)


class Ticker:
    """Fires what is due. A firing that breaks is logged once, left standing, and tried again at each tick: the audit complains of it."""

    def __init__(self, store: Store, handler: Handler) -> None:
        self._store = store
        self._handler = handler
        self._ticking = asyncio.Lock()
        self._fired = 0
        self._reported: set[DueTimer] = set()
        self.pulse = Pulse("No timer has been looked at")

    async def tick(self) -> int:
        """Fire every timer that is due now by the house's clock. Returns how many fired; none without a database."""
        try:
            return await self._tick()
        except StoreAway as away:
            log.warning("store_away", where="tick", reason=str(away))
            return 0

    async def until_calm(self, tell: Callable[[], Awaitable[object]]) -> None:
        """Fire what is due and `tell` what that leads to, until nothing is due: an answer may set an instant that has
        passed already, as that of a page which failed for long. What the alarm clock fires meanwhile is told, too.
        """
        await self.tick()
        while True:
            before = self._fired
            await tell()
            await self.tick()
            if self._fired == before:
                return

    async def _tick(self) -> int:
        fired = 0
        broken: set[DueTimer] = set()
        async with self._ticking:
            while True:
                due = [
                    one
                    for one in await self._store.due_timers(limit=BATCH + len(broken))
                    if one not in broken
                ]
                if not due:
                    self._reported &= broken
                    self.pulse.beat()
                    return fired
                for some in _groups(due):
                    did = await self._fire(some)
                    fired += sum(did)
                    self._fired += sum(did)
                    broken |= {timer for timer, went in zip(some, did, strict=True) if not went}

    async def _fire(self, timers: Sequence[DueTimer]) -> Sequence[bool]:
        """Together; where one of them breaks, nothing of it was done, and each is fired alone."""
        if len(timers) == 1:
            return [await self._fire_alone(timers[0])]
        try:
            return await self._handler.fire(*timers)
        except StoreAway:
            raise
        except Exception:  # noqa: BLE001 - which one it is, and what is wrong with it, comes out below
            return [await self._fire_alone(timer) for timer in timers]

    async def _fire_alone(self, timer: DueTimer) -> bool:
        try:
            (fired,) = await self._handler.fire(timer)
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of timers: one broken timer holds up no other
            if timer not in self._reported:
                report_bug("tick", error, incident=timer.incident_id, timer=timer.name)
                self._reported.add(timer)
            return False
        return fired


def _groups(due: Sequence[DueTimer]) -> Sequence[Sequence[DueTimer]]:
    """To be fired together: of an incident one in each group, the earlier ones first."""
    groups: list[dict[str, DueTimer]] = []
    for timer in due:
        room = (one for one in groups if len(one) < TOGETHER and timer.incident_id not in one)
        group = next(room, None)
        if group is None:
            group = {}
            groups.append(group)
        group[timer.incident_id] = timer
    return [list(group.values()) for group in groups]
