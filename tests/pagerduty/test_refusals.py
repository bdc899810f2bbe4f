"""What goes wrong between us and PagerDuty: later or never, known or unknown, and a sentence for a person."""

import asyncio
import socket

import pytest

from incidentbot.core.effects import OpenRoom
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.ports import Claimed
from incidentbot.pagerduty.lines import Deadlines
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.policies.team import PagerTarget, Team
from incidentbot.settings import Settings
from tests.pagerduty.bench import (
    CHECKOUT_TEAM,
    SHORT,
    T0,
    Case,
    a_pager,
    bound,
    events_settings,
    rest_settings,
)

STRANGE_KEY = "f" * 32
HURRIED = Deadlines(transport_s=2.0, call_s=0.1, effect_s=3.0, landing_s=0.1)


async def refused(settings: Settings, team: Team, deadlines: Deadlines = SHORT) -> str:
    """The sentence of the page that the settings do not allow."""
    async with a_pager(settings, team, deadlines=deadlines) as pager:
        with pytest.raises(GiveUp) as given_up:
            await Case(pager).page()
    return given_up.value.reason


async def later(settings: Settings, team: Team, deadlines: Deadlines = SHORT) -> TryLater:
    async with a_pager(settings, team, deadlines=deadlines) as pager:
        with pytest.raises(TryLater) as try_later:
            await Case(pager).page()
    return try_later.value


async def test_a_routing_key_nobody_knows_is_told_by_where_it_stands(duty: PagerDutyStandIn) -> None:
    theirs = bound(Team(), on_call_primary=PagerTarget(routing_key=STRANGE_KEY))

    main = await refused(events_settings(duty, pagerduty_routing_key=STRANGE_KEY), Team())
    own = await refused(events_settings(duty), theirs)

    assert main == "PagerDuty does not know this routing key. Check PAGERDUTY_ROUTING_KEY."
    assert own == (
        "PagerDuty does not know this routing key. Check the routing_key of on_call_primary in the team file."
    )


async def test_no_key_at_all_is_told_with_what_to_set() -> None:
    assert await refused(Settings(), Team()) == (
        "There is no PagerDuty key for the on-call primary. "
        "Set PAGERDUTY_ROUTING_KEY, or a routing_key for the role in the team file."
    )


@pytest.mark.wrong_on_purpose
async def test_an_address_without_an_events_service_is_told(duty: PagerDutyStandIn) -> None:
    elsewhere = events_settings(duty, pagerduty_events_url=f"{duty.api_url}/elsewhere")

    assert "at the address in PAGERDUTY_EVENTS_URL (it answered 404)" in await refused(elsewhere, Team())


REST_REFUSALS = {
    "token": (
        {"pagerduty_api_token": "wrong"},
        CHECKOUT_TEAM,
        "does not accept the API token. Check PAGERDUTY_API_TOKEN.",
    ),
    "sender": (
        {"pagerduty_from_email": "nobody@example.com"},
        CHECKOUT_TEAM,
        "PagerDuty knows no user with this address. Check PAGERDUTY_FROM_EMAIL.",
    ),
    "service": ({}, Team(service="PSVC999"), "Check `pagerduty.service` in the team file."),
    "user": (
        {},
        bound(CHECKOUT_TEAM, on_call_primary=PagerTarget(user="PUGONE")),
        "PagerDuty could not open an incident for the on-call primary (400): ",
    ),
}


@pytest.mark.parametrize(("changes", "team", "sentence"), REST_REFUSALS.values(), ids=REST_REFUSALS)
async def test_what_rest_refuses_is_told_with_the_setting_to_check(
    duty: PagerDutyStandIn, changes: dict[str, str], team: Team, sentence: str
) -> None:
    assert sentence in await refused(rest_settings(duty, **changes), team)


async def test_a_policy_with_nobody_on_call_is_told(duty: PagerDutyStandIn) -> None:
    team = bound(CHECKOUT_TEAM, on_call_primary=PagerTarget(schedule="PSCHED1"))
    duty.account.put_on_call("PSCHED1", [])

    assert await refused(rest_settings(duty), team) == (
        "Nobody is on call in PagerDuty's schedule of the on-call primary."
    )


