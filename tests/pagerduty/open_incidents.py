"""Incidents whose pages have rung, without Slack: a real store and handler, the pager, and PagerDuty's stand-in."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import get_args

from incidentbot.clock import StillClock, new_id
from incidentbot.core.answers import Answer
from incidentbot.core.commands import Declare
from incidentbot.core.effects import Effect, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity, State
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.handle import Handler
from incidentbot.flows.pager_events import PagerEvent, Tie
from incidentbot.flows.ports import Claimed, Ref, RefKind, Teller
from incidentbot.pagerduty.listening.event_shapes import taken_in
from incidentbot.pagerduty.listening.hearing import Handle, Hearing
from incidentbot.pagerduty.listening.listener import Listener
from incidentbot.pagerduty.listening.people import NAME_WITHIN_S, People
from incidentbot.pagerduty.listening.poll import AnswerPoll
from incidentbot.pagerduty.listening.told_events import TellIn
from incidentbot.pagerduty.oncall import SlackIdOf
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.pagerduty.shifts import Read
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import BOT
from incidentbot.playground.pagerduty.records import Happening
from incidentbot.playground.pagerduty.shapes.webhook_shapes import webhook_body
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from tests.pagerduty.bench import ANA, CHECKOUT_TEAM, POLICY, T0, a_pager, rest_settings


class Unseen:
    """Whatever is told, nobody is there to see it."""

    async def tell(self, incident: Incident, claimed: Claimed) -> None:
        """Nothing comes of it."""


class Ringing:
    """Tells pages to the real pager."""

    def __init__(self, pager: PagerDuty) -> None:
        self._pager = pager

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        """The pager's own answer."""
        return await self._pager.tell(incident, claimed)


async def _nothing(_: str) -> Tie | None:
    return None


class Bench:
    """Store, handler and pager without Slack, and PagerDuty's stand-in."""

    def __init__(self, store: SqlStore, duty: PagerDutyStandIn, pager: PagerDuty, clock: StillClock) -> None:
        self.store, self.duty, self.pager, self.clock = store, duty, pager, clock
        self.handler = Handler(store, clock, lambda: POLICY, lambda: None, lambda: None)
        tellers: dict[type[Effect], Teller] = dict.fromkeys(get_args(Effect), Unseen())
        tellers[SendPage] = Ringing(pager)
        self._deliverer = Deliverer(store, self.handler, clock, tellers)

    async def declare(self, number_of_incidents: int) -> None:
        """So many incidents, whose first page has rung."""
        for one in range(number_of_incidents):
            await self.handler.handle(Declare(new_id(), ANA, f"shard {one} is down", Severity.P0, "x4k2"))
        await self._deliverer.settled()
        while (
            at := await self.store.next_effect_at()
        ) is not None:  # on a busy machine a call may time out once
            self.clock.skip(max(at - self.clock.now(), timedelta(0)))
            await self._deliverer.settled()

    async def close(self) -> None:
        """Stop telling."""
        await self._deliverer.close()

    def poll(
        self,
        read: Read | None = None,
        *,
        by_address: SlackIdOf | None = None,
        name_within_s: float = NAME_WITHIN_S,
        tie_of: Callable[[str], Awaitable[Tie | None]] = _nothing,
    ) -> AnswerPoll:
        """A poll that asks through `read`, or PagerDuty itself."""
        asked = read or self.pager.read
        hearing = Hearing(
            self.handler.handle, People(asked, by_address or slack_id_of, within_s=name_within_s)
        )
        return AnswerPoll(self.store, hearing, read=asked, tie_of=tie_of)

    def listener(self, handle: Handle | None = None) -> Listener:
        """One that brings events in through `handle`, or the handler itself."""
        people = People(self.pager.read, slack_id_of, own_email=BOT.email)
        tell_in = TellIn(Hearing(handle or self.handler.hear, people), lambda _: (), lambda _: None)
        return Listener(self.store, self.store.pager_events, self.clock, tell_in)

    def overhear(self) -> list[PagerEvent]:
        """Every event that PagerDuty tells from now on, as the door keeps it."""
        told: list[PagerEvent] = []

        def hear(happening: Happening) -> None:
            raw = json.dumps(webhook_body(self.duty.refs, happening)).encode()
            told.append(taken_in(raw, delivery=new_id(), now=self.clock.now()))

        self.duty.records.hearers.append(hear)
        return told

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
