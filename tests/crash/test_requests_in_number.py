"""Requests in great number: forged, stale, come again, and mutated. None gets in that should not, none breaks the bot."""

import resource
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from structlog.testing import capture_logs

from incidentbot.flows.values import ListFilter
from incidentbot.playground.slack.delivering.delivery import Ack, Attempt, Kind
from incidentbot.playground.slack.delivering.http_delivery import HttpDelivery, _written
from incidentbot.slack import names
from tests.replicas.pair import Pair, a_pair
from tests.store.postgres import empty
from tests.stories.story import Story, a_story

Row = Callable[[str, int, int, int, int], None]
Forge = Callable[[dict[str, str], str], tuple[dict[str, str], str]]
EACH = 1000
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
STALE_S = 301
AHEAD_S = 303
"""A second may pass on the way."""

FUZZED_FOR_S = 15.0
MOST_GROWTH_KIB = 64 * 1024
WORDS = ("", "x" * 3000, "\u202e\x00\ud7ff🙂", "<!channel>", "U0ANA", "1.5", "-1", "a|b|c|d|e")


class Tap(HttpDelivery):
    """Keeps what Slack delivered."""

    def __init__(self, url: str, secret: str) -> None:
        super().__init__(secret)
        self.url = url
        self.kept: list[tuple[Kind, Mapping[str, Any]]] = []

    async def carry(self, kind: Kind, payload: Mapping[str, Any], attempt: Attempt) -> Ack:
        self.kept.append((kind, payload))
        return await super().carry(kind, payload, attempt)


async def tapped(story: Story) -> Tap:
    slack = story.workspace.slack
    await slack.http.stop()
    slack.http = tap = Tap(f"{story.house.local_url}/slack/events", slack.signing_secret)
    tap.start()
    return tap


async def genuine(story: Story) -> list[tuple[Kind, Mapping[str, Any]]]:
    """One of each that people send: commands, buttons, a window, events."""
    tap = await tapped(story)
    await story.slack("declare sev1 checkout is down")
    room = await story.room_id()
    await story.room("runbook start database", by="ana")
    await story.press(story.newest(room, names.RUN_DONE), names.RUN_DONE, by="ana")
    await story.press(await story.card(), names.ACK, by="ana")
    await story.slack("declare")
    await story.submit("dee", title="mails are late", severity="P3", kind="incident")
    await story.say("the primary is gone", by="ana", channel=room)
    await story.room("status", by="ana")
    return tap.kept


async def sent(story: Story, web: aiohttp.ClientSession, body: str, headers: Mapping[str, str]) -> int:
    async with web.post(
        story.workspace.slack.http.url, data=body.encode("utf-8", "replace"), headers=headers
    ) as answer:
        await answer.read()
        return answer.status


def forgeries(http: HttpDelivery) -> Mapping[str, Forge]:
    """What each forger does to a genuine request's headers and body."""

    def stale(body: str, by_s: int) -> dict[str, str]:
        http.clock_skew_s = by_s
        headers = http._signed(body)
        http.clock_skew_s = 0
        return headers

    return {
        "a wrong signature": lambda headers, body: ({**headers, SIGNATURE: "v0=" + "0" * 64}, body),
        "no signature": lambda headers, body: ({STAMP: headers[STAMP]}, body),
        "half a signature": lambda headers, body: ({**headers, SIGNATURE: headers[SIGNATURE][:20]}, body),
        "another body": lambda headers, body: (headers, f"{body} "),
        "301 s old": lambda _, body: (stale(body, -STALE_S), body),
        "303 s ahead": lambda _, body: (stale(body, AHEAD_S), body),
    }


async def stored(story: Story) -> Counter[str]:
    """How much is in the books."""
    found = await story.house.store.incidents(only=ListFilter("all", limit=1000))
    return Counter({one.name: len(await story.house.store.facts(one.id)) for one in found})


