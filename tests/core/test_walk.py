"""Walking a runbook: every press a fact, the first press wins, nothing is lost by going back or stopping."""

import pytest

from incidentbot.core.effects import Say, ShowRun
from incidentbot.core.facts import FactKind
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run import Run, RunStatus, StepStatus
from incidentbot.core.runbooks.run_commands import (
    FinishStep,
    GoToStep,
    ResumeRun,
    StartRun,
    StepBack,
    StopRun,
)
from incidentbot.core.runbooks.runbook import Runbook, Step
from tests.core.play import ANA, BO, Play

STEPS = tuple(Step(f"s{number}", f"Step {number}") for number in (1, 2, 3))
BOOK = Runbook("Database outage", "database-outage.md", "5ha", "# text", steps=STEPS)


def walking(*outcomes: str) -> Play:
    play = Play("im-chat")
    play.do(StartRun(ANA, "r1", BOOK))
    for number, outcome in enumerate(outcomes, start=1):
        play.do(FinishStep(BO, "r1", f"s{number}", outcome, "why" if outcome != "done" else ""))
    return play


def run_of(play: Play) -> Run:
    return play.incident.runs["r1"]


def test_a_run_begins_at_its_first_step_with_a_live_card():
    play = walking()

    assert (run_of(play).current, run_of(play).status) == (0, RunStatus.WALKING)
    assert ShowRun("r1") in [effect for _, effect in play.effects]


def test_done_skip_and_did_not_work_are_facts_with_actor_and_reason():
    play = walking("done", "skipped", "failed")

    kinds = [(fact.kind, fact.by) for fact in play.facts if fact.data.get("step")]
    assert kinds == [(FactKind.STEP_DONE, BO), (FactKind.STEP_SKIPPED, BO), (FactKind.STEP_FAILED, BO)]
    assert "<@U0BO> skipped step 2: Step 2: why" in [fact.text for fact in play.facts]


def test_a_step_that_did_not_work_is_said_aloud_in_the_room():
    play = walking("failed")

    assert [
        effect.text for _, effect in play.effects if isinstance(effect, Say) and "could not" in effect.text
    ]


def test_the_second_of_two_people_pressing_at_once_is_told_who_was_faster():
    play = walking("done")

    with pytest.raises(Refused, match=r"Step 1 was done by <@U0BO> <!date.*2026-11-21 at 12:00 UTC> already"):
        play.do(FinishStep(ANA, "r1", "s1", "done"))


def test_the_second_press_on_the_last_step_is_told_who_was_faster_too():
    play = walking("done", "done", "done")

    with pytest.raises(Refused, match=r"Step 3 was done by <@U0BO> .* already"):
        play.do(FinishStep(ANA, "r1", "s3", "done"))
    with pytest.raises(Refused, match="is finished already"):
        play.do(StopRun(ANA, "r1"))


def test_the_last_step_finishes_the_run():
    play = walking("done", "done", "done")

    assert run_of(play).status is RunStatus.FINISHED
    assert play.said(FactKind.RUN_FINISHED)[0][1] == "Database outage is finished: 3 done."


def test_back_opens_the_step_before_again_even_after_the_end():
    play = walking("done", "done", "done")

    play.do(StepBack(ANA, "r1"))

    assert (run_of(play).current, run_of(play).steps[2].status) == (2, StepStatus.OPEN)
    assert run_of(play).status is RunStatus.WALKING


def test_a_press_on_an_old_card_settles_its_step_and_leaves_the_one_that_is_shown():
    play = walking()
    play.do(GoToStep(ANA, "r1", "s2"))
    play.do(FinishStep(BO, "r1", "s1", "done"))

    assert (run_of(play).steps[0].status, run_of(play).step.id) == (StepStatus.DONE, "s2"), "s2 is still open"


def test_there_is_nothing_before_the_first_step():
    with pytest.raises(Refused, match="first step"):
        walking().do(StepBack(ANA, "r1"))


def test_a_stopped_run_takes_no_press_and_goes_on_where_it_was():
    play = walking("done")
    play.do(StopRun(ANA, "r1"))

    with pytest.raises(Refused, match="runbook resume"):
        play.do(FinishStep(BO, "r1", "s2", "done"))

    play.do(ResumeRun(BO, "r1"))
    assert (run_of(play).current, run_of(play).status) == (1, RunStatus.WALKING)


def test_an_answered_step_that_was_passed_over_comes_last():
    play = walking()
    play.do(FinishStep(ANA, "r1", "s2", "done"))

    assert run_of(play).current == 2
    play.do(FinishStep(ANA, "r1", "s3", "done"))
    assert run_of(play).current == 0


@pytest.mark.parametrize(
    ("book", "sentence"),
    [
        (Runbook("Notes", "notes.md", "5hb", ""), "has no steps"),
        (BOOK, "being walked already, at step 1 of 3"),
    ],
)
def test_what_cannot_be_walked_is_refused(book: Runbook, sentence: str):
    with pytest.raises(Refused, match=sentence):
        walking().do(StartRun(BO, "r2", book))


def test_an_incident_without_a_room_has_no_place_for_a_walk():
    with pytest.raises(Refused, match="no room"):
        Play("mapme", Severity.P3).do(StartRun(ANA, "r1", BOOK))
