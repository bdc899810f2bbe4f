"""The audit: looks every half minute whether the house itself is well, and says what is not. Tells nobody, mends nothing.

What is wrong for one look alone is no trouble: a restart finds timers that came due meanwhile, and fires them within
seconds. What is still wrong at the next look stands.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from incidentbot.clock import JUMP, Clock, SteadyClock
from incidentbot.core.text.words import span
from incidentbot.flows.ports import Snapshot, Store, StoreAway
from incidentbot.flows.watchdog.troubles import LIVES, MEANS, Kind, Seen, Trouble, wrong_in
from incidentbot.telemetry import logger

EVERY_S = 30.0
"""Real seconds from look to look: one cheap read each, so that an idle house costs next to nothing."""

LOOKS = 2
STALE_S = 4 * EVERY_S
"""An audit that has not looked for so long vouches for nothing."""

log = logger(__name__)


class Follower(Protocol):
    """Whoever does something about what stands."""

    async def follow(self, troubles: Sequence[Trouble], *, unsure: Collection[Kind] = ()) -> None:
        """Called after each look. unsure: what was wrong at this look and not yet at the one before."""
        ...

    def report(self) -> Mapping[str, object]:
        """What it has to say in /health."""
        ...


class Audit:
    """Looks, remembers the last look, and says what stands.

    silent_s: how long nothing can have come in from Slack. unread: of each room that cannot be read again, since when.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        silent_s: Callable[[], Awaitable[float]],
        follower: Follower | None = None,
        *,
        unread: Callable[[], Sequence[datetime]] = tuple,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._follower = follower
        self._store = store
        self._clock = clock
        self._silent_s = silent_s
        self._unread = unread
        self._elapsed = elapsed
        self._looked_at: float | None = None
        self._seen = Seen()
        self._in_a_row: dict[Kind, int] = {}
        self._since: dict[Kind, datetime] = {}
        self.troubles: Sequence[Trouble] = ()
        """What stood at the last look."""

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Look again and again, until cancelled; not at once, since a start has work to catch up with."""
        while True:
            await asyncio.sleep(every_s)
            await self.round()

    async def round(self) -> None:
        """Look once, and have what stands and what is over told."""
        troubles = await self.look()
        if self._follower is not None:
            sure = {one.kind for one in troubles}
            await self._follower.follow(troubles, unsure=self._in_a_row.keys() - sure)

    async def look(self) -> Sequence[Trouble]:
        """Look once. Returns what stands."""
        self._seen = seen = await self._see()
        wrong = wrong_in(seen)
        now = self._clock.now()
        self._in_a_row = {kind: self._in_a_row.get(kind, 0) + 1 for kind in wrong}
        self._since = {kind: self._since.get(kind, now - wrong[kind][1]) for kind in wrong}
        self.troubles = [
            Trouble(kind, what, MEANS[kind], self._since[kind], seen.newest_of(kind))
            for kind, (what, _) in wrong.items()
            if self._in_a_row[kind] >= LOOKS
        ]
        self._looked_at = self._elapsed()
        for trouble in self.troubles:
            log.warning("trouble", kind=trouble.kind.value, what=trouble.what)
        return self.troubles

    def problem(self) -> str:
        """Why nobody should take the house for alive, "" when it is; what it could not read once is no reason."""
        ago = self._ago()
        if ago is None:
            return "The audit has not looked yet."
        if ago > STALE_S:
            return f"The audit has not looked for {span(timedelta(seconds=ago))}."
        return " ".join(one.sentence for one in self.troubles if one.kind not in LIVES)

    def report(self) -> Mapping[str, object]:
        """The last look, for /health: asks nobody."""
        ago = self._ago()
        return {
            "audited_s_ago": None if ago is None else round(ago, 1),
            "oldest_due_timer_s": self._seen.oldest_due_timer_s,
            "oldest_waiting_effect_s": self._seen.oldest_waiting_effect_s,
            "socket_silent_s": round(self._seen.socket_silent_s, 1),
            "troubles": [trouble.sentence for trouble in self.troubles],
            **(self._follower.report() if self._follower is not None else {}),
        }

    def _ago(self) -> float | None:
        return None if self._looked_at is None else self._elapsed() - self._looked_at

    async def _see(self) -> Seen:
        silent_s, jumped = await self._silent_s(), jumped_by(self._clock)
        try:
            await self._store.prove()
            found: Snapshot = await self._store.snapshot()
        except StoreAway as away:
            away_for = str(away) or "It does not answer."
            jumped_s = jumped.total_seconds()  # what only the database tells stands as it was last seen
            return replace(self._seen, socket_silent_s=silent_s, database=away_for, clock_jumped_s=jumped_s)
        if jumped and not found.open_incidents and isinstance(self._clock, SteadyClock):
            log.warning("clock_followed", jumped_s=jumped.total_seconds())
            self._clock.follow()
            jumped = timedelta(0)
        ages = self._age_s(found.oldest_due_timer), self._age_s(found.oldest_waiting_effect)
        unread = [(self._clock.now() - since).total_seconds() for since in self._unread()]
        return Seen(
            *ages, silent_s, "", jumped.total_seconds(), found.alerts_set_aside, unread, found.last_set_aside
        )

    def _age_s(self, since: datetime | None) -> float | None:
        return None if since is None else max(0.0, (self._clock.now() - since).total_seconds())


def jumped_by(clock: Clock) -> timedelta:
    """How far the machine's clock was set, where the house goes on without it."""
    jumped = clock.jumped() if isinstance(clock, SteadyClock) else timedelta(0)
    return jumped if abs(jumped) > JUMP else timedelta(0)
