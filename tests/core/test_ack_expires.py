"""Acks that expire: who is asked and when, what counts as an answer, and what follows where nobody gives one."""

from datetime import timedelta

import pytest

from incidentbot.core.answers import TimerFired
from incidentbot.core.commands import (
    Acknowledge,
    AddNote,
    ChangeSeverity,
    EnterStage,
    Escalate,
    Mitigate,
    PostUpdate,
    Reopen,
    Resolve,
)
from incidentbot.core.direct_effects import AskDirect
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.core.ladder_commands import HandOver, Snooze, StillOnIt
from incidentbot.core.policy import Severity, State
from incidentbot.core.refusals import Refused
from tests.core.acks import with_terms
from tests.core.play import ANA, BO, CHI, Play

HALF_AN_HOUR = with_terms(minutes=30)


def acked(**at: float) -> Play:
    """A P0 that Ana has acknowledged after two minutes, and so much later."""
    play = Play(HALF_AN_HOUR).after(minutes=2)
    play.do(Acknowledge(ANA))
    return play.after(**at)


def asked_directly(play: Play) -> list[str]:
    """Who was asked directly, in order."""
    return [one.user for _, one in play.effects if isinstance(one, AskDirect) and not one.over]


def test_whoever_has_it_is_asked_in_the_room_and_directly_half_an_hour_after_the_last_sign_of_life() -> None:
    play = acked(minutes=29, seconds=59)
    assert play.said(FactKind.ASKED) == []
    play.after(seconds=1)

    ((minute, text),) = play.said(FactKind.ASKED)
    assert minute == 32
    assert text == (
        "<@U0ANA>, nothing was heard of you for 30 min and INC-7 is not mitigated. Still on it? "
        "Without an answer within 5 min the ladder starts again."
    )
    assert asked_directly(play) == [ANA]
    assert play.lines()[-1].button == "still"


def test_without_an_answer_the_ack_is_taken_back_and_the_ladder_pages_from_its_beginning() -> None:
    play = acked(minutes=35)

    assert play.said(FactKind.ACK_TAKEN_BACK) == [
        (37, "<@U0ANA> did not answer for 5 min: the acknowledgement is taken back. The ladder starts again.")
    ]
    assert (play.incident.epoch, play.incident.reached(State.ACKNOWLEDGED)) == (2, False)
    play.after(minutes=31)
    assert play.pages()[1:] == [(37, "on_call_primary"), (52, "on_call_secondary"), (67, "team_lead")]
    assert [minute for minute, _ in play.said(FactKind.BREACHED)] == [42]


def test_whoever_acks_the_new_epoch_is_asked_again_in_their_turn() -> None:
    play = acked(minutes=36)
    play.do(Acknowledge(BO))
    play.after(minutes=30)

    assert asked_directly(play) == [ANA, BO]


WORK = (
    AddNote(ANA, "still digging"),
    PostUpdate(ANA, "we found it"),
    EnterStage(ANA, "triage"),
    Escalate(ANA, "team_lead"),
)
"""What somebody does who is at it, asked or not."""


@pytest.mark.parametrize(
    ("command", "minutes"),
    [*((one, minutes) for one in WORK for minutes in (20, 31)), (StillOnIt(ANA), 31), (Acknowledge(ANA), 31)],
)
def test_whatever_they_do_is_an_answer(command: object, minutes: int) -> None:
    play = acked(minutes=minutes)
    play.do(command)  # type: ignore[arg-type] # a command of the table above
    play.after(minutes=29)

    assert play.said(FactKind.ACK_TAKEN_BACK) == []
    assert len(play.said(FactKind.ASKED)) == (1 if minutes > 30 else 0)
    play.after(minutes=1)
    assert len(play.said(FactKind.ASKED)) == (2 if minutes > 30 else 1)


def test_what_somebody_else_does_is_no_answer_unless_they_say_that_they_have_it() -> None:
    play = acked(minutes=31)
    play.do(AddNote(BO, "is anybody there?"))
    assert play.incident.holders.asked_at is not None

    told = play.do(StillOnIt(CHI))
    assert told.reply == "Thank you. <@U0CHI> is still on it."
    play.after(minutes=30)

    assert asked_directly(play) == [ANA, ANA, CHI]


def test_what_they_wrote_in_the_room_is_an_answer() -> None:
    play = acked(minutes=29)
    wrote = play.now
    play.after(seconds=59)
    play.now += timedelta(seconds=1)
    play.do(TimerFired("still", play.timers["still"], wrote, ANA))
    assert play.said(FactKind.ASKED) == []
    assert play.timers["still"] == wrote + timedelta(minutes=30)

    play.after(minutes=30)
    assert len(play.said(FactKind.ASKED)) == 1
    play.do(TimerFired("unanswered", play.timers["unanswered"], play.now, ANA))
    assert play.said(FactKind.STILL_ON_IT)[-1][1] == "<@U0ANA> is still on it."
    assert "unanswered" not in play.timers


