"""PagerDuty's events as they are heard: in any order, any number of times, by any number of bots, whatever breaks."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import State
from incidentbot.flows.pager_events import PagerEvent, PagerEventCounts
from incidentbot.flows.ports import Receipt, StoreAway
from incidentbot.pagerduty.listening.listener import MOST_TRIES
from tests.pagerduty.open_incidents import Bench, opened

PLAYS: Sequence[str] = (
    "ack:ana",
    "ack:ana unack:ana",
    "ack:ana unack:bo ack:bo",
    "ack:ana resolve:ana",
    "ack:ana resolve:ana reopen:bo",
    "ack:ana unack:ana ack:bo resolve:bo reopen:ana ack:chi",
    "note:ana ack:ana escalate:ana note:bo resolve:bo",
    "ack:ana escalate:ana",
    "escalate:ana ack:bo",
)
"""What people do, in this order, one second after the other."""


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with opened(tmp_path) as made:
        yield made


async def played(bench: Bench, play: str) -> list[PagerEvent]:
    """What PagerDuty tells of it."""
    await bench.declare(1)
    told, (theirs,) = bench.overhear(), bench.duty.incidents
    deeds: dict[str, Any] = {
        "ack": bench.duty.acknowledge,
        "unack": bench.duty.unacknowledge,
        "resolve": bench.duty.resolve,
        "reopen": bench.duty.reopen,
        "escalate": bench.duty.escalate,
        "note": lambda named, by: bench.duty.note(named, "looking", by),
    }
    for deed, by in (step.split(":") for step in play.split()):
        bench.clock.skip(timedelta(seconds=1))
        await deeds[deed](theirs.id, by=by)
    return told


def seen(incident: Incident) -> str:
    """How it stands, in PagerDuty's words."""
    if incident.status is not Status.OPEN:
        return "resolved"
    return "acknowledged" if incident.reached(State.ACKNOWLEDGED) else "triggered"


