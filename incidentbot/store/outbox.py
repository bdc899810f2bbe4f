"""Effects' rows as units write them: added once, cancelled, tried again, settled. Sends nothing.

Whoever writes here holds the incident's row (PostgreSQL) or the whole file (SQLite), so no key is added twice.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Update, and_, bindparam, case, exists, func, or_, select, text, true, tuple_, update

from incidentbot.core.effects import RENDERED, Effect, SendPage
from incidentbot.core.pager_effects import PAGER_LANE
from incidentbot.flows.ports import Claimed, Settled, Settlement
from incidentbot.store import codec
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import POSTGRES, SQLITE
from incidentbot.store.engines.many import arrays, as_rows, execute_all, insert_all
from incidentbot.store.schema.tables import PENDING, EffectState, effects

Row = Mapping[str, object]

PAGES, THE_REST = 0, 1
"""Whose turn it is: no page waits behind twenty rooms."""

END = {Settlement.DONE: EffectState.DONE, Settlement.FAILED: EffectState.FAILED}


ADDED = (
    "incident_id",
    "lane",
    "key",
    "once",
    "kind",
    "body",
    "state",
    "created_at",
    "not_before",
    "attempt",
    "token",
    "turn",
    "unknown",
    "cancel_requested",
    "reason",
)
ADD = insert_all(effects, ADDED, lambda insert: insert.on_conflict_do_nothing())

OF_KEYS = and_(
    effects.c.incident_id == bindparam("of_incident"),
    effects.c.key.in_(bindparam("of_keys", expanding=True)),
)
CANCEL = (
    update(effects)
    .where(OF_KEYS, text(PENDING))
    .values(
        state=case(
            (effects.c.state == EffectState.WAITING.value, EffectState.CANCELLED.value), else_=effects.c.state
        ),
        cancel_requested=true(),
    )
    .returning(effects.c.key, effects.c.state, effects.c.unknown)
)

IS_PAGE = effects.c.kind == codec.KIND_OF[SendPage]


def _again() -> Update:
    twin = effects.alias()
    waits = exists().where(
        twin.c.incident_id == effects.c.incident_id,
        twin.c.key == effects.c.key,
        twin.c.state == EffectState.WAITING.value,
    )
    called_off = and_(effects.c.state == EffectState.CANCELLED.value, IS_PAGE)
    ended = or_(effects.c.state == EffectState.FAILED.value, called_off)
    last = select(func.max(effects.c.id)).where(OF_KEYS, ended).group_by(effects.c.key)
    anew: dict[str, object] = {
        "state": EffectState.WAITING.value,
        "created_at": bindparam("now"),
        "not_before": bindparam("now"),
        "attempt": 0,
        "unknown": True,
        "cancel_requested": False,
        "owner": None,
        "lease_until": None,
        "reason": "",
    }
    return update(effects).where(effects.c.id.in_(last), ~waits).values(anew)


AGAIN = _again()

HELD = and_(
    effects.c.id == bindparam("of_id"),
    effects.c.token == bindparam("of_token"),
    effects.c.state == EffectState.CLAIMED.value,
)
"""A row, fenced: only while nobody took it over since the claim."""

SETTLE = update(effects).where(HELD)
IS_TOLD = update(effects).values(state=EffectState.DONE.value, reason="").returning(effects.c.id)
FENCED = as_rows(effects, ("id", "token"))
IS_CLAIMED = effects.c.state == EffectState.CLAIMED.value
TOLD = {
    POSTGRES: IS_TOLD.where(
        effects.c.id == FENCED.c.id,
        effects.c.token == FENCED.c.token,
        IS_CLAIMED,
    ),
    SQLITE: IS_TOLD.where(
        effects.c.id.in_(bindparam("ids", expanding=True)),
        tuple_(effects.c.id, effects.c.token).in_(bindparam("fenced", expanding=True)),
        IS_CLAIMED,
    ),
}
"""Many rows that were told, each fenced as by HELD."""


async def add(
    connection: Connection, database: Database, incident_id: str, new: Sequence[Effect], *, at: datetime
) -> None:
    """Let them wait, to be told from `at` on. One that is known by its key is passed over."""
    await add_rows(connection, database, rows(incident_id, new, at=at))


async def add_rows(connection: Connection, database: Database, added: Sequence[Row]) -> None:
    """Let what `rows` made wait, of one incident or of many."""
    await execute_all(connection, database, ADD, added)


def rows(incident_id: str, new: Sequence[Effect], *, at: datetime) -> Sequence[Row]:
    """The effects as rows."""
    return [_row(incident_id, effect, at) for effect in new]


async def cancel(connection: Connection, incident_id: str, keys: Sequence[str]) -> Mapping[str, bool]:
    """Those that wait are not told any more; those being told now are not told again.

    Returns the keys of those that waited -> whether a try of theirs may have taken effect.
    """
    if not keys:
        return {}
    found = await connection.execute(CANCEL, {"of_incident": incident_id, "of_keys": keys})
    return {row.key: bool(row.unknown) for row in found if row.state == EffectState.CANCELLED}


async def again(connection: Connection, incident_id: str, keys: Sequence[str], *, at: datetime) -> None:
    """Let the last failed effect of each key wait anew, unless one of that key waits already; a page that was called off, too.

    Its outcome counts as unknown: the last try may have been the one that timed out. Its tries are counted anew, and
    its first one stays on record: whoever looks for an earlier one looks back as far as that.
    """
    if keys:
        await connection.execute(AGAIN, {"of_incident": incident_id, "of_keys": keys, "now": at})


async def settle(connection: Connection, claimed: Claimed, how: Settlement, reason: str) -> bool:
    """Mark it, if the claim still holds."""
    ended = {"state": END[how].value, "reason": reason, **held(claimed)}
    return (await connection.execute(SETTLE, ended)).rowcount == 1


async def settle_all(
    connection: Connection, database: Database, settled: Sequence[Settled]
) -> Collection[int]:
    """Mark many; gives the ids of those whose claim still holds."""
    told = [(one.claimed.id, one.claimed.token) for one in settled if one.how is Settlement.DONE]
    marked: set[int] = set()
    if told:
        found = await connection.execute(TOLD[database.dialect], _fenced(database, told))
        marked |= {row.id for row in found}
    for one in settled:
        failed = one.how is not Settlement.DONE
        if failed and await settle(connection, one.claimed, one.how, one.reason):
            marked.add(one.claimed.id)
    return marked


def _fenced(database: Database, told: Sequence[tuple[int, int]]) -> Mapping[str, object]:
    if database.is_postgres:
        return arrays([{"id": named, "token": token} for named, token in told])
    return {"ids": [named for named, _ in told], "fenced": told}


def held(claimed: Claimed) -> dict[str, object]:
    """What HELD is asked with."""
    return {"of_id": claimed.id, "of_token": claimed.token}


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
        "turn": PAGES if effect.lane.startswith(PAGER_LANE) else THE_REST,
        "unknown": False,
        "cancel_requested": False,
        "reason": "",
    }
