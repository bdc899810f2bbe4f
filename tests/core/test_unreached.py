"""Pages that do not go out: who is told, who is rung in place of whom, and that a chain is never rung in one go."""

from dataclasses import replace

import pytest

from incidentbot.core.answers import EffectFailed, EffectRecovered, PageCalledOff, PageDelivered
from incidentbot.core.commands import Acknowledge, Escalate, Reopen, Resolve, RetryEffect
from incidentbot.core.effects import Notice, SendPage, ShowDirect
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from tests.core.play import ANA, BO, CHI, Play

OPENING, PAST = "1:opening", "1:rung-past-on_call_primary"
AWAY = "PagerDuty is in trouble (it answered 503)."
NOBODY = "Nobody is on call in PagerDuty's schedule of the on-call primary."


def unheard(profile: str = "im-chat", severity: Severity = Severity.P0) -> Play:
    """A room that stands, and a pager that has not answered yet."""
    play = Play(profile, severity)
    waiting = replace(play.incident.pages[OPENING], state=PageState.WAITING, settled_at=None)
    play.incident = replace(play.incident, pages={OPENING: waiting})
    play.world = False
    return play


def late(play: Play, page: str = OPENING) -> None:
    play.do(EffectFailed(f"page:{page}", "Paging", AWAY, final=False))


def refused(play: Play, page: str = OPENING, reason: str = NOBODY) -> None:
    play.do(EffectFailed(f"page:{page}", "Paging the on-call primary", reason))


def rung(play: Play) -> list[tuple[float, str]]:
    return play.pages()


def test_a_page_that_is_late_is_told_with_whom_to_call_and_the_person_is_written_to():
    play = unheard().after(seconds=20)
    late(play)

    line = play.lines()[-1]
    assert line.text == f"The on-call primary is not paged yet: {AWAY} I keep trying."
    assert (line.notice, line.call, line.button) == (Notice.FAILURE, "on_call_primary", "")
    assert ShowDirect(OPENING, "on_call_primary") in [effect for _, effect in play.effects]


def test_after_three_minutes_of_trying_the_next_role_is_rung_beside_it_and_once():
    play = unheard().after(seconds=20)
    late(play)
    play.after(minutes=2, seconds=39)
    assert rung(play) == [(0, "on_call_primary")]
    play.after(minutes=5)

    assert rung(play)[1:] == [(3, "on_call_secondary")]
    line = next(one for one in play.lines() if one.name.startswith("past:"))
    assert line.text == "The on-call primary is not paged after 3 min of trying: now the on-call secondary."


def test_the_timed_rungs_pass_over_whoever_was_rung_so_and_keep_their_instants():
    play = unheard().after(seconds=20)
    late(play)
    play.after(minutes=5)
    play.do(PageDelivered(PAST, "P2"))
    play.after(minutes=60)

    assert rung(play)[1:] == [
        (3, "on_call_secondary"),
        (30, "team_lead"),
        (45, "engineering_manager"),
        (60, "vp_engineering"),
    ]


def test_a_pager_that_is_wholly_away_makes_the_ladder_climb_once_and_no_more():
    play = unheard().after(seconds=20)
    late(play)
    play.after(minutes=3)
    late(play, PAST)
    play.after(minutes=11)

    assert rung(play) == [(0, "on_call_primary"), (3, "on_call_secondary")]


def test_a_page_that_fails_for_good_rings_the_next_role_at_once():
    play = unheard()
    refused(play)

    assert rung(play)[1:] == [(0, "on_call_secondary")]
    line = play.lines()[-1]
    assert (
        line.text == f"Paging the on-call primary did not work: {NOBODY} Now the on-call secondary is paged."
    )
    assert (line.button, line.call) == (f"retry:page:{OPENING}", "on_call_primary")


def test_what_is_refused_for_the_same_reason_again_is_everybodys_trouble_and_the_ladder_waits_for_its_instant():
    play = unheard()
    refused(play, reason="PagerDuty does not accept the API token.")
    refused(play, PAST, reason="PagerDuty does not accept the API token.")
    assert [role for _, role in rung(play)] == ["on_call_primary", "on_call_secondary"]
    play.after(minutes=15)

    assert rung(play)[2:] == [(15, "on_call_secondary")]


