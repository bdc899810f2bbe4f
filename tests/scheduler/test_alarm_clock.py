"""The alarm clock: what is armed while it rings is heard at once, not at the next sweep."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.clock import StillClock
from incidentbot.scheduler import AlarmClock

LONGEST_S = 2.0
"""Real seconds; the sweep comes every five."""


async def test_what_is_armed_while_it_rings_rings_again_at_once(caplog: pytest.LogCaptureFixture):
    rings = 0
    thrice = asyncio.Event()

    async def ring() -> None:
        nonlocal rings
        rings += 1
        if rings < 3:
            alarm.arm_now()
        await asyncio.sleep(0)
        if rings == 3:
            thrice.set()

    async def earliest() -> None:
        return None

    alarm = AlarmClock(StillClock(datetime(2026, 11, 23, tzinfo=UTC)), ring, earliest)
    alarm.start()
    await asyncio.wait_for(thrice.wait(), LONGEST_S)
    alarm.stop()

    assert caplog.text == ""


async def test_it_rings_when_the_earliest_instant_comes():
    clock = StillClock(datetime(2026, 11, 23, tzinfo=UTC))
    instants, rung = [clock.now()], asyncio.Event()

    async def ring() -> None:
        if instants and clock.now() >= instants[0]:
            rung.set()
            instants.clear()

    async def earliest() -> datetime | None:
        return instants[0] if instants else None

    alarm = AlarmClock(clock, ring, earliest)
    alarm.start()
    await asyncio.wait_for(rung.wait(), LONGEST_S)
    alarm.stop()


async def test_a_machines_clock_that_is_set_has_it_look_at_once_and_not_when_the_old_instants_come():
    clock = StillClock(datetime(2026, 11, 23, tzinfo=UTC))
    machine = StillClock(datetime(2026, 11, 23, tzinfo=UTC))
    first, again = asyncio.Event(), asyncio.Event()

    async def ring() -> None:
        (again if first.is_set() else first).set()

    async def earliest() -> None:
        return None

    alarm = AlarmClock(clock, ring, earliest, machine=machine)
    alarm.start()
    await asyncio.wait_for(first.wait(), LONGEST_S)
    machine.skip(timedelta(hours=-1))
    await asyncio.wait_for(again.wait(), LONGEST_S)
    alarm.stop()
