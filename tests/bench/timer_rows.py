"""Rows for the timers' bench, written past the flows: copies of one incident, and the bare floor on the same database."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, delete, insert, select

from incidentbot.clock import new_id
from incidentbot.store.codec import incident_from_text, incident_to_text
from incidentbot.store.schema.tables import IncidentRow, TimerRow

INCIDENTS = 10_000
FAR = timedelta(days=30)
INCIDENT, TIMER = IncidentRow.__table__, TimerRow.__table__  # type: ignore[attr-defined] # SQLModel makes it

TABLE = "CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT)"
LINES = "CREATE TABLE bare_lines (id INTEGER, line INTEGER, body TEXT, PRIMARY KEY (id, line))"
WRITTEN = 6
"""Rows that a firing adds: what happened, the page and what is told beside it."""


def fill(
    address: str,
    like: str,
    due: int,
    *,
    rung: str,
    due_at: datetime,
    waiting: int,
    incidents: int = INCIDENTS,
    apart: timedelta = timedelta(0),
) -> Sequence[str]:
    """Copies of an incident; one timer of each of the first `due` is due at `due_at`, and so many wait far ahead.

    apart: how much later each is due than the one before.

    Returns the copies' ids.
    """
    engine = create_engine(_with_driver(address))
    with engine.begin() as connection:
        ids = _copies(connection, like, incidents)
        connection.execute(delete(TIMER))
        soon = [
            {"incident_id": one, "name": rung, "due_at": due_at + place * apart}
            for place, one in enumerate(ids[:due])
        ]
        connection.execute(insert(TIMER), soon)
        each = waiting // len(ids)
        far = [
            {"incident_id": one, "name": f"far-{number}", "due_at": due_at + FAR + timedelta(seconds=place)}
            for place, one in enumerate(ids)
            for number in range(each)
        ]
        if far:
            connection.execute(insert(TIMER), far)
    engine.dispose()
    return ids


def _copies(connection: Connection, like: str, many: int) -> Sequence[str]:
    row = dict(connection.execute(select(INCIDENT).where(INCIDENT.c.id == like)).one()._mapping)
    incident = incident_from_text(row["body"])
    copies = []
    for number in range(incident.number + 1, incident.number + 1 + many):
        one = replace(incident, id=new_id(), number=number)
        copies.append({**row, "id": one.id, "number": number, "body": incident_to_text(one)})
    connection.execute(insert(INCIDENT), copies)
    return [copy["id"] for copy in copies]


def _with_driver(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://")


def floor(address: str, times: int) -> Sequence[float]:
    """Milliseconds after which each of so many bare transactions was written, one after the other by the raw driver.

    Each reads a row of an incident's size, writes it back, and adds what a firing adds.
    """
    body = "x" * 4000
    with _raw(address) as (connection, mark):
        cursor = connection.cursor()
        for statement in (TABLE, LINES):
            cursor.execute(statement)
        cursor.executemany(f"INSERT INTO bare VALUES ({mark}, {mark})", [(one, body) for one in range(times)])  # noqa: S608
        connection.commit()
        began_s, done = time.perf_counter(), []
        for one in range(times):
            cursor.execute(f"SELECT body FROM bare WHERE id = {mark}", (one,))  # noqa: S608 - marks, no words
            cursor.execute(f"UPDATE bare SET body = {mark} WHERE id = {mark}", (body + "y", one))  # noqa: S608
            lines = [(one, line, body[:300]) for line in range(WRITTEN)]
            cursor.executemany(f"INSERT INTO bare_lines VALUES ({mark}, {mark}, {mark})", lines)  # noqa: S608
            connection.commit()
            done.append((time.perf_counter() - began_s) * 1000)
        for name in ("bare", "bare_lines"):
            cursor.execute(f"DROP TABLE {name}")
        connection.commit()
    return done


@contextmanager
def _raw(address: str) -> Iterator[tuple[Any, str]]:
    if address.startswith("sqlite"):
        connection: Any = sqlite3.connect(address.removeprefix("sqlite:///"))
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        mark = "?"
    else:
        import psycopg  # noqa: PLC0415 - an extra: who has no server needs no driver

        connection, mark = psycopg.connect(address), "%s"
    try:
        yield connection, mark
    finally:
        connection.close()
