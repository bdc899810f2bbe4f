"""What the flows need of the doors, as protocols: a store that remembers, tellers that tell. No door imports another."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from incidentbot.core.answers import Answer
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.messages import Message
from incidentbot.core.policy import Severity
from incidentbot.core.runbook import Runbook


class RefKind(StrEnum):
    """By what an incident is named."""

    ID = "id"
    NUMBER = "number"
    CHANNEL = "channel"  # the room's channel id; with a thread: "C123/1699.0001"


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of one incident: `Ref(RefKind.NUMBER, "7")`."""

    kind: RefKind
    value: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the asker is told after the commit. `repeated`: the same request was answered before, word for word."""

    incident_id: str
    number: int
    reply: str
    channel: str | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect in the hands of one worker until its lease ends.

    token: the fencing token; whoever settles must still hold it. attempt: 1 for the first try. unknown: an earlier
    try may have taken effect, so look before telling again. first_tried_at: by the house's clock.
    """

    id: int
    incident_id: str
    effect: Effect
    token: int
    attempt: int
    unknown: bool
    first_tried_at: datetime


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer whose instant has come."""

    incident_id: str
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How things stand with waiting work: for /health, /ready and `doctor`."""

    oldest_due_timer: datetime | None
    oldest_waiting_effect: datetime | None
    failed_effects: int
    open_incidents: int


class Settlement(StrEnum):
    """How a claimed effect ended."""

    DONE = "done"
    FAILED = "failed"


class Unit(Protocol):
    """One transaction. Everything or nothing is remembered when the context ends."""

    async def answered(self, request: str) -> Receipt | None:
        """The receipt this request got before, if it was handled before."""
        ...

    async def find(self, ref: Ref) -> Incident | None:
        """The incident, locked for this transaction."""
        ...

    async def next_number(self) -> int:
        """The next incident number. Gaps only from rollbacks."""
        ...

    async def declared_since(self, words: str, since: datetime) -> Sequence[Incident]:
        """Incidents declared with the same words (`words_of`) since then, oldest first.

        Until this unit ends, no other unit gets past this question or `next_number`: ask before taking a number.
        """
        ...

    async def timer_stands(self, timer: DueTimer) -> bool:
        """Whether the timer still has that instant; False makes a firing stale."""
        ...

    async def remember(self, decision: Decision, *, recorded_at: datetime) -> None:
        """Write incident at version + 1, facts, effects, timers, cancels, retries.

        An effect that may happen only once and is known by its key already is passed over; so is a rendered one of
        which one still waits. Raises VersionConflict if another transaction was faster; the caller begins again.
        """
        ...

    async def keep_runbook(self, runbook: Runbook) -> None:
        """Keep the file as it is now, by its sha256."""
        ...

    async def keep_receipt(self, request: str, receipt: Receipt, at: datetime) -> None:
        """So that the same request is answered the same. Raises VersionConflict if another unit just answered it."""
        ...

    async def settle(self, claimed: Claimed, how: Settlement, reason: str = "") -> bool:
        """Mark the effect. False: the lease was lost meanwhile, and nothing was marked."""
        ...


def words_of(title: str, severity: Severity) -> str:
    """What a declaration says, case and spaces folded: equal for two that are to be taken for the same."""
    return " ".join(f"{severity} {title}".casefold().split())


class VersionConflict(Exception):  # noqa: N818 - a fact of life, not an error: begin again
    """Another transaction wrote the incident first."""


class StoreAway(Exception):  # noqa: N818 - see VersionConflict
    """The database cannot be reached or is locked for longer than the unit's patience. Nothing was written.

    One exception, which no database can rule out: a connection that was lost during the commit itself. Asking again
    with the same request finds the receipt where the commit had succeeded.
    """


