"""The door for REST of the stand-in: who may call, pages, limits, planned failures, the book of calls."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.rest.api import VENDOR_TYPE
from tests.playground.pagerduty_bench import FROM, T0, a_new, call, opened

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
