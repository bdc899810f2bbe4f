"""Effects as workers take them: never two at once, in the order of their lane, under a lease."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.dialects.sqlite import dialect

from incidentbot.clock import StillClock, SystemClock
from incidentbot.core.effects import ShowCard
from incidentbot.flows.ports import Postponed, Settlement
from incidentbot.store import claims
from incidentbot.store.engines.dialects import SQLITE
from incidentbot.store.engines.engine import connect
from incidentbot.store.schema.upgrade import bring_up_to_date
from incidentbot.store.store import SqlStore
from tests.store.samples import (
    A_MINUTE,
    LEASE_S,
    OVER_S,
    T0,
    a_line,
    a_page,
    an_incident,
    claim_one,
    keep,
    keys_of,
)


async def test_a_lane_is_told_in_order_and_lanes_side_by_side(store: SqlStore) -> None:
    await keep(store, effects=(a_line("one"), a_page(), a_line("two"), a_page("secondary"), a_page(rung=2)))
    await keep(store, an_incident(8), effects=(a_line("one"),))

    claimed = await store.claim("worker-1", limit=100, lease_s=LEASE_S)

    assert [(one.incident_id, one.effect.key) for one in claimed] == [
        ("incident-7", "page:1:1:primary"),
        ("incident-7", "page:1:1:secondary"),
        ("incident-7", "say:one"),
        ("incident-8", "say:one"),
    ]
    async with store.unit() as unit:
        assert await unit.settle(claimed[2], Settlement.DONE)
    assert await keys_of(store) == ["say:two"]


async def test_pages_are_taken_before_what_was_written_earlier(store: SqlStore) -> None:
    for number in range(1, 6):
        await keep(store, an_incident(number), effects=(a_line("one"), a_page()))

    claimed = await store.claim("worker-1", limit=5, lease_s=LEASE_S)

    assert {one.effect.lane for one in claimed} == {"pager:primary"}


async def test_many_workers_never_take_the_same(store: SqlStore) -> None:
    for number in range(1, 41):
        await keep(store, an_incident(number), effects=(a_page(), a_line("one"), a_line("two")))

    async def work(owner: str) -> list[int]:
        taken: list[int] = []
        while claimed := await store.claim(owner, limit=3, lease_s=LEASE_S):
            taken += [one.id for one in claimed]
            async with store.unit() as unit:
                assert all([await unit.settle(one, Settlement.DONE) for one in claimed])
        return taken

    hands = await asyncio.gather(*(work(f"worker-{place}") for place in range(6)))

    taken = [effect for hand in hands for effect in hand]
    assert len(set(taken)) == len(taken)
    rest = await store.claim("last", limit=1000, lease_s=LEASE_S)
    assert len(taken) + len(rest) == 120


async def test_what_is_claimed_is_left_alone_until_its_lease_ends(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),))

    claimed = await claim_one(store)

    assert await keys_of(store, owner="worker-2") == []
    assert (claimed.attempt, claimed.token, claimed.unknown, claimed.first_tried_at) == (1, 1, False, T0)


async def test_an_effect_whose_worker_died_is_taken_over_as_unknown(
    store: SqlStore, clock: StillClock
) -> None:
    await keep(store, effects=(a_page(),))
    late = await claim_one(store, lease_s=OVER_S)
    clock.skip(A_MINUTE)

    taken_over = await claim_one(store, "worker-2")

    assert taken_over == replace(late, token=2, attempt=2, unknown=True)


async def test_a_worker_that_lost_its_lease_marks_nothing(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),))
    late = await claim_one(store, lease_s=OVER_S)
    taken_over = await claim_one(store, "worker-2")

    async with store.unit() as unit:
        assert not await unit.settle(late, Settlement.DONE)
    assert await store.postpone(late, until=T0, reason="busy", unknown=False) is Postponed.LOST
    async with store.unit() as unit:
        assert await unit.settle(taken_over, Settlement.DONE)


async def test_a_lease_that_ended_unnoticed_may_still_be_settled(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),))
    late = await claim_one(store, lease_s=OVER_S)

    async with store.unit() as unit:
        assert await unit.settle(late, Settlement.DONE)
    assert await keys_of(store) == []


async def test_leases_do_not_follow_a_clock_that_skips(store: SqlStore, clock: StillClock) -> None:
    await keep(store, effects=(a_page(),))
    await claim_one(store)

    clock.skip(timedelta(days=1))

    assert await keys_of(store, owner="worker-2") == []


async def test_a_postponed_effect_waits_by_the_houses_clock(store: SqlStore, clock: StillClock) -> None:
    await keep(store, effects=(a_page(), a_page(rung=2)))
    claimed = await claim_one(store)

    assert await store.postpone(claimed, until=T0 + A_MINUTE, reason="busy", unknown=True) is Postponed.HELD
    assert await keys_of(store) == []
    clock.skip(A_MINUTE)

    again = await claim_one(store)
    assert again == replace(claimed, token=2, attempt=2, unknown=True)


async def test_what_was_looked_up_meanwhile_is_not_unknown_any_more(store: SqlStore) -> None:
    await keep(store, effects=(a_page(),))
    await claim_one(store, lease_s=OVER_S)
    looked_up = await claim_one(store)

    assert (
        await store.postpone(looked_up, until=T0, reason="not there, and busy", unknown=False)
        is Postponed.HELD
    )

    assert not (await claim_one(store)).unknown


async def test_a_postponed_card_outlives_the_younger_one_that_waits(store: SqlStore) -> None:
    stored = await keep(store, effects=(ShowCard(),))
    first = await claim_one(store)
    await keep(store, stored, effects=(ShowCard(),))

    assert await store.postpone(first, until=T0, reason="busy", unknown=True) is Postponed.HELD

    again = await claim_one(store)
    assert (again.id, again.attempt, again.unknown) == (first.id, 2, True)
    async with store.unit() as unit:
        assert await unit.settle(again, Settlement.DONE)
    assert await keys_of(store) == []


async def test_a_card_postponed_too_late_leaves_the_younger_one_waiting(store: SqlStore) -> None:
    stored = await keep(store, effects=(ShowCard(),))
    late = await claim_one(store, lease_s=OVER_S)
    holder = await claim_one(store, "worker-2")
    await keep(store, stored, effects=(ShowCard(),))

    assert await store.postpone(late, until=T0, reason="busy", unknown=True) is Postponed.LOST

    async with store.unit() as unit:
        assert await unit.settle(holder, Settlement.DONE)
    assert await keys_of(store) == ["card"]


async def test_the_next_instant_is_that_of_a_lanes_first_effect(store: SqlStore, clock: StillClock) -> None:
    assert await store.next_effect_at() is None
    await keep(store, effects=(a_line("one"), a_line("two")))
    assert await store.next_effect_at() == T0

    claimed = await claim_one(store)
    assert await store.postpone(claimed, until=T0 + A_MINUTE, reason="busy", unknown=False) is Postponed.HELD

    assert await store.next_effect_at() == T0 + A_MINUTE
    clock.skip(A_MINUTE)
    assert await store.next_effect_at() == clock.now()


async def test_the_end_of_a_lease_is_told_by_the_houses_clock(store: SqlStore, clock: StillClock) -> None:
    await keep(store, effects=(a_page(),))
    before = SystemClock().now()
    await claim_one(store, lease_s=LEASE_S)

    ends_at = await store.next_effect_at()

    passed = SystemClock().now() - before
    assert ends_at is not None
    assert (
        clock.now() + timedelta(seconds=LEASE_S) - passed
        <= ends_at
        <= clock.now() + timedelta(seconds=LEASE_S)
    )


async def test_a_poll_reads_only_what_is_not_settled(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path}/incidentbot.db")
    await bring_up_to_date(database)
    statement = str(claims.TAKE[SQLITE].compile(dialect=dialect()))

    async with database.reading() as connection:
        plan = await connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")
        )
        steps = [row.detail for row in plan]
    await database.close()

    assert "SCAN effects USING INDEX ix_effects_turn" in steps
    assert "SCAN effects" not in steps
