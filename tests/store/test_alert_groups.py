"""Groups of alerts between replicas: of two that take deliveries of a new group, the second sees what the first wrote."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, News
from incidentbot.store.store import SqlStore
from tests.store.samples import T0

psycopg = pytest.importorskip(
    "psycopg", reason="PostgreSQL's driver is not installed here (the extra `postgres`)."
)

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

OVERTAKEN = """
INSERT INTO alert_news (id, group_key, body, failed, at)
SELECT nextval('alert_news_id_seq'), group_key, body, failed, at FROM alert_news
"""
WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted"
PATIENCE_S = 5.0


def news(key: str) -> News:
    return News(
        key, "Alertmanager", "Checkout fails", (Alert("f", "Checkout", AlertStatus.FIRING, "critical"),)
    )


def until_somebody_waits(eye: psycopg.Connection) -> None:
    until = time.monotonic() + PATIENCE_S
    while eye.execute(WAITS).fetchone() is None:
        assert time.monotonic() < until, "nobody waits for what the other makes of the group"


@on_postgres
async def test_a_delivery_that_was_overtaken_on_its_way_finds_the_group_that_the_other_made(
    store: SqlStore, database_url: str
) -> None:
    """The first delivery has its number and is not committed yet; another replica takes the second."""
    await store.keep_news(news("a"), T0)
    with psycopg.connect(database_url) as first, psycopg.connect(database_url, autocommit=True) as eye:
        first.execute(OVERTAKEN)
        await store.keep_news(news("a"), T0)
        eye.execute("DELETE FROM alert_news WHERE id = 1")
        async with AsyncExitStack() as second, store.unit() as other:
            unit = await second.enter_async_context(store.unit())
            taken = await unit.next_news()
            assert await unit.alert_group("a", at=T0) is None
            first.commit()
            overtaken = await other.next_news()
            assert taken is not None
            assert overtaken is not None
            assert overtaken.id < taken.id
            async with asyncio.TaskGroup() as tasks:
                looking = tasks.create_task(other.alert_group("a", at=T0))
                await asyncio.to_thread(until_somebody_waits, eye)
                await unit.keep_group(AlertGroup("a", "Alertmanager", incident="INC"), tell_at=None)
                await unit.drop_news(taken)
                await second.aclose()
            found = looking.result()

    assert found is not None
    assert found.incident == "INC"
