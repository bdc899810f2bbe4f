"""The real Socket Mode client loses its socket and comes back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.clock import StillClock
from incidentbot.playground.slack import SlackStandIn

T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    """A stand-in with an app on a socket that answers every command."""
    slack = SlackStandIn(StillClock(T0))
    await slack.start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], session=session
        )

        async def authorize(**_: Any) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None, team_id="T0PLAY", bot_token=slack.bot_token, bot_user_id="U0BOT"
            )

        async def answer(ack: Any) -> None:
            await ack("here")

        app = AsyncApp(client=client, authorize=authorize)
        app.command("/incident")(answer)
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
        await handler.connect_async()
        await slack.wait_connected()
        yield slack
        await handler.close_async()
    await slack.stop()


async def back(slack: SlackStandIn) -> None:
    async with asyncio.timeout(10):
        await slack.sockets.opened(2)


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled"])
async def test_a_client_that_is_asked_to_leave_comes_over_a_new_socket(slack: SlackStandIn, reason: str):
    await slack.sockets.ask_to_reconnect(reason)
    await back(slack)

    answer = await slack.slash("ana", "#incidents", "/incident", "status")

    assert answer.text == "here"


async def test_a_client_whose_socket_was_cut_comes_back(slack: SlackStandIn):
    slack.drop_sockets()
    cut = await slack.slash("ana", "#incidents", "/incident", "status")
    await back(slack)

    answer = await slack.slash("ana", "#incidents", "/incident", "status")

    assert (cut.error, answer.text) == ("dispatch_failed", "here")


async def test_the_stand_in_stops_and_starts_again_with_its_state(slack: SlackStandIn):
    port = int(slack.api_url.rsplit(":", 1)[1].split("/")[0])
    ts = await slack.say("ana", "#incidents", "before")
    await slack.stop()
    await slack.start(port)
    await back(slack)

    answer = await slack.slash("ana", "#incidents", "/incident", "status")

    assert answer.text == "here"
    assert slack.workspace.message("#incidents", ts).text == "before"
