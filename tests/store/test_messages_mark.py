"""The mark of all messages: another one after whatever changes any, the same after what changes none, at the cost of one row."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import insert

from incidentbot.flows.ports import Captured, CaptureKind
from incidentbot.store.schema.tables import message_events
from incidentbot.store.store import SqlStore
from tests.store.samples import T0, a_message, an_event, keep

MANY = 30_000
ROUNDS = 30
"""Of which the fastest counts."""

CHANGES = [
    an_event("2", CaptureKind.CHANGED, message=a_message(text="mended")),
    an_event("3", CaptureKind.REACTION_ADDED, reaction="eyes", by="U2"),
    an_event("4", CaptureKind.PINNED),
    an_event("5", message=a_message(channel="C8")),
    an_event("6", CaptureKind.DELETED),
]


@pytest.mark.parametrize("event", CHANGES, ids=lambda event: event.kind.value)
async def test_whatever_changes_a_message_changes_the_mark(store: SqlStore, event: Captured):
    await keep(store)
    unsaid = await store.messages_mark()
    await store.add_messages([an_event("1")])
    said = await store.messages_mark()
    await store.add_messages([event])

    assert len({unsaid, said, await store.messages_mark()}) == 3


async def test_what_comes_again_and_what_is_trimmed_changes_nothing(store: SqlStore):
    await keep(store)
    await store.add_messages([an_event("1")])
    said = await store.messages_mark()
    await store.add_messages([an_event("1")])
    assert await store.messages_mark() == said
    await store.trim(T0 + timedelta(days=31), most=100)
    assert await store.messages_mark() == said


async def least_s(store: SqlStore) -> float:
    """Processor time of one asking, at its best."""
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        await store.messages_mark()
        spent.append(time.process_time() - began)
    return min(spent)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_mark_costs_the_same_however_much_was_said(store: SqlStore):
    await store.add_messages([an_event("1")])
    few_s = await least_s(store)
    async with store._database.writing() as connection:
        rows = [{"event": f"Ev{number}", "at": T0} for number in range(MANY)]
        await connection.execute(insert(message_events), rows)

    assert await least_s(store) < 3 * few_s
