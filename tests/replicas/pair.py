"""Two houses on one PostgreSQL behind one Slack and one PagerDuty, and a Slack that delivers everything to both."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from incidentbot.app import open_house
from incidentbot.house import House
from incidentbot.playground.slack.delivering.delivery import Ack, Attempt, Kind
from incidentbot.playground.slack.delivering.http_delivery import HttpDelivery
from incidentbot.playground.slack.server import SlackStandIn
from tests.stories.story import Story, a_story


class ToAll(HttpDelivery):
    """Carries everything to every address, `times` each and all at once. The person sees the first address's ack."""

    def __init__(self, addresses: list[str], times: int) -> None:
        super().__init__(SlackStandIn.signing_secret)
        self.url = addresses[0]
        self.carried = 0
        self._couriers = [HttpDelivery(SlackStandIn.signing_secret) for _ in addresses * times]
        for courier, address in zip(self._couriers, addresses * times, strict=True):
            courier.url = address

    def start(self) -> None:
        for courier in self._couriers:
            courier.start()

    async def stop(self) -> None:
        for courier in self._couriers:
            await courier.stop()

    async def carry(self, kind: Kind, payload: Mapping[str, Any], attempt: Attempt) -> Ack:
        self.carried += len(self._couriers)
        acks = await asyncio.gather(*(one.carry(kind, payload, attempt) for one in self._couriers))
        return acks[0]


@dataclass(frozen=True, slots=True)
class Pair:
    """A story whose house has a twin."""

    story: Story
    twin: House
    others: AsyncExitStack

    @property
    def houses(self) -> tuple[House, House]:
        return self.story.house, self.twin

    async def settled(self) -> None:
        """Wait until neither has anything to do at this instant."""
        while True:
            await asyncio.gather(*(house.settled() for house in self.houses))
            await self.story.workspace.pagerduty.settled()
            if not any(house.deliverer.busy for house in self.houses) and not await self._waits():
                return

    async def _waits(self) -> bool:
        at = await self.twin.store.next_effect_at()
        return at is not None and at <= self.story.clock.now()

    async def deliver_to_both(self, *, times: int) -> ToAll:
        """From now on Slack delivers everything so often to each of the two, all at once."""
        courier = ToAll([f"{house.local_url}/slack/events" for house in self.houses], times)
        courier.start()
        await self.story.workspace.slack.http.stop()
        self.story.workspace.slack.http = courier
        return courier


@asynccontextmanager
async def a_pair(folder: Path, address: str, *, http: bool = True) -> AsyncIterator[Pair]:
    """Everything started, and everything stopped at the end."""
    wiring = {"INCIDENTBOT_DATABASE_URL": address, "INCIDENTBOT_BASE_URL": "https://bot.example.com"}
    async with a_story(folder, http=http, wiring=wiring) as story, AsyncExitStack() as others:
        twin = await others.enter_async_context(open_house(story.settings, clock=story.clock))
        yield Pair(story, twin, others)
