"""The yardstick itself: what PagerDuty would not understand is named, and fails the test that asked it."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn, door
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY
from incidentbot.playground.pagerduty.door import PagerCall
from tests.needs import shared
from tests.playground.pagerduty_bench import T0, call, opened, played
from tests.yardstick.judge import Judge
from tests.yardstick.pagerduty import Yardstick


@pytest.fixture(scope="module")
def yardstick() -> Yardstick:
    return Yardstick(shared("specs"))


@pytest.fixture
async def pager() -> AsyncIterator[PagerDutyStandIn]:
    async with PagerDutyStandIn(StillClock(T0)) as standin:
        yield standin


async def a_good_call(pager: PagerDutyStandIn) -> PagerCall:
    """The call that opened an incident, as it was written down."""
    await opened(pager, body={"type": "incident_body", "details": "Since 09:00"})
    return pager.calls[-1]


def with_body(call: PagerCall, **changes: Any) -> PagerCall:
    new = json.loads(call.wire.body)
    new["incident"] |= changes
    kept = {name: value for name, value in new["incident"].items() if value is not None}
    return replace(call, wire=replace(call.wire, body=json.dumps({"incident": kept}).encode()))


def without_header(call: PagerCall, name: str) -> PagerCall:
    headers = tuple(each for each in call.wire.headers if each[0].lower() != name.lower())
    return replace(call, wire=replace(call.wire, headers=headers))


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        (lambda call: with_body(call, service=None), "'service' is a required property"),
        (lambda call: with_body(call, urgency="medium"), "'medium' is not one of ['high', 'low']"),
        (lambda call: with_body(call, body={"type": "incident_body", "details": {}}), "not of type 'string'"),
        (lambda call: without_header(call, "From"), "From"),
        (lambda call: without_header(call, "Authorization"), "api_key"),
        (lambda call: replace(call, wire=replace(call.wire, path="/incident")), "PathNotFound"),
        (lambda call: replace(call, wire=replace(call.wire, method="PATCH")), "OperationNotFound"),
    ],
)
async def test_the_yardstick_names_what_is_wrong_with_a_request(
    pager: PagerDutyStandIn, yardstick: Yardstick, spoilt: Callable[[PagerCall], PagerCall], found: str
) -> None:
    call = await a_good_call(pager)
    assert yardstick.wrong_with(call) == ""

    assert found in yardstick.wrong_with(spoilt(call))


async def test_a_parameter_of_the_wrong_kind_is_named_too(
    pager: PagerDutyStandIn, yardstick: Yardstick
) -> None:
    await call(pager, "GET", "/incidents", params={"limit": "25"})
    made = pager.calls[-1]

    asked = replace(made.wire, query=(("limit", "many"),))
    assert "many" in yardstick.wrong_with(replace(made, wire=asked))


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"event_action": "trigger"}, "a trigger needs its payload"),
        ({"event_action": "resolve"}, "a resolve needs its dedup_key"),
        ({"event_action": "close", "dedup_key": "k"}, "'close' is not one of"),
        ({"event_action": "resolve", "dedup_key": "k" * 256}, "is too long"),
        (
            {"event_action": "trigger", "payload": {"summary": "x", "source": "y", "severity": "fatal"}},
            "'fatal' is not one of",
        ),
    ],
)
async def test_an_event_is_held_against_the_reference_too(
    pager: PagerDutyStandIn, yardstick: Yardstick, event: dict[str, Any], found: str
) -> None:
    await played(pager, "resolve")
    made = pager.calls[-1]
    assert yardstick.wrong_with(made) == ""

    body = {"routing_key": MAIN_ROUTING_KEY, **event}
    wire = replace(made.wire, body=json.dumps(body).encode())
    assert found in yardstick.wrong_with(replace(made, wire=wire, body=body))


async def test_what_was_refused_is_only_wrong_if_the_bots_own_client_asked_it(
    pager: PagerDutyStandIn, yardstick: Yardstick
) -> None:
    refused = replace(with_body(await a_good_call(pager), service=None), status=400, answer=None)
    by_the_bot = replace(refused.wire, headers=(*refused.wire.headers, ("user-agent", "pdpyras/5.4.1")))

    assert yardstick.wrong_with(refused) == ""
    assert "service" in yardstick.wrong_with(replace(refused, wire=by_the_bot))


async def test_the_yardstick_notices_an_impossible_status(
    pager: PagerDutyStandIn, yardstick: Yardstick
) -> None:
    incident_id = await opened(pager)
    _, shown = await call(pager, "GET", f"/incidents/{incident_id}")
    shown["incident"]["status"] = "mitigated"
    spoilt = replace(pager.calls[-1], answer=json.dumps(shown).encode())

    assert "'mitigated' is not one of" in yardstick.wrong_with(spoilt)


@pytest.mark.wrong_on_purpose
async def test_whoever_listens_fails_on_what_the_bots_own_client_asks_wrongly(
    pager: PagerDutyStandIn,
) -> None:
    shared("specs")
    judge = Judge()
    headers = {"User-Agent": "pdpyras/5.4.1", "From": "incidentbot@example.com"}

    with pytest.raises(AssertionError, match="POST /incidents was asked wrongly"), judge.listening():
        await call(pager, "POST", "/incidents", {"incident": {"type": "incident"}}, headers)

    assert judge.judged == 1


def test_every_test_is_listened_to():
    assert len(door.witnesses) == 1
