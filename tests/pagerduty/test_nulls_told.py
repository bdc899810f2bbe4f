"""PagerDuty's events with nothing in one field or another: each is heard as far as it goes, or people read that it was not."""

import copy
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from incidentbot.clock import new_id
from incidentbot.core.facts import FactKind
from incidentbot.core.policy import State
from incidentbot.pagerduty.listening.event_shapes import taken_in
from incidentbot.playground.pagerduty.records import Happening
from incidentbot.playground.pagerduty.shapes.webhook_shapes import webhook_body
from tests.pagerduty.bench import T0
from tests.pagerduty.open_incidents import Bench, opened

DEEDS = ("acknowledge", "escalate", "note", "resolve")
MANY = 60
"""More incidents than an event has fields."""

NOBODY = ("agent", "agent.id", "agent.type")
"""Without these nobody is known to have done it."""

Json = dict[str, Any]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with opened(tmp_path) as made:
        yield made


def places(value: object, *before: str | int) -> Iterator[tuple[str | int, ...]]:
    """Every place in a body."""
    each = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in each:
        yield (*before, name)
        yield from places(part, *before, name)


def without(body: Mapping[str, Any], place: tuple[str | int, ...]) -> Json:
    """The body with null there, as another event."""
    changed: Any = copy.deepcopy(dict(body))
    changed["id"] = new_id()
    part = changed
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = None
    return dict(changed)


async def done(bench: Bench, deed: str) -> Json:
    """What PagerDuty tells of a deed."""
    told: list[Json] = []

    def hear(happening: Happening) -> None:
        told.append(dict(webhook_body(bench.duty.refs, happening)["event"]))

    bench.duty.records.hearers.append(hear)
    (theirs, *_) = bench.duty.incidents
    deeds: Mapping[str, Any] = {
        "acknowledge": lambda: bench.duty.acknowledge(theirs.id, by="ana"),
        "escalate": lambda: bench.duty.escalate(theirs.id, by="ana"),
        "note": lambda: bench.duty.note(theirs.id, "we look at it", by="ana"),
        "resolve": lambda: bench.duty.resolve(theirs.id, by="ana"),
    }
    await deeds[deed]()
    return told[-1]


def of_another(body: Json, duty: str, key: str) -> Json:
    """The same told of another incident of PagerDuty's."""
    changed = copy.deepcopy(body)
    data = changed["data"]
    subject = data if data.get("type") == "incident" else data["incident"]
    subject["id"] = duty
    if "incident_key" in data:
        data["incident_key"] = key
    return changed


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_null_anywhere_loses_no_event_in_silence(bench: Bench, deed: str) -> None:
    await bench.declare(MANY)
    body, listener = await done(bench, deed), bench.listener()
    rung = {one.key.partition(":")[0]: one for one in bench.duty.incidents}

    for number, place in enumerate(places(body), start=2):
        ours = await bench.incident(number)
        theirs = rung[ours.id]
        damaged = without(of_another(body, theirs.id, theirs.key), place)
        raw = json.dumps({"event": damaged}).encode()
        before, asides = len(await bench.store.facts(ours.id)), await listener.notice()
        if place == ("event_type",):
            continue  # what it is nobody knows: the door refuses it
        await bench.store.pager_events.keep(taken_in(raw, delivery=new_id(), now=T0))
        await listener.settled()

        where = ".".join(map(str, place))
        facts = [one.fact for one in await bench.store.facts(ours.id)][before:]
        counts = await bench.store.pager_events.counts()
        assert counts.waiting == 0, where
        assert facts or await listener.notice() != asides, f"{where}: nobody hears of it"
        if deed == "acknowledge" and where not in {*NOBODY, "data", "data.id"}:
            assert (await bench.incident(ours.number)).reached(State.ACKNOWLEDGED), where
            assert FactKind.NOT_UNDERSTOOD not in {fact.kind for fact in facts}


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday"])
async def test_an_instant_that_is_none_means_now(stamp: str) -> None:
    event = {"id": "e1", "event_type": "incident.acknowledged", "occurred_at": stamp, "data": {}}
    kept = taken_in(json.dumps({"event": event}).encode(), delivery="", now=T0)

    assert kept.occurred_at == T0


async def test_half_a_character_in_a_name_holds_up_nothing(bench: Bench) -> None:
    await bench.declare(1)
    body = await done(bench, "acknowledge")
    body["agent"]["summary"] = "Ana \ud800\0"
    body["agent"]["id"] = "PNOBODY"
    await bench.store.pager_events.keep(taken_in(json.dumps({"event": body}).encode(), delivery="d1", now=T0))
    await bench.listener().settled()

    assert (await bench.incident(1)).reached(State.ACKNOWLEDGED)
    assert (await bench.store.pager_events.counts()).waiting == 0
