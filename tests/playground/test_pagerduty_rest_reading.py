"""What REST shows and takes beside the life of an incident: lists, on-calls, users, notes, responders."""

from datetime import timedelta
from typing import Any

import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn, Reason
from tests.playground.pagerduty_bench import FROM, call, opened, put, rung


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


async def test_services_and_policies_are_found_by_name(pager: PagerDutyStandIn) -> None:
    _, services = await call(pager, "GET", "/services", params={"name": "Checkout"})
    _, policies = await call(pager, "GET", "/escalation_policies", params={"query": "team lead"})

    assert [each["id"] for each in services["services"]] == ["PSVC001"]
    assert [each["id"] for each in policies["escalation_policies"]] == ["PEPOL13"]


async def test_a_service_shows_the_loudest_of_its_incidents(pager: PagerDutyStandIn) -> None:
    async def status() -> str:
        _, answer = await call(pager, "GET", "/services/PSVC001")
        return str(answer["service"]["status"])

    seen = [await status()]
    incident_id = await opened(pager)
    seen.append(await status())
    await put(pager, incident_id, status="acknowledged")
    seen.append(await status())

    assert seen == ["active", "critical", "warning"]


async def test_an_incident_is_full_with_2000_notes(pager: PagerDutyStandIn) -> None:
    path = f"/incidents/{await opened(pager)}/notes"
    note = {"note": {"content": "Rolled back"}}
    await call(pager, "POST", path, note)
    incident = next(iter(pager.incidents))
    incident.notes *= 2000

    assert (await call(pager, "POST", path, note))[0] == 400


async def test_whole_people_are_shown_on_request(pager: PagerDutyStandIn) -> None:
    incident_id = await opened(pager)
    include = [("include[]", "assignees"), ("include[]", "body")]

    _, shown = await call(pager, "GET", f"/incidents/{incident_id}", params=include)

    assert shown["incident"]["assignments"][0]["assignee"]["email"] == "ana@example.com"
    assert shown["incident"]["body"] == {"type": "incident_body", "details": None}


@pytest.mark.parametrize("params", [{"sort_by": "title"}, {"limit": "many"}, {"since": "yesterday"}])
async def test_a_list_refuses_what_it_cannot_read(pager: PagerDutyStandIn, params: dict[str, str]) -> None:
    assert (await call(pager, "GET", "/incidents", params=params))[0] == 400
