"""Who does what in a run: boxes, steps given to people, words; its end, its next version, a step that takes too long."""

from dataclasses import replace

import pytest

from incidentbot.core.effects import Say
from incidentbot.core.facts import FactKind
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run import Run, RunStatus, StepStatus
from incidentbot.core.runbooks.run_commands import (
    AssignStep,
    FinishStep,
    NoteStep,
    SayWorked,
    StartRun,
    StepBack,
    StopRun,
    TickBoxes,
    UseNewer,
)
from incidentbot.core.runbooks.runbook import Runbook, Step
from tests.core.play import ANA, BO, CHI, Play

STEPS = (
    Step("s1", "One", checklist=("a", "b", "c"), estimate_minutes=5),
    Step("s2", "Two"),
    Step("s3", "Three"),
)
BOOK = Runbook("Disk full", "disk-full.md", "old", "#", steps=STEPS)


def walking() -> Play:
    play = Play("im-chat")
    play.do(StartRun(ANA, "r", BOOK))
    return play


def finished() -> Play:
    play = walking()
    for step in STEPS:
        play.do(FinishStep(BO, "r", step.id, "done"))
    return play


def run_of(play: Play) -> Run:
    return play.incident.runs["r"]


def test_two_people_who_tick_at_once_lose_nothing():
    play = walking()
    play.do(TickBoxes(ANA, "r", "s1", ticked={0: "a"}))
    play.do(TickBoxes(BO, "r", "s1", ticked={2: "c"}))  # on a card that did not show Ana's tick yet

    assert [(tick.box, tick.by) for tick in run_of(play).steps[0].ticks] == [(0, ANA), (2, BO)]
    assert [text for _, text in play.said(FactKind.BOX_TICKED)] == [
        "<@U0ANA> ticked at step 1: a",
        "<@U0BO> ticked at step 1: c",
    ]


def test_a_box_that_both_tick_is_the_firsts_and_one_can_be_unticked():
    play = walking()
    play.do(TickBoxes(ANA, "r", "s1", ticked={0: "a"}))
    play.do(TickBoxes(BO, "r", "s1", ticked={0: "a"}))
    play.do(TickBoxes(BO, "r", "s1", unticked={1: "b"}))
    assert [(tick.box, tick.by) for tick in run_of(play).steps[0].ticks] == [(0, ANA)]

    play.do(TickBoxes(BO, "r", "s1", unticked={0: "a"}))
    assert run_of(play).steps[0].ticks == ()
    assert len(play.said(FactKind.BOX_TICKED)) == 2


def test_a_step_given_to_somebody_is_said_aloud_and_one_taken_is_not():
    play = walking()
    play.do(AssignStep(BO, "r", "s1", BO))
    assert not _said(play)
    play.do(AssignStep(ANA, "r", "s1", CHI))

    assert run_of(play).steps[0].owner == CHI
    assert _said(play) == ["<@U0ANA> gave <@U0CHI> step 1 of Disk full: One"]
    with pytest.raises(Refused, match="<@U0CHI>'s already"):
        play.do(AssignStep(BO, "r", "s1", CHI))


def _said(play: Play) -> list[str]:
    return [effect.text for _, effect in play.effects if isinstance(effect, Say)]


def test_a_note_is_on_the_timeline_and_what_is_wrong_is_kept_for_the_owner():
    play = walking()
    play.do(NoteStep(BO, "r", "s1", "lag is falling"))
    reply = play.do(NoteStep(BO, "r", "s2", "the flag is gone", wrong=True)).reply

    assert play.said(FactKind.STEP_NOTED)[0][1] == "<@U0BO> at step 1 of Disk full: lag is falling"
    assert (
        play.said(FactKind.STEP_WRONG)[0][1] == "<@U0BO> says step 2 of Disk full is wrong: the flag is gone"
    )
    assert "owner" in reply
    with pytest.raises(Refused, match="Write what"):
        play.do(NoteStep(BO, "r", "s1", " "))


def test_a_step_that_takes_longer_than_its_author_thought_is_asked_about_once():
    play = walking()
    play.do(AssignStep(ANA, "r", "s1", CHI))
    play.after(minutes=4)
    assert not play.said(FactKind.STEP_OVERRUN)
    play.after(minutes=30)

    (said,) = play.said(FactKind.STEP_OVERRUN)
    assert said[1] == (
        "<@U0CHI>, step 1 of Disk full is open for 5 min; about 5 min were thought of: One. Are you stuck?"
    )
    assert "run:r" in [effect.button for _, effect in play.effects if isinstance(effect, Say)]


