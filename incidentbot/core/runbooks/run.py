"""A run: one walk through a runbook, with what became of each step. Frozen values; decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StepStatus(StrEnum):
    """What became of a step."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class RunStatus(StrEnum):
    """Whether a run is being walked."""

    WALKING = "walking"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StepState:
    """A step's place in a run."""

    id: str
    title: str
    status: StepStatus = StepStatus.OPEN
    by: str | None = None
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One walk through a runbook. `sha256` names the snapshot kept with it; `current` is an index into `steps`.

    `left_ts` is an earlier card that the live one (`card_ts`) has taken the place of.
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
