"""Time and fresh ids enter the house here and nowhere else, so that a test or the local workspace can move them."""

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
