"""The incident: one frozen value. Changed only by `decide`, kept only by the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from incidentbot.core.afterwards.leftovers import ActionItem, Review
from incidentbot.core.alerts.alert import Alerts
from incidentbot.core.asked import ChainCall, Escalated, Hold, Holders
from incidentbot.core.plan import Plan, PlannedRung
from incidentbot.core.policy import Condition, RoomKind, Severity, State
from incidentbot.core.runbooks.run import Run


class Status(StrEnum):
    """Open until resolved; closed once the review is over."""

    OPEN = "open"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a milestone was reached, and by whom (None: the bot)."""

    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """Where the incident is talked about. `name` is chosen and stored before the channel is made.

    `channel` and `thread_ts` say where posts go once it is open; `card_ts` is the pinned card (in a thread: the
    parent); `announced_ts` is the line in the incidents channel (`announced_in`); `canvas` is the id of the canvas that
    shows its post-mortem.
    """

    kind: RoomKind
    name: str
    channel: str | None = None
    thread_ts: str | None = None
    card_ts: str | None = None
    announced_in: str | None = None
    announced_ts: str | None = None
    canvas: str | None = None


class PageState(StrEnum):
    """What became of a page."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `key` is unique for the incident's life: epoch, rung and position; `role` is whom it reaches.

    `until` is the milestone that makes it pointless; `receipt` is the pager's own id for it, where it gave one.
    unknown: it failed or was kept back, and yet a phone may have rung.
    """

    key: str
    role: str
    epoch: int
    asked_at: datetime
    until: State = State.ACKNOWLEDGED
    state: PageState = PageState.WAITING
    receipt: str | None = None
    settled_at: datetime | None = None
    reason: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A direct message that stands: its channel and ts."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Summons:
    """A role that is written to. `key` is its page's; `by` are notifiers; `until` makes it pointless.

    messages: those that stand in Slack. tried: who was written to or cannot be; more: people are left whose turn comes.
    answer: State.ACKNOWLEDGED or State.RESOLVED, None while nobody has it.
    """

    key: str
    role: str
    epoch: int
    until: State
    by: tuple[str, ...] = ()
    messages: tuple[Written, ...] = ()
    tried: tuple[str, ...] = ()
    more: bool = False
    answer: State | None = None
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An effect that failed: `what` and `reason` make its sentence. Not `final`: it is still being tried."""

    effect: str
    what: str
    reason: str
    at: datetime
    final: bool = True


@dataclass(frozen=True)
class Incident:
    """Everything the rules need. Milestones are those of the present epoch; earlier ones live in the facts.

    Without slots, since a copy of its dict is a sixteenth of the work (`core.anew`).

    fired: how often each rung has fired, and which deadlines were told. called: roles that were called in without a
    page, because no pager is connected. escalated: the last escalation by a person in this epoch, and `calls` the
    chains that people called in since it began. hold: what holds the ladder back in it, and `holders`
    who has answered it.
    declared_via: what declared it where no person did; `declared_by` is "" then. private: only those who are in it
    may know of it (`core/visibility.py`), who was `invited` included.
    """

    id: str
    number: int
    title: str
    severity: Severity
    kind: str
    declared_by: str
    declared_at: datetime
    plan: Plan
    room: Room
    state: State
    stage: str | None
    version: int = 0
    epoch: int = 1
    epoch_began_at: datetime | None = None
    open_since_at: datetime | None = None
    drill: bool = False
    paging: bool = True
    milestones: Mapping[State, Moment] = field(default_factory=dict)
    closed_at: datetime | None = None
    conditions: frozenset[Condition] = frozenset()
    impact: str = ""
    data_at_risk: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    joined: tuple[str, ...] = ()
    twins: tuple[int, ...] = ()
    pages: Mapping[str, Page] = field(default_factory=dict)
    fired: Mapping[str, int] = field(default_factory=dict)
    called: tuple[str, ...] = ()
    escalated: Escalated | None = None
    calls: tuple[ChainCall, ...] = ()
    hold: Hold = field(default_factory=Hold)
    holders: Holders = field(default_factory=Holders)
    summons: Mapping[str, Summons] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    last_update: str = ""
    updated_at: datetime | None = None
    declared_via: str = ""
    alerts: Alerts | None = None
    private: bool = False
    invited: tuple[str, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    review: Review = field(default_factory=Review)

    @property
    def name(self) -> str:
        """How people name it: INC-7."""
        return f"INC-{self.number}"

    @property
    def status(self) -> Status:
        """Open, resolved or closed."""
        if self.closed_at is not None:
            return Status.CLOSED
        return Status.RESOLVED if self.reached(State.RESOLVED) else Status.OPEN

    @property
    def open_calls(self) -> tuple[ChainCall, ...]:
        """The chains that were called in and that nobody has answered yet."""
        return tuple(call for call in self.calls if call.answered_at is None)

    @property
    def climbing_calls(self) -> tuple[ChainCall, ...]:
        """Of the open calls those that call somebody yet, or have still to say that they ended without an answer."""
        fired = self.fired
        return tuple(call for call in self.open_calls if fired.get(call.rung.name, 0) <= len(call.rung.roles))

    @property
    def rungs(self) -> tuple[PlannedRung, ...]:
        """The rungs of its ladder, and those of the chains that were called in."""
        return (*self.plan.rungs, *(call.rung for call in self.open_calls))

    @property
    def rehearsed(self) -> bool:
        """Whether it is played through: it says whom it would page, and reaches nobody outside Slack."""
        return self.drill and not self.paging

    def reached(self, milestone: State) -> bool:
        """Whether this milestone or any later one is reached in the present epoch."""
        least = milestone.rank
        return any(state.rank >= least for state in self.milestones)

    @property
    def clock_began_at(self) -> datetime:
        """When the present epoch's clocks began: at declaring, at reopening, or when an ack was taken back."""
        return self.epoch_began_at or self.declared_at

    @property
    def open_since(self) -> datetime:
        """When it began to burn, this time: an ack that is taken back begins its epoch later than that."""
        return self.open_since_at or self.clock_began_at
