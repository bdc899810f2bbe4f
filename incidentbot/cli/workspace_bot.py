"""The bot's process in the local workspace: the real bot, with the workspace's clock. `python -m ... CLOCK_FILE`."""

import asyncio
import sys
from pathlib import Path

from incidentbot.app import run
from incidentbot.cli.garbage import set_apart_what_stands
from incidentbot.cli.logs import configure_logs
from incidentbot.house import House
from incidentbot.playground.shared_clock import SharedClock
from incidentbot.settings import Settings

LOOK_EVERY_S = 0.05


async def follow(house: House, clock: SharedClock) -> None:
    """Pass the time that the workspace wishes for, for ever."""
    while True:
        if behind := clock.behind:
            await house.pass_time(clock, behind)
        await asyncio.sleep(LOOK_EVERY_S)


def main() -> None:
    """Serve until told to stop."""
    settings = Settings.from_environment()
    configure_logs(settings.log_level)
    clock = SharedClock(Path(sys.argv[1]))
    set_apart_what_stands()
    asyncio.run(run(settings, clock=clock, beside=lambda house: follow(house, clock)))


if __name__ == "__main__":
    main()
