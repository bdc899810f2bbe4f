"""What an incident has to tell that this version cannot read waits, and people hear that it does."""

from datetime import timedelta

from sqlalchemy import text
from structlog.testing import capture_logs

from incidentbot.flows.watchdog.audit import Audit
from incidentbot.flows.watchdog.troubles import Kind
from tests.flows.house import House

PAGE = "page:1:opening"


async def spoilt(house: House, body: str | None = None) -> str:
    """Put another body into every incident's row; returns the one before."""
    async with house.store._database.writing() as connection:
        (before,) = (await connection.execute(text("SELECT body FROM incidents"))).one()
        await connection.execute(
            text("UPDATE incidents SET body = :body"), {"body": body or '{"made": "later"}'}
        )
    return str(before)


async def never_silent() -> float:
    return 0.0


async def test_effects_of_an_incident_that_cannot_be_read_wait_until_it_can(house: House):
    await house.declare()
    body = await spoilt(house)
    with capture_logs() as logged:
        await house.deliverer.settled()
        await house.pass_time(minutes=1)
    assert house.world.told == []
    assert {one["effect"] for one in logged if one["event"] == "effect_waits"} >= {PAGE, "room"}

    await spoilt(house, body)
    await house.pass_time(minutes=1)

    assert house.world.told.count(PAGE) == 1
    assert (await house.store.snapshot()).failed_effects == 0


async def test_people_hear_of_effects_that_wait_for_an_incident_that_cannot_be_read(house: House):
    await house.declare()
    await spoilt(house)
    await house.deliverer.settled()
    house.clock.skip(timedelta(minutes=4))
    await house.deliverer.settled()
    audit = Audit(house.store, house.clock, never_silent)
    await audit.look()

    [trouble] = [one for one in await audit.look() if one.kind is Kind.EFFECTS]
    assert "Somebody may not have been told or paged" in trouble.sentence


async def test_an_incident_that_cannot_be_read_holds_up_no_other(house: House):
    await house.declare()
    await spoilt(house)
    await house.declare("the till is down")
    await house.deliverer.settled()

    assert house.world.told.count(PAGE) == 1


async def test_people_hear_of_deadlines_of_an_incident_that_cannot_be_read_and_the_log_tells_each_once(
    house: House,
):
    await house.declare()
    await house.deliverer.settled()
    body = await spoilt(house)
    house.clock.skip(timedelta(minutes=16))
    audit = Audit(house.store, house.clock, never_silent)
    with capture_logs() as logged:
        for _ in range(3):
            await house.ticker.tick()
            await audit.look()

    broken = [one["timer"] for one in logged if one["event"] == "bug"]
    assert sorted(broken) == ["ack", "rung-p0-1"]
    [trouble] = [one for one in audit.troubles if one.kind is Kind.TIMERS]
    assert "Escalations and reminders come late" in trouble.sentence

    await spoilt(house, body)
    await house.pass_time(minutes=0)
    assert house.world.told.count("page:1:rung-p0-1:0") == 1
