"""Reads: one incident by each of its names, lists, runbooks, how things stand."""

from dataclasses import replace

import pytest

from incidentbot.core.incident import Incident, Moment, Room
from incidentbot.core.policy import RoomKind, State
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.flows.ports import (
    ListFilter,
    Ref,
    RefKind,
)
from incidentbot.store.store import SqlStore
from tests.store.samples import A_MINUTE, T0, a_line, a_page, an_incident, keep


@pytest.mark.parametrize(
    "ref",
    [Ref(RefKind.ID, "incident-7"), Ref(RefKind.NUMBER, "7"), Ref(RefKind.CHANNEL, "C7")],
    ids=lambda ref: ref.kind.value,
)
async def test_an_incident_is_found_by_each_of_its_names(store: SqlStore, ref: Ref) -> None:
    stored = await keep(store)
    await keep(store, an_incident(8))

    async with store.unit() as unit:
        assert await unit.find(ref) == stored
    assert await store.incident(ref) == stored


@pytest.mark.parametrize("value", ["8", "seven", "-7", "٧", "9" * 40, ""])
async def test_a_number_that_is_nobodys_finds_nothing(store: SqlStore, value: str) -> None:
    await keep(store)

    assert await store.incident(Ref(RefKind.NUMBER, value)) is None


async def test_threads_of_one_channel_are_told_apart(store: SqlStore) -> None:
    for number, ts in ((7, "1.7"), (8, "1.8")):
        room = Room(RoomKind.THREAD, "incidents", channel="C1", thread_ts=ts)
        await keep(store, an_incident(number, room=room))

    found = await store.incident(Ref(RefKind.CHANNEL, "C1/1.8"))

    assert found is not None
    assert found.number == 8
    assert await store.incident(Ref(RefKind.CHANNEL, "C1")) is None


async def test_a_runbook_is_kept_as_it_was(store: SqlStore) -> None:
    runbook = Runbook("Restart", "restart.md", "a" * 64, "# Restart", steps=(Step("1", "Look", commands=()),))
    async with store.unit() as unit:
        await unit.keep_runbook(runbook)
        await unit.keep_runbook(replace(runbook, path="moved/restart.md"))

    assert await store.runbook("a" * 64) == runbook
    assert await store.runbook("b" * 64) is None


async def test_lists_show_what_their_word_says_newest_first(store: SqlStore) -> None:
    resolved: Incident = an_incident(2, milestones={State.RESOLVED: Moment(T0)}, declared_by="U2")
    closed = an_incident(3, closed_at=T0, declared_by="U2", joined=("U1",))
    led = an_incident(4, declared_by="U2", roles={"lead": "U10"})
    for incident in (an_incident(1), resolved, closed, led):
        await keep(store, incident)

    async def numbers(which: str, person: str | None = None, limit: int = 50) -> list[int]:
        return [one.number for one in await store.incidents(only=ListFilter(which, person, limit))]

    assert await numbers("open") == [4, 1]
    assert await numbers("all") == [4, 3, 2, 1]
    assert await numbers("all", limit=2) == [4, 3]
    assert await numbers("mine", "U1") == [3, 1]
    assert await numbers("mine", "U10") == [4]
    assert await numbers("mine", "%") == []
    assert await numbers("mine") == []


async def test_the_snapshot_counts_what_waits(store: SqlStore) -> None:
    empty = await store.snapshot()
    await keep(store, effects=(a_page(), a_line("one")), timers={"ack": T0, "update": T0 + A_MINUTE})
    full = await store.snapshot()

    assert (
        empty.oldest_due_timer,
        empty.oldest_waiting_effect,
        empty.failed_effects,
        empty.open_incidents,
    ) == (
        None,
        None,
        0,
        0,
    )
    assert (full.oldest_due_timer, full.oldest_waiting_effect, full.failed_effects, full.open_incidents) == (
        T0,
        T0,
        0,
        1,
    )
