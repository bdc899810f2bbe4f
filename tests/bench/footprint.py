"""What the bot's process costs while nothing happens: memory and processor time, read from /proc. Linux only."""

import asyncio
import ctypes
import gc
import time
from contextlib import suppress
from pathlib import Path

from tests.bench.stand import Stand

NANOSECONDS = 1e9


async def idle_cpu_percent(stand: Stand, seconds: float) -> float:
    """Of one core, over so many seconds in which nobody types."""
    began_s, spent_s = time.perf_counter(), on_cpu_s(stand)
    await asyncio.sleep(seconds)
    return (on_cpu_s(stand) - spent_s) / (time.perf_counter() - began_s) * 100


def rss_mib(stand: Stand) -> float:
    """Resident memory."""
    return _rss_mib(_process(stand))


def own_rss_mib() -> float:
    """Resident memory of this very process."""
    return _rss_mib(Path("/proc/self"))


def own_held_mib() -> float:
    """Resident memory of this very process without what its C library keeps free for later."""
    gc.collect()
    with suppress(AttributeError):  # another C library than GNU's has no such call
        ctypes.CDLL(None).malloc_trim(0)
    return own_rss_mib()


def _rss_mib(process: Path) -> float:
    for line in (process / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError("The process has no memory of its own.")


def on_cpu_s(stand: Stand) -> float:
    """What the bot has spent until now, of all threads, in the scheduler's own count: clock ticks are too coarse for a thousandth of a core."""
    threads = (_process(stand) / "task").iterdir()
    return sum(int((each / "schedstat").read_text().split()[0]) for each in threads) / NANOSECONDS


def _process(stand: Stand) -> Path:
    pid = stand.bot.pid
    if pid is None:
        raise ValueError("The bot does not run.")
    return Path("/proc") / str(pid)
