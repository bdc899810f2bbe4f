"""Socket Mode, held open: a socket that is refused, wedged, stale or told to leave is replaced. Hears, decides nothing.

Refused: it does not open. Wedged: it opens, and Slack says no `hello`. Stale: no frame comes any more, not even the
answer to a ping. A socket that greets, answers pings and carries nothing for hours cannot be told from a quiet day.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from incidentbot.slack.addresses import may_talk_to
from incidentbot.slack.listening.one_socket import OneSocket
from incidentbot.telemetry import logger

log = logger(__name__)


class CarefulClient(AsyncWebClient):
    """A client that connects only to sockets of Slack's own."""

    async def apps_connections_open(self, *, app_token: str, **kwargs: Any) -> AsyncSlackResponse:
        """The address of a socket. Raises SlackRequestError for one that is not Slack's."""
        response = await super().apps_connections_open(app_token=app_token, **kwargs)
        if not may_talk_to(str(response.get("url", "")), self.base_url):
            raise SlackRequestError("The socket's address is not Slack's.")
        return response


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the line waits, in seconds of real time.

    ping_s: from ping to ping; without an answer a socket is stale after at most four of them. connect_s: for the address
    and the handshake. hello_s: for Slack's greeting after it. linger_s: how long an old socket may still carry acks.
    """

    ping_s: float = 5
    probe_s: float = 2
    connect_s: float = 10
    hello_s: float = 10
    linger_s: float = 3
    pause_s: float = 1
    longest_pause_s: float = 30


class SocketLine:
    """Holds a connection while `run` runs.

    elapsed: seconds of a clock that is never set. back: told how long nothing could come in, once it can again.
    """

    def __init__(
        self,
        bolt: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        patience: Patience | None = None,
        *,
        elapsed: Callable[[], float] = time.monotonic,
        back: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._bolt = bolt
        self._app_token = app_token
        self._client = client
        self._patience = patience or Patience()
        self._socket: OneSocket | None = None
        self._elapsed = elapsed
        self._connected_at = elapsed()
        self._back = back
        self._asked_s = 0.0

    async def silent_s(self) -> float:
        """How long nothing can have come in; 0 while it can."""
        if await self.connected():
            self._connected_at = self._elapsed()
        return max(0.0, self._elapsed() - self._connected_at)

    async def connected(self) -> bool:
        """Whether requests can come in now: Slack has said `hello`, and answers."""
        socket = self._socket
        return socket is not None and await socket.alive()

    async def run(self) -> None:
        """Keep a connection until cancelled; each socket that is over is closed and replaced."""
        pause_s = self._patience.pause_s
        try:
            while True:
                socket = await self._open()
                pause_s = (
                    self._patience.pause_s if socket else min(pause_s * 2, self._patience.longest_pause_s)
                )
                if socket is not None:
                    await self._say_back()
                while socket is not None:
                    socket = await self._hold(socket)
                wait_s = max(pause_s, self._asked_s)
                log.warning("socket_lost", pause_s=wait_s)
                await asyncio.sleep(wait_s)
        finally:
            if self._socket is not None:
                await self._socket.close()

    async def _say_back(self) -> None:
        silent_s = self._elapsed() - self._connected_at
        if self._back is not None and silent_s > 0:
            await self._back(silent_s + self._patience.probe_s + 4 * self._patience.ping_s)

    async def _open(self) -> OneSocket | None:
        """A socket over which Slack has said `hello`, from a new address; None when there is none in time."""
        patience = self._patience
        socket = OneSocket(self._bolt, self._app_token, self._client, ping_s=patience.ping_s)
        greeted = False
        try:
            async with asyncio.timeout(patience.connect_s):
                await socket.connect()  # type: ignore[no-untyped-call] # the SDK's own gap
            greeted = await _comes(socket.greeted, patience.hello_s, unless=socket.over)
        except TimeoutError:
            log.warning("socket_refused", waited_s=patience.connect_s)
            return None
        finally:
            self._asked_s = socket.asked_s
            if not greeted:
                await socket.close()
        if not greeted:
            log.warning("socket_not_greeted", waited_s=patience.hello_s)
        return socket if greeted else None

    async def _hold(self, socket: OneSocket) -> OneSocket | None:
        """Listen until it is over. Returns its successor, already open, where Slack left time for one."""
        self._socket, successor = socket, None
        try:
            await self._until_over(socket)
            if socket.overlaps and (successor := await self._open()) is not None:
                self._socket = successor
                await asyncio.sleep(self._patience.linger_s)
            return successor
        finally:
            if self._socket is socket:
                self._socket = None
            await socket.close()

    async def _until_over(self, socket: OneSocket) -> None:
        while not socket.over.is_set() and await socket.alive():
            self._connected_at = self._elapsed()
            await _comes(socket.over, self._patience.probe_s)


async def _comes(event: asyncio.Event, within_s: float, *, unless: asyncio.Event | None = None) -> bool:
    """Wait for an event, until it is too late or `unless` comes first. Whether it came."""
    waits = [asyncio.ensure_future(one.wait()) for one in (event, unless) if one is not None]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return event.is_set()
