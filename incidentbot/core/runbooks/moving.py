"""What every rule of a walk stands on: the run that is meant, the step that comes next, and what is told. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, ShowRun
from incidentbot.core.facts import Fact
from incidentbot.core.file_effects import ShareCommands
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.runbooks.run import Run, RunStatus, StepState, StepStatus
from incidentbot.core.text.words import at_time, person, safe

OVERRUN = "run:"
"""The timer of a run's present step, by the run's id: when it has taken as long as its author thought."""

LEFT_OUT = (
    "That step is not in the file any more: a newer version is walked by now. The card shows where it stands."
)

WHOLE = "run-whole:"
"""The timer of all of a run, by its id."""


def shown(
    incident: Incident,
    run: Run,
    facts: tuple[Fact, ...],
    more: tuple[Effect, ...] = (),
    *,
    now: datetime,
    by: str,
) -> Decision:
    """The run as it is from now on, its card brought up to date and its clock set.

    The incident's own card is drawn anew where a run begins, ends or is left: it names those that are walked.
    """
    arrived = arrive(replace(run, moved_by=by, moved_at=now), now)
    is_first = run.status is RunStatus.WALKING and run.step.shown_at is None
    files = (ShareCommands(run.id, run.step.id),) if is_first and run.step.long else ()
    before = incident.runs.get(run.id)
    card = () if before is not None and before.status is arrived.status else showing.card(incident)
    changed = replace(incident, runs={**incident.runs, run.id: arrived})
    reply = facts[-1].text if facts else ""
    return Decision(changed, facts, (ShowRun(run.id), *card, *files, *more), clock(arrived, now), reply=reply)


def arrive(run: Run, now: datetime) -> Run:
    """Note when the present step was first shown."""
    if run.status is not RunStatus.WALKING or run.step.shown_at is not None:
        return run
    return changed_step(run, replace(run.step, shown_at=now))


def clock(run: Run, now: datetime) -> Mapping[str, datetime | None]:
    """The instants at which the present step, and all of it, have taken too long; None where there is none ahead."""
    step = run.step
    is_timed = run.status is RunStatus.WALKING and step.minutes is not None and step.shown_at is not None
    timers = {OVERRUN + run.id: _ahead(step.shown_at, step.minutes, now) if is_timed else None}
    if run.minutes is None:
        return timers
    return {**timers, WHOLE + run.id: _ahead(run.started_at, run.minutes, now) if walks(run) else None}


def _ahead(since: datetime | None, minutes: int | None, now: datetime) -> datetime | None:
    due = since + timedelta(minutes=minutes) if since is not None and minutes is not None else None
    return due if due is not None and due > now else None


def changed_step(run: Run, step: StepState) -> Run:
    """The run with this step in place of its own."""
    return replace(run, steps=tuple(step if one.id == step.id else one for one in run.steps))


def advanced(run: Run) -> Run:
    """The next open step after the present one, else the first open one, else the end."""
    order = [*range(run.current + 1, len(run.steps)), *range(run.current + 1)]
    following = next((i for i in order if run.steps[i].status is StepStatus.OPEN), None)
    if following is None:
        return replace(run, status=RunStatus.FINISHED)
    return replace(run, current=following)


def opened(step: StepState) -> StepState:
    """The step as if nothing had become of it; what was ticked, chosen and assigned stays."""
    return replace(step, status=StepStatus.OPEN, by=None, at=None, reason="")


def settled_already(run: Run, step: StepState) -> str:
    """Who was faster with a step, and when."""
    when = f" {at_time(step.at)}" if step.at else ""
    verb = "set aside" if step.status is StepStatus.NOT_TAKEN else f"{step.status}"
    return f"Step {number_of(run, step)} was {verb} by {person(step.by)}{when} already. The card shows where it stands."


def number_of(run: Run, step: StepState) -> int:
    """Which step it is, from 1."""
    return next(number for number, one in enumerate(run.steps, start=1) if one.id == step.id)


def data_of(run: Run, step: StepState | None = None) -> dict[str, str]:
    """What machines need to know of a fact about a run, and of a step of it."""
    data = {"run": run.id, "title": run.title, "path": run.path, "sha256": run.sha256}
    if step is not None:
        data |= {"step": step.id, "number": str(number_of(run, step)), "step_title": step.title}
    return data


def walks(run: Run) -> bool:
    """Whether it is neither over nor left."""
    return run.status in {RunStatus.WALKING, RunStatus.PICKING}


def run_of(incident: Incident, run_id: str) -> Run:
    """The run of this id. Raises Refused where there is none."""
    run = incident.runs.get(run_id)
    if run is None:
        raise Refused("That runbook is not walked here any more. `/incident runbook` offers some.")
    return run


def walking(incident: Incident, run_id: str, also: Sequence[RunStatus] = ()) -> Run:
    """The run of this id, which is being walked. Raises Refused for one that is over, left, or not begun."""
    run = run_of(incident, run_id)
    if run.status in {RunStatus.WALKING, *also}:
        return run
    if run.status is RunStatus.PICKING:
        raise Refused(f"{safe(run.title)} has several sections. Pick one on its card first.")
    if run.status is RunStatus.FINISHED:
        raise Refused(f"{safe(run.title)} is finished already. Its card shows how it went, and leads back.")
    raise Refused(f"{safe(run.title)} was {run.status}. {resuming(incident, run)} goes on with it.")


def latest(incident: Incident) -> Run:
    """The run that a command without a name means: the last one walked. Raises Refused if there is none."""
    runs = sorted(incident.runs.values(), key=_walked_last)
    if not runs:
        raise Refused("No runbook is being walked here. `/incident runbook` offers some.")
    return runs[-1]


def unnamed(incident: Incident, verb: str) -> Run:
    """The run that a move without a name is about: the latest. Raises Refused where another one was moved since."""
    run = latest(incident)
    other = max(incident.runs.values(), key=_moved_at)
    if _moved_at(other) <= _moved_at(run):
        return run
    over = f", and {'is' if other.status is RunStatus.FINISHED else 'was'} {other.status}"
    choice = [one for one in incident.runs.values() if walks(one) or one in (run, other)]
    ways = [f"`/incident runbook {verb} {safe(one.path)}`" for one in choice if walks(one) or verb == "back"]
    raise Refused(
        f"{safe(other.title)} was moved last{'' if walks(other) else over}. Nothing was changed: say which runbook you "
        f"mean, {' or '.join(ways) or '`/incident runbook` offers some'}."
    )


def named(incident: Incident, name: str) -> Run | None:
    """The run of the file of this name, by its path, the path's last part or the title; of several the last one walked."""
    asked = _folded(name)
    runs = [run for run in incident.runs.values() if asked in map(_folded, (run.path, run.title))]
    loosely = [run for run in incident.runs.values() if asked == _folded(run.path.rpartition("/")[2])]
    return max(runs or loosely, key=_walked_last, default=None)


def resuming(incident: Incident, run: Run) -> str:
    """The command that posts the card of this run anew; it names the run where another one would be meant."""
    name = "" if latest(incident) is run else f" {safe(run.path)}"
    return f"`/incident runbook resume{name}`"


def _walked_last(run: Run) -> tuple[bool, datetime]:
    return walks(run), run.started_at


def _moved_at(run: Run) -> datetime:
    return run.moved_at or run.started_at


def _folded(name: str) -> str:
    return name.casefold().removesuffix(".md").replace("-", " ").replace("_", " ").strip()


def step_of(run: Run, step_id: str) -> StepState:
    """The step of this id. Raises Refused where the run has none."""
    step = next((one for one in run.steps if one.id == step_id), None)
    if step is None:
        raise Refused(LEFT_OUT)
    return step


def counted(run: Run, version: str) -> None:
    """Raises Refused where conditions and boxes were counted by another version of the file than the one that is walked."""
    if version not in {"", run.sha256}:
        raise Refused(
            f"{safe(run.title)} went on in a newer version while you pressed. The card shows it: press there again."
        )
