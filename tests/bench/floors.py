"""The floor: how long one, two and three bare calls take from this very process to these very stand-ins."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

import aiohttp

from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY
from tests.bench.stand import Stand

RINGS_NOBODY = {
    "routing_key": MAIN_ROUTING_KEY,
    "event_action": "resolve",
    "dedup_key": "an alert that never was",
}


@dataclass(frozen=True, slots=True)
class Floors:
    """Milliseconds until a bare call takes effect: `slack` and `pager` on kept connections, `cold` on fresh ones.

    slack[0] is one round trip, slack[1] two in a row, slack[2] three.
    """

    pager: float
    slack: tuple[float, float, float]
    pager_cold: float
    slack_cold: tuple[float, float, float]


async def measure(stand: Stand, rounds: int, set_up_s: float) -> Floors:
    """Take the medians of so many rounds. set_up_s: what a fresh connection costs."""
    async with _session() as session:
        warm = [await _in_a_row(stand, session) for _ in range(rounds + 1)][1:]
        pager = [await _to_pager(stand, session) for _ in range(rounds + 1)][1:]
    stand.set_up_takes(set_up_s)
    cold, pager_cold = [], []
    for _ in range(rounds):
        async with _session() as fresh:
            cold.append(await _in_a_row(stand, fresh))
            pager_cold.append(await _to_pager(stand, fresh))
    stand.set_up_takes(0)
    return Floors(median(pager), _medians(warm), median(pager_cold), _medians(cold))


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector()) as session:
        yield session


async def _in_a_row(stand: Stand, session: aiohttp.ClientSession) -> tuple[float, float, float]:
    """Three calls of Slack, each begun when the one before was answered: when each took effect."""
    slack = stand.workspace.slack
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    began_s, reached = time.perf_counter(), []
    for _ in range(3):
        stand.seen.forget()
        async with session.post(f"{slack.api_url}auth.test", headers=headers) as response:
            await response.read()
        reached.append((_took_effect(stand, "auth.test") - began_s) * 1000)
    return reached[0], reached[1], reached[2]


async def _to_pager(stand: Stand, session: aiohttp.ClientSession) -> float:
    stand.seen.forget()
    began_s = time.perf_counter()
    async with session.post(stand.workspace.pagerduty.events_url, json=RINGS_NOBODY) as response:
        await response.read()
    await asyncio.sleep(0)
    return (_took_effect(stand, "enqueue.resolve") - began_s) * 1000


def _took_effect(stand: Stand, name: str) -> float:
    return next(one.at_s for one in stand.seen.seen if one.name == name)


def _medians(rows: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    first, second, third = (median(column) for column in zip(*rows, strict=True))
    return first, second, third
