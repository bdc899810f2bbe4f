"""What vendors answer, and what people see when something did not work."""

from dataclasses import replace

import pytest

from incidentbot.core.answers import (
    Announced,
    CardShown,
    EffectFailed,
    EffectRecovered,
    PageDelivered,
    RoomOpened,
)
from incidentbot.core.commands import Acknowledge, RetryEffect
from incidentbot.core.effects import Announce, Invite, Notice, PinCard, Say, SetTopic, ShowCard, ShowDirect
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Page, PageState, Room
from incidentbot.core.policy import RoomKind
from incidentbot.core.refusals import Refused
from tests.core.play import ANA, BO, Play

PAGE = "page:1:opening"
FAILED = EffectFailed(PAGE, "Paging the on-call primary", "PagerDuty does not know this key.")


def silent() -> Play:
    """A world that has not answered yet: the room is not open and the page waits."""
    play = Play("im-chat")
    play.world = False
    waiting = Page("1:opening", "on_call_primary", 1, play.incident.declared_at)
    room = Room(RoomKind.DEDICATED, "inc-7-checkout-is-down-x4k2")
    play.incident = replace(play.incident, room=room, pages={"1:opening": waiting})
    return play


def test_once_the_room_stands_card_people_topic_and_announcement_go_out_side_by_side():
    play = silent()

    decision = play.do(RoomOpened("C9"))

    assert [type(effect) for effect in decision.effects] == [
        ShowCard,
        Invite,
        Announce,
        SetTopic,
        ShowDirect,
    ]
    assert len({effect.lane for effect in decision.effects}) == 5


def test_the_card_is_pinned_once():
    play = silent()

    assert play.do(CardShown("1.1")).effects == (PinCard("1.1"),)
    assert play.do(CardShown("1.1")).effects == ()


def test_the_announcement_is_remembered_so_that_it_can_be_kept_up_to_date():
    play = silent()
    play.do(Announced("C0", "2.2"))

    assert (play.incident.room.announced_in, play.incident.room.announced_ts) == ("C0", "2.2")


def test_a_failed_page_is_a_line_with_retry_and_a_failed_page_on_the_incident():
    play = silent()

    decision = play.do(FAILED)

    line = next(effect for effect in decision.effects if isinstance(effect, Say))
    assert (line.notice, line.button) == (Notice.FAILURE, f"retry:{PAGE}")
    assert play.incident.pages["1:opening"].state is PageState.FAILED
    assert play.said(FactKind.PAGE_FAILED)


def test_retry_sends_the_same_effect_again_and_a_second_retry_is_refused():
    play = silent()
    play.do(FAILED)

    decision = play.do(RetryEffect(BO, PAGE))

    assert decision.again == (PAGE,)
    assert play.incident.pages["1:opening"].state is PageState.WAITING
    with pytest.raises(Refused, match="tried again already"):
        play.do(RetryEffect(ANA, PAGE))


def test_a_failed_page_is_not_sent_again_once_somebody_has_it():
    play = silent()
    play.do(FAILED)
    play.do(Acknowledge(BO))

    with pytest.raises(Refused, match="tried again already"):
        play.do(RetryEffect(ANA, PAGE))


def test_what_keeps_failing_is_told_once_and_taken_back_when_it_works():
    play = silent()
    play.do(EffectFailed("announce", "Announcing the incident", "Slack is away.", final=False))
    assert play.lines()[-1].text == "Announcing the incident did not work: Slack is away. Still trying."

    play.do(EffectRecovered("announce"))

    assert play.lines()[-1].text == "Announcing the incident has worked after all."
    assert play.incident.failures == {}


def test_a_channel_that_cannot_be_made_becomes_a_thread():
    play = Play("im-chat")

    decision = play.do(EffectFailed("room", "Opening the room", "Slack says: restricted_action."))

    assert play.incident.room.kind is RoomKind.THREAD
    assert decision.again == ("room",)


def test_an_ack_while_the_page_is_in_flight_cancels_it_and_follows_it():
    play = silent()

    decision = play.do(Acknowledge(BO))

    assert PAGE in decision.cancels
    assert [effect.key for effect in decision.effects if effect.lane == "pager:on_call_primary"] == [
        "ack:1:opening"
    ]
    play.do(PageDelivered("1:opening", "PD1"))
    assert play.incident.pages["1:opening"].state is PageState.ACKNOWLEDGED
    assert play.incident.pages["1:opening"].receipt == "PD1"


def test_a_line_that_cannot_be_posted_is_not_followed_by_another():
    play = silent()

    decision = play.do(EffectFailed("say:acknowledged:1:3", "Posting a line", "The channel is archived."))

    assert decision.effects == ()
    assert set(play.incident.failures) == {"say:acknowledged:1:3"}


def test_the_same_failure_again_is_a_fact_but_no_second_line():
    play = silent()
    failed = EffectFailed("card", "Showing the card", "The channel is archived.")
    play.do(failed)

    assert play.do(failed).effects == ()
