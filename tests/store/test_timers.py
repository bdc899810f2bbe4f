"""Timers: set, moved, found due; a firing that is stale is seen to be."""

import asyncio
from collections.abc import Sequence

import pytest

from incidentbot.clock import StillClock
from incidentbot.core.decision import Decision
from incidentbot.flows.ports import (
    DueTimer,
)
from incidentbot.store.store import SqlStore
from tests.store.samples import A_MINUTE, T0, keep


async def test_a_firing_is_stale_once_its_timer_was_moved_or_dropped(store: SqlStore) -> None:
    incident = await keep(store, timers={"ack": T0, "update": T0})
    firing = DueTimer(incident.id, "ack", T0)

    async with store.unit() as unit:
        assert await unit.standing([firing]) == {firing: incident}
        await unit.remember(Decision(incident, timers={"ack": T0 + A_MINUTE, "update": None}), recorded_at=T0)
        assert not await unit.standing([firing])
        assert await unit.standing([DueTimer(incident.id, "ack", T0 + A_MINUTE)])
        assert not await unit.standing([DueTimer(incident.id, "update", T0)])


async def test_one_firing_seen_by_two_is_acted_on_by_one(store: SqlStore) -> None:
    incident = await keep(store, timers={"ack": T0})

    async def fire() -> bool:
        async with store.unit() as unit:
            standing = await unit.standing([DueTimer(incident.id, "ack", T0)])
            fired = [Decision(found, timers={"ack": None}) for found in standing.values()]
            await unit.remember_all(fired, recorded_at=T0)
            return bool(standing)

    assert sorted(await asyncio.gather(fire(), fire(), fire())) == [False, False, True]


async def test_due_timers_come_oldest_first_and_follow_the_houses_clock(
    store: SqlStore, clock: StillClock
) -> None:
    timers = {"late": T0 - A_MINUTE, "now": T0, "soon": T0 + A_MINUTE}
    incident = await keep(store, timers=timers)

    assert await store.next_timer_at() == T0 - A_MINUTE
    assert [timer.name for timer in await store.due_timers(limit=10)] == ["late", "now"]
    assert await store.due_timers(limit=1) == [DueTimer(incident.id, "late", T0 - A_MINUTE)]
    clock.skip(A_MINUTE)
    assert [timer.name for timer in await store.due_timers(limit=10)] == ["late", "now", "soon"]


async def test_two_decisions_on_one_incident_are_not_written_together(store: SqlStore) -> None:
    incident = await keep(store, timers={"ack": T0, "update": T0})
    due = [DueTimer(incident.id, name, T0) for name in ("ack", "update")]

    with pytest.raises(ValueError, match="named twice"):
        await fired_together(store, due)

    assert len(await store.due_timers(limit=10)) == 2


async def fired_together(store: SqlStore, due: Sequence[DueTimer]) -> None:
    async with store.unit() as unit:
        standing = await unit.standing(due)
        fired = [Decision(found, timers={timer.name: None}) for timer, found in standing.items()]
        await unit.remember_all(fired, recorded_at=T0)
