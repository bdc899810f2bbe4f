"""Tasks that nobody awaits are held here: none is lost to the garbage collector, none fails unheard."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from incidentbot.telemetry import report_bug

PAUSE_S = 1.0
"""Between the end of a kept task and its new beginning: short for people, long for a log."""


class Supervisor:
    """Holds background tasks until they end; a bug in one is logged once and does not touch the others."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, object], *, name: str) -> asyncio.Task[None]:
        """Run `work` beside everything else. Whoever wants to may wait for it."""
        task = asyncio.get_running_loop().create_task(_guarded(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def keep(self, work: Callable[[], Coroutine[Any, Any, object]], *, name: str) -> None:
        """Run `work()` for ever: whenever it ends, by a bug or of itself, it is begun anew after a pause."""
        self.start(_kept(work, name), name=name)

    @property
    def busy(self) -> int:
        """How many tasks run."""
        return len(self._tasks)

    async def join(self) -> None:
        """Wait until every task that runs now, and those they start, have ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self, *, grace_s: float = 0.0) -> None:
        """End every task; those that end by themselves within `grace_s` are left to it."""
        if self._tasks and grace_s:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _kept(work: Callable[[], Coroutine[Any, Any, object]], name: str) -> None:
    while True:
        await _guarded(work(), name)
        await asyncio.sleep(PAUSE_S)


async def _guarded(work: Coroutine[Any, Any, object], name: str) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - the boundary of background work: logged once, with a reference
        report_bug(name, error)
