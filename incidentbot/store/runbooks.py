"""Runbooks' rows: files as they were when a run began, by the sha256 of their text."""

from sqlalchemy import select

from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import for_each
from incidentbot.store.schema.tables import runbooks

KEEP = for_each(lambda insert: insert(runbooks).on_conflict_do_nothing())


async def keep(connection: Connection, database: Database, runbook: Runbook) -> None:
    """Keep it; one that is kept already stays as it is."""
    body = codec.runbook_to_text(runbook)
    row = {"sha256": runbook.sha256, "title": runbook.title, "path": runbook.path, "body": body}
    await connection.execute(KEEP[database.dialect], row)


async def read(connection: Connection, sha256: str) -> Runbook | None:
    """A kept runbook."""
    body = (
        await connection.execute(select(runbooks.c.body).where(runbooks.c.sha256 == sha256))
    ).scalar_one_or_none()
    return codec.runbook_from_text(body) if body is not None else None
