"""When a call may go out: pauses that Slack asked for are kept, and after the first one its rates beforehand. Calls nothing.

Rates: https://docs.slack.dev/apis/web-api/rate-limits and each method's page, August 2026. Slack tolerates bursts and
does not say how large they may be, so they are tried until it asks for a pause.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from incidentbot.clock import SystemClock
from incidentbot.core.refusals import TryLater
from incidentbot.slack.web_api.scopes import Method

NEVER = datetime.min.replace(tzinfo=UTC)

CAREFUL_FOR_S = 3600.0
"""How long rates are kept beforehand after Slack last asked for a pause."""

MOST_KEPT = 1024
"""Channels and methods of which calls are remembered; those that were silent longest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `within_s` seconds, on the machine's monotonic clock."""

    calls: int
    within_s: float


_TIER_2, _TIER_3, _TIER_4 = Rate(20, 60), Rate(50, 60), Rate(100, 60)

IN_A_CHANNEL = Rate(5, 5.5)
"""Posts: one a second in each channel, in short bursts. The half second is for calls that travel at unequal speed."""

RATES: Mapping[Method, Rate] = {
    Method.POST: IN_A_CHANNEL,
    **dict.fromkeys((Method.CHANNEL_CREATE, Method.CHANNEL_LIST, Method.CHANNEL_TOPIC, Method.PIN), _TIER_2),
    Method.GROUP_MEMBERS: _TIER_2,
    **dict.fromkeys(
        (
            Method.CHANNEL_JOIN,
            Method.CHANNEL_INVITE,
            Method.DIRECT_OPEN,
            Method.HISTORY,
            Method.REPLIES,
            Method.UPDATE,
            Method.USER_BY_EMAIL,
            Method.SOCKET_OPEN,
        ),
        _TIER_3,
    ),
    **dict.fromkeys((Method.USER, Method.VIEW_OPEN, Method.HOME_PUBLISH, Method.API_TEST), _TIER_4),
    **dict.fromkeys((Method.FILE_RESERVE, Method.FILE_SHARE), _TIER_4),
    Method.AUTH_TEST: _TIER_4,
}
"""What Slack promises to take of each method."""

Counted = tuple[Method, str]


class Pace:
    """Counts each method, and posts for each channel, as Slack does. Turns are given in the order they were asked for."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = SystemClock().now
        self._pauses: dict[Counted, datetime] = {}
        self._turns: dict[Counted, deque[float]] = {}
        self._careful_until_s: dict[Method, float] = {}

    async def turn(self, method: Method, channel: str, *, patience_s: float) -> float:
        """Wait until the call may go out; returns its turn, for `asked`.

        Raises TryLater while Slack's pause lasts, and where the turn is further away than `patience_s`.
        """
        counted = _counted(method, channel)
        self._stop_in_a_pause(counted)
        now_s = time.monotonic()
        at_s = self._next(counted, now_s)
        if at_s - now_s > patience_s:
            raise TryLater("Slack takes only so many requests; this one is queued.", after_s=at_s - now_s)
        turns = self._turns_of(counted)
        turns.append(at_s)
        if at_s > now_s:
            try:
                await asyncio.sleep(at_s - now_s)
                self._stop_in_a_pause(counted)
            except BaseException:
                turns.remove(at_s)
                raise
        return at_s

    def asked(self, method: Method, channel: str, pause_s: float, turn_s: float) -> None:
        """Slack did not take the call of this turn, and asked for a pause."""
        counted = _counted(method, channel)
        until = self.now() + timedelta(seconds=pause_s)
        self._pauses[counted] = max(until, self._pauses.get(counted, NEVER))
        self._careful_until_s[method] = time.monotonic() + CAREFUL_FOR_S
        turns = self._turns_of(counted)
        if turn_s in turns:
            turns.remove(turn_s)

    def _stop_in_a_pause(self, counted: Counted) -> None:
        left_s = (self._pauses.get(counted, NEVER) - self.now()).total_seconds()
        if left_s > 0:
            raise TryLater("Slack asks for a pause: too many requests.", after_s=left_s)

    def _next(self, counted: Counted, now_s: float) -> float:
        """The instant of the next free turn: now, while Slack has not asked to be careful with this method."""
        rate, turns = RATES[counted[0]], self._turns_of(counted)
        if self._careful_until_s.get(counted[0], now_s) <= now_s or len(turns) < rate.calls:
            return now_s
        return max(now_s, turns[-rate.calls] + rate.within_s)

    def _turns_of(self, counted: Counted) -> deque[float]:
        """The last turns, oldest first, those that lie ahead included."""
        turns = self._turns.pop(counted, None) or deque(maxlen=MOST_TURNS)
        self._turns[counted] = turns  # the newest last
        if len(self._turns) > MOST_KEPT:
            del self._turns[next(iter(self._turns))]
        return turns


MOST_TURNS = 512
"""More than may wait at once and have gone within a minute."""


def _counted(method: Method, channel: str) -> Counted:
    return method, channel if method is Method.POST else ""
