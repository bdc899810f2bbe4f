"""What the two databases say differently: INSERT with a conflict, and the clock that leases follow.

Statements are built once, when their module is read: building one costs more than sending it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Interval, Table, bindparam, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from incidentbot.clock import SystemClock
from incidentbot.store.schema.columns import UTC

POSTGRES, SQLITE = "postgresql", "sqlite"

T = TypeVar("T")
Insert = postgresql.Insert | sqlite.Insert


def for_each(build: Callable[[Callable[[Table], Insert]], T]) -> Mapping[str, T]:
    """A statement that begins as an INSERT, by the name of the database it is for."""
    return {POSTGRES: build(postgresql.insert), SQLITE: build(sqlite.insert)}


class LeaseClock(Protocol):
    """The real clock, as words of a statement and the parameters that go with them."""

    now: ColumnElement[datetime]
    end: ColumnElement[Any]

    def now_parameters(self) -> Mapping[str, object]:
        """For a statement that says `now`."""
        ...

    def end_parameters(self, lease_s: float) -> Mapping[str, object]:
        """For a statement that says `end`: so many seconds from now, or ago where they are negative."""
        ...


class MachineClock:
    """SQLite: one machine, one clock."""

    now: ColumnElement[datetime] = bindparam("real_now", type_=UTC())
    end: ColumnElement[Any] = bindparam("lease_until", type_=UTC())

    def now_parameters(self) -> Mapping[str, object]:
        """The machine's instant."""
        return {"real_now": SystemClock().now()}

    def end_parameters(self, lease_s: float) -> Mapping[str, object]:
        """The machine's instant and the lease."""
        return {"lease_until": SystemClock().now() + timedelta(seconds=lease_s)}


class ServerClock:
    """PostgreSQL: its own clock, so that replicas agree."""

    now: ColumnElement[datetime] = func.statement_timestamp(type_=UTC())
    end: ColumnElement[Any] = now + bindparam("lease", type_=Interval())

    def now_parameters(self) -> Mapping[str, object]:
        """None: the server knows."""
        return {}

    def end_parameters(self, lease_s: float) -> Mapping[str, object]:
        """The lease."""
        return {"lease": timedelta(seconds=lease_s)}


CLOCKS: Mapping[str, LeaseClock] = {POSTGRES: ServerClock(), SQLITE: MachineClock()}
