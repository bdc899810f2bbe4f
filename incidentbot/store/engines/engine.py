"""From an address to an open store: engines, their settings, the schema. Nothing happens before `open_store`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from incidentbot.clock import Clock
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.postgres_doors import PostgresDoors
from incidentbot.store.engines.sqlite_doors import SqliteDoors
from incidentbot.store.engines.tenure import Tenure
from incidentbot.store.schema.upgrade import bring_up_to_date
from incidentbot.store.store import SqlStore

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""What people write before `://` -> the driver that serves it."""


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
        store = SqlStore(database, clock)
        try:
            yield store
        finally:
            await store.pager_events.close()
    finally:
        await database.close()


def connect(url: str) -> Database:
    """The engines for `url`. Makes no connection yet. Raises ValueError for an address that no driver serves."""
    address = make_url(url)
    driver = DRIVERS.get(address.drivername)
    if driver is None:
        raise ValueError(f"The store keeps to SQLite and PostgreSQL; {address.drivername!r} is neither.")
    address = address.set(drivername=driver)
    return _sqlite(address) if driver == "sqlite" else Database(PostgresDoors(address))


def _sqlite(address: URL) -> Database:
    if not address.database or address.database == ":memory:":
        raise ValueError(
            "A database in memory forgets what was promised: name a file, as in sqlite:///incidentbot.db."
        )
    path = Path(address.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    return Database(SqliteDoors(address), Tenure(path))
