"""What is said in a room is kept as it is said; what is said elsewhere is not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from incidentbot.core.messages import Message
from incidentbot.flows.capture import Capture
from incidentbot.flows.values import Captured, CaptureKind
from tests.flows.house import ANA, House

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def said(text: str, *, channel: str = "C7", ts: str = "1.1", thread: str | None = None) -> Captured:
    message = Message(channel, ts, AT, ANA, text, thread_ts=thread)
    return Captured(f"Ev{channel}{ts}", CaptureKind.POSTED, message)


@pytest.fixture
async def capture(house: House) -> AsyncIterator[Capture]:
    await house.declare()
    await house.deliverer.settled()
    keeper = Capture(house.store)
    running = asyncio.get_running_loop().create_task(keeper.run())
    yield keeper
    running.cancel()


async def texts(house: House) -> list[str]:
    return [one.text for one in await house.store.messages((await house.incident()).id)]


async def test_secrets_are_gone_before_anything_is_stored(house: House, capture: Capture):
    await capture.keep(said("mail ana@example.com, key AKIAIOSFODNN7EXAMPLE"))

    assert await texts(house) == ["mail [redacted:email], key [redacted:aws-key]"]


async def test_what_is_said_in_other_channels_is_not_kept(house: House, capture: Capture):
    await asyncio.gather(capture.keep(said("lunch?", channel="C1")), capture.keep(said("rolled back")))

    assert await texts(house) == ["rolled back"]


async def test_a_burst_is_kept_in_few_batches_and_each_event_once(house: House, capture: Capture):
    events = [said(f"line {number}", ts=f"1.{number:06}") for number in range(200)]

    await asyncio.gather(*(capture.keep(event) for event in (*events, *events)))

    assert len(await texts(house)) == 200
