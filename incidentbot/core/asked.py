"""What people have done to a running ladder: whom they called in, what waits for them, who has it. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidentbot.core.plan import PlannedRung


@dataclass(frozen=True, slots=True)
class Escalated:
    """Who last asked for a role to be called in, and when."""

    role: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChainCall:
    """A chain that a person called in beside the incident's own ladder.

    chain: its name in the profile. rung: whom it climbs to and when; its name begins the keys of its pages.
    It ends with the first ack after `asked_at`, whoever acks and whatever was acknowledged before
    (docs/decisions/0021-an-answer-to-a-called-chain.md).
    """

    chain: str
    rung: PlannedRung
    by: str
    asked_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A rung that waits: its position `position` (from 0) is due `at`, and the later ones follow from there."""

    position: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Snooze:
    """Who holds the ladder, since when and until when. before: what was held when it began, to go back to."""

    by: str
    asked_at: datetime
    until: datetime
    before: Mapping[str, Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds the ladder back in this epoch. spent: how long earlier snoozes held it; rungs: by name, which wait."""

    snooze: Snooze | None = None
    spent: timedelta = timedelta(0)
    rungs: Mapping[str, Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ack:
    """One person's ack. by: a Slack user id, "" for somebody of whom only the pager's `name` is known."""

    by: str
    name: str
    at: datetime

    @property
    def who(self) -> str:
        """What tells one person from another."""
        return self.by or self.name


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has the incident in this epoch, and whether they still do.

    seen_at: their last sign of life after their ack. asked_at: when they were asked whether they are still on it,
    None while no question stands.
    """

    acks: tuple[Ack, ...] = ()
    seen_at: datetime | None = None
    asked_at: datetime | None = None

    @property
    def people(self) -> int:
        """How many people have it for certain: one of whom only the pager's name is known may be one known in Slack."""
        known = sum(1 for ack in self.acks if ack.by)
        return max(known, len(self.acks) - known)
