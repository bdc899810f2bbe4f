"""Socket Mode with a watchdog: a connection that is stale, refused or silent is made anew. Hears, decides nothing.

The SDK's client asks a refused or stale address again for ever (docs/decisions/0002-the-users-packages.md); forgetting
the address makes it ask Slack for a new one, and a handler that does not heal in time is replaced whole.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from incidentbot.slack.addresses import may_talk_to
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
    """How long the watchdog waits, in seconds of real time. ping_s: how often the SDK looks whether Slack answers."""

    ping_s: float = 5
    probe_s: float = 2
    connect_s: float = 15
    heal_s: float = 30
    pause_s: float = 1
    longest_pause_s: float = 30


class SocketLine:
    """Holds a connection while `run` runs. elapsed: seconds of a clock that is never set."""

    def __init__(
        self,
        bolt: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        patience: Patience | None = None,
        *,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bolt = bolt
        self._app_token = app_token
        self._client = client
        self._patience = patience or Patience()
        self._handler: AsyncSocketModeHandler | None = None
        self._elapsed = elapsed
        self._connected_at = elapsed()

    async def silent_s(self) -> float:
        """How long nothing can have come in; 0 while it can."""
        if await self.connected():
            self._connected_at = self._elapsed()
        return self._elapsed() - self._connected_at

    async def connected(self) -> bool:
        """Whether requests can come in now."""
        handler = self._handler
        return handler is not None and await handler.client.is_connected()

    async def run(self) -> None:
        """Keep a connection until cancelled; each handler that does not heal is closed and replaced."""
        pause_s = self._patience.pause_s
        while True:
            handler = self._new_handler()
            try:
                held = await self._hold(handler)
            finally:
                self._handler = None
                await handler.close_async()  # type: ignore[no-untyped-call] # the SDK's own gap
            pause_s = self._patience.pause_s if held else min(pause_s * 2, self._patience.longest_pause_s)
            log.warning("socket_rebuilt", pause_s=pause_s)
            await asyncio.sleep(pause_s)

    def _new_handler(self) -> AsyncSocketModeHandler:
        return AsyncSocketModeHandler(
            self._bolt, self._app_token, web_client=self._client, ping_interval=self._patience.ping_s
        )

    async def _hold(self, handler: AsyncSocketModeHandler) -> bool:
        """Connect and watch; returns when the handler is to be replaced. Whether it was ever connected."""
        try:
            async with asyncio.timeout(self._patience.connect_s):
                await handler.connect_async()  # type: ignore[no-untyped-call] # the SDK's own gap
        except TimeoutError:
            return False
        self._handler = handler
        lost_for_s = 0.0
        while lost_for_s < self._patience.heal_s:
            await asyncio.sleep(self._patience.probe_s)
            if await handler.client.is_connected():
                self._connected_at = self._elapsed()
                lost_for_s = 0.0
                continue
            lost_for_s += self._patience.probe_s
            handler.client.wss_uri = None
        return True
