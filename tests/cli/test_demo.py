"""`incidentbot demo`: a whole incident in the shell, with the bot killed in its middle; and a page that finds its port."""

import asyncio
import socket
import sys
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from incidentbot.cli.demo import opened
from incidentbot.clock import SystemClock
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.pages import Pages

IN_A_MINUTE_S = 60

pytestmark = pytest.mark.crash


async def test_the_script_plays_an_incident_and_writes_its_post_mortem(tmp_path: Path):
    out = tmp_path / "draft.md"
    play = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "incidentbot", "demo", "--script", "--out", str(out)),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(IN_A_MINUTE_S):
        printed, _ = await play.communicate()

    told = printed.decode()
    assert play.returncode == 0, told
    assert "phone  rings for @ana" in told
    assert "phone  rings for @bo" in told
    assert "kill -9" in told
    draft = out.read_text(encoding="utf-8")
    assert "| Time to acknowledge | 15 min |" in draft
    assert "rolled back the last deploy" in draft


async def test_a_port_that_is_named_and_taken_is_refused_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "incidentbot", "demo", "--port", str(port)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(IN_A_MINUTE_S):
            printed, refused = await demo.communicate()

    sentence = f"Port {port} cannot be had: it is taken, or not yours. `--port 0` finds one."
    assert (demo.returncode, printed) == (2, b"")
    assert sentence in refused.decode()


async def test_where_the_usual_port_is_taken_the_page_finds_another_and_says_so(
    capsys: pytest.CaptureFixture[str],
):
    async def skip(_: timedelta) -> None: ...

    async with LocalWorkspace(SystemClock()) as workspace:
        pages = Pages(slack=workspace.slack, pagerduty=workspace.pagerduty, skip=skip, bot=None)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            usual = taken.getsockname()[1]
            address = await opened(pages, None, usual=usual)
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            page = await answer.text()
        await pages.stop()

    assert f"Port {usual} is taken, so the page has another one this time." in capsys.readouterr().out
    assert f":{usual}/" not in address
    assert "You are" in page
