"""Pages by Events: who rings, under which key, once; and answers that reach the same alert."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from incidentbot.core.answers import PageCalledOff
from incidentbot.core.commands import Acknowledge, Escalate, Reopen, Resolve
from incidentbot.core.effects import AckPage, ResolvePage, SendPage
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import TryLater
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY, ROUTING_KEYS
from incidentbot.playground.pagerduty.incidents import Status
from incidentbot.policies.team import Team
from tests.pagerduty.bench import (
    ANA,
    OWN_KEYS,
    UUID,
    Case,
    a_pager,
    bound,
    events_settings,
    rest_settings,
    rung,
)


@pytest.fixture
async def case(duty: PagerDutyStandIn) -> AsyncIterator[Case]:
    async with a_pager(events_settings(duty), OWN_KEYS) as pager:
        yield Case(pager)


def sent(duty: PagerDutyStandIn) -> dict[str, Any]:
    return dict(duty.calls[-1].body)


async def test_the_opening_page_is_one_call_and_its_receipt_is_the_key(
    duty: PagerDutyStandIn, case: Case
) -> None:
    delivered = await case.page()

    await duty.settled()
    assert delivered is not None
    assert delivered.receipt == f"{UUID}:1:opening"
    assert rung(duty) == ["Ana"]
    assert [call.operation for call in duty.calls] == ["enqueue.trigger"]


async def test_the_page_says_what_is_wrong_how_badly_and_for_whom(duty: PagerDutyStandIn, case: Case) -> None:
    await case.page()

    payload = sent(duty)["payload"]
    assert payload["summary"] == "[P0] INC-7: checkout is down - on-call primary"
    assert payload["source"] == "incidentbot"
    assert payload["custom_details"]["declared_by"] == ANA
    assert "client_url" not in sent(duty)


async def test_a_known_address_of_the_bot_stands_on_the_page(duty: PagerDutyStandIn) -> None:
    async with a_pager(events_settings(duty, base_url="https://bot.example.com/"), OWN_KEYS) as pager:
        await Case(pager).page()

    assert sent(duty)["client_url"] == "https://bot.example.com"


async def test_a_long_summary_keeps_the_role_at_its_end_and_fits(duty: PagerDutyStandIn, case: Case) -> None:
    (effect,) = case.asks(SendPage)

    await case.tell(replace(effect, summary="x" * 3000))

    summary = sent(duty)["payload"]["summary"]
    assert len(summary) == 1024
    assert summary.endswith("x… - on-call primary")


async def test_the_severity_of_the_event_is_ours_in_pagerdutys_words(duty: PagerDutyStandIn) -> None:
    async with a_pager(events_settings(duty), OWN_KEYS) as pager:
        found = {}
        for number, severity in enumerate(Severity):
            case = Case(pager, severity=severity, uuid=f"{UUID}{number}")
            await case.tell((case.asks(SendPage) or _typed(case))[0])
            found[severity.value] = sent(duty)["payload"]["severity"]

    assert found == {"P0": "critical", "P1": "error", "P2": "warning", "P3": "info"}


def _typed(case: Case) -> list[Any]:
    case.do(Escalate(ANA, "on_call_primary", ""))
    return case.asks(SendPage)


async def test_each_role_is_rung_under_its_own_key_and_the_others_under_the_main_one(
    duty: PagerDutyStandIn,
) -> None:
    team = Team(roles={role: OWN_KEYS.roles[role] for role in ("on_call_primary", "team_lead")})
    async with a_pager(events_settings(duty), team) as pager:
        case = Case(pager)
        await case.page()
        await case.escalate("on_call_secondary")
        await case.escalate("team_lead")

    keys = [call.body["routing_key"] for call in duty.calls]
    assert keys == [ROUTING_KEYS["on_call_primary"], MAIN_ROUTING_KEY, ROUTING_KEYS["team_lead"]]


async def test_the_same_page_sent_again_rings_once(duty: PagerDutyStandIn, case: Case) -> None:
    (effect,) = case.asks(SendPage)

    await case.tell(effect)
    await case.tell(effect, unknown=True)

    await duty.settled()
    assert rung(duty) == ["Ana"]


@pytest.mark.parametrize("command", [Acknowledge(ANA), Resolve(ANA, "rolled back")], ids=["ack", "resolve"])
async def test_a_page_that_was_answered_while_it_waited_is_not_sent(
    duty: PagerDutyStandIn, case: Case, command: Acknowledge | Resolve
) -> None:
    (effect,) = case.asks(SendPage)
    case.do(command)

    assert await case.tell(effect) == PageCalledOff(effect.page)
    assert duty.calls == []


async def test_a_page_of_an_earlier_epoch_is_not_sent(duty: PagerDutyStandIn, case: Case) -> None:
    (effect,) = case.asks(SendPage)
    case.do(Resolve(ANA, "rolled back"))
    case.do(Reopen(ANA, "back again"))

    assert await case.tell(effect) == PageCalledOff(effect.page)
    delivered = await case.page()
    assert delivered is not None
    assert delivered.receipt == f"{UUID}:2:opening"


async def test_an_answer_reaches_the_alert_of_its_own_role(duty: PagerDutyStandIn, case: Case) -> None:
    await case.page()
    await case.escalate("team_lead")
    await case.acknowledge()
    await duty.settled()
    assert [each.status for each in duty.incidents] == [Status.ACKNOWLEDGED, Status.ACKNOWLEDGED]

    case.do(Resolve(ANA, "rolled back"))
    for effect in case.asks(ResolvePage):
        await case.tell(effect)

    await duty.settled()
    assert [each.status for each in duty.incidents] == [Status.RESOLVED, Status.RESOLVED]
    assert duty.late_rings() == []


async def test_the_ack_of_a_page_that_never_went_out_changes_nothing(
    duty: PagerDutyStandIn, case: Case
) -> None:
    case.do(Acknowledge(ANA))
    (effect,) = case.asks(AckPage)

    await case.tell(effect)

    await duty.settled()
    assert len(duty.incidents) == 0


async def test_with_a_token_a_page_that_may_have_gone_out_is_looked_up_before_it_is_sent_again(
    duty: PagerDutyStandIn,
) -> None:
    team = bound(Team(service="PSVC001"), on_call_primary=OWN_KEYS.roles["on_call_primary"].pager)
    async with a_pager(rest_settings(duty), team) as pager:
        case = Case(pager)
        (effect,) = case.asks(SendPage)
        await case.tell(effect)
        await duty.settled()
        await duty.resolve(f"{UUID}:1:opening", by="ana")

        delivered = await case.tell(effect, unknown=True)

    await duty.settled()
    assert delivered is not None
    assert rung(duty) == ["Ana"]


async def test_a_cut_after_the_page_was_taken_rings_once(duty: PagerDutyStandIn, case: Case) -> None:
    duty.faults.plan("enqueue.trigger", Fault(Failure.CUT_AFTER))
    with pytest.raises(TryLater) as later:
        await case.page()

    await case.page(unknown=later.value.unknown)

    await duty.settled()
    assert later.value.unknown
    assert rung(duty) == ["Ana"]
