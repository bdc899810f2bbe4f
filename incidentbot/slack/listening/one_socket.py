"""One socket of Slack's: opened once, listened to, and never opened again by itself. Replacing it is its owner's work.

The SDK's client counts a socket as connected before Slack has said `hello` over it, closes the old one before it asks
for a new one, and asks a refused address again for ever (seen in slack_sdk 3.47). Asked for a pause it waits inside its
attempt to connect, which its owner ends before the pause is over.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.slack.web_api.calls import pause_asked_s

_ROOM_FOR_TWO = frozenset({"warning", "refresh_requested"})
"""Reasons to leave for which the old socket goes on until the new one is there.

https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect
"""

_CLOSING_S = 1.0
"""A peer that says nothing does not say goodbye either."""


class OneSocket(SocketModeClient):
    """A client whose requests Bolt handles. over: nothing more can be expected of it, or it was told to leave."""

    def __init__(self, bolt: AsyncApp, app_token: str, client: AsyncWebClient, *, ping_s: float) -> None:
        super().__init__(app_token=app_token, logger=bolt.logger, web_client=client, ping_interval=ping_s)
        self._bolt = bolt
        self.greeted = asyncio.Event()
        self.over = asyncio.Event()
        self.overlaps = False
        """Whether it still delivers while the next one is opened."""
        self.asked_s = 0.0
        """The pause that Slack asked for instead of giving an address, in seconds."""
        self.socket_mode_request_listeners.append(self._handle)

    async def alive(self) -> bool:
        """Whether Slack said `hello` over it, and has answered since."""
        return self.greeted.is_set() and bool(await self.is_connected())

    async def issue_new_wss_url(self) -> str:
        """An address, asked for once: the owner asks again, after the pause that Slack names. Raises what Slack said."""
        try:
            return str((await self.web_client.apps_connections_open(app_token=self.app_token))["url"])
        except (SlackApiError, SlackRequestError, aiohttp.ClientError, TimeoutError) as refused:
            self.asked_s = pause_asked_s(refused) if isinstance(refused, SlackApiError) else 0.0
            self.closed = True
            self.over.set()
            raise

    async def connect_to_new_endpoint(self, *_: object, **__: object) -> None:
        """What the SDK calls for a socket that is closed or stale: the owner replaces it whole."""
        self.over.set()

    async def run_message_listeners(self, message: Mapping[str, Any], raw_message: str) -> None:
        """Take a greeting or a farewell here, and hand on what else Slack sends."""
        match message.get("type"):
            case "hello":
                self.greeted.set()
            case "disconnect":
                self.overlaps = message.get("reason") in _ROOM_FOR_TWO
                self.over.set()
            case _:
                await super().run_message_listeners(dict(message), raw_message)

    async def close(self) -> None:
        """Close it and end its tasks, whether or not Slack says goodbye."""
        try:
            async with asyncio.timeout(_CLOSING_S):
                await super().close()  # type: ignore[no-untyped-call] # the SDK's own gap
        except TimeoutError:
            self.current_session = None
            await super().close()  # type: ignore[no-untyped-call] # the SDK's own gap

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()  # noqa: TID251 - what Bolt's debug log of durations counts from
        answer = await run_async_bolt_app(self._bolt, request)
        await send_async_response(client, request, answer, began)
