"""Requests' rows: what was answered, so that a redelivery or a double click is answered the same."""

from datetime import datetime

from sqlalchemy import bindparam, select

from incidentbot.flows.ports import Receipt, VersionConflict
from incidentbot.store.database import Database
from incidentbot.store.engines.alone import alone_with
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import for_each
from incidentbot.store.schema.tables import requests

FIND = select(requests).where(requests.c.key == bindparam("key"))
KEEP = for_each(lambda insert: insert(requests).on_conflict_do_nothing().returning(requests.c.key))


async def answered(connection: Connection, database: Database, request: str) -> Receipt | None:
    """The receipt kept for this request, marked as repeated. The same request elsewhere waits until this unit ends.

    Else a second replica would decide it anew, and refuse what the first has just done.
    """
    await alone_with(connection, database, request)
    row = (await connection.execute(FIND, {"key": request})).first()
    return Receipt(row.incident_id, row.number, row.reply, row.channel, repeated=True) if row else None


async def keep(
    connection: Connection, database: Database, request: str, receipt: Receipt, at: datetime
) -> None:
    """Keep the receipt. Raises VersionConflict when another transaction answered the request meanwhile."""
    row = {
        "key": request,
        "incident_id": receipt.incident_id,
        "number": receipt.number,
        "reply": receipt.reply,
        "channel": receipt.channel,
        "at": at,
    }
    if (await connection.execute(KEEP[database.dialect], row)).first() is None:
        raise VersionConflict("This request was answered by another transaction.")
