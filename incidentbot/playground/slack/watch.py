"""Waiting for the stand-in to reach a state, without looking at a watch. Changes nothing."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Watch:
    """Wakes those who wait whenever something has happened."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def happened(self) -> None:
        """Let everybody look again."""
        for event in self._waiting:
            event.set()

    async def until(self, reached: Callable[[], Found], timeout_s: float) -> Found:
        """What `reached` gives as soon as it gives something true.

        Raises TimeoutError after `timeout_s` real seconds.
        """
        again = asyncio.Event()
        self._waiting.add(again)
        try:
            async with asyncio.timeout(timeout_s):
                while not (found := reached()):
                    await again.wait()
                    again.clear()
        finally:
            self._waiting.discard(again)
        return found
