"""A unit remembers everything or nothing."""

import asyncio
from dataclasses import replace

import pytest

from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Moment
from incidentbot.core.policy import State
from incidentbot.flows.ports import (
    Receipt,
    StoreAway,
    VersionConflict,
)
from incidentbot.store.store import SqlStore
from tests.store.samples import T0, a_page, an_incident, by_id, keep, keys_of


def a_fact(text: str) -> Fact:
    return Fact(FactKind.NOTED, T0, text, "U1", {"message": "1762160400.000100"})


async def test_a_new_incident_is_stored_as_version_one_and_comes_back_whole(store: SqlStore) -> None:
    incident = an_incident(milestones={State.ACKNOWLEDGED: Moment(T0, "U2")}, roles={"lead": "U2"})

    stored = await keep(store, incident)

    assert stored == replace(incident, version=1)
    assert type(stored.roles) is dict


async def test_nothing_of_a_unit_that_raises_is_remembered(store: SqlStore) -> None:
    incident = an_incident()
    decision = Decision(incident, (a_fact("one"),), (a_page(),), {"ack": T0})
    receipt = Receipt(incident.id, 7, "Declared.")

    async def fail_half_way() -> None:
        async with store.unit() as unit:
            await unit.remember(decision, recorded_at=T0)
            await unit.keep_receipt("request-1", receipt, T0)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail_half_way()

    assert await store.incident(by_id(incident)) is None
    assert await store.facts(incident.id) == []
    assert await keys_of(store) == []
    assert await store.due_timers(limit=10) == []
    async with store.unit() as unit:
        assert await unit.answered("request-1") is None


async def test_facts_take_the_next_places_of_their_own_incident(store: SqlStore) -> None:
    first = await keep(store, facts=(a_fact("one"), a_fact("two")))
    await keep(store, an_incident(8), facts=(a_fact("elsewhere"),))
    await keep(store, first, facts=(a_fact("three \0 and a half \ud800 of a sign"),))

    recorded = await store.facts(first.id)

    assert [(one.seq, one.fact.text) for one in recorded] == [
        (1, "one"),
        (2, "two"),
        (3, "three � and a half � of a sign"),
    ]
    assert recorded[0].fact == a_fact("one")
    assert recorded[0].recorded_at == T0


async def test_the_slower_of_two_writers_is_told_to_begin_again(store: SqlStore) -> None:
    stored = await keep(store)
    await keep(store, replace(stored, title="Checkout is slow"))

    with pytest.raises(VersionConflict):
        await keep(store, replace(stored, title="Checkout is fast"))

    now = await store.incident(by_id(stored))
    assert now is not None
    assert (now.title, now.version) == ("Checkout is slow", 2)


async def test_twenty_changes_of_one_incident_at_once_are_all_kept(store: SqlStore) -> None:
    incident = await keep(store)

    async def change(place: int) -> None:
        async with store.unit() as unit:
            found = await unit.find(by_id(incident))
            assert found is not None
            changed = replace(found, joined=(*found.joined, f"U{place}"))
            await unit.remember(Decision(changed, (a_fact(f"U{place} joined"),)), recorded_at=T0)

    await asyncio.gather(*(change(place) for place in range(20)))

    stored = await store.incident(by_id(incident))
    assert stored is not None
    assert (len(stored.joined), stored.version) == (20, 21)
    assert [one.seq for one in await store.facts(incident.id)] == list(range(1, 21))


async def test_a_unit_that_outlives_its_patience_is_rolled_back(store: SqlStore) -> None:
    async def never_end() -> None:
        async with store.unit(patience_s=0.05) as unit:
            await unit.remember(Decision(an_incident()), recorded_at=T0)
            await asyncio.Event().wait()

    with pytest.raises(StoreAway, match="nothing was written"):
        await never_end()

    assert await store.incident(by_id(an_incident())) is None
    assert (await keep(store)).version == 1


async def test_a_timeout_of_the_units_own_work_is_not_blamed_on_the_database(store: SqlStore) -> None:
    with pytest.raises(TimeoutError, match="of my own"):
        async with store.unit(patience_s=60):
            raise TimeoutError("of my own")


async def test_a_unit_waits_its_turn_and_gives_up_when_its_patience_ends(store: SqlStore) -> None:
    incident = await keep(store)

    async with store.unit() as holder:
        await holder.find(by_id(incident))
        with pytest.raises(StoreAway):
            async with store.unit(patience_s=0.05) as waiter:
                await waiter.find(by_id(incident))
        await holder.remember(Decision(incident), recorded_at=T0)

    assert (await keep(store, replace(incident, version=2))).version == 3


async def test_a_unit_that_is_cancelled_at_any_moment_is_whole_or_nothing(store: SqlStore) -> None:
    async def declare(number: int) -> None:
        async with store.unit() as unit:
            await unit.remember(Decision(an_incident(number), (a_fact("one"),)), recorded_at=T0)

    for moment in range(40):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(declare(moment))
            for _ in range(moment):
                await asyncio.sleep(0)
            task.cancel()

        stored = await store.incident(by_id(an_incident(moment)))
        assert len(await store.facts(f"incident-{moment}")) == (1 if stored else 0)

    assert (await keep(store, an_incident(100))).version == 1
