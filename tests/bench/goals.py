"""The goals P1 to P4 and P8 as rows: which figure is held against which floor, and what is promised of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.floors import Floors
from tests.bench.rounds import ACK, ALL_DONE, Measured
from tests.bench.sightings import ANNOUNCED, CARD, INVITED, PAGE, PIN, ROOM, TOPIC
from tests.bench.tables import Goal, Row

ONE, TWENTY, IDLE = "1 at once", "20 at once", "after idle"


@dataclass(frozen=True, slots=True)
class Promise:
    """Which floor a milestone stands on (round trips to Slack, or the pager's one) and its goal in each setting."""

    trips: int
    goals: Mapping[str, Goal]


def _times(most: float, of: str) -> Goal:
    return Goal(most, f"<= {most}x {of}", ratio=True)


PROMISES: Mapping[str, Promise] = {
    PAGE: Promise(
        1,
        {
            ONE: _times(1.15, "1 trip (P1)"),
            TWENTY: _times(1.6, "1 trip (P1)"),
            IDLE: _times(1.15, "trip + set-up (P4)"),
        },
    ),
    ROOM: Promise(1, {ONE: _times(1.15, "1 trip (P2)")}),
    INVITED: Promise(2, {}),
    CARD: Promise(2, {}),
    ANNOUNCED: Promise(2, {}),
    TOPIC: Promise(2, {}),
    ALL_DONE: Promise(
        2,
        {
            ONE: _times(1.1, "2 trips (P2)"),
            TWENTY: _times(1.35, "2 trips (P2)"),
            IDLE: _times(1.1, "2 trips + set-up (P4)"),
        },
    ),
    PIN: Promise(3, {}),
}

ACK_GOALS: Mapping[str, Goal] = {
    ONE: Goal(15, "<= 15 ms (P3)"),
    IDLE: Goal(15, "<= 15 ms (P3)"),
}
ACK_WORST = Goal(120, "<= 120 ms, p99 (P3)")
P99 = 0.99


def rows(setting: str, measured: Measured, floors: Floors) -> Sequence[Row]:
    """The table of one setting."""
    acks = measured.ms[ACK]
    shown = [Row("ack", acks, goal=ACK_GOALS.get(setting))]
    if setting == TWENTY:
        shown.append(Row("ack, p99", [_p99(acks)], goal=ACK_WORST))
    for milestone, promise in PROMISES.items():
        floor = _floor(milestone, promise.trips, floors, cold=setting == IDLE)
        shown.append(Row(milestone, measured.ms[milestone], floor=floor, goal=promise.goals.get(setting)))
    return [*shown, *_costs(setting, measured)]


def _costs(setting: str, measured: Measured) -> Sequence[Row]:
    none = Goal(0, "none (P4)")
    costs = [Row("calls per declaration", measured.calls, "", goal=Goal(8, "<= 8 (P4)"))]
    fresh = Row("fresh connections", measured.fresh, "", goal=none if setting != IDLE else None)
    lookups = Row("look-ups on the way", [measured.lookups], "", goal=none)
    unacked = Row("not acknowledged within 3 s", [measured.unacked], "", goal=Goal(0, "none (P3)"))
    spares = Row("spare connections", measured.spares, "")
    cpu = Row("processor time of a declaration", measured.cpu)
    return [*costs, cpu, fresh, spares, lookups, unacked]


def footprint(ready_s: float, rss_mib: float, cpu_percent: float) -> Sequence[Row]:
    """The table of what the process costs."""
    return [
        Row("start to ready", [ready_s * 1000], goal=Goal(1500, "<= 1500 ms (P8)")),
        Row("memory after the rounds", [rss_mib], "MiB", goal=Goal(120, "<= 120 MiB (P8)")),
        Row("processor while idle", [cpu_percent], "%", goal=Goal(0.1, "<= 0.1 % of a core (P8)")),
    ]


def _floor(milestone: str, trips: int, floors: Floors, *, cold: bool) -> float:
    if milestone == PAGE:
        return floors.pager_cold if cold else floors.pager
    return (floors.slack_cold if cold else floors.slack)[trips - 1]


def _p99(figures: Sequence[float]) -> float:
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * P99))]
