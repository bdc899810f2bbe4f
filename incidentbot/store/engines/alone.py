"""Taking turns on PostgreSQL over something that has no row yet which could be held. Writes nothing."""

from sqlalchemy import func, select

from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.sole_turns import NAMED

ALONE = select(func.pg_advisory_xact_lock(NAMED))
"""A statement of its own, so that the next one sees what the other wrote."""


async def alone_with(connection: Connection, database: Database, name: str) -> None:
    """Wait until every other transaction that has asked for this name has ended. SQLite has one writer as it is."""
    if database.is_postgres:
        await connection.execute(ALONE, {"name": name})
