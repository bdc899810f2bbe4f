"""Timers' rows: set, dropped, found due. A firing is only true while its row still stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidentbot.flows.ports import DueTimer
from incidentbot.store.columns import UTC
from incidentbot.store.database import Database
from incidentbot.store.tables import timers


async def change(
    connection: AsyncConnection, database: Database, incident_id: str, named: Mapping[str, datetime | None]
) -> None:
    """Set each name to its instant, replacing what it was; None drops it."""
    kept = [
        {"incident_id": incident_id, "name": name, "due_at": due_at}
        for name, due_at in named.items()
        if due_at is not None
    ]
    dropped = [name for name, due_at in named.items() if due_at is None]
    if kept:
        added = database.insert(timers)
        moved = added.on_conflict_do_update(
            index_elements=["incident_id", "name"], set_={"due_at": added.excluded.due_at}
        )
        await connection.execute(moved, kept)
    if dropped:
        gone = delete(timers).where(timers.c.incident_id == incident_id, timers.c.name.in_(dropped))
        await connection.execute(gone)


async def stands(connection: AsyncConnection, timer: DueTimer) -> bool:
    """Whether the row is still there with that very instant."""
    query = select(timers.c.due_at).where(
        timers.c.incident_id == timer.incident_id, timers.c.name == timer.name
    )
    return (await connection.execute(query)).scalar_one_or_none() == timer.due_at


async def due(connection: AsyncConnection, now: datetime, *, limit: int) -> Sequence[DueTimer]:
    """Those whose instant has come, oldest first."""
    query = select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at, timers.c.name).limit(limit)
    return [DueTimer(row.incident_id, row.name, row.due_at) for row in await connection.execute(query)]


async def next_at(connection: AsyncConnection) -> datetime | None:
    """The earliest instant of all."""
    found: datetime | None = (
        await connection.execute(select(func.min(timers.c.due_at, type_=UTC())))
    ).scalar()
    return found
