"""Walking a runbook: one live card, every press a fact. The first press on a step wins; the next sees the truth."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, ShowRun
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.policy import RoomKind
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.runbooks.run import Run, RunStatus, StepState, StepStatus
from incidentbot.core.runbooks.run_commands import FinishStep, ResumeRun, StartRun, StepBack, StopRun
from incidentbot.core.text.words import at_time, because, person, safe

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
    walking = next((r for r in incident.runs.values() if r.path == book.path and _walks(r)), None)
    if walking is not None:
        at = f"step {walking.current + 1} of {len(walking.steps)}"
        raise Refused(
            f"{safe(book.title)} is being walked already, at {at}. `/incident runbook resume` shows it."
        )
    steps = tuple(StepState(step.id, step.title) for step in book.steps)
    run = Run(command.run, book.title, book.path, book.sha256, command.by, now, steps)
    text = f"{person(command.by)} began {safe(book.title)} ({len(steps)} steps)."
    fact = Fact(FactKind.RUN_STARTED, now, text, command.by, _data(run))
    decision = _shown(incident, run, (fact,))
    return replace(decision, reply=f"{safe(book.title)}: {len(steps)} steps. The card is in the room.")


def finish_step(incident: Incident, command: FinishStep, *, now: datetime) -> Decision:
    """Settle the step that is shown. Raises Refused for a stale press, saying who was faster."""
    run = _walking(incident, command.run)
    step = _step(run, command.step)
    status, kind, verb = OUTCOMES[command.outcome]
    if step.status is not StepStatus.OPEN:
        raise Refused(_settled_already(run, step))
    settled = replace(step, status=status, by=command.by, at=now, reason=command.reason)
    steps = tuple(settled if one.id == step.id else one for one in run.steps)
    moved = _advanced(replace(run, steps=steps))
    number = run.steps.index(step) + 1
    text = f"{person(command.by)} {verb} step {number}: {safe(step.title)}{because(command.reason)}"
    data = {**_data(run), "step": step.id, "number": str(number), "reason": command.reason}
    facts = [Fact(kind, now, text, command.by, data)]
    if moved.status is RunStatus.FINISHED:
        ended = f"{safe(run.title)} is finished: {_count(moved)}."
        facts.append(Fact(FactKind.RUN_FINISHED, now, ended, command.by, _data(run)))
    loud = showing.line(incident, f"step:{run.id}:{step.id}", text) if status is StepStatus.FAILED else ()
    return _shown(incident, moved, tuple(facts), loud)


def _advanced(run: Run) -> Run:
    """The next open step after the present one, else the first open one, else the end."""
    order = [*range(run.current + 1, len(run.steps)), *range(run.current + 1)]
    following = next((i for i in order if run.steps[i].status is StepStatus.OPEN), None)
    if following is None:
        return replace(run, status=RunStatus.FINISHED)
    return replace(run, current=following)


def _settled_already(run: Run, step: StepState) -> str:
    number = run.steps.index(step) + 1
    when = f" {at_time(step.at)}" if step.at else ""
    return (
        f"Step {number} was {step.status} by {person(step.by)}{when} already. The card shows where it stands."
    )


def step_back(incident: Incident, command: StepBack, *, now: datetime) -> Decision:
    """Show the step before, open again. Raises Refused at the first."""
    run = _walking(incident, command.run, also=RunStatus.FINISHED)
    before = len(run.steps) - 1 if run.status is RunStatus.FINISHED else run.current - 1
    if before < 0:
        raise Refused("This is the first step.")
    step = replace(run.steps[before], status=StepStatus.OPEN, by=None, at=None, reason="")
    steps = (*run.steps[:before], step, *run.steps[before + 1 :])
    moved = replace(run, steps=steps, current=before, status=RunStatus.WALKING)
    text = f"{person(command.by)} went back to step {before + 1}: {safe(step.title)}"
    fact = Fact(FactKind.STEP_BACK, now, text, command.by, {**_data(run), "step": step.id})
    return _shown(incident, moved, (fact,))


def stop(incident: Incident, command: StopRun, *, now: datetime) -> Decision:
    """Leave the runbook where it stands; it can be resumed."""
    run = _walking(incident, command.run)
    text = f"{person(command.by)} stopped {safe(run.title)} at step {run.current + 1}."
    fact = Fact(FactKind.RUN_STOPPED, now, text, command.by, _data(run))
    return _shown(incident, replace(run, status=RunStatus.STOPPED), (fact,))


def resume(incident: Incident, command: ResumeRun, *, now: datetime) -> Decision:
    """Post the live card anew at the end of the room, where people are; the one before says so."""
    run = _run(incident, command.run)
    if run.status is RunStatus.FINISHED:
        raise Refused(
            f"{safe(run.title)} is finished. Start it again with `/incident runbook {safe(run.path)}`."
        )
    moved = replace(run, status=RunStatus.WALKING, card_ts=None, left_ts=run.card_ts or run.left_ts)
    facts: tuple[Fact, ...] = ()
    if run.status is RunStatus.STOPPED:
        text = f"{person(command.by)} resumed {safe(run.title)} at step {run.current + 1}."
        facts = (Fact(FactKind.RUN_STARTED, now, text, command.by, {**_data(run), "resumed": "yes"}),)
    return replace(
        _shown(incident, moved, facts), reply=f"Step {run.current + 1} of {len(run.steps)} is below."
    )


def latest(incident: Incident) -> Run:
    """The run that a command without a name means: the last one walked. Raises Refused if there is none."""
    runs = sorted(incident.runs.values(), key=lambda run: (_walks(run), run.started_at))
    if not runs:
        raise Refused("No runbook is being walked here. `/incident runbook` offers some.")
    return runs[-1]


def _shown(incident: Incident, run: Run, facts: tuple[Fact, ...], more: tuple[Effect, ...] = ()) -> Decision:
    changed = replace(incident, runs={**incident.runs, run.id: run})
    reply = facts[-1].text if facts else ""
    return Decision(changed, facts, (ShowRun(run.id), *more), reply=reply)


def _count(run: Run) -> str:
    counts = [(status, sum(1 for step in run.steps if step.status is status)) for status in StepStatus]
    return ", ".join(f"{count} {status}" for status, count in counts if count)


def _data(run: Run) -> dict[str, str]:
    return {"run": run.id, "title": run.title, "path": run.path, "sha256": run.sha256}


def _walks(run: Run) -> bool:
    return run.status is RunStatus.WALKING


def _run(incident: Incident, run_id: str) -> Run:
    run = incident.runs.get(run_id)
    if run is None:
        raise Refused("That runbook is not walked here any more. `/incident runbook` offers some.")
    return run


def _walking(incident: Incident, run_id: str, also: RunStatus = RunStatus.WALKING) -> Run:
    run = _run(incident, run_id)
    if run.status not in {RunStatus.WALKING, also}:
        raise Refused(f"{safe(run.title)} was {run.status}. `/incident runbook resume` goes on with it.")
    return run


def _step(run: Run, step_id: str) -> StepState:
    step = next((one for one in run.steps if one.id == step_id), None)
    if step is None:
        raise Refused("That step is not part of this run. The card shows where it stands.")
    return step
