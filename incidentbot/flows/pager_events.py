"""What PagerDuty tells by webhook, as it waits to be heard, and the port that keeps it. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PagerEvent:
    """One event. id: PagerDuty's; delivery: what all attempts to deliver it share ("" where it was not said).

    resource: the incident of PagerDuty that it is about, "" for none. body: JSON, no more than is read of it.
    """

    id: str
    delivery: str
    kind: str
    resource: str
    occurred_at: datetime
    body: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Tie:
    """An incident of PagerDuty that is one of ours, and of which epoch.

    heard_at: its newest change of status that was brought in; what happened before that comes too late.
    """

    pager_incident: str
    incident_id: str
    epoch: int
    heard_at: datetime | None = None


class Ending(StrEnum):
    """How an event ended."""

    DONE = "done"
    IGNORED = "ignored"  # late, of a kind that means nothing here, or about an incident that is not ours
    SET_ASIDE = "set_aside"  # could not be read


@dataclass(frozen=True, slots=True)
class PagerEventCounts:
    """How many events wait, and how many were set aside."""

    waiting: int
    set_aside: int


class PagerEvents(Protocol):
    """What PagerDuty told, kept before it is acknowledged. Safe to call from many tasks; raises StoreAway."""

    async def keep(self, event: PagerEvent, *, patience_s: float | None = None) -> bool:
        """Durable when it returns. False for one that was kept before, by its id or its delivery."""
        ...

    async def heads(self, *, limit: int) -> Sequence[PagerEvent]:
        """Of each incident the first that waits, by when it happened; none of one whose first is to be tried later.

        Nobody claims them: whoever brings one in does so under its id, so that two who do are one.
        """
        ...

    async def settle(self, event: str, how: Ending, reason: str = "") -> None:
        """Mark it; it is not handed out again."""
        ...

    async def postpone(self, event: str, *, until: datetime, reason: str) -> None:
        """Hand it out again then, and no later one of its incident before it."""
        ...

    async def tie(self, pager_incident: str) -> Tie | None:
        """Whose incident of PagerDuty this is, None where it is none of ours."""
        ...

    async def learn(self, tie: Tie) -> None:
        """Remember whose it is, where that is not known."""
        ...

    async def heard(self, pager_incident: str, at: datetime) -> None:
        """Remember the newest change of its status."""
        ...

    async def counts(self) -> PagerEventCounts:
        """How things stand."""
        ...
