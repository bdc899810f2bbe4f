"""Acks and resolves by REST: in the person's name where PagerDuty knows it, never waking anybody again."""

from collections.abc import AsyncIterator

import pytest

from incidentbot.core.commands import Acknowledge, Resolve
from incidentbot.core.effects import AckPage, ResolvePage
from incidentbot.core.refusals import TryLater
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import BOT
from incidentbot.playground.pagerduty.incidents import Incident
from tests.pagerduty.bench import ANA, BO, CHECKOUT_TEAM, UUID, ZOE, Case, a_pager, rest_settings

STRANGER = "U0NOBODY"


@pytest.fixture
async def case(duty: PagerDutyStandIn) -> AsyncIterator[Case]:
    async with a_pager(rest_settings(duty), CHECKOUT_TEAM) as pager:
        case = Case(pager)
        await case.page()
        yield case


def the_incident(duty: PagerDutyStandIn) -> Incident:
    (incident,) = duty.incidents
    return incident


def writes(duty: PagerDutyStandIn) -> list[tuple[str, str | None]]:
    return [(call.operation, call.from_) for call in duty.calls if not call.operation.startswith("GET")][1:]


async def test_an_ack_is_made_in_the_persons_own_name(duty: PagerDutyStandIn, case: Case) -> None:
    await case.acknowledge(BO)

    incident = the_incident(duty)
    assert [stamp.user.name for stamp in incident.acknowledgements] == ["Bo"]
    assert incident.notes == []
    assert writes(duty) == [("PUT /incidents/{id}", "bo@example.com")]


@pytest.mark.parametrize(
    ("by", "note"),
    [
        (ZOE, "Acknowledged in Slack by zoe@example.com."),
        (STRANGER, "Acknowledged in Slack by the member U0NOBODY."),
    ],
)
async def test_somebody_pagerduty_does_not_know_is_named_in_a_note_first(
    duty: PagerDutyStandIn, case: Case, by: str, note: str
) -> None:
    await case.acknowledge(by)

    incident = the_incident(duty)
    assert [stamp.user.name for stamp in incident.acknowledgements] == [BOT.name]
    assert [each.text for each in incident.notes] == [note]
    assert writes(duty)[-2:] == [
        ("POST /incidents/{id}/notes", BOT.email),
        ("PUT /incidents/{id}", BOT.email),
    ]


async def test_a_resolve_reaches_pagerduty(duty: PagerDutyStandIn, case: Case) -> None:
    case.do(Resolve(ANA, "rolled back"))
    for effect in case.asks(ResolvePage):
        await case.tell(effect)

    assert the_incident(duty).status.value == "resolved"


async def test_every_incident_that_rang_is_answered_and_the_shared_one_only_once(
    duty: PagerDutyStandIn, case: Case
) -> None:
    await case.escalate("on_call_secondary")
    await case.escalate("on_call_primary")
    await case.acknowledge()

    assert [each.status.value for each in duty.incidents] == ["acknowledged", "acknowledged"]
    assert len(writes(duty)) == 4  # the climb, the second incident, and an ack for each incident
    assert duty.late_rings() == []


async def test_what_was_resolved_on_the_phone_is_not_opened_again_by_our_ack(
    duty: PagerDutyStandIn, case: Case
) -> None:
    await duty.resolve(f"{UUID}:1", by="ana")

    await case.acknowledge(BO)

    assert the_incident(duty).status.value == "resolved"
    assert writes(duty) == []


async def test_what_was_acknowledged_on_the_phone_is_left_as_it_is(
    duty: PagerDutyStandIn, case: Case
) -> None:
    await duty.acknowledge(f"{UUID}:1", by="ana")

    await case.acknowledge(BO)

    assert [stamp.user.name for stamp in the_incident(duty).acknowledgements] == ["Ana"]


async def test_an_ack_without_an_answer_is_looked_at_before_it_is_made_again(
    duty: PagerDutyStandIn, case: Case
) -> None:
    case.do(Acknowledge(BO))
    (effect,) = case.asks(AckPage)
    duty.faults.plan("PUT /incidents/{id}", Fault(Failure.CUT_AFTER))
    with pytest.raises(TryLater) as later:
        await case.tell(effect)

    await case.tell(effect, unknown=later.value.unknown)

    assert len(writes(duty)) == 1


async def test_the_ack_of_a_page_whose_receipt_was_lost_finds_it_by_its_key(duty: PagerDutyStandIn) -> None:
    async with a_pager(rest_settings(duty), CHECKOUT_TEAM) as pager:
        case = Case(pager)
        duty.faults.plan("POST /incidents", Fault(Failure.CUT_AFTER))
        with pytest.raises(TryLater):
            await case.page()

        await case.acknowledge(BO)

    assert the_incident(duty).status.value == "acknowledged"


async def test_the_ack_of_a_page_that_never_went_out_changes_nothing(duty: PagerDutyStandIn) -> None:
    async with a_pager(rest_settings(duty), CHECKOUT_TEAM) as pager:
        await Case(pager).acknowledge(BO)

    assert len(duty.incidents) == 0