async def kinds(bench: Bench) -> list[FactKind]:
    return [one.fact.kind for one in await bench.store.facts((await bench.incident(1)).id)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("play", PLAYS)
async def test_each_event_four_times_in_any_order_ends_where_pagerduty_ends(
    bench: Bench, play: str, seed: int
):
    told = await played(bench, play)
    chance, listener = Random(seed), bench.listener()  # noqa: S311 - a shuffle that can be repeated
    deliveries = told * 4
    chance.shuffle(deliveries)
    for event in deliveries:
        await bench.store.pager_events.keep(event)
        if chance.random() < 0.5:
            await listener.settled()
    await listener.settled()

    (theirs,) = bench.duty.incidents
    assert seen(await bench.incident(1)) == theirs.status.value
    found = await kinds(bench)
    assert found.count(FactKind.NOTED) == play.count("note:")
    assert found.count(FactKind.RESOLVED) <= 1
    assert await bench.store.pager_events.counts() == PagerEventCounts(waiting=0, set_aside=0)


async def test_events_that_wait_together_are_heard_in_the_order_in_which_they_happened(bench: Bench):
    told = await played(bench, "ack:ana unack:ana ack:bo resolve:bo reopen:ana ack:chi")
    for event in reversed(told):
        await bench.store.pager_events.keep(event)
    await bench.listener().settled()

    happened = [FactKind.ACKNOWLEDGED, FactKind.ACK_TAKEN_BACK, FactKind.RESOLVED, FactKind.REOPENED]
    assert [kind for kind in await kinds(bench) if kind in happened] == [
        FactKind.ACKNOWLEDGED,
        FactKind.ACK_TAKEN_BACK,
        FactKind.ACKNOWLEDGED,
        FactKind.RESOLVED,
        FactKind.REOPENED,
        FactKind.ACKNOWLEDGED,
    ]
    assert (await bench.incident(1)).epoch == 3


async def test_two_bots_that_hear_the_same_events_bring_each_in_once(bench: Bench):
    for event in await played(bench, "note:ana ack:ana unack:ana note:bo ack:bo"):
        await bench.store.pager_events.keep(event)
    await asyncio.gather(*(bench.listener().settled() for _ in range(3)))

    found = await kinds(bench)
    assert (found.count(FactKind.NOTED), found.count(FactKind.ACKNOWLEDGED)) == (2, 2)
    assert (await bench.incident(1)).epoch == 2


async def test_an_event_that_breaks_is_tried_again_and_then_set_aside_for_those_behind_it(bench: Bench):
    tries = []

    async def breaking(command: Any, **given: Any) -> Receipt:
        if getattr(command, "text", "") == "looking":
            tries.append(command)
            raise RuntimeError("a bug")
        return await bench.handler.hear(command, **given)

    for event in await played(bench, "note:ana ack:ana"):
        await bench.store.pager_events.keep(event)
    listener = bench.listener(breaking)
    with capture_logs():
        for _ in range(MOST_TRIES):
            await listener.settled()
            assert not (await bench.incident(1)).reached(State.ACKNOWLEDGED) or len(tries) == MOST_TRIES
            bench.clock.skip(timedelta(minutes=1))
        await listener.settled()

    assert len(tries) == MOST_TRIES
    assert (await bench.incident(1)).reached(State.ACKNOWLEDGED)
    assert (await kinds(bench)).count(FactKind.NOT_UNDERSTOOD) == 1
    assert await listener.notice() == "1 of PagerDuty's webhooks could not be read; look there."


async def test_a_part_of_an_event_that_is_no_object_sets_it_aside_at_once_and_breaks_nothing(bench: Bench):
    for event in await played(bench, "resolve:ana"):
        told = json.loads(event.body)
        told["data"]["resolve_reason"] = "merged"
        await bench.store.pager_events.keep(replace(event, body=json.dumps(told)))
    with capture_logs() as logs:
        await bench.listener().settled()

    assert [line for line in logs if line["event"] == "bug"] == []
    assert await bench.store.pager_events.counts() == PagerEventCounts(waiting=0, set_aside=1)


async def test_a_bug_that_was_mended_after_some_tries_has_lost_nothing(bench: Bench):
    broken = [True]

    async def breaking(command: Any, **given: Any) -> Receipt:
        if broken:
            raise RuntimeError("a bug")
        return await bench.handler.hear(command, **given)

    for event in await played(bench, "ack:ana"):
        await bench.store.pager_events.keep(event)
    listener = bench.listener(breaking)
    with capture_logs():
        await listener.settled()
    broken.clear()
    bench.clock.skip(timedelta(minutes=1))
    await bench.listener(breaking).settled()

    assert (await bench.incident(1)).reached(State.ACKNOWLEDGED)


async def test_an_event_outlives_a_database_that_is_away(bench: Bench):
    away = [True]

    async def troubled(command: Any, **given: Any) -> Receipt:
        if away:
            raise StoreAway("locked")
        return await bench.handler.hear(command, **given)

    for event in await played(bench, "ack:ana"):
        await bench.store.pager_events.keep(event)
    listener = bench.listener(troubled)
    with pytest.raises(StoreAway):
        await listener.settled()
    away.clear()
    await listener.settled()

    assert (await bench.incident(1)).reached(State.ACKNOWLEDGED)


async def test_an_event_is_ours_by_our_key_before_our_own_call_was_answered(bench: Bench):
    told = await played(bench, "ack:ana")
    assert await bench.store.pager_events.tie(told[0].resource) is not None
    unknown = PagerEvent("e9", "", told[0].kind, "QNEVERSEEN", told[0].occurred_at, told[0].body)
    await bench.store.pager_events.keep(unknown)
    await bench.listener().settled()

    tie = await bench.store.pager_events.tie("QNEVERSEEN")
    assert tie is not None
    assert tie.incident_id == (await bench.incident(1)).id
    assert (await bench.incident(1)).reached(State.ACKNOWLEDGED)


async def test_the_poll_takes_no_answer_that_is_older_than_what_a_webhook_told(bench: Bench):
    told = await played(bench, "ack:ana")
    asked = bench.pager.read

    async def slow(path: str, query: Any) -> Any:
        body = await asked(path, query)
        if path.startswith("/incidents"):
            bench.clock.skip(timedelta(seconds=5))
            (theirs,) = bench.duty.incidents
            await bench.duty.unacknowledge(theirs.id, by="ana")
            for event in told[1:]:  # of the ack itself no webhook came
                await bench.store.pager_events.keep(event)
            await bench.listener().settled()
        return body

    await bench.poll(slow, tie_of=bench.store.pager_events.tie).look()

    assert not (await bench.incident(1)).reached(State.ACKNOWLEDGED)
