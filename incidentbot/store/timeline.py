"""Facts' rows: appended with the next places in their incident's timeline, read in order, never changed."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.store.engines.connection import Connection
from incidentbot.store.tables import facts

APPEND = insert(facts)
READ = select(facts).where(facts.c.incident_id == bindparam("of_incident")).order_by(facts.c.seq)


async def append(
    connection: Connection, incident_id: str, new: Sequence[Fact], *, after: int, recorded_at: datetime
) -> None:
    """Append at the places `after` + 1, `after` + 2, ..."""
    if not new:
        return
    rows = [
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
    await connection.execute(APPEND, rows)


async def read(connection: Connection, incident_id: str) -> Sequence[Recorded]:
    """The timeline in its order."""
    rows = await connection.execute(READ, {"of_incident": incident_id})
    return [
        Recorded(
            row.seq, row.recorded_at, Fact(FactKind(row.kind), row.at, row.text, row.by, json.loads(row.data))
        )
        for row in rows
    ]
