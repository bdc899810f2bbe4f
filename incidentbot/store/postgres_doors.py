"""PostgreSQL behind its doors: a pool that writes and a pool that reads. Knows no tables."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from incidentbot.store.connection import Connection, Urgency
from incidentbot.store.dialects import POSTGRES

CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 10_000,
    "options": "-c timezone=UTC -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s",
}
"""A network that swallows packets, and a replica that stopped in mid-transaction, are noticed within seconds."""

WRITERS, READERS = 10, 5
"""Connections of one replica; PostgreSQL's default allows 100 for all."""


class PostgresDoors:
    """The server at `address`. Makes no connection yet. Raises ValueError where its driver is not installed."""

    dialect = POSTGRES

    def __init__(self, address: URL) -> None:
        shared: dict[str, Any] = {"connect_args": CONNECT, "max_overflow": 0, "pool_pre_ping": True}
        try:
            self._writer = create_async_engine(address, pool_size=WRITERS, **shared)
        except ModuleNotFoundError as missing:
            raise ValueError("PostgreSQL needs its driver: install incidentbot[postgres].") from missing
        self._reader = create_async_engine(address, pool_size=READERS, isolation_level="AUTOCOMMIT", **shared)

    @asynccontextmanager
    async def transaction(self, urgency: Urgency) -> AsyncIterator[Connection]:  # noqa: ARG002 - nobody waits
        """Committed by itself: the server writes many at once."""
        async with self._writer.connect() as connection:
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

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        await self._reader.dispose()
