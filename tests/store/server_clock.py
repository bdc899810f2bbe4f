"""PostgreSQL's own clock, as leases read it, moved by a test: nobody waits for a lease to end. The bot knows nothing of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

LAID_UPON = """
CREATE SCHEMA moved;
CREATE TABLE moved.ahead (by interval NOT NULL);
INSERT INTO moved.ahead VALUES ('0');
CREATE FUNCTION moved.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
  AS 'SELECT pg_catalog.statement_timestamp() + by FROM moved.ahead';
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path = public, moved, pg_catalog', current_database());
END $$;
"""
TAKEN_OFF = """
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I RESET search_path', current_database());
END $$;
DROP SCHEMA moved CASCADE;
"""
SKIP = "UPDATE moved.ahead SET by = by + %s"


@contextmanager
def a_movable_clock(address: str) -> Iterator[Callable[[timedelta], None]]:
    """Whoever connects from now on reads a clock that can be skipped ahead, which is what this gives."""
    import psycopg  # noqa: PLC0415 - an extra: who has no server needs no driver

    with psycopg.connect(address, autocommit=True) as server:
        server.execute(LAID_UPON)
        try:
            yield lambda by: server.execute(SKIP, (by,)) and None
        finally:
            server.execute(TAKEN_OFF)
