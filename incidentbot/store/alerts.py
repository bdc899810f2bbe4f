"""Alerts' rows: deliveries that wait, in the order of their groups, and groups with what they have not told yet.

`tell_at` follows the house's clock, which the local workspace moves; leases follow the real one.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, Table, bindparam, delete, false, func, insert, or_, select, true, update

from incidentbot.core.alerts.alert import AlertGroup, News
from incidentbot.flows.alerts.alert_ports import StoredNews
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.alone import alone_with
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import CLOCKS, Insert, LeaseClock, for_each
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.tables import alert_groups, alert_news
from incidentbot.telemetry import report_bug

WAITING = alert_news.c.failed == false()
HEADS = select(func.min(alert_news.c.id)).where(WAITING).group_by(alert_news.c.group_key)
NEXT = (
    select(alert_news)
    .where(alert_news.c.id.in_(HEADS))
    .order_by(alert_news.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
ANY = select(alert_news.c.id).where(WAITING).limit(1)
KEEP = insert(alert_news)
DROP = delete(alert_news).where(alert_news.c.id == bindparam("of_id"))
FAIL = update(alert_news).where(alert_news.c.id == bindparam("of_id")).values(failed=true())
FAILED = select(func.count()).select_from(alert_news).where(alert_news.c.failed == true())


def _unleased(clock: LeaseClock) -> Any:
    return or_(alert_groups.c.lease_until.is_(None), alert_groups.c.lease_until < clock.now)


OF_KEY = alert_groups.c.key == bindparam("of_key")
HEAR = update(alert_groups).where(OF_KEY)
FORGET = delete(alert_groups).where(OF_KEY)
GROUP = select(alert_groups.c.body).where(OF_KEY).with_for_update()
GROUP_TO_SPEAK = {
    dialect: select(alert_groups.c.body).where(OF_KEY, _unleased(clock)).with_for_update()
    for dialect, clock in CLOCKS.items()
}
DEFER = update(alert_groups).where(OF_KEY).values(tell_at=bindparam("until"), lease_until=None)
WAKE = (
    update(alert_groups)
    .where(alert_groups.c.tell_at > bindparam("now", type_=UTC()))
    .values(tell_at=bindparam("now", type_=UTC()))
)
END_LEASES = update(alert_groups).values(lease_until=None)


def _set(build: Callable[[Table], Insert], lease: Mapping[str, Any] | None = None) -> Insert:
    added = build(alert_groups)
    if lease is not None:
        added = added.values(**lease)
    anew = {name: added.excluded[name] for name in ("body", "tell_at", "over_at", *(lease or ()))}
    return added.on_conflict_do_update(index_elements=["key"], set_=anew)


SET = for_each(_set)
"""Leaves a lease as it is."""

FREE = for_each(partial(_set, lease={"lease_until": None}))
LEASE = {
    dialect: for_each(partial(_set, lease={"lease_until": clock.end}))[dialect]
    for dialect, clock in CLOCKS.items()
}


DUE = {
    dialect: select(alert_groups.c.key)
    .where(alert_groups.c.tell_at <= bindparam("now", type_=UTC()), _unleased(clock))
    .order_by(alert_groups.c.tell_at)
    .limit(bindparam("most"))
    for dialect, clock in CLOCKS.items()
}
NEXT_AT = {
    dialect: select(func.min(alert_groups.c.tell_at, type_=UTC())).where(_unleased(clock))
    for dialect, clock in CLOCKS.items()
}


async def keep_news(connection: Connection, news: News, at: datetime) -> None:
    """Store a delivery."""
    body = codec.news_to_text(news)
    await connection.execute(KEEP, {"group_key": news.key, "body": body, "failed": False, "at": at})


async def miss_news(connection: Connection, sender: str, at: datetime) -> None:
    """Write down that one was refused: nothing of it is kept, and nothing reads it."""
    await connection.execute(KEEP, {"group_key": f"refused:{sender}", "body": "", "failed": True, "at": at})


async def has_news(connection: Connection) -> bool:
    """Whether any waits: what a worker that polls asks first."""
    return (await connection.execute(ANY)).first() is not None


async def next_news(connection: Connection) -> StoredNews | None:
    """The oldest that is the first of its group and in nobody's hands; one that cannot be read is set aside."""
    while row := (await connection.execute(NEXT)).first():
        found = _read(row)
        if found is not None:
            return found
        await fail_news(connection, row.id)
    return None


