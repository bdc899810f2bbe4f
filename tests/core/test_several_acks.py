"""Acks that several people must give: when the milestone is reached, and for whom the pages go on."""

import pytest

from incidentbot.core.commands import Acknowledge, ChangeSeverity, EnterStage, Escalate, Reopen, Resolve
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.core.ladder_commands import HandOver
from incidentbot.core.policy import Severity, State
from incidentbot.core.refusals import Refused
from tests.core.acks import with_terms
from tests.core.play import ANA, BO, CHI, Play


def test_the_milestone_is_reached_when_so_many_different_people_have_acknowledged() -> None:
    play = Play(with_terms(people=2)).after(minutes=3)
    first = play.do(Acknowledge(ANA))
    assert first.reply == "Noted, 1 of 2. 1 more person must; the pages go on until then."
    assert not play.incident.reached(State.ACKNOWLEDGED)

    play.after(minutes=1).do(Acknowledge(BO))

    assert play.incident.milestones[State.ACKNOWLEDGED].by == BO
    assert play.said(FactKind.ACK_COUNTED) == [(3, "<@U0ANA> acknowledged, 1 of 2.")]
    assert play.said(FactKind.ACKNOWLEDGED) == [(4, "<@U0BO> acknowledged after 4 min, 2 of 2.")]
    assert set(play.incident.joined) >= {ANA, BO}


def test_the_same_person_counts_once() -> None:
    play = Play(with_terms(people=2))
    play.do(Acknowledge(ANA))
    with pytest.raises(Refused) as refused:
        play.do(Acknowledge(ANA))

    assert refused.value.sentence == (
        "You have acknowledged already. 1 more person must; the pages go on until then."
    )
    assert not play.incident.reached(State.ACKNOWLEDGED)


def test_two_names_that_only_the_pager_knows_are_two_people() -> None:
    play = Play(with_terms(people=2))
    play.do(Acknowledge("", "pagerduty", play.now, "Zoe"))
    with pytest.raises(Refused):
        play.do(Acknowledge("", "pagerduty", play.now, "Zoe"))
    play.do(Acknowledge("", "pagerduty", play.now, "Yan"))

    assert play.incident.reached(State.ACKNOWLEDGED)


def test_the_ladder_climbs_and_the_deadline_is_missed_until_enough_have() -> None:
    play = Play(with_terms(people=2)).after(minutes=1)
    play.do(Acknowledge(ANA))
    play.after(minutes=15)

    assert play.pages() == [(0, "on_call_primary"), (15, "on_call_secondary")]
    assert play.said(FactKind.BREACHED) == [(5, "Only 1 of 2 people have acknowledged INC-7 within 5 min.")]
    assert play.said(FactKind.ESCALATED) == [
        (15, "Only 1 of 2 people acknowledged after 15 min: now the on-call secondary.")
    ]
    assert play.called_off() == []

    play.do(Acknowledge(BO))
    play.after(hours=2)

    assert len(play.pages()) == 2
    assert {page.state for page in play.incident.pages.values()} == {PageState.ACKNOWLEDGED}


def test_who_took_over_keeps_it_when_somebody_answers_another_call_at_the_same_instant() -> None:
    play = Play(with_terms(people=2))
    play.do(HandOver(ANA))
    play.do(Acknowledge(BO))
    play.do(Escalate(ANA, "default"))
    play.do(Acknowledge(CHI))

    assert [ack.by for ack in play.incident.holders.acks] == [BO, CHI]
    assert play.incident.reached(State.ACKNOWLEDGED)


def test_a_stage_says_that_people_are_at_work_however_many_acknowledged() -> None:
    play = Play(with_terms(people=2))
    play.do(Acknowledge(ANA))
    play.do(EnterStage(ANA, "triage"))
    play.after(hours=2)

    assert play.pages() == [(0, "on_call_primary")]


def test_a_milder_severity_that_needs_fewer_people_is_acknowledged_by_those_there_are() -> None:
    play = Play(with_terms(P0=2)).after(minutes=3)
    play.do(Acknowledge(ANA))
    play.do(ChangeSeverity(BO, Severity.P1))
    play.after(hours=2)

    assert play.said(FactKind.ACKNOWLEDGED) == [(3, "<@U0ANA> acknowledged, and that is enough for P1.")]
    assert play.pages() == [(0, "on_call_primary")]


def test_a_worse_severity_takes_no_ack_back() -> None:
    play = Play(with_terms(P0=2), Severity.P1).after(minutes=3)
    play.do(Acknowledge(ANA))
    play.do(ChangeSeverity(BO, Severity.P0))
    play.after(hours=2)

    assert play.pages() == [(0, "on_call_primary")]


def test_reopening_asks_all_of_them_anew() -> None:
    play = Play(with_terms(people=2))
    play.do(Acknowledge(ANA))
    play.do(Resolve(BO))
    play.do(Reopen(CHI, "it is back"))

    assert play.incident.holders.acks == ()
    play.do(Acknowledge(BO))
    assert not play.incident.reached(State.ACKNOWLEDGED)
