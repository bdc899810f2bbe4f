"""Incidents' rows: find, lock, write at the next version, list. Decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, false, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidentbot.core.incident import Incident, Status
from incidentbot.flows.ports import ListFilter, Ref, RefKind, VersionConflict, words_of
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.tables import counters, incidents

NUMBERS = "incident"
"""The counter that incident numbers come from."""

MAX_DIGITS = 9
"""Longer numbers are nobody's, and no database's integer."""

Condition = ColumnElement[bool]


def _by_number(value: str) -> Condition:
    readable = value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS
    return incidents.c.number == int(value) if readable else false()


def _by_channel(value: str) -> Condition:
    channel, slash, thread_ts = value.partition("/")
    thread = incidents.c.thread_ts == thread_ts if slash else incidents.c.thread_ts.is_(None)
    return and_(incidents.c.channel == channel, thread)


BY: Mapping[RefKind, Callable[[str], Condition]] = {
    RefKind.ID: lambda value: incidents.c.id == value,
    RefKind.NUMBER: _by_number,
    RefKind.CHANNEL: _by_channel,
}
"""How each kind of name finds its row."""

WHICH: Mapping[str, Callable[[str], Condition]] = {
    "open": lambda _: incidents.c.status == Status.OPEN.value,
    "all": lambda _: true(),
    "mine": lambda person: incidents.c.people.contains(f"|{person}|", autoescape=True),
}
"""Which rows each word of a list names."""


async def find(connection: AsyncConnection, ref: Ref, *, lock: str = "") -> Incident | None:
    """The incident; `lock` "for update" holds its row until the transaction ends (SQLite holds all anyway)."""
    query = _bodies().where(BY[ref.kind](ref.value)).order_by(incidents.c.number.desc()).limit(1)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    return _incident(row) if row else None


async def hold(connection: AsyncConnection, database: Database, incident_id: str) -> None:
    """Make other transactions that write this incident wait until this one ends."""
    if database.is_postgres:
        await connection.execute(
            select(incidents.c.id).where(incidents.c.id == incident_id).with_for_update()
        )


async def listed(connection: AsyncConnection, only: ListFilter) -> Sequence[Incident]:
    """Newest first. Raises KeyError for a word that names no list."""
    query = _bodies().where(WHICH[only.which](only.person or ""))
    rows = await connection.execute(query.order_by(incidents.c.number.desc()).limit(only.limit))
    return [_incident(row) for row in rows]


async def declared_since(connection: AsyncConnection, words: str, since: datetime) -> Sequence[Incident]:
    """Declared with these words at or after `since`, oldest first. Others who ask wait until this unit ends."""
    await connection.execute(select(counters.c.value).where(counters.c.name == NUMBERS).with_for_update())
    query = _bodies().where(incidents.c.words == words, incidents.c.declared_at >= since)
    return [_incident(row) for row in await connection.execute(query.order_by(incidents.c.number))]


async def next_number(connection: AsyncConnection, database: Database) -> int:
    """One more than the last; a rollback gives it back."""
    first = database.insert(counters).values(name=NUMBERS, value=1)
    rise = first.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return int((await connection.execute(rise.returning(counters.c.value))).scalar_one())


async def write(connection: AsyncConnection, database: Database, incident: Incident, *, facts: int) -> int:
    """Store at version + 1 and make room for so many facts; returns how many facts there were before.

    Raises VersionConflict unless the stored version is `incident.version` (0: not stored yet).
    """
    row = _row(incident)
    if incident.version == 0:
        words = words_of(incident.title, incident.severity)
        added = database.insert(incidents).values(**row, id=incident.id, words=words, facts=facts)
        result = await connection.execute(added.on_conflict_do_nothing().returning(incidents.c.facts))
    else:
        same = and_(incidents.c.id == incident.id, incidents.c.version == incident.version)
        changed = update(incidents).where(same).values(**row, facts=incidents.c.facts + facts)
        result = await connection.execute(changed.returning(incidents.c.facts))
    count = result.scalar_one_or_none()
    if count is None:
        raise VersionConflict(f"{incident.name} is not at version {incident.version} any more.")
    return int(count) - facts


def _bodies() -> Select[tuple[str]]:
    return select(incidents.c.body)


def _incident(row: Row[tuple[str]]) -> Incident:
    return codec.incident_from_text(row.body)


def _row(incident: Incident) -> dict[str, object]:
    """All columns that may change."""
    stored = replace(incident, version=incident.version + 1)
    people = sorted({incident.declared_by, *incident.joined, *incident.roles.values()})
    return {
        "number": stored.number,
        "version": stored.version,
        "status": stored.status.value,
        "severity": stored.severity.value,
        "channel": stored.room.channel,
        "thread_ts": stored.room.thread_ts,
        "declared_at": stored.declared_at,
        "declared_by": stored.declared_by,
        "people": f"|{'|'.join(people)}|",
        "body": codec.incident_to_text(stored),
    }
