"""What people have asked of a running ladder: whom they called in, and what waits because of them. Plain data."""

from dataclasses import dataclass
from datetime import datetime

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
    (docs/decisions/0018-an-answer-to-a-called-chain.md).
    """

    chain: str
    rung: PlannedRung
    by: str
    asked_at: datetime
    answered_at: datetime | None = None
