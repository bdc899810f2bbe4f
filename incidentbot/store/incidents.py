"""Incidents' rows: find, lock, write at the next version, list. Decides nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, Select, Table, bindparam, func, or_, select, update

from incidentbot.core.incident import Incident, Status
from incidentbot.core.visibility import insiders
from incidentbot.flows.ports import ListFilter, Ref, RefKind, VersionConflict, words_of
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import Insert, for_each
from incidentbot.store.schema.tables import counters, incidents
from incidentbot.telemetry import report_bug

NUMBERS = "incident"
"""The counter that incident numbers come from."""

NOBODY = "|-|"
"""No Slack user id, so it stands in no row's people."""

MAX_DIGITS = 9
"""Longer numbers are nobody's, and no database's integer."""

BODIES = select(incidents.c.number, incidents.c.body)
THREAD = func.coalesce(incidents.c.thread_ts, "")
FIND: Mapping[RefKind, Select[tuple[int, str]]] = {
    RefKind.ID: BODIES.where(incidents.c.id == bindparam("name")),
    RefKind.NUMBER: BODIES.where(incidents.c.number == bindparam("name")),
    RefKind.CHANNEL: BODIES.where(incidents.c.channel == bindparam("name"), bindparam("thread") == THREAD),
}
"""How each kind of name finds its row."""

LOCK = {kind: query.with_for_update() for kind, query in FIND.items()}
"""The same, holding the row until the transaction ends. SQLite passes over the words: its writer holds everything."""

