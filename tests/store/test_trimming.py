"""What only tells a repetition from something new goes after a while; what may still be repeated stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from incidentbot.clock import StillClock
from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, Change, News, Seen
from incidentbot.core.incident import Moment
from incidentbot.core.policy import State
from incidentbot.flows.ports import Receipt
from incidentbot.flows.trimming import AT_ONCE, KEPT_FOR, Trimmer
from incidentbot.store.engines.engine import connect, open_store
from incidentbot.store.schema import upgrade as schema
from incidentbot.store.store import SqlStore
from incidentbot.store.trimming import drop, outlived
from tests.store.samples import T0, a_message, an_event, an_incident, keep

AN_ALERT = Alert("x", "x", AlertStatus.RESOLVED)
OVER = {"milestones": {State.RESOLVED: Moment(T0, "U1")}, "state": State.RESOLVED}


async def answer(store: SqlStore, request: str, incident: str, at: datetime) -> None:
    async with store.unit() as unit:
        await unit.keep_receipt(request, Receipt(incident, 7, "Done."), at)


async def answered(store: SqlStore, *requests: str) -> list[str]:
    async with store.unit() as unit:
        return [one for one in requests if await unit.answered(one)]


@pytest.fixture
def trimmer(store: SqlStore, clock: StillClock) -> Trimmer:
    return Trimmer(store, clock)


async def test_requests_go_after_a_month_but_those_of_an_open_incident(
    store: SqlStore, clock: StillClock, trimmer: Trimmer
) -> None:
    over = await keep(store, an_incident(8, **OVER))
    running = await keep(store, an_incident(9))
    await answer(store, "old", over.id, T0)
    await answer(store, "young", over.id, T0 + timedelta(hours=1))
    await answer(store, "of what burns", running.id, T0)
    clock.skip(KEPT_FOR + timedelta(minutes=1))

    assert await trimmer.trim() == 1
    assert await answered(store, "old", "young", "of what burns") == ["young", "of what burns"]

    await keep(store, replace(running, **OVER))
    assert await trimmer.trim() == 1
    assert await answered(store, "of what burns") == []


async def test_events_go_after_a_month_and_their_messages_stay(
    store: SqlStore, clock: StillClock, trimmer: Trimmer
) -> None:
    await keep(store)
    await store.add_messages([an_event("Ev1")])
    clock.skip(KEPT_FOR)
    assert await trimmer.trim() == 0
    assert (
        await store.add_messages([an_event("Ev1"), an_event("Ev2", message=a_message("1762160401.0"))]) == 1
    )
    clock.skip(timedelta(minutes=1))

    assert await trimmer.trim() == 1
    assert [one.ts for one in await store.messages("incident-7")] == [a_message().ts, "1762160401.0"]
    assert await store.add_messages([an_event("Ev1"), an_event("Ev2")]) == 1
    assert len(await store.messages("incident-7")) == 2


async def test_many_rows_go_in_small_batches(store: SqlStore, clock: StillClock, trimmer: Trimmer) -> None:
    count = 2 * AT_ONCE + 7
    await store.add_messages([an_event(f"Ev{number}") for number in range(count)])
    clock.skip(KEPT_FOR + timedelta(minutes=1))

    assert await store.trim(clock.now() - KEPT_FOR, most=AT_ONCE) == AT_ONCE
    assert await trimmer.trim() == count - AT_ONCE
    assert await trimmer.trim() == 0


async def test_events_from_before_they_had_a_time_are_kept_for_a_month_from_the_migration_on(
    database_url: str, clock: StillClock
) -> None:
    database = connect(database_url)
    await schema.migrate(database, "upgrade", "0002")
    async with database.writing() as connection:
        await connection.exec_driver_sql("INSERT INTO message_events (event) VALUES ('Ev1')")
    await database.close()

    async with open_store(database_url, clock) as store:
        assert await Trimmer(store, clock).trim() == 0
        assert await store.add_messages([an_event("Ev1")]) == 0
        assert await store.trim(clock.now() + timedelta(days=36500), most=AT_ONCE) == 1


async def test_groups_of_alerts_that_are_over_go_after_a_month_and_those_that_burn_stay(
    store: SqlStore, clock: StillClock, trimmer: Trimmer
) -> None:
    over = Seen("x", AlertStatus.RESOLVED, T0)
    burning = Seen("y", AlertStatus.FIRING, T0)
    groups = (
        AlertGroup("over", "x", seen={"x": over}, told_at=T0),
        AlertGroup("burns", "x", seen={"x": over, "y": burning}, told_at=T0),
        AlertGroup("untold", "x", seen={"x": over}, untold=(Change(AN_ALERT, T0),)),
        AlertGroup("young", "x", seen={"x": over}, told_at=T0 + timedelta(hours=1)),
    )
    async with store.unit() as unit:
        for group in groups:
            await unit.keep_group(group, tell_at=None)
    clock.skip(KEPT_FOR + timedelta(minutes=1))

    assert await trimmer.trim() == 1
    async with store.unit() as unit:
        kept = [one.key for one in groups if await unit.alert_group(one.key, at=T0)]
    assert kept == ["burns", "untold", "young"]


async def test_a_group_that_burns_again_while_it_is_looked_at_stays(
    store: SqlStore, clock: StillClock
) -> None:
    over = AlertGroup("a", "x", seen={"x": Seen("x", AlertStatus.RESOLVED, T0)}, told_at=T0)
    async with store.unit() as unit:
        await unit.keep_group(over, tell_at=None)
    later = clock.now() + timedelta(days=1)
    async with store._database.reading() as connection:
        old = await outlived(connection, later, most=AT_ONCE)
    async with store.unit() as unit:
        await unit.keep_group(replace(over, seen={"x": Seen("x", AlertStatus.FIRING, later)}), tell_at=None)
    async with store._database.writing() as connection:
        await drop(connection, old)

    assert list(old.groups) == ["a"]
    async with store.unit() as unit:
        assert await unit.alert_group("a", at=T0)


async def test_deliveries_that_were_set_aside_go_after_a_month_and_those_that_wait_stay(
    store: SqlStore, clock: StillClock, trimmer: Trimmer
) -> None:
    await store.keep_news(News("a", "Alertmanager", "broken", ()), T0)
    await store.keep_news(News("b", "Alertmanager", "waits", ()), T0)
    await store.fail_news(1)
    clock.skip(KEPT_FOR)
    assert await trimmer.trim() == 0
    clock.skip(timedelta(minutes=1))

    assert await trimmer.trim() == 1
    assert await store.failed_news() == 0
    assert await store.has_news()


async def test_groups_from_before_they_had_an_end_count_from_the_migration_on(
    database_url: str, clock: StillClock
) -> None:
    database = connect(database_url)
    await schema.migrate(database, "upgrade", "0007")
    async with database.writing() as connection:
        await connection.exec_driver_sql("INSERT INTO alert_groups (key, body) VALUES ('a', '{}')")
    await database.close()

    async with open_store(database_url, clock) as store:
        assert await Trimmer(store, clock).trim() == 0
        assert await store.trim(clock.now() + timedelta(days=36500), most=AT_ONCE) == 1
