"""What is remembered, behind one face: units that write, claims for the workers, reads. Holds no state of its own."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

from incidentbot.clock import Clock
from incidentbot.core.alerts.alert import News
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.messages import Message
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.flows.ports import Captured, Claimed, DueTimer, ListFilter, Postponed, Ref, Snapshot
from incidentbot.flows.search import Search
from incidentbot.flows.watchdog.house_ports import Matter
from incidentbot.store import alerts, claims, health, incidents, matters, runbooks, timeline, timers, trimming
from incidentbot.store import messages as message_rows
from incidentbot.store import search as searching
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Urgency
from incidentbot.store.links import SqlTickets
from incidentbot.store.pager_events import SqlPagerEvents
from incidentbot.store.sections import SqlSections
from incidentbot.store.unit import SqlUnit


class SqlStore:
    """The port `Store` on SQLite or PostgreSQL. Safe to call from many tasks; built by `engine.open_store`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.pager_events = SqlPagerEvents(database, clock)
        self.tickets = SqlTickets(database, clock)
        self.sections = SqlSections(database)

    def is_ours_alone(self) -> bool:
        """Whether no other process tells what is kept here, from now until it is closed."""
        return self._database.is_ours_alone()

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """A block in which no other process is that asks for this name; it runs, too, where that cannot be had in time."""
        return self._database.alone(name)

    @asynccontextmanager
    async def unit(self, *, patience_s: float | None = None) -> AsyncIterator[SqlUnit]:
        """One transaction; rolled back with StoreAway when it lasts longer than `patience_s` (None: no limit)."""
        async with self._database.writing(patience_s) as connection:
            yield SqlUnit(connection, self._database)

    async def claim(
        self, owner: str, *, limit: int, lease_s: float, pages_only: bool = False
    ) -> Sequence[Claimed]:
        """Take effects that may be told now, pages first, each the first of its (incident, lane)."""
        async with self._database.reading() as connection:
            if await claims.is_idle(connection):
                return []
        now = self._clock.now()
        async with self._database.writing(urgency=Urgency.AT_ONCE) as connection:
            return await claims.claim(
                connection,
                self._database,
                owner=owner,
                now=now,
                limit=limit,
                lease_s=lease_s,
                pages_only=pages_only,
            )

    async def reclaim(self) -> int:
        """Before the first claim: take back what workers had claimed that no longer live, their outcomes unknown.

        Only where no other process can be at work: an embedded database has one server at a time, while replicas
        wait for each other's leases. Returns how many effects there were.
        """
        if not self._database.is_ours_alone():
            return 0
        async with self._database.writing() as connection:
            await alerts.end_leases(connection)
            return await claims.end_leases(connection, self._database)

    async def postpone(self, claimed: Claimed, *, until: datetime, reason: str, unknown: bool) -> Postponed:
        """Put a claimed effect back until then; one that was cancelled meanwhile is dropped."""
        async with self._database.writing() as connection:
            return await claims.postpone(
                connection, self._database, claimed, until=until, reason=reason, unknown=unknown
            )

    async def let_go(self, owner: str, *, lease_s: float) -> int:
        """Have the leases of all that `owner` still holds end in `lease_s`; returns how many effects those are."""
        async with self._database.writing() as connection:
            return await claims.let_go(connection, self._database, owner, lease_s=lease_s)

    async def next_effect_at(self) -> datetime | None:
        """When the first effect of a lane may be tried, or its lease ends, by the house's clock."""
        async with self._database.reading() as connection:
            return await claims.next_at(connection, self._database, self._clock.now())

    async def due_timers(self, *, limit: int) -> Sequence[DueTimer]:
        """Timers due now by the house's clock, oldest first."""
        async with self._database.reading() as connection:
            return await timers.due(connection, self._clock.now(), limit=limit)

    async def next_timer_at(self) -> datetime | None:
        """The earliest instant of all timers."""
        async with self._database.reading() as connection:
            return await timers.next_at(connection)

    async def add_messages(self, messages: Sequence[Captured]) -> int:
        """Append or update messages in one transaction, each event once. Returns how many events were new."""
        if not messages:
            return 0
        async with self._database.writing() as connection:
            return await message_rows.take_in(connection, self._database, messages, at=self._clock.now())

    async def trim(self, before: datetime, *, most: int) -> int:
        """Drop requests and taken-in events from before then, PagerDuty's that are settled, alerts that are over or set aside.

        Up to `most` of each; requests of open incidents stay.
        """
        async with self._database.scanning() as connection:
            old = await trimming.outlived(connection, before, most=most)
        if old.count:
            async with self._database.writing() as connection:
                await trimming.drop(connection, old)
        return old.count

    async def last_heard(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        """When the newest message of each incident's room was written, the bot's own left out."""
        async with self._database.reading() as connection:
            return await message_rows.last_heard(connection, ids)

    async def rooms(self, channels: Collection[str]) -> Collection[tuple[str, str | None]]:
        """Those of the channels that are rooms, each with its thread (None: the whole channel is the room)."""
        async with self._database.reading() as connection:
            return await incidents.rooms(connection, channels)

    async def incident(self, ref: Ref) -> Incident | None:
        """Read one incident. Raises ValueError for one that another version wrote and this one cannot read."""
        async with self._database.reading() as connection:
            return await incidents.find(connection, ref, by=incidents.FIND)

    async def named(self, ids: Collection[str]) -> Mapping[str, Incident]:
        """Read incidents by their ids. One that cannot be read is reported and left out."""
        async with self._database.reading() as connection:
            return {one.id: one for one in await incidents.named(connection, self._database, ids)}

    async def incidents(self, *, only: ListFilter) -> Sequence[Incident]:
        """Read incidents, newest first. One that cannot be read is reported and left out."""
        async with self._database.reading() as connection:
            return await incidents.listed(connection, only)

    async def search(self, search: Search) -> Sequence[Incident]:
        """The incidents that fit, newest first. One that cannot be read is reported and left out."""
        async with self._database.scanning() as connection:
            return await searching.search(connection, search)

    async def facts(self, incident_id: str) -> Sequence[Recorded]:
        """The timeline in its order."""
        async with self._database.scanning() as connection:
            return await timeline.read(connection, incident_id)

    async def messages_mark(self) -> str:
        """What changes whenever a message of any room does: the same mark, the same messages."""
        async with self._database.reading() as connection:
            return await message_rows.mark(connection)

    async def messages(self, incident_id: str) -> Sequence[Message]:
        """The room's messages by ts, deleted ones without their text."""
        async with self._database.scanning() as connection:
            return await message_rows.read(connection, incident_id)

    async def runbook(self, sha256: str) -> Runbook | None:
        """A kept runbook."""
        async with self._database.reading() as connection:
            return await runbooks.read(connection, sha256)

    async def snapshot(self) -> Snapshot:
        """How things stand with waiting work."""
        async with self._database.reading() as connection:
            return await health.snapshot(connection, self._clock.now())

    async def prove(self) -> None:
        """Return where something could be written lately, or can be now. Raises StoreAway."""
        await self._database.prove()

    async def matters(self) -> Sequence[Matter]:
        """Matters of the house itself."""
        async with self._database.reading() as connection:
            return await matters.read(connection)

    async def keep_matter(self, matter: Matter, *, was: Matter | None) -> bool:
        """Write a matter, where it still is as it was. False: another process was faster."""
        async with self._database.writing(matters.PATIENCE_S) as connection:
            return await matters.keep(connection, self._database, matter, was)

    async def drop_matter(self, name: str) -> None:
        """Forget a matter."""
        async with self._database.writing(matters.PATIENCE_S) as connection:
            await matters.drop(connection, name)

    async def keep_news(self, news: News, at: datetime) -> None:
        """Store a delivery of alerts; returns once it is durable."""
        async with self._database.writing() as connection:
            await alerts.keep_news(connection, news, at)

    async def miss_news(self, sender: str, at: datetime) -> None:
        """Count a delivery that was refused among those that were set aside."""
        async with self._database.writing() as connection:
            await alerts.miss_news(connection, sender, at)

    async def fail_news(self, news_id: int) -> None:
        """Set a delivery aside that could not be taken in."""
        async with self._database.writing() as connection:
            await alerts.fail_news(connection, news_id)

    async def failed_news(self) -> int:
        """How many deliveries were set aside."""
        async with self._database.reading() as connection:
            return await alerts.failed_news(connection)

    async def has_news(self) -> bool:
        """Whether a delivery waits to be taken in."""
        async with self._database.reading() as connection:
            return await alerts.has_news(connection)

    async def defer_group(self, key: str, until: datetime) -> None:
        """Look at a group of alerts again then."""
        async with self._database.writing() as connection:
            await alerts.defer_group(connection, key, until)

    async def wake_groups(self) -> None:
        """Have every group of alerts that waits for an instant looked at now."""
        async with self._database.writing() as connection:
            await alerts.wake_groups(connection, self._clock.now())

    async def groups_to_tell(self, *, limit: int) -> Sequence[str]:
        """Keys of groups that may speak now, by the house's clock, and that nobody is speaking for."""
        async with self._database.reading() as connection:
            return await alerts.groups_to_tell(connection, self._database, self._clock.now(), limit=limit)

    async def next_telling_at(self) -> datetime | None:
        """When the first of the groups may speak that nobody is speaking for."""
        async with self._database.reading() as connection:
            return await alerts.next_telling_at(connection, self._database)