Locking = Select[tuple[str, str, int]]
MANY = (
    select(incidents.c.id, incidents.c.body, incidents.c.facts)
    .where(incidents.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(incidents.c.id)
)
LOCK_ALL: Locking = MANY.with_for_update()
"""In the order of their ids, so that two who lock many never wait for each other."""

LOCK_FREE: Locking = MANY.with_for_update(skip_locked=True)
"""Without those that somebody holds."""

NAMED = BODIES.where(incidents.c.id.in_(bindparam("ids", expanding=True)))

ROOMS = select(incidents.c.channel, incidents.c.thread_ts).where(
    incidents.c.channel.in_(bindparam("channels", expanding=True))
)

HOLD = select(incidents.c.id).where(incidents.c.id == bindparam("name")).with_for_update()

NEWEST = BODIES.order_by(incidents.c.number.desc()).limit(bindparam("most"))
LISTS: Mapping[str, Select[tuple[int, str]]] = {
    "open": NEWEST.where(incidents.c.status == Status.OPEN.value),
    "resolved": NEWEST.where(incidents.c.status == Status.RESOLVED.value),
    "all": NEWEST,
    "mine": NEWEST.where(func.replace(incidents.c.people, bindparam("person"), "") != incidents.c.people),
}
"""What each word of a list shows."""

OPEN_TO_READER = or_(
    incidents.c.private.is_(False),
    func.replace(incidents.c.people, bindparam("reader"), "") != incidents.c.people,
)
"""As `core.visibility.may_see`: `people` holds exactly those who are in it."""

LISTS_OF_READER = {which: query.where(OPEN_TO_READER) for which, query in LISTS.items()}

HOLD_NUMBERS = select(counters.c.value).where(counters.c.name == NUMBERS).with_for_update()
TWINS = BODIES.where(
    incidents.c.words == bindparam("said"), incidents.c.declared_at >= bindparam("since")
).order_by(incidents.c.number)

ADD = for_each(lambda insert: insert(incidents).on_conflict_do_nothing().returning(incidents.c.facts))
CHANGE = (
    update(incidents)
    .where(incidents.c.id == bindparam("of_id"), incidents.c.version == bindparam("of_version"))
    .values(facts=incidents.c.facts + bindparam("more_facts"))
    .returning(incidents.c.facts)
)
CHANGE_ALL = update(incidents).where(
    incidents.c.id == bindparam("of_id"), incidents.c.version == bindparam("of_version")
)


def _raise_number(insert: Callable[[Table], Insert]) -> Executable:
    first = insert(counters).values(name=NUMBERS, value=1)
    more = first.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return more.returning(counters.c.value)


RAISE_NUMBER = for_each(_raise_number)


async def find(
    connection: Connection, ref: Ref, *, by: Mapping[RefKind, Select[tuple[int, str]]]
) -> Incident | None:
    """The incident; `by` FIND or LOCK. Raises codec.Unreadable for one that another version wrote."""
    parameters = _parameters(ref)
    row = (await connection.execute(by[ref.kind], parameters)).first() if parameters else None
    return codec.incident_from_text(row.body) if row else None


async def lock_all(
    connection: Connection, ids: Collection[str], how: Locking
) -> Sequence[tuple[Incident, int]]:
    """Those of these ids with how many facts each has, locked. Raises codec.Unreadable as `find` does."""
    rows = await connection.execute(how, {"ids": list(ids)})
    return [(codec.incident_from_text(row.body), row.facts) for row in rows]


async def hold(connection: Connection, database: Database, incident_id: str) -> None:
    """Make other transactions that write this incident wait until this one ends."""
    if database.is_postgres:
        await connection.execute(HOLD, {"name": incident_id})


async def listed(connection: Connection, only: ListFilter) -> Sequence[Incident]:
    """Newest first, without those that cannot be read. Raises KeyError for a word that names no list."""
    person = {"person": f"|{only.person or ''}|"} if only.which == "mine" else {}
    asked = {"most": only.limit, **person}
    if only.reader is None:
        return list(readable(await connection.execute(LISTS[only.which], asked)))
    asked["reader"] = f"|{only.reader}|" if only.reader else NOBODY
    return list(readable(await connection.execute(LISTS_OF_READER[only.which], asked)))


async def declared_since(connection: Connection, words: str, since: datetime) -> Sequence[Incident]:
    """Declared with these words at or after `since`, oldest first. Others who ask wait until this unit ends."""
    await connection.execute(HOLD_NUMBERS)
    return list(readable(await connection.execute(TWINS, {"said": words, "since": since})))


async def named(connection: Connection, ids: Collection[str]) -> Sequence[Incident]:
    """Those of these ids, in no order, without those that cannot be read."""
    return list(readable(await connection.execute(NAMED, {"ids": list(ids)})))


async def rooms(connection: Connection, channels: Collection[str]) -> Collection[tuple[str, str | None]]:
    """The rooms among these channels."""
    rows = await connection.execute(ROOMS, {"channels": list(channels)})
    return {(row.channel, row.thread_ts) for row in rows}


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


async def write_all(connection: Connection, changed: Sequence[tuple[Incident, int]]) -> None:
    """Store each at version + 1 with so many facts. They were locked in this transaction, so nobody was faster.

    Raises ValueError where one is named twice, or was written since.
    """
    rows = [
        {**_row(one), "of_id": one.id, "of_version": one.version, "facts": facts} for one, facts in changed
    ]
    if rows and (written := (await connection.execute(CHANGE_ALL, rows)).rowcount) != len(rows):
        raise ValueError(f"{len(rows)} decisions on incidents changed {written}: one was named twice.")


def _parameters(ref: Ref) -> Mapping[str, object] | None:
    """What the query is asked with; None for a name that nothing can have."""
    if ref.kind is RefKind.CHANNEL:
        channel, _, thread_ts = ref.value.partition("/")
        return {"name": channel, "thread": thread_ts}
    if ref.kind is RefKind.ID:
        return {"name": ref.value}
    readable = ref.value.isascii() and ref.value.isdigit() and len(ref.value) <= MAX_DIGITS
    return {"name": int(ref.value)} if readable else None


def readable(rows: Iterable[Row[Any]]) -> Iterator[Incident]:
    """One that cannot be read is reported, and does not keep people from the others."""
    for row in rows:
        try:
            yield codec.incident_from_text(row.body)
        except codec.Unreadable as error:
            report_bug("incidents", error, incident=row.number)


def _row(incident: Incident) -> dict[str, object]:
    """All columns that may change."""
    stored = replace(incident, version=incident.version + 1)
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
        "body": codec.incident_to_text(stored),
    }
