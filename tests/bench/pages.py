"""The pages beside a room of ten thousand messages: each at the real server, against a page that shows nothing, in the same run.

Who reads a post-mortem first after somebody has said something waits for its draft, which `--rooms` measures, too.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from incidentbot.cli.garbage import set_apart_what_stands
from incidentbot.core.commands import AddNote
from incidentbot.flows.capture import Capture
from incidentbot.web.gate import Gate
from incidentbot.web.server import address_of, new_application, serving, take_address
from incidentbot.web.site import Site
from incidentbot.web.visits import Visits
from tests.bench import rooms
from tests.bench.tables import Goal, Row
from tests.flows.house import ONE, House, a_house

OTHERS, NOTES = 100, 300
EACH, FEW = 30, 5
BARE = "/bare"
PROMPT = Goal(100, "<= 100 ms")
PAGES = {
    "the board": "/incidents",
    "the board, searched": "/incidents?q=deploy",
    "an incident": "/incidents/INC-1",
    "a post-mortem": "/incidents/INC-1/postmortem",
    "follow-ups": "/follow-ups",
}


@dataclass(frozen=True, slots=True)
class Nameless:
    """A workspace that knows nobody."""

    url: str = "https://acme.slack.com/"
    sign_in: None = None

    async def name_of(self, user: str) -> str:  # noqa: ARG002 - the shape of a workspace
        """Nobody is known, so that no call is measured."""
        return ""


async def measure(folder: Path, each: int) -> dict[str, list[float]]:
    """Milliseconds of each page, whole, in order; under BARE those of the empty one."""
    async with a_house(folder) as house:
        await _lived_in(house)
        app, taken = new_application(), take_address("127.0.0.1", 0)
        address = address_of(taken, "127.0.0.1")
        gate = Gate(Visits(house.clock, house.store.tickets), address, open_to_all=True)
        Site(house.clock, house.store, gate, Nameless(), house.handler.handle).mount(app)
        app.router.add_get(BARE, _bare)
        set_apart_what_stands()  # as `serve` does
        async with serving(app, taken), aiohttp.ClientSession(address) as reader:
            return {path: await _asked(reader, path, each) for path in (BARE, *PAGES.values())}


async def _lived_in(house: House) -> None:
    """A large room with many notes, and other incidents beside it."""
    await house.declare()
    await house.deliverer.settled()
    keeper = Capture(house.store)
    running = asyncio.get_running_loop().create_task(keeper.run())
    await asyncio.gather(*(keeper.keep(event) for event in rooms.said(rooms.MANY)))
    running.cancel()
    for number in range(NOTES):
        await house.handler.handle(AddNote("U0ANA", f"note {number}"), ref=ONE)
    for number in range(OTHERS):
        await house.declare(f"trouble {number}")


async def _bare(_: web.Request) -> web.Response:
    return web.Response(text="<!doctype html><p>Nothing.", content_type="text/html")


async def _asked(reader: aiohttp.ClientSession, path: str, each: int) -> list[float]:
    """Once to have the draft, then each time."""
    times = []
    for _ in range(each + 1):
        began_s = time.perf_counter()
        async with reader.get(path) as page:
            assert page.status == web.HTTPOk.status_code, await page.text()
            await page.read()
        times.append((time.perf_counter() - began_s) * 1000)
    return sorted(times[1:])


async def tables(folder: Path, *, quick: bool) -> Sequence[tuple[str, Sequence[Row]]]:
    """The one table. quick: each page a few times."""
    took = await measure(folder, FEW if quick else EACH)
    floor = took[BARE][len(took[BARE]) // 2]
    rows = [Row(f"{words}, p50", took[path], floor=floor, goal=PROMPT) for words, path in PAGES.items()]
    return [(f"SQLite, {OTHERS + 1} incidents, {rooms.MANY} messages in one of them", rows)]
