"""One database behind two doors: a transaction that writes, and reads. Knows patience and errors, no tables.

SQLite has one writer at a time; ours queue here, in order, where its own busy handler would sleep and be unfair.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from incidentbot.flows.ports import StoreAway, VersionConflict
from incidentbot.store.engines.connection import Connection, Doors, Urgency
from incidentbot.store.engines.dialects import POSTGRES
from incidentbot.store.engines.driver_words import without_addresses
from incidentbot.store.engines.tenure import Tenure

BEGIN_AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure, deadlock. https://www.postgresql.org/docs/current/errcodes-appendix.html"""

OF_THE_CONNECTION = ("08", "57P", "40003")
"""PostgreSQL: a connection lost, a server going down, a statement whose completion is unknown."""

DAMAGED = (
    "The database's file is damaged, or no database: stop me, restore it from a backup, and start me again."
)

PROVEN_FOR_S, PROOF_PATIENCE_S = 10.0, 2.0
"""A probe that comes often writes seldom, and answers before its balancer gives up on it."""

PROOF = text("UPDATE alembic_version SET version_num = version_num")
"""The one row that is always there, as it was: it needs the lock and the disk as any other write does."""


class Database:
    """tenure: of a database that one process serves, None where replicas share it."""

    def __init__(self, doors: Doors, tenure: Tenure | None = None) -> None:
        self._doors = doors
        self._tenure = tenure
        self._proven_at: float | None = None
        self.dialect = doors.dialect
        self.is_postgres = self.dialect == POSTGRES

    @asynccontextmanager
    async def writing(
        self, patience_s: float | None = None, urgency: Urgency = Urgency.IN_ORDER
    ) -> AsyncIterator[Connection]:
        """One transaction, committed at the end of the block and rolled back when it raises.

        patience_s: a block that has not ended by then is cut off and rolled back. The commit itself is never cut:
        whoever is told that nothing was written can rely on it. Raises StoreAway and VersionConflict.
        """
        committing = False
        patience = asyncio.timeout(patience_s)
        try:
            with _translated():
                async with patience, self._doors.transaction(urgency) as connection:
                    yield connection
                    patience.reschedule(None)
                    committing = True
        except TimeoutError as late:
            if not patience.expired():
                raise
            self._proven_at = None
            raise StoreAway("The database did not answer in time, and nothing was written.") from late
        except StoreAway as away:
            self._proven_at = None
            away.unknown = committing and self.is_postgres and _says_nothing(away)
            raise

    async def prove(self) -> None:
        """Write a row as it is, unless that went well lately and no write was refused since. Raises StoreAway.

        A file that somebody else has locked, a full disk and a standby can all be read, and read well.
        """
        if self._proven_at is not None and time.monotonic() - self._proven_at < PROVEN_FOR_S:
            return
        with suppress(VersionConflict):  # another replica wrote it in this very moment
            async with self.writing(PROOF_PATIENCE_S, Urgency.AT_ONCE) as connection:
                await connection.execute(PROOF)
        self._proven_at = time.monotonic()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A connection for one read of few rows. Raises StoreAway."""
        with _translated():
            async with self._doors.read() as connection:
                yield connection

    @asynccontextmanager
    async def scanning(self) -> AsyncIterator[Connection]:
        """A connection for one read of any length. Raises StoreAway."""
        with _translated():
            async with self._doors.scan() as connection:
                yield connection

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """A block in which no other process is that asks for this name; it runs, too, where that cannot be had in time."""
        return self._doors.alone(name)

    def is_ours_alone(self) -> bool:
        """Whether no other process can be telling what this database holds, from now until it is closed."""
        return self._tenure is not None and self._tenure.begin()

    async def close(self) -> None:
        """Close all connections, and with SQLite the threads that serve them."""
        if self._tenure is not None:
            self._tenure.end()
        await self._doors.close()


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
        if _is_damaged(error):
            raise StoreAway(DAMAGED) from error
        if not _is_away(error):
            _leave_out_details(error)
            raise
        raise StoreAway(f"The database cannot be used now: {without_addresses(str(error.orig))}") from error


def _says_nothing(away: StoreAway) -> bool:
    """Whether PostgreSQL's last word leaves open if it committed: there is none, or it speaks of the connection alone."""
    state = getattr(getattr(away.__cause__, "orig", None), "sqlstate", None)
    return state is None or state.startswith(OF_THE_CONNECTION)


def _is_damaged(error: DBAPIError) -> bool:
    """Whether SQLite cannot make sense of its file."""
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _is_away(error: DBAPIError) -> bool:
    """Whether the database is locked, full or gone. A statement that it does not understand is our bug."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return (error.orig.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_ERROR
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _leave_out_details(error: DBAPIError) -> None:
    """Keep the first line: in those below it PostgreSQL quotes the whole row that it refused, titles and all."""
    for said in (error, error.orig):
        if said is not None:
            said.args = (str(said.args[0]).partition("\n")[0], *said.args[1:]) if said.args else ()
