"""Rows that another version wrote and this one cannot read: they stop nobody, and are said once."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from incidentbot.flows.ports import ListFilter, Settlement, Unread, words_of
from incidentbot.store.codec import Unreadable
from incidentbot.store.engines.engine import connect
from incidentbot.store.store import SqlStore
from tests.store.samples import LEASE_S, T0, a_line, a_page, an_incident, by_id, claim_one, keep, keys_of

SECRET = "Payroll of the board"
OLD_PIN = ("pin", '{"lane":"pin","key":"pin"}')
UNREADABLE = (
    ("pigeon", '{"name":"one"}'),
    OLD_PIN,
    ("say", f'{{"name":7,"text":"{SECRET}"}}'),
    ("say", SECRET),
)


@pytest.fixture
def said() -> Iterator[list[Any]]:
    """What is logged."""
    with structlog.testing.capture_logs() as lines:
        yield lines


async def write(database_url: str, statement: str, **words: str) -> None:
    database = connect(database_url)
    try:
        async with database.writing() as connection:
            await connection.execute(text(statement), words)
    finally:
        await database.close()


async def spoil_effect(database_url: str, key: str, kind: str, body: str) -> None:
    await write(
        database_url,
        'UPDATE effects SET kind = :kind, body = :body WHERE "key" = :key',
        key=key,
        kind=kind,
        body=body,
    )


async def spoil_incident(database_url: str, incident: str) -> None:
    body = f'{{"title":"{SECRET}"}}'
    await write(database_url, "UPDATE incidents SET body = :body WHERE id = :id", id=incident, body=body)


async def set_aside(store: SqlStore, key: str, reason: str = "") -> None:
    """Take the only effect that may be told, which cannot be read, and settle it as failed."""
    claimed = await claim_one(store)
    assert claimed.effect == Unread("room", key)
    async with store.unit() as unit:
        assert await unit.settle(claimed, Settlement.FAILED, reason)


@pytest.mark.parametrize(("kind", "body"), UNREADABLE)
async def test_an_effect_that_cannot_be_read_is_claimed_by_its_name_and_stops_no_other(
    store: SqlStore, database_url: str, said: list[Any], kind: str, body: str
) -> None:
    await keep(store, effects=(a_line("one"), a_line("two"), a_page()))
    await keep(store, an_incident(8), effects=(a_line("three"),))
    await spoil_effect(database_url, "say:one", kind, body)

    page, unread, three = await store.claim("worker-1", limit=10, lease_s=LEASE_S)
    assert (page.effect, unread.effect, three.effect) == (
        a_page(),
        Unread("room", "say:one"),
        a_line("three"),
    )
    async with store.unit() as unit:
        assert await unit.settle(unread, Settlement.FAILED)
    assert await keys_of(store) == ["say:two"]

    assert (await store.snapshot()).failed_effects == 1
    (line,) = said
    assert (line["event"], line["where"], line["incident"], line["effect"]) == (
        "bug",
        "claim",
        "incident-7",
        "say:one",
    )


async def test_behind_effects_that_cannot_be_read_the_next_of_their_lane_is_taken(
    store: SqlStore, database_url: str, said: list[Any]
) -> None:
    await keep(store, effects=(a_line("one"), a_line("two"), a_line("three")))
    for key in ("say:one", "say:two"):
        await spoil_effect(database_url, key, *OLD_PIN)

    await set_aside(store, "say:one")
    await set_aside(store, "say:two")
    assert (await claim_one(store)).effect == a_line("three")

    assert [line["effect"] for line in said] == ["say:one", "say:two"]


async def test_why_an_effect_failed_stands_in_its_row(store: SqlStore, database_url: str) -> None:
    await keep(store, effects=(a_line("one"),))
    await spoil_effect(database_url, "say:one", *OLD_PIN)

    await set_aside(store, "say:one", "This version cannot read it.")

    database = connect(database_url)
    async with database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT state, reason FROM effects WHERE kind = 'pin'")
        (row,) = rows.all()
    await database.close()
    assert tuple(row) == ("failed", "This version cannot read it.")


async def test_an_incident_that_cannot_be_read_is_left_out_of_lists(
    store: SqlStore, database_url: str, said: list[Any]
) -> None:
    await keep(store, an_incident(7))
    other = await keep(store, an_incident(8))
    await spoil_incident(database_url, "incident-7")

    assert await store.incidents(only=ListFilter("all")) == [other]
    async with store.unit() as unit:
        assert await unit.declared_since(words_of(other.title, other.severity), T0) == [other]

    assert [(line["event"], line["where"], line["incident"]) for line in said] == [
        ("bug", "incidents", 7)
    ] * 2


async def test_whoever_asks_for_an_incident_that_cannot_be_read_is_told_so_without_its_words(
    store: SqlStore, database_url: str
) -> None:
    await keep(store)
    await spoil_incident(database_url, "incident-7")

    with pytest.raises(Unreadable, match=r"reads no Incident here: .*number \(missing\)") as told:
        await store.incident(by_id(an_incident()))
    with pytest.raises(Unreadable):
        async with store.unit() as unit:
            await unit.find(by_id(an_incident()))

    assert SECRET not in str(told.value)
    assert told.value.__cause__ is told.value.__context__ is None
