"""One database behind two doors: a transaction that writes, and reads. Knows engines and errors, no tables.

SQLite has one writer at a time; ours queue here, in order, where its own busy handler would sleep and be unfair.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from incidentbot.flows.ports import StoreAway, VersionConflict
from incidentbot.store.dialects import POSTGRES
from incidentbot.store.shared_commits import SharedCommits
from incidentbot.store.tenure import Tenure

BEGIN_AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure, deadlock. https://www.postgresql.org/docs/current/errcodes-appendix.html"""


BUSY_S = 5.0
"""How long another process, such as a backup, may hold SQLite's lock before its file counts as away."""

ASK_AGAIN_S = 0.02


class Database:
    """The two engines: `writer` for transactions, `reader` for statements by themselves.

    tenure: of a database that one process serves, None where replicas share it.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, tenure: Tenure | None = None) -> None:
        self._writer = writer
        self._reader = reader
        self._tenure = tenure
        self.dialect = writer.dialect.name
        self.is_postgres = self.dialect == POSTGRES
        self._shared = SharedCommits(writer, _begin)

    @asynccontextmanager
    async def writing(self, patience_s: float | None = None) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end of the block and rolled back when it raises.

        patience_s: a block that has not ended by then is cut off and rolled back. The commit itself is never cut:
        whoever is told that nothing was written can rely on it. Raises StoreAway and VersionConflict.
        """
        patience = asyncio.timeout(patience_s)
        try:
            with _translated():
                async with patience, self._transaction() as connection:
                    yield connection
                    patience.reschedule(None)
        except TimeoutError as late:
            if not patience.expired():
                raise
            raise StoreAway("The database did not answer in time, and nothing was written.") from late

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for one read. Raises StoreAway."""
        with _translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        """Committed by itself on PostgreSQL; on SQLite together with those that wait for the writer."""
        if not self.is_postgres:
            async with self._shared.transaction() as connection:
                yield connection
            return
        async with self._writer.connect() as connection:
            yield connection
            await connection.commit()

    def is_ours_alone(self) -> bool:
        """Whether no other process can be telling what this database holds, from now until it is closed."""
        return self._tenure is not None and self._tenure.begin()

    async def close(self) -> None:
        """Close all connections, and with SQLite the threads that serve them."""
        if self._tenure is not None:
            self._tenure.end()
        await self._shared.close()
        await self._writer.dispose()
        await self._reader.dispose()


async def _begin(connection: AsyncConnection) -> None:
    """With SQLite's lock taken; while another process holds it, ask again rather than block a thread."""
    give_up_at = time.monotonic() + BUSY_S
    while True:
        try:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not _is_busy(error) or time.monotonic() > give_up_at:
                raise
        else:
            return
        await asyncio.sleep(ASK_AGAIN_S)


@contextmanager
def _translated() -> Iterator[None]:
    """What the driver says, in the house's words."""
    try:
        yield
    except NoConnectionFree as busy:
        raise StoreAway("Every connection to the database is busy, and nothing was written.") from busy
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in BEGIN_AGAIN:
            raise VersionConflict(str(error.orig)) from error
        if not _is_away(error):
            raise
        raise StoreAway(f"The database cannot be used now: {error.orig}") from error


def _is_busy(error: DBAPIError) -> bool:
    return (
        isinstance(error.orig, sqlite3.OperationalError)
        and error.orig.sqlite_errorcode == sqlite3.SQLITE_BUSY
    )


def _is_away(error: DBAPIError) -> bool:
    """Whether the database is locked, full or gone. A statement that it does not understand is our bug."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return (error.orig.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_ERROR
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
