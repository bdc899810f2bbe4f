"""A commit whose answer is lost: what was done is answered as done, and what cannot be known is said to be unknown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from incidentbot.clock import StillClock, new_id
from incidentbot.core.commands import AddNote, Declare
from incidentbot.core.facts import FactKind
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Receipt, StoreAway
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from tests.flows.house import ANA, ONE
from tests.store.lost_answers import Wire, a_wire
from tests.store.postgres import empty
from tests.store.samples import an_incident, by_id, keep


@pytest.fixture
async def wire(postgres: str, tmp_path: Path) -> AsyncIterator[tuple[Wire, str]]:
    empty(postgres)
    async with a_wire(tmp_path, postgres) as made:
        yield made


@asynccontextmanager
async def a_handler(address: str, clock: StillClock) -> AsyncIterator[tuple[Handler, SqlStore, list[str]]]:
    """A handler, its store, and what was rung."""
    policy, rung = load("im-chat"), list[str]()
    async with open_store(address, clock) as store:
        yield (
            Handler(
                store, clock, lambda: policy, lambda: rung.append("workers"), lambda: rung.append("alarm")
            ),
            store,
            rung,
        )


async def declared(handler: Handler, request: str | None = "r1") -> Receipt:
    return await handler.handle(
        Declare(new_id(), ANA, "checkout is down", Severity.P0, "x4k2"), request=request
    )


async def notes(store: SqlStore) -> list[str]:
    incident = await store.incident(ONE)
    assert incident is not None
    return [one.fact.text for one in await store.facts(incident.id) if one.fact.kind is FactKind.NOTED]


async def test_whether_it_was_written_is_said_to_be_unknown(wire: tuple[Wire, str], clock: StillClock):
    cut, address = wire
    async with open_store(address, clock) as store:
        cut.lose = 1
        with pytest.raises(StoreAway) as away:
            await keep(store)

        assert away.value.unknown
        assert await store.incident(by_id(an_incident())) is not None


async def test_a_request_that_was_done_is_answered_as_done_and_done_once(
    wire: tuple[Wire, str], clock: StillClock
):
    cut, address = wire
    async with a_handler(address, clock) as (handler, store, rung):
        cut.lose = 1
        receipt = await declared(handler)
        assert (receipt.number, receipt.repeated) == (1, False)
        assert rung == ["workers", "alarm"], "its page waits for nobody's poll"
        cut.lose = 1
        await handler.handle(AddNote(ANA, "the primary is gone"), ref=ONE, request="r2")

        assert cut.lost == 2
        assert await notes(store) == ["the primary is gone"]


async def test_where_nobody_can_be_asked_the_person_reads_that_it_is_not_known_and_where_to_look(
    wire: tuple[Wire, str], clock: StillClock
):
    cut, address = wire
    async with a_handler(address, clock) as (handler, _, _):
        await declared(handler)
        cut.lose, cut.then_dead = 1, True
        with pytest.raises(Refused) as refused:
            await handler.handle(AddNote(ANA, "the primary is gone"), ref=ONE, request="r2")

    assert "cannot tell whether" in refused.value.sentence
    assert "`/incident timeline`" in refused.value.sentence
    assert "Nothing was changed" not in refused.value.sentence


async def test_what_has_no_name_is_not_done_a_second_time(wire: tuple[Wire, str], clock: StillClock):
    cut, address = wire
    async with a_handler(address, clock) as (handler, store, _):
        await declared(handler)
        cut.lose = 1
        with pytest.raises(Refused, match="cannot tell whether"):
            await handler.handle(AddNote(ANA, "the primary is gone"), ref=ONE)

        assert await notes(store) == ["the primary is gone"]


async def test_what_failed_before_its_commit_is_said_to_have_changed_nothing(
    wire: tuple[Wire, str], clock: StillClock
):
    cut, address = wire
    async with a_handler(address, clock) as (handler, _, _):
        await declared(handler)
        cut.then_dead, cut.lost = True, 1
        cut.close()
        with pytest.raises(Refused, match="Nothing was changed"):
            await handler.handle(AddNote(ANA, "the primary is gone"), ref=ONE, request="r2")
