"""Two replicas of the bot on one PostgreSQL: each test that takes `pair` gets them afresh."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.replicas.pair import Pair, a_pair
from tests.store.conftest import postgres as postgres  # noqa: PLC0414 - one server for the session, as the store's tests have
from tests.store.postgres import empty


@pytest.fixture
async def pair(postgres: str, tmp_path: Path) -> AsyncIterator[Pair]:
    empty(postgres)
    async with a_pair(tmp_path, postgres) as opened:
        yield opened
