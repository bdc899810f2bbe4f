"""A house without vendors: a real store and the real flows, and a world that answers or fails as it is told."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from incidentbot.clock import StillClock, new_id
from incidentbot.core.answers import Announced, Answer, CardShown, PageDelivered, RoomOpened
from incidentbot.core.commands import Declare
from incidentbot.core.effects import Announce, Effect, OpenRoom, SendPage, ShowCard
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Claimed, Receipt, Ref, RefKind
from incidentbot.flows.tick import Ticker
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore

ANA, BO = "U0ANA", "U0BO"


@dataclass
class World:
    """A world that answers, and that can be told how to fail the next telling of an effect."""

    told: list[str] = field(default_factory=list)
    trouble: dict[str, deque[Exception]] = field(default_factory=dict)
    meanwhile: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        key = claimed.effect.key
        self.told.append(key)
        if key in self.meanwhile:
            await self.meanwhile.pop(key)()
        if self.trouble.get(key):
            raise self.trouble[key].popleft()
        return self._answer(incident, claimed.effect)

    def fail(self, key: str, *errors: Exception) -> None:
        self.trouble[key] = deque(errors)

    def _answer(self, incident: Incident, effect: Effect) -> Answer | None:
        match effect:
            case OpenRoom():
                return RoomOpened("C7")
            case ShowCard():
                return CardShown("1.1") if incident.room.card_ts is None else None
            case Announce():
                return Announced("C0", "2.2") if incident.room.announced_ts is None else None
            case SendPage():
                return PageDelivered(effect.page)
            case _:
                return None


@dataclass
class House:
    clock: StillClock
    store: SqlStore
    handler: Handler
    deliverer: Deliverer
    ticker: Ticker
    world: World

    async def declare(
        self, title: str = "checkout is down", by: str = ANA, request: str | None = None
    ) -> Receipt:
        command = Declare(new_id(), by, title, Severity.P0, "x4k2")
        return await self.handler.handle(command, request=request)

    async def pass_time(self, **span: float) -> None:
        self.clock.skip(timedelta(**span))
        await self.ticker.tick()
        await self.deliverer.settled()

    async def facts(self, number: int = 1) -> list[tuple[FactKind, str]]:
        incident = await self.incident(number)
        return [(one.fact.kind, one.fact.text) for one in await self.store.facts(incident.id)]

    async def incident(self, number: int = 1) -> Incident:
        incident = await self.store.incident(Ref(RefKind.NUMBER, str(number)))
        assert incident is not None
        return incident


ONE = Ref(RefKind.NUMBER, "1")


@asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[House]:
    """A house with a clock that stands still, under the chat system's profile."""
    clock, policy, world = StillClock(datetime(2026, 11, 21, 12, tzinfo=UTC)), load("im-chat"), World()
    async with open_store(f"sqlite:///{folder}/house.db", clock) as store:
        handler = Handler(store, clock, lambda: policy, lambda: None, lambda: None)
        deliverer = Deliverer(store, handler, clock, dict.fromkeys(get_args(Effect), world))
        yield House(clock, store, handler, deliverer, Ticker(store, handler), world)
        await deliverer.close()
