"""SQLite behind its doors: one writer, one reader on the spot, threads for long reads. Knows no tables."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import cached_property

import sqlalchemy
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from incidentbot.store.engines.connection import Connection, OnTheSpot, Urgency
from incidentbot.store.engines.dialects import SQLITE
from incidentbot.store.engines.one_hop import OneHopConnection
from incidentbot.store.engines.shared_commits import SharedCommits

PRAGMAS = (
    "PRAGMA busy_timeout=1000",  # for the pragmas below, and for reads while another process recovers the file
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a page that was promised survives the loss of power; costs 0.14 ms a commit
    "PRAGMA foreign_keys=ON",
)
WRITER_PRAGMAS = (*PRAGMAS, "PRAGMA busy_timeout=0")  # SharedCommits waits by itself, and can be cut off
READER_PRAGMAS = (*PRAGMAS, "PRAGMA query_only=ON")

SCANNERS = 5
"""Long reads at once."""


class SqliteDoors:
    """The file at `address.database`. Makes no connection yet."""

    dialect = SQLITE

    def __init__(self, address: URL) -> None:
        path = str(address.database)
        self._writer = _on_the_spot(path, WRITER_PRAGMAS)
        self._reader = _on_the_spot(path, READER_PRAGMAS)
        self._scanner = create_async_engine(
            address.set(drivername="sqlite+aiosqlite"),
            async_creator=lambda: OneHopConnection.opened(path),
            pool_size=SCANNERS,
            max_overflow=0,
            hide_parameters=True,
        )
        _prepare(self._scanner.sync_engine, READER_PRAGMAS)
        self._commits = SharedCommits(self._writer)

    def transaction(self, urgency: Urgency) -> AbstractAsyncContextManager[Connection]:
        """Committed together with those that wait for the writer."""
        return self._commits.transaction(urgency)

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """For one read of few rows."""
        return nullcontext(OnTheSpot(self._reading))

    @cached_property
    def _reading(self) -> sqlalchemy.Connection:
        """Stands until the doors are closed: taking one up for each read would cost more than the read."""
        return self._reader.connect()

    @asynccontextmanager
    async def scan(self) -> AsyncIterator[Connection]:
        """For one read of any length, in a thread."""
        async with self._scanner.connect() as connection:
            yield connection

    def alone(self, _name: str) -> AbstractAsyncContextManager[None]:
        """One process serves a file."""
        return nullcontext()

    async def close(self) -> None:
        """Close all connections, and the threads that serve them."""
        await self._commits.close()
        self._writer.dispose()
        self._reader.dispose()
        await self._scanner.dispose()


def _on_the_spot(path: str, pragmas: tuple[str, ...]) -> Engine:
    """An engine of one connection; commits may be done in another thread."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, check_same_thread=False),
        poolclass=StaticPool,
        hide_parameters=True,  # titles and messages are no words for a log
    )
    _prepare(engine, pragmas)
    return engine


def _prepare(engine: Engine, statements: tuple[str, ...]) -> None:
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # sqlite3: transactions begin when we say so
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()

    event.listen(engine, "connect", prepare)
