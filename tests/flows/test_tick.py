"""Many timers at one instant: fired together, each once; one that breaks holds up no other."""

from datetime import timedelta

import pytest

from incidentbot.core.decision import Decision
from incidentbot.core.facts import FactKind
from incidentbot.core.refusals import TryLater
from incidentbot.flows.ports import DueTimer
from incidentbot.flows.tick import TOGETHER, Ticker
from tests.flows.house import House

BROKEN = "a timer of no rule"


async def declared(house: House, count: int) -> None:
    for number in range(count):
        await house.declare(f"checkout is down in zone {number}")


async def breaches(house: House, number: int) -> int:
    return [kind for kind, _ in await house.facts(number)].count(FactKind.BREACHED)


async def test_of_more_than_one_transactions_worth_each_fires_once(house: House):
    count = TOGETHER + 5
    await declared(house, count)
    house.clock.skip(timedelta(minutes=5))

    assert await house.ticker.tick() == count
    assert await house.ticker.tick() == 0
    assert [await breaches(house, number) for number in range(1, count + 1)] == [1] * count


async def test_timers_of_one_incident_fire_in_their_order_each_on_what_the_one_before_left(house: House):
    await declared(house, 2)
    house.clock.skip(timedelta(minutes=31))

    assert await house.ticker.tick() == 2 * len(("ack", "first rung", "second rung", "update"))
    for number in (1, 2):
        kinds = [kind for kind, _ in await house.facts(number)]
        told = [kind for kind in kinds if kind in {FactKind.BREACHED, FactKind.ESCALATED}]
        assert told == [FactKind.BREACHED, FactKind.ESCALATED, FactKind.ESCALATED]
        assert sorted((await house.incident(number)).pages) == ["1:opening", "1:rung-p0-1:0", "1:rung-p0-1:1"]


async def test_one_that_breaks_is_reported_and_left_and_the_others_fire_once(
    house: House, capsys: pytest.CaptureFixture[str]
):
    await declared(house, 3)
    second = await house.incident(2)
    at = house.clock.now() + timedelta(minutes=4)
    async with house.store.unit() as unit:
        await unit.remember(Decision(second, timers={BROKEN: at}), recorded_at=house.clock.now())
    house.clock.skip(timedelta(minutes=5))

    assert await Ticker(house.store, house.handler).tick() == 3
    assert [await breaches(house, number) for number in (1, 2, 3)] == [1, 1, 1]
    assert await house.store.due_timers(limit=10) == [DueTimer(second.id, BROKEN, at)]
    assert capsys.readouterr().out.count("where=tick") == 1


async def test_an_instant_that_has_passed_when_an_answer_sets_it_is_fired_and_what_follows_is_told(
    house: House,
):
    late = TryLater("PagerDuty answered 503.")
    house.world.fail("page:1:opening", late, late)
    await declared(house, 1)
    await house.deliverer.settled()
    house.clock.skip(timedelta(minutes=4))

    await house.ticker.until_calm(house.deliverer.settled)

    assert await house.store.due_timers(limit=10) == []
    assert "page:1:rung-past-on_call_primary" in house.world.told
