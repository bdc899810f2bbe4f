"""From an address to an open store: engines, their settings, the schema. Nothing happens before `open_store`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from incidentbot.clock import Clock
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.one_hop import OneHopConnection, WriterConnection
from incidentbot.store.schema import bring_up_to_date
from incidentbot.store.store import SqlStore
from incidentbot.store.tenure import Tenure

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""What people write before `://` -> the driver that serves it."""

SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout=1000",  # for the pragmas below, and for reads while another process recovers the file
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a page that was promised survives the loss of power; costs 0.14 ms a commit
    "PRAGMA foreign_keys=ON",
)
WRITER_PRAGMAS = (
    *SQLITE_PRAGMAS,
    "PRAGMA busy_timeout=0",
)  # Database.writing waits by itself, and can be cut off
READER_PRAGMAS = (*SQLITE_PRAGMAS, "PRAGMA query_only=ON")

POSTGRES_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 10_000,
    "options": "-c timezone=UTC -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s",
}
"""A network that swallows packets, and a replica that stopped in mid-transaction, are noticed within seconds."""

WRITERS, READERS = 10, 5
"""Connections of one replica to PostgreSQL; its default allows 100 for all. SQLite: one writer, and READERS."""


@asynccontextmanager
async def open_store(url: str, clock: Clock) -> AsyncIterator[SqlStore]:
    """The store at `url`, its schema brought up to date; closed at the end of the block.

    url: `sqlite:///incidentbot.db` (a file, made with its folder where absent) or `postgresql://...`.
    Raises ValueError for another kind of address, StoreAway where the database cannot be reached.
    """
    database = connect(url)
    try:
        await bring_up_to_date(database)
        codec.warm()
        yield SqlStore(database, clock)
    finally:
        await database.close()


def connect(url: str) -> Database:
    """The engines for `url`. Makes no connection yet. Raises ValueError for an address that no driver serves."""
    address = make_url(url)
    driver = DRIVERS.get(address.drivername)
    if driver is None:
        raise ValueError(f"The store keeps to SQLite and PostgreSQL; {address.drivername!r} is neither.")
    address = address.set(drivername=driver)
    return _sqlite(address) if driver.startswith("sqlite") else _postgres(address)


def _sqlite(address: URL) -> Database:
    if not address.database or address.database == ":memory:":
        raise ValueError(
            "A database in memory forgets what was promised: name a file, as in sqlite:///incidentbot.db."
        )
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    path = address.database
    writer = create_async_engine(
        address, async_creator=lambda: WriterConnection.opened(path), pool_size=1, max_overflow=0
    )
    reader = create_async_engine(
        address, async_creator=lambda: OneHopConnection.opened(path), pool_size=READERS, max_overflow=0
    )
    _on_connect(writer, WRITER_PRAGMAS)
    _on_connect(reader, READER_PRAGMAS)
    return Database(writer, reader, Tenure(Path(path)))


def _on_connect(engine: AsyncEngine, statements: tuple[str, ...]) -> None:
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # sqlite3: transactions begin when we say so
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)


def _postgres(address: URL) -> Database:
    shared: dict[str, Any] = {"connect_args": POSTGRES_CONNECT, "max_overflow": 0, "pool_pre_ping": True}
    try:
        writer = create_async_engine(address, pool_size=WRITERS, **shared)
    except ModuleNotFoundError as missing:
        raise ValueError("PostgreSQL needs its driver: install incidentbot[postgres].") from missing
    reader = create_async_engine(address, pool_size=READERS, isolation_level="AUTOCOMMIT", **shared)
    return Database(writer, reader)
