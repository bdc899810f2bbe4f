"""Declaring: numbers, twins, and requests that come twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from incidentbot.core.decision import Decision
from incidentbot.core.policy import Severity
from incidentbot.flows.ports import (
    Receipt,
    VersionConflict,
    words_of,
)
from incidentbot.store.store import SqlStore
from tests.store.samples import A_MINUTE, T0, a_page, an_incident, keep, keys_of


async def test_twenty_declarations_at_once_get_twenty_numbers(store: SqlStore) -> None:
    async def declare(place: int) -> int:
        async with store.unit() as unit:
            number = await unit.next_number()
            incident = an_incident(number, id=f"id-{place}")
            await unit.remember(Decision(incident, effects=(a_page(),)), recorded_at=T0)
            return number

    numbers = await asyncio.gather(*(declare(place) for place in range(20)))

    assert sorted(numbers) == list(range(1, 21))
    assert len(await keys_of(store)) == 20


async def test_the_same_words_at_once_are_seen_by_the_second_who_declares_them(store: SqlStore) -> None:
    async def declare() -> list[int]:
        async with store.unit() as unit:
            before = await unit.declared_since(words_of("checkout IS  down", Severity.P1), T0 - A_MINUTE)
            number = await unit.next_number()
            await unit.remember(Decision(an_incident(number)), recorded_at=T0)
            return [one.number for one in before]

    seen = await asyncio.gather(declare(), declare(), declare())

    assert sorted(seen) == [[], [1], [1, 2]]


async def test_other_words_and_older_incidents_are_no_twins(store: SqlStore) -> None:
    await keep(store, an_incident(7, declared_at=T0 - A_MINUTE))
    await keep(store, an_incident(8, title="Login is down"))
    await keep(store, an_incident(9, severity=Severity.P2))

    async with store.unit() as unit:
        words = words_of("Checkout is down", Severity.P1)
        assert await unit.declared_since(words, T0 - A_MINUTE + timedelta(seconds=1)) == []
        assert [one.number for one in await unit.declared_since(words, T0 - A_MINUTE)] == [7]


async def test_a_request_is_answered_the_same_again(store: SqlStore) -> None:
    receipt = Receipt("incident-7", 7, "Declared INC-7.", "C7")
    async with store.unit() as unit:
        assert await unit.answered("request-1") is None
        await unit.keep_receipt("request-1", receipt, T0)

    async with store.unit() as unit:
        assert await unit.answered("request-1") == replace(receipt, repeated=True)
        assert await unit.answered("request-2") is None


async def test_of_two_units_with_one_request_one_is_told_to_begin_again(store: SqlStore) -> None:
    async def answer(number: int) -> Receipt:
        async with store.unit() as unit:
            before = await unit.answered("request-1")
            if before:
                return before
            await asyncio.sleep(0)
            await unit.keep_receipt("request-1", Receipt(f"incident-{number}", number, "Declared."), T0)
        return await answer(number)

    async def answer_patiently(number: int) -> Receipt:
        try:
            return await answer(number)
        except VersionConflict:
            return await answer(number)

    first, second = await asyncio.gather(answer_patiently(7), answer_patiently(8))

    assert first == second


async def test_a_receipt_kept_twice_is_a_conflict(store: SqlStore) -> None:
    receipt = Receipt("incident-7", 7, "Declared.")
    async with store.unit() as unit:
        await unit.keep_receipt("request-1", receipt, T0)

    with pytest.raises(VersionConflict):
        async with store.unit() as unit:
            await unit.keep_receipt("request-1", receipt, T0)


@pytest.mark.parametrize("changes", [{"id": "incident-7", "number": 8}, {"id": "other", "number": 7}])
async def test_an_id_or_number_that_is_taken_is_a_conflict(store: SqlStore, changes: dict[str, Any]) -> None:
    await keep(store)

    with pytest.raises(VersionConflict):
        await keep(store, an_incident(**changes))
