"""Pages by REST: one PagerDuty incident that climbs, and an incident of its own where climbing would not ring."""

import pytest

from incidentbot.core.effects import SendPage
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.pagerduty.paging.aims import LastHeard
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import BOT, DEE
from incidentbot.policies.team import PagerTarget, Team
from tests.pagerduty.bench import (
    CHECKOUT_TEAM,
    OWN_KEYS,
    UUID,
    Case,
    a_pager,
    bound,
    rest_settings,
    rung,
)

SECONDARY = "on_call_secondary"


def keys(duty: PagerDutyStandIn) -> list[str]:
    return [each.key for each in duty.incidents]


async def test_the_opening_page_is_one_call_in_the_bots_name(duty: PagerDutyStandIn, case: Case) -> None:
    delivered = await case.page()

    (incident,) = duty.incidents
    assert delivered is not None
    assert (delivered.receipt, incident.key) == (incident.id, f"{UUID}:1")
    assert [(call.operation, call.from_) for call in duty.calls] == [("POST /incidents", BOT.email)]
    assert incident.title == "[P0] INC-7: checkout is down"
    assert "role: on-call primary" in str(incident.details)
    assert rung(duty) == ["Ana"]


async def test_a_role_that_is_not_bound_is_the_level_of_its_place_in_the_chain(
    duty: PagerDutyStandIn, case: Case
) -> None:
    opening = await case.page()
    climbed = await case.escalate(SECONDARY)
    await case.escalate("team_lead")

    assert rung(duty) == ["Ana", "Bo", "Chi"]
    assert keys(duty) == [f"{UUID}:1"]
    assert opening is not None
    assert climbed is not None
    assert opening.receipt == climbed.receipt


BINDINGS = {
    "a user": (PagerTarget(user="PUDEE"), "Dee"),
    "a policy": (PagerTarget(escalation_policy="PEPOL13"), "Chi"),
    "a schedule": (PagerTarget(schedule="PSCHED1"), "Dee"),
}


@pytest.mark.parametrize(("target", "name"), BINDINGS.values(), ids=BINDINGS)
async def test_a_bound_role_rings_whom_it_is_bound_to(
    duty: PagerDutyStandIn, target: PagerTarget, name: str
) -> None:
    async with a_pager(rest_settings(duty), bound(CHECKOUT_TEAM, team_lead=target)) as pager:
        case = Case(pager)
        await case.page()
        duty.account.put_on_call("PSCHED1", [DEE])
        await case.escalate("team_lead")

    assert rung(duty) == ["Ana", name]
    assert keys(duty) == [f"{UUID}:1"]


@pytest.mark.parametrize(("target", "name"), BINDINGS.values(), ids=BINDINGS)
async def test_the_opening_page_can_be_bound_too(
    duty: PagerDutyStandIn, target: PagerTarget, name: str
) -> None:
    duty.account.put_on_call("PSCHED1", [DEE])
    async with a_pager(rest_settings(duty), bound(CHECKOUT_TEAM, on_call_primary=target)) as pager:
        await Case(pager).page()

    assert rung(duty) == [name]


ON_SCHEDULE = bound(CHECKOUT_TEAM, on_call_primary=PagerTarget(schedule="PSCHED1"))


async def test_who_has_a_schedules_shift_is_not_asked_again_where_it_was_heard(
    duty: PagerDutyStandIn,
) -> None:
    heard = LastHeard(("PUELI",), is_sure=True)
    async with a_pager(rest_settings(duty), ON_SCHEDULE, heard=lambda _: heard) as pager:
        await Case(pager).page()

    assert rung(duty) == ["Eli"]
    assert [call.operation for call in duty.calls] == ["POST /incidents"]


async def test_who_had_the_shift_a_while_ago_is_asked_for_anew(duty: PagerDutyStandIn) -> None:
    async with a_pager(rest_settings(duty), ON_SCHEDULE, heard=lambda _: LastHeard(("PUELI",))) as pager:
        await Case(pager).page()

    assert rung(duty) == ["Ana"]


