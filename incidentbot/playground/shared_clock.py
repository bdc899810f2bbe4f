"""The local workspace's clock: one small file that the workspace and the bot's own process both read."""

import mmap
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from incidentbot.clock import SystemClock

_LAYOUT = struct.Struct("<dd")  # seconds ahead of the machine: as wished for, as reached


class SharedClock:
    """Runs like the machine's clock, plus what was skipped. The workspace wishes; the bot passes the time.

    The bot goes through every instant that is due on the way, so that skipping an hour rings what an hour would have
    rung, in its order. While no bot runs, the workspace passes the time itself, and the bot wakes up late.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _LAYOUT.size)
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def fresh(cls, path: Path) -> Self:
        """A clock that has skipped nothing yet; the file is made anew, with its folder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_LAYOUT.pack(0.0, 0.0))
        return cls(path)

    def now(self) -> datetime:
        """The machine's instant plus what was passed so far, aware, in UTC."""
        return SystemClock().now() + timedelta(seconds=self._read()[1])

    def wish(self, by: timedelta) -> None:
        """Ask for time to pass."""
        wished, reached = self._read()
        self._write(wished + by.total_seconds(), reached)

    @property
    def behind(self) -> timedelta:
        """How much of the wished time has not been passed yet."""
        wished, reached = self._read()
        return timedelta(seconds=max(0.0, wished - reached))

    def skip(self, by: timedelta) -> None:
        """Pass this much now, and tell those who wait for instants."""
        wished, reached = self._read()
        reached += by.total_seconds()
        self._write(max(wished, reached), reached)
        for listener in self._listeners:
            listener()

    def on_skip(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each jump that this process makes."""
        self._listeners.append(listener)

    def _read(self) -> tuple[float, float]:
        wished, reached = _LAYOUT.unpack(self._memory[: _LAYOUT.size])
        return float(wished), float(reached)

    def _write(self, wished: float, reached: float) -> None:
        self._memory[: _LAYOUT.size] = _LAYOUT.pack(wished, reached)
