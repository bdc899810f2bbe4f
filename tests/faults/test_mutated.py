"""Genuine requests and webhooks with something in them changed: none breaks the bot, and it does not grow."""

import asyncio
import hmac
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import structlog

from incidentbot.playground.pagerduty.server import WEBHOOK_SECRET
from incidentbot.playground.slack.delivering.delivery import Kind
from incidentbot.playground.slack.delivering.http_delivery import _written
from tests.bench.footprint import own_rss_mib
from tests.crash.test_requests_in_number import genuine, sent
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.stories.story import Story, a_story

WARM = 1000
"""After so many the process has grown to its size."""

GROWTH_MIB = 10.0
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


async def sent_all(wanted: int, send: Callable[[], Awaitable[int]]) -> tuple[Counter[int], float, float]:
    """The answers, the slowest but one in a hundred in ms, and by how many MiB the process grew."""
    answers, took_ms, before = Counter[int](), list[float](), own_rss_mib()
    for number in range(wanted):
        began = time.monotonic()
        answers[await send()] += 1
        took_ms.append((time.monotonic() - began) * 1000)
        before = own_rss_mib() if number == WARM else before
    p99, grown = sorted(took_ms)[int(wanted * 0.99)], own_rss_mib() - before
    print(f"{wanted}: p99 {p99:.1f} ms, {grown:.1f} MiB more, {dict(answers)}")
    return answers, p99, grown


async def test_mutated_requests_break_nothing_and_fill_no_memory(tmp_path: Path, tally: Tally):
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
            answers, p99, grown = await sent_all(wanted, send)
    tally(Part.MUTATED_REQUESTS, wanted, seen=len(bugs))
    assert bugs == []
    assert set(answers) <= {200, 400, 404, 413}, answers
    assert p99 <= SLOWEST_MS
    assert grown < GROWTH_MIB


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


async def test_mutated_webhooks_break_nothing_and_fill_no_memory(tmp_path: Path, tally: Tally):
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
            answers, p99, grown = await sent_all(wanted, send)
            async with asyncio.timeout(60):
                await story.settled()
    tally(Part.MUTATED_WEBHOOKS, wanted, seen=len(bugs))
    assert bugs == []
    assert set(answers) <= {202, 400, 413}, answers
    assert p99 <= SLOWEST_MS
    assert grown < GROWTH_MIB
