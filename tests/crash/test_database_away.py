"""The database goes away and comes back: every door says so, nothing is acknowledged that is not kept, all of it follows once."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from incidentbot.core.facts import FactKind
from incidentbot.flows.ports import StoreAway
from incidentbot.slack import names
from tests.faults.matrix import Part, runs
from tests.faults.report import Figure, Tally
from tests.needs import need
from tests.store.postgres import Server, a_server, another
from tests.stories.alerts import WIRING, a_group, one, post
from tests.stories.story import Story, a_story

pytestmark = pytest.mark.crash

WRITTEN = "written while the books were away"
SENTENCE = "My database did not answer in time."
AWAY_S = 30.0
BACK_WITHIN_S = 5.0
SIDE_BY_SIDE = 5
"""Houses on one server: when it is away, it is away for all of them."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed here (the extra `postgres`).")
    with a_server(need("postgres")) as running:
        yield running


async def status(story: Story, path: str) -> int:
    async with aiohttp.ClientSession() as web, web.get(f"{story.house.local_url}{path}") as answer:
        return answer.status


async def doors(story: Story, room: str) -> dict[str, bool]:
    """Door -> whether it said that the database is away, as whoever knocks there understands it."""
    slack = story.workspace.slack
    typed = await slack.slash("ana", room, "/incident", "note nobody keeps this")
    card = slack.workspace.channel(room).pins[0].ts  # as Slack has it: the books are away
    pressed = await slack.press("bo", room, card, names.ACK)
    whisper = await story.whispered("bo", room, SENTENCE)
    alert = await post(story, a_group(one()))
    return {
        "a command": SENTENCE in (typed.text or ""),
        "a button": pressed.acked and SENTENCE in whisper,
        "an alert": alert.status == 503,
        "the page": await status(story, "/incidents/INC-1/postmortem") == 503,
        "/ready": await status(story, "/ready") == 503,
        "/health": await status(story, "/health") == 200,
    }


async def refused_for_now(story: Story, room: str) -> bool:
    answer = await story.workspace.slack.slash("ana", room, "/incident", "status")
    return SENTENCE in (answer.text or "")


async def works_again(story: Story, room: str) -> float:
    """Seconds until a command is taken again."""
    began = time.monotonic()
    async with asyncio.timeout(BACK_WITHIN_S * 3):
        while await refused_for_now(story, room):  # noqa: ASYNC110 - as people wait before they type it again
            await asyncio.sleep(0.1)
    return time.monotonic() - began


async def settled(story: Story) -> None:
    """Wait until all is told, also by connections that find out only now that they were cut."""
    async with asyncio.timeout(BACK_WITHIN_S):
        while True:
            with suppress(StoreAway):
                await story.settled()
                return
            await asyncio.sleep(0.1)


async def counted(story: Story, number: int) -> tuple[int, int]:
    """How much of what is owed was lost, and how much came twice: two rungs, their deadline, one thing said."""
    incident = await story.incident(number)
    rings = Counter(
        ring.user.name for ring in story.workspace.pagerduty.phone.rings if ring.key.startswith(incident.id)
    )
    kept = [each.text for each in await story.house.store.messages(incident.id)]
    times = [rings["Ana"], rings["Bo"], kept.count(WRITTEN)]
    times.append(len(await story.told(FactKind.BREACHED, number=number)))
    return sum(each < 1 for each in times), sum(each > 1 for each in times)


@dataclass(slots=True)
class Outages:
    """What houses saw of them in all. longest_s: until a command was taken again."""

    told: int = 0
    lost: int = 0
    doubled: int = 0
    longest_s: float = 0.0


@asynccontextmanager
async def some_houses(folder: Path, server: Server, many: int) -> AsyncIterator[list[Story]]:
    """Houses that share a server and nothing else: each outage is one for each of them."""
    async with AsyncExitStack() as stack:
        stories = []
        for number in range(many):
            wiring = {**WIRING, "INCIDENTBOT_DATABASE_URL": another(server.address, f"house_{number}")}
            story = await stack.enter_async_context(a_story(folder / str(number), http=True, wiring=wiring))
            story.workspace.slack.redelivery_delays_s = (0.5, 0.5, 60.0)
            stories.append(story)
        yield stories


async def declared(story: Story, number: int) -> None:
    """While the database is there."""
    answer = await story.slack(f"declare sev1 outage {number}")
    assert answer.acked, answer
    await story.room_id(number)


async def knocked(story: Story, number: int) -> int:
    """At each door while there is no database. How many said so."""
    room = await story.workspace.slack.until(lambda: room_named(story, number))
    said = await doors(story, room)
    assert all(said.values()), said
    await story.workspace.slack.say("ana", room, WRITTEN)
    story.clock.skip(timedelta(minutes=17))
    return len(said)


async def recovered(story: Story, number: int, outages: Outages) -> None:
    """All that is owed is there once the database is back."""
    room = await story.workspace.slack.until(lambda: room_named(story, number))
    outages.longest_s = max(outages.longest_s, await works_again(story, room))
    await asyncio.gather(*tuple(story.workspace.slack._errands._running))
    await settled(story)
    await story.fast_forward(seconds=31)
    missing, twice = await counted(story, number)
    outages.lost, outages.doubled = outages.lost + missing, outages.doubled + twice
    assert await story.told(FactKind.NOTED, number=number) == []
    await story.room("resolve over", number=number)


def room_named(story: Story, number: int) -> str:
    """The id of an incident's room as Slack has it, \"\" while there is none: the books are away."""
    rooms = story.workspace.slack.workspace.channels.values()
    return next((one.id for one in rooms if one.name.startswith(f"inc-{number}-")), "")


@pytest.mark.parametrize(
    ("part", "away_s"),
    [(Part.DATABASE_RESTARTS, 0.0), (Part.DATABASE_AWAY, AWAY_S)],
    ids=["at once", "after 30 s"],
)
async def test_postgresql_stops_and_comes_back_while_a_ladder_climbs(
    server: Server, tmp_path: Path, tally: Tally, figure: Figure, part: Part, away_s: float
):
    many = min(SIDE_BY_SIDE, runs(part))
    times, outages = -(-runs(part) // many), Outages()
    async with some_houses(tmp_path, server, many) as stories:
        for number in range(1, times + 1):
            for story in stories:
                await declared(story, number)
            server.stop()
            outages.told += sum(await asyncio.gather(*(knocked(story, number) for story in stories)))
            await asyncio.sleep(away_s)  # not to wait for anything: so long there is no database
            server.start()
            await asyncio.gather(*(recovered(story, number, outages) for story in stories))
    tally(part, times * many, lost=outages.lost, doubled=outages.doubled, seen=outages.told)
    figure("12", f"{part.value.fault}: works again", f"{outages.longest_s:.1f} s", f"<= {BACK_WITHIN_S:g} s")
    assert (outages.lost, outages.doubled) == (0, 0)
    assert outages.longest_s <= BACK_WITHIN_S
