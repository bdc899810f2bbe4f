"""PostgreSQL behind its doors: a pool that writes, a pool that reads, a session for turns. Knows no tables."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sqlalchemy import URL, ExceptionContext, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from incidentbot.store.engines.connection import Connection, Urgency
from incidentbot.store.engines.dialects import POSTGRES
from incidentbot.store.engines.sole_turns import SoleTurns

CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 10_000,
    "prepare_threshold": 1,  # the statements are few, and never change
    "options": "-c timezone=UTC -c statement_timeout=10s -c idle_in_transaction_session_timeout=10s",
}
"""A network that swallows packets, and a replica that stopped in mid-transaction, are noticed within seconds."""

WRITERS, TAKERS, READERS = 10, 2, 5
"""Connections of one replica; PostgreSQL's default allows 100 for all."""

IN_THE_ORDER_OF_AN_INDEX = " -c enable_sort=off -c enable_seqscan=off -c enable_bitmapscan=off"
"""For taking work up: the planner's figures are minutes old, and take a queue that has just filled for an empty one.

It would look at all that waits to give out the first few: 200 ms a claim where 40,000 effects wait, in place of 2.
"""

TAKING: dict[str, Any] = CONNECT | {"options": f"{CONNECT['options']}{IN_THE_ORDER_OF_AN_INDEX}"}

LET_GO = frozenset({"25006", "25P03"})
"""A server that became a standby and takes no writes, a session it ended for idling: connect anew, perhaps elsewhere.
https://www.postgresql.org/docs/current/errcodes-appendix.html"""


class PostgresDoors:
    """The server at `address`. Makes no connection yet. Raises ValueError where its driver is not installed."""

    dialect = POSTGRES

    def __init__(self, address: URL) -> None:
        shared: dict[str, Any] = {
            "connect_args": CONNECT,
            "max_overflow": 0,
            "pool_pre_ping": True,
            "pool_use_lifo": True,  # one that has prepared its statements before one that has not
            "hide_parameters": True,  # titles and messages are no words for a log
        }
        try:
            self._writer = create_async_engine(address, pool_size=WRITERS, **shared)
            self._taker = create_async_engine(
                address, pool_size=TAKERS, **(shared | {"connect_args": TAKING})
            )
        except ModuleNotFoundError as missing:
            raise ValueError("PostgreSQL needs its driver: install incidentbot[postgres].") from missing
        self._reader = create_async_engine(address, pool_size=READERS, isolation_level="AUTOCOMMIT", **shared)
        self._turns = create_async_engine(address, pool_size=1, isolation_level="AUTOCOMMIT", **shared)
        self._sole = SoleTurns(self._turns)
        for engine in (self._writer, self._taker, self._reader, self._turns):
            event.listen(engine.sync_engine, "handle_error", _let_go)
            event.listen(engine.sync_engine, "connect", _send_arrays_as_they_are)

    @asynccontextmanager
    async def transaction(self, urgency: Urgency) -> AsyncIterator[Connection]:
        """Committed by itself: the server writes many at once."""
        engine = self._taker if urgency is Urgency.AT_ONCE else self._writer
        async with engine.connect() as connection:
            yield connection
            await connection.commit()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """For one read."""
        async with self._reader.connect() as connection:
            yield connection

    def scan(self) -> AbstractAsyncContextManager[Connection]:
        """For one read of any length: the server is waited for, nobody is held up."""
        return self.read()

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """A block in which no other replica is that asks for this name."""
        return self._sole.alone(name)

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        await self._taker.dispose()
        await self._reader.dispose()
        await self._turns.dispose()


def _send_arrays_as_they_are(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """As text, each quotation mark in a row's JSON would be found and escaped one by one."""
    from psycopg.types.array import ListBinaryDumper  # noqa: PLC0415 - an extra: who has no server needs no driver

    connection.driver_connection.adapters.register_dumper(list, ListBinaryDumper)


def _let_go(context: ExceptionContext) -> None:
    """Have SQLAlchemy take these errors for a lost connection: it drops all that stood before."""
    if getattr(context.original_exception, "sqlstate", None) in LET_GO:
        context.is_disconnect = True