def test_a_step_that_is_done_in_time_is_not_asked_about():
    play = walking()
    play.do(FinishStep(BO, "r", "s1", "done"))
    play.after(hours=1)
    assert not play.said(FactKind.STEP_OVERRUN)

    play.do(StepBack(BO, "r"))  # its time is up already: nobody is asked at once
    play.after(minutes=1)
    assert not play.said(FactKind.STEP_OVERRUN)


@pytest.mark.parametrize(("worked", "said"), [(True, "says it worked"), (False, "says it is still broken")])
def test_at_the_end_somebody_says_whether_it_worked(worked: bool, said: str):  # noqa: FBT001 - drawn
    play = finished()
    play.do(SayWorked(CHI, "r", worked=worked))

    assert run_of(play).worked is worked
    assert play.said(FactKind.RUN_JUDGED)[0][1] == f"Disk full is walked, and <@U0CHI> {said}."
    with pytest.raises(Refused, match="<@U0CHI> has answered that already"):
        play.do(SayWorked(ANA, "r", worked=not worked))


def test_a_run_with_steps_left_is_not_judged():
    with pytest.raises(Refused, match="not finished"):
        walking().do(SayWorked(ANA, "r", worked=True))


def test_in_the_newer_version_steps_of_the_same_id_keep_what_became_of_them():
    play = walking()
    play.do(TickBoxes(ANA, "r", "s1", ticked={0: "a"}))
    play.do(FinishStep(BO, "r", "s1", "done"))
    added = Step("s1b", "One and a half")
    newer = replace(BOOK, sha256="new", steps=(STEPS[0], added, STEPS[1], replace(STEPS[2], id="s4")))
    play.do(UseNewer(CHI, "r", newer))

    run = run_of(play)
    assert [(step.id, step.status) for step in run.steps] == [
        ("s1", StepStatus.DONE),
        ("s1b", StepStatus.OPEN),
        ("s2", StepStatus.OPEN),
        ("s4", StepStatus.OPEN),
    ]
    assert (run.sha256, run.step.id, len(run.steps[0].ticks)) == ("new", "s2", 1)
    with pytest.raises(Refused, match="newest version already"):
        play.do(UseNewer(ANA, "r", newer))


def test_a_run_that_takes_longer_than_its_file_says_asks_once_and_not_where_it_is_over():
    play = Play("im-chat")
    play.do(StartRun(ANA, "r", replace(BOOK, estimate_minutes=30)))
    play.after(minutes=20)
    play.do(FinishStep(BO, "r", "s1", "done"))
    assert not play.said(FactKind.RUN_OVERRUN)

    play.after(minutes=11)
    (said,) = play.said(FactKind.RUN_OVERRUN)
    assert said[1].startswith(
        "<@U0BO>, Disk full is being walked for 30 min; about 30 min were thought of for all of it"
    )
    play.after(minutes=60)
    assert len(play.said(FactKind.RUN_OVERRUN)) == 1


def test_a_run_that_is_over_in_time_asks_nobody():
    play = Play("im-chat")
    play.do(StartRun(ANA, "r", replace(BOOK, estimate_minutes=30)))
    play.do(StopRun(BO, "r"))
    play.after(minutes=60)

    assert not play.said(FactKind.RUN_OVERRUN)


def test_where_the_step_that_is_shown_is_gone_the_first_open_one_is_shown():
    play = walking()
    play.do(FinishStep(BO, "r", "s1", "done"))
    play.do(UseNewer(CHI, "r", replace(BOOK, sha256="new", steps=(STEPS[0], STEPS[2]))))
    assert run_of(play).step.id == "s3"

    play.do(UseNewer(CHI, "r", replace(BOOK, sha256="newer", steps=(STEPS[0],))))
    assert run_of(play).status is RunStatus.FINISHED
    assert "(1 step)" in play.said(FactKind.RUN_RENEWED)[-1][1]
    assert play.said(FactKind.RUN_FINISHED)[-1][1].endswith("is finished: 1 done.")
    with pytest.raises(Refused, match="is finished already"):
        play.do(UseNewer(CHI, "r", BOOK))


def test_a_file_without_steps_is_no_newer_version_to_walk():
    with pytest.raises(Refused, match="no steps any more"):
        walking().do(UseNewer(CHI, "r", replace(BOOK, sha256="new", steps=())))
