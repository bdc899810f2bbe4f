"""After a kill: what the dead had claimed is taken back at once where that is certain, and by its lease elsewhere."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.clock import StillClock
from incidentbot.core.effects import ShowCard
from incidentbot.store.engines.engine import open_store
from tests.store.samples import T0, a_page, claim_one, keep, keys_of

SERVE_AND_DIE = """
import fcntl, os, signal, sys
lock = open(sys.argv[1], "ab")
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/incidentbot.db"


async def test_the_next_server_of_a_file_takes_back_what_the_last_one_held(address: str) -> None:
    async with open_store(address, StillClock(T0)) as store:
        await keep(store, effects=(a_page(),))
        held = await claim_one(store)

    async with open_store(address, StillClock(T0)) as store:
        assert await keys_of(store, owner="worker-2") == []
        assert await store.reclaim() == 1
        taken_over = await claim_one(store, "worker-2")

    assert taken_over == replace(held, token=2, attempt=2, unknown=True)


async def test_a_card_that_waits_beside_the_one_being_shown_stays_one(address: str) -> None:
    async with open_store(address, StillClock(T0)) as store:
        incident = await keep(store, effects=(ShowCard(),))
        await claim_one(store)
        await keep(store, incident, effects=(ShowCard(),))

    async with open_store(address, StillClock(T0)) as store:
        assert await store.reclaim() == 1
        assert (await claim_one(store)).unknown


async def test_a_server_that_lives_keeps_what_it_holds(address: str) -> None:
    async with open_store(address, StillClock(T0)) as store, open_store(address, StillClock(T0)) as other:
        assert await store.reclaim() == 0
        await keep(store, effects=(a_page(),))
        await claim_one(store)

        assert await other.reclaim() == 0
        assert await keys_of(other, owner="worker-2") == []
        assert (store.is_ours_alone(), other.is_ours_alone()) == (True, False)


async def test_whoever_only_reads_a_file_does_not_stand_before_its_server(address: str) -> None:
    async with open_store(address, StillClock(T0)) as reader, open_store(address, StillClock(T0)) as server:
        await keep(server, effects=(a_page(),))
        await claim_one(server)
        assert await reader.snapshot()
        assert await server.reclaim() == 1


async def test_a_server_that_was_killed_holds_nothing(tmp_path: Path, address: str) -> None:
    async with open_store(address, StillClock(T0)) as store:
        await keep(store, effects=(a_page(),))
        await claim_one(store)
        lock = tmp_path / "incidentbot.db-served"
        dead = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVE_AND_DIE, str(lock))
        assert await dead.wait() < 0, "it died of the signal, holding the lock"

        assert await store.reclaim() == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_replicas_wait_for_each_others_leases(database_url: str) -> None:
    async with open_store(database_url, StillClock(T0)) as store:
        await keep(store, effects=(a_page(),))
        await claim_one(store)

        assert await store.reclaim() == 0
        assert await keys_of(store, owner="worker-2") == []
        assert not store.is_ours_alone(), "replicas may write at any time"
