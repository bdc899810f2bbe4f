"""What runs teach: counts and median times of each step over all runs, and what people said."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.facts import Recorded
from incidentbot.core.runbooks.learning import Learned, learn
from incidentbot.core.runbooks.run_commands import FinishStep, NoteStep, SayWorked, StartRun, UseNewer
from incidentbot.core.runbooks.runbook import Runbook, Step
from tests.core.play import ANA, BO, T0, Play

BOOK = Runbook("Disk full", "disk-full.md", "old", "#", steps=(Step("s1", "Look"), Step("s2", "Grow")))


def walked(minutes: int, second: str = "done", *, at: datetime = T0) -> Play:
    play = Play("im-chat", at=at)
    play.do(StartRun(ANA, "r", BOOK))
    play.after(minutes=minutes)
    play.do(FinishStep(BO, "r", "s1", "done"))
    play.do(FinishStep(BO, "r", "s2", second, "no disk" if second != "done" else ""))
    return play


def learned(*plays: Play) -> Learned:
    told = [
        (play.incident, [Recorded(seq, T0, fact) for seq, fact in enumerate(play.facts, start=1)])
        for play in plays
    ]
    (one,) = learn(told)
    return one


def test_each_step_is_counted_over_all_runs_with_its_median_time():
    one = learned(walked(2), walked(10, "failed"), walked(4, "skipped"))

    assert (one.runs, one.finished) == (3, 3)
    look, grow = one.steps
    assert (look.done, look.median) == (3, timedelta(minutes=4))
    assert (grow.done, grow.skipped, grow.failed, grow.median) == (1, 1, 1, timedelta(0))


def test_what_people_said_is_listed_newest_first_with_the_reasons():
    first, later = walked(1, "failed"), walked(1, at=T0 + timedelta(days=1))
    later.do(NoteStep(ANA, "r", "s1", "the flag is gone", wrong=True))
    later.do(NoteStep(ANA, "r", "s1", "lag falls"))
    later.do(SayWorked(ANA, "r", worked=False))
    one = learned(first, later)

    assert (one.worked, one.broken) == (0, 1)
    assert [(remark.kind, remark.number, remark.step, remark.text) for remark in one.remarks] == [
        ("wrong", 1, "Look", "the flag is gone"),
        ("failed", 2, "Grow", "no disk"),
    ]


def test_steps_of_the_newest_version_come_first_and_old_ones_are_not_lost():
    play = walked(1)
    newer = Play("im-chat", at=T0 + timedelta(days=1))
    newer.do(StartRun(ANA, "r", BOOK))
    newer.do(
        UseNewer(ANA, "r", replace(BOOK, sha256="new", steps=(Step("s0", "First"), Step("s1", "Look again"))))
    )

    assert [(step.id, step.title) for step in learned(play, newer).steps] == [
        ("s0", "First"),
        ("s1", "Look again"),
        ("s2", "Grow"),
    ]
