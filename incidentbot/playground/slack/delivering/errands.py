"""Work that goes on beside an answer, each task held until it ends. Never loses an exception."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Errands:
    """Holds running tasks; what failed is raised when they are gathered in."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._failed: list[Exception] = []

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run, from the loop that is running now."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception):
            self._failed.append(error)

    async def stop(self) -> None:
        """Cancel what still runs and wait for it.

        Raises ExceptionGroup with everything that failed since the last stop.
        """
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        failed, self._failed = self._failed, []
        if failed:
            raise ExceptionGroup("errands of the Slack stand-in failed", failed)
