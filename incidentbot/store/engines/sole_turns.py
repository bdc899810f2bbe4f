"""Turns that replicas take over work outside the database: PostgreSQL's advisory locks, held by one session. Writes nothing.

The session ends with its process, and PostgreSQL lets go of whatever it held: a killed replica keeps nobody waiting (docs/decisions/0025).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Select, String, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from incidentbot.telemetry import logger

WAITS_S = 6.0
"""As long as one call to a vendor may take. Whoever holds a turn for longer is stuck, and what waits may be a page."""

ASK_AGAIN_S = 0.05

NAMED = func.hashtextextended(bindparam("name", type_=String()), 0)
"""A name as PostgreSQL counts advisory locks: those of sessions and of transactions (`alone.py`) are the same ones."""

TAKE = select(func.pg_try_advisory_lock(NAMED))
LET_GO = select(func.pg_advisory_unlock(NAMED))

log = logger(__name__)


class SoleTurns:
    """engine: of one connection at most, so that whatever is taken is held by one session; each statement by itself."""

    def __init__(self, engine: AsyncEngine, *, waits_s: float = WAITS_S) -> None:
        self._engine = engine
        self._waits_s = waits_s

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """A block in which no other process is that asks for this name; within one, whoever asks sees to that.

        Where the turn does not come in time, or the database is away, the block runs all the same.
        """
        may_hold = True
        try:
            may_hold = await self._may_hold(name)
            yield
        finally:
            if may_hold:  # also where whoever asked is broken off, on the way in or out: the session lives on
                await asyncio.shield(self._let_go(name))

    async def _may_hold(self, name: str) -> bool:
        """Whether the turn was taken, or may have been: what is cut off in the middle may have come to pass."""
        try:
            async with asyncio.timeout(self._waits_s):
                while True:
                    if await self._ask(TAKE, name):
                        return True
                    await asyncio.sleep(ASK_AGAIN_S)
        except (TimeoutError, SQLAlchemyError) as error:
            log.warning("no_turn", name=name, reason=type(error).__name__)
            return isinstance(error, TimeoutError)

    async def _let_go(self, name: str) -> None:
        try:
            await self._ask(LET_GO, name)
        except SQLAlchemyError as error:  # the session is gone, and the turn with it
            log.warning("turn_was_lost", name=name, reason=type(error).__name__)

    async def _ask(self, statement: Select[tuple[bool]], name: str) -> bool:
        async with self._engine.connect() as connection:
            return bool((await connection.execute(statement, {"name": name})).scalar_one())