def test_shifts_that_nobody_has_are_passed_over_one_after_another_and_each_role_is_rung_once():
    play = unheard()
    refused(play)
    refused(play, PAST, "Nobody is on call in PagerDuty's schedule of the on-call secondary.")

    assert [role for _, role in rung(play)] == ["on_call_primary", "on_call_secondary", "team_lead"]


def test_a_team_whose_level_has_no_ladder_reaches_the_next_of_its_chain_all_the_same():
    play = unheard("gocarbontracker")
    refused(play)

    assert rung(play)[1:] == [(0, "on_call_secondary")]


def test_a_retry_that_fails_again_rings_nobody_else():
    play = unheard()
    refused(play)
    play.do(PageDelivered(PAST, "P2"))
    play.do(RetryEffect(BO, f"page:{OPENING}"))
    refused(play)

    assert [role for _, role in rung(play)] == ["on_call_primary", "on_call_secondary"]


def test_a_page_that_a_person_asked_for_climbs_nowhere():
    play = Play("im-chat")
    play.world = False
    play.do(Escalate(ANA, "team_lead"))
    refused(play, "1:typed-1")

    assert [role for _, role in rung(play)] == ["on_call_primary", "team_lead"]
    assert play.lines()[-1].call == "team_lead"


@pytest.mark.parametrize("deed", [Acknowledge(BO), Resolve(BO, "a restart")])
def test_nobody_is_rung_in_place_of_a_page_that_is_not_wanted_any_more(deed: Acknowledge | Resolve):
    play = unheard().after(seconds=20)
    late(play)
    play.do(deed)

    assert not [name for name in play.timers if name.startswith("unpaged")]
    play.after(minutes=4)
    assert rung(play) == [(0, "on_call_primary")]


def test_a_reopened_incident_begins_its_ladder_anew():
    play = unheard().after(seconds=20)
    late(play)
    play.after(minutes=4)
    play.do(Resolve(BO, "a restart"))
    play.do(Reopen(ANA, "it is back"))
    refused(play, "2:opening")

    assert [page.page for _, page in play.effects if isinstance(page, SendPage)][2:] == [
        "2:opening",
        "2:rung-past-on_call_primary",
    ]


def test_a_page_that_goes_out_late_says_how_late_and_climbs_no_more():
    play = unheard().after(seconds=20)
    late(play)
    play.after(minutes=2)
    play.do(PageDelivered(OPENING, "P1"))
    play.do(EffectRecovered(f"page:{OPENING}"))
    play.after(minutes=5)

    assert "The on-call primary was paged, 2 min late." in [line.text for line in play.lines()]
    assert rung(play) == [(0, "on_call_primary")]
    assert play.incident.failures == {}


def test_two_who_press_retry_at_once_try_it_once():
    play = unheard()
    refused(play)
    assert play.do(RetryEffect(BO, f"page:{OPENING}")).again == (f"page:{OPENING}",)

    with pytest.raises(Refused, match="tried again already"):
        play.do(RetryEffect(ANA, f"page:{OPENING}"))


def test_the_timeline_says_why_the_next_role_was_rung():
    play = unheard()
    refused(play)

    assert play.said(FactKind.ESCALATED) == [
        (0, "The on-call primary could not be paged: now the on-call secondary.")
    ]


def test_what_has_not_left_of_a_called_chain_is_called_off_by_the_ack_that_answers_the_chain():
    policy = load("im-chat")
    play = Play(replace(policy, chains={**policy.chains, "security": ("guard_one", "guard_two")}))
    play.after(minutes=1).do(Acknowledge(BO))
    play.world = False
    play.do(Escalate(ANA, "security"))
    (waiting,) = [page for page in play.incident.pages.values() if page.role == "guard_one"]

    answered = play.do(Acknowledge(CHI))

    assert {f"page:{waiting.key}", f"mail:{waiting.key}"} <= set(answered.cancels)
    assert [one.role for one in play.called_off()] == ["on_call_primary", "guard_one"]
    play.do(PageCalledOff(waiting.key))
    said = play.said(FactKind.PAGE_CALLED_OFF)
    assert said == [(1, "The guard one was not paged: INC-7 was acknowledged first.")]
