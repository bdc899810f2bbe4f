"""REST v2 on the stand-in: who may call, what is refused with which code, and whose phone rings."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn, Reason
from incidentbot.playground.pagerduty.incidents import Status
from incidentbot.playground.pagerduty.rest.api import VENDOR_TYPE

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FROM = {"From": "incidentbot@example.com"}
SERVICE = {"id": "PSVC001", "type": "service_reference"}


@pytest.fixture
def clock() -> StillClock:
    return StillClock(T0)


@pytest.fixture
async def pager(clock: StillClock) -> AsyncIterator[PagerDutyStandIn]:
    async with PagerDutyStandIn(clock) as standin:
        yield standin


async def call(
    pager: PagerDutyStandIn,
    method: str,
    path: str,
    body: Any = None,
    headers: Mapping[str, str] = FROM,
    params: Any = None,
) -> tuple[int, dict[str, Any]]:
    usual = {"Authorization": f"Token token={pager.api_token}", "Accept": VENDOR_TYPE}
    async with (
        aiohttp.ClientSession(headers={**usual, **headers}) as session,
        session.request(method, pager.api_url + path, json=body, params=params) as answer,
    ):
        return answer.status, await answer.json()


def a_new(**changes: Any) -> dict[str, Any]:
    given = {"type": "incident", "title": "Checkout is down", "service": SERVICE, "incident_key": "k1"}
    merged: dict[str, Any] = given | changes
    return {"incident": {name: value for name, value in merged.items() if value is not None}}


async def opened(pager: PagerDutyStandIn, **changes: Any) -> str:
    status, answer = await call(pager, "POST", "/incidents", a_new(**changes))
    assert status == 201, answer
    return str(answer["incident"]["id"])


async def put(pager: PagerDutyStandIn, incident_id: str, **changes: Any) -> tuple[int, int | None]:
    status, answer = await call(
        pager, "PUT", f"/incidents/{incident_id}", {"incident": {"type": "incident", **changes}}
    )
    return status, answer.get("error", {}).get("code")


def rung(pager: PagerDutyStandIn) -> list[tuple[str, Reason]]:
    return [(ring.user.name, ring.reason) for ring in pager.phone.rings]


DOOR = {
    "no token": ({"Authorization": ""}, 401, 2006),
    "foreign token": ({"Authorization": "Token token=x"}, 401, 2006),
    "bearer of a token": ({"Authorization": "Bearer token-of-the-stand-in"}, 401, 2006),
    "any answer": ({"Accept": "*/*"}, 406, 2001),
    "no From": ({"From": ""}, 400, 1008),
    "From nobody": ({"From": "nobody@example.com"}, 400, 1008),
    "a form": ({"Content-Type": "text/plain"}, 400, 2001),
}


@pytest.mark.parametrize(("headers", "status", "code"), DOOR.values(), ids=DOOR)
async def test_the_door_wants_token_accept_and_from(
    pager: PagerDutyStandIn, headers: dict[str, str], status: int, code: int
) -> None:
    answered, answer = await call(pager, "POST", "/incidents", a_new(), headers={**FROM, **headers})

    assert (answered, answer["error"]["code"]) == (status, code)
    assert len(pager.incidents) == 0


async def test_reading_needs_no_from(pager: PagerDutyStandIn) -> None:
    assert (await call(pager, "GET", "/abilities", headers={}))[0] == 200


async def test_a_new_incident_rings_the_first_level_and_tells_its_number(pager: PagerDutyStandIn) -> None:
    status, answer = await call(pager, "POST", "/incidents", a_new(urgency="low"))

    shown = answer["incident"]
    assert (status, shown["incident_number"], shown["status"]) == (201, 1, "triggered")
    assert shown["self"] == f"{pager.api_url}/incidents/{shown['id']}"
    assert [each["assignee"]["id"] for each in shown["assignments"]] == ["PUANA"]
    [ring] = pager.phone.rings
    assert (ring.key, ring.user.name, ring.urgency) == ("k1", "Ana", "low")


BAD_INCIDENTS = {
    "no title": ({"title": None}, 2001),
    "no service": ({"service": None}, 2001),
    "no type": ({"type": None}, 2001),
    "unknown service": ({"service": {"id": "PX", "type": "service_reference"}}, 2001),
    "service of the wrong kind": ({"service": {"id": "PSVC001", "type": "user_reference"}}, 2001),
    "own urgency": ({"urgency": "P0"}, 2001),
    "long key": ({"incident_key": "k" * 256}, 2001),
    "unknown priority": ({"priority": {"id": "PX", "type": "priority_reference"}}, 1020),
    "details as object": ({"body": {"type": "incident_body", "details": {}}}, 2001),
    "stray field": ({"summary": "x"}, 2001),
    "unknown assignee": ({"assignments": [{"assignee": {"id": "PX", "type": "user_reference"}}]}, 2001),
    "assignees and policy": (
        {
            "assignments": [{"assignee": {"id": "PUBO", "type": "user_reference"}}],
            "escalation_policy": {"id": "PEPOL01", "type": "escalation_policy_reference"},
        },
        2001,
    ),
}


@pytest.mark.parametrize(("changes", "code"), BAD_INCIDENTS.values(), ids=BAD_INCIDENTS)
async def test_a_malformed_incident_is_refused(
    pager: PagerDutyStandIn, changes: dict[str, Any], code: int
) -> None:
    status, answer = await call(pager, "POST", "/incidents", a_new(**changes))

    assert (status, answer["error"]["code"]) == (400, code)
    assert len(pager.incidents) == 0


async def test_the_key_of_an_open_incident_is_taken_on_its_service_only(pager: PagerDutyStandIn) -> None:
    first = await opened(pager)

    status, answer = await call(pager, "POST", "/incidents", a_new())
    assert (status, answer["error"]["code"]) == (400, 2002)
    assert "Open incident with matching dedup key" in answer["error"]["errors"][0]

    await opened(pager, service={"id": "PSVC012", "type": "service_reference"})
    assert await put(pager, first, status="resolved") == (200, None)
    again = await opened(pager)
    assert again != first


async def test_an_incident_can_be_opened_for_named_people(pager: PagerDutyStandIn) -> None:
    people = [
        {"assignee": {"id": "PUCHI", "type": "user_reference"}},
        {"assignee": {"id": "PUDEE", "type": "user_reference"}},
    ]
    await opened(pager, assignments=people)

    assert rung(pager) == [("Chi", Reason.TRIGGERED), ("Dee", Reason.TRIGGERED)]


RESULTS = {
    "acknowledge": ([{"status": "acknowledged"}], (200, None), Status.ACKNOWLEDGED, ["Ana"]),
    "acknowledge twice": ([{"status": "acknowledged"}] * 2, (400, 1002), Status.ACKNOWLEDGED, ["Ana"]),
    "resolve": ([{"status": "resolved", "resolution": "Rolled back"}], (200, None), Status.RESOLVED, ["Ana"]),
    "resolve twice": ([{"status": "resolved"}] * 2, (400, 1001), Status.RESOLVED, ["Ana"]),
    "acknowledge the resolved: it is open again": (
        [{"status": "resolved"}, {"status": "acknowledged"}],
        (200, None),
        Status.ACKNOWLEDGED,
        ["Ana"],
    ),
    "trigger the resolved": (
        [{"status": "resolved"}, {"status": "triggered"}],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Ana"],
    ),
    "escalate": ([{"escalation_level": 2}], (200, None), Status.TRIGGERED, ["Ana", "Bo"]),
    "escalate the acknowledged": (
        [{"status": "acknowledged"}, {"escalation_level": 3}],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Chi"],
    ),
    "escalate beyond the last": ([{"escalation_level": 6}], (400, 1006), Status.TRIGGERED, ["Ana"]),
    "escalate to nothing": ([{"escalation_level": 0}], (400, 1006), Status.TRIGGERED, ["Ana"]),
    "escalate by word": ([{"escalation_level": "2"}], (400, 2001), Status.TRIGGERED, ["Ana"]),
    "escalate the resolved": (
        [{"status": "resolved"}, {"escalation_level": 2}],
        (400, 1006),
        Status.RESOLVED,
        ["Ana"],
    ),
    "delegate": (
        [{"escalation_policy": {"id": "PEPOL13", "type": "escalation_policy_reference"}}],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Chi"],
    ),
    "assign to one who has it and one who has not": (
        [
            {
                "assignments": [
                    {"assignee": {"id": user, "type": "user_reference"}} for user in ("PUANA", "PUELI")
                ]
            }
        ],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Eli"],
    ),
    "own status": ([{"status": "mitigated"}], (400, 2001), Status.TRIGGERED, ["Ana"]),
    "unknown priority name": ([{"priority": "P9"}], (400, 1020), Status.TRIGGERED, ["Ana"]),
    "stray field": ([{"state": "resolved"}], (400, 2001), Status.TRIGGERED, ["Ana"]),
}


@pytest.mark.parametrize(("updates", "answer", "status", "rings"), RESULTS.values(), ids=RESULTS)
async def test_updates_change_the_incident_and_ring_those_who_get_it(
    pager: PagerDutyStandIn,
    updates: list[dict[str, Any]],
    answer: tuple[int, int | None],
    status: Status,
    rings: list[str],
) -> None:
    incident_id = await opened(pager)

    answers = [await put(pager, incident_id, **update) for update in updates]

    assert answers[-1] == answer
    assert pager.incidents.find("k1").status is status  # type: ignore[union-attr]
    assert [ring.user.name for ring in pager.phone.rings] == rings


async def test_title_urgency_priority_and_bridge_are_kept(pager: PagerDutyStandIn) -> None:
    incident_id = await opened(pager)

    bridge = {"conference_url": "https://example.com/room"}
    answer = await put(
        pager, incident_id, title="Slow", urgency="low", priority="P2", conference_bridge=bridge
    )
    _, shown = await call(
        pager, "GET", f"/incidents/{incident_id}", params={"include[]": "conference_bridge"}
    )

    assert answer == (200, None)
    incident = shown["incident"]
    assert (incident["title"], incident["urgency"], incident["priority"]["name"]) == ("Slow", "low", "P2")
    assert incident["conference_bridge"] == bridge
    assert len(pager.phone.rings) == 1


async def test_many_are_updated_at_once(pager: PagerDutyStandIn) -> None:
    ids = [await opened(pager, incident_key=key) for key in ("k1", "k2")]
    updates = [{"id": each, "type": "incident_reference", "status": "resolved"} for each in ids]

    status, answer = await call(pager, "PUT", "/incidents", {"incidents": updates})
    crowd = await call(pager, "PUT", "/incidents", {"incidents": updates[:1] * 251})

    assert (status, {each["status"] for each in answer["incidents"]}) == (200, {"resolved"})
    assert crowd[0] == 413


async def test_a_bots_escalation_after_the_answer_is_late_and_a_persons_is_not(
    pager: PagerDutyStandIn,
) -> None:
    incident_id = await opened(pager)
    await pager.acknowledge(incident_id, by="ana")
    await pager.escalate(incident_id, by="ana")
    assert pager.late_rings() == []

    await pager.acknowledge("k1", by="bo@example.com")
    await put(pager, incident_id, escalation_level=3)

    [late] = pager.late_rings()
    assert (late.user.name, late.reason) == ("Chi", Reason.ESCALATED)


async def test_lists_go_back_a_month_unless_asked_for_all(pager: PagerDutyStandIn, clock: StillClock) -> None:
    await opened(pager, incident_key="old")
    clock.skip(timedelta(days=40))
    newer = await opened(pager, incident_key="new")
    await put(pager, newer, status="acknowledged")

    async def keys(**params: Any) -> list[str]:
        _, answer = await call(pager, "GET", "/incidents", params=list(params.items()))
        return [each["incident_key"] for each in answer["incidents"]]

    assert await keys() == ["new"]
    assert await keys(incident_key="old") == []
    assert await keys(incident_key="old", date_range="all") == ["old"]
    assert await keys(since="2026-03-01T00:00:00Z", until="2026-03-03T00:00:00Z") == ["old"]
    assert await keys(date_range="all", sort_by="created_at:desc") == ["new", "old"]
    assert await keys(**{"statuses[]": "triggered", "date_range": "all"}) == ["old"]
    assert await keys(**{"user_ids[]": "PUBO", "date_range": "all"}) == []


async def test_pages_have_25_entries_and_say_whether_there_are_more(pager: PagerDutyStandIn) -> None:
    for number in range(26):
        await opened(pager, incident_key=f"k{number}")

    _, first = await call(pager, "GET", "/incidents", params={"total": "true"})
    _, second = await call(pager, "GET", "/incidents", params={"offset": 25})
    beyond = await call(pager, "GET", "/incidents", params={"offset": 9_990})

    assert (len(first["incidents"]), first["more"], first["total"]) == (25, True, 26)
    assert (len(second["incidents"]), second["more"], second["total"]) == (1, False, None)
    assert beyond[0] == 400


async def test_what_is_not_there_is_404_with_code_2100(pager: PagerDutyStandIn) -> None:
    for path in ("/incidents/PX", "/users/PX", "/services/PX", "/schedules/PX", "/nowhere"):
        status, answer = await call(pager, "GET", path)
        assert (status, answer["error"]["code"]) == (404, 2100), path


async def test_a_parameter_the_operation_does_not_know_is_refused(pager: PagerDutyStandIn) -> None:
    assert (await call(pager, "GET", "/incidents", params={"status": "triggered"}))[0] == 400


async def test_responders_are_rung_and_their_reply_is_shown(pager: PagerDutyStandIn) -> None:
    incident_id = await opened(pager)
    targets = [{"responder_request_target": {"id": "PUBO", "type": "user_reference"}}]
    request = {"requester_id": "PUBOT", "message": "Please join", "responder_request_targets": targets}

    status, answer = await call(pager, "POST", f"/incidents/{incident_id}/responder_requests", request)
    await pager.respond(incident_id, by="bo", joins=True)
    _, shown = await call(pager, "GET", f"/incidents/{incident_id}")

    assert (status, answer["responder_request"]["message"]) == (200, "Please join")
    assert rung(pager)[1:] == [("Bo", Reason.RESPONDER)]
    assert [each["state"] for each in shown["incident"]["incidents_responders"]] == ["joined"]


async def test_responder_requests_need_the_ability_and_a_users_id(pager: PagerDutyStandIn) -> None:
    path = f"/incidents/{await opened(pager)}/responder_requests"
    by_mail = {"requester_id": "ana@example.com", "message": "m", "responder_request_targets": [{}]}
    assert (await call(pager, "POST", path, by_mail))[1]["error"]["code"] == 1008

    pager.account.abilities.discard("coordinated_responding")
    assert (await call(pager, "POST", path, by_mail))[0] == 402


async def test_notes_and_updates_and_the_log_are_kept(pager: PagerDutyStandIn) -> None:
    incident_id = await opened(pager)
    await call(pager, "POST", f"/incidents/{incident_id}/notes", {"note": {"content": "Rolled back"}})
    await call(pager, "POST", f"/incidents/{incident_id}/status_updates", {"message": "Better"})
    await pager.acknowledge(incident_id, by="ana")

    _, notes = await call(pager, "GET", f"/incidents/{incident_id}/notes")
    _, log = await call(pager, "GET", f"/incidents/{incident_id}/log_entries")

    assert [(note["content"], note["user"]["id"]) for note in notes["notes"]] == [("Rolled back", "PUBOT")]
    assert [entry["type"] for entry in log["log_entries"]] == [
        "acknowledge_log_entry",
        "annotate_log_entry",
        "notify_log_entry",
        "trigger_log_entry",
    ]
    assert pager.incidents.find("k1").updates[0].text == "Better"  # type: ignore[union-attr]


async def test_a_snooze_ends_with_the_assignees_ringing_again(
    pager: PagerDutyStandIn, clock: StillClock
) -> None:
    incident_id = await opened(pager)
    status, answer = await call(pager, "POST", f"/incidents/{incident_id}/snooze", {"duration": 600})
    assert (status, answer["incident"]["status"]) == (201, "acknowledged")

    clock.skip(timedelta(minutes=9))
    assert len(pager.phone.rings) == 1
    clock.skip(timedelta(minutes=1))

    assert rung(pager)[1:] == [("Ana", Reason.TRIGGERED)]
    assert (await call(pager, "POST", f"/incidents/{incident_id}/snooze", {"duration": 604_801}))[0] == 400


async def test_policies_climb_by_themselves_only_when_told_to(
    pager: PagerDutyStandIn, clock: StillClock
) -> None:
    await opened(pager)
    clock.skip(timedelta(hours=1))
    assert len(pager.phone.rings) == 1

    pager.own_escalation = True
    clock.skip(timedelta(minutes=1))
    assert [ring.user.name for ring in pager.phone.rings] == ["Ana", "Bo"]
    clock.skip(timedelta(minutes=30))
    assert [ring.user.name for ring in pager.phone.rings] == ["Ana", "Bo", "Chi"]
    await pager.acknowledge("k1", by="chi")
    clock.skip(timedelta(hours=5))

    assert len(pager.phone.rings) == 3
    assert pager.late_rings() == []


async def test_oncalls_are_filtered_and_may_show_whole_users(pager: PagerDutyStandIn) -> None:
    async def people(**params: str) -> list[tuple[int, str]]:
        _, answer = await call(pager, "GET", "/oncalls", params=params)
        return [(each["escalation_level"], each["user"]["summary"]) for each in answer["oncalls"]]

    assert await people(**{"escalation_policy_ids[]": "PEPOL01"}) == [
        (1, "Ana"),
        (2, "Bo"),
        (3, "Chi"),
        (4, "Dee"),
        (5, "Eli"),
    ]
    assert await people(**{"schedule_ids[]": "PSCHED1"}) == [(1, "Ana")]
    pager.account.put_on_call("PSCHED1", [pager.account.users["PUBO"]])
    assert await people(**{"schedule_ids[]": "PSCHED1"}) == [(1, "Bo")]

    _, whole = await call(pager, "GET", "/oncalls", params={"include[]": "users", "user_ids[]": "PUELI"})
    assert {each["user"]["email"] for each in whole["oncalls"]} == {"eli@example.com"}


async def test_users_are_found_by_address_and_the_token_has_an_owner(pager: PagerDutyStandIn) -> None:
    _, found = await call(pager, "GET", "/users", params={"query": "chi@example.com"})
    _, me = await call(pager, "GET", "/users/me")

    assert [user["id"] for user in found["users"]] == ["PUCHI"]
    assert me["user"]["email"] == FROM["From"]


async def test_priorities_come_most_severe_first_or_not_at_all(pager: PagerDutyStandIn) -> None:
    _, answer = await call(pager, "GET", "/priorities")
    assert [each["name"] for each in answer["priorities"]] == ["P1", "P2", "P3", "P4", "P5"]

    pager.account.abilities.discard("priorities")
    assert (await call(pager, "GET", "/priorities"))[0] == 402


async def test_a_token_has_960_calls_a_minute_and_is_told_what_is_left(pager: PagerDutyStandIn) -> None:
    pager.enforce_rates = True
    for _ in range(959):
        pager.door.spend(pager.api_token, 960)

    assert (await call(pager, "GET", "/abilities"))[0] == 200
    status, answer = await call(pager, "GET", "/abilities")

    assert (status, answer) == (429, {"error": {"message": "Rate Limit Exceeded", "code": 2020}})


async def test_a_cut_answer_leaves_the_incident_made_and_a_planned_status_does_not(
    pager: PagerDutyStandIn,
) -> None:
    pager.faults.plan("POST /incidents", Fault(Failure.STATUS, status=503))
    pager.faults.plan("POST /incidents", Fault(Failure.CUT_AFTER))

    assert (await call(pager, "POST", "/incidents", a_new()))[0] == 503
    with pytest.raises(aiohttp.ClientError):
        await call(pager, "POST", "/incidents", a_new())

    assert [incident.key for incident in pager.incidents] == ["k1"]
    assert [made.status for made in pager.calls] == [503, None]


async def test_hooks_stand_before_and_after_the_moment_of_effect(pager: PagerDutyStandIn) -> None:
    seen: list[tuple[str, int]] = []

    async def look(name: str, body: Mapping[str, Any]) -> None:
        seen.append((name, len(pager.incidents)))

    pager.faults.before_apply.append(look)
    pager.faults.after_apply.append(look)
    await opened(pager)

    assert seen == [("POST /incidents", 0), ("POST /incidents", 1)]


async def test_calls_are_written_down_with_their_connection(pager: PagerDutyStandIn) -> None:
    pager.connection_setup_s = 0.05
    headers = {"Authorization": f"Token token={pager.api_token}", "Accept": VENDOR_TYPE, **FROM}
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(2):
            async with session.get(f"{pager.api_url}/abilities") as answer:
                await answer.read()
    await call(pager, "GET", "/users/me")

    assert [made.operation for made in pager.calls] == ["GET /abilities", "GET /abilities", "GET /users/me"]
    assert [made.connection for made in pager.calls] == [1, 1, 2]
    assert (pager.calls[0].from_, pager.calls[0].status, pager.calls[0].at) == (FROM["From"], 200, T0)


async def test_state_outlives_a_restart_of_the_server(pager: PagerDutyStandIn) -> None:
    incident_id = await opened(pager)

    await pager.stop()
    await pager.start()

    assert (await call(pager, "GET", f"/incidents/{incident_id}"))[0] == 200


async def test_watchers_hear_of_every_change(pager: PagerDutyStandIn) -> None:
    heard: list[int] = []
    pager.on_change(lambda: heard.append(len(pager.phone.rings)))

    await opened(pager)
    await pager.acknowledge("k1", by="ana")

    assert heard == [1, 1]
