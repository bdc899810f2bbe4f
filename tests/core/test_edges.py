"""Where rules meet: severity changed while pages wait, rooms that are not there, answers that come in an odd order."""

from dataclasses import replace

import pytest

from incidentbot.core.answers import Announced, EffectFailed, RoomOpened
from incidentbot.core.commands import (
    Acknowledge,
    ChangeSeverity,
    EnterStage,
    Escalate,
    Join,
    Reopen,
    Resolve,
    RetryEffect,
)
from incidentbot.core.effects import Announce, Invite, Mirror, OpenRoom, SendPage, ShowDirect
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState, Room, Status
from incidentbot.core.policy import RoomKind, Severity, State
from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from tests.core.play import ANA, BO, CHI, Play

PAGE = "page:1:opening"


def unanswered(profile: str = "im-chat", severity: Severity = Severity.P0) -> Play:
    """Declared in a world that has not answered: the page waits, the room is not open."""
    play = Play(profile, severity)
    play.world = False
    pages = {key: replace(page, state=PageState.WAITING) for key, page in play.incident.pages.items()}
    room = Room(play.incident.room.kind, play.incident.room.name)
    play.incident = replace(play.incident, room=room, pages=pages)
    return play


def test_a_page_that_waits_does_not_ring_once_the_level_is_lowered_to_one_that_rings_nobody():
    play = unanswered()

    decision = play.do(ChangeSeverity(ANA, Severity.P2))

    assert PAGE in decision.cancels
    assert play.incident.pages["1:opening"].state is PageState.CANCELLED


def test_a_raised_severity_rings_nobody_twice():
    play = Play("im-chat", Severity.P1).after(minutes=31)
    assert [role for _, role in play.pages()] == ["on_call_primary", "on_call_secondary"]

    play.do(ChangeSeverity(ANA, Severity.P0))
    play.after(minutes=1)

    assert [role for _, role in play.pages()] == ["on_call_primary", "on_call_secondary", "team_lead"]


def test_a_severity_changed_there_and_back_tells_a_deadline_once():
    play = Play("im-chat").after(minutes=6)
    play.do(ChangeSeverity(ANA, Severity.P1))
    play.do(ChangeSeverity(ANA, Severity.P0))
    play.after(minutes=1)

    assert len(play.said(FactKind.BREACHED)) == 1


def test_raised_from_a_level_without_a_room_it_gets_one():
    play = Play("mapme", Severity.P3)
    assert play.incident.room.kind is RoomKind.NONE

    decision = play.do(ChangeSeverity(ANA, Severity.P0, "everybody is hit"))

    assert OpenRoom() in decision.effects
    assert any(isinstance(effect, SendPage) for effect in decision.effects)


def test_what_must_be_seen_of_an_incident_without_a_room_is_said_in_the_incidents_channel():
    play = Play("mapme", Severity.P3).after(hours=2, minutes=1)

    lines = [effect for _, effect in play.effects if isinstance(effect, Mirror)]
    assert [line.channel for line in lines] == [""]
    assert "Nobody has acknowledged INC-7" in lines[0].text


def test_without_a_pager_each_escalation_calls_the_next_role():
    policy = replace(load("im-chat"), connected=frozenset({"slack"}))
    play = Play(policy)

    answers = [play.do(Escalate(ANA)).reply for _ in range(2)]

    assert answers == ["Calling in the on-call secondary.", "Calling in the team lead."]
    invited = [one for _, one in play.effects if isinstance(one, Invite) and "typed" in one.name]
    assert len({one.name for one in invited}) == 2


def test_a_page_that_failed_and_may_have_rung_all_the_same_is_acknowledged_at_the_pager():
    play = unanswered()
    play.do(EffectFailed(PAGE, "Paging", "refused.", unknown=True))

    decision = play.do(Acknowledge(BO))

    assert [effect.key for effect in decision.effects if effect.lane == "pager:on_call_primary"] == [
        "ack:1:opening"
    ]


def test_a_page_that_was_kept_back_and_failed_for_good_is_looked_for_once_and_then_said_to_have_rung_perhaps():
    play = unanswered()
    play.do(ChangeSeverity(ANA, Severity.P3, "one customer only"))
    failed = EffectFailed(PAGE, "Paging", "refused.", unknown=True)

    assert play.do(failed).again == (PAGE,)
    assert play.do(failed).again == ()
    assert play.said(FactKind.PAGE_CALLED_OFF)[-1][1].endswith("A phone may have rung.")


