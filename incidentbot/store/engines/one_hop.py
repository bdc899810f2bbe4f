"""SQLite's connection with one visit to its thread for each statement, where the driver alone makes four. Knows no tables.

aiosqlite runs everything in a thread of its own and hands cursor, rows and close over one by one; a room may hold ten
thousand messages.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

import aiosqlite


class OneHopConnection(aiosqlite.Connection):
    """A connection to the file at `path`. Its thread does not keep the process from ending."""

    def __init__(self, path: str) -> None:
        super().__init__(lambda: sqlite3.connect(path), iter_chunk_size=64)
        self._thread.daemon = True

    @classmethod
    async def opened(cls, path: str) -> Self:
        """A connection that stands. Where none can, its thread has ended before the error is raised."""
        connection = cls(path)
        try:
            await connection
        except BaseException:
            connection._thread.join()  # told to stop already; left running, it would answer to a loop that is gone
            raise
        return connection

    def cursor(self) -> "OneHopCursor":  # type: ignore[override] # SQLAlchemy enters it, which aiosqlite's result is for
        """A cursor that has not been to the thread yet."""
        return OneHopCursor(self)

    async def in_thread(self, work: Callable[[sqlite3.Connection], "Answer"]) -> "Answer":
        """What `work` returns, done in the connection's thread."""
        answer: Answer = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call] # aiosqlite's own way in
        return answer


class Answer:
    """What a statement said: all its rows, fetched."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self.rows: Sequence[Any] = cursor.fetchall() if cursor.description else ()
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class OneHopCursor:
    """As much of aiosqlite's cursor as SQLAlchemy asks for."""

    arraysize = 1
    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: OneHopConnection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run the statement and fetch all it returns."""
        return self._keep(await self._connection.in_thread(lambda raw: Answer(raw.execute(sql, parameters))))

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Run the statement for each set of parameters."""
        return self._keep(
            await self._connection.in_thread(lambda raw: Answer(raw.executemany(sql, parameters)))
        )

    async def fetchall(self) -> Sequence[Any]:
        """The rows."""
        return self._rows

    async def close(self) -> None:
        """Nothing is open: the thread closed it when it answered."""

    def _keep(self, answer: Answer) -> Self:
        self.description, self._rows = answer.description, answer.rows
        self.rowcount, self.lastrowid = answer.rowcount, answer.lastrowid
        return self
