"""What is done in PagerDuty, on the pure core: what an ack taken back begins anew, and what it leaves alone."""

from datetime import timedelta

import pytest

from incidentbot.core.answers import PageDelivered
from incidentbot.core.commands import (
    Acknowledge,
    AddNote,
    ChangeSeverity,
    EnterStage,
    Escalate,
    Mitigate,
    Reopen,
    Resolve,
)
from incidentbot.core.effects import AckPage, Notice, ResolvePage, Say, SendPage
from incidentbot.core.elsewhere import (
    AckTakenBack,
    HandedOn,
    PrioritySet,
    ReopenedElsewhere,
    ResponderReplied,
    Somebody,
)
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState, Status
from incidentbot.core.pager_effects import NotePage, ShowPriority
from incidentbot.core.policy import Severity, State
from tests.core.acks import with_terms
from tests.core.play import ANA, BO, T0, Play

DUTY = "Q1"
BY_ANA, BY_BO, BY_ITSELF = Somebody(ANA, "Ana"), Somebody(BO, "Bo"), Somebody()


def rung(profile: str = "im-chat", severity: Severity = Severity.P0) -> Play:
    """Declared, and its first page taken by PagerDuty's incident."""
    play = Play(profile, severity)
    play.do(PageDelivered("1:opening", DUTY))
    return play


def acknowledged(profile: str = "im-chat", severity: Severity = Severity.P0) -> Play:
    play = rung(profile, severity)
    play.do(Acknowledge(ANA))
    return play


def taken_back(play: Play, **changes: object) -> AckTakenBack:
    return AckTakenBack(BY_ANA, play.now, DUTY, **changes)  # type: ignore[arg-type] # by name


def test_an_ack_taken_back_counts_the_ack_anew_and_leaves_the_restoring_as_it_was():
    play = acknowledged("missing-table").after(minutes=40)
    before = play.incident.plan
    assert before.ack is not None
    assert before.restore is not None
    play.do(taken_back(play))

    assert play.timers["ack"] == before.ack.due_at + timedelta(minutes=40)
    assert play.timers["restore"] == before.restore.due_at


def test_a_rung_that_an_ack_does_not_end_goes_on_as_it_was():
    play = acknowledged("gocarbontracker", Severity.P1).after(minutes=20)
    unresolved = {rung.name: rung.at for rung in play.incident.plan.rungs if rung.until is State.RESOLVED}
    play.do(taken_back(play))

    assert unresolved
    assert {name: play.timers[name] for name in unresolved} == unresolved


def test_a_rung_that_has_fired_and_goes_on_until_the_end_does_not_fire_twice():
    play = acknowledged("gocarbontracker", Severity.P1).after(minutes=40)
    before = len(play.pages())
    play.do(taken_back(play))
    play.after(minutes=1)

    assert len(play.pages()) == before


def test_no_page_is_sent_for_what_rings_already_and_its_answer_goes_to_the_same_incident():
    play = acknowledged().after(minutes=1)
    decision = play.do(taken_back(play))
    answered = play.do(Acknowledge(BO))

    assert not [effect for effect in decision.effects if isinstance(effect, SendPage)]
    assert decision.ties == {DUTY: 2}
    (ack,) = [effect for effect in answered.effects if isinstance(effect, AckPage)]
    assert play.incident.pages[ack.page].receipt == DUTY


def test_an_ack_that_is_newer_than_what_took_one_back_stays():
    play = acknowledged()
    decision = play.do(AckTakenBack(BY_ANA, T0 - timedelta(seconds=1), DUTY))

    assert decision.incident.reached(State.ACKNOWLEDGED)
    assert decision.facts == ()


def test_nobody_had_it_so_nothing_is_taken_back():
    play = rung()

    assert play.do(taken_back(play)).facts == ()
    assert play.incident.epoch == 1


@pytest.mark.parametrize("was_over", [True, False])
def test_what_an_earlier_epoch_silenced_and_rings_again_before_anybody_has_it_is_silenced_by_the_next_ack(
    *, was_over: bool
):
    play = acknowledged().after(minutes=1)
    play.do(Resolve(ANA, "rolled back") if was_over else AckTakenBack(BY_ITSELF, play.now, "Q0", leads=True))
    if was_over:
        play.do(Reopen(ANA, "it is back"))
    made = ReopenedElsewhere if was_over else AckTakenBack
    before = len(play.called_off())
    for _ in range(2):  # PagerDuty tells at least once
        play.do(made(BY_ITSELF, play.now, DUTY, leads=False))
    play.do(Acknowledge(BO))

    silenced = [play.incident.pages[one.page].receipt for one in play.called_off()[before:]]
    assert silenced.count(DUTY) == 1


