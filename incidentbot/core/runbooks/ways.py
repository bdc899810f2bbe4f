"""Which way a walk takes: conditions that hold, one of several ways, another step. Records choices and hides nothing."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.moving import (
    changed_step,
    counted,
    data_of,
    number_of,
    opened,
    settled_already,
    shown,
    step_of,
    walking,
)
from incidentbot.core.runbooks.run import NONE_OF_THEM, Run, RunStatus, StepState, StepStatus, Taken
from incidentbot.core.runbooks.run_commands import GoToStep, TakeBranch, TakeWay
from incidentbot.core.text.words import at_time, person, safe


def take_branch(incident: Incident, command: TakeBranch, *, now: datetime) -> Decision:
    """Record which condition holds; the others count as not taken. Raises Refused where somebody chose meanwhile."""
    run = walking(incident, command.run)
    counted(run, command.version)
    step = step_of(run, command.step)
    before = step.taken
    if before is not None and before.branch != command.seen:
        raise Refused(
            f"{person(before.by)} said “{safe(before.label)}” {at_time(before.at)} already. The card shows it."
        )
    taken = Taken(command.branch, command.label, command.by, now)
    said = safe(command.label) if command.branch != NONE_OF_THEM else "none of its conditions holds"
    text = f"{person(command.by)} at step {number_of(run, step)}: {said}"
    data = {**data_of(run, step), "branch": command.label}
    fact = Fact(FactKind.BRANCH_TAKEN, now, text, command.by, data)
    return shown(incident, changed_step(run, replace(step, taken=taken)), (fact,), now=now, by=command.by)


def take_way(incident: Incident, command: TakeWay, *, now: datetime) -> Decision:
    """Take one of several ways; the others count as not taken. Raises Refused where somebody took one meanwhile."""
    run = walking(incident, command.run)
    step = step_of(run, command.step)
    if step.status is not StepStatus.OPEN:
        raise Refused(settled_already(run, step))
    if not run.choosing(step):
        raise Refused("There is no choice left to make here. The card shows where it stands.")
    chosen = without_siblings(run, step, command.by, now)
    moved = replace(chosen, current=number_of(run, step) - 1)
    text = f"{person(command.by)} chose step {number_of(run, step)}: {safe(step.title)}"
    fact = Fact(FactKind.BRANCH_TAKEN, now, text, command.by, {**data_of(run, step), "branch": step.title})
    return shown(incident, moved, (fact,), now=now, by=command.by)


def go_to(incident: Incident, command: GoToStep, *, now: datetime) -> Decision:
    """Show another step. What became of it before stays on the timeline; it is open again."""
    run = walking(incident, command.run, also=(RunStatus.FINISHED, RunStatus.PICKING))
    step = step_of(run, command.step)
    number = number_of(run, step)
    if run.status is RunStatus.WALKING and run.step.id == step.id:
        raise Refused(f"Step {number} is the one that is shown.")
    moved = replace(
        changed_step(run, opened(step)), current=number - 1, status=RunStatus.WALKING, worked=None
    )
    text = f"{person(command.by)} went to step {number}: {safe(step.title)}"
    fact = Fact(FactKind.STEP_JUMPED, now, text, command.by, data_of(run, step))
    return shown(incident, moved, (fact,), now=now, by=command.by)


def after(run: Run, settled: StepState, now: datetime) -> Run:
    """What settling one way does to the others: done, they are not needed; failed, they are open again."""
    if settled.status is StepStatus.DONE:
        return without_siblings(run, settled, settled.by, now)
    if settled.status is not StepStatus.FAILED:
        return run
    for other in run.siblings(settled):
        if other.status is StepStatus.NOT_TAKEN:
            run = changed_step(run, opened(other))
    return run


def without_siblings(run: Run, step: StepState, by: str | None, now: datetime) -> Run:
    """The run with the other ways of a choice marked as not taken."""
    for other in run.siblings(step):
        if other.status is StepStatus.OPEN:
            run = changed_step(run, replace(other, status=StepStatus.NOT_TAKEN, by=by, at=now))
    return run
