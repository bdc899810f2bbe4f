"""Who serves a database file: a lock that the kernel lets go of when its holder dies. Knows no rows."""

import fcntl
from pathlib import Path
from typing import IO


class Tenure:
    """Held by the one process that tells what a file's outbox holds, from `begin` to `end` or to its death.

    The lock is on a file of its own beside the database: SQLite's locks are lost whenever any part of a process
    closes the database (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-served")
        self._lock: IO[bytes] | None = None

    def begin(self) -> bool:
        """Whether nobody else serves the file: then it is ours until `end`. False, too, where nothing can be locked."""
        if self._lock is not None:
            return True
        lock = self._path.open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        return True

    def end(self) -> None:
        """Let others serve the file."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
