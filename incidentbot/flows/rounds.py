"""A worker's rounds: one whenever it is rung, and one after each pause. Knows nothing of what a round does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from incidentbot.flows.ports import StoreAway
from incidentbot.telemetry import logger

CALM_S = 5.0
"""Between two looks at a database in which nothing waits; `Pulse` takes a worker for stopped after 30 s."""

log = logger(__name__)

Round = Callable[[], Awaitable[float]]
"""Does one round; returns after how many seconds the next one is due, if nobody rings before."""


class Rounds:
    """Makes rounds and sleeps between them. worker: its name in the log."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Make the next round now; a ring during a round is not lost."""
        self._awake.set()

    async def go(self, once: Round, *, away_s: float) -> None:
        """Round after round, until cancelled; a database that is away is asked again after `away_s`."""
        while True:
            self._awake.clear()
            pause_s = away_s
            try:
                pause_s = await once()
            except StoreAway as away:
                log.warning("store_away", where=self._worker, reason=str(away))
            await self._sleep(pause_s)

    async def _sleep(self, pause_s: float) -> None:
        alarm = asyncio.get_running_loop().call_later(pause_s, self.wake)
        try:
            await self._awake.wait()
        finally:
            alarm.cancel()


async def calm_s(poll_s: float, *, alone: bool, next_at: Callable[[], Awaitable[datetime | None]]) -> float:
    """How long to sleep after a round that found nothing: longer while nothing waits, since whoever adds something rings.

    alone: whether no other process adds anything; what replicas add rings no bell here and is only seen by looking.
    """
    return CALM_S if alone and await next_at() is None else poll_s
