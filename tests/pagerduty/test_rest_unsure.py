"""Pages by REST whose answer was lost: looked up by their keys, so that nobody is rung twice or not at all."""

import asyncio

import pytest

from incidentbot.core.answers import Answer, PageCalledOff, PageDelivered
from incidentbot.core.commands import ChangeSeverity, Escalate
from incidentbot.core.effects import SendPage
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import TryLater
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn, climbing
from incidentbot.playground.pagerduty.default_account import BO, CHI
from incidentbot.playground.pagerduty.incidents import Agent, Cause
from incidentbot.policies.team import PagerTarget
from tests.pagerduty.bench import (
    ANA,
    CHECKOUT_TEAM,
    UUID,
    Case,
    a_pager,
    bound,
    rest_settings,
    rung,
)

SECONDARY = "on_call_secondary"


UNSURE = (Failure.CUT_AFTER, Failure.CUT_BEFORE)


@pytest.mark.parametrize("failure", UNSURE)
async def test_an_opening_page_without_an_answer_is_looked_up_and_rings_once(
    duty: PagerDutyStandIn, case: Case, failure: Failure
) -> None:
    duty.faults.plan("POST /incidents", Fault(failure))
    with pytest.raises(TryLater) as later:
        await case.page()

    delivered = await case.page(unknown=later.value.unknown)

    assert rung(duty) == ["Ana"]
    assert delivered is not None
    assert [delivered.receipt] == [each.id for each in duty.incidents]


@pytest.mark.parametrize(
    "target", [PagerTarget(), PagerTarget(user="PUBO"), PagerTarget(escalation_policy="PEPOL12")]
)
@pytest.mark.parametrize("failure", UNSURE)
async def test_a_climb_without_an_answer_is_looked_up_and_rings_once(
    duty: PagerDutyStandIn, target: PagerTarget, failure: Failure
) -> None:
    async with a_pager(rest_settings(duty), bound(CHECKOUT_TEAM, on_call_secondary=target)) as pager:
        case = Case(pager)
        await case.page()
        duty.faults.plan("PUT /incidents/{id}", Fault(failure))
        case.do(Escalate(ANA, SECONDARY, ""))
        with pytest.raises(TryLater):
            await case.page()

        await case.page(unknown=True)

    assert rung(duty) == ["Ana", BO.name]


async def test_a_climb_without_an_answer_that_another_climb_has_overwritten_rings_once(
    duty: PagerDutyStandIn,
) -> None:
    bo = PagerTarget(user=BO.id)
    async with a_pager(rest_settings(duty), bound(CHECKOUT_TEAM, on_call_secondary=bo)) as pager:
        case = Case(pager)
        await case.page()
        duty.faults.plan("PUT /incidents/{id}", Fault(Failure.CUT_AFTER))
        case.do(Escalate(ANA, SECONDARY, ""))
        with pytest.raises(TryLater):
            await case.page()
        (shared,) = duty.incidents
        climbing.reassign(duty.records, shared, [CHI], Agent(Cause.API, shared.service))

        await case.page(unknown=True)

    assert rung(duty) == ["Ana", "Bo", "Chi"]


async def test_a_page_that_was_resolved_on_the_phone_before_its_answer_was_known_does_not_ring_again(
    duty: PagerDutyStandIn, case: Case
) -> None:
    duty.faults.plan("POST /incidents", Fault(Failure.CUT_AFTER))
    with pytest.raises(TryLater):
        await case.page()
    await duty.resolve(f"{UUID}:1", by="ana")

    await case.page(unknown=True)

    assert rung(duty) == ["Ana"]


async def test_a_used_key_means_that_it_exists(duty: PagerDutyStandIn, case: Case) -> None:
    (effect,) = case.asks(SendPage)
    first = await case.tell(effect)

    assert await case.tell(effect) == first
    assert rung(duty) == ["Ana"]


