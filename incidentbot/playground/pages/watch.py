"""Notices what no one reports to the pages: the workspace's clock jumped, the bot's process came or went."""

import asyncio
import time
from collections.abc import Callable

from incidentbot.clock import Clock
from incidentbot.playground.pages.desk import BotControl
from incidentbot.playground.slack.delivering.errands import Errands

LOOK_S = 0.25
_JUMP_S = 1.0


class Watch:
    """Looks four times a second. A clock of another process tells nobody here when it is moved."""

    def __init__(
        self, clock: Clock, bot: BotControl | None, moved: Callable[[], None], changed: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._bot = bot
        self._moved = moved
        self._changed = changed
        self._errands = Errands()

    def start(self) -> None:
        """Begin to look."""
        self._errands.start(self._look())

    async def stop(self) -> None:
        """Look no more.

        Raises ExceptionGroup when looking had failed.
        """
        await self._errands.stop()

    def _ahead_s(self) -> float:
        return self._clock.now().timestamp() - time.monotonic()

    def _runs(self) -> bool:
        return self._bot is not None and self._bot.running

    async def _look(self) -> None:
        ahead_s, ran = self._ahead_s(), self._runs()
        while True:
            await asyncio.sleep(LOOK_S)
            if abs(self._ahead_s() - ahead_s) > _JUMP_S:
                ahead_s = self._ahead_s()
                self._moved()
            if self._runs() is not ran:
                ran = self._runs()
                self._changed()
