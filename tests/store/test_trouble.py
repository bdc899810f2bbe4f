"""When the database is locked, gone or asked for the impossible: nothing half written, and a word that says so."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from incidentbot.clock import StillClock
from incidentbot.core.decision import Decision
from incidentbot.flows.ports import StoreAway, VersionConflict
from incidentbot.store.engines.engine import connect, open_store
from incidentbot.store.store import SqlStore
from tests.store.postgres import KILL_OTHERS
from tests.store.samples import T0, an_incident, by_id, keep

psycopg = pytest.importorskip(
    "psycopg", reason="PostgreSQL's driver is not installed here (the extra `postgres`)."
)

SLOW_COMMIT = """
CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.7); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON incidents
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger();
"""

STANDS = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
async def test_a_file_locked_by_another_process_is_said_to_be_away(
    store: SqlStore, database_url: str
) -> None:
    stored = await keep(store)
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreAway):
            async with store.unit(patience_s=0.05):
                pytest.fail("the unit began although another process holds the lock")
        assert await store.incident(by_id(stored)) == stored

    assert (await keep(store, stored)).version == 2


@on_postgres
async def test_an_incident_locked_elsewhere_is_said_to_be_away(store: SqlStore, database_url: str) -> None:
    stored = await keep(store)

    async def look() -> None:
        async with store.unit(patience_s=0.05) as unit:
            await unit.find(by_id(stored))

    with psycopg.connect(database_url) as other:
        other.execute("SELECT 1 FROM incidents FOR UPDATE")

        with pytest.raises(StoreAway):
            await look()
        assert await store.incident(by_id(stored)) == stored

    assert (await keep(store, stored)).version == 2


@on_postgres
async def test_connections_that_died_while_idle_are_replaced_unnoticed(
    store: SqlStore, database_url: str
) -> None:
    stored = await keep(store)

    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(KILL_OTHERS)

    assert await store.incident(by_id(stored)) == stored
    assert (await keep(store, stored)).version == 2


@on_postgres
async def test_a_connection_that_dies_in_a_unit_leaves_nothing_written(
    store: SqlStore, database_url: str
) -> None:
    async def be_cut_off() -> None:
        async with store.unit() as unit:
            await unit.remember(Decision(an_incident()), recorded_at=T0)
            with psycopg.connect(database_url, autocommit=True) as other:
                other.execute(KILL_OTHERS)
            await unit.find(by_id(an_incident()))

    with pytest.raises(StoreAway):
        await be_cut_off()

    assert await store.incident(by_id(an_incident())) is None
    assert (await keep(store)).version == 1


@on_postgres
async def test_a_commit_is_never_cut_short_by_impatience(store: SqlStore, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(SLOW_COMMIT)

    async with store.unit(patience_s=0.5) as unit:
        await unit.remember(Decision(an_incident()), recorded_at=T0)

    assert await store.incident(by_id(an_incident())) == replace(an_incident(), version=1)


@on_postgres
async def test_of_two_units_that_wait_for_each_other_one_is_told_to_begin_again(
    store: SqlStore, database_url: str
) -> None:
    first, second = await keep(store, an_incident(1)), await keep(store, an_incident(2))
    both_hold = asyncio.Barrier(2)

    async def lock(one: str, other: str) -> str:
        try:
            async with store.unit() as unit:
                await unit.find(by_id(an_incident(id=one)))
                await both_hold.wait()
                await unit.find(by_id(an_incident(id=other)))
        except VersionConflict:
            return "begin again"
        return "done"

    ends = await asyncio.gather(lock(first.id, second.id), lock(second.id, first.id))

    assert sorted(ends) == ["begin again", "done"]


async def test_a_server_that_is_not_there_is_said_to_be_away(tmp_path: Path, clock: StillClock) -> None:
    with pytest.raises(StoreAway):
        await open_store(f"postgresql://postgres@/nothing?host={tmp_path}", clock).__aenter__()


async def test_a_folder_in_the_place_of_the_file_is_said_to_be_away(
    tmp_path: Path, clock: StillClock
) -> None:
    with pytest.raises(StoreAway):
        await open_store(f"sqlite:///{tmp_path}", clock).__aenter__()


async def test_the_file_is_made_with_its_folder(tmp_path: Path, clock: StillClock) -> None:
    async with open_store(f"sqlite:///{tmp_path}/new/folder/incidentbot.db", clock) as store:
        assert (await keep(store)).version == 1


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_database_that_cannot_serve_is_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite and PostgreSQL|name a file"):
        connect(url)


async def test_a_statement_that_makes_no_sense_is_our_bug_and_not_the_databases(database_url: str) -> None:
    database = connect(database_url)
    try:
        with pytest.raises(DBAPIError):
            async with database.reading() as connection:
                await connection.exec_driver_sql("SELECT nothing FROM nowhere")
    finally:
        await database.close()


@on_postgres
async def test_a_server_that_became_a_standby_is_away_until_there_is_one_that_takes_writes(
    database_url: str, clock: StillClock
) -> None:
    async with open_store(database_url, clock):
        pass  # the tables stand
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        try:
            async with open_store(database_url, clock) as store:
                with pytest.raises(StoreAway, match="read-only"):
                    await keep(store)
                other.execute("ALTER DATABASE postgres RESET default_transaction_read_only")

                assert (await keep(store)).version == 1
        finally:
            other.execute("ALTER DATABASE postgres RESET default_transaction_read_only")


@on_postgres
async def test_a_standby_can_be_read_and_is_no_place_where_anything_can_be_written(
    database_url: str, clock: StillClock
) -> None:
    async with open_store(database_url, clock) as store:
        await keep(store)
        await store.prove()
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
            try:
                other.execute(KILL_OTHERS)
                with pytest.raises(StoreAway, match="read-only"):
                    await keep(store, an_incident(8))

                with pytest.raises(StoreAway, match="read-only"):
                    await store.prove()
                assert (await store.snapshot()).open_incidents == 1
            finally:
                other.execute("ALTER DATABASE postgres RESET default_transaction_read_only")
        await keep(store, an_incident(8))
        await store.prove()


@on_postgres
async def test_a_session_that_the_server_ended_for_idling_is_away_and_replaced(
    store: SqlStore, database_url: str
) -> None:
    database = connect(database_url)

    async def idle_for_too_long() -> None:
        async with database.writing() as connection:
            session = (await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()
            await connection.exec_driver_sql("SET idle_in_transaction_session_timeout = '20ms'")
            with psycopg.connect(database_url, autocommit=True) as other:
                while other.execute(STANDS, (session,)).fetchone():
                    pass
            await connection.exec_driver_sql("SELECT 1")

    try:
        with pytest.raises(StoreAway):
            await idle_for_too_long()
        async with database.writing() as connection:
            assert (await connection.exec_driver_sql("SELECT 1")).scalar_one() == 1
    finally:
        await database.close()
    assert (await keep(store)).version == 1


@on_sqlite
async def test_readers_cannot_write(store: SqlStore, database_url: str) -> None:
    database = connect(database_url)
    try:
        with pytest.raises(StoreAway, match="readonly"):
            async with database.reading() as connection:
                await connection.exec_driver_sql("DELETE FROM counters")
    finally:
        await database.close()