STATUSES = [
    (402, "does not include what was asked for"),
    (403, "must be a full-access key"),
    (404, "Check the ids in the team file."),
    (301, "There is no REST API at the address in PAGERDUTY_API_URL (it answered 301)."),
]


@pytest.mark.parametrize(("status", "sentence"), STATUSES)
async def test_other_refusals_of_rest_have_sentences_too(
    duty: PagerDutyStandIn, status: int, sentence: str
) -> None:
    duty.faults.plan("POST /incidents", Fault(Failure.STATUS, status=status))

    assert sentence in await refused(rest_settings(duty), CHECKOUT_TEAM)


async def test_a_refused_event_is_told_in_pagerdutys_words_without_the_key(duty: PagerDutyStandIn) -> None:
    duty.faults.plan("enqueue.trigger", Fault(Failure.STATUS, status=400))

    assert await refused(events_settings(duty), Team()) == (
        "PagerDuty refused the event (400): The event could not be processed."
    )


LATER = {
    "too many calls": (Fault(Failure.STATUS, status=429, retry_after_s=7), False, 7.0),
    "too many, for a year": (Fault(Failure.STATUS, status=429, retry_after_s=31_536_000), False, 300.0),
    "in trouble": (Fault(Failure.STATUS, status=503), True, None),
    "hanging": (Fault(Failure.HANG, hang_s=0.6), True, None),
    "cut before": (Fault(Failure.CUT_BEFORE), True, None),
    "cut after": (Fault(Failure.CUT_AFTER), True, None),
}


@pytest.mark.parametrize("mode", ["events", "rest"])
@pytest.mark.parametrize(("fault", "unknown", "after_s"), LATER.values(), ids=LATER)
async def test_what_may_pass_is_tried_later_and_once(
    duty: PagerDutyStandIn, mode: str, fault: Fault, *, unknown: bool, after_s: float | None
) -> None:
    duty.faults.plan("*", fault)
    settings = rest_settings(duty) if mode == "rest" else events_settings(duty)

    error = await later(settings, CHECKOUT_TEAM)

    assert (error.unknown, error.after_s) == (unknown, after_s)
    assert len(duty.calls) == 1


async def test_a_service_that_is_not_there_was_not_reached(duty: PagerDutyStandIn) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"

        error = await later(events_settings(duty, pagerduty_events_url=nowhere), Team())

    assert (error.reason, error.unknown) == ("PagerDuty could not be reached.", False)


async def test_a_caller_does_not_wait_for_a_thread_beyond_its_deadline(duty: PagerDutyStandIn) -> None:
    duty.faults.plan("enqueue.trigger", Fault(Failure.HANG, hang_s=0.8))
    began = asyncio.get_running_loop().time()

    async with a_pager(events_settings(duty), Team(), deadlines=HURRIED) as pager:
        with pytest.raises(TryLater) as error:
            await Case(pager).page()
        waited = asyncio.get_running_loop().time() - began

    assert error.value.unknown
    assert waited < 0.6


async def test_no_sentence_holds_a_key_or_a_token(duty: PagerDutyStandIn) -> None:
    secret = "s3cr3t-token-of-ours"
    sentences = [
        await refused(events_settings(duty, pagerduty_routing_key=STRANGE_KEY), Team()),
        await refused(rest_settings(duty, pagerduty_api_token=secret), CHECKOUT_TEAM),
    ]

    assert not any(STRANGE_KEY[-4:] in each or secret[-4:] in each for each in sentences)


async def test_an_effect_of_another_door_is_a_bug_and_says_so(duty: PagerDutyStandIn) -> None:
    async with a_pager(events_settings(duty), Team()) as pager:
        incident = Case(pager).incident
        with pytest.raises(TypeError, match="OpenRoom"):
            await pager.tell(
                incident, Claimed(1, incident.id, OpenRoom(), 1, 1, unknown=False, first_tried_at=T0)
            )