def test_a_phone_that_rings_again_is_that_of_the_role_it_was_rung_for_whatever_epoch_it_opened():
    play = rung()
    play.do(Escalate(ANA))
    play.do(PageDelivered("1:typed-1", "Q2"))
    play.do(Resolve(ANA, "rolled back"))
    play.do(ReopenedElsewhere(BY_BO, play.now, "Q2", leads=True))
    play.do(EnterStage(ANA, "triage"))
    play.do(AckTakenBack(BY_ANA, play.now, "Q2"))

    assert play.incident.pages["2:aside-1"].role == "on_call_secondary"


def test_what_rings_again_beside_people_at_work_rings_on_when_their_ack_expires():
    play = Play(with_terms(minutes=30))
    play.do(PageDelivered("1:opening", DUTY))
    play.do(EnterStage(ANA, "triage"))
    play.do(taken_back(play))
    play.after(minutes=35)

    assert play.incident.epoch == 2
    assert [one for one in play.called_off() if isinstance(one, ResolvePage)] == []
    play.do(Acknowledge(BO))
    assert play.incident.pages["1:aside-1"].state is PageState.ACKNOWLEDGED


@pytest.mark.parametrize("leads", [True, False])
def test_a_page_of_somebodys_own_does_not_end_the_ack_of_the_incident(*, leads: bool):
    play = acknowledged()
    decision = play.do(taken_back(play, leads=leads))

    assert play.incident.reached(State.ACKNOWLEDGED) is not leads
    (line,) = [one for one in decision.effects if isinstance(one, Say)]
    assert line.notice is Notice.LOUD


def test_people_at_work_are_left_alone():
    play = acknowledged()
    play.do(Mitigate(ANA, "traffic is elsewhere"))
    play.do(taken_back(play))

    assert (play.incident.epoch, play.incident.reached(State.MITIGATED)) == (1, True)


@pytest.mark.parametrize(("by", "status"), [(BY_BO, Status.OPEN), (BY_ITSELF, Status.RESOLVED)])
def test_only_a_person_reopens(by: Somebody, status: Status):
    play = acknowledged()
    play.do(Resolve(ANA, "rolled back"))
    decision = play.do(ReopenedElsewhere(by, play.now, DUTY))

    assert play.incident.status is status
    assert len(decision.facts) == 1
    assert not [effect for effect in decision.effects if isinstance(effect, SendPage)]


def test_a_hand_over_of_what_nobody_has_begins_nothing_anew():
    play = rung()
    play.do(HandedOn(BY_ANA, play.now, DUTY, "escalated", (BY_BO,), ("on_call_secondary",), rings=True))

    assert play.incident.epoch == 1
    assert [page.role for page in play.incident.pages.values()] == ["on_call_primary", "on_call_secondary"]


def test_a_hand_over_after_the_end_is_nothing():
    play = acknowledged()
    play.do(Resolve(ANA, "rolled back"))

    assert play.do(HandedOn(BY_ANA, play.now, DUTY, "escalated", (BY_BO,), rings=True)).facts == ()


@pytest.mark.parametrize(
    ("severity", "facts", "buttons"),
    [(Severity.P0, 0, []), (Severity.P2, 1, ["severity:P2"]), (None, 1, [""])],
)
def test_a_priority_is_followed_by_nobody_but_people(
    severity: Severity | None, facts: int, buttons: list[str]
):
    play = rung()
    decision = play.do(PrioritySet(BY_ANA, play.now, "P2", severity))

    assert play.incident.severity is Severity.P0
    assert len(decision.facts) == facts
    assert [effect.button for effect in decision.effects if isinstance(effect, Say)] == buttons


def test_what_a_person_is_called_in_pagerduty_pings_nobody():
    play = rung()
    decision = play.do(ResponderReplied(Somebody("", "<!channel> Ana"), play.now, joins=True))

    assert decision.facts[0].text == "&lt;!channel&gt; Ana joins as a responder (said in PagerDuty)."


def test_a_note_and_a_severity_go_to_pagerduty_only_where_it_has_an_incident():
    by_event, by_rest = Play("im-chat"), rung()
    by_event.do(PageDelivered("1:opening", "0b6d:1:opening"))
    for play, kinds in ((by_event, set()), (by_rest, {NotePage, ShowPriority})):
        noted = play.do(AddNote(ANA, "looking")).effects
        judged = play.do(ChangeSeverity(ANA, Severity.P1)).effects
        assert {type(one) for one in (*noted, *judged) if isinstance(one, NotePage | ShowPriority)} == kinds


def test_a_note_from_pagerduty_is_said_in_the_room_and_does_not_go_back():
    (said,) = rung().do(AddNote(ANA, "looking", via="pagerduty")).effects

    assert isinstance(said, Say)
    assert said.text == f"<@{ANA}> noted in PagerDuty: looking"


def test_an_ack_by_a_clock_that_is_behind_ours_was_not_made_before_the_incident():
    play = rung()
    play.do(Acknowledge(ANA, "pagerduty", T0 - timedelta(seconds=3), "Ana"))

    (fact,) = [fact for fact in play.facts if fact.kind is FactKind.ACKNOWLEDGED]
    assert (fact.at, fact.text) == (T0, f"<@{ANA}> acknowledged in PagerDuty after 0 s.")
