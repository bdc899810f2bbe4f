"""A socket line with a bot that answers one command, on real time and with little patience."""

import asyncio
from typing import Self

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from incidentbot.clock import StillClock
from incidentbot.flows.supervisor import Supervisor
from incidentbot.playground.slack import SlackStandIn
from incidentbot.slack.listening.socket import CarefulClient, Patience, SocketLine
from incidentbot.slack.web_api.calls import open_session, web_client
from tests.slack.bench import T0

QUICK = Patience(
    ping_s=0.2, probe_s=0.1, connect_s=1, hello_s=0.3, linger_s=0.3, pause_s=0.05, longest_pause_s=0.1
)


async def answered(slack: SlackStandIn) -> None:
    """Wait until a command comes through. Raises TimeoutError."""
    async with asyncio.timeout(10):
        while not (await slack.slash("ana", "general", "/ping", "")).acked:
            await slack.wait_connected(10)


class Line:
    """A socket line with a bot that answers `/ping`. answered: how often it did."""

    def __init__(self) -> None:
        self.slack = SlackStandIn(StillClock(T0))
        self.tasks = Supervisor()
        self.elapsed_s = 0.0
        self.answered = 0

    async def __aenter__(self) -> Self:
        await self.slack.start()
        self.session = open_session()

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id="T0PLAY", bot_token=self.slack.bot_token)

        async def pong(ack: object) -> None:
            self.answered += 1
            await ack("pong")  # type: ignore[operator] # Bolt's ack

        bolt = AsyncApp(
            client=web_client(None, self.slack.api_url, self.session), authorize=authorize, name="t"
        )
        bolt.command("/ping")(pong)
        client = CarefulClient(base_url=self.slack.api_url, session=self.session, retry_handlers=[])
        self.line = SocketLine(bolt, self.slack.app_token, client, QUICK, elapsed=lambda: self.elapsed_s)
        self.tasks.start(self.line.run(), name="line")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tasks.close()
        await self.session.close()
        await self.slack.stop()
