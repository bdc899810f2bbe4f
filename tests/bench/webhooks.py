"""PagerDuty's webhooks at their real door, durable before they are acknowledged, beside a door that keeps nothing."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from incidentbot.cli.garbage import set_apart_what_stands
from incidentbot.clock import SystemClock
from incidentbot.pagerduty.listening.webhook import ACCEPTED, PATH, WebhookDoor
from incidentbot.store.engines.engine import open_store
from incidentbot.web.server import new_application, serving, take_address
from tests.bench.tables import Goal, Row
from tests.bench.timers import P50, P99, a_folder, some_databases

SECRET = "the-secret-of-the-subscription"
CONNECTIONS = 32
EACH, FEW = 100, 20
BARE = "/bare"
A_THOUSAND = Goal(1000, "<= 1 s: 1,000 a second (P6)")
PROMPT = Goal(50, "<= 50 ms (P6)")


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds: for a thousand events, and for each, in order."""

    thousand: float
    each: Sequence[float]


async def measure(address: str, each: int) -> tuple[Taken, Taken]:
    """The bare door's figures and the real one's, in this process; who sends is another."""
    clock = SystemClock()
    async with open_store(address, clock) as store:
        app = new_application()
        WebhookDoor(store.pager_events, clock, SECRET, lambda: None).mount(app)
        app.router.add_post(BARE, _bare)
        taken = take_address("127.0.0.1", 0)
        port = int(taken.getsockname()[1])
        set_apart_what_stands()  # as `serve` does
        async with serving(app, taken):
            return await _sent(port, BARE, each), await _sent(port, PATH, each)


async def _bare(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response({"status": "ok"}, status=ACCEPTED)


async def _sent(port: int, path: str, each: int) -> Taken:
    words = (str(port), path, SECRET, str(CONNECTIONS), str(each))
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.webhook_load", *words, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await sender.communicate()
    told = json.loads(printed)
    return Taken(told["all_ms"] / (CONNECTIONS * each) * 1000, told["ms"])


def rows(bare: Taken, real: Taken) -> Sequence[Row]:
    """The table of one database."""
    p50, p99 = int(len(real.each) * P50), int(len(real.each) * P99)
    return [
        Row("a thousand events", [real.thousand], floor=bare.thousand, goal=A_THOUSAND),
        Row("acknowledged, p50", [real.each[p50]], floor=bare.each[p50]),
        Row("acknowledged, p99", [real.each[p99]], floor=bare.each[p99], goal=PROMPT),
    ]


async def tables(*, quick: bool) -> Sequence[tuple[str, Sequence[Row]]]:
    """Each database that is here."""
    made = []
    with a_folder() as folder, some_databases(folder) as databases:
        for name, fresh in databases.items():
            bare, real = await measure(fresh(), FEW if quick else EACH)
            made.append((f"{name}, webhooks over {CONNECTIONS} connections", rows(bare, real)))
    return made
