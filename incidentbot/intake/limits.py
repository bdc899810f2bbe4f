"""How much is taken: so many requests at once and so many a second. Counts in memory; waits for nobody."""

import math
import time
from collections.abc import Callable


class Flow:
    """A bucket of `burst` requests that fills by `per_s` a second. clock: seconds that only rise."""

    def __init__(self, *, burst: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_s = per_s
        self._clock = clock
        self._left = float(burst)
        self._at = clock()

    def take(self) -> int:
        """0 where one more is taken, else the whole seconds after which to ask again."""
        now = self._clock()
        self._left = min(float(self._burst), self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return max(1, math.ceil((1 - self._left) / self._per_s))
