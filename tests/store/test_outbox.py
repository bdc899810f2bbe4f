"""Effects as units write them: each once, cancelled in time, tried again when asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from incidentbot.clock import StillClock
from incidentbot.core.answers import EffectFailed
from incidentbot.core.decision import Decision
from incidentbot.core.effects import (
    AckPage,
    Announce,
    Effect,
    Invite,
    Mirror,
    Notice,
    OpenRoom,
    PinCard,
    ResolvePage,
    Say,
    SetTopic,
    ShowCard,
    ShowRun,
)
from incidentbot.flows.ports import Postponed, Settled, Settlement
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from tests.store.postgres import empty
from tests.store.samples import (
    A_MINUTE,
    LEASE_S,
    OVER_S,
    T0,
    a_line,
    a_page,
    an_incident,
    by_id,
    claim_one,
    keep,
    keys_of,
)

EVERY_KIND: tuple[Effect, ...] = (
    a_page(),
    AckPage("1:2:secondary", "secondary", "U1"),
    ResolvePage("1:3:third", "third", "U1"),
    OpenRoom(lane="a"),
    ShowCard(lane="b"),
    ShowRun("run-1", lane="c"),
    Say("hello", "Hello \0 <!channel>", Notice.LOUD, "escalate", lane="d"),
    Invite("first", ("U1", "U2"), ("primary",)),
    SetTopic(),
    PinCard("1.1"),
    Announce(),
    Mirror("page", "on-call", "Paged."),
)


async def settle_one(store: SqlStore, how: Settlement, reason: str = "") -> None:
    """Claim the only effect that may be told now, and settle it."""
    claimed = await claim_one(store)
    async with store.unit() as unit:
        assert await unit.settle(claimed, how, reason)


async def test_every_kind_of_effect_comes_back_as_it_was_put_in(store: SqlStore) -> None:
    await keep(store, effects=EVERY_KIND)

    claimed = await store.claim("worker-1", limit=100, lease_s=60)

    assert {one.effect.key: one.effect for one in claimed} == {effect.key: effect for effect in EVERY_KIND}


async def test_an_effect_happens_once_for_ever(store: SqlStore) -> None:
    stored = await keep(store, effects=(a_page(), a_page()))
    await settle_one(store, Settlement.DONE)

    await keep(store, stored, effects=(a_page(),))

    assert await keys_of(store) == []


async def test_the_same_key_in_another_incident_is_another_effect(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),))
    await keep(store, an_incident(8), effects=(a_page(),))

    assert len(await keys_of(store)) == 2


async def test_of_a_rendered_effect_one_waits_and_another_is_wanted_once_it_left(store: SqlStore) -> None:
    stored = await keep(store, effects=(ShowCard(), ShowCard()))
    first = await claim_one(store)

    stored = await keep(store, stored, effects=(ShowCard(),))
    await keep(store, stored, effects=(ShowCard(),))
    async with store.unit() as unit:
        assert await unit.settle(first, Settlement.DONE)

    assert (await claim_one(store)).id != first.id
    assert await keys_of(store) == []


async def test_a_cancelled_effect_is_never_told(store: SqlStore) -> None:
    stored = await keep(store, effects=(a_page(), a_page("secondary")))

    await keep(store, stored, cancels=(a_page().key,))

    assert await keys_of(store) == [a_page("secondary").key]


async def test_a_decision_may_cancel_what_it_brings(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),), cancels=(a_page().key,))

    assert await keys_of(store) == []


async def test_the_key_of_another_incident_is_not_cancelled(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),))

    await keep(store, an_incident(8), cancels=(a_page().key,))

    assert await keys_of(store) == [a_page().key]


async def test_a_page_in_flight_that_was_cancelled_is_not_tried_again(store: SqlStore) -> None:
    stored = await keep(store, effects=(a_page(),))
    in_flight = await claim_one(store)

    ack = AckPage(a_page().page, "primary", "U1")
    await keep(store, stored, effects=(ack,), cancels=(a_page().key,))

    assert await keys_of(store) == []
    assert await store.postpone(in_flight, until=T0, reason="busy", unknown=True) is Postponed.DROPPED
    assert await keys_of(store) == [ack.key]


async def test_a_page_in_flight_that_was_cancelled_may_still_be_settled(store: SqlStore) -> None:
    stored = await keep(store, effects=(a_page(),))
    in_flight = await claim_one(store)
    await keep(store, stored, cancels=(a_page().key,))

    async with store.unit() as unit:
        assert await unit.settle(in_flight, Settlement.DONE)
        assert not await unit.settle(in_flight, Settlement.FAILED, "twice")


async def test_a_settlement_is_forgotten_with_its_unit(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),))
    claimed = await claim_one(store, lease_s=OVER_S)

    async def fail() -> None:
        async with store.unit() as unit:
            assert await unit.settle(claimed, Settlement.DONE)
            raise RuntimeError("the answer could not be decided")

    with pytest.raises(RuntimeError):
        await fail()

    assert await keys_of(store) == [a_page().key]


async def test_a_failed_effect_rests_until_it_is_asked_for_again(store: SqlStore, clock: StillClock) -> None:
    stored = await keep(store, effects=(a_page(),))
    await settle_one(store, Settlement.FAILED, "The pager said no.")
    assert await keys_of(store) == []
    assert (await store.snapshot()).failed_effects == 1

    clock.skip(A_MINUTE)
    async with store.unit() as unit:
        await unit.remember(Decision(stored, again=(a_page().key, "no such key")), recorded_at=clock.now())

    again = await claim_one(store)
    assert (again.attempt, again.unknown, again.first_tried_at) == (1, True, T0)
    assert (await store.snapshot()).failed_effects == 0


async def test_asking_again_for_a_card_that_waits_anyway_changes_nothing(store: SqlStore) -> None:
    stored = await keep(store, effects=(ShowCard(),))
    await settle_one(store, Settlement.FAILED, "no")
    stored = await keep(store, stored, effects=(ShowCard(),))
    await settle_one(store, Settlement.FAILED, "no")

    stored = await keep(store, stored, effects=(ShowCard(),), again=("card",))
    await settle_one(store, Settlement.DONE)
    assert await keys_of(store) == []

    assert (await store.snapshot()).failed_effects == 0
    await keep(store, stored, again=("card",))
    assert await keys_of(store) == ["card"]


async def test_failures_of_a_closed_incident_trouble_nobody(store: SqlStore) -> None:
    stored = await keep(store, effects=(a_line("one"),))
    await settle_one(store, Settlement.FAILED, "no")

    await keep(store, an_incident(version=stored.version, closed_at=T0 + timedelta(days=1)))

    assert (await store.snapshot()).failed_effects == 0
    assert (await store.snapshot()).open_incidents == 0
    assert await store.incident(by_id(stored)) is not None


async def test_many_are_settled_at_once_each_only_while_its_claim_holds(store: SqlStore) -> None:
    for number in (7, 8, 9):
        await keep(store, an_incident(number), effects=(a_page(),))
    first, second, third = await store.claim("worker-1", limit=10, lease_s=LEASE_S)
    lost = replace(second, token=second.token + 1)

    async with store.unit() as unit:
        await unit.free({one.incident_id for one in (first, second, third)})
        told = [Settled(first, Settlement.DONE), Settled(lost, Settlement.DONE)]
        failed = Settled(third, Settlement.FAILED, (EffectFailed(third.effect.key, "A page", "no such key"),))
        assert await unit.settle_all([*told, failed]) == {first.id, third.id}
        assert await unit.settle_all([*told, failed]) == set()

    assert (await store.snapshot()).failed_effects == 1
    async with store.unit() as unit:
        assert await unit.settle(second, Settlement.DONE)


async def test_an_incident_that_somebody_is_writing_is_not_waited_for(
    postgres: str, clock: StillClock
) -> None:
    empty(postgres)
    async with open_store(postgres, clock) as store:
        held = await keep(store)
        other = await keep(store, an_incident(8))
        async with store.unit() as writing, store.unit() as unit:
            await writing.find(by_id(held))
            assert await unit.free({held.id, other.id}) == {other.id: other}


async def test_a_page_that_was_called_off_can_be_told_again_and_nothing_else_that_was(
    store: SqlStore,
) -> None:
    words = a_line("later")
    stored = await keep(store, effects=(a_page(), words))
    called_off = await keep(store, stored, cancels=(a_page().key, words.key))

    await keep(store, called_off, again=(a_page().key, words.key))

    assert await keys_of(store) == [a_page().key]
