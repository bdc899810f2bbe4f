"""The schema: brought up to date at start, in one transaction. Knows the migrations, no rows but the first counter.

Alembic is woken only where there is something to migrate: loading it takes a third of a second, which a start need
not pay. An empty database is made from the tables as they are and stamped; a test holds the two ways equal.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from incidentbot.store.database import Database
from incidentbot.store.schema.pager_tables import pager_events  # noqa: F401 - its tables are part of the schema
from incidentbot.store.schema.section_table import sections  # noqa: F401 - as above
from incidentbot.store.schema.tables import Row, counters
from incidentbot.store.schema.ticket_table import tickets  # noqa: F401 - as above

HEAD = "0010"
"""The newest migration in migrations/versions; a test holds it to that."""

MIGRATIONS = Path(__file__).parent / "migrations"

LOCK = 0x1C1D0007
"""PostgreSQL advisory lock: of replicas that start together, one makes the schema and the others wait."""

VERSION_TABLE = """
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""


class UnknownSchema(Exception):  # noqa: N818 - a fact about the database, told to whoever starts the bot
    """The database was last written by a version of the bot that this one does not know."""


async def bring_up_to_date(database: Database) -> None:
    """Make or migrate the schema, whichever is due. Several processes may do so at once. Raises StoreAway, UnknownSchema."""
    async with database.writing() as connection:
        if database.is_postgres:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        await connection.run_sync(_bring_up_to_date)


async def migrate(database: Database, verb: str, revision: str) -> None:
    """Have Alembic `upgrade` or `downgrade` to a revision (`base`: nothing is left)."""
    async with database.writing() as connection:
        await connection.run_sync(_migrate, verb, revision)


def _bring_up_to_date(connection: Connection) -> None:
    if not inspect(connection).has_table("alembic_version"):
        _create(connection)
    elif connection.scalar(text("SELECT version_num FROM alembic_version")) != HEAD:
        _migrate(connection, "upgrade", "head")


def _create(connection: Connection) -> None:
    Row.metadata.create_all(connection)
    connection.execute(counters.insert(), {"name": "incident", "value": 0})
    connection.exec_driver_sql(VERSION_TABLE)
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def _migrate(connection: Connection, verb: str, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - see the first lines of this file
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.util import CommandError  # noqa: PLC0415 - see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        {"upgrade": command.upgrade, "downgrade": command.downgrade}[verb](config, revision)
    except CommandError as error:
        raise UnknownSchema(f"This database is not one of schema {HEAD} or older: {error}") from error
