"""The stand-in as pdpyras sees it: the very client the bot uses, in a thread of its own."""

import asyncio
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns of its own deprecation at import
    import pdpyras

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def pager() -> AsyncIterator[PagerDutyStandIn]:
    async with PagerDutyStandIn(StillClock(T0)) as standin:
        yield standin


def an_events_session(pager: PagerDutyStandIn) -> Any:
    session = pdpyras.EventsAPISession(MAIN_ROUTING_KEY)
    session.url = pager.api_url
    return session


def a_rest_session(pager: PagerDutyStandIn) -> Any:
    session = pdpyras.APISession(pager.api_token, default_from="incidentbot@example.com")
    session.url = pager.api_url
    return session


async def test_events_go_through_trigger_acknowledge_and_resolve(pager: PagerDutyStandIn) -> None:
    with an_events_session(pager) as session:
        key = await asyncio.to_thread(session.trigger, "Checkout is down", "slack", dedup_key="k1")
        await asyncio.to_thread(session.acknowledge, key)
        await asyncio.to_thread(session.resolve, key)
    await pager.settled()

    assert key == "k1"
    assert [made.operation for made in pager.calls] == [
        "enqueue.trigger",
        "enqueue.acknowledge",
        "enqueue.resolve",
    ]
    assert pager.incidents.find("k1").status == "resolved"  # type: ignore[union-attr]


@pytest.mark.wrong_on_purpose
async def test_a_refused_event_carries_its_answer(pager: PagerDutyStandIn) -> None:
    with an_events_session(pager) as session, pytest.raises(pdpyras.PDHTTPError) as caught:
        await asyncio.to_thread(session.trigger, "s" * 1025, "slack")

    assert caught.value.response.status_code == 400


async def test_rest_entities_are_wrapped_and_unwrapped(pager: PagerDutyStandIn) -> None:
    new = {
        "type": "incident",
        "title": "Checkout is down",
        "service": {"id": "PSVC001", "type": "service_reference"},
        "incident_key": "k1",
    }
    with a_rest_session(pager) as session:
        made = await asyncio.to_thread(session.rpost, "incidents", json=new)
        change = {"type": "incident_reference", "status": "acknowledged"}
        changed = await asyncio.to_thread(session.rput, f"incidents/{made['id']}", json=change)
        shown = await asyncio.to_thread(session.rget, f"/incidents/{made['id']}")

    assert changed["status"] == shown["status"] == "acknowledged"
    assert shown["acknowledgements"][0]["acknowledger"]["id"] == "PUBOT"


async def test_lists_are_walked_page_by_page_and_users_found_by_address(pager: PagerDutyStandIn) -> None:
    with a_rest_session(pager) as session:
        oncalls = await asyncio.to_thread(
            lambda: list(
                session.iter_all(
                    "oncalls", params={"escalation_policy_ids[]": ["PEPOL01"]}, page_size=2, total=True
                )
            )
        )
        found = await asyncio.to_thread(session.find, "users", "dee@example.com", "email")

    assert [each["user"]["summary"] for each in oncalls] == ["Ana", "Bo", "Chi", "Dee", "Eli"]
    assert [made.operation for made in pager.calls].count("GET /oncalls") == 3
    assert found["id"] == "PUDEE"


async def test_one_session_keeps_its_connection(pager: PagerDutyStandIn) -> None:
    with a_rest_session(pager) as session:
        for _ in range(3):
            await asyncio.to_thread(session.get, "/abilities")

    assert {made.connection for made in pager.calls} == {1}


async def test_an_answer_that_was_cut_is_an_error_of_the_network(pager: PagerDutyStandIn) -> None:
    pager.faults.plan("GET /abilities", Fault(Failure.CUT_BEFORE))
    with a_rest_session(pager) as session:
        session.max_network_attempts = 0  # it counts the retries
        with pytest.raises(pdpyras.PDClientError):
            await asyncio.to_thread(session.get, "/abilities")
