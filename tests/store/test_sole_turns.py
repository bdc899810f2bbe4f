"""Turns over work outside the database: one replica at a time, and nobody waits for one that is stuck or dead."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

from incidentbot.store.engines.engine import connect
from incidentbot.store.engines.sole_turns import SoleTurns
from tests.store.postgres import KILL_OTHERS, empty

psycopg = pytest.importorskip(
    "psycopg", reason="PostgreSQL's driver is not installed here (the extra `postgres`)."
)

Replica = Callable[[float], SoleTurns]


@pytest.fixture
async def replica(postgres: str) -> AsyncIterator[Replica]:
    """Makes turns as one more replica has them, given how long it waits for one."""
    empty(postgres)
    async with AsyncExitStack() as stack:

        def made(waits_s: float) -> SoleTurns:
            address = postgres.replace("postgresql:", "postgresql+psycopg:")
            engine = create_async_engine(address, pool_size=1, max_overflow=0, isolation_level="AUTOCOMMIT")
            stack.push_async_callback(engine.dispose)
            return SoleTurns(engine, waits_s=waits_s)

        yield made


async def test_the_second_comes_when_the_first_is_out_and_other_names_wait_for_nobody(replica: Replica):
    came: list[str] = []
    one, other = replica(60), replica(60)

    async def come(name: str, word: str) -> None:
        async with other.alone(name):
            came.append(word)

    async with asyncio.TaskGroup() as group, one.alone("climb:1"):
        waits = group.create_task(come("climb:1", "second"))
        await come("climb:2", "another")
        await come("climb:3", "a third")
        assert not waits.done()
        came.append("first")

    assert came == ["another", "a third", "first", "second"]


async def test_what_a_dead_replica_held_is_free_at_once(replica: Replica, postgres: str):
    dying, other = replica(60), replica(60)
    async with dying.alone("climb:1"):
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(KILL_OTHERS)
        async with other.alone("climb:1"):
            pass  # it came, while the other is in its block still


async def test_a_page_waits_for_no_replica_that_is_stuck(replica: Replica):
    stuck, other = replica(60), replica(0.1)
    async with stuck.alone("climb:1"), other.alone("climb:1"):
        pass  # the block runs


async def broken_off(climbing: asyncio.Task[None]) -> None:
    """As a call that took too long, wherever it is."""
    while not climbing.done():
        climbing.cancel()
        await asyncio.sleep(0)


async def test_whoever_is_broken_off_on_the_way_out_keeps_no_turn(replica: Replica):
    one, other, inside = replica(60), replica(60), asyncio.Event()

    async def climb() -> None:
        async with one.alone("climb:1"):
            inside.set()
            await asyncio.Event().wait()

    climbing = asyncio.ensure_future(climb())
    await inside.wait()
    async with one._engine.connect():  # as another climb of this replica, which asks for its turn
        await broken_off(climbing)
    async with asyncio.timeout(10), other.alone("climb:1"):
        pass


async def test_whoever_is_broken_off_on_the_way_in_keeps_no_turn(replica: Replica):
    one, other = replica(60), replica(60)

    async def climb() -> None:
        async with one.alone("climb:1"):
            pass

    climbing = asyncio.ensure_future(climb())
    event.listen(one._engine.sync_engine, "checkin", lambda *_: climbing.cancel(), once=True)
    await asyncio.wait({climbing})
    assert climbing.cancelled(), "after it had its turn, and before it knew"
    async with asyncio.timeout(10), other.alone("climb:1"):
        pass


async def test_a_page_waits_for_no_database_that_is_away(tmp_path: Path):
    database = connect(f"postgresql://postgres@/nothing?host={tmp_path}")
    async with database.alone("climb:1"):
        pass  # the block runs
    await database.close()
