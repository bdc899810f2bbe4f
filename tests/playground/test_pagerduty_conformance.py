"""Every REST answer of the stand-in, held against PagerDuty's own specification."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY
from incidentbot.playground.pagerduty.rest.api import ROUTES, VENDOR_TYPE
from tests.needs import shared
from tests.yardstick.pagerduty import Yardstick

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def yardstick() -> Yardstick:
    return Yardstick(shared("specs"))


class Checked:
    """Calls the stand-in; question and answer are held against the specification at once."""

    def __init__(self, pager: PagerDutyStandIn, yardstick: Yardstick) -> None:
        self._pager = pager
        self._yardstick = yardstick
        self.operations: set[str] = set()

    async def __call__(
        self, method: str, path: str, body: Any = None, /, status: int = 200, **params: str
    ) -> dict[str, Any]:
        headers = {
            "Authorization": f"Token token={self._pager.api_token}",
            "Accept": VENDOR_TYPE,
            "Content-Type": "application/json",
            "From": "incidentbot@example.com",
        }
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, self._pager.api_url + path, json=body, params=params) as answer,
        ):
            shown: dict[str, Any] = await answer.json()
            assert answer.status == status, shown
        assert self._yardstick.wrong_with(self._pager.calls[-1]) == ""
        self.operations.add(self._pager.calls[-1].operation)
        return shown


@pytest.fixture
async def checked(yardstick: Yardstick) -> AsyncIterator[Checked]:
    async with PagerDutyStandIn(StillClock(T0)) as pager:
        yield Checked(pager, yardstick)


def an_update(**changes: Any) -> dict[str, Any]:
    return {"incident": {"type": "incident", **changes}}


async def _opened(checked: Checked) -> str:
    new = {
        "type": "incident",
        "title": "Checkout is down",
        "service": {"id": "PSVC001", "type": "service_reference"},
        "priority": {"id": "PPRIO01", "type": "priority_reference"},
        "urgency": "high",
        "incident_key": "k1",
        "body": {"type": "incident_body", "details": "Since 09:00"},
    }
    made = await checked("POST", "/incidents", {"incident": new}, status=201)
    return str(made["incident"]["id"])


async def _through_its_life(checked: Checked, path: str) -> None:
    await checked("PUT", path, an_update(status="acknowledged"))
    await checked("PUT", path, an_update(escalation_level=2))
    assignee = {"assignee": {"id": "PUELI", "type": "user_reference"}}
    await checked("PUT", path, an_update(assignments=[assignee]))
    await checked("POST", f"{path}/snooze", {"duration": 60}, status=201)
    targets = [{"responder_request_target": {"id": "PUBO", "type": "user_reference"}}]
    request = {"requester_id": "PUBOT", "message": "Please join", "responder_request_targets": targets}
    await checked("POST", f"{path}/responder_requests", request)
    await checked("POST", f"{path}/notes", {"note": {"content": "Rolled back"}})
    await checked("POST", f"{path}/status_updates", {"message": "Better"})
    await checked("PUT", path, an_update(status="resolved"))


async def _and_everything_that_reads(checked: Checked, path: str) -> None:
    for folder in ("notes", "log_entries", "alerts"):
        await checked("GET", f"{path}/{folder}")
    await checked("GET", path)
    await checked("GET", "/incidents", date_range="all")
    incident = {"id": path.rsplit("/", 1)[1], "type": "incident_reference", "title": "Checkout was down"}
    await checked("PUT", "/incidents", {"incidents": [incident]})
    for read in ("/oncalls", "/escalation_policies", "/services", "/priorities", "/users", "/abilities"):
        await checked("GET", read)
    for read in ("/escalation_policies/PEPOL01", "/schedules/PSCHED1", "/services/PSVC001", "/users/PUANA"):
        await checked("GET", read)
    await checked("GET", "/users/me")


async def test_every_operation_answers_as_the_specification_says(checked: Checked) -> None:
    path = f"/incidents/{await _opened(checked)}"
    await checked("GET", path)
    await _through_its_life(checked, path)
    await _and_everything_that_reads(checked, path)

    assert checked.operations == {route.operation for route in ROUTES}


async def test_an_incident_of_an_event_answers_so_too(checked: Checked) -> None:
    payload = {"summary": "Disk is full", "source": "db1", "severity": "error", "custom_details": {"n": 1}}
    event = {
        "routing_key": MAIN_ROUTING_KEY,
        "event_action": "trigger",
        "dedup_key": "k2",
        "payload": payload,
    }
    pager = checked._pager
    async with aiohttp.ClientSession() as session:
        for action in ("trigger", "acknowledge"):
            async with session.post(pager.events_url, json={**event, "event_action": action}) as answer:
                assert answer.status == 202
    await pager.settled()

    incident = next(iter(pager.incidents))
    await checked("GET", f"/incidents/{incident.id}")
    alerts = await checked("GET", f"/incidents/{incident.id}/alerts")
    log = await checked("GET", f"/incidents/{incident.id}/log_entries")

    assert alerts["alerts"][0]["alert_key"] == "k2"
    assert log["log_entries"][-1]["type"] == "trigger_log_entry"


async def test_refusals_have_the_specified_shape(checked: Checked) -> None:
    await checked("GET", "/incidents/PX", status=404)
    await checked("GET", "/users/PX", status=404)
