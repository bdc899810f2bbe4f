"""Anything that people press in a run, in any order: the step that is shown is open, and Slack takes every card."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.answers import RunShown
from incidentbot.core.commands import Command
from incidentbot.core.decide import decide
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run import Run, RunStatus, StepStatus
from incidentbot.core.runbooks.run_commands import (
    AssignStep,
    FinishStep,
    GoToStep,
    NoteStep,
    PickSection,
    ResumeRun,
    SayWorked,
    SetValues,
    StartRun,
    StepBack,
    StopRun,
    TakeBranch,
    TakeWay,
    TickBoxes,
    UseNewer,
)
from incidentbot.core.runbooks.runbook import Runbook, Step, StepBranch, StepCommand
from incidentbot.slack.cards.runbook import Around, left_card, run_card
from incidentbot.slack.windows.run_forms import steps_form
from incidentbot.store.codec import incident_from_text, incident_to_text
from tests.slack.block_checks import assert_slack_opens, assert_slack_takes
from tests.slack.examples import ANA, BO, IM_CHAT, T0, an_incident

BOOK = Runbook(
    "Disk full",
    "disk-full.md",
    "old",
    "#",
    steps=(
        Step("s1", "Look", section=("A",), checklist=("a", "b"), branches=(StepBranch("If full", "#b"),)),
        Step("s2", "Grow", kind="choice", section=("B",), commands=(StepCommand("grow <disk>"),)),
        Step("s3", "Delete", kind="choice", section=("B",), placeholders=("<disk>",), estimate_minutes=3),
        Step("s4", "Check", section=("C",), done=True),
        Step("s5", "Tell", section=("C",), kind="task"),
    ),
)
NEWER = replace(BOOK, sha256="new", steps=(Step("s0", "First"), *BOOK.steps[1:4]))
STEPS = [step.id for step in BOOK.steps]
BEGINNINGS = (
    StartRun(ANA, "r", BOOK),
    StartRun(ANA, "r", BOOK, sections=("A", "B", "C")),
    StartRun(ANA, "r", BOOK, aside=("C",)),
)
PRESSED: Sequence[Command] = (
    *(FinishStep(BO, "r", step, outcome) for step in STEPS for outcome in ("done", "skipped", "failed")),
    *(GoToStep(ANA, "r", step) for step in STEPS),
    *(TakeWay(BO, "r", step) for step in ("s1", "s2", "s3")),
    *(PickSection(BO, "r", section) for section in ("", "B", "nowhere")),
    TakeBranch(BO, "r", "s1", 0, "If full"),
    TakeBranch(ANA, "r", "s1", -1, "None of these", 0),
    TickBoxes(BO, "r", "s1", {0: "a"}, {1: "b"}),
    SetValues(BO, "r", {"<disk>": "sda"}),
    AssignStep(ANA, "r", "s3", BO),
    NoteStep(ANA, "r", "s2", "gone", wrong=True),
    StepBack(BO, "r"),
    StopRun(BO, "r"),
    ResumeRun(BO, "r"),
    RunShown("r", "1.1"),
    SayWorked(BO, "r", worked=False),
    UseNewer(ANA, "r", NEWER),
    UseNewer(ANA, "r", BOOK),
)


def sound(run: Run) -> None:
    """What holds of a run whatever was pressed."""
    assert 0 <= run.current < len(run.steps)
    is_left = any(step.status is StepStatus.OPEN for step in run.steps)
    if run.status is RunStatus.WALKING:
        assert run.step.status is StepStatus.OPEN
    if run.status is RunStatus.FINISHED:
        assert not is_left
    assert run.worked is None or run.status is RunStatus.FINISHED


@settings(max_examples=60)
@given(st.sampled_from(BEGINNINGS), st.lists(st.sampled_from(PRESSED), max_size=20))
def test_whatever_is_pressed_the_run_is_sound_and_its_card_is_legal(
    begun: StartRun, presses: list[Command]
) -> None:
    incident: Incident = an_incident("x")
    for minute, command in enumerate([begun, *presses]):
        try:
            decision = decide(incident, command, now=T0 + timedelta(minutes=minute), policy=IM_CHAT)
        except Refused:
            continue
        incident = decision.incident
    run = incident.runs["r"]
    sound(run)
    for book in (BOOK, NEWER, None):
        assert_slack_takes(run_card(incident, run, book, Around(newer=True)))
    assert_slack_takes(left_card(run))
    assert_slack_opens(steps_form(incident, run))
    assert incident_from_text(incident_to_text(incident)) == incident
