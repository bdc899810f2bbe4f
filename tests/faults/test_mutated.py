"""Genuine requests and webhooks with something in them changed: none breaks the bot, and it does not grow."""

import asyncio
import hmac
import json
import logging
import sys
import time
from array import array
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import structlog

from incidentbot.playground.pagerduty.server import WEBHOOK_SECRET
from incidentbot.playground.slack.delivering.delivery import Kind
from incidentbot.playground.slack.delivering.http_delivery import _written
from tests.bench.footprint import own_held_mib
from tests.crash.test_requests_in_number import genuine, sent
from tests.faults.matrix import Part, runs
from tests.faults.report import Figure, Tally
from tests.stories.story import Story, a_story

WARM = 1000
"""After so many, or after half of fewer, the process has its size: all was used once, and its caches are filled."""

LOOKS = 4
"""So often from then on it is measured: what levels off is no leak."""

GROWTH_MIB = 10.0
GROWTH_OBJECTS = 3_500
"""Memory is too coarse for a leak of one small thing a request. Much of it are the last incidents that the bot keeps read."""

OF_A_MESSAGE = 37
"""Objects. A few in a thousand are news after all, though nonsense, and Slack's stand-in keeps what was posted of them."""

SLOWEST_MS = 50.0
LARGE = "x" * 1_000_000
WORDS = ("", "x" * 3000, "\u202e\x00\ud7ff🙂", "<!channel>", "U0ANA", "1.5", "-1", "a|b|c|d|e")
"""What stands in the place of something; once in a while a megabyte of text does."""


