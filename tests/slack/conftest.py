"""The door, open: over Socket Mode where it does not matter, over both where it does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.bench import Bench, a_bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with a_bench(tmp_path) as opened:
        yield opened


@pytest.fixture(params=["socket", "http"])
async def both_ways(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    async with a_bench(tmp_path, http=request.param == "http") as opened:
        yield opened
