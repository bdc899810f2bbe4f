"""The words of the oracle of many hands: terms, phones that ring, chains that were called. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tests.machine.promises import MILESTONES

AT_WORK, MITIGATED = "triaged", "mitigated"
LIMITS = {"P0": timedelta(minutes=15), "P1": timedelta(hours=1)}
"""How long a ladder may be held in all of an epoch; P1's is that of every other level."""

OTHERWISE = 5
"""Minutes between the pages of a called chain whose severity climbs by no clock and gives no time to acknowledge."""

Place = tuple[int, datetime]
"""A place of the ladder that was held back, and when it is due instead."""

Shifts = Mapping[str, Place]
"""What was held back, by severity."""


class Kind(StrEnum):
    """Who asked for a page: the ladder, or a person."""

    LADDER = "ladder"
    TYPED = "typed"


def at_least(milestone: str, other: str) -> bool:
    """Whether a milestone counts for the other."""
    return MILESTONES.index(milestone) >= MILESTONES.index(other)


@dataclass(frozen=True, slots=True)
class Terms:
    """How many must acknowledge, by level (else one); after how long acks expire (None: never)."""

    people: Mapping[str, int] = field(default_factory=dict)
    expires: timedelta | None = None
    answer: timedelta = timedelta(minutes=5)


@dataclass(slots=True)
class Call:
    """A chain that somebody called in, or (`hands_over`) the rest of the incident's own. place: whom it rings next."""

    roles: tuple[str, ...]
    asked_at: datetime
    pace: timedelta
    hands_over: bool
    place: int = 1
    answered_at: datetime | None = None

    @property
    def climbs(self) -> bool:
        """Whether it still has somebody to ring, or its end to say."""
        return self.answered_at is None and self.place <= len(self.roles)

    @property
    def next_at(self) -> datetime:
        """When it rings the next one, or says that it has ended."""
        return self.asked_at + self.place * self.pace


@dataclass(slots=True, eq=False)
class Ring:
    """One phone that was rung `at`, and rings `since`, if it was silenced. heard_in: the last epoch in
    which it rang or rang again. over: the pager was told that it is over.
    """

    at: datetime
    epoch: int
    role: str
    kind: Kind
    since: datetime
    heard_in: int
    call: Call | None = None
    rings: bool = True
    over: bool = False

    @property
    def is_of_open_call(self) -> bool:
        """Whether a chain that nobody has answered yet rang it."""
        return self.call is not None and self.call.answered_at is None


@dataclass(frozen=True, slots=True)
class Held:
    """A snooze: since the first word, until when, and how the ladder stood before."""

    since: datetime
    until: datetime
    before: Shifts


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """Something that is to be done at an instant; `key` makes it the same thing."""

    at: datetime
    name: str
    key: tuple[object, ...] = field(compare=False)
    call: Call | None = field(default=None, compare=False)
