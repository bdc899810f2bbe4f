"""PagerDuty's events as they are kept: each once, in their order for each incident, and tied to ours."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from incidentbot.clock import StillClock
from incidentbot.core.decision import Decision
from incidentbot.flows.pager_events import Ending, PagerEvent, PagerEventCounts, Tie
from incidentbot.flows.ports import DueTimer
from incidentbot.store.store import SqlStore
from tests.store.samples import A_MINUTE, T0, an_incident, by_id, keep


def an_event(name: str, resource: str = "Q1", *, after_s: float = 0.0, delivery: str = "") -> PagerEvent:
    at = T0 + timedelta(seconds=after_s)
    return PagerEvent(name, delivery, "incident.acknowledged", resource, at, '{"data": {}}')


async def heads(store: SqlStore) -> list[str]:
    return sorted(event.id for event in await store.pager_events.heads(limit=10))


async def test_an_event_is_kept_once_by_its_id_and_by_its_delivery(store: SqlStore) -> None:
    events = store.pager_events

    assert await events.keep(an_event("e1", delivery="w1"))
    assert not await events.keep(an_event("e1", delivery="w2"))
    assert not await events.keep(an_event("e2", delivery="w1"))
    assert await events.keep(an_event("e3"))
    assert await events.keep(an_event("e4")), "without a delivery's id each counts by its own"
    assert await events.counts() == PagerEventCounts(waiting=3, set_aside=0)


async def test_an_event_comes_back_as_it_was_kept(store: SqlStore) -> None:
    event = PagerEvent("e1", "w1", "incident.annotated", "Q1", T0, '{"data": {"content": "ü\\u0000"}}')
    await store.pager_events.keep(event)

    assert list(await store.pager_events.heads(limit=10)) == [event]


async def test_of_each_incident_the_earliest_is_heard_first_however_they_arrived(
    store: SqlStore, clock: StillClock
) -> None:
    events = store.pager_events
    for name, resource, after_s in (("a late one", "Q1", 9), ("early", "Q1", 1), ("other", "Q2", 5)):
        await events.keep(an_event(name, resource, after_s=after_s))
        clock.skip(A_MINUTE)

    assert await heads(store) == ["early", "other"]
    await events.settle("early", Ending.DONE)
    await events.settle("other", Ending.IGNORED, "not ours")
    assert await heads(store) == ["a late one"]
    await events.settle("a late one", Ending.SET_ASIDE, "it names no incident")
    assert await heads(store) == []
    assert await events.counts() == PagerEventCounts(waiting=0, set_aside=1)


async def test_what_happened_at_one_instant_is_heard_as_it_arrived(store: SqlStore) -> None:
    told = ["e9", "e1", "e5", "e0"]
    for name in told:
        await store.pager_events.keep(an_event(name))
    heard = []
    while first := await heads(store):
        heard += first
        await store.pager_events.settle(first[0], Ending.DONE)

    assert heard == told


async def test_one_that_is_tried_later_holds_back_its_own_incident_alone(
    store: SqlStore, clock: StillClock
) -> None:
    events = store.pager_events
    for name, resource in (("e1", "Q1"), ("e2", "Q2")):
        await events.keep(an_event(name, resource))
    await events.keep(an_event("e3", "Q1", after_s=1))
    await events.postpone("e1", until=clock.now() + A_MINUTE, reason="reference abc")

    assert await heads(store) == ["e2"]
    clock.skip(A_MINUTE)
    assert await heads(store) == ["e1", "e2"]
    assert [event.attempt for event in await events.heads(limit=10)] == [1, 0]


async def test_what_a_decision_ties_is_ours_and_its_epoch_only_rises(store: SqlStore) -> None:
    assert await store.pager_events.tie("Q1") is None
    incident = await keep(store)
    for epoch in (2, 1):
        async with store.unit() as unit:
            found = await unit.find(by_id(incident))
            assert found is not None
            await unit.remember(Decision(found, ties={"Q1": epoch}), recorded_at=T0)

    assert await store.pager_events.tie("Q1") == Tie("Q1", incident.id, 2)


async def test_what_is_learned_replaces_nothing_that_is_known(store: SqlStore) -> None:
    incident, other = await keep(store), await keep(store, an_incident(8))
    for tie in (Tie("Q1", incident.id, 1), Tie("Q1", other.id, 3)):
        await store.pager_events.learn(tie)

    assert await store.pager_events.tie("Q1") == Tie("Q1", incident.id, 1)


async def test_the_newest_change_that_was_heard_is_not_forgotten_for_an_older_one(store: SqlStore) -> None:
    events = store.pager_events
    await events.learn(Tie("Q1", (await keep(store)).id, 1))
    for at in (T0 + A_MINUTE, T0):
        await events.heard("Q1", at)

    tie = await events.tie("Q1")
    assert tie is not None
    assert tie.heard_at == T0 + A_MINUTE


async def test_what_is_settled_is_forgotten_in_time_and_what_was_set_aside_stays(
    store: SqlStore, clock: StillClock
) -> None:
    events = store.pager_events
    for name, how in (("e1", Ending.DONE), ("e2", Ending.IGNORED), ("e3", Ending.SET_ASIDE), ("e4", None)):
        await events.keep(an_event(name))
        if how is not None:
            await events.settle(name, how)
    assert await store.trim(clock.now(), most=10) == 0, "not yet"
    assert await store.trim(clock.now() + A_MINUTE, most=10) == 2

    assert await events.keep(an_event("e1"))
    assert await events.counts() == PagerEventCounts(waiting=2, set_aside=1)


async def test_what_decisions_of_many_tie_is_ours_as_well(store: SqlStore) -> None:
    stored = [await keep(store, an_incident(number), timers={"breach": T0}) for number in (7, 8)]
    due = [DueTimer(one.id, "breach", T0) for one in stored]
    async with store.unit() as unit:
        standing = await unit.standing(due)
        tied = [
            Decision(one, ties={f"Q{one.number}": 1}, timers={"breach": None}) for one in standing.values()
        ]
        await unit.remember_all(tied, recorded_at=T0)

    assert [await store.pager_events.tie(f"Q{one.number}") for one in stored] == [
        Tie(f"Q{one.number}", one.id, 1) for one in stored
    ]


async def test_events_that_come_at_once_are_kept_together_each_once_and_one_that_breaks_alone(
    store: SqlStore,
) -> None:
    events = store.pager_events
    broken = replace(an_event("no zone"), occurred_at=T0.replace(tzinfo=None))
    brought = [*(an_event(f"e{number}") for number in range(60)), broken, an_event("e7")]

    kept = await asyncio.gather(*(events.keep(one) for one in brought), return_exceptions=True)

    assert kept[:60] == [True] * 60
    assert isinstance(kept[60], Exception)
    assert kept[61] is False
    assert (await events.counts()).waiting == 60
