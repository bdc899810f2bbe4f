"""Messages' rows: events folded into them in batches, each event once; read by room. Redacts nothing.

Through SQLAlchemy Core: the ORM is 23 times slower at batches of 500.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Executable, Row, Table, Text, and_, bindparam, cast, func, or_, select, tuple_, update

from incidentbot.core.messages import OWN, Message, Reaction
from incidentbot.flows.ports import Captured
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection, Result
from incidentbot.store.engines.dialects import Insert, for_each
from incidentbot.store.message_fold import Kept, fold
from incidentbot.store.schema.columns import readable
from incidentbot.store.schema.tables import counters, incidents, message_events, messages

BATCH = 500
"""Events in one set of statements: SQLite takes 32,766 values in one, a message has thirteen."""

Place = tuple[str, str]
"""Channel and ts."""

STATE = ("user", "text", "bot", "thread_ts", "subtype", "known", "edited", "deleted", "pinned", "reactions")
"""The columns that events change."""


SHOWN = (
    *(messages.c[name] for name in ("channel", "ts", "at", "user", "text", "bot", "thread_ts", "subtype")),
    *(messages.c[name] for name in ("edited", "deleted", "pinned")),
    cast(messages.c.reactions, Text),
)
"""What the timeline reads of a message, in the order of `Message`: reactions as they are written, mostly none."""

NO_REACTIONS = "{}"

ONCE = for_each(
    lambda insert: insert(message_events).on_conflict_do_nothing().returning(message_events.c.event)
)
ADD = for_each(
    lambda insert: insert(messages).on_conflict_do_nothing().returning(messages.c.channel, messages.c.ts)
)


TAKEN_IN = "message events"


def _count(insert: Callable[[Table], Insert]) -> Executable:
    first = insert(counters).values(name=TAKEN_IN, value=bindparam("more"))
    return first.on_conflict_do_update(
        index_elements=["name"], set_={"value": counters.c.value + first.excluded.value}
    )


COUNT = for_each(_count)
COUNTED = select(counters.c.value).where(counters.c.name == TAKEN_IN)

_IN_THREAD = or_(
    incidents.c.thread_ts.is_(None),
    messages.c.thread_ts == incidents.c.thread_ts,
    messages.c.ts == incidents.c.thread_ts,
)
_ROOMS = messages.join(incidents, and_(messages.c.channel == incidents.c.channel, _IN_THREAD))


async def take_in(
    connection: Connection, database: Database, events: Sequence[Captured], *, at: datetime
) -> int:
    """Fold the events into their messages; returns how many were new. at: now, by the house's clock."""
    batches = (events[start : start + BATCH] for start in range(0, len(events), BATCH))
    new = sum([await _take_batch(connection, database, batch, at) for batch in batches])
    if new:  # last of all: replicas hold each other up over this one row for as long as a commit takes
        await connection.execute(COUNT[database.dialect], {"more": new})
    return new


async def read(connection: Connection, incident_id: str) -> Sequence[Message]:
    """The messages of the incident's room by ts; of a room that is a thread, that thread's."""
    seen = or_(messages.c.known, messages.c.deleted)
    query = select(*SHOWN).select_from(_ROOMS).where(incidents.c.id == incident_id, seen)
    rows = await connection.execute(query.order_by(messages.c.ts))
    return await asyncio.to_thread(_all_shown, rows)


def _all_shown(rows: Result) -> Sequence[Message]:
    """As the timeline reads them. For a thread: while ten thousand are made, people press buttons."""
    return [
        Message(
            channel, ts, at, user, text, bot, thread, subtype, edited, deleted, pinned, _counted(reactions)
        )
        for channel, ts, at, user, text, bot, thread, subtype, edited, deleted, pinned, reactions in rows
    ]


def _counted(reactions: str) -> tuple[Reaction, ...]:
    if reactions == NO_REACTIONS:
        return ()
    return tuple(Reaction(name, len(people)) for name, people in json.loads(reactions).items())


async def mark(connection: Connection) -> str:
    """How many events were ever taken in: whatever changes a message is one."""
    return str((await connection.execute(COUNTED)).scalar_one_or_none() or 0)


