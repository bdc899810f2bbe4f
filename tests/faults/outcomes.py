"""A life in trouble beside one without: what it lacks, what it has twice, and what people read of the trouble."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from incidentbot.playground.faults import Failure, Fault
from tests.faults.life import Life, a_life, seen, told_of_trouble

CUT = Fault(Failure.CUT_AFTER)
FAILURES: Mapping[str, Fault] = {
    "500": Fault(Failure.STATUS, status=500),
    "502": Fault(Failure.STATUS, status=502),
    "503": Fault(Failure.STATUS, status=503),
    "cut before it took effect": Fault(Failure.CUT_BEFORE),
    "cut after it took effect": CUT,
}
SIDE_BY_SIDE = 8
"""Lives lived at once: most of a life is waiting."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A life beside one without trouble. early: calls that came before Slack's pause was over. shown: as people read it."""

    lost: Counter[str]
    doubled: Counter[str]
    shown: int
    suffered: bool
    early: Sequence[str] = ()


def outcome(
    found: Counter[str], owed: Counter[str], life: Life, *, suffered: bool, early: Sequence[str] = ()
) -> Outcome:
    more = found - owed
    told = told_of_trouble(more)
    return Outcome(owed - found, more - told, told.total() + len(life.shown), suffered, early)


async def untroubled_in(folder: Path) -> Counter[str]:
    """What a life without trouble has in the end."""
    async with a_life(folder) as story:
        life = Life(story)
        await life.lived()
        await life.lived_in_a_thread(lambda: None)
        assert life.shown == []
        return await seen(story)
