"""Time and fresh ids enter the house here and nowhere else, so that a test or the local workspace can move them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import uuid4  # noqa: TID251 - the one place where ids are made


class Clock(Protocol):
    """The instant that due times, facts and message stamps follow. Leases and HTTP deadlines stay on real time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def on_skip(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after this clock has jumped; a clock that never jumps keeps no listener."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where the machine is asked

    def on_skip(self, listener: Callable[[], None]) -> None:
        """Never calls it: this clock does not jump on request."""


JUMP = timedelta(seconds=30)
"""A clock that is set by more than this has jumped; less is followed, as it is corrected all the time."""


def elapsed_s() -> float:
    """Seconds that really went by, those asleep included where the machine counts them (Linux)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SteadyClock:
    """The machine's clock, which goes on by elapsed time when that is set ahead or back by more than JUMP.

    Deadlines are instants: an hour ahead would fire all of that hour's escalations at once, an hour back would hold
    every one up. The new time is taken over by `follow`, when nothing depends on the old one.
    """

    def __init__(
        self, wall: Callable[[], datetime] | None = None, elapsed: Callable[[], float] = elapsed_s
    ) -> None:
        self._wall = wall or SystemClock().now
        self._elapsed = elapsed
        self.follow()

    def now(self) -> datetime:
        """The machine's instant, or after a jump the one that it would show without."""
        if abs(self.jumped()) <= JUMP:
            self.follow()
        return self._at + timedelta(seconds=self._elapsed() - self._since)

    def jumped(self) -> timedelta:
        """How far the machine's clock is ahead of elapsed time; negative where it is behind."""
        return self._wall() - self._at - timedelta(seconds=self._elapsed() - self._since)

    def follow(self) -> None:
        """Take the machine's time over."""
        self._at, self._since = self._wall(), self._elapsed()

    def on_skip(self, listener: Callable[[], None]) -> None:
        """Never calls it: this clock does not jump at all."""


class SkippingClock:
    """Runs like the machine's clock and can be skipped ahead: the local workspace's clock."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The machine's instant plus all that was skipped."""
        return SystemClock().now() + self._ahead

    def skip(self, by: timedelta) -> None:
        """Jump ahead and tell those who wait for instants."""
        self._ahead += by
        for listener in self._listeners:
            listener()

    def on_skip(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each jump."""
        self._listeners.append(listener)


class StillClock(SkippingClock):
    """Stands still until it is moved: the tests' clock."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._start = at

    def now(self) -> datetime:
        """The start plus all that was skipped."""
        return self._start + self._ahead


def new_id() -> str:
    """A random UUID as text. Made at the edge; the core is given ids."""
    return str(uuid4())
