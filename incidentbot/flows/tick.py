"""Timers that are due are fired, each once, late ones too. Knows no scheduler: it is called when an instant may have come."""

import asyncio

from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import DueTimer, Store, StoreAway
from incidentbot.flows.pulse import Pulse
from incidentbot.telemetry import logger, report_bug

BATCH = 100

log = logger(__name__)


class Ticker:
    """Fires what is due. A firing that breaks is logged, left standing, and tried again at the next tick."""

    def __init__(self, store: Store, handler: Handler) -> None:
        self._store = store
        self._handler = handler
        self._ticking = asyncio.Lock()
        self.pulse = Pulse("No timer has been looked at")

    async def tick(self) -> int:
        """Fire every timer that is due now by the house's clock. Returns how many fired; none without a database."""
        try:
            return await self._tick()
        except StoreAway as away:
            log.warning("store_away", where="tick", reason=str(away))
            return 0

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
                    self.pulse.beat()
                    return fired
                for timer in due:
                    if await self._fire(timer):
                        fired += 1
                    else:
                        broken.add(timer)

    async def _fire(self, timer: DueTimer) -> bool:
        try:
            return await self._handler.fire(timer)
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of timers: one broken timer holds up no other
            report_bug("tick", error, incident=timer.incident_id, timer=timer.name)
            return False
