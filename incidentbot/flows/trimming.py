"""What only tells a repetition from something new, and alerts that are over, go after a month, little by little. Touches no incident."""

import asyncio
from datetime import timedelta

from incidentbot.clock import Clock
from incidentbot.flows.ports import Store, StoreAway, VersionConflict
from incidentbot.telemetry import logger

KEPT_FOR = timedelta(days=30)
"""Slack repeats an event for some hours and a request for seconds; a month outlasts a bot that was away for a holiday."""

EVERY_S = 3600.0
AT_ONCE = 200
"""Rows of each table in one transaction: about a millisecond, so that no command waits for it."""

PAUSE_S = 0.05
"""Between two transactions: whoever waits to write goes first."""

log = logger(__name__)


class Trimmer:
    """Trims at the start and every hour."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run(self) -> None:
        """For ever; a database that is away is trimmed an hour later."""
        while True:
            try:
                await self.trim()
            except (StoreAway, VersionConflict) as away:
                log.warning("not_trimmed", reason=str(away))
            await asyncio.sleep(EVERY_S)

    async def trim(self) -> int:
        """Drop all that is too old now; returns how many rows that were. Raises StoreAway, VersionConflict."""
        before, dropped = self._clock.now() - KEPT_FOR, 0
        while count := await self._store.trim(before, most=AT_ONCE):
            dropped += count
            await asyncio.sleep(PAUSE_S)
        if dropped:
            log.info("trimmed", rows=dropped)
        return dropped
