"""The socket heals: refused, dropped and silent connections are made anew, and the bot says when it is deaf."""

import asyncio
from math import ceil
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackRequestError

from incidentbot.app import open_house
from incidentbot.clock import StillClock
from incidentbot.core.refusals import Refused
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.local import LocalWorkspace
from incidentbot.settings import Settings
from incidentbot.slack.listening.socket import CarefulClient
from incidentbot.slack.web_api.calls import open_session
from tests.slack.bench import NOTHING, T0
from tests.slack.socket_bench import QUICK, Line, answered


async def test_a_dropped_socket_is_replaced() -> None:
    async with Line() as line:
        await answered(line.slack)
        line.slack.drop_sockets()
        await answered(line.slack)
        assert await line.line.connected()


async def test_a_refused_socket_gets_a_new_address_and_heals() -> None:
    async with Line() as line:
        await answered(line.slack)
        line.slack.refuse_sockets = True
        line.slack.drop_sockets()
        opened = [call for call in line.slack.calls if call.method == "apps.connections.open"]
        await line.slack.until(
            lambda: (
                len([c for c in line.slack.calls if c.method == "apps.connections.open"]) > len(opened) + 1
            ),
            timeout_s=10,
        )
        line.slack.refuse_sockets = False
        await answered(line.slack)


async def test_a_socket_refused_from_the_start_comes_up_later() -> None:
    line = Line()
    line.slack.refuse_sockets = True
    async with line:
        await line.slack.until(lambda: len(line.slack.calls) > 1, timeout_s=10)
        line.slack.refuse_sockets = False
        await answered(line.slack)


@pytest.mark.parametrize("fault", ["wedge_sockets", "mute_sockets"])
async def test_a_socket_over_which_slack_never_said_hello_does_not_count_and_is_replaced(fault: str) -> None:
    line = Line()
    setattr(line.slack.sockets, fault, True)
    async with line:
        await line.slack.sockets.opened(3)
        line.elapsed_s += 180.0
        assert not await line.line.connected()
        assert await line.line.silent_s() == 180.0
        setattr(line.slack.sockets, fault, False)
        await line.slack.sockets.opened(line.slack.sockets.connections + 1)
        await answered(line.slack)
        assert await line.line.silent_s() == 0.0


async def test_a_socket_over_which_no_frame_comes_any_more_is_replaced() -> None:
    async with Line() as line:
        await answered(line.slack)
        line.slack.sockets.mute_sockets = True
        await line.slack.sockets.opened(2)
        assert not await line.line.connected()
        line.slack.sockets.mute_sockets = False
        await answered(line.slack)


async def test_a_quiet_socket_that_answers_pings_is_kept() -> None:
    async with Line() as line:
        await answered(line.slack)
        before = line.slack.sockets.pings
        await line.slack.sockets.watch.until(lambda: line.slack.sockets.pings > before + 12, 10)
        assert await line.line.connected()
        assert line.slack.sockets.connections == 1


async def test_a_pause_that_slack_asks_for_before_it_gives_an_address_is_kept() -> None:
    async with Line() as line:
        await answered(line.slack)
        asked_s, loop = [], asyncio.get_running_loop()

        async def note(method: str, _: object) -> None:
            if method == "apps.connections.open":
                asked_s.append(loop.time())

        line.slack.faults.before_apply.append(note)
        line.slack.faults.plan(
            "apps.connections.open", Fault(Failure.STATUS, 429, retry_after_s=ceil(QUICK.connect_s) + 1)
        )
        began_s = loop.time()
        line.slack.drop_sockets()
        await answered(line.slack)
        assert asked_s[0] - began_s > QUICK.connect_s + 1


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_socket_told_to_leave_carries_on_until_its_successor_is_there(reason: str) -> None:
    async with Line() as line:
        sockets = line.slack.sockets
        await answered(line.slack)
        await sockets.ask_to_reconnect(reason)
        await sockets.opened(2)
        assert sockets.open_sockets == 2
        assert await line.line.connected()
        await sockets.watch.until(lambda: sockets.open_sockets == 1, 10)
        await answered(line.slack)
        assert sockets.connections == 2


async def test_a_socket_told_that_there_are_too_many_is_closed_before_the_next_is_opened() -> None:
    async with Line() as line:
        sockets = line.slack.sockets
        await answered(line.slack)
        await sockets.ask_to_reconnect("too_many_websockets")
        await sockets.opened(2)
        assert sockets.open_sockets == 1
        await answered(line.slack)


async def test_it_says_for_how_long_nothing_can_have_come_in_until_it_is_healed() -> None:
    async with Line() as line:
        await answered(line.slack)
        assert await line.line.silent_s() == 0.0
        line.slack.refuse_sockets = True
        line.slack.drop_sockets()
        asked = len(line.slack.calls)
        await line.slack.until(lambda: len(line.slack.calls) > asked, timeout_s=10)
        line.elapsed_s += 180.0
        assert await line.line.silent_s() == 180.0
        line.slack.refuse_sockets = False
        await answered(line.slack)
        assert await line.line.silent_s() == 0.0


async def test_a_socket_address_that_is_not_slacks_is_refused() -> None:
    async def elsewhere(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": "wss://elsewhere.example/link"})

    app = web.Application()
    app.router.add_post("/api/apps.connections.open", elsewhere)
    async with TestServer(app) as server, open_session() as session:
        client = CarefulClient(base_url=str(server.make_url("/api/")), session=session, retry_handlers=[])
        with pytest.raises(SlackRequestError, match="not Slack's"):
            await client.apps_connections_open(app_token="xapp-1")


async def test_with_slack_away_at_the_start_the_bot_comes_up_later(tmp_path: Path) -> None:
    clock = StillClock(T0)
    async with LocalWorkspace(clock) as local:
        local.slack.faults.plan("auth.test", Fault(Failure.STATUS, 503))
        given = {**local.settings_for(tmp_path, paging=""), "INCIDENTBOT_PORT": "0"}
        settings = Settings.from_environment(given, env_file=NOTHING, secrets_dir=NOTHING)
        async with open_house(settings, clock=clock) as house:
            assert "Slack has trouble of its own" in await house.slack.probe()
            await local.slack.wait_connected(10)
            answer = await local.slack.slash("ana", "general", "/incident", "list")

            assert answer.acked
            assert house.slack.url == "https://playground.slack.com/"


async def test_a_token_slack_does_not_know_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    async with LocalWorkspace(StillClock(T0)) as local:
        given = {
            **local.settings_for(tmp_path, paging=""),
            "SLACK_BOT_TOKEN": "xoxb-wrong",
            "INCIDENTBOT_PORT": "0",
        }
        settings = Settings.from_environment(given, env_file=NOTHING, secrets_dir=NOTHING)
        with pytest.raises(Refused, match="Check `SLACK_BOT_TOKEN`"):
            async with open_house(settings, clock=local.clock):
                raise AssertionError("it started")
