"""Walking a runbook: one live card, every press a fact. The first press on a step wins; the next sees the truth."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.policy import RoomKind
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.runbooks import ways
from incidentbot.core.runbooks.moving import (
    advanced,
    changed_step,
    data_of,
    number_of,
    opened,
    resuming,
    run_of,
    settled_already,
    shown,
    step_of,
    walking,
    walks,
)
from incidentbot.core.runbooks.run import LONGEST_SHOWN, Run, RunStatus, StepState, StepStatus
from incidentbot.core.runbooks.run_commands import (
    FinishStep,
    ResumeRun,
    StartRun,
    StepBack,
    StopRun,
)
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.core.text.words import because, person, safe

OUTCOMES = {
    "done": (StepStatus.DONE, FactKind.STEP_DONE, "did"),
    "skipped": (StepStatus.SKIPPED, FactKind.STEP_SKIPPED, "skipped"),
    "failed": (StepStatus.FAILED, FactKind.STEP_FAILED, "could not get to work"),
}
"""What a press can make of a step: its status, its fact, and the verb in the sentence."""


def start(incident: Incident, command: StartRun, *, now: datetime) -> Decision:
    """Begin to walk. Raises Refused for a file without steps, or one that is being walked already."""
    book = command.runbook
    if incident.room.kind is RoomKind.NONE:
        raise Refused(f"{incident.name} has no room to walk a runbook in. Raise its severity first.")
    if not book.steps:
        raise Refused(f"{safe(book.title)} has no steps to walk: it is a page to read ({safe(book.path)}).")
    already = next((run for run in incident.runs.values() if run.path == book.path and walks(run)), None)
    if already is not None:
        at = f"step {already.current + 1} of {len(already.steps)}"
        raise Refused(
            f"{safe(book.title)} is being walked already, at {at}. {resuming(incident, already)} shows it."
        )
    run = _begun(book, command, now)
    text = f"{person(command.by)} began {safe(book.title)} ({steps_counted(len(run.steps))})."
    fact = Fact(FactKind.RUN_STARTED, now, text, command.by, data_of(run))
    decision = shown(incident, run, (fact,), now=now, by=command.by)
    where = "Pick a section on its card in the room." if command.sections else "The card is in the room."
    return replace(decision, reply=f"{safe(book.title)}: {steps_counted(len(run.steps))}. {where}")


def _begun(book: Runbook, command: StartRun, now: datetime) -> Run:
    steps = tuple(states(book))
    if all(step.status is StepStatus.DONE for step in steps):  # a list that somebody left ticked
        steps = tuple(map(opened, steps))
    if any(step.section not in command.aside and step.status is StepStatus.OPEN for step in steps):
        steps = tuple(_set_aside(step, command) for step in steps)
    first = next(index for index, step in enumerate(steps) if step.status is StepStatus.OPEN)
    status = RunStatus.PICKING if command.sections else RunStatus.WALKING
    return Run(
        *(command.run, book.title, book.path, book.sha256, command.by, now, steps, first, status),
        minutes=book.estimate_minutes,
    )


def _set_aside(step: StepState, command: StartRun) -> StepState:
    return replace(step, status=StepStatus.NOT_TAKEN) if step.section in command.aside else step


def states(book: Runbook) -> Iterator[StepState]:
    """The steps of a file, nothing done yet but what it has ticked itself; ways that follow each other are one choice."""
    group, before = 0, None
    for step in book.steps:
        is_same_choice = before is not None and before.kind == step.kind and before.section == step.section
        group += step.kind == "choice" and not is_same_choice
        before = step
        yield StepState(
            step.id,
            step.title,
            StepStatus.DONE if step.done else StepStatus.OPEN,
            group=f"choice {group}" if step.kind == "choice" else "",
            section=section_of(step),
            minutes=step.estimate_minutes or None,
            long=any(len(command.text) > LONGEST_SHOWN for command in step.commands),
        )


def section_of(step: Step) -> str:
    """Where a step stands in its file, as one text."""
    return " > ".join(step.section)


def finish_step(incident: Incident, command: FinishStep, *, now: datetime) -> Decision:
    """Settle the step that is shown. Raises Refused for a stale press, saying who was faster, also with the last one."""
    run = walking(incident, command.run, also=(RunStatus.FINISHED,))
    step = step_of(run, command.step)
    status, kind, verb = OUTCOMES[command.outcome]
    if step.status is not StepStatus.OPEN:
        raise Refused(settled_already(run, step))
    settled = replace(step, status=status, by=command.by, at=now, reason=command.reason)
    moved = ways.after(changed_step(run, settled), settled, now)
    is_of_old_card = number_of(run, step) <= run.current and moved.step.status is StepStatus.OPEN
    if not is_of_old_card:  # else the step that is shown stays: somebody is at it
        moved = advanced(moved)
    text = f"{person(command.by)} {verb} step {number_of(run, step)}: {safe(step.title)}{because(command.reason)}"
    facts = [Fact(kind, now, text, command.by, {**data_of(run, step), "reason": command.reason})]
    if moved.status is RunStatus.FINISHED:
        facts.append(finished(moved, now, command.by))
    loud = showing.line(incident, f"step:{run.id}:{step.id}", text) if status is StepStatus.FAILED else ()
    return shown(incident, moved, tuple(facts), loud, now=now, by=command.by)


def finished(run: Run, now: datetime, by: str) -> Fact:
    """That a run came to its end, and to what."""
    return Fact(FactKind.RUN_FINISHED, now, f"{safe(run.title)} is finished: {count(run)}.", by, data_of(run))


def step_back(incident: Incident, command: StepBack, *, now: datetime) -> Decision:
    """Show the step before, open again; steps that were not taken are passed over.

    Raises Refused at the first, and where another step is shown by now: two who go back at once go back once.
    """
    run = walking(incident, command.run, also=(RunStatus.FINISHED,))
    if command.step not in {"", run.status if run.status is RunStatus.FINISHED else run.step.id}:
        raise Refused(
            "The run is at another step by now, so nobody went back. The card shows where it stands."
        )
    end = len(run.steps) if run.status is RunStatus.FINISHED else run.current
    taken = [index for index in range(end) if run.steps[index].status is not StepStatus.NOT_TAKEN]
    if not taken:
        raise Refused("This is the first step.")
    before = taken[-1]
    step = opened(run.steps[before])
    moved = replace(changed_step(run, step), current=before, status=RunStatus.WALKING, worked=None)
    text = f"{person(command.by)} went back to step {before + 1}: {safe(step.title)}"
    fact = Fact(FactKind.STEP_BACK, now, text, command.by, data_of(run, step))
    return shown(incident, moved, (fact,), now=now, by=command.by)


def stop(incident: Incident, command: StopRun, *, now: datetime) -> Decision:
    """Leave the runbook where it stands; it can be resumed."""
    run = walking(incident, command.run, also=(RunStatus.PICKING,))
    text = f"{person(command.by)} stopped {safe(run.title)} at step {run.current + 1}."
    fact = Fact(FactKind.RUN_STOPPED, now, text, command.by, data_of(run))
    return shown(incident, replace(run, status=RunStatus.STOPPED), (fact,), now=now, by=command.by)


def resume(incident: Incident, command: ResumeRun, *, now: datetime) -> Decision:
    """Post the live card anew at the end of the room, where people are; the one before says so."""
    run = run_of(incident, command.run)
    if run.status is RunStatus.FINISHED:
        raise Refused(
            f"{safe(run.title)} is finished. Start it again with `/incident runbook start {safe(run.path)}`."
        )
    status = _resumed(run)
    moved = replace(run, status=status, card_ts=None, left_ts=run.card_ts or run.left_ts)
    facts: tuple[Fact, ...] = ()
    if run.status is RunStatus.STOPPED:
        text = f"{person(command.by)} resumed {safe(run.title)} at step {run.current + 1}."
        facts = (Fact(FactKind.RUN_STARTED, now, text, command.by, {**data_of(run), "resumed": "yes"}),)
    decision = shown(incident, moved, facts, now=now, by=command.by)
    shows = (
        "The card to pick a section on"
        if status is RunStatus.PICKING
        else f"Step {run.current + 1} of {len(run.steps)}"
    )
    return replace(decision, reply=f"{shows} is below.")


def _resumed(run: Run) -> RunStatus:
    """A menu that was left before a section was picked, so that no step was shown, is still to be picked from."""
    if walks(run):
        return run.status
    was_walked = any(step.shown_at is not None or step.at is not None for step in run.steps)
    return RunStatus.WALKING if was_walked else RunStatus.PICKING


def count(run: Run) -> str:
    """How many steps came to what: 7 done, 1 skipped."""
    counts = [(status, sum(1 for step in run.steps if step.status is status)) for status in StepStatus]
    return ", ".join(f"{number} {status}" for status, number in counts if number)


def steps_counted(number: int) -> str:
    """How many steps, in words."""
    return "1 step" if number == 1 else f"{number} steps"