async def test_who_had_the_shift_is_rung_where_pagerduty_does_not_tell_who_has_it(
    duty: PagerDutyStandIn,
) -> None:
    duty.faults.plan("GET /oncalls", Fault(Failure.STATUS, 503), times=9)
    async with a_pager(rest_settings(duty), ON_SCHEDULE, heard=lambda _: LastHeard(("PUELI",))) as pager:
        await Case(pager).page()

    assert rung(duty) == ["Eli"]


async def test_those_who_have_the_incident_keep_it_beside_a_newcomer(duty: PagerDutyStandIn) -> None:
    async with a_pager(
        rest_settings(duty), bound(CHECKOUT_TEAM, team_lead=PagerTarget(user="PUCHI"))
    ) as pager:
        case = Case(pager)
        await case.page()
        await case.escalate("team_lead")

    (incident,) = duty.incidents
    assert [stamp.user.name for stamp in incident.assignees] == ["Ana", "Chi"]


async def test_a_role_with_nothing_but_a_routing_key_is_reached_through_it(duty: PagerDutyStandIn) -> None:
    key = OWN_KEYS.roles["team_lead"].pager
    async with a_pager(rest_settings(duty), bound(CHECKOUT_TEAM, team_lead=key)) as pager:
        case = Case(pager)
        await case.page()
        await case.escalate("team_lead")

    await duty.settled()
    assert rung(duty) == ["Ana", "Chi"]
    assert duty.calls[-1].operation == "enqueue.trigger"


async def test_a_role_rung_once_more_rings_again_under_a_key_of_its_own(
    duty: PagerDutyStandIn, case: Case
) -> None:
    await case.page()
    await case.escalate("on_call_primary")

    assert rung(duty) == ["Ana", "Ana"]
    assert keys(duty) == [f"{UUID}:1", f"{UUID}:1:typed-1"]


async def test_two_roles_of_one_person_ring_twice(duty: PagerDutyStandIn) -> None:
    async with a_pager(
        rest_settings(duty), bound(CHECKOUT_TEAM, team_lead=PagerTarget(user="PUANA"))
    ) as pager:
        case = Case(pager)
        await case.page()
        await case.escalate("team_lead")

    assert rung(duty) == ["Ana", "Ana"]


async def test_calling_somebody_in_after_the_ack_rings_them_and_leaves_the_ack(
    duty: PagerDutyStandIn, case: Case
) -> None:
    await case.page()
    await case.acknowledge()
    await case.escalate(SECONDARY)

    assert rung(duty) == ["Ana", "Bo"]
    assert [each.status.value for each in duty.incidents] == ["acknowledged", "triggered"]
    assert duty.late_rings() == []


async def test_a_rung_that_an_ack_stops_waits_when_the_ack_was_made_on_the_phone(
    duty: PagerDutyStandIn, case: Case
) -> None:
    await case.page()
    await duty.acknowledge(f"{UUID}:1", by="ana")
    (effect,) = (each for each in case.fire(case.incident.plan.rungs[0]) if isinstance(each, SendPage))

    with pytest.raises(TryLater, match="was acknowledged in PagerDuty"):
        await case.tell(effect)

    assert rung(duty) == ["Ana"]


async def test_a_higher_rung_opens_the_incident_where_the_first_could_not(
    duty: PagerDutyStandIn, case: Case
) -> None:
    (opening,) = case.asks(SendPage)

    await case.escalate(SECONDARY)
    await case.tell(opening)

    assert rung(duty) == ["Bo", "Ana"]
    assert keys(duty) == [f"{UUID}:1"]


async def test_a_level_that_is_not_there_is_said_with_the_way_out(duty: PagerDutyStandIn) -> None:
    async with a_pager(rest_settings(duty), Team(service="PSVC011")) as pager:
        case = Case(pager)
        await case.page()
        with pytest.raises(
            GiveUp, match=r"has no level 3 for the team lead\. Add it there, or bind the role"
        ):
            await case.escalate("team_lead")
