"""What was said in a room while nobody listened is read from its history, once, and kept. Reads no events.

After a start from where each room's messages end, and after a silence of the line from where that began. What is known
already stays as it is; of older messages, what was changed or marked meanwhile cannot be told from a history.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from incidentbot.clock import Clock
from incidentbot.core.incident import Incident, Status
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.values import Captured, ListFilter
from incidentbot.telemetry import logger

MOST_ROOMS = 200
"""The newest incidents that are looked at; closed ones are left alone."""

BEFORE = timedelta(minutes=1)
"""How far a vendor's clock and ours may be apart."""

UNHURRIED_S = 1.5
"""Between two reads of a round: forty a minute, of the fifty that Slack promises to take."""

FIRST_FEW = 10
"""Reads of a round that do not wait: a short absence is caught up with at once."""

log = logger(__name__)


class Histories(Protocol):
    """Where a room's messages can be read again."""

    def read(self, channel: str, thread_ts: str | None, since: datetime) -> AsyncIterator[Sequence[Captured]]:
        """Page by page, each one call. Raises TryLater, GiveUp."""
        ...


class Heard(Protocol):
    """What the store is asked."""

    async def incidents(self, *, only: ListFilter) -> Sequence[Incident]:
        """Read incidents, newest first."""
        ...

    async def last_heard(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        """When the newest message of each incident's room was written, of those that have any from Slack's events."""
        ...


class CatchUp:
    """One reader for all rooms. keep: returns once an event is durable."""

    def __init__(self, store: Heard, clock: Clock, keep: Callable[[Captured], Awaitable[None]]) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep
        self._rounds: asyncio.Queue[Mapping[str, datetime]] = asyncio.Queue()

    async def begin(self) -> None:
        """Note where each room ends now, before anything is heard, to be read from there."""
        rooms = await self._rooms()
        last = await self._store.last_heard([one.id for one in rooms])
        await self._rounds.put({one.id: last.get(one.id, one.declared_at) for one in rooms})

    async def after_silence(self, seconds: float) -> None:
        """Nothing was heard for so long until now."""
        since = self._clock.now() - timedelta(seconds=seconds)
        await self._rounds.put({one.id: max(since, one.declared_at) for one in await self._rooms()})

    async def settled(self) -> None:
        """Wait until everything that was asked for is read."""
        await self._rounds.join()

    async def run(self, histories: Histories) -> None:
        """Read what is asked for, for ever."""
        while True:
            ends = await self._rounds.get()
            try:
                await self._round(histories, ends)
            finally:
                self._rounds.task_done()

    async def _rooms(self) -> list[Incident]:
        newest = await self._store.incidents(only=ListFilter("all", limit=MOST_ROOMS))
        return [one for one in newest if one.status is not Status.CLOSED and one.room.channel is not None]

    async def _round(self, histories: Histories, ends: Mapping[str, datetime]) -> None:
        unhurried = _Unhurried()
        for incident in await self._rooms():
            if incident.id in ends:
                try:
                    count = await self._fill(histories, incident, ends[incident.id] - BEFORE, unhurried)
                except GiveUp as refused:
                    log.warning("history_not_read", incident=incident.name, reason=refused.reason)
                    continue
                log.info("history_read", incident=incident.name, messages=count)

    async def _fill(
        self, histories: Histories, incident: Incident, since: datetime, unhurried: "_Unhurried"
    ) -> int:
        """Read one room to its end; begun anew after a pause that the vendor asks for, since nothing is kept twice."""
        room = incident.room
        while True:
            count = 0
            try:
                async for page in histories.read(room.channel or "", room.thread_ts, since):
                    await asyncio.gather(*(self._keep(event) for event in page))
                    count += len(page)
                    await unhurried.pause()
            except TryLater as later:
                await asyncio.sleep(later.after_s or UNHURRIED_S)
            else:
                return count


class _Unhurried:
    """Counts the reads of a round, and lets time pass between them once they are many."""

    def __init__(self) -> None:
        self._reads = 0

    async def pause(self) -> None:
        """After a read."""
        self._reads += 1
        await asyncio.sleep(UNHURRIED_S if self._reads > FIRST_FEW else 0)
