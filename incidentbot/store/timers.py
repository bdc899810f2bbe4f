"""Timers' rows: set, dropped, found due. A firing is only true while its row still stands."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, select

from incidentbot.flows.ports import DueTimer
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import POSTGRES, SQLITE
from incidentbot.store.engines.many import arrays, as_rows, execute_all, insert_all
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.tables import timers

MANY = as_rows(timers, ("incident_id", "name"))
OF_MANY = and_(timers.c.incident_id == MANY.c.incident_id, timers.c.name == MANY.c.name)
OF_ONE = and_(timers.c.incident_id == bindparam("incident_id"), timers.c.name == bindparam("name"))
DROP = {POSTGRES: delete(timers).where(OF_MANY), SQLITE: delete(timers).where(OF_ONE)}
STANDING = {
    POSTGRES: select(timers).where(OF_MANY),
    SQLITE: select(timers).where(
        timers.c.incident_id.in_(bindparam("ids", expanding=True)),
        timers.c.name.in_(bindparam("names", expanding=True)),
    ),
}
DUE = (
    select(timers)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.name)
    .limit(bindparam("most"))
)
NEXT = select(func.min(timers.c.due_at, type_=UTC()))


SET = insert_all(
    timers,
    ("incident_id", "name", "due_at"),
    lambda insert: insert.on_conflict_do_update(
        index_elements=["incident_id", "name"], set_={"due_at": insert.excluded.due_at}
    ),
)


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
    dropped = [{"incident_id": one, "name": name} for one, name, at in every if at is None]
    await execute_all(connection, database, SET, kept)
    await execute_all(connection, database, DROP, dropped)


async def standing(
    connection: Connection, database: Database, named: Sequence[DueTimer]
) -> Collection[DueTimer]:
    """Those of these whose row is still there with that very instant."""
    keys = [{"incident_id": timer.incident_id, "name": timer.name} for timer in named]
    asked = {"ids": [timer.incident_id for timer in named], "names": list({timer.name for timer in named})}
    sent = arrays(keys) if database.is_postgres else asked
    rows = await connection.execute(STANDING[database.dialect], sent)
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
