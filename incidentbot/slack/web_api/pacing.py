"""When a call may go out: pauses that Slack asked for are kept, and after the first one its rates beforehand. Calls nothing.

Rates: https://docs.slack.dev/apis/web-api/rate-limits and each method's page, August 2026. Slack tolerates bursts and
does not say how large they may be, so they are tried until it asks for a pause.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

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
    **dict.fromkeys((Method.GROUP_MEMBERS, Method.CANVAS_CREATE), _TIER_2),
    **dict.fromkeys(
        (
            Method.CANVAS_EDIT,
            Method.CHANNEL_INFO,
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


@dataclass(slots=True, eq=False)
class Turn:
    """A call's place in the count. at_s: when it may go out; once it is over, when that was.

    It counts from its end: whatever it met on its way, Slack had it before. Counted from its departure, two that left a
    second apart could arrive together.
    """

    at_s: float
    over: bool = False

    def counts_from_s(self, now_s: float) -> float:
        """The instant from which others are counted, and the earliest it can be while this one is not over."""
        return self.at_s if self.over else max(self.at_s, now_s)


class Pace:
    """Counts each method, and posts for each channel, as Slack does. Turns are given in the order they were asked for."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = SystemClock().now
        self._pauses: dict[Counted, datetime] = {}
        self._turns: dict[Counted, deque[Turn]] = {}
        self._careful_until_s: dict[Method, float] = {}

    async def turn(self, method: Method, channel: str, *, patience_s: float) -> Turn:
        """Wait until the call may go out; returns its turn, for `asked` and `over`.

        Raises TryLater while Slack's pause lasts, and where the turn is further away than `patience_s`.
        """
        counted = _counted(method, channel)
        self._stop_in_a_pause(counted)
        turns, turn = self._turns_of(counted), Turn(time.monotonic())
        turns.append(turn)
        try:
            await self._wait(counted, turns, turn, until_s=turn.at_s + patience_s)
        except BaseException:
            turns.remove(turn)
            raise
        return turn

    async def _wait(self, counted: Counted, turns: Sequence[Turn], turn: Turn, *, until_s: float) -> None:
        while (left_s := self._left_s(counted, turns, turn)) > 0:
            if turn.at_s > until_s:
                raise TryLater("Slack takes only so many requests; this one is queued.", after_s=left_s)
            await asyncio.sleep(left_s)
            self._stop_in_a_pause(counted)

    def over(self, turn: Turn) -> None:
        """The call of this turn was answered, or nobody waits for it any more."""
        turn.at_s, turn.over = time.monotonic(), True

    def asked(self, method: Method, channel: str, pause_s: float, turn: Turn) -> None:
        """Slack did not take the call of this turn, and asked for a pause."""
        counted = _counted(method, channel)
        until = self.now() + timedelta(seconds=pause_s)
        self._pauses[counted] = max(until, self._pauses.get(counted, NEVER))
        self._careful_until_s[method] = time.monotonic() + CAREFUL_FOR_S
        turns = self._turns_of(counted)
        if turn in turns:
            turns.remove(turn)

    def _stop_in_a_pause(self, counted: Counted) -> None:
        left_s = (self._pauses.get(counted, NEVER) - self.now()).total_seconds()
        if left_s > 0:
            raise TryLater("Slack asks for a pause: too many requests.", after_s=left_s)

    def _left_s(self, counted: Counted, turns: Sequence[Turn], turn: Turn) -> float:
        """How long until this turn, which is put to where it may be: now, while Slack has not asked to be careful."""
        rate, now_s = RATES[counted[0]], time.monotonic()
        if self._careful_until_s.get(counted[0], now_s) > now_s:
            earlier = list(takewhile(lambda one: one is not turn, turns))
            counted_s = sorted(one.counts_from_s(now_s) for one in earlier)
            free_s = counted_s[-rate.calls] + rate.within_s if len(counted_s) >= rate.calls else now_s
            turn.at_s = max(turn.at_s, free_s, *(one.at_s for one in earlier[-1:]))
        return turn.at_s - now_s

    def _turns_of(self, counted: Counted) -> deque[Turn]:
        """The turns that still count, oldest first, those that lie ahead included."""
        turns = self._turns.pop(counted, None) or deque()
        over_s = time.monotonic() - RATES[counted[0]].within_s
        while turns and turns[0].over and turns[0].at_s <= over_s:
            turns.popleft()
        self._turns[counted] = turns  # the newest last
        if len(self._turns) > MOST_KEPT:
            del self._turns[next(iter(self._turns))]
        return turns


def _counted(method: Method, channel: str) -> Counted:
    return method, channel if method is Method.POST else ""
