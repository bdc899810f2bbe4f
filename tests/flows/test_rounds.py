"""A worker's rounds: at once when rung, after a pause when not, and again when the database was away."""

import asyncio
from collections.abc import Sequence

from incidentbot.flows.ports import StoreAway
from incidentbot.flows.rounds import CALM_S, Rounds, calm_s

NEVER_S = 3600.0


class Work:
    """Does rounds by a script: what each returns or raises; the last of them ends the rounds."""

    def __init__(self, *script: float | StoreAway) -> None:
        self._script = [*script]
        self.rounds = Rounds("work")
        self.done = 0
        self.rings_in: Sequence[int] = ()

    async def once(self) -> float:
        self.done += 1
        if self.done in self.rings_in:
            self.rounds.wake()
        if self.done > len(self._script):
            raise asyncio.CancelledError
        answer = self._script[self.done - 1]
        if isinstance(answer, StoreAway):
            raise answer
        return answer


async def rounds_of(work: Work, *, away_s: float = NEVER_S) -> int:
    """How many were made; one that nobody would wake hangs, and fails by its time."""
    async with asyncio.timeout(5):
        await asyncio.gather(work.rounds.go(work.once, away_s=away_s), return_exceptions=True)
    return work.done


async def test_a_pause_that_is_over_begins_the_next_round():
    assert await rounds_of(Work(0, 0)) == 3


async def test_a_ring_during_a_round_is_not_lost_in_the_pause_after_it():
    work = Work(NEVER_S)
    work.rings_in = (1,)

    assert await rounds_of(work) == 2


async def test_a_database_that_is_away_is_asked_again_and_keeps_nobody_asleep():
    assert await rounds_of(Work(StoreAway("gone"), 0), away_s=0) == 3


async def test_only_one_who_is_alone_sleeps_long_and_only_while_nothing_waits():
    async def nothing() -> None:
        return None

    assert await calm_s(1, alone=True, next_at=nothing) == CALM_S
    assert await calm_s(1, alone=False, next_at=nothing) == 1
