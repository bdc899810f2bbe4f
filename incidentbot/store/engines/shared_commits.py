"""SQLite's one writer: transactions take turns, and those that queue meanwhile share one commit. Knows no tables.

A commit waits for the disk. Whoever wants to write while one is on its way queues; when the turn comes back a few run
one after another, each undone by itself if it raises, and are written by the next commit.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from incidentbot.store.engines.connection import OnTheSpot, Urgency
from incidentbot.store.engines.turns import BACK, FRONT, Turn, Turns

BUSY_S = 5.0
"""How long another process, such as a backup, may hold SQLite's lock before its file counts as away."""

ASK_AGAIN_S = 0.02

MOST_SHARING = 4
"""Transactions in one commit, about: of twenty declarations the first page leaves before the last is decided."""

PLACES = {Urgency.AT_ONCE: FRONT, Urgency.IN_ORDER: BACK}


@dataclass(slots=True)
class _Group:
    """Transactions that are committed together. `written` tells each of them how the commit went."""

    connection: Connection
    changes_before: int
    written: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    committer: asyncio.Task[None] | None = None

    def fail(self, error: BaseException) -> None:
        """Nothing of this group was written; whoever still waits hears why."""
        if not self.written.done():
            self.written.set_exception(error)
            self.written.exception()  # somebody who was cut off does not ask


class SharedCommits:
    """engine: of one connection, whose busy timeout is 0: waiting for other processes is done here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turns = Turns()
        self._group: _Group | None = None

    @asynccontextmanager
    async def transaction(self, urgency: Urgency) -> AsyncIterator[OnTheSpot]:
        """One transaction, undone when the block raises. Returns once it is on the disk; raises why it is not."""
        async with self._turns.hold(self._turns.ask(PLACES[urgency])):
            group = self._group or await self._opened()
            shared = group.committer is not None
            try:
                if shared:
                    group.connection.exec_driver_sql("SAVEPOINT part")
                yield OnTheSpot(group.connection)
                if shared:
                    group.connection.exec_driver_sql("RELEASE part")
            except BaseException as error:
                self._undo(group, error)
                raise
            if group.committer is None:
                turn = self._turns.ask(
                    MOST_SHARING - 1
                )  # behind the next few who wait now: they are in it, too
                group.committer = asyncio.get_running_loop().create_task(self._commit(group, turn))
        await _known(group.written)

    async def _opened(self) -> _Group:
        connection = self._engine.connect()
        try:
            await _begin(connection)
        except BaseException:
            connection.close()
            raise
        self._group = _Group(connection, _changes(connection))
        return self._group

    def _undo(self, group: _Group, error: BaseException) -> None:
        """Take back one part; where SQLite has taken back all, as on a full disk, the whole group has failed."""
        if group.committer is not None:
            try:
                group.connection.exec_driver_sql("ROLLBACK TO part")
                group.connection.exec_driver_sql("RELEASE part")
            except DBAPIError:
                group.fail(error)
            else:
                return
        self._group = None
        group.connection.close()

    async def _commit(self, group: _Group, turn: Turn) -> None:
        async with self._turns.hold(turn):
            if group.written.done():
                return
            self._group = None
            try:
                await _written(group)
            except BaseException as error:  # noqa: BLE001 - handed to everybody in the group
                group.fail(error)
            else:
                group.written.set_result(None)
            finally:
                group.connection.close()

    async def close(self) -> None:
        """Wait for the commit that is on its way."""
        async with self._turns.hold(self._turns.ask()):
            return


async def _written(group: _Group) -> None:
    """Commit in a thread, which waits for the disk; where no row was changed nothing is waited for."""
    if _changes(group.connection) == group.changes_before:
        group.connection.commit()
    else:
        await asyncio.to_thread(group.connection.commit)


def _changes(connection: Connection) -> int:
    """How many rows SQLite has changed on this connection since it was opened."""
    return int(connection.connection.driver_connection.total_changes)  # type: ignore[union-attr] # sqlite3's own


async def _begin(connection: Connection) -> None:
    """With the lock taken; while another process holds it, ask again rather than hold everybody up."""
    give_up_at = time.monotonic() + BUSY_S
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not _is_busy(error) or time.monotonic() > give_up_at:
                raise
        else:
            return
        await asyncio.sleep(ASK_AGAIN_S)


def _is_busy(error: DBAPIError) -> bool:
    return (
        isinstance(error.orig, sqlite3.OperationalError)
        and error.orig.sqlite_errorcode == sqlite3.SQLITE_BUSY
    )


async def _known(written: asyncio.Future[None]) -> None:
    """Wait for the commit, also when cut off: whoever goes on can look whether it was written."""
    try:
        await asyncio.shield(written)
    except asyncio.CancelledError:
        await asyncio.wait({written})
        raise
