"""Telling the world: one retry policy, every failure seen by a person, nothing told twice."""

import asyncio
from collections.abc import Collection, Mapping
from typing import get_args

import pytest

from incidentbot.clock import new_id
from incidentbot.core.answers import Answer
from incidentbot.core.commands import Acknowledge, Declare, Resolve, RetryEffect
from incidentbot.core.effects import Effect, SendPage
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident, PageState
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.deliver import AT_ONCE, Deliverer
from incidentbot.flows.ports import Claimed
from incidentbot.flows.pulse import Pulse
from incidentbot.flows.rounds import CALM_S
from incidentbot.flows.values import StoreAway
from tests.flows.house import BO, ONE, House, World


async def test_an_effect_that_cannot_go_out_now_goes_out_later_once(house: House):
    house.world.fail(
        "page:1:opening", TryLater("PagerDuty answered 503."), TryLater("PagerDuty answered 503.")
    )
    await house.declare()
    await house.deliverer.settled()
    assert house.world.told.count("page:1:opening") == 1

    await house.pass_time(seconds=1)
    await house.pass_time(seconds=2)

    assert house.world.told.count("page:1:opening") == 3
    assert (await house.incident()).pages["1:opening"].state is PageState.DELIVERED


async def test_a_worker_looks_each_second_while_something_waits_and_seldom_while_nothing_does(house: House):
    assert await house.deliverer.pause_s(1) == CALM_S

    house.world.fail("page:1:opening", TryLater("Too many.", after_s=30))
    await house.declare()
    await house.deliverer.settled()
    assert await house.deliverer.pause_s(1) == 1

    await house.pass_time(seconds=30)
    assert await house.deliverer.pause_s(1) == CALM_S


async def test_a_vendor_that_asks_for_a_pause_gets_it(house: House):
    house.world.fail("page:1:opening", TryLater("Too many.", after_s=30))
    await house.declare()
    await house.deliverer.settled()

    await house.pass_time(seconds=29)
    assert house.world.told.count("page:1:opening") == 1
    await house.pass_time(seconds=1)
    assert house.world.told.count("page:1:opening") == 2


async def test_a_page_that_stays_late_is_said_once_and_taken_back_when_it_goes_out(house: House):
    house.world.fail("page:1:opening", *[TryLater("PagerDuty did not answer.")] * 8)
    await house.declare()
    await house.deliverer.settled()
    for _ in range(40):
        await house.pass_time(seconds=10)

    texts = [text for kind, text in await house.facts() if kind in {FactKind.PAGE_FAILED, FactKind.RETRIED}]
    assert texts == [
        "The on-call primary is not paged yet: PagerDuty did not answer. I keep trying.",
        "The on-call primary was paged, 2 min late.",
    ]


@pytest.mark.parametrize(("effect", "told"), [("page:1:opening", True), ("announce", False)])
async def test_a_pause_that_a_vendor_asks_for_is_worth_a_line_where_it_holds_up_a_page(
    house: House, effect: str, told: object
):
    house.world.fail(effect, *[TryLater("Too many requests.", after_s=30)] * 2)
    await house.declare()
    await house.deliverer.settled()
    await house.pass_time(seconds=40)
    assert (effect in (await house.incident()).failures) is told
    await house.pass_time(seconds=60)

    assert (await house.incident()).failures == {}


async def test_what_slack_puts_off_by_a_second_again_and_again_is_kept_at_for_an_hour_and_then_given_up(
    house: House,
):
    busy = TryLater("Slack asks for a pause: too many requests.", after_s=1)
    house.world.fail("announce", *[busy] * 200)
    await house.declare()
    await house.deliverer.settled()
    for _ in range(150):
        await house.pass_time(seconds=1)
    assert [(one.effect, one.final) for one in (await house.incident()).failures.values()] == [
        ("announce", False)
    ]

    await house.pass_time(hours=1)

    assert [(one.effect, one.final) for one in (await house.incident()).failures.values()] == [
        ("announce", True)
    ]


async def test_a_page_in_back_off_is_not_sent_once_somebody_has_it(house: House):
    house.world.fail("page:1:opening", TryLater("PagerDuty did not answer.", unknown=True))
    await house.declare()
    await house.deliverer.settled()

    await house.handler.handle(Acknowledge(BO), ref=ONE)
    await house.pass_time(minutes=1)

    assert house.world.told.count("page:1:opening") == 1
    assert house.world.told.count("ack:1:opening") == 1


