"""Round trips and connections of a page, alone and in a crowd, warm and after a silence: what it takes at any distance."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from incidentbot.core.refusals import TryLater
from incidentbot.pagerduty.lines import PATIENT, Lines, Pool
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.policies.team import Team
from incidentbot.settings import Settings
from tests.pagerduty.bench import (
    CHECKOUT_TEAM,
    UUID,
    Case,
    a_pager,
    a_stand_in,
    events_settings,
    rest_settings,
)

CROWD = 20
RINGING = {"events": "enqueue.trigger", "rest": "POST /incidents"}


@pytest.fixture
async def duty() -> AsyncIterator[PagerDutyStandIn]:
    async with a_stand_in() as standin:
        yield standin


def by(mode: str, duty: PagerDutyStandIn) -> Settings:
    return rest_settings(duty) if mode == "rest" else events_settings(duty)


async def crowd(duty: PagerDutyStandIn, pager: PagerDuty, size: int, *, named: str = "a") -> list[str]:
    """Page for so many incidents at once; what PagerDuty was asked until all of them were confirmed."""
    before = len(duty.calls)
    cases = [Case(pager, uuid=f"{UUID}-{named}{number}") for number in range(size)]
    await asyncio.gather(*(case.page() for case in cases))
    return [call.operation for call in duty.calls[before:]]


def connections(duty: PagerDutyStandIn) -> set[int]:
    return {call.connection for call in duty.calls}


@pytest.mark.parametrize("mode", ["events", "rest"])
async def test_twenty_pages_at_once_go_side_by_side(duty: PagerDutyStandIn, mode: str) -> None:
    all_there = asyncio.Barrier(CROWD)

    async def meet(operation: str, _: Mapping[str, Any]) -> None:
        if operation == RINGING[mode]:
            await all_there.wait()

    duty.faults.before_apply.append(meet)  # nobody is answered before the last one has come
    async with a_pager(by(mode, duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        await pager.warm(CROWD)
        asked = await crowd(duty, pager, CROWD)

    assert asked == [RINGING[mode]] * CROWD


@pytest.mark.parametrize("mode", ["events", "rest"])
async def test_a_warm_page_takes_one_round_trip_and_no_new_connection(
    duty: PagerDutyStandIn, mode: str
) -> None:
    async with a_pager(by(mode, duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        await crowd(duty, pager, 1)
        asked = await crowd(duty, pager, 1, named="b")

    assert asked == [RINGING[mode]]
    assert len(connections(duty)) == 1


async def test_warming_up_leaves_the_set_up_behind_before_the_first_page(duty: PagerDutyStandIn) -> None:
    async with a_pager(rest_settings(duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        await pager.warm(2)
        ready = connections(duty)
        asked = await crowd(duty, pager, 2)

    assert asked == [RINGING["rest"]] * 2
    assert ready
    assert connections(duty) == ready
    assert duty.phone.rings


async def test_warming_up_for_events_rings_nobody_and_keeps_its_connections(duty: PagerDutyStandIn) -> None:
    heard: set[int] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.add(id(writer))
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = events_settings(duty, pagerduty_events_url=f"http://127.0.0.1:{port}/v2/enqueue")
    async with server, a_pager(settings, Team()) as pager:
        await pager.warm(1)
        await pager.warm(1)

    assert len(heard) == 1


async def test_a_connection_that_was_closed_while_idle_is_replaced_without_a_failure(
    duty: PagerDutyStandIn,
) -> None:
    async with a_pager(events_settings(duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        await crowd(duty, pager, 1)
        port = int(duty.api_url.rpartition(":")[2])
        await duty.stop()
        await duty.start(port)
        await crowd(duty, pager, 1)

    await duty.settled()
    assert [call.status for call in duty.calls] == [202, 202]


async def test_a_start_without_pagerduty_is_told_and_does_not_fail(duty: PagerDutyStandIn) -> None:
    await duty.stop()

    async with a_pager(rest_settings(duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        assert await pager.start() == "PagerDuty could not be reached."


async def test_acks_that_hang_hold_no_page_back(duty: PagerDutyStandIn) -> None:
    lines = Lines(deadline_s=0.2)
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang() -> None:
        asyncio.run_coroutine_threadsafe(done.wait(), loop).result()

    hanging = [asyncio.ensure_future(lines.call(Pool.ANSWERS, hang)) for _ in range(9)]
    assert await lines.call(Pool.PAGES, lambda: "rung") == "rung"

    ended = await asyncio.gather(*hanging, return_exceptions=True)
    done.set()
    await lines.close()
    unknown = [each.unknown for each in ended if isinstance(each, TryLater)]
    assert (unknown.count(True), unknown.count(False)) == (8, 1)  # the ninth had not begun, and never does
