"""Who held which role from when, and how runbooks were walked, for a draft. Judges neither."""

from collections.abc import Iterator, Mapping, Sequence

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.postmortems.postmortem_types import RoleSpell, RunSummary
from incidentbot.core.postmortems.postmortem_wording import ROLE_NAMES, Prepared
from incidentbot.core.runbooks.run import Run, StepStatus
from incidentbot.core.text.words import role_words


def role_spells(prepared: Prepared) -> tuple[RoleSpell, ...]:
    """Each taking of a role, by time."""
    spells = []
    for recorded in prepared.source.facts:
        fact = recorded.fact
        role = fact.data.get("role", "")
        if fact.kind is FactKind.ROLE_TAKEN and role:
            holder = prepared.who(fact.data.get("who") or fact.by)
            spells.append(
                RoleSpell(
                    fact.at, ROLE_NAMES.get(role.lower(), role_words(role)), holder, f"fact:{recorded.seq}"
                )
            )
    return tuple(spells)


def run_summary(run: Run, facts: Sequence[Recorded] = ()) -> RunSummary:
    """A run by the outcomes of its steps. facts: in which to look for what is told of it."""
    own = [each for each in facts if each.fact.data.get("run") == run.id]
    counts = {status: sum(step.status is status for step in run.steps) for status in StepStatus}
    return RunSummary(
        title=run.title,
        status=run.status.value,
        steps=len(run.steps),
        done=counts[StepStatus.DONE],
        skipped=counts[StepStatus.SKIPPED],
        failed=_reasons(run, StepStatus.FAILED),
        not_taken=counts[StepStatus.NOT_TAKEN],
        skips=tuple(said for said in _reasons(run, StepStatus.SKIPPED) if ": " in said),
        choices=tuple(_choices(run)),
        worked=run.worked,
        source=",".join(dict.fromkeys(f"fact:{each.seq}" for each in (*own[:1], *own[-1:]))),
        told=_told(run, own),
    )


def _reasons(run: Run, status: StepStatus) -> tuple[str, ...]:
    return tuple(
        f"{step.title}: {step.reason}".removesuffix(": ") for step in run.steps if step.status is status
    )


TELLING: Mapping[StepStatus, frozenset[FactKind]] = {
    StepStatus.FAILED: frozenset({FactKind.STEP_FAILED}),
    StepStatus.SKIPPED: frozenset({FactKind.STEP_SKIPPED}),
    StepStatus.DONE: frozenset({FactKind.STEP_DONE, FactKind.BRANCH_TAKEN}),
}
"""What became of a step -> the facts that say so."""


def _told(run: Run, own: Sequence[Recorded]) -> Mapping[str, str]:
    """The beginning of a sentence about a step, its title -> the last fact that tells what became of it."""
    told = {}
    for step in run.steps:
        kinds = TELLING.get(step.status, frozenset())
        for each in own:
            if each.fact.data.get("step") == step.id and each.fact.kind in kinds:
                told[step.title] = f"fact:{each.seq}"
    return told


def _choices(run: Run) -> Iterator[str]:
    for step in run.steps:
        if step.taken is not None:
            yield f"{step.title}: {step.taken.label}"
        elif step.status is StepStatus.DONE and run.siblings(step):
            yield f"{step.title}, of {len(run.siblings(step)) + 1} ways"
