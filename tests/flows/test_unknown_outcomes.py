"""An effect that may have taken effect is looked for before it is told again, however often that has to wait."""

from datetime import timedelta

import pytest

from incidentbot.core.commands import ChangeSeverity, Resolve
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import TryLater
from tests.flows.house import BO, ONE, House

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
