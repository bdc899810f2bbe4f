"""A loud room: 200 messages a second kept beside commands that people type, and the draft of ten thousand messages.

Measured in this process on SQLite, with the real flows. A command's time is from being asked to being committed: what
stands before Slack's ack.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from incidentbot.cli.garbage import set_apart_what_stands
from incidentbot.core.commands import AddNote
from incidentbot.core.messages import Message
from incidentbot.flows.capture import Capture
from incidentbot.flows.drafting import draft_of
from incidentbot.flows.handle import Handler
from incidentbot.flows.values import Captured, CaptureKind
from tests.bench.tables import Goal, Row
from tests.flows.house import ONE, House, a_house
from tests.postmortem.chats import chat, names

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
RATE = 200
LOUD_S, QUICK_S = 10, 2
MANY = 10_000
COMMANDS_APART_S = 0.1
ROOM = "C7"


@dataclass(frozen=True, slots=True)
class Loudness:
    """Milliseconds from the arrival of each message to its commit, and of each command; of each draft.

    computed: how long the processor was busy with a draft, whatever else the machine does.
    """

    kept: Sequence[float]
    commands: Sequence[float]
    drafts: Sequence[float]
    computed: float


async def measure(folder: Path, loud_s: int) -> Loudness:
    """Talk, type beside it, fill the room up, and draft."""
    async with a_house(folder) as house:
        await house.declare()
        await house.deliverer.settled()
        keeper = Capture(house.store)
        running = asyncio.get_running_loop().create_task(keeper.run())
        talk = said(MANY)
        set_apart_what_stands()  # as `serve` does
        typing = asyncio.get_running_loop().create_task(_typing(house.handler, loud_s))
        kept = await _talking(keeper, talk[: RATE * loud_s])
        commands = await typing
        await asyncio.gather(*(keeper.keep(event) for event in talk[RATE * loud_s :]))
        began_s = time.process_time()
        drafts = [await _drafted(house) for _ in range(2)]
        computed = (time.process_time() - began_s) * 1000 / 2
        running.cancel()
    return Loudness(kept, commands, drafts, computed)


async def _drafted(house: House) -> float:
    incident, began_s = await house.incident(), time.perf_counter()
    draft = await draft_of(house.store, incident)
    assert draft.coverage.messages == MANY
    return (time.perf_counter() - began_s) * 1000


def said(count: int) -> list[Captured]:
    """So many messages of thirty people, in the words of the rooms of `tests/postmortem`."""
    texts = [message["text"] for name in names() for message in chat(name)["messages"]]
    return [
        Captured(f"Ev{number}", CaptureKind.POSTED, _message(number, f"{text} {number}"))
        for number, text in enumerate(islice(cycle(texts), count))
    ]


def _message(number: int, text: str) -> Message:
    at = T0 + timedelta(seconds=5 * number)
    return Message(ROOM, f"{at.timestamp():.6f}", at, f"U0{number % 30:02}", text)


async def _talking(keeper: Capture, events: Sequence[Captured]) -> list[float]:
    """Each message at its instant, whether or not the ones before are kept yet."""
    began_s = time.perf_counter()

    async def keep(place: int, event: Captured) -> float:
        due_s = began_s + place / RATE
        await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
        await keeper.keep(event)
        return (time.perf_counter() - due_s) * 1000

    return sorted(await asyncio.gather(*(keep(place, event) for place, event in enumerate(events))))


async def _typing(handler: Handler, loud_s: int) -> list[float]:
    times = []
    for number in range(int(loud_s / COMMANDS_APART_S)):
        began_s = time.perf_counter()
        await handler.handle(AddNote("U0ANA", f"note {number}"), ref=ONE, request=f"typed {number}")
        times.append((time.perf_counter() - began_s) * 1000)
        await asyncio.sleep(COMMANDS_APART_S)
    return sorted(times)


def rows(loudness: Loudness) -> Sequence[Row]:
    """The table."""
    slow = Goal(100, "<= 100 ms")
    return [
        Row("a message kept, p50", [_at(loudness.kept, 0.5)]),
        Row("a message kept, p99", [_at(loudness.kept, 0.99)], goal=Goal(1000, "<= 1 s")),
        Row("a command beside them, p50", [_at(loudness.commands, 0.5)]),
        Row("a command beside them, p99", [_at(loudness.commands, 0.99)], goal=slow),
        Row(f"draft of {MANY} messages, first", [loudness.drafts[0]], goal=Goal(1000, "<= 1 s")),
        Row(f"draft of {MANY} messages, again", [loudness.drafts[-1]]),
        Row("  of which the processor computed", [loudness.computed]),
    ]


def _at(figures: Sequence[float], share: float) -> float:
    return figures[min(len(figures) - 1, int(len(figures) * share))]


async def tables(folder: Path, *, quick: bool) -> Sequence[tuple[str, Sequence[Row]]]:
    """The one table. quick: two seconds of talk."""
    loud_s = QUICK_S if quick else LOUD_S
    return [(f"SQLite, {RATE} messages a second for {loud_s} s", rows(await measure(folder, loud_s)))]
