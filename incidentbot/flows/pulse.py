"""A pulse: when a worker last did its round, so that health can tell one that has stopped from one that is idle."""

import time

SILENT_AFTER_S = 30.0
"""Rounds come every second or every five; a worker that missed this many is not well."""


class Pulse:
    """Beats at each round. Durations are on the machine's monotonic clock."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._at = time.monotonic()

    def beat(self) -> None:
        """A round was done."""
        self._at = time.monotonic()

    async def problem(self) -> str:
        """An empty text while rounds are done, else a sentence."""
        silent_s = time.monotonic() - self._at
        return "" if silent_s < SILENT_AFTER_S else f"{self._worker} for {silent_s:.0f} s."
