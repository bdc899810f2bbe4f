"""What the door has refused lately, so that a sender who does not listen is no secret. Counts in memory; asks nobody."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from incidentbot.telemetry import logger

LATELY_S = 3600.0
MOST = 1000
"""Refusals that are remembered: whoever tries tokens fills no memory."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One that was refused, or read in part. at_s: by a clock that only rises."""

    at_s: float
    sender: str
    reason: str


class Refusals:
    """The refusals of the last hour. clock: seconds that only rise."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lately: deque[Refusal] = deque(maxlen=MOST)

    def add(self, sender: str, reason: str, *, status: int) -> None:
        """Remember and log one. The reason quotes nothing of what was sent."""
        self._lately.append(Refusal(self._clock(), sender, reason))
        log.warning("alerts_refused", sender=sender, status=status, reason=reason)

    async def notice(self) -> str:
        """A sentence for each sender with what it was told last, "" where none was refused in the last hour."""
        since_s = self._clock() - LATELY_S
        while self._lately and self._lately[0].at_s < since_s:
            self._lately.popleft()
        last = {one.sender: one.reason for one in self._lately}
        counts = {sender: sum(one.sender == sender for one in self._lately) for sender in last}
        return " ".join(
            f"Refused at {sender} in the last hour: {counts[sender]}, the last so: {reason}"
            for sender, reason in last.items()
        )
