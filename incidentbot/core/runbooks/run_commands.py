"""What people ask of a run: to begin it, to settle a step, to go elsewhere in it. Plain data; `by` is a Slack user id."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incidentbot.core.runbooks.runbook import Runbook


@dataclass(frozen=True, slots=True)
class StartRun:
    """Begin to walk a runbook; it is kept as it is now. sections: of a file that is a menu, to pick one of them first.

    aside: sections that are for others, and not walked until somebody goes there.
    """

    by: str
    run: str
    runbook: Runbook
    sections: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PickSection:
    """Walk one section of a menu; "" is all of them, in the file's order."""

    by: str
    run: str
    section: str


@dataclass(frozen=True, slots=True)
class FinishStep:
    """Settle a step: `status` done, skipped (with a reason) or failed (with what happened)."""

    by: str
    run: str
    step: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakeBranch:
    """Say which condition of a step holds. seen: what was chosen on the card that was pressed, None where nothing was.

    version: the sha256 of the file by which conditions are counted here, "" for whichever is walked.
    """

    by: str
    run: str
    step: str
    branch: int
    label: str
    seen: int | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class TakeWay:
    """Take this step of several that are ways to the same end."""

    by: str
    run: str
    step: str


@dataclass(frozen=True, slots=True)
class GoToStep:
    """Show another step, open again if it was settled."""

    by: str
    run: str
    step: str


@dataclass(frozen=True, slots=True)
class StepBack:
    """Show the step before.

    step: the id of the one that was shown to whoever asks, `RunStatus.FINISHED` at the end, "" where that is not known.
    """

    by: str
    run: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class StopRun:
    """Leave a runbook before its end."""

    by: str
    run: str


@dataclass(frozen=True, slots=True)
class ResumeRun:
    """Post the live card anew, and walk on if the run was stopped."""

    by: str
    run: str


@dataclass(frozen=True, slots=True)
class SetValues:
    """Fill placeholders in. seen: the instant (ISO) of the newest value in the window, "" where there was none."""

    by: str
    run: str
    values: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""


@dataclass(frozen=True, slots=True)
class TickBoxes:
    """Tick and untick boxes of a step's checklist: index -> words, of those alone that the press changed.

    version: see `TakeBranch`.
    """

    by: str
    run: str
    step: str
    ticked: Mapping[int, str] = field(default_factory=dict)
    unticked: Mapping[int, str] = field(default_factory=dict)
    version: str = ""


@dataclass(frozen=True, slots=True)
class AssignStep:
    """Give a step to a person."""

    by: str
    run: str
    step: str
    who: str


@dataclass(frozen=True, slots=True)
class NoteStep:
    """Say something about a step. wrong: it is the file that is wrong, for its owner to read."""

    by: str
    run: str
    step: str
    text: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class SayWorked:
    """Whether the runbook did what it is for."""

    by: str
    run: str
    worked: bool


@dataclass(frozen=True, slots=True)
class UseNewer:
    """Walk on in the file as it is now; steps of the same id keep what became of them.

    before: the version that is left, by whose words boxes that were ticked are found again.
    """

    by: str
    run: str
    runbook: Runbook
    before: Runbook | None = None


RunCommand = (
    StartRun
    | PickSection
    | FinishStep
    | TakeBranch
    | TakeWay
    | GoToStep
    | StepBack
    | StopRun
    | ResumeRun
    | SetValues
    | TickBoxes
    | AssignStep
    | NoteStep
    | SayWorked
    | UseNewer
)