class Store(Protocol):
    """What is remembered. Every method is safe to call from many tasks at once."""

    def unit(self, *, patience_s: float | None = None) -> AbstractAsyncContextManager[Unit]:
        """One transaction; rolled back with StoreAway when it lasts longer than `patience_s` (None: no limit)."""
        ...

    async def claim(self, owner: str, *, limit: int, lease_s: float) -> Sequence[Claimed]:
        """Take effects that may be told now: due by the house's clock, first of their (incident, lane)."""
        ...

    async def postpone(self, claimed: Claimed, *, until: datetime, reason: str, unknown: bool) -> bool:
        """Put a claimed effect back until then; one that was cancelled meanwhile is dropped. False: lease lost."""
        ...

    async def next_effect_at(self) -> datetime | None:
        """When the first effect of a lane may be tried, or its lease ends, by the house's clock; None if none waits."""
        ...

    async def due_timers(self, *, limit: int) -> Sequence[DueTimer]:
        """Timers due now by the house's clock, oldest first."""
        ...

    async def next_timer_at(self) -> datetime | None:
        """The earliest instant of all timers."""
        ...

    async def add_messages(self, messages: Sequence["Captured"]) -> int:
        """Append or update messages in one batch, each event once. Returns how many events were new."""
        ...

    async def incident(self, ref: Ref) -> Incident | None:
        """Read one incident."""
        ...

    async def incidents(self, *, only: "ListFilter") -> Sequence[Incident]:
        """Read incidents, newest first."""
        ...

    async def facts(self, incident_id: str) -> Sequence[Recorded]:
        """The timeline in its order."""
        ...

    async def messages(self, incident_id: str) -> Sequence[Message]:
        """The room's messages by ts, deleted ones without their text.

        A message of which only a reaction or a pin was seen is none yet.
        """
        ...

    async def runbook(self, sha256: str) -> Runbook | None:
        """A kept runbook."""
        ...

    async def snapshot(self) -> Snapshot:
        """How things stand with waiting work."""
        ...


class CaptureKind(StrEnum):
    """What a captured event does to a message."""

    POSTED = "posted"
    CHANGED = "changed"
    DELETED = "deleted"
    REACTION_ADDED = "reaction_added"
    REACTION_REMOVED = "reaction_removed"
    PINNED = "pinned"
    UNPINNED = "unpinned"


@dataclass(frozen=True, slots=True)
class Captured:
    """One event about a message, as it came. `event` is Slack's event_id (or ours for what we post)."""

    event: str
    kind: CaptureKind
    message: Message
    reaction: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which incidents: `open`, `all` or `mine` (with `person`)."""

    which: str = "open"
    person: str | None = None
    limit: int = 50


class Teller(Protocol):
    """Tells a vendor one effect.

    incident: as it is now, not as it was when the effect was decided. Raises TryLater or GiveUp, nothing else on
    purpose. Returns the answer as a command, or None where there is nothing to remember.
    """

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        """Make the call; `claimed.unknown` asks to look first whether it was made before."""
        ...


class OnCall(Protocol):
    """Who is on call for the roles of the policy. Answers from memory; refreshed off every path that matters."""

    def people(self, role: str) -> tuple[str, ...]:
        """Slack user ids bound to the role now; () when nobody is known."""
        ...

    def paged_as(self, role: str) -> str:
        """How the role is called on the card: the person's name where known, else the role in words."""
        ...


@dataclass(frozen=True, slots=True)
class RunbookMatch:
    """A runbook that fits, and why: one short sentence a person can judge."""

    path: str
    title: str
    reason: str = ""


class Runbooks(Protocol):
    """The team's folder of markdown."""

    def find(self, words: str, incident: Incident | None) -> Sequence[RunbookMatch]:
        """What fits, best first; with nothing to go by, all. Raises Refused where the folder holds none."""
        ...

    def read(self, path: str) -> Runbook:
        """One file, as it is now. Raises Refused where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Connections:
    """What is connected, so that cards can say what is not: `pager` "", "events" or "rest"."""

    pager: str = ""
    notifiers: frozenset[str] = frozenset({"slack"})
    base_url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
