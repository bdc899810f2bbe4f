"""Effects' rows as units write them: added once, cancelled, tried again, settled. Sends nothing.

Whoever writes here holds the incident's row (PostgreSQL) or the whole file (SQLite), so no key is added twice.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidentbot.core.effects import RENDERED, Effect
from incidentbot.flows.ports import Claimed, Settlement
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.tables import PENDING, EffectState, effects

END = {Settlement.DONE: EffectState.DONE, Settlement.FAILED: EffectState.FAILED}


async def add(
    connection: AsyncConnection, database: Database, incident_id: str, new: Sequence[Effect], *, at: datetime
) -> None:
    """Let them wait, to be told from `at` on. One that is known by its key is passed over."""
    if new:
        rows = [_row(incident_id, effect, at) for effect in new]
        await connection.execute(database.insert(effects).on_conflict_do_nothing(), rows)


async def cancel(connection: AsyncConnection, incident_id: str, keys: Sequence[str]) -> None:
    """Those that wait are not told any more; those being told now are not told again."""
    if not keys:
        return
    waiting = effects.c.state == EffectState.WAITING.value
    state = case((waiting, EffectState.CANCELLED.value), else_=effects.c.state)
    of_keys = (effects.c.incident_id == incident_id, effects.c.key.in_(keys), text(PENDING))
    await connection.execute(update(effects).where(*of_keys).values(state=state, cancel_requested=true()))


async def again(connection: AsyncConnection, incident_id: str, keys: Sequence[str], *, at: datetime) -> None:
    """Let the last failed effect of each key wait anew, unless one of that key waits already.

    Its outcome counts as unknown: the last try may have been the one that timed out.
    """
    if not keys:
        return
    twin = effects.alias()
    waits = exists().where(
        twin.c.incident_id == incident_id,
        twin.c.key == effects.c.key,
        twin.c.state == EffectState.WAITING.value,
    )
    last = (
        select(func.max(effects.c.id))
        .where(effects.c.incident_id == incident_id, effects.c.key.in_(keys), text("state = 'failed'"))
        .group_by(effects.c.key)
    )
    anew = {
        "state": EffectState.WAITING.value,
        "not_before": at,
        "created_at": at,
        "first_tried_at": None,
        "unknown": True,
        "cancel_requested": False,
        "owner": None,
        "lease_until": None,
        "reason": "",
    }
    await connection.execute(update(effects).where(effects.c.id.in_(last), ~waits).values(**anew))


async def settle(connection: AsyncConnection, claimed: Claimed, how: Settlement, reason: str) -> bool:
    """Mark it, if the claim still holds."""
    ended = update(effects).where(*held(claimed)).values(state=END[how].value, reason=reason)
    return (await connection.execute(ended)).rowcount == 1


def held(claimed: Claimed) -> tuple[ColumnElement[bool], ...]:
    """The row, fenced: only while nobody took it over since this claim."""
    return (
        effects.c.id == claimed.id,
        effects.c.token == claimed.token,
        effects.c.state == EffectState.CLAIMED.value,
    )


def _row(incident_id: str, effect: Effect, at: datetime) -> dict[str, object]:
    kind, body = codec.effect_to_text(effect)
    return {
        "incident_id": incident_id,
        "lane": effect.lane,
        "key": effect.key,
        "once": None if isinstance(effect, RENDERED) else f"{incident_id}:{effect.key}",
        "kind": kind,
        "body": body,
        "state": EffectState.WAITING.value,
        "created_at": at,
        "not_before": at,
        "attempt": 0,
        "token": 0,
        "unknown": False,
        "cancel_requested": False,
        "reason": "",
    }
