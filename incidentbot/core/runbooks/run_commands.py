"""What people ask of a run: to begin it, to settle a step, to go elsewhere in it. Plain data; `by` is a Slack user id."""

from dataclasses import dataclass

from incidentbot.core.runbooks.runbook import Runbook


@dataclass(frozen=True, slots=True)
class StartRun:
    """Begin to walk a runbook; it is kept as it is now."""

    by: str
    run: str
    runbook: Runbook


@dataclass(frozen=True, slots=True)
class FinishStep:
    """Settle a step: `status` done, skipped (with a reason) or failed (with what happened)."""

    by: str
    run: str
    step: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepBack:
    """Show the step before."""

    by: str
    run: str


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


RunCommand = StartRun | FinishStep | StepBack | StopRun | ResumeRun
