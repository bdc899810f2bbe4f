"""Requests in great number: forged, stale, come again, clicked twice. None gets in that should not, none happens twice."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from incidentbot.core.facts import FactKind
from incidentbot.flows.values import ListFilter
from incidentbot.playground.slack.delivering.delivery import Ack, Attempt, Kind
from incidentbot.playground.slack.delivering.http_delivery import HttpDelivery, _written
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.replicas.pair import Pair, a_pair
from tests.store.postgres import empty
from tests.stories.story import Story, a_story

Forge = Callable[[dict[str, str], str], tuple[dict[str, str], str]]
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
STALE_S = 301
AHEAD_S = 303
"""A second may pass on the way."""

AT_ONCE = 50
STEPS = 11
"""Of the runbook's twelve, those after which there is another."""


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
    await story.room("runbook start database outage", by="ana")
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
    tmp_path: Path, tally: Tally
):
    async with a_story(tmp_path, http=True) as story, aiohttp.ClientSession() as web:
        requests = [_written(kind, payload) for kind, payload in await genuine(story)]
        await story.settled()
        before, each = await stored(story), runs(Part.REPEATED)
        for name, forge in forgeries(story.workspace.slack.http).items():
            answers: Counter[int] = Counter()
            for number in range(each):
                content_type, body = requests[number % len(requests)]
                headers, body = forge(story.workspace.slack.http._signed(body), body)
                answers[await sent(story, web, body, {**headers, "Content-Type": content_type})] += 1
            tally(Part.FORGED, each, doubled=each - answers[401])
            assert answers == {401: each}, name
        signed = [
            (body, {**story.workspace.slack.http._signed(body), "Content-Type": kind})
            for kind, body in requests
        ]
        for number in range(each):
            assert await sent(story, web, *signed[number % len(signed)]) == 200
        await story.settled()
        after = await stored(story)
        tally(Part.REPEATED, each, doubled=(after - before).total())
        assert after == before
        assert story.rung == ["ana"]


async def test_what_comes_four_times_on_two_replicas_happens_once(
    postgres: str, tmp_path: Path, tally: Tally
):
    empty(postgres)
    async with a_pair(tmp_path, postgres) as pair:
        story = pair.story
        await story.slack("declare sev1 checkout is down")
        await pair.settled()
        courier = await pair.deliver_to_both(times=2)
        room = await story.room_id()
        texts = [f"seen {number}" for number in range(runs(Part.EACH_EVENT_FOUR_TIMES))]
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            await asyncio.gather(*(story.say(text, by="ana", channel=room) for text in some))
        lost, doubled = await said(pair, texts)
        tally(Part.EACH_EVENT_FOUR_TIMES, courier.carried // 4, lost=lost, doubled=doubled)
        assert (lost, doubled) == (0, 0)


async def said(pair: Pair, texts: list[str]) -> tuple[int, int]:
    """How many of these are not in the books, and how many are there twice."""
    incident = await pair.story.incident()
    kept = Counter(one.text for one in await pair.twin.store.messages(incident.id))
    return sum(kept[text] < 1 for text in texts), sum(kept[text] > 1 for text in texts)


async def test_a_double_click_on_a_button_does_one_thing_whichever_replicas_hear_it(
    postgres: str, tmp_path: Path, tally: Tally
):
    empty(postgres)
    wanted, clicks, lost, doubled, told = runs(Part.DOUBLE_CLICKS), 0, 0, 0, 0
    async with a_pair(tmp_path, postgres) as pair:
        story = pair.story
        for number in count(1):
            await story.slack(f"declare sev1 outage {number}")
            await pair.settled()
            await story.room("runbook start database outage", number=number)
            await pair.settled()
            done = story.newest(await story.room_id(number), names.RUN_DONE)
            steps = min(STEPS, wanted - clicks - 1)
            for message, button in [(await story.card(number), names.ACK), *[(done, names.RUN_DONE)] * steps]:
                told += await clicked_twice(pair, message, button)
            kinds = Counter(one.fact.kind for one in await story.facts(number))
            made = (kinds[FactKind.ACKNOWLEDGED], 1), (kinds[FactKind.STEP_DONE], steps)
            lost += sum(max(0, owed - there) for there, owed in made)
            doubled += sum(max(0, there - owed) for there, owed in made)
            clicks += 1 + steps
            if clicks >= wanted:
                break
    tally(Part.DOUBLE_CLICKS, clicks, lost=lost, doubled=doubled, seen=told)
    assert (lost, doubled) == (0, 0)


async def clicked_twice(pair: Pair, message: Message, button: str) -> int:
    """Two clicks within 50 ms, one on each replica. How many of them Slack showed an error for."""
    slack, clicks = pair.story.workspace.slack, []
    async with asyncio.TaskGroup() as group:
        for house in pair.houses:
            slack.deliver_over_http(f"{house.local_url}/slack/events")
            clicks.append(group.create_task(slack.press("bo", message.channel, message.ts, button)))
            await asyncio.sleep(0)  # it is on its way to this house
    await pair.settled()
    return sum(not click.result().acked for click in clicks)
