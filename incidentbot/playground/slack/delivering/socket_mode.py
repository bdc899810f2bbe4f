"""Socket Mode: tickets, sockets, envelopes and their acks. Knows no event's meaning."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

from incidentbot.clock import new_id
from incidentbot.playground.slack.delivering.delivery import ACK_TIMEOUT_S, Ack, Attempt, Kind
from incidentbot.playground.slack.people import APP_ID
from incidentbot.playground.slack.watch import Watch

_CLOSING_S = 1.0  # how long a socket that is closed waits for the other side
MOST_SOCKETS = 10  # https://docs.slack.dev/apis/events-api/using-socket-mode#connections
_HOST = "stand-in"


class SocketMode:
    """The sockets of the app. Each payload goes to one of them."""

    def __init__(self) -> None:
        self.refuse_sockets = False  # the upgrade is answered with 503
        self.stall_sockets = False  # sockets open, greet and answer pings, but carry nothing
        self.wedge_sockets = False  # sockets open and answer pings, but never greet
        self.mute_sockets = False  # sockets open, and not a frame comes over them
        self.ack_timeout_s = ACK_TIMEOUT_S
        self.tried = 0  # sockets asked for since the start, refused ones included
        self.connections = 0  # sockets opened since the start
        self.pings = 0  # answered since the start
        self._tickets: set[str] = set()
        self._sockets: list[tuple[web.WebSocketResponse, web.Request]] = []
        self._connected = asyncio.Event()
        self.watch = Watch()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._turn = 0

    @property
    def open_sockets(self) -> int:
        """How many sockets are up."""
        return len(self._sockets)

    def ticket(self) -> str:
        """A single-use ticket for one socket."""
        ticket = new_id()
        self._tickets.add(ticket)
        return ticket

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """The upgrade request of /link."""
        ticket = request.query.get("ticket", "")
        self.tried += 1
        self.watch.happened()
        if self.refuse_sockets:
            return web.Response(status=503)
        if ticket not in self._tickets:
            return web.Response(status=400, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, timeout=_CLOSING_S)
        await socket.prepare(request)
        if len(self._sockets) >= MOST_SOCKETS:
            await self._ask_to_leave(socket, "too_many_websockets")
            await socket.close()
            return socket
        await self._serve(socket, request)
        return socket

    async def _serve(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._sockets.append((socket, request))
        self.connections += 1
        try:
            if not (self.wedge_sockets or self.mute_sockets):
                await socket.send_json(self._hello())
                self._connected.set()
            self.watch.happened()
            async for message in socket:
                if message.type is WSMsgType.PING and not self.mute_sockets:
                    self.pings += 1
                    await socket.pong(message.data)
                    self.watch.happened()
                if message.type is WSMsgType.TEXT:
                    self._take(json.loads(message.data))
        except ConnectionError:
            return  # the app went away while it was greeted: as good as closed
        finally:
            self._forget(socket)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        self._sockets = [entry for entry in self._sockets if entry[0] is not socket]
        if not self._sockets:
            self._connected.clear()
        self.watch.happened()

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {
                "host": _HOST,
                "started": "2026-01-01 00:00:00.000",
                "build_number": 1,
                "approximate_connection_time": 18_060,
            },
        }

    def _take(self, ack: dict[str, Any]) -> None:
        """An ack counts from whichever socket it comes."""
        waiting = self._waiting.get(str(ack.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)

    async def reachable(self) -> None:
        """Wait until a socket is up."""
        await self._connected.wait()

    async def opened(self, count: int, timeout_s: float = 60.0) -> None:
        """Wait until so many sockets have been opened since the start, closed ones included. Raises TimeoutError."""
        await self.watch.until(lambda: self.connections >= count, timeout_s)

    async def carry(self, kind: Kind, payload: Mapping[str, Any], attempt: Attempt) -> Ack:
        """Send one envelope over the next socket in turn and wait for its ack."""
        if not self._sockets:
            return Ack(acked=False, error="dispatch_failed", reason="connection_failed")
        envelope = new_id()
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[envelope] = waiting
        began = time.monotonic()
        try:
            await self._send(_envelope(envelope, kind, payload, attempt))
            ack = await asyncio.wait_for(waiting, self.ack_timeout_s)
        except TimeoutError:
            return Ack(acked=False, ms=_since(began), error="operation_timeout", reason="timeout")
        except ConnectionError:
            return Ack(acked=False, ms=_since(began), error="dispatch_failed", reason="timeout")
        finally:
            del self._waiting[envelope]
        return Ack(acked=True, body=ack.get("payload"), ms=_since(began))

    async def _send(self, envelope: Mapping[str, Any]) -> None:
        self._turn += 1
        socket, _ = self._sockets[self._turn % len(self._sockets)]
        if not (self.stall_sockets or self.wedge_sockets or self.mute_sockets):
            await socket.send_json(envelope)

    async def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every socket to come back over a new one, as Slack does every few hours."""
        for socket, _ in list(self._sockets):
            await self._ask_to_leave(socket, reason)

    async def _ask_to_leave(self, socket: web.WebSocketResponse, reason: str) -> None:
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})

    def drop_sockets(self) -> None:
        """Cut every socket without a word, as a failing network does."""
        for socket, request in list(self._sockets):
            self._forget(socket)
            if request.transport is not None:
                request.transport.abort()

    async def close(self) -> None:
        """Close every socket properly."""
        for socket, _ in list(self._sockets):
            await socket.close()


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000


def _envelope(envelope: str, kind: Kind, payload: Mapping[str, Any], attempt: Attempt) -> dict[str, Any]:
    body: dict[str, Any] = {
        "envelope_id": envelope,
        "type": str(kind),
        "payload": payload,
        "accepts_response_payload": kind is not Kind.EVENT,
    }
    if kind is Kind.EVENT:
        body |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return body
