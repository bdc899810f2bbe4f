"""Incidents' rows: find, lock, write at the next version, list. Decides nothing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select

from incidentbot.core.incident import Incident, Status
from incidentbot.flows.ports import ListFilter, Ref, RefKind
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.many import with_names
from incidentbot.store.recent import RECENT
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

Locking = Mapping[str, Select[tuple[str, str, int]]]
MANY = with_names(
    lambda among: (
        select(incidents.c.id, incidents.c.body, incidents.c.facts)
        .where(among(incidents.c.id, "ids"))
        .order_by(incidents.c.id)
    )
)
LOCK_ALL: Locking = {dialect: query.with_for_update() for dialect, query in MANY.items()}
"""In the order of their ids, so that two who lock many never wait for each other."""

LOCK_FREE: Locking = {dialect: query.with_for_update(skip_locked=True) for dialect, query in MANY.items()}
"""Without those that somebody holds."""

NAMED = with_names(lambda among: BODIES.where(among(incidents.c.id, "ids")))

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


async def find(
    connection: Connection, ref: Ref, *, by: Mapping[RefKind, Select[tuple[int, str]]]
) -> Incident | None:
    """The incident; `by` FIND or LOCK. Raises codec.Unreadable for one that another version wrote."""
    parameters = _parameters(ref)
    row = (await connection.execute(by[ref.kind], parameters)).first() if parameters else None
    return RECENT.read(row.body) if row else None


async def lock_all(
    connection: Connection, database: Database, ids: Collection[str], how: Locking
) -> Sequence[tuple[Incident, int]]:
    """Those of these ids with how many facts each has, locked. Raises codec.Unreadable as `find` does."""
    rows = await connection.execute(how[database.dialect], {"ids": list(ids)})
    return [(RECENT.read(row.body), row.facts) for row in rows]


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


async def named(connection: Connection, database: Database, ids: Collection[str]) -> Sequence[Incident]:
    """Those of these ids, in no order, without those that cannot be read."""
    return list(readable(await connection.execute(NAMED[database.dialect], {"ids": list(ids)})))


async def rooms(connection: Connection, channels: Collection[str]) -> Collection[tuple[str, str | None]]:
    """The rooms among these channels."""
    rows = await connection.execute(ROOMS, {"channels": list(channels)})
    return {(row.channel, row.thread_ts) for row in rows}


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
            yield RECENT.read(row.body)
        except codec.Unreadable as error:
            report_bug("incidents", error, incident=row.number)
