"""What an accepted event does on the stand-in: one alert for a key while it is open, and who is rung."""

import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn, Reason
from incidentbot.playground.pagerduty.account import Policy, Rule, Schedule, Service
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY, ROUTING_KEYS
from incidentbot.playground.pagerduty.incidents import Status
from tests.playground.pagerduty_bench import KEY, T0, an_event, payload, played, send


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
