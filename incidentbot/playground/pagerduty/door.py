"""What every call to the stand-in goes through: the book of calls, the distance, planned failures. Knows no PagerDuty."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.playground.faults import Failure, Fault, Faults

RATE_WINDOW = timedelta(minutes=1)
Serve = Callable[[], Awaitable[web.Response]]
FailureBody = Callable[[int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Wire:
    """A request as it came: `query` and `headers` in their order, repeated names included."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class PagerCall:
    """One call, noted when it arrived. `status` and `answer` stay None while it hangs and when it was cut.

    `at` is the Clock's instant, `arrived_s` real monotonic seconds; `from_` is the From header;
    `connection` numbers the TCP connections in the order they were first used.
    """

    operation: str
    body: Mapping[str, Any]
    from_: str | None
    at: datetime
    arrived_s: float
    connection: int
    wire: Wire
    status: int | None = None
    answer: bytes | None = None


witnesses: list[Callable[[PagerCall], None]] = []
"""Told of each call to any stand-in of this process as it arrives; the tests judge them all by PagerDuty's own words."""


class Door:
    """The stand-in's threshold. `connection_setup_s` is what a fresh connection costs on its first call."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.calls: list[PagerCall] = []
        self.faults = faults
        self.watchers: list[Callable[[], None]] = []
        self.connection_setup_s = 0.0
        self.enforce_rates = False
        self._clock = clock
        self._connections: WeakKeyDictionary[asyncio.BaseTransport, int] = WeakKeyDictionary()
        self._connection_numbers = count(1)
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)

    async def note(self, request: web.Request, operation: str, body: Mapping[str, Any]) -> PagerCall:
        """Write the call down, and make a new connection wait for its set-up."""
        connection, is_new = self._connection(request)
        call = PagerCall(
            operation,
            body,
            request.headers.get("From"),
            self._clock.now(),
            time.monotonic(),
            connection,
            await _wire(request),
        )
        self.calls.append(call)
        for witness in witnesses:
            witness(call)
        self._noticed()
        if is_new and self.connection_setup_s:
            await asyncio.sleep(self.connection_setup_s)
        return call

    async def pass_through(
        self, request: web.Request, call: PagerCall, serve: Serve, failure_body: FailureBody
    ) -> web.Response:
        """Serve the call, unless a planned fault has it otherwise. A cut call's response is never sent."""
        await self.faults.wait()
        fault = self.faults.take(call.operation)
        response = await self._served(request, fault, serve, failure_body)
        if is_cut(request):
            return response
        call.status = response.status
        call.answer = response.body if isinstance(response.body, bytes) else None
        self._noticed()
        return response

    def _noticed(self) -> None:
        for watcher in list(self.watchers):
            watcher()

    async def _served(
        self, request: web.Request, fault: Fault | None, serve: Serve, failure_body: FailureBody
    ) -> web.Response:
        if fault is None:
            return await serve()
        match fault.failure:
            case Failure.STATUS:
                after = fault.retry_after_s
                headers = {} if after is None else {"Retry-After": str(after), "ratelimit-reset": str(after)}
                return web.json_response(failure_body(fault.status), status=fault.status, headers=headers)
            case Failure.CUT_BEFORE:
                cut(request)
                return web.Response(status=fault.status)
            case Failure.HANG:
                await asyncio.sleep(fault.hang_s)
                return await serve()
            case Failure.CUT_AFTER:
                response = await serve()
                cut(request)
                return response

    def spend(self, whose: str, limit: int) -> int | None:
        """Count a call against a limit per minute of the Clock.

        Gives what is left, or None when the limit was reached and rates are enforced.
        """
        now = self._clock.now()
        recent = self._recent[whose]
        while recent and recent[0] <= now - RATE_WINDOW:
            recent.popleft()
        if len(recent) >= limit and self.enforce_rates:
            return None
        recent.append(now)
        return max(0, limit - len(recent))

    def _connection(self, request: web.Request) -> tuple[int, bool]:
        transport = request.transport
        if transport is None:
            return next(self._connection_numbers), True
        if transport in self._connections:
            return self._connections[transport], False
        number = self._connections[transport] = next(self._connection_numbers)
        return number, True


async def _wire(request: web.Request) -> Wire:
    query, headers = tuple(request.query.items()), tuple(request.headers.items())
    return Wire(request.method, request.path, query, headers, await request.read())


def cut(request: web.Request) -> None:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()


def is_cut(request: web.Request) -> bool:
    """Whether nobody can hear an answer any more."""
    return request.transport is None or request.transport.is_closing()
