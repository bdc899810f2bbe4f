"""Answers made on a phone, as the poll asks for them: side by side, each heard whatever the others are like."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from incidentbot.pagerduty.listening.poll import AT_ONCE, CALM_S, NEWEST
from incidentbot.pagerduty.shifts import Query
from tests.pagerduty.open_incidents import Bench, opened


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with opened(tmp_path) as made:
        yield made


async def test_an_ack_does_not_wait_for_a_name_that_never_comes(bench: Bench) -> None:
    async def never(email: str) -> str | None:
        await asyncio.Event().wait()
        return email

    await bench.declare(1)
    await bench.acknowledge(1)
    await bench.poll(by_address=never, name_within_s=0.05).look()

    assert await bench.acknowledged() == [1]


async def test_an_answer_that_cannot_be_read_holds_up_no_other_and_is_reported_once(bench: Bench) -> None:
    await bench.declare(3)
    broken = bench.duty.incidents.of_key(f"{(await bench.incident(2)).id}:1")[0].id

    async def read(path: str, query: Query) -> Mapping[str, Any]:
        body = await bench.pager.read(path, query)
        return {"incident": {"id": broken}} if path.endswith(broken) else body

    for number in (1, 2, 3):
        await bench.acknowledge(number)
    poll = bench.poll(read)
    with capture_logs() as logs:
        for _ in range(3):
            await poll.look()

    assert await bench.acknowledged() == [1, 3]
    assert [(one["where"], one["incident"]) for one in logs if one["event"] == "bug"] == [("poll", 2)]
    assert poll.problem == "What PagerDuty says of INC-2 cannot be read."
    await bench.poll().look()
    assert await bench.acknowledged() == [1, 2, 3]


async def test_incidents_are_asked_about_side_by_side_and_never_more_than_eight(bench: Bench) -> None:
    await bench.declare(AT_ONCE * 2)
    for number in range(1, AT_ONCE * 2 + 1):
        await bench.acknowledge(number)
    asking: list[int] = [0]
    full = asyncio.Event()

    async def read(path: str, query: Query) -> Mapping[str, Any]:
        if path.startswith("/users"):
            return await bench.pager.read(path, query)
        asking.append(asking[-1] + 1)
        if asking[-1] == AT_ONCE:
            full.set()
        await full.wait()
        try:
            return await bench.pager.read(path, query)
        finally:
            asking.append(asking[-1] - 1)

    async with asyncio.timeout(10):
        assert await bench.poll(read).look() == AT_ONCE * 2

    assert max(asking) == AT_ONCE
    assert len(await bench.acknowledged()) == AT_ONCE * 2


async def test_the_oldest_of_very_many_open_incidents_is_heard_too(bench: Bench) -> None:
    await bench.declare(NEWEST + 1)
    await bench.acknowledge(1)
    await bench.poll().look()

    assert await bench.acknowledged() == [1]


async def test_an_incident_that_ends_a_calm_is_asked_about_at_once(bench: Bench) -> None:
    asked = asyncio.Event()

    async def read(path: str, query: Query) -> Mapping[str, Any]:
        asked.set()
        return await bench.pager.read(path, query)

    poll = bench.poll(read)
    assert await poll.look() == 0
    running = asyncio.ensure_future(poll.run(every_s=0.01))
    await bench.declare(1)
    poll.wake()
    async with asyncio.timeout(CALM_S / 2):
        await asked.wait()

    running.cancel()
