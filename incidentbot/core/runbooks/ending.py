"""The end of a run and its next version: whether it worked, the file as it is now, a step that takes too long. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from incidentbot.core.answers import TimerFired
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.runbooks.moving import (
    OVERRUN,
    WHOLE,
    advanced,
    data_of,
    number_of,
    run_of,
    shown,
    walking,
)
from incidentbot.core.runbooks.run import NONE_OF_THEM, Run, RunStatus, StepState, StepStatus, Taken, Tick
from incidentbot.core.runbooks.run_commands import SayWorked, UseNewer
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.core.runbooks.walk import finished, states, steps_counted
from incidentbot.core.text.words import person, safe, span


def say_worked(incident: Incident, command: SayWorked, *, now: datetime) -> Decision:
    """Whether it worked. Raises Refused where that was said already, or there are steps left."""
    run = run_of(incident, command.run)
    if run.status is not RunStatus.FINISHED:
        raise Refused(f"{safe(run.title)} is not finished yet. Its card shows the next step.")
    if run.worked is not None:
        raise Refused(f"{person(run.moved_by)} has answered that already. The card shows it.")
    said = "says it worked" if command.worked else "says it is still broken"
    text = f"{safe(run.title)} is walked, and {person(command.by)} {said}."
    data = {**data_of(run), "worked": "yes" if command.worked else "no"}
    fact = Fact(FactKind.RUN_JUDGED, now, text, command.by, data)
    return shown(incident, replace(run, worked=command.worked), (fact,), now=now, by=command.by)


def use_newer(incident: Incident, command: UseNewer, *, now: datetime) -> Decision:
    """Walk on in the file as it is now: steps of the same id keep their state. Raises Refused where it is the same."""
    run = walking(incident, command.run)
    book = command.runbook
    if book.sha256 == run.sha256:
        raise Refused(f"{safe(run.title)} is walked in its newest version already.")
    if not book.steps:
        raise Refused(
            f"{safe(book.title)} has no steps any more. The run goes on in the version it began with."
        )
    before = {step.id: step for step in run.steps}
    texts = _by_id(book), _by_id(command.before or book)
    steps = tuple(
        _as_before(step, before[step.id], *(text.get(step.id) for text in texts))
        if step.id in before
        else _new(step, run)
        for step in states(book)
    )
    place = next((n for n, step in enumerate(steps) if step.id == run.step.id), 0)
    moved = replace(run, title=book.title, path=book.path, sha256=book.sha256, steps=steps, current=place)
    if moved.step.status is not StepStatus.OPEN:
        moved = advanced(moved)
    text = f"{person(command.by)} goes on in the newer version of {safe(book.title)} ({steps_counted(len(steps))})."
    facts = [Fact(FactKind.RUN_RENEWED, now, text, command.by, {**data_of(moved), "before": run.sha256})]
    if moved.status is RunStatus.FINISHED:
        facts.append(finished(moved, now, command.by))
    return shown(incident, moved, tuple(facts), now=now, by=command.by)


def _by_id(book: Runbook) -> Mapping[str, Step]:
    return {step.id: step for step in book.steps}


def _new(step: StepState, run: Run) -> StepState:
    """A step that was not there; where all of its section is left out of the walk, so is it."""
    around = {one.status for one in run.steps if one.section == step.section}
    return replace(step, status=StepStatus.NOT_TAKEN) if around == {StepStatus.NOT_TAKEN} else step


def _as_before(step: StepState, before: StepState, new: Step | None, old: Step | None) -> StepState:
    """A step with what became of it. Conditions and boxes are found again by their words: they may have moved."""
    kept = replace(
        before, title=step.title, group=step.group, section=step.section, minutes=step.minutes, long=step.long
    )
    if new is None:
        return kept
    ticks = tuple(_moved_ticks(kept.ticks, old.checklist if old else (), new.checklist))
    return replace(kept, taken=_moved_branch(kept.taken, new), ticks=ticks)


def _moved_branch(taken: Taken | None, step: Step) -> Taken | None:
    if taken is None or taken.branch == NONE_OF_THEM:
        return taken
    labels = [branch.label for branch in step.branches]
    return replace(taken, branch=labels.index(taken.label)) if taken.label in labels else None


def _moved_ticks(ticks: Sequence[Tick], old: Sequence[str], new: Sequence[str]) -> Iterator[Tick]:
    for tick in ticks:
        words = old[tick.box] if tick.box < len(old) else None
        if words in new:
            yield replace(tick, box=new.index(words))


def overrun(incident: Incident, command: TimerFired, *, now: datetime) -> Decision:
    """A step has taken as long as its author thought: ask whoever has it, once. Nothing where it is settled."""
    run = incident.runs.get(command.name.removeprefix(OVERRUN))
    if run is None or not _is_open(run, incident):
        return Decision(incident)
    step, since = run.step, run.step.shown_at or run.started_at
    who = person(step.owner or run.moved_by or run.started_by)
    text = (
        f"{who}, step {number_of(run, step)} of {safe(run.title)} is open for {span(now - since)}; about "
        f"{step.minutes} min were thought of: {safe(step.title)}. Are you stuck?"
    )
    fact = Fact(FactKind.STEP_OVERRUN, now, text, data=data_of(run, step))
    name = f"overrun:{run.id}:{step.id}"
    line = showing.line(incident, name, text, Notice.QUESTION, f"run:{run.id}")
    return Decision(incident, (fact,), line)


def whole_overrun(incident: Incident, command: TimerFired, *, now: datetime) -> Decision:
    """All of a run has taken as long as its author thought: ask whoever moved it last, once. Nothing where it is over."""
    run = incident.runs.get(command.name.removeprefix(WHOLE))
    if run is None or not _is_open(run, incident):
        return Decision(incident)
    left = sum(step.status is StepStatus.OPEN for step in run.steps)
    text = (
        f"{person(run.moved_by or run.started_by)}, {safe(run.title)} is being walked for {span(now - run.started_at)}; "
        f"about {run.minutes} min were thought of for all of it, and {left} of {len(run.steps)} steps are open. Is help needed?"
    )
    fact = Fact(FactKind.RUN_OVERRUN, now, text, data=data_of(run))
    line = showing.line(incident, f"whole:{run.id}", text, Notice.QUESTION, f"run:{run.id}")
    return Decision(incident, (fact,), line)


def _is_open(run: Run, incident: Incident) -> bool:
    is_walked = run.status is RunStatus.WALKING and incident.status is Status.OPEN
    return is_walked and run.step.status is StepStatus.OPEN