async def test_no_forged_request_gets_in_and_a_genuine_one_that_comes_again_does_nothing(
    tmp_path: Path, row: Row
):
    async with a_story(tmp_path, http=True) as story, aiohttp.ClientSession() as web:
        requests = [_written(kind, payload) for kind, payload in await genuine(story)]
        await story.settled()
        before = await stored(story)
        for name, forge in forgeries(story.workspace.slack.http).items():
            answers: Counter[int] = Counter()
            for number in range(EACH):
                content_type, body = requests[number % len(requests)]
                headers, body = forge(story.workspace.slack.http._signed(body), body)
                answers[await sent(story, web, body, {**headers, "Content-Type": content_type})] += 1
            row(f"16 {name}", EACH, 0, EACH - answers[401], 0)
            assert answers == {401: EACH}, name
        signed = [
            (body, {**story.workspace.slack.http._signed(body), "Content-Type": kind})
            for kind, body in requests
        ]
        for number in range(EACH):
            assert await sent(story, web, *signed[number % len(signed)]) == 200
        await story.settled()
        after = await stored(story)
        row("16 a genuine request that comes again", EACH, 0, int((after - before).total()), 0)
        assert after == before
        assert story.rung == ["ana"]


def mutated(chance: Random, value: Any) -> Any:
    """The value with one thing in it changed: a type, a key, a text, or how deep it goes."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        rest = {name: one for name, one in value.items() if name != key}
        return rest if chance.random() < 0.2 else {**rest, key: mutated(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], mutated(chance, value[place]), *value[place + 1 :]]
    return chance.choice([None, True, -1, 1.5, [], {}, [value], {"x": value}, [[[[{}]]]], *WORDS])


def written(kind: Kind, payload: Any) -> tuple[str, str]:
    """As Slack sends it; a command has a flat form of its own and is nothing but one."""
    return _written(
        kind, {"text": payload} if kind is Kind.COMMAND and not isinstance(payload, dict) else payload
    )


async def test_mutated_requests_break_nothing_and_fill_no_memory(tmp_path: Path, row: Row):
    chance = Random(17)  # noqa: S311 - a run that can be repeated
    async with a_story(tmp_path, http=True) as story, aiohttp.ClientSession() as web:
        requests, answers, took_ms = await genuine(story), Counter[int](), []
        until, grown = time.monotonic() + FUZZED_FOR_S, 0
        with capture_logs() as logs:
            while time.monotonic() < until:
                kind, payload = chance.choice(requests)
                content_type, body = written(kind, mutated(chance, mutated(chance, dict(payload))))
                body = body.replace("\\u0000", " ") if chance.random() < 0.5 else body
                began = time.monotonic()
                headers = {**story.workspace.slack.http._signed(body), "Content-Type": content_type}
                answers[await sent(story, web, body, headers)] += 1
                took_ms.append((time.monotonic() - began) * 1000)
                if len(took_ms) == EACH:
                    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        bugs = [log for log in logs if log["event"] == "bug"]
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown
    p99 = sorted(took_ms)[int(len(took_ms) * 0.99)]
    row(f"17 mutated requests (p99 {p99:.0f} ms, {grown // 1024} MiB more)", len(took_ms), 0, 0, len(bugs))
    assert bugs == []
    assert set(answers) <= {200, 400, 404}, answers
    assert grown < MOST_GROWTH_KIB


async def test_what_comes_four_times_on_two_replicas_happens_once(postgres: str, tmp_path: Path, row: Row):
    empty(postgres)
    async with a_pair(tmp_path, postgres) as pair:
        story = pair.story
        await story.slack("declare sev1 checkout is down")
        await pair.settled()
        courier = await pair.deliver_to_both(times=2)
        room = await story.room_id()
        texts = [f"seen {number}" for number in range(EACH // 4)]
        for text in texts:
            await story.say(text, by="ana", channel=room)
        lost, doubled = await said(pair, texts)
        row("10 each event four times, on two replicas at once", courier.carried, lost, doubled, 0)
        assert (lost, doubled) == (0, 0)


async def said(pair: Pair, texts: list[str]) -> tuple[int, int]:
    """How many of these are not in the books, and how many are there twice."""
    incident = await pair.story.incident()
    kept = Counter(one.text for one in await pair.twin.store.messages(incident.id))
    return sum(kept[text] < 1 for text in texts), sum(kept[text] > 1 for text in texts)
