"""What the tests of the Slack stand-in call it with: a client, an app behind a request URL, the texts of blocks."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.playground.slack import SlackStandIn

T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


PLAIN = plain("x")


class App:
    """Keeps every payload, and answers as told."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []
        self.answer: Mapping[str, Any] | None = None

    async def receive(self, request: web.Request) -> web.Response:
        data = dict(await request.post())
        self.payloads.append(json.loads(str(data["payload"])) if "payload" in data else data)
        return web.json_response(self.answer) if self.answer else web.Response()


@asynccontextmanager
async def served(receive: Callable[[web.Request], Awaitable[web.Response]], path: str) -> AsyncIterator[str]:
    """A request URL on a free port; gives its address."""
    site = web.Application()
    site.router.add_post(path, receive)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}{path}"
    await runner.cleanup()


@asynccontextmanager
async def a_client(slack: SlackStandIn) -> AsyncIterator[AsyncWebClient]:
    """Slack's own client with the bot's token; it tries nothing twice."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], session=session
        )


def installed(slack: SlackStandIn) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's question for whom it acts: always the stand-in's bot."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id="T0PLAY",
            bot_token=slack.bot_token,
            bot_user_id="U0BOT",
            bot_id="B0BOT",
        )

    return authorize
