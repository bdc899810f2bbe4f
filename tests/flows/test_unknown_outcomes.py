"""An effect that may have taken effect is looked for before it is told again, however often that has to wait."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import get_args

import pytest

from incidentbot.core.answers import Answer, PageAnswered, PageCalledOff
from incidentbot.core.commands import Acknowledge, ChangeSeverity, Resolve
from incidentbot.core.effects import AckPage, Effect, SendPage
from incidentbot.core.incident import Incident, PageState
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.ports import Claimed, StoreAway, Unit
from tests.flows.house import BO, ONE, House, World

PAGE = "page:1:opening"

LEASE_S = 30.0
CUT_OFF = TryLater("PagerDuty did not answer.", unknown=True)
BUSY = TryLater("PagerDuty asks for fewer calls.")


@pytest.mark.parametrize(
    ("failures", "unknown"),
    [((CUT_OFF, BUSY), True), ((BUSY, CUT_OFF), True), ((BUSY, BUSY), False)],
    ids=["cut off, then not looked", "cut off at last", "never cut off"],
)
async def test_what_may_have_happened_stays_unknown_until_it_is_told(
    house: House, failures: tuple[TryLater, ...], unknown: object
):
    house.world.fail("page:1:opening", *failures)
    await house.declare()
    await house.deliverer.settled()
    await house.pass_time(seconds=1)
    house.clock.skip(timedelta(seconds=2))

    (page,) = await house.store.claim("another", limit=1, lease_s=LEASE_S)

    assert (page.effect.key, page.attempt, page.unknown) == ("page:1:opening", 3, unknown)


@pytest.mark.parametrize("arrives", [True, False], ids=["while it is lowered", "though it timed out"])
async def test_a_page_that_rang_while_its_level_was_lowered_ends_with_its_incident(
    house: House, arrives: object
):
    """Kept back too late: a phone rings, and PagerDuty must hear the end, or it goes on ringing there."""
    lower = ChangeSeverity(BO, Severity.P3, "one customer only")
    if arrives:
        house.world.meanwhile[PAGE] = lambda: house.handler.handle(lower, ref=ONE)
    else:
        house.world.fail(PAGE, TryLater("PagerDuty did not answer in time.", unknown=True))
    await house.declare()
    await house.deliverer.settled()
    if not arrives:
        await house.handler.handle(lower, ref=ONE)
    await house.handler.handle(Resolve(BO, "it was one customer"), ref=ONE)
    await house.deliverer.settled()

    assert house.world.told.count(PAGE) == 1
    assert house.world.told.count("resolve:1:opening") == 1


async def test_a_database_that_goes_away_as_a_page_is_called_off_does_not_forget_that_a_phone_may_ring(
    house: House,
):
    real, away = house.store.unit, iter([True])

    def sometimes(*, patience_s: float | None = None) -> AbstractAsyncContextManager[Unit]:
        if next(away, False):
            raise StoreAway("The database is restarting.")
        return real(patience_s=patience_s)

    async def lowered() -> None:
        await house.handler.handle(ChangeSeverity(BO, Severity.P3, "one customer only"), ref=ONE)
        house.store.unit = sometimes  # type: ignore[method-assign] # a database that comes and goes

    house.world.fail(PAGE, CUT_OFF)
    house.world.meanwhile[PAGE] = lowered
    await house.declare()
    await house.deliverer.settled()

    assert house.world.told.count(PAGE) == 2  # the second time it is looked for
    assert (await house.incident()).pages["1:opening"].state is PageState.DELIVERED


class NeverTaken:
    """A PagerDuty that took no page: what is not wanted any more is called off, and its answer finds nothing there."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        match claimed.effect:
            case SendPage() as page:
                return PageCalledOff(page.page, unknown=claimed.unknown, sought=True)
            case AckPage() as ack:
                return PageAnswered(ack.page, rang=False)
        return await self.world.tell(incident, claimed)


async def test_a_late_page_that_is_called_off_in_the_hands_of_a_worker_that_died_is_not_said_to_have_worked(
    house: House,
):
    house.world.fail(PAGE, *[CUT_OFF] * 9)
    await house.declare()
    await house.deliverer.settled()
    for _ in range(6):
        await house.pass_time(seconds=10)
    assert PAGE in (await house.incident()).failures
    house.clock.skip(timedelta(minutes=1))
    await house.store.claim("one that dies", limit=9, lease_s=-1)

    await house.handler.handle(Acknowledge(BO), ref=ONE)
    tellers = dict.fromkeys(get_args(Effect), NeverTaken(house.world))
    await Deliverer(house.store, house.handler, house.clock, tellers).settled()

    texts = [text for _, text in await house.facts()]
    assert "The on-call primary was not paged: INC-1 was acknowledged first." in texts
    assert not [text for text in texts if "worked after all" in text]


async def test_a_page_that_is_refused_while_its_level_is_lowered_and_may_have_rung_before_is_looked_for(
    house: House,
):
    house.world.fail(PAGE, CUT_OFF, GiveUp("PagerDuty does not know this key."))
    await house.declare()
    await house.deliverer.settled()
    lower = ChangeSeverity(BO, Severity.P3, "one customer only")
    house.world.meanwhile[PAGE] = lambda: house.handler.handle(lower, ref=ONE)
    await house.pass_time(seconds=2)

    assert house.world.told.count(PAGE) == 3  # the last time it is looked for
    await house.handler.handle(Resolve(BO, "it was one customer"), ref=ONE)
    await house.deliverer.settled()
    assert house.world.told.count("resolve:1:opening") == 1
