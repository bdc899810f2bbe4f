"""A PostgreSQL of the tests' own: Debian's server under its own user, in a folder of its own, on a unix socket."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SETTINGS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=300"
"""Reached by the socket only; power is not lost in these tests."""

DURABLE = "-c listen_addresses= -c max_connections=100"
"""What is committed is on the disk: for what is measured."""

KILL_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that can be taken away and brought back."""

    binaries: Path
    home: Path
    settings: str

    @property
    def address(self) -> str:
        """The address of its one database."""
        return f"postgresql://postgres@/postgres?host={self.home}"

    def make(self) -> None:
        """Its files."""
        how = ("-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        _run(self.home, self.binaries / "initdb", "-D", self.home / "data", *how)

    def start(self) -> None:
        """Returns once it answers."""
        self._control("-l", self.home / "log", "-o", f"{self.settings} -k {self.home}", "start")

    def stop(self) -> None:
        """At once: every connection is cut, and what was not committed is gone."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str | Path) -> None:
        _run(self.home, self.binaries / "pg_ctl", "-D", self.home / "data", "-w", *words)


@contextmanager
def a_server(binaries: Path, *, settings: str = SETTINGS) -> Iterator[Server]:
    """A running server."""
    home = Path(tempfile.mkdtemp(prefix="incidentbot-pg-"))
    server = Server(binaries, home, settings)
    _own(home)
    try:
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def empty(address: str) -> None:
    """Leave nothing in a database, and nobody connected to it: ten times as fast as making a new one."""
    import psycopg  # noqa: PLC0415 - an extra: who has no server needs no driver

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in (KILL_OTHERS, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            connection.execute(statement)


def another(address: str, name: str) -> str:
    """The address of one more database of the same server, empty."""
    import psycopg  # noqa: PLC0415 - an extra: who has no server needs no driver
    from psycopg.sql import SQL, Identifier  # noqa: PLC0415 - see above

    with psycopg.connect(address, autocommit=True) as server:
        for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {}"):
            server.execute(SQL(statement).format(Identifier(name)))
    return address.replace("/postgres?", f"/{name}?")


def _own(home: Path) -> None:
    """The server refuses to be root: give it the folder."""
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")


def _run(home: Path, *words: str | Path) -> None:
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*become, *map(str, words)], check=True, cwd=home, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
