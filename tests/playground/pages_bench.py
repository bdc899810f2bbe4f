"""The pages over both stand-ins with a small app behind Slack, and what a browser without script does."""

import asyncio
import html
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY
from incidentbot.playground.pages import Pages
from incidentbot.playground.slack import SlackStandIn
from tests.playground.pages_app import SmallApp

SHORTCUTS = {"shortcuts": [("declare_it", "Declare")], "message_shortcuts": [("keep_it", "Keep it")]}
T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ROOM = "/ana/C0INCIDENTS"
HINTS = (("declare [severity] [title]", "Begin an incident."), ("ack [words]", "You have it."))


class Process:
    """The bot's process, as far as the pages can tell."""

    def __init__(self) -> None:
        self.running = True

    async def kill(self) -> None:
        self.running = False

    async def start(self) -> None:
        self.running = True


@dataclass
class Bench:
    clock: StillClock
    slack: SlackStandIn
    pagerduty: PagerDutyStandIn
    process: Process
    url: str = ""
    app: SmallApp = field(default_factory=SmallApp)
    client: AsyncWebClient = field(default_factory=AsyncWebClient)

    @property
    def said(self) -> list[tuple[str, Any]]:
        return self.app.said

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(self.url + path, headers=headers) as answer,
        ):
            return answer.status, html.unescape(await answer.text())

    async def post(self, deed: str, origin: str | None = None, **fields: str) -> tuple[int, str]:
        """Post a form of Ana's page of #incidents as a browser without script does, and follow to the page."""
        headers = {"Origin": self.url if origin is None else origin}
        url = f"{self.url}{ROOM}/do/{deed}"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=fields, headers=headers) as answer,
        ):
            return answer.status, html.unescape(await answer.text())

    async def skip(self, by: timedelta) -> None:
        self.clock.skip(by)

    async def page_out(self, summary: str, key: str = "inc-7:1:1") -> None:
        """Let the phone of whoever is on call ring: it is Ana's."""
        payload = {"summary": summary, "source": "tests", "severity": "critical"}
        event = {
            "routing_key": MAIN_ROUTING_KEY,
            "event_action": "trigger",
            "dedup_key": key,
            "payload": payload,
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.pagerduty.events_url, json=event) as answer,
        ):
            assert answer.status == 202
        await self.pagerduty.settled()

    async def changes_until(self, reached: Callable[[], object]) -> None:
        changed = asyncio.Event()
        self.slack.on_change(lambda _: changed.set())
        async with asyncio.timeout(5):
            while not reached():
                await changed.wait()
                changed.clear()


@asynccontextmanager
async def a_bench(*, app: str = "with") -> AsyncIterator[Bench]:
    """Both stand-ins and the pages. app: "without" leaves Slack with nobody behind it."""
    clock = StillClock(T0)
    slack, pagerduty, process = SlackStandIn(clock), PagerDutyStandIn(clock), Process()
    bench = Bench(clock, slack, pagerduty, process)
    await slack.start()
    await pagerduty.start()
    pages = Pages(slack=slack, pagerduty=pagerduty, skip=bench.skip, bot=process, hints=HINTS, **SHORTCUTS)
    bench.url = (await pages.start()).rstrip("/")
    try:
        async with aiohttp.ClientSession() as session:
            bench.client = AsyncWebClient(
                token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], session=session
            )
            if app == "without":
                yield bench
                return
            line = AsyncSocketModeHandler(
                bench.app.bolt(slack, bench.client), slack.app_token, ping_interval=1
            )
            await line.connect_async()
            await slack.wait_connected()
            await bench.client.conversations_join(channel="C0INCIDENTS")
            yield bench
            await line.close_async()
    finally:
        await pages.stop()
        await pagerduty.stop()
        await slack.stop()
