"""What runs teach about a runbook: what became of each step, how long it took, what people said. Judges no person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.run import Run, RunStatus, StepState, StepStatus

Told = tuple[Incident, Sequence[Recorded]]
"""An incident with its timeline."""


@dataclass(frozen=True, slots=True)
class StepLearned:
    """A step over all runs. `median`: from being shown to being done, None where it was never done."""

    id: str
    title: str
    done: int
    skipped: int
    failed: int
    not_taken: int
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said of a step. kind: "wrong" (the file is), "failed" or "skipped" (the reason)."""

    at: datetime
    incident: str
    kind: str
    number: int
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Learned:
    """A runbook over all runs. worked and broken: how often people said so at the end."""

    path: str
    title: str
    runs: int
    finished: int
    worked: int
    broken: int
    steps: tuple[StepLearned, ...]
    remarks: tuple[Remark, ...]


def learn(incidents: Sequence[Told]) -> tuple[Learned, ...]:
    """One line for each file that was walked, in the order of paths; remarks newest first."""
    walked = [(told, run) for told in incidents for run in told[0].runs.values()]
    paths = sorted({run.path for _, run in walked})
    return tuple(_learned(path, [each for each in walked if each[1].path == path]) for path in paths)


def _learned(path: str, walked: Sequence[tuple[Told, Run]]) -> Learned:
    runs = sorted((run for _, run in walked), key=lambda run: run.started_at)
    remarks = sorted(
        (remark for (incident, facts), run in walked for remark in _remarks(incident, facts, run)),
        key=lambda remark: (remark.at, remark.number),
        reverse=True,
    )
    return Learned(
        path=path,
        title=runs[-1].title,
        runs=len(runs),
        finished=sum(run.status is RunStatus.FINISHED for run in runs),
        worked=sum(run.worked is True for run in runs),
        broken=sum(run.worked is False for run in runs),
        steps=_steps(runs),
        remarks=tuple(remarks),
    )


def _steps(runs: Sequence[Run]) -> tuple[StepLearned, ...]:
    """The steps of the latest run in its order, then those that only earlier versions of the file had."""
    order: dict[str, str] = {}
    for step in (step for run in reversed(runs) for step in run.steps):
        order.setdefault(step.id, step.title)
    became = {key: [step for run in runs for step in run.steps if step.id == key] for key in order}
    return tuple(_step(key, title, became[key]) for key, title in order.items())


def _step(key: str, title: str, became: Sequence[StepState]) -> StepLearned:
    counts = {status: sum(step.status is status for step in became) for status in StepStatus}
    took = [
        (step.at - step.shown_at).total_seconds()
        for step in became
        if _was_timed(step) and step.at and step.shown_at
    ]
    return StepLearned(
        key,
        title,
        counts[StepStatus.DONE],
        counts[StepStatus.SKIPPED],
        counts[StepStatus.FAILED],
        counts[StepStatus.NOT_TAKEN],
        timedelta(seconds=median(took)) if took else None,
    )


def _was_timed(step: StepState) -> bool:
    return step.status is StepStatus.DONE and step.by is not None


_SAID = {
    FactKind.STEP_WRONG: ("wrong", "text"),
    FactKind.STEP_FAILED: ("failed", "reason"),
    FactKind.STEP_SKIPPED: ("skipped", "reason"),
}
"""Facts in which people say something about a step -> what it is, and where in the fact's data their words are."""


def _remarks(incident: Incident, facts: Sequence[Recorded], run: Run) -> Iterator[Remark]:
    titles = {step.id: step.title for step in run.steps}
    for fact in (one.fact for one in facts if one.fact.data.get("run") == run.id):
        kind, words = _SAID.get(fact.kind, ("", ""))
        text = fact.data.get(words, "")
        if kind and text:
            step = fact.data.get("step_title") or titles.get(fact.data.get("step", ""), "")
            yield Remark(fact.at, incident.name, kind, int(fact.data.get("number", "0")), step, text)
