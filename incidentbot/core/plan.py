"""What an incident was promised when it was declared: deadlines and rungs as instants, stages, chain. Plain data.

The plan is copied onto the incident, so editing a policy never bends a running incident
(docs/decisions/0004-the-plan-is-copied.md). `core/ladders/ladder.py` makes it from a policy.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidentbot.core.policy import (
    AckTerms,
    ClockKind,
    Condition,
    Mode,
    PostmortemNeed,
    RoomKind,
    Severity,
    Stage,
    State,
)


@dataclass(frozen=True, slots=True)
class PlannedDeadline:
    """An instant, aware UTC. `strict`: being done exactly then is late."""

    due_at: datetime
    strict: bool = False

    def missed_by(self, done_at: datetime) -> bool:
        """Whether something done at `done_at` was late."""
        return done_at >= self.due_at if self.strict else done_at > self.due_at


@dataclass(frozen=True, slots=True)
class PlannedRung:
    """One rung, ready to be waited for.

    name: unique and stable for its severity (`rung-p0-1`), so that after a change of severity no other rung passes
        for one that has fired; the name of its timer and part of its page's key.
    at: the instant, or None while it waits for `when` (or, for a manual rung, is only pressed).
    roles: whom it reaches, in order: a climbing rung pages roles[0] at `at`, roles[1] `every` later, and so on.
    every: the interval of a climbing rung or of a digest; None for a rung that fires once.
    """

    name: str
    mode: Mode
    at: datetime | None
    roles: tuple[str, ...]
    until: State = State.ACKNOWLEDGED
    when: Condition | None = None
    clock: ClockKind = ClockKind.ALWAYS
    every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the profile promises for one incident. `opening` is the role paged at once, None if none is.

    marks, unmarks, canvas: as in PostmortemRule.
    """

    profile: str
    profile_sha256: str
    severity: Severity
    notify: tuple[str, ...]
    room: RoomKind
    chain: tuple[str, ...]
    opening: str | None
    stages: tuple[Stage, ...]
    postmortem: PostmortemNeed
    postmortem_within: timedelta | None
    ack: PlannedDeadline | None = None
    terms: AckTerms = field(default_factory=AckTerms)
    restore: PlannedDeadline | None = None
    rungs: tuple[PlannedRung, ...] = ()
    update_every: timedelta | None = None
    marks: tuple[str, ...] = ()
    unmarks: tuple[str, ...] = ()
    canvas: bool = False
