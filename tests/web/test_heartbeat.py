"""The heartbeat: beats only while the house is well, complains once, and never tells its address."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from incidentbot.web.heartbeat import Heartbeat
from tests.stories.story import a_story

SECRET = "s3cr3t-beat"


class Receiver:
    """Whoever is called."""

    def __init__(self) -> None:
        self.beats = 0
        self.status = 200

    async def beat(self, _: web.Request) -> web.Response:
        self.beats += 1
        return web.Response(status=self.status, headers={"Location": f"/{SECRET}/again"})

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get(f"/{SECRET}", self.beat)
        app.router.add_get(f"/{SECRET}/again", self.beat)
        return app


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_it_beats_while_the_house_is_well_and_is_held_back_while_it_is_not(
    session: aiohttp.ClientSession,
):
    receiver, problem = Receiver(), [""]
    async with TestServer(receiver.app()) as server:
        heartbeat = Heartbeat(str(server.make_url(f"/{SECRET}")), lambda: problem[0])
        await heartbeat.beat(session)
        assert (receiver.beats, heartbeat.report()) == (1, {"heartbeat": "ok"})
        problem[0] = "Timers are 3 min overdue."
        await heartbeat.beat(session)
        assert receiver.beats == 1
        assert heartbeat.report() == {"heartbeat": "Held back: Timers are 3 min overdue."}


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_an_address_that_does_not_take_it_is_logged_once_and_shown_without_the_address(
    session: aiohttp.ClientSession, capsys: pytest.CaptureFixture[str], status: int
):
    receiver = Receiver()
    receiver.status = status
    async with TestServer(receiver.app()) as server:
        heartbeat = Heartbeat(str(server.make_url(f"/{SECRET}")), str)
        await heartbeat.beat(session)
        await heartbeat.beat(session)

    assert receiver.beats == 2, "a redirect is not followed"
    assert heartbeat.report() == {"heartbeat": f"The address answered {status}."}
    logged = "".join(capsys.readouterr())
    assert logged.count("heartbeat_silent") == 1
    assert SECRET not in logged


async def test_an_address_nobody_listens_at_is_told_without_it(session: aiohttp.ClientSession):
    heartbeat = Heartbeat(f"http://127.0.0.1:{unused_port()}/{SECRET}", str)
    await heartbeat.beat(session)

    assert heartbeat.report() == {"heartbeat": "The address could not be reached (ClientConnectorError)."}


async def test_health_shows_the_last_audit_and_the_heartbeat(tmp_path: Path, session: aiohttp.ClientSession):
    receiver = Receiver()
    async with TestServer(receiver.app()) as server:
        wiring = {"INCIDENTBOT_HEARTBEAT_URL": str(server.make_url(f"/{SECRET}"))}
        async with a_story(tmp_path, wiring=wiring) as story:
            await story.house.audit.look()
            async with session.get(f"{story.house.local_url}/health") as answer:
                shown = await answer.json()

    assert answer.status == 200
    assert shown["audited_s_ago"] is not None
    assert shown["oldest_due_timer_s"] is None
    assert shown["oldest_waiting_effect_s"] is None
    assert shown["socket_silent_s"] < 30
    assert shown["troubles"] == []
    assert SECRET not in str(shown)
    assert shown["heartbeat"] == "Not called yet."
