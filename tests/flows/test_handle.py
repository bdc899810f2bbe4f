"""Commands and timers: one transaction each, once each, whoever comes twice or at once."""

import asyncio
from datetime import timedelta

import pytest

from incidentbot.clock import new_id
from incidentbot.core.commands import Acknowledge, Declare, Resolve
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import Ref, RefKind
from incidentbot.flows.tick import Ticker
from tests.flows.house import ANA, BO, ONE, House


async def test_the_page_leaves_before_anything_that_needs_the_room(house: House):
    await house.declare()
    await house.deliverer.settled()

    assert set(house.world.told[:3]) == {"page:1:opening", "room", "mirror:1:opening"}


async def test_a_request_that_comes_twice_is_answered_as_before_and_done_once(house: House):
    first = await house.declare(request="trigger-1")
    again = await house.declare(title="something else", request="trigger-1")

    assert (again.reply, again.repeated, again.number) == (first.reply, True, 1)


async def test_the_same_persons_same_words_within_a_minute_are_one_incident(house: House):
    await house.declare()
    house.clock.skip(timedelta(seconds=12))

    again = await house.declare(title="Checkout  IS down")

    assert again.number == 1
    assert "you declared it 12 s ago" in again.reply


async def test_the_same_words_after_a_minute_are_a_new_incident(house: House):
    await house.declare()
    house.clock.skip(timedelta(seconds=61))

    assert (await house.declare()).number == 2


async def test_two_peoples_same_words_are_two_incidents_that_name_each_other(house: House):
    receipts = await asyncio.gather(house.declare(), house.declare(by=BO))

    assert sorted(one.number for one in receipts) == [1, 2]
    assert ((await house.incident(1)).twins, (await house.incident(2)).twins) == ((2,), (1,))


async def test_a_refusal_changes_nothing(house: House):
    with pytest.raises(Refused, match="no such incident"):
        await house.handler.handle(Acknowledge(ANA), ref=Ref(RefKind.NUMBER, "99"))

    assert await house.store.incident(Ref(RefKind.NUMBER, "99")) is None


async def test_timers_fire_once_however_often_somebody_ticks(house: House):
    await house.declare()
    house.clock.skip(timedelta(minutes=5))

    await asyncio.gather(*(Ticker(house.store, house.handler).tick() for _ in range(4)))

    breaches = [kind for kind, _ in await house.facts() if kind is FactKind.BREACHED]
    assert breaches == [FactKind.BREACHED]


async def test_an_ack_and_a_firing_at_once_leave_one_truth(house: House):
    await house.declare()
    house.clock.skip(timedelta(minutes=15))

    await asyncio.gather(house.ticker.tick(), house.handler.handle(Acknowledge(BO), ref=ONE))
    await house.pass_time(hours=3)

    pages = [key for key in (await house.incident()).pages if "rung" in key]
    assert len(pages) <= 1
    over = {PageState.ACKNOWLEDGED, PageState.CANCELLED}  # cancelled where the ack came before it left
    assert {page.state for page in (await house.incident()).pages.values()} <= over


async def test_a_real_incident_is_not_taken_for_the_drill_before_it(house: House):
    drill = Declare(new_id(), ANA, "checkout is down", Severity.P0, "x4k2", drill=True, paging=False)
    await house.handler.handle(drill)

    assert (await house.declare()).number == 2
    await house.deliverer.settled()
    assert "page:1:opening" in house.world.told


async def test_the_same_words_after_the_end_are_a_new_incident(house: House):
    await house.declare()
    await house.handler.handle(Resolve(BO), ref=ONE)

    assert (await house.declare()).number == 2
