"""Facts' rows: appended with the next places in their incident's timeline, read in order, never changed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.many import execute_all, insert_all
from incidentbot.store.schema.tables import facts

Row = Mapping[str, Any]

APPENDED = ("incident_id", "seq", "kind", "at", "by", "text", "data", "recorded_at")
APPEND = insert_all(facts, APPENDED, lambda insert: insert)
READ = select(facts).where(facts.c.incident_id == bindparam("of_incident")).order_by(facts.c.seq)


async def append(connection: Connection, database: Database, added: Sequence[Row]) -> None:
    """Append what `rows` made, of one incident or of many."""
    await execute_all(connection, database, APPEND, added)


def rows(incident_id: str, new: Sequence[Fact], *, after: int, recorded_at: datetime) -> Sequence[Row]:
    """The facts as rows, at the places `after` + 1, `after` + 2, ..."""
    return [
        {
            "incident_id": incident_id,
            "seq": seq,
            "kind": fact.kind.value,
            "at": fact.at,
            "by": fact.by,
            "text": fact.text,
            "data": json.dumps(dict(fact.data)),
            "recorded_at": recorded_at,
        }
        for seq, fact in enumerate(new, start=after + 1)
    ]


async def read(connection: Connection, incident_id: str) -> Sequence[Recorded]:
    """The timeline in its order."""
    found = await connection.execute(READ, {"of_incident": incident_id})
    return [
        Recorded(
            row.seq, row.recorded_at, Fact(FactKind(row.kind), row.at, row.text, row.by, json.loads(row.data))
        )
        for row in found
    ]