@pytest.mark.parametrize("failure", UNSURE)
@pytest.mark.parametrize("role", ["on_call_primary", SECONDARY])
async def test_a_page_beside_an_answered_incident_is_looked_up_by_its_own_key(
    duty: PagerDutyStandIn, case: Case, role: str, failure: Failure
) -> None:
    await case.page()
    await case.acknowledge()
    duty.faults.plan("POST /incidents", Fault(failure))
    case.do(Escalate(ANA, role, ""))
    with pytest.raises(TryLater):
        await case.page()

    await case.page(unknown=True)

    assert rung(duty) == ["Ana", "Ana" if role == "on_call_primary" else "Bo"]
    assert duty.late_rings() == []


async def test_a_climb_whose_answer_was_lost_and_that_was_then_acknowledged_does_not_ring_again(
    duty: PagerDutyStandIn, case: Case
) -> None:
    await case.page()
    duty.faults.plan("PUT /incidents/{id}", Fault(Failure.CUT_AFTER))
    case.do(Escalate(ANA, SECONDARY, ""))
    with pytest.raises(TryLater):
        await case.page()
    await duty.acknowledge(f"{UUID}:1", by="bo")

    await case.page(unknown=True)

    assert rung(duty) == ["Ana", "Bo"]


async def test_pages_of_two_rungs_at_once_share_one_incident_and_ring_both(
    duty: PagerDutyStandIn, case: Case
) -> None:
    (opening,) = case.asks(SendPage)
    (climb,) = (each for each in case.do(Escalate(ANA, SECONDARY, "")) if isinstance(each, SendPage))
    duty.faults.latency_s = 0.05

    await asyncio.gather(case.tell(opening), case.tell(climb))

    assert sorted(rung(duty)) == ["Ana", "Bo"]
    assert [each.key for each in duty.incidents] == [f"{UUID}:1"]


async def a_climb_called_off(duty: PagerDutyStandIn, pager: PagerDuty, failure: Failure) -> Answer | None:
    """The second role's page is cut off, and its level lowered before it is looked at again."""
    case = Case(pager)
    await case.page()
    duty.faults.plan("PUT /incidents/{id}", Fault(failure))
    (climb,) = (one for one in case.fire(case.incident.plan.rungs[0]) if isinstance(one, SendPage))
    with pytest.raises(TryLater):
        await case.tell(climb)
    case.do(ChangeSeverity(ANA, Severity.P3, "one customer only"))
    return await case.tell(climb, unknown=True)


@pytest.mark.parametrize("target", [PagerTarget(), PagerTarget(user="PUBO")], ids=["level", "user"])
async def test_a_climb_that_was_called_off_and_rang_is_found_and_rings_once(
    duty: PagerDutyStandIn, target: PagerTarget
) -> None:
    async with a_pager(rest_settings(duty), bound(CHECKOUT_TEAM, on_call_secondary=target)) as pager:
        answer = await a_climb_called_off(duty, pager, Failure.CUT_AFTER)

    assert isinstance(answer, PageDelivered)
    assert [answer.receipt] == [each.id for each in duty.incidents]
    assert rung(duty) == ["Ana", BO.name]


@pytest.mark.parametrize("target", [PagerTarget(), PagerTarget(user="PUBO")], ids=["level", "user"])
async def test_a_climb_that_was_called_off_before_it_rang_is_not_taken_for_the_page_before_it(
    duty: PagerDutyStandIn, target: PagerTarget
) -> None:
    async with a_pager(rest_settings(duty), bound(CHECKOUT_TEAM, on_call_secondary=target)) as pager:
        answer = await a_climb_called_off(duty, pager, Failure.CUT_BEFORE)

    assert isinstance(answer, PageCalledOff)
    assert not answer.unknown
    assert rung(duty) == ["Ana"]


async def test_a_page_that_was_called_off_and_cannot_be_looked_for_may_have_rung(
    duty: PagerDutyStandIn, case: Case
) -> None:
    (effect,) = case.asks(SendPage)
    case.do(ChangeSeverity(ANA, Severity.P3, "one customer only"))
    duty.faults.plan("GET /incidents", Fault(Failure.STATUS, status=403))

    assert await case.tell(effect, unknown=True) == PageCalledOff(effect.page, unknown=True, sought=True)
    assert rung(duty) == []
