"""Effects' rows as workers take them: claimed in one statement, put back, looked out for. Decides no retry.

Two clocks: `not_before` follows the house's, which the local workspace moves; leases follow the real one. A row is
the head of its lane while no earlier one of the same (incident, lane) is waiting or claimed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    true,
    update,
)

from incidentbot.core.effects import RENDERED, Effect
from incidentbot.flows.ports import Claimed, Postponed, Unread
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import CLOCKS, LeaseClock
from incidentbot.store.incidents import hold
from incidentbot.store.outbox import HELD, IS_PAGE, PAGES, held
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.tables import PENDING, EffectState, effects
from incidentbot.telemetry import report_bug

IS_OF_A_PAGE = effects.c.turn == PAGES

WAITING = effects.c.state == EffectState.WAITING.value
TAKEN = effects.c.state == EffectState.CLAIMED.value
HEADS = select(func.min(effects.c.id)).where(text(PENDING)).group_by(effects.c.incident_id, effects.c.lane)
EARLIER = effects.alias("earlier")
FIRST_OF_LANE = (
    select(func.min(EARLIER.c.id))
    .where(EARLIER.c.incident_id == effects.c.incident_id, EARLIER.c.lane == effects.c.lane, text(PENDING))
    .correlate(effects)
    .scalar_subquery()
)
"""Asked for each row until enough are found, in the order of their turn: ten thousand that wait cost a claim nothing."""


def _take(clock: LeaseClock, among: ColumnElement[bool]) -> Update:
    may_be_told = and_(WAITING, effects.c.not_before <= bindparam("now"))
    lease_over = and_(TAKEN, effects.c.lease_until < clock.now)
    ready = (
        select(effects.c.id)
        .where(text(f"effects.{PENDING}"), effects.c.id == FIRST_OF_LANE, among, or_(may_be_told, lease_over))
        .order_by(effects.c.turn, effects.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("ready")
    )
    taken = {
        "state": case(
            (and_(effects.c.cancel_requested, ~IS_PAGE), EffectState.CANCELLED.value),
            else_=EffectState.CLAIMED.value,
        ),
        "attempt": effects.c.attempt + 1,
        "token": effects.c.token + 1,
        "unknown": or_(effects.c.unknown, TAKEN),
        "first_tried_at": func.coalesce(effects.c.first_tried_at, bindparam("now", type_=UTC())),
        "owner": bindparam("worker"),
        "lease_until": clock.end,
    }
    return update(effects).where(effects.c.id.in_(select(ready.c.id))).values(taken).returning(effects)


def _next(clock: LeaseClock) -> Select[Any, Any, Any]:
    waiting = func.min(case((WAITING, effects.c.not_before)), type_=UTC())
    lease = func.min(case((TAKEN, effects.c.lease_until)), type_=UTC())
    query = select(waiting.label("waiting"), lease.label("lease"), clock.now.label("real"))
    return query.where(effects.c.id.in_(HEADS))


ANY_PENDING = select(effects.c.id).where(text(PENDING)).limit(1)
TAKE = {dialect: _take(clock, true()) for dialect, clock in CLOCKS.items()}
TAKE_PAGES = {dialect: _take(clock, IS_OF_A_PAGE) for dialect, clock in CLOCKS.items()}
NEXT = {dialect: _next(clock) for dialect, clock in CLOCKS.items()}
IS_CANCELLED = select(effects.c.cancel_requested).where(HELD).with_for_update()
DROP_TWIN = (
    update(effects)
    .where(effects.c.incident_id == bindparam("of_incident"), effects.c.key == bindparam("of_key"), WAITING)
    .values(state=EffectState.CANCELLED.value)
)
PUT_BACK = update(effects).where(HELD)
END_LEASES = {
    dialect: update(effects).where(TAKEN).values(lease_until=clock.end) for dialect, clock in CLOCKS.items()
}
LET_GO = {
    dialect: update(effects)
    .where(TAKEN, effects.c.owner == bindparam("of_owner"))
    .values(lease_until=clock.end)
    for dialect, clock in CLOCKS.items()
}
OVER_S = -1.0
"""The end of a lease that is over."""


async def is_idle(connection: Connection) -> bool:
    """Whether no effect waits or is being told: what a worker that polls finds nearly always, asked at a quarter of a claim."""
    return (await connection.execute(ANY_PENDING)).first() is None


async def claim(
    connection: Connection,
    database: Database,
    *,
    owner: str,
    now: datetime,
    limit: int,
    lease_s: float,
    pages_only: bool = False,
) -> Sequence[Claimed]:
    """Take the heads of lanes that may be told now, pages first; `now` is the house's clock.

    A row whose worker let its lease end is taken over as unknown; one that was cancelled in that worker's hands is
    cancelled instead, and the next of its lane looked for. Not so a page: a phone may be ringing, and whoever takes it
    over must learn whether one does. It is not wanted any more, and is rung by nobody.
    """
    clock = CLOCKS[database.dialect]
    asked = {
        "worker": owner,
        "now": now,
        "most": limit,
        **clock.now_parameters(),
        **clock.end_parameters(lease_s),
    }
    take = (TAKE_PAGES if pages_only else TAKE)[database.dialect]
    while rows := (await connection.execute(take, asked)).all():
        taken = sorted((row for row in rows if row.state == EffectState.CLAIMED), key=_order)
        if taken:
            return [_claimed(row) for row in taken]
    return []


async def end_leases(connection: Connection, database: Database) -> int:
    """Let whoever claims next take over all that is claimed now, as unknown; how many that are."""
    over = CLOCKS[database.dialect].end_parameters(OVER_S)
    return (await connection.execute(END_LEASES[database.dialect], over)).rowcount


async def let_go(connection: Connection, database: Database, owner: str, *, lease_s: float) -> int:
    """Have the leases of what `owner` still holds end in `lease_s`; how many effects that are."""
    asked = {"of_owner": owner, **CLOCKS[database.dialect].end_parameters(lease_s)}
    return (await connection.execute(LET_GO[database.dialect], asked)).rowcount


async def postpone(
    connection: Connection,
    database: Database,
    claimed: Claimed,
    *,
    until: datetime,
    reason: str,
    unknown: bool,
) -> Postponed:
    """Let it wait until then; drop it where it was cancelled meanwhile.

    Of a rendered effect one may wait already, asked for later: that one goes, since this one knows of its tries.
    """
    await hold(connection, database, claimed.incident_id)
    cancelled: bool | None = (await connection.execute(IS_CANCELLED, held(claimed))).scalar_one_or_none()
    if cancelled is None:
        return Postponed.LOST
    if not cancelled and isinstance(claimed.effect, RENDERED):
        twin = {"of_incident": claimed.incident_id, "of_key": claimed.effect.key}
        await connection.execute(DROP_TWIN, twin)
    back = {
        "state": (EffectState.CANCELLED if cancelled else EffectState.WAITING).value,
        "not_before": until,
        "unknown": unknown,
        "owner": None,
        "lease_until": None,
        "reason": reason,
    }
    await connection.execute(PUT_BACK, back | held(claimed))
    return Postponed.DROPPED if cancelled else Postponed.HELD


async def next_at(connection: Connection, database: Database, now: datetime) -> datetime | None:
    """When the first head of a lane may be tried or its lease ends, by the house's clock that shows `now`."""
    asked = CLOCKS[database.dialect].now_parameters()
    row = (await connection.execute(NEXT[database.dialect], asked)).one()
    leased: timedelta | None = row.lease - row.real if row.lease else None
    instants = [row.waiting, now + leased if leased is not None else None]
    return min((instant for instant in instants if instant is not None), default=None)


def _order(row: Row[Any]) -> tuple[int, int]:
    """As the claim looked for them; RETURNING keeps no order."""
    return row.turn, row.id


def _claimed(row: Row[Any]) -> Claimed:
    """With only its name where the effect cannot be read; that is reported, without its words."""
    effect: Effect | Unread
    try:
        effect = codec.effect_from_text(row.kind, row.body)
    except codec.Unreadable as error:
        report_bug("claim", error, incident=row.incident_id, effect=row.key)
        effect = Unread(row.lane, row.key)
    return Claimed(row.id, row.incident_id, effect, row.token, row.attempt, row.unknown, row.first_tried_at)
