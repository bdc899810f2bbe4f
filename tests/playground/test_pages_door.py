"""Who may use the pages, and what their addresses lead to."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from incidentbot.clock import SkippingClock
from incidentbot.playground.pages.watch import Watch
from tests.playground.pages_bench import ROOM, Bench, Process, a_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with a_bench(app="without") as found:
        yield found


async def test_the_front_door_leads_to_the_first_channel_of_the_first_person(bench: Bench):
    status, page = await bench.get("/")

    assert status == 200
    assert re.search(r'data-testid="self">Ana Lima<', page)
    assert 'data-testid="room-name">incidents<' in page


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::"])
async def test_a_name_that_is_not_this_machine_is_refused(bench: Bench, host: str):
    status, page = await bench.get(ROOM, Host=host)

    assert status in {400, 403}
    assert "Ana Lima" not in page


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
async def test_a_post_from_another_site_does_nothing(bench: Bench, origin: str):
    status, _ = await bench.post("say", origin=origin, text="from elsewhere")

    assert status == 403
    assert [one for one in bench.slack.workspace.messages("#incidents") if one.written] == []


async def test_pages_may_load_nothing_from_elsewhere_and_run_nothing_inline(bench: Bench):
    async with aiohttp.ClientSession() as session, session.get(bench.url + ROOM) as answer:
        policy, page = answer.headers["Content-Security-Policy"], await answer.text()

    assert policy.startswith("default-src 'self';")
    assert re.findall(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|<style", page) == []


@pytest.mark.parametrize("path", ["/nobody/C0INCIDENTS", "/ana/C0NOWHERE", "/incident-bot/home", "/nobody"])
async def test_addresses_of_nothing_say_so(bench: Bench, path: str):
    status, page = await bench.get(path)

    assert status == 404
    assert "Back to the workspace" in page


async def test_a_shared_file_is_saved_and_never_shown_as_a_page(bench: Bench):
    reserved = await bench.client.files_getUploadURLExternal(filename="x.html", length=3)
    async with aiohttp.ClientSession() as session:
        await session.post(reserved["upload_url"], data=b"<b>")
        async with session.get(f"{bench.url}/files/{reserved['file_id']}") as answer:
            kind, saved, body = (
                answer.content_type,
                answer.headers["Content-Disposition"],
                await answer.read(),
            )

    assert (kind, saved, body) == ("application/octet-stream", "attachment; filename*=UTF-8''x.html", b"<b>")


async def test_open_pages_are_told_which_parts_to_draw_again(bench: Bench):
    async with aiohttp.ClientSession() as session, session.get(f"{bench.url}/events") as stream:
        await stream.content.readuntil(b"\n\n")  # hello
        await bench.slack.say("ana", "#alerts", "news")
        told = await stream.content.readuntil(b"\n\n")

    parts = b'{"parts": ["messages", "sidebar", "thread"], "channel": "C0ALERTS", "users": []}'
    assert told == b"event: draw\ndata: " + parts + b"\n\n"


async def test_a_clock_that_another_process_moved_and_a_bot_that_died_are_noticed():
    clock, process = SkippingClock(), Process()
    moved, changed = asyncio.Event(), asyncio.Event()
    watch = Watch(clock, process, moved.set, changed.set)
    watch.start()
    await asyncio.sleep(0)  # it has begun to look
    clock.skip(timedelta(minutes=5))
    await process.kill()
    async with asyncio.timeout(5):
        await moved.wait()
        await changed.wait()
    await watch.stop()


async def test_parts_that_do_not_exist_are_not_drawn(bench: Bench):
    _, drawn = await bench.get(f"{ROOM}/draw?parts=clock,nothing,../server")

    assert re.findall(r'<div id="([^"]+)" data-rev', drawn) == ["clock"]
