"""What runs, for the shell, the local workspace and the tests to hold. `app.py` builds it; nothing is built here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from incidentbot.clock import Clock
from incidentbot.flows.alerts.alert_desk import AlertDesk
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.desk import Desk
from incidentbot.flows.ports import Store
from incidentbot.flows.tick import Ticker
from incidentbot.flows.watchdog.audit import Audit
from incidentbot.pagerduty.listening.answers import Answers
from incidentbot.settings import Settings
from incidentbot.slack.door import SlackDoor


class MovableClock(Clock, Protocol):
    """A clock that can be skipped: the tests' and the local workspace's."""

    def skip(self, by: timedelta) -> None:
        """Jump ahead and tell those who wait for instants."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What runs, for the shell, the local workspace and the tests to hold. local_url: where it listens."""

    settings: Settings
    clock: Clock
    store: Store
    desk: Desk
    deliverer: Deliverer
    ticker: Ticker
    alerts: AlertDesk
    slack: SlackDoor
    answers: Answers
    audit: Audit
    local_url: str

    async def settled(self) -> None:
        """Wait until everything that can be told at this instant has been told."""
        await self.ticker.until_calm(self._tell)

    async def _tell(self) -> None:
        await self.desk.calendar.round()
        await self.alerts.settled()
        await self.answers.settled()
        await self.deliverer.settled()

    async def pass_time(self, clock: MovableClock, by: timedelta) -> None:
        """Let a movable clock pass through every instant that is due on the way, as time itself would.

        It is moved by `by` in all, whatever real time passes meanwhile.
        """
        left = by
        await self.settled()
        while (ahead := await self._next_instant_in(clock)) is not None and ahead <= left:
            clock.skip(ahead)
            left -= ahead
            await self.settled()
        clock.skip(left)
        await self.settled()

    async def _next_instant_in(self, clock: Clock) -> timedelta | None:
        instants = (
            await self.store.next_timer_at(),
            await self.store.next_effect_at(),
            await self.alerts.next_at(),
            await self.desk.calendar.next_at(),
        )
        ahead = [at - clock.now() for at in instants if at is not None]
        return max(min(ahead), timedelta(0)) if ahead else None
