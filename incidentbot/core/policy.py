"""A team's policy as frozen data: levels, deadlines, rungs, stages, chains. Decides nothing and reads no file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from incidentbot.core.maintenance.window import Planned


class Severity(StrEnum):
    """The four canonical levels; what people type are aliases of a profile."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class State(StrEnum):
    """The milestones of an incident in their order; a profile's stages are mapped onto them.

    rank: the position in that order.
    """

    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    TRIAGED = "triaged"
    RESPONDING = "responding"
    INVESTIGATING = "investigating"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    DOCUMENTED = "documented"
    REVIEWED = "reviewed"

    rank: int

    def __init__(self, _word: str) -> None:
        self.rank = len(type(self).__members__)


class Span(StrEnum):
    """The two ways to name a deadline that is no duration."""

    IMMEDIATE = "immediate"
    NEXT_BUSINESS_DAY = "next_business_day"


class ClockKind(StrEnum):
    """Which hours count."""

    ALWAYS = "always"
    BUSINESS = "business"


class Mode(StrEnum):
    """Who climbs: the bot by itself, a person asked with a button, or a weekly list."""

    AUTO = "auto"
    MANUAL = "manual"
    DIGEST = "digest"


class Condition(StrEnum):
    """Facts about an incident that a rung can wait for."""

    MULTIPLE_USERS_AFFECTED = "multiple_users_affected"
    PERSISTENT = "persistent"


class RoomKind(StrEnum):
    """Where an incident is talked about: its own channel, a thread of the incidents channel, or nowhere."""

    DEDICATED = "dedicated"
    THREAD = "thread"
    NONE = "none"


class PostmortemNeed(StrEnum):
    """Whether a post-mortem is asked for."""

    REQUIRED = "required"
    OFFERED = "offered"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A span after declaring. `strict`: done exactly on the deadline is late."""

    within: timedelta | Span
    strict: bool = False
    clock: ClockKind = ClockKind.ALWAYS


@dataclass(frozen=True, slots=True)
class AckTerms:
    """What an ack needs and how long it holds.

    people: so many different people must ack. expires: so long after the last sign of life of whoever has it they are
    asked whether they still do, None: never; without an answer within `answer_within` the ack is taken back.
    """

    people: int = 1
    expires: timedelta | None = None
    answer_within: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RungRule:
    """One `escalate` entry as the profile states it. `after` None: not timed; nothing: at once.

    `every` paces a digest, and a climbing rung that is not to climb at its own `after`.
    """

    after: timedelta | None = None
    after_ack_deadline: bool = False
    until: State = State.ACKNOWLEDGED
    when: Condition | None = None
    mode: Mode = Mode.AUTO
    clock: ClockKind = ClockKind.ALWAYS
    every: timedelta | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """What one level means and demands."""

    label: str
    aliases: tuple[str, ...] = ()
    meaning: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    notify: tuple[str, ...] = ("slack",)
    room: RoomKind = RoomKind.DEDICATED
    ack: Deadline | None = None
    terms: AckTerms = field(default_factory=AckTerms)
    restore: Deadline | None = None
    escalate: tuple[RungRule, ...] = ()
    status_page: str = "no"
    update_every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What an alert of this name opens and demands. `respond` may also be "review_daily".

    reopens_within: so soon after it was resolved the incident is reopened instead of another being opened.
    resolves: the incident is resolved by itself once all its alerts are over.
    """

    opens: Severity | None = None
    page: bool = False
    respond: Deadline | str | None = None
    examples: tuple[str, ...] = ()
    reopens_within: timedelta = timedelta(minutes=30)
    resolves: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a workflow: entering it sets the milestone `state`, or it is a running `duty`."""

    id: str
    label: str
    state: State | None = None
    duty: str | None = None
    only: tuple[Severity, ...] = ()


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Working hours by weekday (0 is Monday) in `timezone`, less `holidays`. Overnight hours do not exist."""

    timezone: str
    hours: Mapping[int, tuple[time, time]]
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class PostmortemRule:
    """For which levels and occasions a post-mortem is required or offered, and how soon it is due.

    marks, unmarks: reactions that put a message on the timeline, and off it; none named: the usual ones.
    canvas: whether a published one is also shown as a canvas in its room.
    """

    required_for: tuple[Severity, ...] = ()
    offered_for: tuple[Severity, ...] = ()
    also_after: tuple[str, ...] = ()
    due_within: timedelta | None = None
    marks: tuple[str, ...] = ()
    unmarks: tuple[str, ...] = ()
    canvas: bool = False


@dataclass(frozen=True, slots=True)
class RunbookHint:
    """A runbook the profile binds to a severity; `takes` is the estimated shortest and longest time."""

    file: str
    severity: Severity | None = None
    takes: tuple[timedelta, timedelta] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A profile, whole. `sha256` is of the file with what it extends; `unread` names words nothing acts on yet.

    persistent_means: how long open is "persistent"; multiple_users_means: how many users are "multiple".
    maintenance: the window that comes round. snooze: how long people may hold the ladder of each level, in all of an epoch.
    guessed: fields that the team left to the built-in defaults. other: the blocks the rules do not read, as plain data.
    """

    id: str
    title: str
    sha256: str
    business: BusinessHours
    immediate_means: timedelta
    severities: Mapping[Severity, SeverityRule]
    workflows: Mapping[str, tuple[Stage, ...]]
    chains: Mapping[str, tuple[str, ...]]
    channels: Mapping[str, str]
    postmortem: PostmortemRule
    alerts: Mapping[str, AlertRule] = field(default_factory=lambda: MappingProxyType({}))
    runbooks: tuple[RunbookHint, ...] = ()
    contacts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    assumptions: tuple[str, ...] = ()
    connected: frozenset[str] = frozenset({"slack", "pagerduty"})
    unread: tuple[str, ...] = ()
    other: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    persistent_means: timedelta = timedelta(days=7)
    multiple_users_means: int = 2
    guessed: tuple[str, ...] = ()
    maintenance: Planned | None = None
    snooze: Mapping[Severity, timedelta] = field(
        default_factory=lambda: MappingProxyType(dict.fromkeys(Severity, timedelta(hours=1)))
    )
