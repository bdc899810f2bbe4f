"""Answers made on a phone, as the poll asks for them: side by side, each heard whatever the others are like."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args

import pytest
from structlog.testing import capture_logs

from incidentbot.clock import StillClock, new_id
from incidentbot.core.answers import PageDelivered
from incidentbot.core.commands import Declare
from incidentbot.core.effects import Effect, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity, State
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Claimed, Ref, RefKind, Store, Teller
from incidentbot.pagerduty.oncall import Query, Read
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.pagerduty.poll import AT_ONCE, NEWEST, AnswerPoll
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.store.engines.engine import open_store
from tests.pagerduty.bench import ANA, CHECKOUT_TEAM, POLICY, T0, a_pager, rest_settings


class Unseen:
    """Whatever is told, nobody is there to see it."""

    async def tell(self, incident: Incident, claimed: Claimed) -> None:
        """Nothing comes of it."""


class Ringing:
    """Tells pages to the real pager."""

    def __init__(self, pager: PagerDuty) -> None:
        self._pager = pager

    async def tell(self, incident: Incident, claimed: Claimed) -> PageDelivered | None:
        """The pager's own answer."""
        return await self._pager.tell(incident, claimed)


class Bench:
    """Store, handler and pager without Slack, and PagerDuty's stand-in."""

    def __init__(self, store: Store, duty: PagerDutyStandIn, pager: PagerDuty, clock: StillClock) -> None:
        self.store, self.duty, self.pager = store, duty, pager
        self.handler = Handler(store, clock, lambda: POLICY, lambda: None, lambda: None)
        tellers: dict[type[Effect], Teller] = dict.fromkeys(get_args(Effect), Unseen())
        tellers[SendPage] = Ringing(pager)
        self._deliverer = Deliverer(store, self.handler, clock, tellers)

    async def declare(self, number_of_incidents: int) -> None:
        """So many incidents, whose first page has rung."""
        for one in range(number_of_incidents):
            await self.handler.handle(Declare(new_id(), ANA, f"shard {one} is down", Severity.P0, "x4k2"))
        await self._deliverer.settled()

    async def close(self) -> None:
        """Stop telling."""
        await self._deliverer.close()

    def poll(self, read: Read | None = None, **given: Any) -> AnswerPoll:
        """A poll that asks through `read`, or PagerDuty itself."""
        return AnswerPoll(
            self.store,
            self.handler.handle,
            **{"read": read or self.pager.read, "slack_id_of": slack_id_of, **given},
        )

    async def incident(self, number: int) -> Incident:
        """The incident as it is stored."""
        found = await self.store.incident(Ref(RefKind.NUMBER, str(number)))
        assert found is not None
        return found

    async def acknowledge(self, number: int) -> None:
        """Ana taps Acknowledge."""
        await self.duty.acknowledge(f"{(await self.incident(number)).id}:1", by="ana")

    async def acknowledged(self) -> list[int]:
        """The numbers of the incidents that somebody has."""
        numbers = range(1, len(self.duty.incidents) + 1)
        return [one for one in numbers if (await self.incident(one)).reached(State.ACKNOWLEDGED)]


async def slack_id_of(email: str) -> str | None:
    return {"ana@example.com": ANA}.get(email)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Bench]:
    clock = StillClock(T0)
    async with (
        PagerDutyStandIn(clock) as duty,
        a_pager(rest_settings(duty), CHECKOUT_TEAM) as pager,
        open_store(f"sqlite:///{folder / 'incidents.db'}", clock) as store,
    ):
        made = Bench(store, duty, pager, clock)
        yield made
        await made.close()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with opened(tmp_path) as made:
        yield made


async def test_an_ack_does_not_wait_for_a_name_that_never_comes(bench: Bench) -> None:
    async def never(email: str) -> str | None:
        await asyncio.Event().wait()
        return email

    await bench.declare(1)
    await bench.acknowledge(1)
    await bench.poll(slack_id_of=never, name_within_s=0.05).look()

    assert await bench.acknowledged() == [1]


async def test_an_answer_that_cannot_be_read_holds_up_no_other_and_is_reported_once(bench: Bench) -> None:
    await bench.declare(3)
    broken = bench.duty.incidents.of_key(f"{(await bench.incident(2)).id}:1")[0].id

    async def read(path: str, query: Query) -> Mapping[str, Any]:
        body = await bench.pager.read(path, query)
        return {"incident": {"id": broken}} if path.endswith(broken) else body

    for number in (1, 2, 3):
        await bench.acknowledge(number)
    poll = bench.poll(read)
    with capture_logs() as logs:
        for _ in range(3):
            await poll.look()

    assert await bench.acknowledged() == [1, 3]
    assert [(one["where"], one["incident"]) for one in logs if one["event"] == "bug"] == [("poll", 2)]
    assert poll.problem == "What PagerDuty says of INC-2 cannot be read."
    await bench.poll().look()
    assert await bench.acknowledged() == [1, 2, 3]


async def test_incidents_are_asked_about_side_by_side_and_never_more_than_eight(bench: Bench) -> None:
    await bench.declare(AT_ONCE * 2)
    for number in range(1, AT_ONCE * 2 + 1):
        await bench.acknowledge(number)
    asking: list[int] = [0]
    full = asyncio.Event()

    async def read(path: str, query: Query) -> Mapping[str, Any]:
        if path.startswith("/users"):
            return await bench.pager.read(path, query)
        asking.append(asking[-1] + 1)
        if asking[-1] == AT_ONCE:
            full.set()
        await full.wait()
        try:
            return await bench.pager.read(path, query)
        finally:
            asking.append(asking[-1] - 1)

    async with asyncio.timeout(10):
        assert await bench.poll(read).look() == AT_ONCE * 2

    assert max(asking) == AT_ONCE
    assert len(await bench.acknowledged()) == AT_ONCE * 2


async def test_the_oldest_of_very_many_open_incidents_is_heard_too(bench: Bench) -> None:
    await bench.declare(NEWEST + 1)
    await bench.acknowledge(1)
    await bench.poll().look()

    assert await bench.acknowledged() == [1]
