"""Incidents' rows as units write them: numbered, stored at the next version, one or many. Decides nothing."""

from collections.abc import Callable, Sequence

from sqlalchemy import Executable, Table, bindparam, update

from incidentbot.core.anew import replace
from incidentbot.core.incident import Incident
from incidentbot.core.visibility import insiders
from incidentbot.flows.ports import VersionConflict, words_of
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import POSTGRES, SQLITE, Insert, for_each
from incidentbot.store.engines.many import as_rows, execute_all
from incidentbot.store.incidents import NUMBERS
from incidentbot.store.recent import RECENT
from incidentbot.store.schema.tables import counters, incidents

ADD = for_each(lambda insert: insert(incidents).on_conflict_do_nothing().returning(incidents.c.facts))
CHANGE = (
    update(incidents)
    .where(incidents.c.id == bindparam("of_id"), incidents.c.version == bindparam("of_version"))
    .values(facts=incidents.c.facts + bindparam("more_facts"))
    .returning(incidents.c.facts)
)
CHANGED = (
    "number",
    "version",
    "status",
    "severity",
    "channel",
    "thread_ts",
    "declared_at",
    "declared_by",
    "people",
    "private",
    "body",
    "facts",
)
NEW = as_rows(incidents, CHANGED, of_id="id", of_version="version")
CHANGE_ALL = {
    POSTGRES: update(incidents)
    .where(incidents.c.id == NEW.c.of_id, incidents.c.version == NEW.c.of_version)
    .values({name: NEW.c[name] for name in CHANGED}),
    SQLITE: update(incidents).where(
        incidents.c.id == bindparam("of_id"), incidents.c.version == bindparam("of_version")
    ),
}


def _raise_number(insert: Callable[[Table], Insert]) -> Executable:
    first = insert(counters).values(name=NUMBERS, value=1)
    more = first.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return more.returning(counters.c.value)


RAISE_NUMBER = for_each(_raise_number)


async def next_number(connection: Connection, database: Database) -> int:
    """One more than the last; a rollback gives it back."""
    return int((await connection.execute(RAISE_NUMBER[database.dialect])).scalar_one())


async def write(connection: Connection, database: Database, incident: Incident, *, facts: int) -> int:
    """Store at version + 1 and make room for so many facts; returns how many facts there were before.

    Raises VersionConflict unless the stored version is `incident.version` (0: not stored yet).
    """
    if incident.version == 0:
        words = words_of(incident.title, incident.severity)
        row = {**_row(incident), "id": incident.id, "words": words, "facts": facts}
        result = await connection.execute(ADD[database.dialect], row)
    else:
        row = {**_row(incident), "of_id": incident.id, "of_version": incident.version, "more_facts": facts}
        result = await connection.execute(CHANGE, row)
    count = result.scalar_one_or_none()
    if count is None:
        raise VersionConflict(f"{incident.name} is not at version {incident.version} any more.")
    return int(count) - facts


async def write_all(
    connection: Connection, database: Database, changed: Sequence[tuple[Incident, int]]
) -> None:
    """Store each at version + 1 with so many facts. They were locked in this transaction, so nobody was faster.

    Raises ValueError where one is named twice, or was written since.
    """
    rows = [
        {**_row(one), "of_id": one.id, "of_version": one.version, "facts": facts} for one, facts in changed
    ]
    written = await execute_all(connection, database, CHANGE_ALL, rows)
    if written is not None and written.rowcount != len(rows):
        raise ValueError(
            f"{len(rows)} decisions on incidents changed {written.rowcount}: one was named twice."
        )


def _row(incident: Incident) -> dict[str, object]:
    """All columns that may change."""
    stored = replace(incident, version=incident.version + 1)
    body = codec.incident_to_text(stored)
    RECENT.keep(body, stored)
    return {
        "number": stored.number,
        "version": stored.version,
        "status": stored.status.value,
        "severity": stored.severity.value,
        "channel": stored.room.channel,
        "thread_ts": stored.room.thread_ts,
        "declared_at": stored.declared_at,
        "declared_by": stored.declared_by,
        "people": f"|{'|'.join(sorted(insiders(stored)))}|",
        "private": stored.private,
        "body": body,
    }
