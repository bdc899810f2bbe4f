"""The Web API's door: reads a request, applies the plan of faults, calls the method and writes the answer. Knows no method."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from aiohttp import web

from incidentbot.playground.faults import Failure, Fault, Faults
from incidentbot.playground.slack.methods.desk import Body, Desk, Method
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import SIGNATURES, Arguments, checked
from incidentbot.playground.slack.strictness.scopes import METHOD_SCOPES
from incidentbot.playground.slack.strictness.tiers import RateLimits

_TOO_MANY = 429
_TOKENS_OF_APPS = ("apps.connections.open",)
_FOR_ANYBODY = ("api.test",)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API, written down when it was answered or cut.

    status: the HTTP status, 0 when the connection was cut. error: Slack's code, `http_503` and the like for a planned
    status, `cut` for a cut connection. connection: a number that calls over one TCP connection share.
    """

    method: str
    args: Mapping[str, Any]
    ok: bool
    error: str | None
    status: int
    at: datetime
    connection: int


class Connections:
    """Numbers the TCP connections as they come."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[asyncio.BaseTransport, int] = WeakKeyDictionary()
        self.seen = 0

    def number(self, request: web.Request) -> tuple[int, str]:
        """The connection's number, and `new` or `old`."""
        transport = request.transport
        if transport is None:
            return 0, "old"
        if transport in self._known:
            return self._known[transport], "old"
        self.seen += 1
        self._known[transport] = self.seen
        return self.seen, "new"


class WebApi:
    """Answers `/api/{method}`."""

    def __init__(
        self, desk: Desk, faults: Faults, methods: Mapping[str, Method], tokens: tuple[str, str]
    ) -> None:
        self.calls: list[Call] = []
        self.on_call: Callable[[Call], None] | None = None
        self.enforce_rates = False
        self.connection_setup_s = 0.0
        self.connections = Connections()
        self._desk = desk
        self._faults = faults
        self._methods = methods
        self._bot_token, self._app_token = tokens
        self._limits = RateLimits()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call, from its first byte to its record."""
        number, age = self.connections.number(request)
        if age == "new" and self.connection_setup_s:
            await asyncio.sleep(self.connection_setup_s)
        method = request.match_info["method"]
        try:
            values = await _values(request, method)
        except ValueError:
            return web.json_response(SlackRefusal("invalid_json").body())
        await self._faults.wait()
        fault = self._faults.take(method)
        status, body = await self._suffer(fault, method, values, _token(request, values))
        self._write_down(method, values, status, body, number)
        if status == 0 and request.transport is not None:
            request.transport.abort()
        headers = {"x-oauth-scopes": ",".join(sorted(self._desk.workspace.granted_scopes))}
        if "retry_after" in body:
            headers["Retry-After"] = str(body.pop("retry_after"))
        return web.json_response(body, status=status or 200, headers=headers)

    async def _suffer(
        self, fault: Fault | None, method: str, values: dict[str, Any], token: str
    ) -> tuple[int, Body]:
        """The status (0: cut the connection) and the body, with the fault applied."""
        if fault is None:
            return await self._apply(method, values, token)
        if fault.failure is Failure.STATUS:
            return fault.status, _planned(fault)
        if fault.failure is Failure.CUT_BEFORE:
            return 0, {"ok": False, "error": "cut"}
        if fault.failure is Failure.HANG:
            await asyncio.sleep(fault.hang_s)
            return await self._apply(method, values, token)
        await self._apply(method, values, token)
        return 0, {"ok": False, "error": "cut"}

    async def _apply(self, method: str, values: dict[str, Any], token: str) -> tuple[int, Body]:
        try:
            if limited := self._checked(method, values, token):
                return limited
            await self._faults.applying(method, values)
            body = {"ok": True} | self._methods[method](self._desk, Arguments(values))
        except SlackRefusal as refusal:
            return 200, refusal.body()
        await self._faults.applied(method, values)
        return 200, body

    def _checked(self, method: str, values: dict[str, Any], token: str) -> tuple[int, Body] | None:
        """Raises SlackRefusal; answers 429 when the method was called too often."""
        if method not in self._methods:
            raise SlackRefusal("unknown_method", req_method=method)
        self._authorized(method, token)
        arguments = Arguments(values)
        if self.enforce_rates:
            channel = arguments.text("channel")
            wait_s = self._limits.retry_after_s(method, channel, now=time.monotonic())
            if wait_s is not None:
                return _TOO_MANY, {"ok": False, "error": "ratelimited", "retry_after": wait_s}
        checked(method, arguments)
        if method in METHOD_SCOPES:
            self._desk.needs_for(method)
        return None

    def _authorized(self, method: str, token: str) -> None:
        if method in _FOR_ANYBODY:
            return
        if not token:
            raise SlackRefusal("not_authed")
        if token not in {self._bot_token, self._app_token}:
            raise SlackRefusal("invalid_auth")
        right = self._app_token if method in _TOKENS_OF_APPS else self._bot_token
        if token != right:
            raise SlackRefusal("not_allowed_token_type")

    def _write_down(self, method: str, values: dict[str, Any], status: int, body: Body, number: int) -> None:
        args = {name: value for name, value in values.items() if name != "token"}
        error = body.get("error")
        at = self._desk.workspace.clock.now()
        call = Call(method, args, body["ok"], error, status, at, number)
        self.calls.append(call)
        if self.on_call is not None:
            self.on_call(call)


def _planned(fault: Fault) -> Body:
    if fault.status == _TOO_MANY:
        return {"ok": False, "error": "ratelimited", "retry_after": fault.retry_after_s or 1}
    body: Body = {"ok": False, "error": f"http_{fault.status}"}
    return body if fault.retry_after_s is None else body | {"retry_after": fault.retry_after_s}


def _token(request: web.Request, values: Mapping[str, Any]) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else str(values.get("token", ""))


async def _values(request: web.Request, method: str) -> dict[str, Any]:
    """Query, form and JSON put together; JSON only for the methods that read it."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        known = SIGNATURES.get(method)
        read = json.loads(body) if body and (known is None or known.json) else {}
        return values | (read if isinstance(read, dict) else {})
    return values | dict(await request.post())
