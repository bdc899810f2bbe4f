"""What can be wrong with the house itself: of one look, what it found, in words, and what that means. Looks at nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from incidentbot.core.text.words import span

TIMERS_LATE = timedelta(minutes=1)
EFFECTS_WAIT = timedelta(minutes=3)
"""Longer than any pause of the one retry policy; only a vendor who asks for more makes an effect wait longer."""

DEAF = timedelta(minutes=2)
"""Slack's sockets are replaced every few hours, and dropped ones are made anew within seconds."""

UNREAD = timedelta(minutes=10)
"""Two hundred rooms are caught up with in that time at the pace that Slack allows."""


class Kind(StrEnum):
    """What can be wrong with the house itself."""

    TIMERS = "timers"
    EFFECTS = "effects"
    SOCKET = "socket"
    DATABASE = "database"
    CLOCK = "clock"
    ALERTS = "alerts"
    ROOMS = "rooms"


QUIET = frozenset({Kind.ROOMS})
"""Nobody is woken for these."""

LIVES = frozenset({Kind.ALERTS, Kind.ROOMS})
"""With these the house is well: nothing is late, and nobody deaf."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stands. what: as after "incidentbot:"; then: what it means and what to do. since: by the house's clock.

    newest: when the last of it came, where it is of things that come one by one.
    """

    kind: Kind
    what: str
    then: str
    since: datetime
    newest: datetime | None = None

    @property
    def sentence(self) -> str:
        """What is wrong, what it means, what to do."""
        return f"{self.what[:1].upper()}{self.what[1:]}. {self.then}"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. Ages in seconds, None where there is nothing of the kind; while the database is away, as last seen."""

    oldest_due_timer_s: float | None = None
    oldest_waiting_effect_s: float | None = None
    socket_silent_s: float = 0.0
    database: str = ""
    clock_jumped_s: float = 0.0
    alerts_set_aside: int = 0
    rooms_unread_s: Sequence[float] = ()
    last_set_aside: datetime | None = None

    def newest_of(self, kind: Kind) -> datetime | None:
        """When the last thing came of this kind; None for a kind that only goes on."""
        return self.last_set_aside if kind is Kind.ALERTS else None


MEANS: Mapping[Kind, str] = {
    Kind.TIMERS: "Escalations and reminders come late: watch your open incidents yourselves, look at my log, and restart me.",
    Kind.EFFECTS: "Somebody may not have been told or paged: look at the cards of your open incidents, and at my log.",
    Kind.SOCKET: "I hear no command and no button until it is back; pages and timers go on. Check Slack's status and my network.",
    Kind.CLOCK: "My deadlines go on by elapsed time, and the times I write are the old clock's until no incident is open; "
    "restart me before that and what seems due fires at once. Check the machine's time service.",
    Kind.ALERTS: "Somebody may not have been paged for them: look at your alerts at their sender, and at my log.",
    Kind.ROOMS: "Timelines and drafts lack it until it is read; I go on trying. Check Slack's status, and ask `/incident doctor`.",
    Kind.DATABASE: "I can neither take anything in nor escalate until it is back. Check the database and its disk.",
}
"""What each means for people, and what they can do."""


def wrong_in(seen: Seen) -> Mapping[Kind, tuple[str, timedelta]]:
    """What this look found: words, and for how long it has been so."""
    jumped = timedelta(seconds=seen.clock_jumped_s)
    timers, effects, silent = (
        timedelta(seconds=age or 0)
        for age in (seen.oldest_due_timer_s, seen.oldest_waiting_effect_s, seen.socket_silent_s)
    )
    unread = [age for one in seen.rooms_unread_s if (age := timedelta(seconds=one)) > UNREAD]
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
        (Kind.ROOMS, bool(unread), _unread(unread), max(unread, default=timedelta(0))),
        (Kind.ALERTS, seen.alerts_set_aside > 0, _set_aside(seen.alerts_set_aside), timedelta(0)),
    )
    return {kind: (what, age) for kind, stands, what, age in rows if stands}


def _set_aside(count: int) -> str:
    return f"{count} {'delivery' if count == 1 else 'deliveries'} of alerts could not be taken in"


def _unread(ages: Sequence[timedelta]) -> str:
    rooms = "one room" if len(ages) == 1 else f"{len(ages)} rooms"
    return f"what was said in {rooms} while I was away cannot be read for {_about(max(ages, default=timedelta(0)))}"


def _way(jumped: timedelta) -> str:
    return "ahead" if jumped > timedelta(0) else "back"


def _about(length: timedelta) -> str:
    """Minutes are precise enough."""
    return span(timedelta(minutes=max(1, round(length.total_seconds() / 60))))
