"""Events v2 on the stand-in: what is refused, and what an accepted event does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn, Reason
from incidentbot.playground.pagerduty.account import Policy, Rule, Schedule, Service
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY, ROUTING_KEYS
from incidentbot.playground.pagerduty.incidents import Status

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "0b1c:1:1"


@pytest.fixture
async def pager() -> AsyncIterator[PagerDutyStandIn]:
    async with PagerDutyStandIn(StillClock(T0)) as standin:
        yield standin


def an_event(action: str = "trigger", **changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "routing_key": MAIN_ROUTING_KEY,
        "event_action": action,
        "dedup_key": KEY,
    }
    if action == "trigger":
        event["payload"] = {
            "summary": "Checkout is down",
            "source": "slack",
            "severity": "critical",
        }
    return event | changes


async def send(pager: PagerDutyStandIn, event: Any, **options: Any) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(pager.events_url, json=event, **options) as answer,
    ):
        return answer.status, await answer.json()


async def played(pager: PagerDutyStandIn, *actions: str) -> None:
    for action in actions:
        status, _ = await send(pager, an_event(action))
        assert status == 202
    await pager.settled()


def payload(**changes: Any) -> dict[str, Any]:
    return {"payload": an_event()["payload"] | changes}


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


async def test_a_trigger_rings_the_first_level_of_its_service_once(pager: PagerDutyStandIn) -> None:
    status, answer = await send(pager, an_event())
    await pager.settled()

    assert (status, answer) == (
        202,
        {"status": "success", "message": "Event processed", "dedup_key": KEY},
    )
    [ring] = pager.phone.rings
    assert (ring.user.name, ring.key, ring.reason) == ("Ana", KEY, Reason.TRIGGERED)
    assert (ring.at, ring.summary, ring.routing_key) == (T0, "Checkout is down", MAIN_ROUTING_KEY)


async def test_each_rung_role_has_its_own_key_and_its_own_phone(pager: PagerDutyStandIn) -> None:
    for key in ROUTING_KEYS.values():
        await send(pager, an_event(routing_key=key))
    await pager.settled()

    assert [ring.user.name for ring in pager.phone.rings] == ["Ana", "Bo", "Chi", "Dee", "Eli"]


async def test_a_trigger_without_a_key_is_given_one(pager: PagerDutyStandIn) -> None:
    event = an_event()
    del event["dedup_key"]

    _, first = await send(pager, event)
    _, second = await send(pager, event)
    await pager.settled()

    assert first["dedup_key"] != second["dedup_key"]
    assert [ring.key for ring in pager.phone.rings] == [first["dedup_key"], second["dedup_key"]]


SEQUENCES = {
    "repeated while open": (("trigger", "trigger"), 1, Status.TRIGGERED, 0),
    "repeated after its acknowledgement": (
        ("trigger", "acknowledge", "trigger"),
        1,
        Status.ACKNOWLEDGED,
        0,
    ),
    "repeated after its resolution": (("trigger", "resolve", "trigger"), 2, Status.TRIGGERED, 1),
    "after a resolution that found nothing": (("resolve", "trigger"), 1, Status.TRIGGERED, 1),
    "acknowledged twice": (("trigger", "acknowledge", "acknowledge"), 1, Status.ACKNOWLEDGED, 0),
    "resolved twice": (("trigger", "resolve", "resolve"), 1, Status.RESOLVED, 0),
    "resolved, then acknowledged": (("trigger", "resolve", "acknowledge"), 1, Status.RESOLVED, 0),
}


@pytest.mark.parametrize(("actions", "rings", "status", "late"), SEQUENCES.values(), ids=SEQUENCES)
async def test_a_key_is_one_alert_while_it_is_open(
    pager: PagerDutyStandIn, actions: tuple[str, ...], rings: int, status: Status, late: int
) -> None:
    await played(pager, *actions)

    newest = pager.incidents.find(KEY)
    assert newest is not None
    assert newest.status is status
    assert (len(pager.phone.rings), len(pager.late_rings())) == (rings, late)


@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
async def test_an_answer_to_an_unknown_key_is_accepted_and_dropped(
    pager: PagerDutyStandIn, action: str
) -> None:
    await played(pager, action)

    assert len(pager.incidents) == 0


async def test_a_repeated_trigger_updates_the_alert_and_leaves_the_incident(pager: PagerDutyStandIn) -> None:
    await played(pager, "trigger")
    await send(pager, an_event(**payload(summary="Checkout is slow", severity="warning")))
    await pager.settled()

    alert = pager.incidents.alerts[MAIN_ROUTING_KEY, KEY]
    assert alert.payload["summary"] == "Checkout is slow"
    assert [incident.title for incident in pager.incidents] == ["Checkout is down"]


async def test_the_same_key_on_two_services_is_two_alerts(pager: PagerDutyStandIn) -> None:
    await played(pager, "trigger")
    await send(pager, an_event(routing_key=ROUTING_KEYS["team_lead"]))
    await pager.settled()

    assert [ring.user.name for ring in pager.phone.rings] == ["Ana", "Chi"]


async def test_a_page_after_a_persons_answer_is_late_and_one_after_her_reopening_is_not(
    pager: PagerDutyStandIn,
) -> None:
    await played(pager, "trigger")
    await pager.resolve(KEY, by="ana")
    await played(pager, "trigger")
    assert [ring.key for ring in pager.late_rings()] == [KEY]

    await pager.resolve(KEY, by="ana")
    await pager.reopen(KEY, by="bo")
    await pager.escalate(KEY, by="bo")

    assert len(pager.phone.rings) == 4
    assert len(pager.late_rings()) == 1


async def test_rungs_of_one_incident_can_share_an_answer(pager: PagerDutyStandIn) -> None:
    await played(pager, "trigger", "acknowledge")
    await send(pager, an_event(dedup_key="0b1c:1:2"))
    await pager.settled()

    assert pager.late_rings() == []
    [late] = pager.late_rings(lambda key: key.rsplit(":", 1)[0])
    assert late.key == "0b1c:1:2"


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


async def test_where_nobody_is_on_call_the_event_opens_nothing() -> None:
    empty = Schedule("PSCHED9", "Nobody", ())
    policy = Policy("PEPOL99", "Nobody's", (Rule("PRULE99", (empty,)),))
    service = Service("PSVC099", "Forgotten", policy, "f" * 32)

    async with PagerDutyStandIn(StillClock(T0), services=[service]) as pager:
        assert (await send(pager, an_event(routing_key="f" * 32)))[0] == 202
        await pager.settled()
        assert len(pager.incidents) == 0

        pager.account.put_on_call("PSCHED9", [pager.account.users["PUBO"]])
        await send(pager, an_event(routing_key="f" * 32))
        await pager.settled()

    assert [ring.user.name for ring in pager.phone.rings] == ["Bo"]


async def test_a_level_without_anybody_is_skipped(pager: PagerDutyStandIn) -> None:
    pager.account.put_on_call("PSCHED1", [])

    await played(pager, "trigger")

    assert [ring.user.name for ring in pager.phone.rings] == ["Bo"]
