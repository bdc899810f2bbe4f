"""What was cancelled in the hands of a worker that died: a page is taken over to be looked for, anything else is over."""

import pytest

from incidentbot.core.effects import AckPage
from incidentbot.flows.ports import Postponed, Settlement
from incidentbot.store.store import SqlStore
from tests.store.samples import OVER_S, T0, a_line, a_page, claim_one, keep, keys_of


async def test_a_page_cancelled_in_the_hands_of_a_worker_that_died_is_taken_over_to_be_looked_for(
    store: SqlStore,
) -> None:
    stored = await keep(store, effects=(a_page(),))
    lost = await claim_one(store, lease_s=OVER_S)

    ack = AckPage(a_page().page, "primary", "U1")
    await keep(store, stored, effects=(ack,), cancels=(a_page().key,))

    taken = await claim_one(store, "worker-2")
    assert (taken.effect, taken.unknown, taken.attempt) == (a_page(), True, 2)
    async with store.unit() as unit:
        assert not await unit.settle(lost, Settlement.DONE)
        assert await unit.settle(taken, Settlement.DONE)
    assert await keys_of(store, owner="worker-2") == [ack.key]


async def test_anything_else_cancelled_in_the_hands_of_a_worker_that_died_is_not_taken_over(
    store: SqlStore,
) -> None:
    stored = await keep(store, effects=(a_line("one"),))
    await claim_one(store, lease_s=OVER_S)

    await keep(store, stored, cancels=(a_line("one").key,))

    assert await keys_of(store, owner="worker-2") == []


async def test_what_a_unit_puts_back_is_put_back_with_all_it_writes_or_not_at_all(store: SqlStore) -> None:
    stored = await keep(store, effects=(a_page(),))
    claimed = await claim_one(store)
    await keep(store, stored, cancels=(a_page().key,))

    async def put_back(trouble: Exception | None) -> None:
        async with store.unit() as unit:
            put = await unit.postpone(claimed, until=T0, reason="busy", unknown=True)
            assert put is Postponed.DROPPED
            if trouble is not None:
                raise trouble

    with pytest.raises(RuntimeError):
        await put_back(RuntimeError("the answer could not be decided"))
    await put_back(None)

    async with store.unit() as unit:
        assert not await unit.settle(claimed, Settlement.DONE)
