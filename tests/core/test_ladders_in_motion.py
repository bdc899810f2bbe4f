"""The checks of the five teams' documents, played: what rings when, and what an ack stops."""

from datetime import UTC, datetime

import pytest

from incidentbot.core.commands import Acknowledge, ChangeSeverity, Escalate, Reopen, Resolve, SetImpact
from incidentbot.core.effects import Mirror
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from tests.core.play import ANA, BO, Play

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_check_03_im_p0_breaches_at_5_min_and_climbs_its_whole_chain_from_15():
    play = Play("im-chat").after(hours=3)

    assert play.said(FactKind.BREACHED) == [(5, "Nobody has acknowledged INC-7 within 5 min.")]
    assert play.pages() == [
        (0, "on_call_primary"),
        (15, "on_call_secondary"),
        (30, "team_lead"),
        (45, "engineering_manager"),
        (60, "vp_engineering"),
    ]
    assert [minute for minute, _ in play.said(FactKind.LADDER_ENDED)] == [75]


def test_check_03_an_ack_at_14_59_stops_the_climb():
    play = Play("im-chat").after(minutes=14, seconds=59)

    play.do(Acknowledge(BO))
    play.after(hours=3)

    assert play.pages() == [(0, "on_call_primary")]
    assert [type(one).__name__ for one in play.called_off()] == ["AckPage"]


def test_check_03_an_ack_on_the_very_deadline_counts_as_late():
    play = Play("im-chat").after(minutes=5)

    play.do(Acknowledge(BO))

    assert "late" in play.said(FactKind.ACKNOWLEDGED)[0][1]


def test_an_ack_one_second_before_a_strict_deadline_is_in_time():
    play = Play("im-chat").after(minutes=4, seconds=59)

    play.do(Acknowledge(BO))

    assert "late" not in play.said(FactKind.ACKNOWLEDGED)[0][1]
    assert play.after(hours=1).said(FactKind.BREACHED) == []


def test_check_04_gc_p1_climbs_though_it_is_acknowledged_and_im_p1_does_not():
    gc, im = Play("gocarbontracker", Severity.P1), Play("im-chat", Severity.P1)
    for play in (gc, im):
        play.after(minutes=10).do(Acknowledge(BO))
        play.after(minutes=21)

    assert (30, "on_call_secondary") in gc.pages()
    assert im.pages() == [(0, "on_call_primary")]


def test_check_06_gc_p2_waits_for_the_fact_and_then_climbs_once():
    play = Play("gocarbontracker", Severity.P2).after(minutes=40)
    assert play.said(FactKind.ESCALATED) == []

    play.do(SetImpact(ANA, "checkout for all", users="many"))
    play.do(SetImpact(BO, "still all", users="many"))
    play.after(hours=4)

    assert [minute for minute, _ in play.said(FactKind.ESCALATED)] == [40]


def test_check_07_gc_p3_is_on_the_weekly_list_after_eight_days():
    play = Play("gocarbontracker", Severity.P3, at=SUNDAY).after(days=8)

    listed = [one for _, one in play.effects if isinstance(one, Mirror) and one.name.startswith("digest")]
    assert len(listed) == 1
    assert play.pages() == []


def test_check_07_im_p2_asks_after_two_hours_and_pages_nobody():
    play = Play("im-chat", Severity.P2).after(hours=3)

    questions = [line for line in play.lines() if line.button.startswith("escalate:")]
    assert [minute for minute, _ in play.said(FactKind.ASKED)] == [120]
    assert len(questions) == 1
    assert play.pages() == []


def test_check_08_im_p3_of_a_saturday_refuses_to_escalate_until_monday():
    play = Play("im-chat", Severity.P3, at=SATURDAY).after(hours=5)

    assert [minute for minute, _ in play.said(FactKind.BREACHED)] == [240]
    with pytest.raises(Refused, match=r"\{date_long_pretty\}, \{time\}\|Monday 23 November, 09:00 UTC>"):
        play.do(Escalate(BO))
    play.after(days=1, hours=20)
    assert "Calling in" in play.do(Escalate(BO)).reply


def test_check_11_what_was_due_while_the_bot_was_away_fires_once_and_says_how_late():
    play = Play("im-chat").asleep(minutes=17)

    assert play.said(FactKind.BREACHED) == [(17, "Nobody has acknowledged INC-7 within 5 min (12 min late).")]
    assert play.pages() == [(0, "on_call_primary"), (17, "on_call_secondary")]
    assert "2 min late" in play.said(FactKind.ESCALATED)[0][1]
    play.after(minutes=20)
    assert play.pages()[2:] == [(30, "team_lead")]


def test_the_first_ack_keeps_its_time_and_the_second_is_told_so():
    play = Play("im-chat").after(minutes=3)
    play.do(Acknowledge(BO))

    with pytest.raises(
        Refused,
        match=r"already acknowledged by <@U0BO> <!date\^1795262580\^\{date_short_pretty\} at \{time\}\|2026-11-21 at 12:03 UTC>",
    ):
        play.after(minutes=1).do(Acknowledge(ANA))


def test_resolving_ends_every_timer_but_the_review():
    play = Play("mapme").after(minutes=3)

    play.do(Resolve(BO, "rolled back", "ana"))

    assert set(play.timers) == {"postmortem"}
    assert all(page.state is PageState.RESOLVED for page in play.incident.pages.values())


def test_reopening_begins_new_clocks_under_new_keys():
    play = Play("im-chat").after(minutes=3)
    play.do(Acknowledge(BO))
    play.do(Resolve(BO))

    play.after(minutes=10).do(Reopen(ANA, "it is back"))
    play.after(minutes=16)

    assert [key for key in play.incident.pages if key.startswith("2:")] == ["2:opening", "2:rung-p0-1:0"]
    assert [minute for minute, _ in play.said(FactKind.BREACHED)] == [18]


def test_raising_the_severity_counts_the_deadlines_from_declaring():
    play = Play("im-chat", Severity.P2).after(minutes=10)

    play.do(ChangeSeverity(ANA, Severity.P0, "everybody is hit"))
    play.after(minutes=6)

    assert play.pages() == [(10, "on_call_primary"), (15, "on_call_secondary")]


def test_lowering_the_severity_drops_the_rungs_of_the_higher_one():
    play = Play("im-chat").after(minutes=6)

    play.do(ChangeSeverity(ANA, Severity.P2))
    play.after(hours=1)

    assert play.pages() == [(0, "on_call_primary")]
    assert set(play.timers) == {"rung-p2-1"}


def test_a_typed_escalation_rings_the_next_of_the_chain_and_then_says_that_nobody_is_left():
    play = Play("mapme")

    play.do(Escalate(ANA))
    assert play.pages()[-1][1] == "on_call_development"
    with pytest.raises(Refused, match="Everyone in the chain was called in"):
        play.do(Escalate(ANA))


def test_an_unknown_role_is_answered_with_the_known_ones():
    with pytest.raises(Refused, match="`on_call_devops`, `on_call_development`"):
        Play("mapme").do(Escalate(ANA, "the boss"))
