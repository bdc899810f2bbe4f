"""Timers' rows: set, dropped, found due. A firing is only true while its row still stands."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, and_, bindparam, delete, func, select

from incidentbot.flows.ports import DueTimer
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import Insert, for_each
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.tables import timers

OF_NAME = and_(timers.c.incident_id == bindparam("of_incident"), timers.c.name == bindparam("of_name"))
OF_INCIDENTS = select(timers).where(timers.c.incident_id.in_(bindparam("ids", expanding=True)))
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
    await change_all(connection, database, [(incident_id, named)])


async def change_all(
    connection: Connection, database: Database, changes: Sequence[tuple[str, Mapping[str, datetime | None]]]
) -> None:
    """The same for many incidents, each named once."""
    every = [(incident_id, name, at) for incident_id, named in changes for name, at in named.items()]
    kept = [{"incident_id": one, "name": name, "due_at": at} for one, name, at in every if at is not None]
    dropped = [{"of_incident": one, "of_name": name} for one, name, at in every if at is None]
    if kept:
        await connection.execute(SET[database.dialect], kept)
    if dropped:
        await connection.execute(DROP, dropped)


async def standing(connection: Connection, named: Sequence[DueTimer]) -> Collection[DueTimer]:
    """Those of these whose row is still there with that very instant."""
    rows = await connection.execute(OF_INCIDENTS, {"ids": [timer.incident_id for timer in named]})
    found = {DueTimer(row.incident_id, row.name, row.due_at) for row in rows}
    return found & set(named)


async def due(connection: Connection, now: datetime, *, limit: int) -> Sequence[DueTimer]:
    """Those whose instant has come, oldest first."""
    rows = await connection.execute(DUE, {"now": now, "most": limit})
    return [DueTimer(row.incident_id, row.name, row.due_at) for row in rows]


async def next_at(connection: Connection) -> datetime | None:
    """The earliest instant of all."""
    found: datetime | None = (await connection.execute(NEXT)).scalar()
    return found
