"""What the tests of the PagerDuty stand-in call it with: events, REST calls, and a receiver of webhooks."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from incidentbot.playground.pagerduty import PagerDutyStandIn, Reason
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY
from incidentbot.playground.pagerduty.rest.api import VENDOR_TYPE

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "0b1c:1:1"
FROM = {"From": "incidentbot@example.com"}
SERVICE = {"id": "PSVC001", "type": "service_reference"}
SECRET = "shared"


def an_event(action: str = "trigger", **changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = {"routing_key": MAIN_ROUTING_KEY, "event_action": action, "dedup_key": KEY}
    if action == "trigger":
        event["payload"] = {"summary": "Checkout is down", "source": "slack", "severity": "critical"}
        event["client"] = "incidentbot"
        event["client_url"] = "https://example.com/7"
    return event | changes


def payload(**changes: Any) -> dict[str, Any]:
    return {"payload": an_event()["payload"] | changes}


async def send(pager: PagerDutyStandIn, event: Any, **options: Any) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(pager.events_url, json=event, **options) as answer,
    ):
        return answer.status, await answer.json()


async def played(pager: PagerDutyStandIn, *actions: str, key: str = KEY) -> None:
    for action in actions:
        status, _ = await send(pager, an_event(action, dedup_key=key))
        assert status == 202
    await pager.settled()


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
    update = {"incident": {"type": "incident", **changes}}
    status, answer = await call(pager, "PUT", f"/incidents/{incident_id}", update)
    return status, answer.get("error", {}).get("code")


def rung(pager: PagerDutyStandIn) -> list[tuple[str, Reason]]:
    return [(ring.user.name, ring.reason) for ring in pager.phone.rings]


@dataclass
class Receiver:
    """Takes webhooks and answers with the statuses it was given, then 202."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    silent_for_s: float = 0.0
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append((dict(request.headers), await request.read()))
        self.first.set()
        if self.silent_for_s:
            pause, self.silent_for_s = self.silent_for_s, 0.0
            await asyncio.sleep(pause)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 202)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body)["event"] for _, body in self.taken]

    @property
    def types(self) -> list[str]:
        return [event["event_type"] for event in self.events]

    @property
    def ids(self) -> list[str]:
        return [headers["X-Webhook-Id"] for headers, _ in self.taken]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    taking = Receiver()
    application = web.Application()
    application.router.add_post("/hook", taking.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taking.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield taking
    finally:
        await runner.cleanup()