@pytest.mark.parametrize(
    "trouble",
    [TryLater("PagerDuty asks for fewer calls."), GiveUp("PagerDuty does not know this key.")],
    ids=repr,
)
async def test_a_page_that_is_acknowledged_while_it_fails_was_not_paged_and_is_not_answered(
    house: House, trouble: Exception
):
    house.world.fail("page:1:opening", trouble)
    house.world.meanwhile["page:1:opening"] = lambda: house.handler.handle(Acknowledge(BO), ref=ONE)
    await house.declare()
    await house.deliverer.settled()
    await house.pass_time(minutes=1)

    assert "The on-call primary was not paged: INC-1 was acknowledged first." in [
        text for kind, text in await house.facts() if kind is FactKind.PAGE_CALLED_OFF
    ]
    assert "ack:1:opening" not in house.world.told
    incident = await house.incident()
    assert (incident.failures, incident.pages["1:opening"].state) == ({}, PageState.CANCELLED)


async def test_what_fails_for_good_is_a_failure_with_retry_and_goes_out_on_retry(house: House):
    house.world.fail("page:1:opening", GiveUp("PagerDuty does not know this key."))
    await house.declare()
    await house.deliverer.settled()
    assert set((await house.incident()).failures) == {"page:1:opening"}

    await house.handler.handle(RetryEffect(BO, "page:1:opening"), ref=ONE)
    await house.deliverer.settled()

    incident = await house.incident()
    assert (incident.failures, incident.pages["1:opening"].state) == ({}, PageState.DELIVERED)


async def test_a_bug_in_telling_is_shown_with_its_reference_and_holds_up_nothing_else(house: House):
    house.world.fail("room", KeyError("surprise"))
    await house.declare()
    await house.deliverer.settled()

    assert (await house.incident()).room.channel == "C7"  # told again as a thread
    assert any("reference" in text for _, text in await house.facts())


async def test_cards_that_wait_are_told_once_with_what_is_true_then(house: House):
    await house.declare()
    await house.deliverer.settled()
    house.world.told.clear()

    await house.handler.handle(Acknowledge(BO), ref=ONE)
    await house.handler.handle(Resolve(BO), ref=ONE)
    await house.deliverer.settled()

    assert house.world.told.count("card") == 1


async def test_a_card_that_failed_for_good_and_shows_later_is_no_failure_any_more(house: House):
    house.world.fail("card", GiveUp("Slack says: msg_blocks_too_long."))
    await house.declare()
    await house.deliverer.settled()
    assert set((await house.incident()).failures) == {"card"}

    await house.handler.handle(Acknowledge(BO), ref=ONE)
    await house.deliverer.settled()

    assert (await house.incident()).failures == {}


async def test_a_database_that_is_away_for_a_moment_delays_a_page_by_a_moment(house: House):
    await house.declare()
    real, away = house.store.named, iter([True, True])

    async def sometimes(ids: Collection[str]) -> Mapping[str, Incident]:
        if next(away, False):
            raise StoreAway("The database is restarting.")
        return await real(ids)

    house.store.named = sometimes  # type: ignore[method-assign] # a database that comes and goes
    async with asyncio.timeout(5):
        await house.deliverer.settled()

    assert (await house.incident()).pages["1:opening"].state is PageState.DELIVERED


class SlowRooms:
    """A Slack that answers nothing, beside a pager that answers at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answers = asyncio.Event()
        self.rung = asyncio.Event()

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        if isinstance(claimed.effect, SendPage):
            self.rung.set()
        else:
            await self.answers.wait()
        return await self.world.tell(incident, claimed)


async def test_a_page_waits_for_no_slack_that_answers_slowly(house: House):
    rooms = SlowRooms(house.world)
    deliverer = Deliverer(house.store, house.handler, house.clock, dict.fromkeys(get_args(Effect), rooms))
    for number in range(AT_ONCE):
        mild = Declare(new_id(), f"U{number}", f"trouble number {number}", Severity.P2, f"x{number:03}")
        await house.handler.handle(mild)
        await deliverer.pump()
    await house.declare()
    await deliverer.pump()

    async with asyncio.timeout(10):
        await rooms.rung.wait()
    rooms.answers.set()
    await deliverer.close()


async def test_a_worker_with_much_to_tell_is_seen_to_work_before_it_has_told_all(house: House):
    beats: list[int] = []

    class Heard(Pulse):
        def beat(self) -> None:
            beats.append(len(house.world.told))

    house.deliverer.pulse = Heard("Nothing has been told")
    for number in range(AT_ONCE // 4):
        await house.declare(f"trouble number {number}", by=f"U{number}")
    await house.deliverer.pump()
    assert beats[0] < len(house.world.told)
