"""Timers' rows: set, dropped, found due. A firing is only true while its row still stands."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, and_, bindparam, delete, func, select

from incidentbot.flows.ports import DueTimer
from incidentbot.store.columns import UTC
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import Insert, for_each
from incidentbot.store.tables import timers

OF_NAME = and_(timers.c.incident_id == bindparam("of_incident"), timers.c.name == bindparam("of_name"))
STANDS = select(timers.c.due_at).where(OF_NAME)
DROP = delete(timers).where(OF_NAME)
DUE = (
    select(timers)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.name)
    .limit(bindparam("most"))
)
NEXT = select(func.min(timers.c.due_at, type_=UTC()))


def _set(insert: Callable[[Table], Insert]) -> Insert:
    added = insert(timers)
    return added.on_conflict_do_update(
        index_elements=["incident_id", "name"], set_={"due_at": added.excluded.due_at}
    )


SET = for_each(_set)


async def change(
    connection: Connection, database: Database, incident_id: str, named: Mapping[str, datetime | None]
) -> None:
    """Set each name to its instant, replacing what it was; None drops it."""
    kept = [
        {"incident_id": incident_id, "name": name, "due_at": due_at}
        for name, due_at in named.items()
        if due_at is not None
    ]
    dropped = [
        {"of_incident": incident_id, "of_name": name} for name, due_at in named.items() if due_at is None
    ]
    if kept:
        await connection.execute(SET[database.dialect], kept)
    if dropped:
        await connection.execute(DROP, dropped)


async def stands(connection: Connection, timer: DueTimer) -> bool:
    """Whether the row is still there with that very instant."""
    found = await connection.execute(STANDS, {"of_incident": timer.incident_id, "of_name": timer.name})
    return found.scalar_one_or_none() == timer.due_at


async def due(connection: Connection, now: datetime, *, limit: int) -> Sequence[DueTimer]:
    """Those whose instant has come, oldest first."""
    rows = await connection.execute(DUE, {"now": now, "most": limit})
    return [DueTimer(row.incident_id, row.name, row.due_at) for row in rows]


async def next_at(connection: Connection) -> datetime | None:
    """The earliest instant of all."""
    found: datetime | None = (await connection.execute(NEXT)).scalar()
    return found
