"""Which way a walk takes: conditions, ways to the same end, sections of a menu. Choices are facts and hide nothing."""

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run import NONE_OF_THEM, Run, RunStatus, StepStatus
from incidentbot.core.runbooks.run_commands import (
    FinishStep,
    GoToStep,
    PickSection,
    StartRun,
    StepBack,
    TakeBranch,
    TakeWay,
)
from incidentbot.core.runbooks.runbook import Runbook, Step
from tests.core.play import ANA, BO, Play

OPEN, DONE, NOT_TAKEN = StepStatus.OPEN, StepStatus.DONE, StepStatus.NOT_TAKEN
WAYS = Runbook(
    "Disk full",
    "disk-full.md",
    "5ha",
    "#",
    steps=(
        Step("look", "Look", section=("Diagnosis",)),
        Step("grow", "Grow the disk", kind="choice", section=("Mitigation",)),
        Step("clean", "Delete old files", kind="choice", section=("Mitigation",)),
        Step("check", "Check", section=("After",)),
    ),
)


def walking(book: Runbook = WAYS, **words: tuple[str, ...]) -> Play:
    play = Play("im-chat")
    play.do(StartRun(ANA, "r", book, **words))
    return play


def run_of(play: Play) -> Run:
    return play.incident.runs["r"]


def became(play: Play) -> list[StepStatus]:
    return [step.status for step in run_of(play).steps]


def test_a_condition_that_holds_is_a_fact_and_the_step_stays_open():
    play = walking()
    play.do(TakeBranch(BO, "r", "look", 1, "If the disk is full"))

    assert play.said(FactKind.BRANCH_TAKEN)[0][1] == "<@U0BO> at step 1: If the disk is full"
    taken = run_of(play).steps[0].taken
    assert taken is not None
    assert (taken.branch, taken.label, taken.by) == (1, "If the disk is full", BO)
    assert became(play) == [OPEN] * 4


def test_of_two_people_who_choose_at_once_the_second_reads_what_the_first_said():
    play = walking()
    play.do(TakeBranch(BO, "r", "look", 1, "If the disk is full"))

    with pytest.raises(Refused, match="<@U0BO> said “If the disk is full”"):
        play.do(TakeBranch(ANA, "r", "look", 0, "If it is slow"))
    play.do(TakeBranch(ANA, "r", "look", NONE_OF_THEM, "None of these", seen=1))
    assert "none of its conditions holds" in play.said(FactKind.BRANCH_TAKEN)[1][1]


def test_one_of_several_ways_is_taken_and_the_others_are_marked_not_taken():
    play = walking()
    play.do(FinishStep(ANA, "r", "look", "done"))
    assert run_of(play).choosing(run_of(play).step)
    play.do(TakeWay(BO, "r", "clean"))

    assert became(play) == [DONE, NOT_TAKEN, OPEN, OPEN]
    assert run_of(play).step.id == "clean"
    assert play.said(FactKind.BRANCH_TAKEN)[0][1] == "<@U0BO> chose step 3: Delete old files"
    with pytest.raises(Refused, match="Step 2 was set aside by <@U0BO>"):
        play.do(TakeWay(ANA, "r", "grow"))
    play.do(FinishStep(BO, "r", "clean", "done"))
    assert run_of(play).step.id == "check"


def test_a_way_that_did_not_work_opens_the_others_again():
    play = walking()
    play.do(FinishStep(ANA, "r", "look", "done"))
    play.do(TakeWay(BO, "r", "clean"))
    play.do(FinishStep(BO, "r", "clean", "failed", "nothing to delete"))

    assert became(play)[1] is OPEN
    play.do(FinishStep(BO, "r", "check", "done"))
    assert run_of(play).step.id == "grow"


def test_a_way_that_is_simply_done_leaves_the_others_out():
    play = walking()
    play.do(FinishStep(ANA, "r", "look", "done"))
    play.do(FinishStep(ANA, "r", "grow", "done"))

    assert became(play) == [DONE, DONE, NOT_TAKEN, OPEN]


def test_back_passes_over_what_was_not_taken():
    play = walking()
    play.do(FinishStep(ANA, "r", "look", "done"))
    play.do(TakeWay(BO, "r", "clean"))
    play.do(StepBack(BO, "r"))

    assert run_of(play).step.id == "look"


def test_any_step_can_be_gone_to_and_is_open_again():
    play = walking()
    play.do(FinishStep(ANA, "r", "look", "done"))
    play.do(GoToStep(BO, "r", "check"))
    play.do(GoToStep(BO, "r", "look"))

    assert (run_of(play).step.id, run_of(play).step.status) == ("look", OPEN)
    assert play.said(FactKind.STEP_JUMPED)[0][1] == "<@U0BO> went to step 4: Check"
    with pytest.raises(Refused, match="Step 1 is the one that is shown"):
        play.do(GoToStep(BO, "r", "look"))


def test_of_a_menu_one_section_is_walked_and_the_others_can_be_gone_to():
    play = walking(sections=("Diagnosis", "Mitigation", "After"))
    assert run_of(play).status is RunStatus.PICKING
    with pytest.raises(Refused, match="Pick one on its card"):
        play.do(FinishStep(ANA, "r", "look", "done"))
    play.do(PickSection(BO, "r", "After"))

    assert became(play) == [NOT_TAKEN, NOT_TAKEN, NOT_TAKEN, OPEN]
    assert run_of(play).step.id == "check"
    with pytest.raises(Refused, match="picked already"):
        play.do(PickSection(ANA, "r", "Mitigation"))
    play.do(GoToStep(ANA, "r", "grow"))
    assert became(play)[1] is OPEN


def test_all_of_a_menu_can_be_walked_from_top_to_bottom():
    play = walking(sections=("Diagnosis", "Mitigation", "After"))
    play.do(PickSection(BO, "r", ""))

    assert became(play) == [OPEN] * 4
    assert play.said(FactKind.BRANCH_TAKEN)[0][1] == "<@U0BO> picked all sections of Disk full."


def test_sections_for_others_are_left_out_until_somebody_goes_there():
    play = walking(aside=("After",))

    assert became(play) == [OPEN, OPEN, OPEN, NOT_TAKEN]
    assert became(walking(aside=("Diagnosis", "Mitigation", "After"))) == [OPEN] * 4


def test_a_list_that_somebody_left_ticked_begins_anew_and_one_ticked_in_part_goes_on():
    ticked = Runbook("T", "t.md", "5hb", "#", steps=(Step("a", "A", done=True), Step("b", "B")))
    all_ticked = Runbook("T", "t.md", "5hc", "#", steps=(Step("a", "A", done=True),))

    assert run_of(walking(ticked)).step.id == "b"
    assert became(walking(all_ticked)) == [OPEN]