async def drop_news(connection: Connection, news_id: int) -> None:
    """It has been taken in."""
    await connection.execute(DROP, {"of_id": news_id})


async def fail_news(connection: Connection, news_id: int) -> None:
    """Set it aside."""
    await connection.execute(FAIL, {"of_id": news_id})


async def failed_news(connection: Connection) -> int:
    """How many were set aside."""
    return int((await connection.execute(FAILED)).scalar_one())


async def group(connection: Connection, database: Database, key: str, *, at: datetime) -> AlertGroup | None:
    """The group, held until the transaction ends, also where there is none yet.

    One that cannot be read is set aside, and there is none any more: what comes of it is taken in as news.
    Deliveries get their numbers before they are committed: a replica may take the second of a new group while the first
    is still on its way, and another then the first. Both would find no group, and each open an incident.
    """
    await alone_with(connection, database, f"alerts:{key}")
    row = (await connection.execute(GROUP, {"of_key": key})).first()
    return await _known(connection, key, row.body, at) if row else None


async def group_to_speak(
    connection: Connection, database: Database, key: str, *, at: datetime
) -> AlertGroup | None:
    """The group, held; None where somebody is speaking for it meanwhile, or where it is set aside as `group` does."""
    asked = {"of_key": key, **CLOCKS[database.dialect].now_parameters()}
    row = (await connection.execute(GROUP_TO_SPEAK[database.dialect], asked)).first()
    return await _known(connection, key, row.body, at) if row else None


async def _known(connection: Connection, key: str, body: str, at: datetime) -> AlertGroup | None:
    try:
        return codec.group_from_text(body)
    except codec.Unreadable as error:
        report_bug("alerts", error, group=key)
    await connection.execute(KEEP, {"group_key": key, "body": body, "failed": True, "at": at})
    await connection.execute(FORGET, {"of_key": key})
    return None


async def hear_group(connection: Connection, group: AlertGroup) -> None:
    """Write what it has heard, and leave when it may speak as it is."""
    await connection.execute(HEAR, {"of_key": group.key, **_written(group)})


async def keep_group(
    connection: Connection,
    database: Database,
    group: AlertGroup,
    *,
    tell_at: datetime | None,
    lease_s: float | None,
) -> None:
    """Write it. A lease is taken with `lease_s`, and ends where no post is on its way any more."""
    dialect = database.dialect
    row: dict[str, object] = {"key": group.key, "tell_at": tell_at, **_written(group)}
    if lease_s is not None:
        await connection.execute(LEASE[dialect], row | dict(CLOCKS[dialect].end_parameters(lease_s)))
        return
    statements = FREE if group.posting_since is None else SET
    await connection.execute(statements[dialect], row)


async def defer_group(connection: Connection, key: str, until: datetime) -> None:
    """Look at it again then."""
    await connection.execute(DEFER, {"of_key": key, "until": until})


async def wake_groups(connection: Connection, now: datetime) -> None:
    """Have those that wait for an instant looked at now; who may not speak yet waits on."""
    await connection.execute(WAKE, {"now": now})


async def groups_to_tell(
    connection: Connection, database: Database, now: datetime, *, limit: int
) -> Sequence[str]:
    """Those that may speak at `now` by the house's clock, the longest waiting first."""
    asked = {"now": now, "most": limit, **CLOCKS[database.dialect].now_parameters()}
    return list((await connection.execute(DUE[database.dialect], asked)).scalars())


async def next_telling_at(connection: Connection, database: Database) -> datetime | None:
    """The earliest `tell_at` of a group that nobody is speaking for."""
    asked = CLOCKS[database.dialect].now_parameters()
    found: datetime | None = (await connection.execute(NEXT_AT[database.dialect], asked)).scalar()
    return found


async def end_leases(connection: Connection) -> None:
    """After a kill: nobody is speaking for any group."""
    await connection.execute(END_LEASES)


def _written(group: AlertGroup) -> dict[str, object]:
    return {"body": codec.group_to_text(group), "over_at": group.over_since}


def _read(row: Row[Any]) -> StoredNews | None:
    try:
        return StoredNews(row.id, row.group_key, row.at, codec.news_from_text(row.body))
    except codec.Unreadable as error:
        report_bug("alerts", error, news=row.id)
        return None
