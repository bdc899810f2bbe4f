"""One transaction as the flows need it of the store, as a protocol. Holds no rule."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from incidentbot.core.decision import Decision
from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.flows.values import Claimed, DueTimer, Postponed, Receipt, Ref, Settled, Settlement


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

    async def standing(self, due: Sequence[DueTimer]) -> Mapping[DueTimer, Incident]:
        """Those of these timers that still have that instant, each with its incident, locked; the others are stale.

        No two of them are of one incident.
        """
        ...

    async def free(self, ids: Collection[str], *, wait: bool = False) -> Mapping[str, Incident]:
        """Those of these incidents that nobody else is writing now, by id, locked. wait: until that is true of all.

        Raises ValueError where this version cannot read one of them.
        """
        ...

    async def remember_all(self, decisions: Sequence[Decision], *, recorded_at: datetime) -> None:
        """Write decisions on incidents that `standing` or `free` gave, one for each, in few statements.

        None of them cancels or retries anything: `remember` does that.
        """
        ...

    async def remember(self, decision: Decision, *, recorded_at: datetime) -> Mapping[str, bool]:
        """Write incident at version + 1, facts, effects, timers, cancels, retries.

        Returns the keys of effects that waited and are cancelled now -> whether a try of theirs may have arrived.

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

    async def postpone(self, claimed: Claimed, *, until: datetime, reason: str, unknown: bool) -> Postponed:
        """Put a claimed effect back until then; one that was cancelled meanwhile is dropped."""
        ...

    async def settle_all(self, settled: Sequence[Settled]) -> Collection[int]:
        """Mark effects of incidents that are locked; gives the ids of those that were, the leases of others are lost."""
        ...
