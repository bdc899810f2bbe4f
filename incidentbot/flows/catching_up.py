"""What was said in a room while nobody listened is read from its history, once, and kept. Reads no events.

After a start from where each room's messages end, and after a silence of the line from where that began. What is known
already stays as it is; of older messages, what was changed or marked meanwhile cannot be told from a history.
A room that cannot be read is tried again, ever more seldom, while the others are read; the audit says that it is not.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from incidentbot.clock import Clock
from incidentbot.core.incident import Incident, Status
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.values import Captured, ListFilter, StoreAway
from incidentbot.telemetry import logger, report_bug

MOST_ROOMS = 200
"""The newest incidents that are looked at; closed ones are left alone."""

BEFORE = timedelta(minutes=1)
"""How far a vendor's clock and ours may be apart."""

UNHURRIED_S = 1.5
"""Between two reads of a round: forty a minute, of the fifty that Slack promises to take."""

SELDOM_S = 600.0
"""The longest pause of our own between two tries of a room."""

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


@dataclass(slots=True, eq=False)
class _Owed:
    """A room that is to be read. since: from where; due_s: not before, on the loop's clock; failing_since: by the house's."""

    since: datetime
    due_s: float
    tries: int = 0
    failing_since: datetime | None = None


class CatchUp:
    """One reader for all rooms. keep: returns once an event is durable."""

    def __init__(self, store: Heard, clock: Clock, keep: Callable[[Captured], Awaitable[None]]) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep
        self._owed: dict[str, _Owed] = {}
        self._asked, self._all_read = asyncio.Event(), asyncio.Event()
        self._all_read.set()

    async def begin(self) -> None:
        """Note where each room ends now, before anything is heard, to be read from there."""
        rooms = await self._rooms()
        last = await self._store.last_heard([one.id for one in rooms])
        self._owe({one.id: last.get(one.id, one.declared_at) for one in rooms})

    async def after_silence(self, seconds: float) -> None:
        """Nothing was heard for so long until now."""
        since = self._clock.now() - timedelta(seconds=seconds)
        self._owe({one.id: max(since, one.declared_at) for one in await self._rooms()})

    def unread(self) -> Sequence[datetime]:
        """Of each room that was to be read and could not be, since when."""
        return [one.failing_since for one in self._owed.values() if one.failing_since is not None]

    async def settled(self) -> None:
        """Wait until everything that was asked for is read."""
        await self._all_read.wait()

    async def run(self, histories: Histories) -> None:
        """Read what is asked for, for ever."""
        while True:
            await self._asked_or_due()
            try:
                await self._round(histories)
            except StoreAway as away:
                log.warning("store_away", where="histories", reason=str(away))
                await asyncio.sleep(UNHURRIED_S)

    def _owe(self, ends: Mapping[str, datetime]) -> None:
        """Have these rooms read from there, or from where an earlier asking began."""
        now_s = asyncio.get_running_loop().time()
        for named, end in ends.items():
            before = self._owed.get(named)
            since = min(end - BEFORE, before.since) if before else end - BEFORE
            self._owed[named] = _Owed(since, now_s, failing_since=before.failing_since if before else None)
        if self._owed:
            self._all_read.clear()
        self._asked.set()

    async def _asked_or_due(self) -> None:
        """Wait until a room may be read."""
        due_s = min((one.due_s for one in self._owed.values()), default=None)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due_s):
                await self._asked.wait()
        self._asked.clear()

    async def _rooms(self) -> list[Incident]:
        newest = await self._store.incidents(only=ListFilter("all", limit=MOST_ROOMS))
        return [one for one in newest if one.status is not Status.CLOSED and one.room.channel is not None]

    async def _round(self, histories: Histories) -> None:
        """Try each room that is due once; those that were closed meanwhile are left alone."""
        unhurried = _Unhurried()
        rooms = await self._rooms()
        for closed in self._owed.keys() - {one.id for one in rooms}:
            del self._owed[closed]
        for incident in rooms:
            owed = self._owed.get(incident.id)
            if owed is not None and owed.due_s <= asyncio.get_running_loop().time():
                await self._try(histories, incident, owed, unhurried)
        if not self._owed:
            self._all_read.set()

    async def _try(
        self, histories: Histories, incident: Incident, owed: _Owed, unhurried: "_Unhurried"
    ) -> None:
        try:
            count = await self._fill(histories, incident, owed.since, unhurried)
        except (TryLater, StoreAway) as later:
            self._put_off(incident, owed, later)
            await unhurried.pause()  # Slack in trouble is asked no faster
            return
        except GiveUp as refused:
            log.warning("history_not_read", incident=incident.name, reason=refused.reason)
        except Exception as error:  # noqa: BLE001 - the boundary of reading again: a room that breaks holds up no other
            report_bug("history", error, incident=incident.number)
        else:
            log.info("history_read", incident=incident.name, messages=count)
        if self._owed.get(incident.id) is owed:  # else it was asked for anew meanwhile
            del self._owed[incident.id]

    def _put_off(self, incident: Incident, owed: _Owed, later: TryLater | StoreAway) -> None:
        """Begin it anew after a pause: nothing is kept twice."""
        asked_s = later.after_s if isinstance(later, TryLater) else None
        owed.tries += asked_s is None
        owed.due_s = asyncio.get_running_loop().time() + (asked_s or pause_s(owed.tries))
        if owed.failing_since is None:
            owed.failing_since = self._clock.now()
            log.warning("history_put_off", incident=incident.name, reason=str(later))

    async def _fill(
        self, histories: Histories, incident: Incident, since: datetime, unhurried: "_Unhurried"
    ) -> int:
        """Read one room to its end."""
        room, count = incident.room, 0
        async for page in histories.read(room.channel or "", room.thread_ts, since):
            await asyncio.gather(*(self._keep(event) for event in page))
            count += len(page)
            await unhurried.pause()
        return count


def pause_s(tries: int) -> float:
    """Until a room is tried again that could not be read so often, where Slack names no pause: ever longer, up to SELDOM_S."""
    return min(UNHURRIED_S * 2.0 ** min(max(0, tries - 1), 30), SELDOM_S)


class _Unhurried:
    """Counts the reads of a round, and lets time pass between them once they are many."""

    def __init__(self) -> None:
        self._reads = 0

    async def pause(self) -> None:
        """After a read."""
        self._reads += 1
        await asyncio.sleep(UNHURRIED_S if self._reads > FIRST_FEW else 0)
