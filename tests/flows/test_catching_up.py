"""Rooms whose history cannot be read: tried again ever more seldom, in no other room's way, and complained of."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.clock import StillClock
from incidentbot.core.incident import Incident
from incidentbot.core.messages import Message
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.catching_up import FIRST_FEW, UNHURRIED_S, CatchUp, pause_s
from incidentbot.flows.ports import Captured, CaptureKind, StoreAway
from incidentbot.flows.values import ListFilter
from tests.store.samples import T0, an_incident

SOON = TryLater("Slack failed (502).", after_s=0.01)


class World:
    """Slack's histories and our store. trouble: what the next reads of a channel raise; the last of it stays."""

    def __init__(self, *incidents: Incident) -> None:
        self.rooms = list(incidents)
        self.trouble: dict[str, list[Exception]] = {}
        self.away: list[Exception] = []
        self.reads: Counter[str] = Counter()
        self.kept: list[str] = []
        self.something = asyncio.Event()

    async def incidents(self, *, only: ListFilter) -> Sequence[Incident]:
        if self.away:
            raise self.away.pop()
        return self.rooms[: only.limit]

    async def last_heard(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        return dict.fromkeys(ids, T0)

    async def read(
        self, channel: str, _thread_ts: str | None, _since: datetime
    ) -> AsyncIterator[Sequence[Captured]]:
        self.reads[channel] += 1
        self.something.set()
        trouble = self.trouble.get(channel)
        if trouble:
            raise trouble.pop(0) if len(trouble) > 1 else trouble[0]
        yield [Captured(channel, CaptureKind.POSTED, Message(channel, "1.1", T0, "U1", "said"))]

    async def keep(self, event: Captured) -> None:
        self.kept.append(event.event)
        self.something.set()

    async def read_so_often(self, channel: str, times: int) -> None:
        async with asyncio.timeout(10):
            while self.reads[channel] < times:
                self.something.clear()
                await self.something.wait()


@asynccontextmanager
async def catching_up(world: World, clock: StillClock) -> AsyncIterator[CatchUp]:
    catch_up = CatchUp(world, clock, world.keep)
    reading = asyncio.ensure_future(catch_up.run(world))
    try:
        yield catch_up
    finally:
        reading.cancel()
        await asyncio.wait({reading})


def two_rooms() -> World:
    return World(an_incident(2), an_incident(1))


async def test_a_room_that_cannot_be_read_holds_up_no_other():
    world = two_rooms()
    world.trouble["C2"] = [SOON]
    async with catching_up(world, StillClock(T0)) as catch_up:
        await catch_up.begin()
        await world.read_so_often("C2", 3)

    assert world.kept == ["C1"]
    assert world.reads["C1"] == 1


async def test_rooms_that_cannot_be_read_are_tried_no_faster_than_others_are_read():
    many = [an_incident(number) for number in range(FIRST_FEW + 2, 0, -1)]
    world = World(*many)
    world.trouble = {one.room.channel or "": [TryLater("Slack failed (503).")] for one in many}
    async with catching_up(world, StillClock(T0)) as catch_up:
        await catch_up.begin()
        await world.read_so_often("C2", 1)
        began_s = time.monotonic()
        await world.read_so_often("C1", 1)

    assert time.monotonic() - began_s > UNHURRIED_S / 2


async def test_it_is_read_once_it_can_be():
    world = two_rooms()
    world.trouble["C2"] = [SOON, SOON, SOON]
    async with catching_up(world, StillClock(T0)) as catch_up:
        await catch_up.begin()
        await world.read_so_often("C2", 2)
        del world.trouble["C2"]
        await asyncio.wait_for(catch_up.settled(), 10)

        assert sorted(world.kept) == ["C1", "C2"]
        assert catch_up.unread() == []


def test_without_a_pause_of_slacks_own_the_pauses_grow_up_to_ten_minutes():
    assert [pause_s(tries) for tries in (1, 2, 3, 4)] == [1.5, 3, 6, 12]
    assert pause_s(9) < pause_s(10) == pause_s(10_000) == 600


async def test_a_round_that_begins_meanwhile_is_not_held_up_either():
    world = two_rooms()
    world.trouble["C2"] = [TryLater("Slack asks for a pause.", after_s=3600)]
    async with catching_up(world, StillClock(T0)) as catch_up:
        await catch_up.begin()
        await world.read_so_often("C1", 1)
        await catch_up.after_silence(60)
        await world.read_so_often("C1", 2)


async def test_since_when_a_room_cannot_be_read_is_said_until_it_is_closed():
    clock, world = StillClock(T0), two_rooms()
    world.trouble["C2"] = [SOON]
    async with catching_up(world, clock) as catch_up:
        await catch_up.begin()
        await world.read_so_often("C2", 2)
        clock.skip(timedelta(minutes=12))
        await world.read_so_often("C2", 4)
        assert catch_up.unread() == [T0]
        world.rooms[0] = replace(world.rooms[0], closed_at=T0)
        await asyncio.wait_for(catch_up.settled(), 10)

        assert catch_up.unread() == []


async def test_a_database_that_is_away_or_a_room_that_is_refused_loses_no_other_room():
    world = two_rooms()
    world.trouble["C2"] = [GiveUp("The channel is gone.")]
    async with catching_up(world, StillClock(T0)) as catch_up:
        await catch_up.begin()
        world.away = [StoreAway("It does not answer.")]
        await asyncio.wait_for(catch_up.settled(), 10)

    assert world.kept == ["C1"]


async def test_a_room_whose_messages_break_us_holds_up_no_other():
    world = two_rooms()
    world.trouble["C2"] = [KeyError("ts")]
    async with catching_up(world, StillClock(T0)) as catch_up:
        await catch_up.begin()
        await asyncio.wait_for(catch_up.settled(), 10)

    assert world.kept == ["C1"]
