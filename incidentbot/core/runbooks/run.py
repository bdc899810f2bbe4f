"""A run: one walk through a runbook, with what became of each step. Frozen values; decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

LONGEST_SHOWN = 2900
"""Characters of a command on a card; a longer one is shared as a file (a section of Slack's takes 3,000)."""

NONE_OF_THEM = -1
"""The branch that is taken where no condition of a step holds."""


class StepStatus(StrEnum):
    """What became of a step. Not taken: another way was, or another section is walked; it can still be gone to."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_TAKEN = "not taken"


class RunStatus(StrEnum):
    """Whether a run is being walked. Picking: the file is a menu, and nobody has said which section is meant."""

    PICKING = "picking"
    WALKING = "walking"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Taken:
    """The condition that holds, of a step's branches: its index (NONE_OF_THEM where none does) and its words."""

    branch: int
    label: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """A box of a step's checklist (its index) that somebody ticked."""

    box: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Value:
    """What stands for a placeholder in this incident."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepState:
    """A step's place in a run.

    group: steps of the same name are ways of which one is taken, "" where it is no choice. section: where it stands in
    the file. minutes: how long the author thinks it takes. owner: who was asked to do it. shown_at: when it came first.
    long: it has a command that is too long for a card.
    """

    id: str
    title: str
    status: StepStatus = StepStatus.OPEN
    by: str | None = None
    at: datetime | None = None
    reason: str = ""
    group: str = ""
    section: str = ""
    minutes: int | None = None
    owner: str | None = None
    taken: Taken | None = None
    ticks: tuple[Tick, ...] = ()
    shown_at: datetime | None = None
    long: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One walk through a runbook. `sha256` names the snapshot kept with it; `current` is an index into `steps`.

    `left_ts` is an earlier card that the live one (`card_ts`) has taken the place of. values: by placeholder, as the
    file writes it. worked: whether it did, once somebody has said so. moved_by, moved_at: who pressed last, and when.
    minutes: how long the author thinks that all of it takes.
    """

    id: str
    title: str
    path: str
    sha256: str
    started_by: str
    started_at: datetime
    steps: tuple[StepState, ...]
    current: int = 0
    status: RunStatus = RunStatus.WALKING
    card_ts: str | None = None
    left_ts: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    worked: bool | None = None
    moved_by: str | None = None
    minutes: int | None = None
    moved_at: datetime | None = None

    @property
    def step(self) -> StepState:
        """The step that is shown."""
        return self.steps[self.current]

    @property
    def walked(self) -> tuple[StepState, ...]:
        """The steps that are not left out."""
        return tuple(step for step in self.steps if step.status is not StepStatus.NOT_TAKEN)

    def siblings(self, step: StepState) -> tuple[StepState, ...]:
        """The other ways of a choice; none for a step that is no choice."""
        return tuple(
            one for one in self.steps if step.group and one.group == step.group and one.id != step.id
        )

    def choosing(self, step: StepState) -> bool:
        """Whether it has still to be said which of several ways is taken."""
        others = self.siblings(step)
        return step.status is StepStatus.OPEN and any(one.status is StepStatus.OPEN for one in others)
