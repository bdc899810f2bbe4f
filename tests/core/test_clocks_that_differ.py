"""An answer from a pager whose clock is behind ours, or keeps whole seconds: it counts for what was silenced."""

from datetime import timedelta

import pytest

from incidentbot.core.answers import PageDelivered
from incidentbot.core.commands import Acknowledge, AddNote, Escalate
from incidentbot.core.facts import FactKind
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from tests.core.acks import with_terms
from tests.core.play import ANA, BO, CHI, T0, Play

BEHIND = timedelta(seconds=30)


def ringing(play: Play, role: str, receipt: str) -> None:
    """The latest page of this role rings by the pager's incident `receipt`."""
    key = [page.key for page in play.incident.pages.values() if page.role == role][-1]
    play.do(PageDelivered(key, receipt))


def tapped(play: Play, by: str, receipt: str, *, behind: timedelta = BEHIND) -> None:
    """Somebody silenced their phone now, by a clock that is behind."""
    play.do(Acknowledge(by, "pagerduty", play.now - behind, "", receipt))


def test_an_ack_of_a_called_chain_counts_though_the_pagers_clock_is_behind() -> None:
    play = Play("im-chat").after(minutes=1)
    play.do(Acknowledge(BO))
    play.after(minutes=1).do(Escalate(BO, "default"))
    ringing(play, "on_call_primary", "PCALLED")
    play.after(seconds=20)
    tapped(play, CHI, "PCALLED")

    assert not play.incident.open_calls
    assert play.said(FactKind.ACKNOWLEDGED)[-1][1] == "<@U0CHI> acknowledged for the default chain."


def test_a_first_ack_of_a_called_chain_answers_it_though_the_pagers_clock_is_behind() -> None:
    play = Play("im-chat").after(minutes=1)
    play.do(Escalate(BO, "team_lead"))
    ringing(play, "team_lead", "PLEAD")
    play.after(seconds=20)
    tapped(play, CHI, "PLEAD")

    assert play.incident.reached(State.ACKNOWLEDGED)
    assert [one.role for one in play.called_off()] == ["on_call_primary", "team_lead"]


def test_an_ack_of_another_page_made_before_the_call_does_not_answer_it() -> None:
    play = Play("im-chat").after(minutes=1)
    ringing(play, "on_call_primary", "POPEN")
    play.do(Acknowledge(BO))
    play.after(minutes=1).do(Escalate(BO, "default"))
    ringing(play, "on_call_primary", "PCALLED")
    play.after(seconds=20)

    with pytest.raises(Refused, match="already acknowledged"):
        tapped(play, CHI, "POPEN")

    assert play.incident.open_calls


def test_an_ack_within_the_second_of_the_call_answers_it() -> None:
    play = Play("im-chat", at=T0 + timedelta(milliseconds=600)).after(minutes=1)
    play.do(Acknowledge(BO))
    play.after(minutes=1).do(Escalate(BO, "default"))
    tapped(play, CHI, "", behind=timedelta(milliseconds=600))

    assert not play.incident.open_calls


@pytest.mark.parametrize(("receipt", "behind"), [("", 600), ("PCLIMBED", 30_000)])
def test_whoever_answers_the_rung_that_rang_them_is_not_said_to_have_it_from_before(
    receipt: str, behind: int
) -> None:
    play = Play("im-chat", at=T0 + timedelta(milliseconds=600)).after(minutes=15)
    ringing(play, "on_call_secondary", "PCLIMBED")
    tapped(play, BO, receipt, behind=timedelta(milliseconds=behind))

    assert "I hear of it only now" not in play.lines()[-1].text
    assert play.incident.reached(State.ACKNOWLEDGED)


def test_an_ack_truly_made_before_the_rung_is_said_to_be_heard_late() -> None:
    play = Play("im-chat").after(minutes=15)
    ringing(play, "on_call_primary", "POPEN")
    tapped(play, ANA, "POPEN")

    assert play.lines()[-1].text.endswith(
        "That was before the on-call secondary was called in: I hear of it only now."
    )


def test_an_ack_that_is_heard_late_has_nobody_asked_sooner_than_their_own_last_word_would() -> None:
    play = Play(with_terms(minutes=30)).after(minutes=3)
    play.do(Acknowledge(ANA))
    play.do(Escalate(BO, "team_lead"))
    play.after(minutes=20).do(AddNote(ANA, "still looking"))
    play.after(minutes=1)
    tapped(play, CHI, "", behind=timedelta(minutes=20))

    play.after(minutes=28)
    assert play.said(FactKind.ASKED) == []
    play.after(minutes=2)
    assert [minute for minute, _ in play.said(FactKind.ASKED)] == [53]
