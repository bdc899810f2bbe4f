"""How long an effect that fails is kept at: the pauses, when people hear of it, and a database that is away."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import TypeVar

from incidentbot.core.effects import AckPage, ResolvePage, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import TryLater
from incidentbot.flows.ports import Claimed, StoreAway

TOLD_AFTER = timedelta(seconds=20)
"""An effect that keeps failing this long is told to the room while it is still tried."""

PAUSED_FOR = timedelta(minutes=2)
"""A vendor that asked for a pause is given more: a line about every one would be more of what there is too much of."""

KEPT_AT_FOR, FEWEST_TRIES = timedelta(hours=1), 125
"""What is no page is given up after so long; a Retry button stays. Not before so many tries, which take an hour at our
own pauses: a bot that was away that long has not tried, and a vendor's pauses may be a second each."""

INSIST_S = 20.0
"""How long a worker waits for a database that is away before it lets its lease run out."""

LONGEST_PAUSE_S = 30.0

LONGEST_PAGE_PAUSE_S = 20.0
"""A pager that is back is noticed within 30 s: this long a pause, and a call that hung when it came back."""

Result = TypeVar("Result")

_ours_until_s: ContextVar[float] = ContextVar("ours_until_s", default=math.inf)
"""Until when what is told in this task is surely ours."""


async def insist(work: Callable[[], Awaitable[Result]]) -> Result:
    """What `work` gives, asked again while the database is away, for most of a lease. Raises StoreAway after that."""
    until, wait_s = time.monotonic() + INSIST_S, 0.1
    while True:
        try:
            return await work()
        except StoreAway:
            if time.monotonic() + wait_s > until:
                raise
        await asyncio.sleep(wait_s)
        wait_s = min(2.0, wait_s * 2)


def is_hopeless(claimed: Claimed, tried_for: timedelta) -> bool:
    """Whether it is given up; a page and its answers never are."""
    if isinstance(claimed.effect, SendPage | AckPage | ResolvePage):
        return False
    return claimed.attempt >= FEWEST_TRIES and tried_for >= KEPT_AT_FOR


def told_after(claimed: Claimed, later: TryLater) -> timedelta:
    """How long people are not told that an effect is late; of a page at once, whatever it is that holds it up."""
    paused = later.after_s is not None and not isinstance(claimed.effect, SendPage | AckPage | ResolvePage)
    return PAUSED_FOR if paused else TOLD_AFTER


def was_told(incident: Incident, claimed: Claimed) -> bool:
    """Whether people were told that this effect is late or has failed: read from what is stored, as a restart does."""
    return claimed.effect.key in incident.failures


def pause_s(claimed: Claimed, later: TryLater) -> float:
    """Seconds until the next try: as long as the vendor asks, else 1, 2, 4 ... 30; 20 for a page."""
    if later.after_s is not None:
        return later.after_s
    longest = LONGEST_PAGE_PAUSE_S if isinstance(claimed.effect, SendPage) else LONGEST_PAUSE_S
    return float(min(longest, 2 ** min(claimed.attempt - 1, 6)))


def now_s() -> float:
    """Seconds of a clock that nobody sets, and that goes on while a process is stopped."""
    return time.monotonic()


def is_surely_ours() -> bool:
    """Whether the call that is being made here, if it is one under a lease, is still within it."""
    return now_s() < _ours_until_s.get()


async def within(held_s: float, telling: Awaitable[Result]) -> Result:
    """What the call gives, if it does while what it tells is surely ours. Raises TryLater, unknown, where it does not.

    A worker that was stopped in between and wakes after that is broken off before it calls anybody again.
    """
    ours = asyncio.timeout(held_s)
    before = _ours_until_s.set(now_s() + held_s)
    try:
        async with ours:
            return await telling
    except TimeoutError as late:
        if not ours.expired():
            raise
        raise TryLater("It took too long, and was broken off.", unknown=True) from late
    finally:
        _ours_until_s.reset(before)
