"""How a stand-in is told to fail: planned faults, latency, and hooks around the moment a call takes effect."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Hook = Callable[[str, Mapping[str, Any]], Awaitable[None]]


class Failure(StrEnum):
    """What happens to the call."""

    STATUS = "status"  # answered with an HTTP status, nothing applied
    HANG = "hang"  # held for hang_s, then applied and answered
    CUT_BEFORE = "cut before"  # connection closed, nothing applied
    CUT_AFTER = "cut after"  # applied, then the connection is closed without an answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. `status` and `retry_after_s` are for STATUS, `hang_s` for HANG."""

    failure: Failure
    status: int = 503
    retry_after_s: int | None = None
    hang_s: float = 0.0


class Faults:
    """The plan of failures of one stand-in. Names are Slack methods or PagerDuty operations; `*` means any."""

    def __init__(self) -> None:
        self.latency_s = 0.0
        self.before_apply: list[Hook] = []
        self.after_apply: list[Hook] = []
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)

    def plan(self, name: str, fault: Fault, *, times: int = 1) -> None:
        """The next `times` calls of `name` fail so."""
        self._planned[name].extend([fault] * times)

    def take(self, name: str) -> Fault | None:
        """The fault that this call of `name` must suffer, used up by asking."""
        for key in (name, "*"):
            if self._planned[key]:
                return self._planned[key].popleft()
        return None

    def clear(self) -> None:
        """Forget every planned fault; latency and hooks stay."""
        self._planned.clear()

    async def wait(self) -> None:
        """The distance to the service."""
        if self.latency_s:
            await asyncio.sleep(self.latency_s)

    async def applying(self, name: str, body: Mapping[str, Any]) -> None:
        """Called just before a call takes effect."""
        for hook in self.before_apply:
            await hook(name, body)

    async def applied(self, name: str, body: Mapping[str, Any]) -> None:
        """Called when a call has taken effect and before it is answered."""
        for hook in self.after_apply:
            await hook(name, body)
