"""Many rows, or many names, in one statement whose words do not change with how many there are. Knows no tables.

Words that grow with the rows are compiled, split and planned anew each time: of a thousand firings on PostgreSQL that
took a third of the processor's time, and a row at a time is a message each. There a column comes as one array.
SQLite, which answers on the spot, takes a row after the other.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, Executable, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.selectable import TableValuedAlias

from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection, Result
from incidentbot.store.engines.dialects import POSTGRES, SQLITE, Insert

T = TypeVar("T")
Row = Mapping[str, object]
Among = Callable[[ColumnElement[str], str], ColumnElement[bool]]
"""A column and the name of a parameter: whether the column is one of what comes in it."""

PLACE = "place"


def as_rows(table: Table, names: Sequence[str], **like: str) -> TableValuedAlias:
    """On PostgreSQL: what `execute_all` sends of these columns, to be selected from; `place` counts the rows.

    like: further names, each of the kind of a column.
    """
    kinds = {name: name for name in names} | like
    sent = (bindparam(_array(name), type_=ARRAY(table.c[kind].type)) for name, kind in kinds.items())
    return func.unnest(*sent).table_valued(*kinds, with_ordinality=PLACE).render_derived()


def insert_all(table: Table, names: Sequence[str], end: Callable[[Insert], Insert]) -> Mapping[str, Insert]:
    """INSERT of many rows in their order, for each database; `end` says what becomes of a conflict."""
    rows = as_rows(table, names)
    selected = select(*(rows.c[name] for name in names)).order_by(rows.c[PLACE])
    return {
        POSTGRES: end(postgresql.insert(table).from_select(names, selected)),
        SQLITE: end(sqlite.insert(table)),
    }


async def execute_all(
    connection: Connection, database: Database, statement: Mapping[str, Executable], rows: Sequence[Row]
) -> Result | None:
    """Run it once for all of the rows, which have the same keys; None without any."""
    if not rows:
        return None
    if not database.is_postgres:
        return await connection.execute(statement[SQLITE], rows)
    return await connection.execute(statement[POSTGRES], arrays(rows))


def arrays(rows: Sequence[Row]) -> Mapping[str, Sequence[object]]:
    """What `as_rows` selects from."""
    return {_array(name): [row[name] for row in rows] for name in rows[0]}


def with_names(build: Callable[[Among], T]) -> Mapping[str, T]:
    """A statement about those that are named, for each database."""
    return {POSTGRES: build(_any), SQLITE: build(_in)}


def _any(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def _in(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))


def _array(name: str) -> str:
    return f"all_{name}"
