"""What statements run on, whichever database it is, and SQLite's way of it: on the spot. Knows no tables.

SQLite has no other side to wait for: a few rows from its cache, or into its log, take a tenth of the time that handing
them to another thread takes. Only a commit waits for the disk, and reads of many rows would hold everybody up.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

import sqlalchemy
from sqlalchemy import CursorResult, Executable

T = TypeVar("T")


class Urgency(StrEnum):
    """Whether a transaction waits in order, or goes before those that wait: taking work up, so that workers never idle."""

    IN_ORDER = "in order"
    AT_ONCE = "at once"


Result = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Connection(Protocol):
    """As much of SQLAlchemy's AsyncConnection as the store asks for."""

    async def execute(self, statement: Executable, parameters: Parameters | None = None, /) -> Result:
        """Run a statement, once for each set of parameters."""
        ...

    async def exec_driver_sql(self, statement: str, parameters: Any = None, /) -> Result:
        """Run a statement in the database's own words."""
        ...

    async def run_sync(self, work: Callable[..., T], /, *arguments: Any) -> T:
        """What `work` returns, called with a connection that blocks."""
        ...


class Doors(Protocol):
    """The ways into a database. Whatever its driver says comes out as SQLAlchemy's errors."""

    dialect: str

    def transaction(self, urgency: Urgency) -> AbstractAsyncContextManager[Connection]:
        """Committed when the block ends, undone when it raises."""
        ...

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """For one read of few rows."""
        ...

    def scan(self) -> AbstractAsyncContextManager[Connection]:
        """For one read of any length."""
        ...

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """A block in which no other process is that asks for this name."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


@dataclass(frozen=True, slots=True)
class OnTheSpot:
    """A connection that blocks, to be used where blocking is shorter than waiting."""

    blocking: sqlalchemy.Connection

    async def execute(self, statement: Executable, parameters: Parameters | None = None, /) -> Result:
        """Run a statement, once for each set of parameters."""
        return self.blocking.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str, parameters: Any = None, /) -> Result:
        """Run a statement in SQLite's own words."""
        return self.blocking.exec_driver_sql(statement, parameters)

    async def run_sync(self, work: Callable[..., T], /, *arguments: Any) -> T:
        """What `work` returns."""
        return work(self.blocking, *arguments)
