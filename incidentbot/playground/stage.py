"""The local workspace with the bot's process in it: what the pages, the script and the crash tests act upon."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from incidentbot.playground.bot_process import BotProcess
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.shared_clock import SharedClock

LOOK_EVERY_S = 0.02
LONGEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Stand-ins, clock and bot. `folder` holds the bot's database and log."""

    workspace: LocalWorkspace
    clock: SharedClock
    bot: BotProcess
    folder: Path

    async def skip(self, by: timedelta) -> None:
        """Let time pass: the bot goes through every instant on the way; while it is down, time passes without it."""
        self.clock.wish(by)
        async with asyncio.timeout(LONGEST_S):
            while self.clock.behind > timedelta(0):
                if not self.bot.running:
                    self.clock.skip(self.clock.behind)
                    return
                await asyncio.sleep(LOOK_EVERY_S)
