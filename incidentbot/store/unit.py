"""One transaction as the flows see it. Writes what a decision says, in few statements; decides nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from incidentbot.core.alerts.alert import AlertGroup
from incidentbot.core.decision import Decision
from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.flows.alerts.alert_ports import StoredNews
from incidentbot.flows.ports import Claimed, DueTimer, Postponed, Receipt, Ref, Settled, Settlement
from incidentbot.store import (
    alerts,
    claims,
    incident_writes,
    incidents,
    outbox,
    pager_events,
    requests,
    runbooks,
    timeline,
    timers,
)
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection


class SqlUnit:
    """The port `Unit` on one connection. On PostgreSQL an incident's row is locked before what belongs to it."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._database = database
        self._facts: dict[str, int] = {}  # how many each incident has that was locked with others

    async def answered(self, request: str) -> Receipt | None:
        """The receipt this request got before, marked as repeated."""
        return await requests.answered(self._connection, self._database, request)

    async def find(self, ref: Ref) -> Incident | None:
        """The incident, locked until the unit ends. Raises ValueError for one that another version wrote."""
        return await incidents.find(self._connection, ref, by=incidents.LOCK)

    async def next_number(self) -> int:
        """The next incident number."""
        return await incident_writes.next_number(self._connection, self._database)

    async def declared_since(self, words: str, since: datetime) -> Sequence[Incident]:
        """Incidents declared with the same words since then, oldest first; others who ask wait."""
        return await incidents.declared_since(self._connection, words, since)

    async def remember(self, decision: Decision, *, recorded_at: datetime) -> Mapping[str, bool]:
        """Write all of a decision; returns what waited and is cancelled -> whether it may have arrived.

        A cancel also meets an effect that the same decision brought.
        """
        connection, database, incident = self._connection, self._database, decision.incident
        places = await incident_writes.write(connection, database, incident, facts=len(decision.facts))
        facts = timeline.rows(incident.id, decision.facts, after=places, recorded_at=recorded_at)
        await timeline.append(connection, database, facts)
        await outbox.add(connection, database, incident.id, decision.effects, at=recorded_at)
        withdrawn = await outbox.cancel(connection, incident.id, decision.cancels)
        await outbox.again(connection, incident.id, decision.again, at=recorded_at)
        await timers.change(connection, database, incident.id, decision.timers)
        await pager_events.tie_up(connection, database, incident.id, decision.ties)
        return withdrawn

    async def standing(self, due: Sequence[DueTimer]) -> Mapping[DueTimer, Incident]:
        """Those of these timers that still have that instant, each with its incident, locked until the unit ends."""
        by_id = await self._locked([timer.incident_id for timer in due], incidents.LOCK_ALL)
        stand = await timers.standing(self._connection, self._database, due)
        return {timer: by_id[timer.incident_id] for timer in due if timer in stand}

    async def free(self, ids: Collection[str], *, wait: bool = False) -> Mapping[str, Incident]:
        """Those of these that nobody else is writing now, with `wait` all of them, locked until the unit ends."""
        return await self._locked(ids, incidents.LOCK_ALL if wait else incidents.LOCK_FREE)

    async def _locked(self, ids: Collection[str], how: incidents.Locking) -> Mapping[str, Incident]:
        held = await incidents.lock_all(self._connection, self._database, ids, how)
        self._facts = {one.id: facts for one, facts in held}
        return {one.id: one for one, _ in held}

    async def remember_all(self, decisions: Sequence[Decision], *, recorded_at: datetime) -> None:
        """Write decisions on incidents that `standing` or `free` gave, each once; none of them cancels or retries anything."""
        connection, database = self._connection, self._database
        changed: list[tuple[Incident, int]] = []
        facts: list[timeline.Row] = []
        effects: list[outbox.Row] = []
        for decision in decisions:
            one, before = decision.incident, self._facts[decision.incident.id]
            changed.append((one, before + len(decision.facts)))
            facts += timeline.rows(one.id, decision.facts, after=before, recorded_at=recorded_at)
            effects += outbox.rows(one.id, decision.effects, at=recorded_at)
        await incident_writes.write_all(connection, database, changed)
        await timeline.append(connection, database, facts)
        await outbox.add_rows(connection, database, effects)
        await timers.change_all(connection, database, [(one.incident.id, one.timers) for one in decisions])
        await pager_events.tie_all(connection, database, [(one.incident.id, one.ties) for one in decisions])

    async def keep_runbook(self, runbook: Runbook) -> None:
        """Keep the file as it is now, by its sha256."""
        await runbooks.keep(self._connection, self._database, runbook)

    async def keep_receipt(self, request: str, receipt: Receipt, at: datetime) -> None:
        """So that the same request is answered the same."""
        await requests.keep(self._connection, self._database, request, receipt, at)

    async def settle(self, claimed: Claimed, how: Settlement, reason: str = "") -> bool:
        """Mark the effect; False when the lease was lost meanwhile."""
        await incidents.hold(self._connection, self._database, claimed.incident_id)
        return await outbox.settle(self._connection, claimed, how, reason)

    async def postpone(self, claimed: Claimed, *, until: datetime, reason: str, unknown: bool) -> Postponed:
        """Put a claimed effect back until then; one that was cancelled meanwhile is dropped."""
        return await claims.postpone(
            self._connection, self._database, claimed, until=until, reason=reason, unknown=unknown
        )

    async def settle_all(self, settled: Sequence[Settled]) -> Collection[int]:
        """Mark effects of incidents that this unit holds; gives the ids of those whose lease was not lost."""
        return await outbox.settle_all(self._connection, self._database, settled)

    async def next_news(self) -> StoredNews | None:
        """The oldest delivery of alerts that is the first of its group, held; None where none can be had."""
        return await alerts.next_news(self._connection)

    async def drop_news(self, stored: StoredNews) -> None:
        """It has been taken in."""
        await alerts.drop_news(self._connection, stored.id)

    async def alert_group(self, key: str, *, at: datetime) -> AlertGroup | None:
        """The group, held, also where there is none yet; one that cannot be read is set aside, `at` that instant."""
        return await alerts.group(self._connection, self._database, key, at=at)

    async def group_to_speak(self, key: str, *, at: datetime) -> AlertGroup | None:
        """The group, held; None where somebody is speaking for it, or where it was set aside."""
        return await alerts.group_to_speak(self._connection, self._database, key, at=at)

    async def hear_group(self, group: AlertGroup) -> None:
        """Write what the group has heard; when it may speak stays."""
        await alerts.hear_group(self._connection, group)

    async def keep_group(
        self, group: AlertGroup, *, tell_at: datetime | None, lease_s: float | None = None
    ) -> None:
        """Write the group, and when what it has not told may be told."""
        await alerts.keep_group(self._connection, self._database, group, tell_at=tell_at, lease_s=lease_s)
