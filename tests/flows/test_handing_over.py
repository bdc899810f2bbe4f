"""A worker that stops, or was stopped for too long, leaves its effects to others, who look before they tell again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from incidentbot.core.commands import Acknowledge
from incidentbot.core.effects import Effect
from incidentbot.core.facts import FactKind
from incidentbot.core.refusals import TryLater
from incidentbot.flows.deliver import LANDED_WITHIN_S, Deliverer
from incidentbot.flows.patience import within
from incidentbot.flows.ports import Claimed
from incidentbot.store.unit import SqlUnit
from tests.flows.house import BO, ONE, House, a_house

PAGE = "page:1:opening"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as opened:
        yield opened


async def test_what_was_claimed_and_not_begun_is_free_at_once_when_the_worker_stops(house: House):
    await house.declare()
    async with asyncio.TaskGroup() as group:
        pumping = group.create_task(house.deliverer.pump())
        await asyncio.sleep(0)  # it is claiming
        house.deliverer.rest()

    assert (pumping.result(), house.world.told) == (0, [])
    others = await house.store.claim("another replica", limit=100, lease_s=30)
    assert PAGE in [one.effect.key for one in others]
    assert not any(one.unknown for one in others)


async def test_a_page_that_is_called_off_as_the_worker_stops_is_said_not_to_have_left(house: House):
    claim = house.store.claim

    async def claimed_then_stopped(
        owner: str, *, limit: int, lease_s: float, pages_only: bool = False
    ) -> Sequence[Claimed]:
        claimed = await claim(owner, limit=limit, lease_s=lease_s, pages_only=pages_only)
        house.deliverer.rest()
        await house.handler.handle(Acknowledge(BO), ref=ONE)
        return claimed

    await house.declare()
    house.store.claim = claimed_then_stopped  # type: ignore[method-assign] # a stop in the middle of a claim
    await house.deliverer.pump()

    said = [text for kind, text in await house.facts() if kind is FactKind.PAGE_CALLED_OFF]
    assert said == ["The on-call primary was not paged: INC-1 was acknowledged first."]


async def test_what_another_replica_tells_right_after_it_was_late_is_not_said_to_be_late_for_ever(
    house: House,
):
    another = Deliverer(house.store, house.handler, house.clock, dict.fromkeys(get_args(Effect), house.world))
    unit, is_first = house.store.unit, iter([True])

    @asynccontextmanager
    async def and_then_another_tells(*, patience_s: float | None = None) -> AsyncIterator[SqlUnit]:
        async with unit(patience_s=patience_s) as opened:
            yield opened
        if next(is_first, False):
            house.clock.skip(timedelta(seconds=16))
            await another.settled()

    house.world.fail("announce", *[TryLater("Slack cannot be reached.")] * 5)
    await house.declare()
    await house.deliverer.settled()
    for pause_s in (1, 2, 4):
        await house.pass_time(seconds=pause_s)
    house.store.unit = and_then_another_tells  # type: ignore[method-assign] # a replica that is quick
    await house.pass_time(seconds=8)

    assert house.world.told.count("announce") == 6
    assert (await house.incident()).failures == {}


async def test_what_is_cut_off_by_a_stop_is_free_as_soon_as_it_has_landed(house: House):
    for_ever = asyncio.Event()
    house.world.meanwhile[PAGE] = for_ever.wait
    await house.declare()
    await house.deliverer.pump()
    await house.deliverer.close()

    free_at = await house.store.next_effect_at()
    assert free_at is not None
    assert free_at - house.clock.now() <= timedelta(seconds=LANDED_WITHIN_S)
    await house.store.let_go(house.deliverer._owner, lease_s=-1)
    (page,) = [
        one
        for one in await house.store.claim("another replica", limit=100, lease_s=30)
        if one.effect.key == PAGE
    ]
    assert page.unknown


async def test_a_call_that_outlives_its_lease_is_broken_off_and_looked_for_before_the_next_try():
    with pytest.raises(TryLater) as late:
        await within(0.01, asyncio.Event().wait())
    assert late.value.unknown


async def test_a_lease_that_is_over_before_the_call_is_made_makes_no_call():
    made = []

    async def call() -> None:
        await asyncio.sleep(0)
        made.append("a call")

    with pytest.raises(TryLater):
        await within(-1, call())
    assert made == []


async def test_a_deadline_of_the_call_itself_is_not_taken_for_the_end_of_the_lease():
    async def call() -> None:
        raise TimeoutError("the vendor's own")

    with pytest.raises(TimeoutError, match="own"):
        await within(10, call())
