"""Matters' rows: what concerns the house itself and outlives a restart. Written where nobody was faster."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from incidentbot.flows.watchdog.house_ports import Matter
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import for_each
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.tables import matters

PATIENCE_S = 1.0
"""What tells of a database that is locked must not wait for it."""

ALL = select(matters).order_by(matters.c.name)
ADD = for_each(lambda insert: insert(matters).on_conflict_do_nothing(index_elements=["name"]))
CHANGE = update(matters).where(
    matters.c.name == bindparam("of_name"),
    matters.c.owner == bindparam("of_owner"),
    matters.c.seen_at == bindparam("was_seen_at", type_=UTC()),
)
DROP = delete(matters).where(matters.c.name == bindparam("of_name"))


async def read(connection: Connection) -> Sequence[Matter]:
    """All of them."""
    rows = await connection.execute(ALL)
    return [Matter(row.name, row.body, row.owner, row.seen_at) for row in rows]


async def keep(connection: Connection, database: Database, matter: Matter, was: Matter | None) -> bool:
    """Write it, where it is as it was. False: another process was faster."""
    row = {"body": dict(matter.body), "owner": matter.owner, "seen_at": matter.seen_at}
    if was is None:
        added = await connection.execute(ADD[database.dialect], {"name": matter.name, **row})
        return added.rowcount == 1
    of = {"of_name": was.name, "of_owner": was.owner, "was_seen_at": was.seen_at}
    return (await connection.execute(CHANGE.values(**row), of)).rowcount == 1


async def drop(connection: Connection, name: str) -> None:
    """Forget it."""
    await connection.execute(DROP, {"of_name": name})
