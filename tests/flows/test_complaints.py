"""Complaints while the database is locked, and among several processes."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from incidentbot.flows.watchdog.complaints import Complaints, FirstCalled
from incidentbot.flows.watchdog.house_ports import HousePage, HousePost
from incidentbot.flows.watchdog.troubles import Kind, Trouble
from tests.flows.house import House


class World:
    """Whoever posts and rings."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.answers: dict[str, str] = {}

    async def post_house(self, post: HousePost) -> None:
        self.told.append(post.text[:9])

    async def ring(self, page: HousePage) -> None:
        self.told.append(f"ring {page.key}")

    async def end(self, page: HousePage) -> None:
        self.told.append(f"end {page.key}")

    async def answered_by(self, page: HousePage) -> str | None:
        return self.answers.get(page.key)


def trouble(house: House) -> Trouble:
    return Trouble(Kind.DATABASE, "my database is away", "Check its disk.", house.clock.now())


KEY = "incidentbot:database:2026-11-21"
WHOLE = [f"ring {KEY}", ":warning:", f"end {KEY}", ":white_ch"]


async def test_a_locked_database_hinders_no_complaint_and_its_end_is_told_once(house: House, tmp_path: Path):
    world = World()
    complaints = Complaints(house.store, house.clock, world, FirstCalled(world, "on_call_primary"))
    with closing(sqlite3.connect(tmp_path / "house.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await complaints.follow([trouble(house)])
        await complaints.follow([trouble(house)])
    assert world.told == WHOLE[:2]
    await complaints.follow([])
    await complaints.follow([])
    assert sorted(world.told[2:]) == sorted(WHOLE[2:])


async def test_of_two_processes_one_tells_and_the_other_takes_over_when_it_is_gone(house: House):
    world, other = World(), World()
    first = Complaints(house.store, house.clock, world, FirstCalled(world, "on_call_primary"))
    second = Complaints(house.store, house.clock, other, FirstCalled(other, "on_call_primary"))
    await first.follow([trouble(house)])
    await second.follow([trouble(house)])
    await second.follow([])
    assert (world.told, other.told) == (WHOLE[:2], [])
    house.clock.skip(timedelta(minutes=3))
    await second.follow([])
    assert sorted(other.told) == sorted(WHOLE[2:])


async def test_a_process_that_was_stopped_for_long_does_not_tell_an_end_that_another_told(house: House):
    world, other = World(), World()
    stopped = Complaints(house.store, house.clock, world, FirstCalled(world, "on_call_primary"))
    second = Complaints(house.store, house.clock, other, FirstCalled(other, "on_call_primary"))
    await stopped.follow([trouble(house)])
    house.clock.skip(timedelta(minutes=3))
    await second.follow([])
    house.clock.skip(timedelta(minutes=31))
    await second.follow([])

    await stopped.follow([])

    assert (world.told, sorted(other.told)) == (WHOLE[:2], sorted(WHOLE[2:]))


async def test_what_ended_long_ago_is_forgotten(house: House):
    world = World()
    complaints = Complaints(house.store, house.clock, world, FirstCalled(world, ""))
    await complaints.follow([trouble(house)])
    await complaints.follow([])
    assert len(await house.store.matters()) == 1
    house.clock.skip(timedelta(minutes=31))
    await complaints.follow([])
    assert await house.store.matters() == []
    assert world.told == [":warning:", ":white_ch"]


class Broken(World):
    """Rings by code of ours that breaks."""

    async def ring(self, page: HousePage) -> None:
        raise KeyError(page.key)


async def test_a_pager_that_breaks_on_our_side_keeps_no_complaint_from_the_channel(house: House):
    world = Broken()
    complaints = Complaints(house.store, house.clock, world, FirstCalled(world, "on_call_primary"))
    with capture_logs() as logged:
        await complaints.follow([trouble(house)])

    [bug] = [one for one in logged if one["event"] == "bug"]
    assert world.told == [":warning:"]
    assert complaints.report() == {
        "complaints_not_told": [f"Something broke on my side (reference {bug['reference']})."]
    }
