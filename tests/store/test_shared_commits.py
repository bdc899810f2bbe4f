"""SQLite's writer: who waits together is written together, and who raises takes nobody else back."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from incidentbot.store.engines.connection import Urgency
from incidentbot.store.engines.shared_commits import MOST_SHARING, SharedCommits
from incidentbot.store.engines.turns import FRONT, Turns


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    path = tmp_path / "numbers.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript("PRAGMA journal_mode=WAL; CREATE TABLE numbers (number INTEGER UNIQUE);")
    opened = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, check_same_thread=False, isolation_level=None),
        poolclass=StaticPool,
    )
    yield opened
    opened.dispose()


def commits_of(engine: Engine) -> list[str]:
    """Every COMMIT from now on."""
    seen: list[str] = []
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(lambda said: seen.append(said) if said == "COMMIT" else None)
    return seen


def numbers(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT number FROM numbers ORDER BY number")]


async def add(commits: SharedCommits, number: int, urgency: Urgency = Urgency.IN_ORDER) -> None:
    async with commits.transaction(urgency) as connection:
        await connection.exec_driver_sql("INSERT INTO numbers VALUES (?)", (number,))


async def test_those_who_wait_together_share_commits_and_all_are_written(engine: Engine) -> None:
    commits, seen = SharedCommits(engine), commits_of(engine)

    await asyncio.gather(*(add(commits, number) for number in range(20)))

    assert numbers(engine) == list(range(20))
    assert 20 / MOST_SHARING <= len(seen) <= 20 / MOST_SHARING + 2


async def test_nobody_is_told_before_their_own_commit(engine: Engine, tmp_path: Path) -> None:
    commits = SharedCommits(engine)

    async def added_and_seen_by_others(number: int) -> bool:
        await add(commits, number)
        with closing(sqlite3.connect(tmp_path / "numbers.db")) as other:
            return (number,) in other.execute("SELECT number FROM numbers").fetchall()

    assert all(await asyncio.gather(*(added_and_seen_by_others(number) for number in range(10))))


async def test_one_that_raises_is_undone_alone(engine: Engine) -> None:
    commits = SharedCommits(engine)

    async def fail(number: int) -> None:
        async with commits.transaction(Urgency.IN_ORDER) as connection:
            await connection.exec_driver_sql("INSERT INTO numbers VALUES (?)", (number,))
            raise LookupError(number)

    ends = await asyncio.gather(
        *(fail(number) if number % 3 == 0 else add(commits, number) for number in range(12)),
        return_exceptions=True,
    )

    assert [type(end) for end in ends[::3]] == [LookupError] * 4
    assert numbers(engine) == [number for number in range(12) if number % 3]


async def test_when_the_database_takes_back_all_everybody_in_it_hears_so(engine: Engine) -> None:
    commits = SharedCommits(engine)
    begun = asyncio.Event()

    async def hold_on() -> None:
        async with commits.transaction(Urgency.IN_ORDER) as connection:
            await connection.exec_driver_sql("INSERT INTO numbers VALUES (0)")
            await begun.wait()

    async def lose_all() -> None:
        async with commits.transaction(Urgency.IN_ORDER) as connection:
            await connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk
            await connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    first = asyncio.ensure_future(hold_on())
    second = asyncio.ensure_future(lose_all())
    third = asyncio.ensure_future(add(commits, 2))
    await asyncio.sleep(0)
    begun.set()

    ends = await asyncio.gather(first, second, third, return_exceptions=True)
    assert [type(end) for end in ends] == [OperationalError, OperationalError, type(None)]
    assert numbers(engine) == [2]


async def test_what_is_urgent_goes_before_those_that_wait(engine: Engine) -> None:
    commits, order = SharedCommits(engine), []
    begun = asyncio.Event()

    async def write(name: str, urgency: Urgency) -> None:
        async with commits.transaction(urgency):
            order.append(name)
            if name == "first":
                await begun.wait()

    waiting = [asyncio.ensure_future(write(name, Urgency.IN_ORDER)) for name in ("first", "second", "third")]
    await asyncio.sleep(0)
    waiting.append(asyncio.ensure_future(write("urgent", Urgency.AT_ONCE)))
    await asyncio.sleep(0)
    begun.set()
    await asyncio.gather(*waiting)

    assert order == ["first", "urgent", "second", "third"]


async def test_a_turn_that_comes_as_its_holder_is_cut_off_goes_to_the_next() -> None:
    turns, told = Turns(), []

    async def hold(name: str) -> None:
        async with turns.hold(turns.ask()):
            told.append(name)

    first = turns.ask()
    cut_off, next_one = asyncio.ensure_future(hold("cut off")), asyncio.ensure_future(hold("next"))
    await asyncio.sleep(0)
    async with turns.hold(first):
        pass
    cut_off.cancel()
    await asyncio.gather(cut_off, next_one, return_exceptions=True)
    await hold("later")

    assert told == ["next", "later"]


async def test_who_is_cut_off_as_a_turn_is_handed_on_past_them_lets_no_two_have_it() -> None:
    turns, holding, most = Turns(), 0, 0
    first, cut_off = turns.ask(), turns.ask()

    async def hold() -> None:
        nonlocal holding, most
        async with turns.hold(turns.ask()):
            holding += 1
            most = max(most, holding)
            await asyncio.sleep(0)
            holding -= 1

    async def held() -> None:
        async with turns.hold(cut_off):
            raise AssertionError("It had been cut off.")

    async with asyncio.TaskGroup() as group:
        waits = group.create_task(held())
        for _ in range(3):
            group.create_task(hold())
        await asyncio.sleep(0)  # all of them wait
        async with turns.hold(first):
            waits.cancel()  # and it ends the turn before that one has run

    assert most == 1


async def test_a_place_in_the_queue_can_be_chosen() -> None:
    turns, told = Turns(), []

    async def hold(name: str, turn: "asyncio.Future[None]") -> None:
        async with turns.hold(turn):
            told.append(name)

    holding = turns.ask()
    queue = [hold(name, turns.ask()) for name in ("a", "b", "c")]
    queue.append(hold("second", turns.ask(1)))
    queue.append(hold("front", turns.ask(FRONT)))
    await asyncio.gather(hold("holder", holding), *queue)

    assert told == ["holder", "front", "a", "second", "b", "c"]
