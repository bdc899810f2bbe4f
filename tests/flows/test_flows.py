"""From a command to the world and back: one transaction, one retry policy, every failure seen by a person."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from incidentbot.clock import StillClock, new_id
from incidentbot.core.answers import Announced, Answer, CardShown, PageDelivered, RoomOpened
from incidentbot.core.commands import Acknowledge, Declare, Resolve, RetryEffect
from incidentbot.core.effects import Announce, Effect, OpenRoom, SendPage, ShowCard
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident, PageState
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Claimed, Receipt, Ref, RefKind, Store
from incidentbot.flows.tick import Ticker
from incidentbot.policies.loader import load
from incidentbot.store.engine import open_store

ANA, BO = "U0ANA", "U0BO"


@dataclass
class World:
    """A world that answers, and that can be told how to fail the next telling of an effect."""

    told: list[str] = field(default_factory=list)
    trouble: dict[str, deque[Exception]] = field(default_factory=dict)

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        key = claimed.effect.key
        self.told.append(key)
        if self.trouble.get(key):
            raise self.trouble[key].popleft()
        return self._answer(incident, claimed.effect)

    def fail(self, key: str, *errors: Exception) -> None:
        self.trouble[key] = deque(errors)

    def _answer(self, incident: Incident, effect: Effect) -> Answer | None:
        match effect:
            case OpenRoom():
                return RoomOpened("C7")
            case ShowCard():
                return CardShown("1.1") if incident.room.card_ts is None else None
            case Announce():
                return Announced("C0", "2.2") if incident.room.announced_ts is None else None
            case SendPage():
                return PageDelivered(effect.page)
            case _:
                return None


@dataclass
class House:
    clock: StillClock
    store: Store
    handler: Handler
    deliverer: Deliverer
    ticker: Ticker
    world: World

    async def declare(
        self, title: str = "checkout is down", by: str = ANA, request: str | None = None
    ) -> Receipt:
        command = Declare(new_id(), by, title, Severity.P0, "x4k2")
        return await self.handler.handle(command, request=request)

    async def pass_time(self, **span: float) -> None:
        self.clock.skip(timedelta(**span))
        await self.ticker.tick()
        await self.deliverer.settled()

    async def facts(self, number: int = 1) -> list[tuple[FactKind, str]]:
        incident = await self.incident(number)
        return [(one.fact.kind, one.fact.text) for one in await self.store.facts(incident.id)]

    async def incident(self, number: int = 1) -> Incident:
        incident = await self.store.incident(Ref(RefKind.NUMBER, str(number)))
        assert incident is not None
        return incident


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, policy, world = StillClock(datetime(2026, 11, 21, 12, tzinfo=UTC)), load("im-chat"), World()
    async with open_store(f"sqlite:///{tmp_path}/house.db", clock) as store:
        handler = Handler(store, clock, lambda: policy, lambda: None, lambda: None)
        deliverer = Deliverer(store, handler, clock, dict.fromkeys(get_args(Effect), world))
        yield House(clock, store, handler, deliverer, Ticker(store, handler), world)
        await deliverer.close()


ONE = Ref(RefKind.NUMBER, "1")


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
        "Paging the on-call primary did not work: PagerDuty did not answer. Still trying.",
        "Paging the on-call primary has worked after all.",
    ]


async def test_a_page_in_back_off_is_not_sent_once_somebody_has_it(house: House):
    house.world.fail("page:1:opening", TryLater("PagerDuty did not answer.", unknown=True))
    await house.declare()
    await house.deliverer.settled()

    await house.handler.handle(Acknowledge(BO), ref=ONE)
    await house.pass_time(minutes=1)

    assert house.world.told.count("page:1:opening") == 1
    assert house.world.told.count("ack:1:opening") == 1


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
    assert all(page.state is PageState.ACKNOWLEDGED for page in (await house.incident()).pages.values())
