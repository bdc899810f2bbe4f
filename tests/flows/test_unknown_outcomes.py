"""An effect that may have taken effect is looked for before it is told again, however often that has to wait."""

from datetime import timedelta

import pytest

from incidentbot.core.refusals import TryLater
from tests.flows.house import House

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
