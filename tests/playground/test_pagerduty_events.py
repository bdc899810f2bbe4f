"""The door for events of the stand-in: what is refused, and what planned failures do."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from tests.playground.pagerduty_bench import T0, an_event, payload, played, send

REFUSED = {
    "no routing key": ({"routing_key": None}, "'routing_key' is missing or blank"),
    "short routing key": ({"routing_key": "abc"}, "Length of 'routing_key' is incorrect"),
    "foreign routing key": ({"routing_key": "f" * 32}, "Invalid routing key"),
    "unknown action": ({"event_action": "open"}, "'event_action' is invalid"),
    "no payload": ({"payload": None}, "'payload' is missing or blank"),
    "long key": ({"dedup_key": "k" * 256}, "'dedup_key' is longer than 255"),
    "stray field": ({"summary": "Checkout"}, "'summary' is not a field of an event"),
    "stray payload field": (payload(text="x"), "'payload.text' is not a field"),
    "blank summary": (payload(summary=" "), "'payload.summary' is missing or blank"),
    "long summary": (payload(summary="s" * 1025), "'payload.summary' is longer than 1024"),
    "no source": (payload(source=None), "'payload.source' is missing or blank"),
    "own severity": (payload(severity="P0"), "'payload.severity' is invalid"),
    "naive instant": (payload(timestamp="2026-03-02T09:00:00"), "'payload.timestamp' must be"),
    "words for instant": (payload(timestamp="now"), "'payload.timestamp' must be"),
    "text for details": (payload(custom_details="x"), "'payload.custom_details' must be an object"),
    "number for group": (payload(group=7), "'payload.group' must be a string"),
    "link without address": ({"links": [{"text": "Room"}]}, "'links.href' is missing or blank"),
    "links no list": ({"links": "https://a"}, "'links' must be a list"),
    "plain image": ({"images": [{"src": "http://a/b.png"}]}, "'images.src' must be served by https"),
}


@pytest.mark.parametrize(("changes", "sentence"), REFUSED.values(), ids=REFUSED)
async def test_a_malformed_event_is_refused_with_its_reason_and_rings_nobody(
    pager: PagerDutyStandIn, changes: dict[str, Any], sentence: str
) -> None:
    status, answer = await send(pager, an_event(**changes))

    await pager.settled()
    assert status == 400
    assert (answer["status"], answer["message"]) == ("invalid event", "Event object is invalid")
    assert any(sentence in error for error in answer["errors"])
    assert pager.phone.rings == []


@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
async def test_an_answer_needs_a_key(pager: PagerDutyStandIn, action: str) -> None:
    status, answer = await send(pager, an_event(action, dedup_key=None))

    assert (status, answer["errors"]) == (400, ["'dedup_key' is missing or blank"])


async def test_every_field_of_the_reference_is_taken(pager: PagerDutyStandIn) -> None:
    whole = an_event(
        client="incidentbot",
        client_url="https://example.com/7",
        links=[{"href": "https://example.com", "text": "Room"}],
        images=[{"src": "https://example.com/a.png", "href": "https://example.com", "alt": "A graph"}],
        **payload(
            timestamp="2026-03-02T09:00:00.000+0000",
            component="api",
            group="shop",
            custom_details={"severity": "P0"},
            **{"class": "outage"},
        ),
    )

    assert (await send(pager, whole))[0] == 202


async def test_what_is_not_json_and_what_is_too_large_are_refused(pager: PagerDutyStandIn) -> None:
    large = an_event(**payload(custom_details={"log": "x" * (512 * 1024)}))

    async with (
        aiohttp.ClientSession() as session,
        session.post(pager.events_url, data=b"{") as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["errors"] == ["JSON parse error"]
    assert (await send(pager, large))[0] == 413


async def test_the_sender_has_its_answer_before_anything_happens(pager: PagerDutyStandIn) -> None:
    seen: list[int] = []

    async def look(name: str, body: Any) -> None:
        seen.append(len(pager.incidents))

    pager.faults.after_apply.append(look)
    await played(pager, "trigger")

    assert seen == [0]
    assert len(pager.incidents) == 1


async def test_an_event_whose_answer_was_cut_takes_effect_and_one_cut_before_does_not(
    pager: PagerDutyStandIn,
) -> None:
    pager.faults.plan("enqueue.trigger", Fault(Failure.CUT_BEFORE))
    pager.faults.plan("enqueue.trigger", Fault(Failure.CUT_AFTER))

    for rings in (0, 1):
        with pytest.raises(aiohttp.ClientError):
            await send(pager, an_event())
        await pager.settled()
        assert len(pager.phone.rings) == rings
    assert [call.status for call in pager.calls] == [None, None]


async def test_a_planned_status_is_answered_and_nothing_happens(pager: PagerDutyStandIn) -> None:
    pager.faults.plan("enqueue.trigger", Fault(Failure.STATUS, status=429, retry_after_s=7))

    async with (
        aiohttp.ClientSession() as session,
        session.post(pager.events_url, json=an_event()) as answer,
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert (await send(pager, an_event("acknowledge")))[0] == 202
    await pager.settled()
    assert len(pager.incidents) == 0


async def test_an_event_held_beyond_the_senders_patience_still_takes_effect(pager: PagerDutyStandIn) -> None:
    pager.faults.plan("enqueue.trigger", Fault(Failure.HANG, hang_s=0.2))

    with pytest.raises(TimeoutError):
        await send(pager, an_event(), timeout=aiohttp.ClientTimeout(total=0.05))
    await pager.until(lambda: len(pager.phone.rings) == 1)


async def test_a_key_may_send_120_events_a_minute() -> None:
    clock = StillClock(T0)
    async with PagerDutyStandIn(clock) as strict:
        strict.enforce_rates = True
        statuses = [(await send(strict, an_event()))[0] for _ in range(121)]
        clock.skip(timedelta(minutes=1))
        later = await send(strict, an_event())

    assert statuses == [202] * 120 + [429]
    assert later[0] == 202