async def last_heard(connection: Connection, ids: Sequence[str]) -> Mapping[str, datetime]:
    """When the newest message of each incident's room was written, the bot's own left out."""
    heard = and_(messages.c.known, or_(messages.c.subtype.is_(None), messages.c.subtype != OWN))
    query = select(incidents.c.id, func.max(messages.c.at).label("at")).select_from(_ROOMS)
    rows = await connection.execute(query.where(incidents.c.id.in_(ids), heard).group_by(incidents.c.id))
    return {row.id: row.at for row in rows}


async def _take_batch(
    connection: Connection, database: Database, batch: Sequence[Captured], at: datetime
) -> int:
    new = await _once(connection, database, batch, at)
    if not new:
        return 0
    fresh = _folded({}, new)
    added = await _add(connection, database, fresh.values())
    known = [place for place in fresh if place not in added]
    if known:
        stored = await _locked(connection, known)
        await _change(
            connection, _folded(stored, [event for event in new if _place(event.message) in stored])
        )
    return len(new)


async def _once(
    connection: Connection, database: Database, batch: Sequence[Captured], at: datetime
) -> list[Captured]:
    """The events that were never taken in, in their order. Sorted on the way, so that replicas do not deadlock."""
    named: dict[str, Captured] = {}
    for event in batch:
        named.setdefault(readable(event.event), event)
    rows = [{"event": name, "at": at} for name in sorted(named)]
    new = set((await connection.execute(ONCE[database.dialect], rows)).scalars())
    return [event for name, event in named.items() if name in new]


def _folded(before: dict[Place, Kept], events: Iterable[Captured]) -> dict[Place, Kept]:
    """The messages after the events."""
    after = dict(before)
    for event in events:
        place = _place(event.message)
        after[place] = fold(after.get(place), event)
    return after


async def _add(connection: Connection, database: Database, kept: Iterable[Kept]) -> set[Place]:
    """Insert those whose place is free; returns these places."""
    rows = sorted((_row(one) for one in kept), key=lambda row: (str(row["channel"]), str(row["ts"])))
    return {(row.channel, row.ts) for row in await connection.execute(ADD[database.dialect], rows)}


async def _locked(connection: Connection, places: Sequence[Place]) -> dict[Place, Kept]:
    """The stored messages at these places, held until the transaction ends."""
    at_places = tuple_(messages.c.channel, messages.c.ts).in_(places)
    query = select(messages).where(at_places).order_by(messages.c.channel, messages.c.ts).with_for_update()
    return {(row.channel, row.ts): _kept(row) for row in await connection.execute(query)}


async def _change(connection: Connection, kept: dict[Place, Kept]) -> None:
    at_place = and_(messages.c.channel == bindparam("at_channel"), messages.c.ts == bindparam("at_ts"))
    changed = update(messages).where(at_place).values({name: bindparam(f"new_{name}") for name in STATE})
    rows = []
    for (channel, ts), one in kept.items():
        row = _row(one)
        rows.append({"at_channel": channel, "at_ts": ts} | {f"new_{name}": row[name] for name in STATE})
    await connection.execute(changed, rows)


def _place(message: Message) -> Place:
    return message.channel, message.ts


def _row(kept: Kept) -> dict[str, object]:
    message = kept.message
    return {
        "channel": message.channel,
        "ts": message.ts,
        "at": message.at,
        "user": message.user,
        "text": message.text,
        "bot": message.bot,
        "thread_ts": message.thread_ts,
        "subtype": message.subtype,
        "known": kept.known,
        "edited": message.edited,
        "deleted": message.deleted,
        "pinned": message.pinned,
        "reactions": {name: list(people) for name, people in kept.reactions.items()},
    }


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    message = Message(
        channel=row.channel,
        ts=row.ts,
        at=row.at,
        user=row.user,
        text=row.text,
        bot=row.bot,
        thread_ts=row.thread_ts,
        subtype=row.subtype,
        edited=row.edited,
        deleted=row.deleted,
        pinned=row.pinned,
    )
    return Kept(message, row.known, {name: tuple(people) for name, people in row.reactions.items()})