def mutated(chance: Random, value: Any) -> Any:
    """The value with one thing in it changed: a type, a key, a text, or how deep it goes."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        rest = {name: one for name, one in value.items() if name != key}
        return rest if chance.random() < 0.2 else {**rest, key: mutated(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], mutated(chance, value[place]), *value[place + 1 :]]
    if chance.random() < 0.001:
        return LARGE
    return chance.choice([None, True, -1, 1.5, [], {}, [value], {"x": value}, [[[[{}]]]], *WORDS])


def written(kind: Kind, payload: Any) -> tuple[str, str]:
    """As Slack sends it; a command has a flat form of its own and is nothing but one."""
    return _written(
        kind, {"text": payload} if kind is Kind.COMMAND and not isinstance(payload, dict) else payload
    )


@contextmanager
def bugs_heard() -> Iterator[list[Any]]:
    """What is logged as a bug meanwhile; nothing else is kept, so that the log does not grow."""
    found: list[Any] = []

    def keep(_: Any, __: str, event: Any) -> Any:
        if event["event"] == "bug":
            found.append(event)
        raise structlog.DropEvent

    processors = structlog.get_config()["processors"]
    before = processors.copy()
    processors[:] = [keep]
    structlog.configure(processors=processors)
    logging.disable(logging.CRITICAL)
    try:
        yield found
    finally:
        logging.disable(logging.NOTSET)
        processors[:] = before
        structlog.configure(processors=processors)


@dataclass(slots=True)
class Sent:
    """What came of all. wall_ms, cpu_ms: each answer's time, and what this process worked for it. held: MiB, blocks of
    Python's allocator, and messages in Slack, after the warm-up and at each look from then on.
    """

    answers: Counter[int] = field(default_factory=Counter)
    wall_ms: "array[float]" = field(default_factory=lambda: array("f"))
    cpu_ms: "array[float]" = field(default_factory=lambda: array("f"))
    held: list[tuple[float, int, int]] = field(default_factory=list)

    def grown(self) -> tuple[float, int, int]:
        """By how many MiB, objects and messages, from the warm-up to the last look."""
        (mib, blocks, messages), (last_mib, last_blocks, last_messages) = self.held[0], self.held[-1]
        return last_mib - mib, last_blocks - blocks, last_messages - messages

    def __str__(self) -> str:
        looks = ", ".join("{:.1f} MiB {} objects {} messages".format(*look) for look in self.held)
        return f"p99 {p99(self.wall_ms):.1f} ms ({p99(self.cpu_ms):.1f} ms of work), {looks}, {dict(self.answers)}"


def p99(times: Sequence[float]) -> float:
    """The slowest but one in a hundred."""
    return sorted(times)[int(len(times) * 0.99)]


async def sent_all(story: Story, wanted: int, send: Callable[[], Awaitable[int]]) -> Sent:
    """Send so many, one after the other.

    The bot shares this process with Slack's stand-in, which keeps every call it ever got, with all that was in it: that is
    thrown away as it comes, so that what grows is the bot.
    """
    sent, warm = Sent(), min(WARM, wanted // 2)
    each = (wanted - warm) // LOOKS
    for number in range(1, wanted + 1):
        began, worked = time.monotonic(), time.process_time()
        sent.answers[await send()] += 1
        sent.wall_ms.append((time.monotonic() - began) * 1000)
        sent.cpu_ms.append((time.process_time() - worked) * 1000)
        story.workspace.slack.calls.clear()
        if number >= warm and (number - warm) % each == 0:
            sent.held.append((own_held_mib(), sys.getallocatedblocks(), messages_in(story)))
    print(f"{wanted}: {sent}")
    return sent


def messages_in(story: Story) -> int:
    return sum(len(channel.messages) for channel in story.workspace.slack.workspace.channels.values())


def is_sound(sent: Sent, statuses: set[int]) -> None:
    """Answered as it should be, in time, and without growing."""
    assert set(sent.answers) <= statuses, sent.answers
    assert p99(sent.wall_ms) <= SLOWEST_MS
    mib, objects, messages = sent.grown()
    assert mib < GROWTH_MIB, str(sent)
    assert objects < GROWTH_OBJECTS + messages * OF_A_MESSAGE, str(sent)


def note(figure: Figure, what: str, sent: Sent) -> None:
    """Print what was measured under the matrix."""
    mib, objects, _ = sent.grown()
    figure("17", f"{what}: slowest but 1%", f"{p99(sent.wall_ms):.1f} ms", f"< {SLOWEST_MS:g} ms")
    figure("17", f"{what}: grown by", f"{mib:.1f} MiB, {objects} objects", f"< {GROWTH_MIB:g} MiB")


async def test_mutated_requests_break_nothing_and_fill_no_memory(
    tmp_path: Path, tally: Tally, figure: Figure
):
    chance, wanted = Random(17), runs(Part.MUTATED_REQUESTS)  # noqa: S311 - a run that can be repeated
    async with a_story(tmp_path, http=True) as story, aiohttp.ClientSession() as web:
        requests = await genuine(story)

        async def send() -> int:
            kind, payload = chance.choice(requests)
            content_type, body = written(kind, mutated(chance, mutated(chance, dict(payload))))
            body = body.replace("\\u0000", " ") if chance.random() < 0.5 else body
            headers = {**story.workspace.slack.http._signed(body), "Content-Type": content_type}
            return await sent(story, web, body, headers)

        with bugs_heard() as bugs:
            done = await sent_all(story, wanted, send)
    tally(Part.MUTATED_REQUESTS, wanted, seen=len(bugs))
    note(figure, "Slack's", done)
    assert bugs == []
    is_sound(done, {200, 400, 404, 413})


async def told_by_pagerduty(story: Story) -> list[dict[str, Any]]:
    """One of each that PagerDuty tells of an incident."""
    await story.slack("declare sev1 checkout is down")
    duty, theirs = story.duty, story.theirs.id
    await duty.note(theirs, "looking", by="ana")
    await duty.acknowledge(theirs, by="ana")
    await duty.unacknowledge(theirs, by="ana")
    await duty.resolve(theirs, by="bo")
    await story.settled()
    return [json.loads(one.body) for one in duty.webhooks.deliveries]


async def test_mutated_webhooks_break_nothing_and_fill_no_memory(
    tmp_path: Path, tally: Tally, figure: Figure
):
    chance, wanted = Random(18), runs(Part.MUTATED_WEBHOOKS)  # noqa: S311 - a run that can be repeated
    async with a_story(tmp_path, webhooks=True) as story, aiohttp.ClientSession() as web:
        told = await told_by_pagerduty(story)
        assert len(told) >= 4

        async def send() -> int:
            body = json.dumps(mutated(chance, mutated(chance, chance.choice(told)))).encode()
            signed = hmac.new(WEBHOOK_SECRET.encode(), body, "sha256").hexdigest()
            url = f"{story.house.local_url}/webhooks/pagerduty"
            async with web.post(url, data=body, headers={"X-PagerDuty-Signature": f"v1={signed}"}) as answer:
                return answer.status

        with bugs_heard() as bugs:
            done = await sent_all(story, wanted, send)
            async with asyncio.timeout(60):
                await story.settled()
    tally(Part.MUTATED_WEBHOOKS, wanted, seen=len(bugs))
    note(figure, "PagerDuty's", done)
    assert bugs == []
    is_sound(done, {202, 400, 413})
