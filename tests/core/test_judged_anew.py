"""Severities changed up and down, and incidents reopened: deadlines count from when it began, and nothing is un-fired."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.commands import Acknowledge, ChangeSeverity, Reopen, Resolve
from incidentbot.core.facts import FactKind
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from tests.core.acks import with_terms
from tests.core.play import ANA, BO, Play

P0, P1, P2 = Severity.P0, Severity.P1, Severity.P2


def changed(play: Play, severity: Severity) -> None:
    """Somebody judges it anew."""
    play.do(ChangeSeverity(ANA, severity))


def due(play: Play) -> float:
    """Minutes from declaring to the ack deadline."""
    assert play.incident.plan.ack is not None
    return (play.incident.plan.ack.due_at - play.incident.declared_at).total_seconds() / 60


def test_raising_counts_every_deadline_and_rung_from_declaring() -> None:
    play = Play("im-chat", P1).after(minutes=20)
    changed(play, P0)
    assert due(play) == 5
    play.after(minutes=11)

    assert play.pages() == [(0, "on_call_primary"), (20, "on_call_secondary"), (30, "team_lead")]


def test_what_the_raised_level_had_promised_already_is_told_at_once_and_says_how_late() -> None:
    play = Play("im-chat", P1).after(minutes=10)
    changed(play, P0)
    play.after(seconds=0)

    assert play.said(FactKind.BREACHED) == [(10, "Nobody has acknowledged INC-7 within 5 min (5 min late).")]


def test_lowering_takes_back_no_page_that_was_sent() -> None:
    play = Play("im-chat").after(minutes=16)
    before = play.pages()
    changed(play, P1)
    play.after(minutes=13)
    assert play.pages() == before
    assert play.called_off() == []

    play.after(minutes=32)

    assert play.pages()[2:] == [
        (60, "team_lead")
    ]  # at 30 min it was the secondary's turn, who was rung already


def test_raising_lowering_and_raising_again_fires_no_rung_a_second_time() -> None:
    play = Play("im-chat").after(minutes=16)
    for severity in (P2, P0, P1, P0):
        changed(play, severity)
        play.after(minutes=1)
    play.after(hours=2)

    assert [role for _, role in play.pages()] == list(play.incident.plan.chain)
    assert [minute for minute, _ in play.pages()] == [0, 15, 30, 45, 60]
    breaches = [text for _, text in play.said(FactKind.BREACHED)]
    assert sorted(set(breaches)) == sorted(breaches)


def test_raising_after_an_ack_rings_nobody_for_the_ack() -> None:
    play = Play("im-chat", P1).after(minutes=3)
    play.do(Acknowledge(BO))
    changed(play, P0)
    play.after(hours=2)

    assert play.pages() == [(0, "on_call_primary")]
    assert play.said(FactKind.BREACHED) == []


def test_reopening_is_the_same_incident_with_a_new_ack_clock() -> None:
    play = Play("im-chat").after(minutes=2)
    play.do(Acknowledge(BO))
    play.do(Resolve(BO))
    play.after(minutes=58).do(Reopen(ANA, "it is back"))
    assert (play.incident.name, play.incident.epoch, due(play)) == ("INC-7", 2, 65)
    play.after(minutes=16)

    assert play.pages() == [(0, "on_call_primary"), (60, "on_call_primary"), (75, "on_call_secondary")]
    assert [minute for minute, _ in play.said(FactKind.BREACHED)] == [65]


def test_a_severity_changed_after_reopening_counts_from_the_reopening() -> None:
    play = Play("im-chat", P1).after(minutes=2)
    play.do(Resolve(BO))
    play.after(minutes=58).do(Reopen(ANA, "it is back"))
    changed(play, P0)

    assert due(play) == 65


@settings(deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 40), st.sampled_from([P0, P1, P2])), max_size=8))
def test_however_it_is_judged_no_rung_rings_twice_and_none_before_its_level_promised_it(
    steps: list[tuple[int, Severity]],
) -> None:
    play = Play("im-chat", P1)
    for wait, severity in steps:
        play.after(minutes=wait)
        try:
            changed(play, severity)
        except Refused:
            continue
    play.after(hours=3)

    ladder = [page.role for page in play.incident.pages.values() if "rung-" in page.key]
    assert len(set(ladder)) == len(ladder)
    minutes = [minute for minute, role in play.pages() if role != "on_call_primary"]
    assert all(earlier <= later for earlier, later in pairwise(minutes))
    chain = play.incident.plan.chain
    assert all(minute >= 15 * chain.index(role) for minute, role in play.pages())
    told = [text for _, text in play.said(FactKind.BREACHED)]
    assert len(told) == len({text.split(" (")[0] for text in told})
    assert all(at - play.incident.declared_at >= timedelta(0) for at in play.timers.values())


def test_a_rung_that_an_ack_does_not_end_counts_from_when_it_burns_also_after_an_ack_was_taken_back() -> None:
    """Raised and lowered again, it has the same instants as if nobody had judged it."""
    play = Play(with_terms("gocarbontracker", minutes=30), P1)
    play.do(Acknowledge(BO))
    play.after(minutes=40)
    assert play.incident.epoch == 2
    changed(play, P0)
    changed(play, P1)

    rung = play.incident.plan.rungs[0]
    assert rung.at == play.incident.declared_at + timedelta(minutes=30)
    assert play.timers[rung.name] == play.incident.declared_at + timedelta(minutes=60)
