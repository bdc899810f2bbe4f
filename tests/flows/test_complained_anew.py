"""What is lost while a complaint of the same stands: it rings again, and is no storm."""

from datetime import timedelta

from incidentbot.flows.watchdog.audit import Audit
from incidentbot.flows.watchdog.complaints import AGAIN, Complaints, FirstCalled
from tests.flows.house import House
from tests.flows.test_audit import Ear, Slack, one_set_aside


async def test_alerts_that_are_set_aside_after_others_were_complained_of_ring_again_within_hours(
    house: House,
):
    ear = Ear()
    complaints = Complaints(house.store, house.clock, ear, FirstCalled(ear, "on_call_primary"))
    audit = Audit(house.store, house.clock, Slack().silent, complaints)
    await one_set_aside(house)
    for _ in range(3):
        await audit.round()
    house.clock.skip(timedelta(minutes=20))
    await one_set_aside(house)
    await audit.round()
    assert len(ear.heard) == 2, "no storm of complaints"

    house.clock.skip(AGAIN)
    for _ in range(3):
        await audit.round()
    assert ear.heard[2:4] == [
        "rings: incidentbot: 2 deliveries of alerts could not be taken in",
        "ends: incidentbot: 2 deliveries of alerts could not be taken in",
    ]
    [told] = ear.heard[4:]
    assert told.startswith(":warning: 2 deliveries of alerts could not be taken in. ")

    house.clock.skip(AGAIN * 2)
    for _ in range(3):
        await audit.round()
    assert len(ear.heard) == 5, "nothing was set aside since"
