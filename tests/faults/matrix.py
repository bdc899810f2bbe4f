"""The fault matrix: each row, its parts, and how often each is asked for. Data only; the tests fill it, the report prints it."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

EFFORT = "INCIDENTBOT_FAULTS"
"""How much is tried: absent for a few of each, `usual` as `make faults` does, `full` for all that is asked for."""

FEW = 5
"""Of the usual runs, one in so many is made where nothing is set."""


class Effort(StrEnum):
    """How much is tried."""

    FEW = ""
    USUAL = "usual"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of a row. runs: how many are asked for. usual: how many `make faults` makes, all where it is 0."""

    row: str
    fault: str
    runs: int
    usual: int = 0


ROWS: Mapping[str, str] = {
    "1": "killed at every named point, on both databases",
    "2": "killed again while recovering",
    "3": "killed at any time under the load of 20 declarations",
    "4": "Slack asks for pauses (429)",
    "5": "Slack fails, hangs or cuts the connection",
    "6": "Slack is down for 10 min when it is declared, and at the start",
    "7": "PagerDuty fails, hangs or cuts the connection",
    "8": "PagerDuty is away for 10 min and for 1 h",
    "9": "resolved while a page is tried again",
    "10": "each event four times on two replicas; double clicks",
    "11": "two replicas, one of which dies or sleeps",
    "12": "PostgreSQL restarts, stays away, cuts connections, refuses commits",
    "13": "SQLite locked, without room, killed in the middle of a commit",
    "14": "the clock jumps, smears, or differs between replicas",
    "15": "a restart with 10,000 overdue deadlines",
    "16": "forged, stale and repeated requests",
    "17": "mutated requests and webhooks",
    "refused": "the socket is refused",
    "stale": "the socket's address is stale",
    "wedged": "the socket is open and says nothing",
}
"""Row -> what happens. The numbers are those of the matrix, the words those of the three sockets."""


class Part(Enum):
    """What the tests count, each for its row."""

    KILLED_ON_SQLITE = Asked("1", "SQLite", 100)
    KILLED_ON_POSTGRESQL = Asked("1", "PostgreSQL", 100, 40)
    KILLED_TWICE = Asked("2", "random pairs", 50, 20)
    KILLED_UNDER_LOAD = Asked("3", "at random", 50, 10)
    EACH_METHOD_BUSY = Asked("4", "each method once, for 1 s and for 30 s", 40)
    STORM = Asked("4", "60 declarations in a minute against Slack's own rates", 3, 1)
    EACH_METHOD_FAILS = Asked("5", "each method once in each way", 100, 60)
    SLACK_AT_RANDOM = Asked("5", "three calls in ten", 50)
    SLACK_DOWN = Asked("6", "declared meanwhile", 5)
    SLACK_DOWN_AT_START = Asked("6", "since before the start", 5, 2)
    EACH_OPERATION_FAILS = Asked("7", "each operation once in each way", 20)
    PAGERDUTY_AT_RANDOM = Asked("7", "three calls in ten", 50)
    AWAY_TEN_MINUTES = Asked("8", "10 min", 5)
    AWAY_AN_HOUR = Asked("8", "1 h", 5)
    AWAY_AND_OVER = Asked("8", "acknowledged or resolved meanwhile", 5)
    RESOLVED_MEANWHILE = Asked("9", "at random", 20)
    EACH_EVENT_FOUR_TIMES = Asked("10", "events", 10_000, 2_000)
    DOUBLE_CLICKS = Asked("10", "double clicks", 200)
    ONE_SECOND = Asked("11", "1,000 deadlines in one second, one killed", 20, 1)
    REPLICA_SLEEPS = Asked("11", "one sleeps past its lease", 20, 1)
    LADDERS = Asked("11", "ladders of three rungs, kills at random", 200, 100)
    DATABASE_RESTARTS = Asked("12", "a restart", 20, 5)
    DATABASE_AWAY = Asked("12", "away for 30 s", 20, 5)
    CONNECTIONS_CUT = Asked("12", "cut in the middle of a transaction", 20)
    COMMITS_REFUSED = Asked("12", "a serialization error", 20)
    FILE_LOCKED = Asked("13", "locked for 10 s", 10)
    DISK_FULL = Asked("13", "no room", 10)
    KILLED_WRITING = Asked("13", "killed", 10)
    CLOCK_JUMPS = Asked("14", "1 h ahead, 1 h back, 1 day ahead", 30)
    CLOCK_CHANGES = Asked("14", "summer time, a smeared second", 20)
    CLOCKS_DIFFER = Asked("14", "replicas 5 s apart", 10)
    OVERDUE_ON_SQLITE = Asked("15", "SQLite", 5, 1)
    OVERDUE_ON_POSTGRESQL = Asked("15", "PostgreSQL", 5, 1)
    FORGED = Asked("16", "six forgeries", 6_000)
    REPEATED = Asked("16", "genuine, come again", 1_000)
    MUTATED_REQUESTS = Asked("17", "Slack's", 80_000, 20_000)
    MUTATED_WEBHOOKS = Asked("17", "PagerDuty's", 20_000, 5_000)
    SOCKET_REFUSED = Asked("refused", "until it heals", 5)
    SOCKET_STALE = Asked("stale", "until it heals", 5)
    SOCKET_WEDGED = Asked("wedged", "until it heals", 5)


