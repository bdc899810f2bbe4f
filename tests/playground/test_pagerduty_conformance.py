"""Every REST answer of the stand-in, held against PagerDuty's own specification."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY
from incidentbot.playground.pagerduty.rest.api import ROUTES, VENDOR_TYPE
from tests.needs import shared

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOST = "https://api.pagerduty.com"
MAY_BE_NULL = {
    # The specification's own examples or words give null here; its types forget to say so.
    "resolved_at",
    "resolve_reason",
    "priority",
    "description",
    "schedule",
    "start",
    "end",
    "auto_resolve_timeout",
    "acknowledgement_timeout",
}


@dataclass
class Asked:
    """A request in the words of openapi-core."""

    method: str
    path: str
    body: bytes | None
    parameters: RequestParameters
    host_url: str = HOST
    content_type: str = "application/json"


@dataclass
class Answered:
    """An answer in the words of openapi-core."""

    status_code: int
    data: bytes
    content_type: str = "application/json"
    headers: Mapping[str, Any] = field(default_factory=dict)


def writable(node: Any) -> Any:
    """Without `readOnly`: references are marked so and are needed in requests."""
    if isinstance(node, list):
        return [writable(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: writable(value) for name, value in node.items() if name != "readOnly" or value is not True}


def without_known_nulls(node: Any) -> Any:
    if isinstance(node, list):
        return [without_known_nulls(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: without_known_nulls(value)
        for name, value in node.items()
        if value is not None or name not in MAY_BE_NULL
    }


@pytest.fixture(scope="module")
def specification() -> OpenAPI:
    document = writable(json.loads(shared("specs", "pagerduty-rest-openapiv3.json").read_text()))
    schemas = document["components"]["schemas"]
    schemas["IncidentBody"]["properties"]["details"] = {"type": "string"}
    # The base of all log entries says "acknowledge", this heir says "acknowledgement": both cannot hold.
    schemas["AcknowledgeLogEntry"]["allOf"][1]["properties"]["type"]["enum"].append("acknowledge_log_entry")
    # Its kinds of channel overlap, so that no channel is ever exactly one of them, the example's included.
    schemas["Channel"]["anyOf"] = schemas["Channel"].pop("oneOf")
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


class Checked:
    """Calls the stand-in and validates question and answer."""

    def __init__(self, pager: PagerDutyStandIn, specification: OpenAPI) -> None:
        self._pager = pager
        self._specification = specification
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
            raw = await answer.read()
            assert answer.status == status, raw
        parameters = RequestParameters(
            query=ImmutableMultiDict(params), header=Headers(list(headers.items()))
        )
        asked = Asked(method.lower(), path, None if body is None else json.dumps(body).encode(), parameters)
        self._specification.validate_request(asked)
        shown: dict[str, Any] = json.loads(raw)
        compared = json.dumps(without_known_nulls(shown)).encode()
        self._specification.validate_response(asked, Answered(status, compared))
        self.operations.add(self._pager.calls[-1].operation)
        return shown


@pytest.fixture
async def checked(specification: OpenAPI) -> AsyncIterator[Checked]:
    async with PagerDutyStandIn(StillClock(T0)) as pager:
        yield Checked(pager, specification)


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


async def test_the_yardstick_notices_an_impossible_status(checked: Checked, specification: OpenAPI) -> None:
    incident_id = await _opened(checked)
    shown = await checked("GET", f"/incidents/{incident_id}")
    shown["incident"]["status"] = "mitigated"
    asked = Asked("get", f"/incidents/{incident_id}", None, RequestParameters())

    with pytest.raises(OpenAPIError):
        specification.validate_response(asked, Answered(200, json.dumps(without_known_nulls(shown)).encode()))
