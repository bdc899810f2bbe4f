"""Who may climb a PagerDuty incident now: one page at a time, in this process and in all replicas. Rings nobody.

Each climb reads who has the incident and names everybody who is to have it: two at once take each other's people off.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from weakref import WeakValueDictionary

Alone = Callable[[str], AbstractAsyncContextManager[None]]
"""A block in which no other process is that asks for the same name. Where that cannot be had in time, the block runs."""


def only_process(_: str) -> AbstractAsyncContextManager[None]:
    """Where no other process climbs."""
    return nullcontext()


class Climbs:
    """alone: keeps other processes out."""

    def __init__(self, alone: Alone = only_process) -> None:
        self._alone = alone
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def one_at_a_time(self, key: str) -> AsyncIterator[None]:
        """Wait until nobody else climbs the incident of this key, and be the one who does."""
        here = self._here.setdefault(key, asyncio.Lock())
        async with here, self._alone(f"climb:{key}"):
            yield
