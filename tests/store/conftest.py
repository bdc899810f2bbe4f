"""Databases for tests: each test that takes `store` or `database_url` runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidentbot.clock import StillClock
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from tests.needs import need
from tests.store.postgres import a_server, empty

T0 = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a database for the whole session; empty it before use."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed here (the extra `postgres`).")
    with a_server(need("postgres")) as server:
        yield server.address


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/incidentbot.db"
    address: str = request.getfixturevalue("postgres")
    empty(address)
    return address


@pytest.fixture
def clock() -> StillClock:
    return StillClock(T0)


@pytest.fixture
async def store(database_url: str, clock: StillClock) -> AsyncIterator[SqlStore]:
    async with open_store(database_url, clock) as opened:
        yield opened
