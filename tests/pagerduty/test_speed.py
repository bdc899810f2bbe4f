"""How long a page takes at a distance of 100 ms, alone and in a crowd, warm and after a silence."""

import asyncio
import time
from collections.abc import AsyncIterator

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

RTT_S = 0.1


@pytest.fixture
async def duty() -> AsyncIterator[PagerDutyStandIn]:
    async with a_stand_in() as standin:
        standin.faults.latency_s = RTT_S
        yield standin


def by(mode: str, duty: PagerDutyStandIn) -> Settings:
    return rest_settings(duty) if mode == "rest" else events_settings(duty)


async def crowd(pager: PagerDuty, size: int, *, named: str = "a") -> float:
    """Seconds until `size` incidents at once have their pages confirmed."""
    cases = [Case(pager, uuid=f"{UUID}-{named}{number}") for number in range(size)]
    began = time.monotonic()
    await asyncio.gather(*(case.page() for case in cases))
    return time.monotonic() - began


@pytest.mark.parametrize("mode", ["events", "rest"])
async def test_twenty_pages_at_once_go_side_by_side(duty: PagerDutyStandIn, mode: str) -> None:
    async with a_pager(by(mode, duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        await pager.warm(20)
        took = await crowd(pager, 20)

    print(f"{mode}: 20 pages in {took / RTT_S:.2f} round trips")
    assert took < 4 * RTT_S  # one after the other would be 20


@pytest.mark.parametrize("mode", ["events", "rest"])
async def test_a_warm_page_takes_one_round_trip_and_no_new_connection(
    duty: PagerDutyStandIn, mode: str
) -> None:
    duty.connection_setup_s = 0.5
    async with a_pager(by(mode, duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        await crowd(pager, 1)
        took = await crowd(pager, 1, named="b")

    print(f"{mode}: a warm page in {took / RTT_S:.2f} round trips")
    assert took < 2 * RTT_S
    assert len({call.connection for call in duty.calls}) == 1


async def test_warming_up_leaves_the_set_up_behind_before_the_first_page(duty: PagerDutyStandIn) -> None:
    duty.connection_setup_s = 0.5
    async with a_pager(rest_settings(duty), CHECKOUT_TEAM, deadlines=PATIENT) as pager:
        await pager.warm(2)
        took = await crowd(pager, 2)

    assert took < 0.5
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
        await crowd(pager, 1)
        port = int(duty.api_url.rpartition(":")[2])
        await duty.stop()
        await duty.start(port)
        await crowd(pager, 1)

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
