"""The audit: looks every half minute whether the house itself is well, and says what is not. Tells nobody, mends nothing.

What is wrong for one look alone is no trouble: a restart finds timers that came due meanwhile, and fires them within
seconds. What is still wrong at the next look stands.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from incidentbot.clock import JUMP, Clock, SteadyClock
from incidentbot.core.text.words import span
from incidentbot.flows.ports import Snapshot, Store, StoreAway
from incidentbot.telemetry import logger

EVERY_S = 30.0
"""Real seconds from look to look: one cheap read each, so that an idle house costs next to nothing."""

TIMERS_LATE = timedelta(minutes=1)
EFFECTS_WAIT = timedelta(minutes=3)
"""Longer than any pause of the one retry policy; only a vendor who asks for more makes an effect wait longer."""

DEAF = timedelta(minutes=2)
"""Slack's sockets are replaced every few hours, and dropped ones are made anew within seconds."""

LOOKS = 2
STALE_S = 4 * EVERY_S
"""An audit that has not looked for so long vouches for nothing."""

log = logger(__name__)


class Kind(StrEnum):
    """What can be wrong with the house itself."""

    TIMERS = "timers"
    EFFECTS = "effects"
    SOCKET = "socket"
    DATABASE = "database"
    CLOCK = "clock"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stands. what: as after "incidentbot:"; then: what it means and what to do. since: by the house's clock."""

    kind: Kind
    what: str
    then: str
    since: datetime

    @property
    def sentence(self) -> str:
        """What is wrong, what it means, what to do."""
        return f"{self.what[:1].upper()}{self.what[1:]}. {self.then}"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. Ages in seconds; None where there is nothing of the kind, or the database was away."""

    oldest_due_timer_s: float | None = None
    oldest_waiting_effect_s: float | None = None
    socket_silent_s: float = 0.0
    database: str = ""
    clock_jumped_s: float = 0.0
    alerts_set_aside: int = 0


MEANS: Mapping[Kind, str] = {
    Kind.TIMERS: "Escalations and reminders come late: watch your open incidents yourselves, look at my log, and restart me.",
    Kind.EFFECTS: "Somebody may not have been told or paged: look at the cards of your open incidents, and at my log.",
    Kind.SOCKET: "I hear no command and no button until it is back; pages and timers go on. Check Slack's status and my network.",
    Kind.CLOCK: "My deadlines go on by elapsed time, and the times I write are the old clock's until no incident is open; "
    "restart me before that and what seems due fires at once. Check the machine's time service.",
    Kind.ALERTS: "Somebody may not have been paged for them: look at your alerts at their sender, and at my log.",
    Kind.DATABASE: "I can neither take anything in nor escalate until it is back. Check the database and its disk.",
}
"""What each means for people, and what they can do."""


class Follower(Protocol):
    """Whoever does something about what stands."""

    async def follow(self, troubles: Sequence[Trouble]) -> None:
        """Called after each look."""
        ...

    def report(self) -> Mapping[str, object]:
        """What it has to say in /health."""
        ...


class Audit:
    """Looks, remembers the last look, and says what stands. silent_s: how long nothing can have come in from Slack."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        silent_s: Callable[[], Awaitable[float]],
        follower: Follower | None = None,
        *,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._follower = follower
        self._store = store
        self._clock = clock
        self._silent_s = silent_s
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
            await self._follower.follow(troubles)

    async def look(self) -> Sequence[Trouble]:
        """Look once. Returns what stands."""
        self._seen = seen = await self._see()
        wrong = _wrong(seen)
        now = self._clock.now()
        self._in_a_row = {kind: self._in_a_row.get(kind, 0) + 1 for kind in wrong}
        self._since = {kind: self._since.get(kind, now - wrong[kind][1]) for kind in wrong}
        self.troubles = [
            Trouble(kind, what, MEANS[kind], self._since[kind])
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
        return " ".join(one.sentence for one in self.troubles if one.kind is not Kind.ALERTS)

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
            return Seen(None, None, silent_s, away_for, jumped.total_seconds())
        if jumped and not found.open_incidents and isinstance(self._clock, SteadyClock):
            log.warning("clock_followed", jumped_s=jumped.total_seconds())
            self._clock.follow()
            jumped = timedelta(0)
        ages = self._age_s(found.oldest_due_timer), self._age_s(found.oldest_waiting_effect)
        return Seen(*ages, silent_s, "", jumped.total_seconds(), found.alerts_set_aside)

    def _age_s(self, since: datetime | None) -> float | None:
        return None if since is None else max(0.0, (self._clock.now() - since).total_seconds())


def jumped_by(clock: Clock) -> timedelta:
    """How far the machine's clock was set, where the house goes on without it."""
    jumped = clock.jumped() if isinstance(clock, SteadyClock) else timedelta(0)
    return jumped if abs(jumped) > JUMP else timedelta(0)


def _wrong(seen: Seen) -> Mapping[Kind, tuple[str, timedelta]]:
    """What this look found: words, and for how long it has been so."""
    jumped = timedelta(seconds=seen.clock_jumped_s)
    timers, effects, silent = (
        timedelta(seconds=age or 0)
        for age in (seen.oldest_due_timer_s, seen.oldest_waiting_effect_s, seen.socket_silent_s)
    )
    rows = (
        (Kind.TIMERS, timers > TIMERS_LATE, f"timers are {_about(timers)} overdue", timers),
        (
            Kind.EFFECTS,
            effects > EFFECTS_WAIT,
            f"something has waited to be told for {_about(effects)}",
            effects,
        ),
        (Kind.SOCKET, silent > DEAF, f"Slack cannot reach me for {_about(silent)}", silent),
        (
            Kind.CLOCK,
            bool(jumped),
            f"the machine's clock was set {_way(jumped)} by {_about(abs(jumped))}",
            timedelta(0),
        ),
        (Kind.DATABASE, bool(seen.database), "my database is away", timedelta(0)),
        (Kind.ALERTS, seen.alerts_set_aside > 0, _set_aside(seen.alerts_set_aside), timedelta(0)),
    )
    return {kind: (what, age) for kind, stands, what, age in rows if stands}


def _set_aside(count: int) -> str:
    return f"{count} {'delivery' if count == 1 else 'deliveries'} of alerts could not be taken in"


def _way(jumped: timedelta) -> str:
    return "ahead" if jumped > timedelta(0) else "back"


def _about(length: timedelta) -> str:
    """Minutes are precise enough."""
    return span(timedelta(minutes=max(1, round(length.total_seconds() / 60))))
