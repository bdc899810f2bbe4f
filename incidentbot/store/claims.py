"""Effects' rows as workers take them: claimed in one statement, put back, looked out for. Decides no retry.

Two clocks: `not_before` follows the house's, which the local workspace moves; leases follow the real one. A row is
the head of its lane while no earlier one of the same (incident, lane) is waiting or claimed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    Row,
    Select,
    Update,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from incidentbot.core.effects import RENDERED
from incidentbot.flows.ports import Claimed
from incidentbot.store import codec
from incidentbot.store.columns import UTC
from incidentbot.store.database import Database
from incidentbot.store.incidents import hold
from incidentbot.store.outbox import held
from incidentbot.store.tables import PENDING, EffectState, effects

PAGES_FIRST = case((effects.c.lane.startswith("pager:"), 0), else_=1)
"""No page waits behind twenty rooms."""

WAITING = effects.c.state == EffectState.WAITING.value
TAKEN = effects.c.state == EffectState.CLAIMED.value


async def claim(
    connection: AsyncConnection, database: Database, *, owner: str, now: datetime, limit: int, lease_s: float
) -> Sequence[Claimed]:
    """Take the heads of lanes that may be told now, pages first; `now` is the house's clock.

    A row whose worker let its lease end is taken over as unknown; one that was cancelled in that worker's hands is
    cancelled instead, and the next of its lane looked for.
    """
    statement = _take(database, owner=owner, now=now, limit=limit, lease_s=lease_s)
    while rows := (await connection.execute(statement)).all():
        taken = sorted((row for row in rows if row.state == EffectState.CLAIMED), key=_order)
        if taken:
            return [_claimed(row) for row in taken]
    return []


async def postpone(
    connection: AsyncConnection,
    database: Database,
    claimed: Claimed,
    *,
    until: datetime,
    reason: str,
    unknown: bool,
) -> bool:
    """Let it wait until then; drop it where it was cancelled meanwhile. False: the lease was lost.

    Of a rendered effect one may wait already, asked for later: that one goes, since this one knows of its tries.
    """
    await hold(connection, database, claimed.incident_id)
    query = select(effects.c.cancel_requested).where(*held(claimed)).with_for_update()
    cancelled: bool | None = (await connection.execute(query)).scalar_one_or_none()
    if cancelled is None:
        return False
    if not cancelled and isinstance(claimed.effect, RENDERED):
        await _drop_twin(connection, claimed)
    back = {
        "state": (EffectState.CANCELLED if cancelled else EffectState.WAITING).value,
        "not_before": until,
        "unknown": unknown,
        "owner": None,
        "lease_until": None,
        "reason": reason,
    }
    await connection.execute(update(effects).where(effects.c.id == claimed.id).values(**back))
    return True


async def _drop_twin(connection: AsyncConnection, claimed: Claimed) -> None:
    twin = (effects.c.incident_id == claimed.incident_id, effects.c.key == claimed.effect.key, WAITING)
    await connection.execute(update(effects).where(*twin).values(state=EffectState.CANCELLED.value))


async def next_at(connection: AsyncConnection, database: Database, now: datetime) -> datetime | None:
    """When the first head of a lane may be tried or its lease ends, by the house's clock that shows `now`."""
    waiting = func.min(case((WAITING, effects.c.not_before)), type_=UTC())
    lease = func.min(case((TAKEN, effects.c.lease_until)), type_=UTC())
    query = select(waiting.label("waiting"), lease.label("lease"), database.real_now().label("real"))
    row = (await connection.execute(query.where(effects.c.id.in_(_heads())))).one()
    leased: timedelta | None = row.lease - row.real if row.lease else None
    instants = [row.waiting, now + leased if leased is not None else None]
    return min((instant for instant in instants if instant is not None), default=None)


def _heads() -> Select[tuple[int]]:
    return select(func.min(effects.c.id)).where(text(PENDING)).group_by(effects.c.incident_id, effects.c.lane)


def _take(database: Database, *, owner: str, now: datetime, limit: int, lease_s: float) -> Update:
    lease_over = and_(TAKEN, effects.c.lease_until < database.real_now())
    ready = (
        select(effects.c.id)
        .where(effects.c.id.in_(_heads()), or_(and_(WAITING, effects.c.not_before <= now), lease_over))
        .order_by(PAGES_FIRST, effects.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("ready")
    )
    values = {
        "state": case(
            (effects.c.cancel_requested, EffectState.CANCELLED.value), else_=EffectState.CLAIMED.value
        ),
        "attempt": effects.c.attempt + 1,
        "token": effects.c.token + 1,
        "unknown": or_(effects.c.unknown, TAKEN),
        "first_tried_at": func.coalesce(effects.c.first_tried_at, literal(now, UTC())),
        "owner": owner,
        "lease_until": database.real_in(lease_s),
    }
    return update(effects).where(effects.c.id.in_(select(ready.c.id))).values(**values).returning(effects)


def _order(row: Row[tuple[object, ...]]) -> tuple[bool, int]:
    """As the claim looked for them; RETURNING keeps no order."""
    return not row.lane.startswith("pager:"), row.id


def _claimed(row: Row[tuple[object, ...]]) -> Claimed:
    effect = codec.effect_from_text(row.kind, row.body)
    return Claimed(row.id, row.incident_id, effect, row.token, row.attempt, row.unknown, row.first_tried_at)
