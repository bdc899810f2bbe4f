"""Picking a section of a file that is a menu: its steps are walked, the others are left out and can be gone to. Pure."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.moving import data_of, opened, run_of, shown
from incidentbot.core.runbooks.run import Run, RunStatus, StepState, StepStatus
from incidentbot.core.runbooks.run_commands import PickSection
from incidentbot.core.text.words import person, safe


def pick_section(incident: Incident, command: PickSection, *, now: datetime) -> Decision:
    """Walk one section, or all. Raises Refused where somebody picked one meanwhile."""
    run = run_of(incident, command.run)
    if run.status is not RunStatus.PICKING:
        raise Refused(
            "Its section was picked already. The card shows where it stands; All steps leads elsewhere."
        )
    steps = tuple(_left_out(step, command, now) for step in run.steps)
    first = next((n for n, step in enumerate(steps) if step.status is StepStatus.OPEN), None)
    if first is None:
        raise Refused("There is no such section in this file any more. Start it anew.")
    text = f"{person(command.by)} picked {_named(command.section)} of {safe(run.title)}."
    fact = Fact(FactKind.BRANCH_TAKEN, now, text, command.by, {**data_of(run), "branch": command.section})
    moved = replace(run, steps=steps, current=first, status=RunStatus.WALKING)
    return shown(incident, moved, (fact,), now=now, by=command.by)


def _left_out(step: StepState, command: PickSection, now: datetime) -> StepState:
    if step.section == command.section and step.status is StepStatus.NOT_TAKEN:
        return opened(step)
    if not command.section or step.section == command.section or step.status is not StepStatus.OPEN:
        return step
    return replace(step, status=StepStatus.NOT_TAKEN, by=command.by, at=now)


def _named(section: str) -> str:
    return f"“{safe(section)}”" if section else "all sections"


def sections(run: Run) -> dict[str, int]:
    """The sections of a run in the file's order, and how many steps each has."""
    found: dict[str, int] = {}
    for step in run.steps:
        found[step.section] = found.get(step.section, 0) + 1
    return found
