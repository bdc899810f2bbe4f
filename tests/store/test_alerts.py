"""Deliveries and groups of alerts in both databases: in order, in one hand, and whole or not at all."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from incidentbot.clock import StillClock
from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, News
from incidentbot.store.schema.tables import alert_news
from incidentbot.store.store import SqlStore
from tests.store.conftest import T0

LATER = T0 + timedelta(minutes=1)


def news(key: str = "a", name: str = "x") -> News:
    return News(key, "Alertmanager", name, (Alert(name, name, AlertStatus.FIRING, began_at=T0),))


async def take(store: SqlStore) -> str | None:
    async with store.unit() as unit:
        stored = await unit.next_news()
        if stored is None:
            return None
        await unit.drop_news(stored)
        return stored.news.title


async def test_deliveries_come_back_as_they_were_oldest_first_and_once(store: SqlStore) -> None:
    for name in ("first", "second\0\ud800", "third"):
        await store.keep_news(news(name=name.encode("utf-16", "replace").decode("utf-16")), T0)

    assert [await take(store) for _ in range(4)] == ["first", "second\0?", "third", None]
    assert not await store.has_news()


async def test_a_transaction_that_fails_leaves_the_delivery_waiting(store: SqlStore) -> None:
    await store.keep_news(news(name="kept"), T0)

    async def broken() -> None:
        async with store.unit() as unit:
            stored = await unit.next_news()
            assert stored is not None
            await unit.drop_news(stored)
            raise KeyError("a bug")

    with pytest.raises(KeyError):
        await broken()
    assert await take(store) == "kept"


async def test_many_workers_take_each_delivery_once_and_each_group_in_its_order(store: SqlStore) -> None:
    for number in range(10):
        await store.keep_news(news("ab"[number % 2], f"{number}"), T0)
    taken: list[str] = []

    async def work() -> None:
        while await store.has_news():
            found = await take(store)
            if found is not None:
                taken.append(found)

    await asyncio.gather(work(), work(), work())

    assert sorted(taken) == [str(number) for number in range(10)]


async def test_what_is_set_aside_holds_up_nobody_and_is_counted(store: SqlStore) -> None:
    await store.keep_news(news(name="broken"), T0)
    await store.keep_news(news(name="next"), T0)
    async with store.unit() as unit:
        stored = await unit.next_news()
    assert stored is not None
    await store.fail_news(stored.id)

    assert await take(store) == "next"
    assert await store.failed_news() == 1


async def test_what_another_version_wrote_is_set_aside(store: SqlStore) -> None:
    await store.keep_news(news(name="strange"), T0)
    await store.keep_news(news(name="next"), T0)
    async with store._database.writing() as connection:
        await connection.execute(update(alert_news).where(alert_news.c.id == 1).values(body='{"key": 7}'))

    assert await take(store) == "next"
    assert await store.failed_news() == 1


async def test_a_group_speaks_when_its_instant_has_come_and_nobody_speaks_for_it(
    store: SqlStore, clock: StillClock
) -> None:
    group = AlertGroup("a", "Alertmanager", posting_since=T0)
    async with store.unit() as unit:
        await unit.keep_group(group, tell_at=LATER)
    assert await store.groups_to_tell(limit=5) == []
    assert await store.next_telling_at() == LATER

    clock.skip(timedelta(minutes=1))
    assert await store.groups_to_tell(limit=5) == ["a"]
    async with store.unit() as unit:
        await unit.keep_group(group, tell_at=LATER, lease_s=60)
    assert await store.groups_to_tell(limit=5) == []
    assert await store.next_telling_at() is None
    async with store.unit() as unit:
        assert await unit.alert_group("a", at=T0) == group
        await unit.keep_group(group, tell_at=LATER)
    assert await store.groups_to_tell(limit=5) == [], "the lease stands while a post is on its way"

    async with store.unit() as unit:
        await unit.keep_group(AlertGroup("a", "Alertmanager"), tell_at=LATER)
    assert await store.groups_to_tell(limit=5) == ["a"]
    await store.defer_group("a", LATER + timedelta(minutes=1))
    assert await store.groups_to_tell(limit=5) == []


async def test_a_lease_that_is_over_is_no_lease(store: SqlStore) -> None:
    async with store.unit() as unit:
        await unit.keep_group(AlertGroup("a", "x", posting_since=T0), tell_at=T0, lease_s=-1)

    assert await store.groups_to_tell(limit=5) == ["a"]