@dataclass(frozen=True, slots=True)
class Count:
    """What became of some runs. seen: how often a person was shown that something is not, or not yet, as it should be."""

    part: Part
    runs: int
    lost: int
    doubled: int
    seen: int


def effort() -> Effort:
    """How much is tried in this run. Raises ValueError where the setting is no effort."""
    return Effort(os.environ.get(EFFORT, ""))  # noqa: TID251 - how much is tried, for tests alone


def runs(part: Part, *, ways: int = 1) -> int:
    """How many runs to make of a part; of each way where a test is made in several."""
    asked, usual = part.value.runs, part.value.usual or part.value.runs
    wanted = {Effort.FULL: asked, Effort.USUAL: usual, Effort.FEW: -(-usual // FEW)}[effort()]
    return -(-wanted // ways)


def lines(counts: Iterable[Count]) -> Sequence[tuple[str, ...]]:
    """One line for each row: its key, its words, runs made and asked for, lost, doubled, seen by a person."""
    counted = list(counts)
    return [
        _line(row, words, [one for one in counted if one.part.value.row == row])
        for row, words in ROWS.items()
    ]


def _line(row: str, words: str, counts: Sequence[Count]) -> tuple[str, ...]:
    asked = sum(part.value.runs for part in Part if part.value.row == row)
    sums = (
        sum(figures)
        for figures in zip(*((one.runs, one.lost, one.doubled, one.seen) for one in counts), strict=True)
    )
    made, *rest = sums if counts else ("missing", "-", "-", "-")
    return (row, words, str(made), str(asked), *map(str, rest))


def wrongs(counts: Iterable[Count], effort: Effort) -> Sequence[str]:
    """What a run must not end with: parts without a test that counted, fewer runs than wanted, anything lost or doubled."""
    made = {part: [0, 0, 0] for part in Part}
    for one in counts:
        for place, figure in enumerate((one.runs, one.lost, one.doubled)):
            made[one.part][place] += figure
    return [sentence for part, figures in made.items() for sentence in _wrong(part, *figures, effort)]


def _wrong(part: Part, made: int, lost: int, doubled: int, effort: Effort) -> Iterable[str]:
    asked = part.value
    name = f"{asked.row}, {asked.fault}"
    wanted = asked.runs if effort is Effort.FULL else asked.usual or asked.runs
    if not made:
        yield f"{name}: no test counted."
    elif made < wanted:
        yield f"{name}: {made} runs of {wanted}."
    if lost or doubled:
        yield f"{name}: {lost} lost, {doubled} doubled."