def test_an_answer_is_given_once() -> None:
    play = acked(minutes=31)
    play.do(StillOnIt(ANA))
    with pytest.raises(Refused, match="answered already"):
        play.do(StillOnIt(BO))


@pytest.mark.parametrize("command", [Mitigate(BO, "rolled back"), Resolve(BO), EnterStage(BO, "mitigation")])
def test_nobody_is_asked_about_what_does_not_burn_any_more(command: object) -> None:
    play = acked(minutes=31)
    play.do(command)  # type: ignore[arg-type] # a command of the table above
    play.after(hours=3)

    assert play.said(FactKind.ACK_TAKEN_BACK) == []
    assert len(play.said(FactKind.ASKED)) == 1
    assert not {"still", "unanswered"} & set(play.timers)


def test_handing_over_calls_the_rest_of_the_chain_until_somebody_else_has_it() -> None:
    play = acked(minutes=31)
    told = play.do(HandOver(ANA))
    assert told.reply == (
        "Calling in somebody to take over: the on-call secondary now, then the next one every 15 min, "
        "until somebody acknowledges."
    )
    play.after(minutes=16)
    assert play.pages()[1:] == [(33, "on_call_secondary"), (48, "team_lead")]
    assert "Nobody has answered to take over after 15 min: now the team lead." in [
        text for _, text in play.said(FactKind.ESCALATED)
    ]

    play.do(Acknowledge(CHI))
    play.after(minutes=30)

    assert play.said(FactKind.ACKNOWLEDGED)[-1] == (49, "<@U0CHI> acknowledged and takes over.")
    assert asked_directly(play)[-1] == CHI
    assert asked_directly(play).count(ANA) == 1
    assert play.incident.epoch == 1


def test_whoever_hands_over_after_everybody_was_called_calls_the_whole_chain_again() -> None:
    play = Play(with_terms("mapme", minutes=30)).after(minutes=6)
    play.do(Acknowledge(ANA))
    play.after(minutes=31).do(HandOver(ANA))

    assert play.pages()[-1] == (37, "on_call_devops")


def test_a_snooze_holds_the_question_back_too() -> None:
    play = acked(minutes=25)
    play.do(Snooze(BO, timedelta(minutes=15)))
    play.after(minutes=14)
    assert play.said(FactKind.ASKED) == []
    play.after(minutes=1)

    assert [minute for minute, _ in play.said(FactKind.ASKED)] == [42]


def test_the_restore_deadline_is_measured_from_when_it_began_to_burn() -> None:
    play = Play(with_terms("missing-table", minutes=30)).after(minutes=2)
    play.do(Acknowledge(ANA))
    play.after(minutes=40)
    assert play.incident.epoch == 2
    play.do(ChangeSeverity(BO, Severity.P1))
    play.do(ChangeSeverity(BO, Severity.P0))
    play.after(minutes=40)

    late = [text for minute, text in play.said(FactKind.BREACHED) if minute == 60]
    assert late == ["INC-7 should have been restored within 1 h."]


def test_reopening_asks_nobody_until_somebody_acks_again() -> None:
    play = acked(minutes=31)
    play.do(Resolve(BO))
    play.do(Reopen(BO, "it is back"))
    play.after(hours=1)

    assert len(play.said(FactKind.ASKED)) == 1
    assert play.incident.holders.asked_at is None


def test_a_bot_that_was_away_asks_late_and_gives_as_long_for_the_answer() -> None:
    play = Play(HALF_AN_HOUR).after(minutes=2)
    play.do(Acknowledge(ANA))
    play.asleep(hours=2)

    assert [minute for minute, _ in play.said(FactKind.ASKED)] == [122]
    play.after(minutes=5)
    assert [minute for minute, _ in play.said(FactKind.ACK_TAKEN_BACK)] == [127]


def test_an_ack_that_never_expires_sets_no_timer() -> None:
    play = Play("im-chat").after(minutes=2)
    play.do(Acknowledge(ANA))
    play.after(days=3)

    assert play.said(FactKind.ACK_TAKEN_BACK) == []
    assert not {"still", "unanswered"} & set(play.timers)


def test_pages_of_the_ack_that_was_taken_back_are_resolved_with_the_others() -> None:
    play = acked(minutes=36)
    play.do(Resolve(BO))

    assert {page.state for page in play.incident.pages.values()} == {PageState.RESOLVED}
    assert {page.epoch for page in play.incident.pages.values()} == {1, 2}


def test_a_shorter_snooze_that_puts_off_no_question_is_refused_and_the_longer_one_stands() -> None:
    play = Play(with_terms(minutes=30), Severity.P1)
    play.do(Snooze(ANA, timedelta(hours=1)))
    play.do(Acknowledge(ANA))
    with pytest.raises(Refused, match="nothing to hold"):
        play.do(Snooze(ANA, timedelta(minutes=5)))

    assert play.timers["still"] == play.incident.declared_at + timedelta(hours=1)
