"""Runs at the end of an incident: what is still being walked is stopped and said, and can be resumed. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.effects import ShowRun
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.response import showing
from incidentbot.core.runbooks.moving import OVERRUN, WHOLE, data_of, resuming, walks
from incidentbot.core.runbooks.run import Run, RunStatus, StepStatus
from incidentbot.core.text.words import safe


def leave(before: Incident, over: Decision, *, now: datetime) -> Decision:
    """What became of the incident, and where it is over by that, its runs stopped where they stand.

    before: the incident as it was. A run that the end has stopped was moved by nobody.
    """
    incident = over.incident
    walked = [run for run in incident.runs.values() if walks(run)]
    if before.status is not Status.OPEN or incident.status is Status.OPEN or not walked:
        return over
    stopped = {run.id: replace(run, status=RunStatus.STOPPED, moved_by=None) for run in walked}
    facts = tuple(
        Fact(FactKind.RUN_STOPPED, now, _sentence(incident, run), data=data_of(run)) for run in walked
    )
    changed = replace(incident, runs={**incident.runs, **stopped})
    said = f":notebook: {' '.join(fact.text for fact in facts)} {_how(changed, list(stopped.values()))}"
    effects = (*(ShowRun(run_id) for run_id in stopped), *showing.line(incident, "runs-left", said))
    timers = {timer + run_id: None for run_id in stopped for timer in (OVERRUN, WHOLE)}
    return over.then(Decision(changed, facts, effects, timers))


def waiting(incident: Incident) -> str:
    """Of an incident that is open again: the runs that its end had stopped, "" where there are none."""
    runs = [run for run in incident.runs.values() if is_left(run)]
    names = ", ".join(f"{safe(run.title)} at step {run.current + 1} of {len(run.steps)}" for run in runs)
    return f"Stopped when it was over: {names}. {_how(incident, runs)}" if runs else ""


def is_left(run: Run) -> bool:
    """Whether the end of the incident has stopped it, and no person."""
    return run.status is RunStatus.STOPPED and run.moved_by is None


def _how(incident: Incident, runs: Sequence[Run]) -> str:
    """How to go on with each of them."""
    return f"{' or '.join(resuming(incident, run) for run in runs)} goes on with it."


def _sentence(incident: Incident, run: Run) -> str:
    left = sum(step.status is StepStatus.OPEN for step in run.steps)
    steps = "1 step is" if left == 1 else f"{left} steps are"
    at = f"step {run.current + 1} of {len(run.steps)}"
    return f"{safe(run.title)} is stopped at {at}, as {incident.name} is over: {steps} open."
