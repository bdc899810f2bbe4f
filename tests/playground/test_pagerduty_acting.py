"""What people do in PagerDuty's app, and the stand-in's own coming and going."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import aiohttp
import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn, Refusal
from incidentbot.playground.pagerduty.incidents import Cause, Status
from tests.playground.pagerduty_bench import T0, played

Deed = Callable[[PagerDutyStandIn], Awaitable[object]]


@pytest.fixture
async def pager() -> AsyncIterator[PagerDutyStandIn]:
    async with PagerDutyStandIn(StillClock(T0)) as standin:
        await trigger(standin)
        yield standin


async def trigger(pager: PagerDutyStandIn) -> None:
    await played(pager, "trigger", key="k1")


@pytest.mark.parametrize("who", ["bo", "Bo", "PUBO", "bo@example.com"])
async def test_a_person_is_known_by_name_id_or_address(pager: PagerDutyStandIn, who: str) -> None:
    incident = await pager.acknowledge("k1", by=who)

    assert [stamp.user.name for stamp in incident.acknowledgements] == ["Bo"]
    assert incident.changed_by.cause is Cause.PERSON


async def test_two_people_may_acknowledge_beside_each_other(pager: PagerDutyStandIn) -> None:
    await pager.acknowledge("k1", by="ana")
    incident = await pager.acknowledge("k1", by="bo")

    assert [stamp.user.name for stamp in incident.acknowledgements] == ["Ana", "Bo"]


async def _twice(pager: PagerDutyStandIn) -> None:
    await pager.acknowledge("k1", by="ana")
    await pager.acknowledge("k1", by="ana")


async def _after_its_end(pager: PagerDutyStandIn) -> None:
    await pager.resolve("k1", by="ana")
    await pager.acknowledge("k1", by="ana")


async def _past_the_top(pager: PagerDutyStandIn) -> None:
    await pager.escalate("k1", by="ana", level=5)
    await pager.escalate("k1", by="ana")


IMPOSSIBLE: dict[str, tuple[Deed, int]] = {
    "acknowledging twice": (_twice, 1002),
    "acknowledging what is over": (_after_its_end, 1001),
    "escalating past the top": (_past_the_top, 1006),
    "taking back what nobody gave": (lambda pager: pager.unacknowledge("k1", by="ana"), 2002),
    "reopening what is open": (lambda pager: pager.reopen("k1", by="ana"), 2002),
    "an unknown priority": (lambda pager: pager.set_priority("k1", "P9", by="ana"), 1020),
    "answering without being asked": (lambda pager: pager.respond("k1", by="bo", joins=True), 2100),
    "an unknown incident": (lambda pager: pager.resolve("k9", by="ana"), 2100),
    "an unknown person": (lambda pager: pager.resolve("k1", by="zoe"), 2100),
}


@pytest.mark.parametrize(("deed", "code"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
async def test_the_app_has_no_button_for_the_impossible(
    pager: PagerDutyStandIn, deed: Deed, code: int
) -> None:
    with pytest.raises(Refusal) as caught:
        await deed(pager)

    assert caught.value.code == code


async def test_taking_an_answer_back_rings_the_assignees(pager: PagerDutyStandIn) -> None:
    await pager.acknowledge("k1", by="ana")
    await pager.unacknowledge("k1", by="ana")

    assert [ring.cause for ring in pager.phone.of(pager.account.users["PUANA"])] == [Cause.API, Cause.PERSON]
    assert pager.late_rings() == []


async def test_a_priority_is_set_and_taken_away(pager: PagerDutyStandIn) -> None:
    assert (await pager.set_priority("k1", "P2", by="ana")).priority is not None
    assert (await pager.set_priority("k1", None, by="ana")).priority is None


async def test_a_snoozed_incident_comes_back_on_a_clock_that_runs() -> None:
    clock = StillClock(T0)
    async with PagerDutyStandIn(clock) as pager:
        await trigger(pager)
        incident = await pager.snooze("k1", timedelta(minutes=5), by="ana")
        clock.skip(timedelta(minutes=5))

    assert incident.status is Status.TRIGGERED


async def test_a_key_names_its_open_incident_before_its_resolved_ones(pager: PagerDutyStandIn) -> None:
    first = await pager.resolve("k1", by="ana")
    await trigger(pager)

    second = await pager.acknowledge("k1", by="ana")

    assert (first.number, second.number) == (1, 2)
    assert len(pager.incidents.of_key("k1")) == 2


async def test_until_gives_up_when_nothing_happens(pager: PagerDutyStandIn) -> None:
    with pytest.raises(TimeoutError):
        await pager.until(lambda: False, within_s=0.01)


async def test_stopping_does_not_wait_for_a_call_that_hangs(pager: PagerDutyStandIn) -> None:
    pager.faults.plan("enqueue.trigger", Fault(Failure.HANG, hang_s=60))
    cut_off = asyncio.Event()

    async def held() -> None:
        with pytest.raises(aiohttp.ClientError):
            await trigger(pager)
        cut_off.set()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(held())
        await pager.until(lambda: len(pager.calls) == 2)
        await pager.stop()

    assert cut_off.is_set()
    assert pager.calls[-1].status is None


async def test_addresses_are_known_only_once_it_listens() -> None:
    with pytest.raises(RuntimeError, match="not been started"):
        _ = PagerDutyStandIn(StillClock(T0)).api_url