def test_a_page_that_surely_did_not_ring_is_not():
    play = unanswered()
    play.do(EffectFailed(PAGE, "Paging", "refused."))

    decision = play.do(Acknowledge(BO))

    assert [effect for effect in decision.effects if effect.lane == "pager:on_call_primary"] == []
    assert play.incident.failures == {}


def test_a_failed_page_of_an_earlier_epoch_is_not_tried_again():
    play = unanswered()
    play.do(EffectFailed(PAGE, "Paging", "refused."))
    play.do(Resolve(BO))
    play.do(Reopen(ANA, "it is back"))

    with pytest.raises(Refused):
        play.do(RetryEffect(BO, PAGE))


def test_whoever_came_before_the_room_stood_is_invited_when_it_does():
    play = unanswered()
    play.do(Join(CHI))
    play.do(Escalate(ANA))

    invite = next(one for one in play.do(RoomOpened("C7")).effects if isinstance(one, Invite))

    assert set(invite.users) == {ANA, CHI}
    assert set(invite.roles) == {"on_call_primary", "on_call_secondary"}


def test_a_room_that_is_late_is_told_in_the_incidents_channel():
    play = unanswered()

    decision = play.do(EffectFailed("room", "Opening the room", "Slack is away.", final=False))

    assert [type(effect) for effect in decision.effects] == [Announce, ShowDirect]


def test_a_line_about_a_room_that_became_a_thread_is_kept_up_to_date():
    play = unanswered()
    play.do(EffectFailed("room", "Opening the room", "Slack is away.", final=False))
    play.do(Announced("C0", "2.2"))
    play.do(EffectFailed("room", "Opening the room", "Slack says: restricted_action."))

    opened = play.do(RoomOpened("C0", "3.3"))
    assert Announce() in opened.effects
    assert Announce() in play.do(Acknowledge(BO)).effects


def test_a_severity_changed_after_the_end_changes_what_review_is_due():
    play = Play("im-chat", Severity.P2)
    play.do(Resolve(BO))
    assert "postmortem" not in play.timers

    play.do(ChangeSeverity(ANA, Severity.P0))
    assert "postmortem" in play.timers
    play.do(ChangeSeverity(ANA, Severity.P2))
    assert "postmortem" not in play.timers


def test_a_workflow_that_ends_in_a_later_stage_resolves_the_incident_by_it():
    play = Play("gocarbontracker")

    play.do(EnterStage(ANA, "verify"))

    assert play.incident.status is Status.RESOLVED
    assert State.RESOLVED in play.incident.milestones


def test_going_back_to_a_stage_after_the_end_does_not_open_the_incident():
    play = Play("gocarbontracker")
    play.do(EnterStage(ANA, "verify"))

    play.do(EnterStage(ANA, "investigate"))

    assert (play.incident.status, play.incident.state, play.incident.stage) == (
        Status.RESOLVED,
        State.VERIFIED,
        "investigate",
    )


def test_what_a_vendor_says_pings_nobody():
    play = unanswered()

    play.do(EffectFailed("invite:first", "Inviting people", "no <!channel> here"))

    assert "<!channel>" not in " ".join(line.text for line in play.lines())


def test_a_page_withdrawn_by_a_lowered_level_rings_when_the_level_is_raised_again():
    play = unanswered()
    play.do(ChangeSeverity(ANA, Severity.P2))

    raised = play.do(ChangeSeverity(ANA, Severity.P0))

    sent = [effect for effect in raised.effects if isinstance(effect, SendPage)]
    assert [(effect.page, effect.role) for effect in sent] == [("1:opening-again", "on_call_primary")]
    assert play.incident.pages["1:opening-again"].state is PageState.WAITING


def test_a_rung_withdrawn_by_a_lowered_level_rings_when_the_level_is_raised_again():
    play = unanswered()
    play.after(minutes=16).do(ChangeSeverity(ANA, Severity.P2))
    again = play.do(ChangeSeverity(ANA, Severity.P0))

    sent = [effect for effect in again.effects if isinstance(effect, SendPage)]
    assert [effect.page for effect in sent] == ["1:opening-again", "1:rung-p0-1:0-again"]
    assert [effect.role for effect in sent] == ["on_call_primary", "on_call_secondary"]


def test_a_page_that_waits_after_the_ack_is_withdrawn_by_a_level_that_pages_nobody():
    play = Play("gocarbontracker", Severity.P1)
    play.do(Acknowledge(BO))
    play.world = False
    lowered = play.after(minutes=31).do(ChangeSeverity(ANA, Severity.P2))

    assert lowered.cancels == ("page:1:rung-p1-1:0",)
