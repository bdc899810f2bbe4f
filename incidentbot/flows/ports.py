"""What the flows need of the doors, as protocols: a store that remembers, tellers that tell. No door imports another."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from incidentbot.core.answers import Answer
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.messages import Message
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.flows.unit_port import Unit
from incidentbot.flows.values import (
    Captured,
    CaptureKind,
    Claimed,
    Connections,
    DueTimer,
    Duty,
    ListFilter,
    Postponed,
    Receipt,
    Ref,
    RefKind,
    RunbookMatch,
    Settled,
    Settlement,
    Snapshot,
    StoreAway,
    Unread,
    VersionConflict,
    words_of,
)

__all__ = [
    "CaptureKind",
    "Captured",
    "Claimed",
    "Connections",
    "DueTimer",
    "Duty",
    "ListFilter",
    "OnCall",
    "Postponed",
    "Receipt",
    "Ref",
    "RefKind",
    "RunbookMatch",
    "Runbooks",
    "Settled",
    "Settlement",
    "Snapshot",
    "Store",
    "StoreAway",
    "Teller",
    "Unit",
    "Unread",
    "VersionConflict",
    "words_of",
]


class Store(Protocol):
    """What is remembered. Every method is safe to call from many tasks at once."""

    def is_ours_alone(self) -> bool:
        """Whether no other process tells what is kept here, from now on; what those write rings no bell here."""
        ...

    def unit(self, *, patience_s: float | None = None) -> AbstractAsyncContextManager[Unit]:
        """One transaction; rolled back with StoreAway when it lasts longer than `patience_s` (None: no limit)."""
        ...

    async def claim(
        self, owner: str, *, limit: int, lease_s: float, pages_only: bool = False
    ) -> Sequence[Claimed]:
        """Take effects that may be told now: due by the house's clock, first of their (incident, lane).

        pages_only: pages and their answers alone.
        One that this version cannot read comes as `Unread`: it is to be settled as failed.
        """
        ...

    async def reclaim(self) -> int:
        """Before the first claim: take back what workers had claimed that no longer live, their outcomes unknown.

        Only where that is certain; elsewhere their leases end by themselves. Returns how many effects there were.
        """
        ...

    async def postpone(self, claimed: Claimed, *, until: datetime, reason: str, unknown: bool) -> Postponed:
        """Put a claimed effect back until then; one that was cancelled meanwhile is dropped."""
        ...

    async def let_go(self, owner: str, *, lease_s: float) -> int:
        """Have the leases of all that `owner` still holds end so soon; returns how many effects those are."""
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

    async def trim(self, before: datetime, *, most: int) -> int:
        """Drop requests and taken-in events from before then that nothing repeats any more, up to `most` of each.

        Requests of open incidents stay. Returns how many rows went.
        """
        ...

    async def rooms(self, channels: Collection[str]) -> Collection[tuple[str, str | None]]:
        """Those of the channels that are rooms, each with its thread (None: the whole channel is the room)."""
        ...

    async def incident(self, ref: Ref) -> Incident | None:
        """Read one incident."""
        ...

    async def named(self, ids: Collection[str]) -> Mapping[str, Incident]:
        """Read incidents by their ids, in one go; without those that are gone or that this version cannot read."""
        ...

    async def incidents(self, *, only: "ListFilter") -> Sequence[Incident]:
        """Read incidents, newest first."""
        ...

    async def facts(self, incident_id: str) -> Sequence[Recorded]:
        """The timeline in its order."""
        ...

    async def messages_mark(self) -> str:
        """What changes whenever a message of any room does: the same mark, the same messages."""
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

    async def prove(self) -> None:
        """Return where something can be written: reading alone proves nothing. Raises StoreAway."""
        ...


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

    def duty(self, role: str) -> Duty:
        """Who has the role now, until when, and whether they can be rung."""
        ...


class Runbooks(Protocol):
    """The team's folder of markdown."""

    def find(self, words: str, incident: Incident | None) -> Sequence[RunbookMatch]:
        """What fits, best first; with nothing to go by, all. Raises Refused where the folder holds none."""
        ...

    def read(self, path: str) -> Runbook:
        """One file, as it is now. Raises Refused where there is none."""
        ...
