"""The door for Events v2: 202 first, the effect afterwards, as the real service does. Answers with no incident id."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from incidentbot.clock import new_id
from incidentbot.playground.pagerduty.alerts import Accepted, apply
from incidentbot.playground.pagerduty.door import Door, is_cut
from incidentbot.playground.pagerduty.event_rules import EVENT_LIMIT_BYTES, problems
from incidentbot.playground.pagerduty.records import Records

EVENTS_PER_MINUTE = 120
"""For each routing key. Source: the Events v2 overview; the real limit moves with the load."""


class EventsApi:
    """Takes events in and applies them in the order they were accepted."""

    def __init__(self, records: Records, door: Door) -> None:
        self._records = records
        self._door = door
        self._accepted: asyncio.Queue[Accepted] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to apply what is accepted."""
        self._worker = asyncio.get_running_loop().create_task(self._apply_all())

    async def stop(self) -> None:
        """Stop; what was accepted and not yet applied is lost, as when the real one burns down."""
        if self._worker is None:
            return
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        self._worker = None

    async def settled(self) -> None:
        """Wait until every accepted event was applied.

        Raises: whatever applying an event raised, which is a fault of the stand-in.
        """
        joined = asyncio.get_running_loop().create_task(self._accepted.join())
        watched = {joined} if self._worker is None else {joined, self._worker}
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        if joined.done():
            return
        joined.cancel()
        if self._worker is not None:
            self._worker.result()

    async def _apply_all(self) -> None:
        while True:
            event = await self._accepted.get()
            apply(self._records, event)
            self._accepted.task_done()

    async def enqueue(self, request: web.Request) -> web.StreamResponse:
        """`POST /v2/enqueue`."""
        raw = await request.read()
        body = _parsed(raw)
        action = str(body.get("event_action")) if body is not None else "unreadable"
        call = await self._door.note(request, f"enqueue.{action}", body or {})
        accepted: list[Accepted] = []

        async def serve() -> web.Response:
            return await self._judge(raw, body, accepted)

        try:
            response = await self._door.pass_through(request, call, serve, _failure_body)
            if accepted and not is_cut(request):
                # The sender has its 202 before anything happens: that is what asynchronous means here.
                await response.prepare(request)
                await response.write_eof()
        finally:
            for event in accepted:
                self._accepted.put_nowait(event)
        return response

    async def _judge(self, raw: bytes, body: dict[str, Any] | None, accepted: list[Accepted]) -> web.Response:
        if len(raw) > EVENT_LIMIT_BYTES:
            return _refused(413, "invalid event", "Event object is larger than 512 KB")
        if body is None:
            return _refused(
                400, "Unrecognized object", "Event object format is unrecognized", "JSON parse error"
            )
        wrong = problems(body)
        if wrong:
            return _refused(400, "invalid event", "Event object is invalid", *wrong)
        service = self._records.account.service_of(body["routing_key"])
        if service is None:
            return _refused(400, "invalid event", "Event object is invalid", "Invalid routing key")
        if self._door.spend(body["routing_key"], EVENTS_PER_MINUTE) is None:
            return web.json_response(_failure_body(429), status=429)
        event = Accepted(
            body["event_action"], service, body.get("dedup_key") or new_id().replace("-", ""), body
        )
        await self._take(event, accepted)
        answer = {"status": "success", "message": "Event processed", "dedup_key": event.key}
        return web.json_response(answer, status=202)

    async def _take(self, event: Accepted, accepted: list[Accepted]) -> None:
        name = f"enqueue.{event.action}"
        await self._door.faults.applying(name, event.body)
        accepted.append(event)
        await self._door.faults.applied(name, event.body)


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _refused(status: int, short: str, message: str, *errors: str) -> web.Response:
    return web.json_response({"status": short, "message": message, "errors": list(errors)}, status=status)


def _failure_body(status: int) -> Mapping[str, Any]:
    if status == 429:  # noqa: PLR2004 - the HTTP status itself
        return {
            "status": "throttle exceeded",
            "message": "Too many events for this routing key. Try again later.",
        }
    return {"status": "error", "message": "The event could not be processed", "errors": []}
