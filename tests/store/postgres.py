"""A PostgreSQL of the tests' own: Debian's server under its own user, in a folder of its own, on a unix socket."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=100"
"""Reached by the socket only; power is not lost in these tests."""

DURABLE = "-c listen_addresses= -c max_connections=100"
"""What is committed is on the disk: for what is measured."""

KILL_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@contextmanager
def a_server(binaries: Path, *, settings: str = SETTINGS) -> Iterator[str]:
    """The address of the one database of a running server."""
    home = Path(tempfile.mkdtemp(prefix="incidentbot-pg-"))
    data = home / "data"
    _own(home)
    try:
        _run(
            home, binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"
        )
        _run(
            home,
            binaries / "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            home / "log",
            "-o",
            f"{settings} -k {home}",
            "start",
        )
        try:
            yield f"postgresql://postgres@/postgres?host={home}"
        finally:
            _run(home, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def empty(address: str) -> None:
    """Leave nothing in a database, and nobody connected to it: ten times as fast as making a new one."""
    import psycopg  # noqa: PLC0415 - an extra: who has no server needs no driver

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in (KILL_OTHERS, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            connection.execute(statement)


def _own(home: Path) -> None:
    """The server refuses to be root: give it the folder."""
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")


def _run(home: Path, *words: str | Path) -> None:
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*become, *map(str, words)], check=True, cwd=home, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
