"""The schema: tables and migrations say the same, forwards and back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from incidentbot.clock import StillClock
from incidentbot.store.database import Database
from incidentbot.store.engines.engine import connect, open_store
from incidentbot.store.schema import upgrade as schema
from incidentbot.store.schema.tables import Row
from incidentbot.store.store import SqlStore
from tests.store.samples import keep


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = connect(database_url)
    yield opened
    await opened.close()


def picture(connection: Connection) -> dict[str, Any]:
    """Everything that the database says about its tables."""
    about = inspect(connection)
    return {
        name: {
            "columns": [
                {key: str(value) for key, value in column.items()} for column in about.get_columns(name)
            ],
            "key": about.get_pk_constraint(name),
            "foreign": about.get_foreign_keys(name),
            "unique": sorted(map(str, about.get_unique_constraints(name))),
            "indexes": sorted(
                f"{index['name']} {index['column_names']} {index['unique']} "
                f"{[str(condition) for condition in index.get('dialect_options', {}).values()]}"
                for index in about.get_indexes(name)
            ),
        }
        for name in about.get_table_names()
    }


async def next_number(store: SqlStore) -> int:
    async with store.unit() as unit:
        return await unit.next_number()


async def seen(database: Database) -> dict[str, Any]:
    async with database.writing() as connection:
        return await connection.run_sync(picture)


async def test_a_new_database_is_what_the_migrations_make(database: Database) -> None:
    await schema.bring_up_to_date(database)
    made = await seen(database)

    await schema.migrate(database, "downgrade", "base")
    left = set(await seen(database))
    await schema.migrate(database, "upgrade", "head")

    assert left == {"alembic_version"}
    assert await seen(database) == made


async def test_the_migrations_leave_nothing_to_be_migrated(database: Database) -> None:
    await schema.migrate(database, "upgrade", "head")

    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), Row.metadata))

    async with database.writing() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_migration_is_the_one_that_a_start_looks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


async def test_an_older_database_is_migrated_at_start(
    database: Database, database_url: str, clock: StillClock
) -> None:
    await schema.migrate(database, "upgrade", "head")
    await schema.migrate(database, "downgrade", "base")

    async with open_store(database_url, clock) as store:
        assert await next_number(store) == 1
        assert (await keep(store)).version == 1


async def test_a_second_start_keeps_what_the_first_remembered(database_url: str, clock: StillClock) -> None:
    async with open_store(database_url, clock) as store:
        stored = await keep(store)

    async with open_store(database_url, clock) as store:
        assert (await keep(store, stored)).version == 2


async def test_replicas_that_start_together_make_one_schema(database_url: str, clock: StillClock) -> None:
    async def start() -> int:
        async with open_store(database_url, clock) as store:
            return await next_number(store)

    assert sorted(await asyncio.gather(start(), start(), start())) == [1, 2, 3]


async def test_a_database_of_a_newer_version_is_left_alone(
    database: Database, database_url: str, clock: StillClock
) -> None:
    await schema.bring_up_to_date(database)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(schema.UnknownSchema, match="9999"):
        await open_store(database_url, clock).__aenter__()
