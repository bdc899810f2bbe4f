"""Several people at one ladder: who may climb it, who is told that somebody else has, and how they go on."""

from dataclasses import replace

import pytest

from incidentbot.core.commands import Escalate, Reopen, Resolve
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from tests.core.play import BO, CHI, Play


def refusal(play: Play, command: Escalate) -> str:
    """The sentence of a refused escalation."""
    with pytest.raises(Refused) as refused:
        play.do(command)
    return refused.value.sentence


def rung(play: Play) -> list[str]:
    """Whom the pages ring, in order."""
    return [role for _, role in play.pages()]


def test_of_two_people_who_ask_for_the_next_one_pages_and_the_other_is_told_whom_and_how_to_go_on():
    play = Play("im-chat")
    play.do(Escalate(BO))
    play.after(seconds=12)

    assert refusal(play, Escalate(CHI)) == (
        "The on-call secondary was called in 12 s ago by <@U0BO>. Nobody else was paged. "
        "To page the team lead, name it: `/incident escalate team_lead`."
    )
    assert rung(play) == ["on_call_primary", "on_call_secondary"]

    play.do(Escalate(CHI, "team_lead"))
    assert rung(play)[-1] == "team_lead"


def test_the_same_person_goes_on_at_once_and_another_after_half_a_minute():
    play = Play("im-chat")
    play.do(Escalate(BO))
    play.do(Escalate(BO))
    play.after(seconds=29)
    refusal(play, Escalate(CHI))
    play.after(seconds=1)
    play.do(Escalate(CHI))

    assert rung(play)[1:] == ["on_call_secondary", "team_lead", "engineering_manager"]


def test_a_window_that_showed_a_role_paged_meanwhile_pages_nobody():
    play = Play("im-chat")
    play.do(Escalate(BO))
    play.after(minutes=3)

    assert refusal(play, Escalate(CHI, shown="on_call_secondary")) == (
        "The ladder has moved on: the on-call secondary was called in 3 min ago by <@U0BO>. Nobody else was paged. "
        "To page the team lead, name it: `/incident escalate team_lead`."
    )
    assert play.do(Escalate(CHI, shown="team_lead")).reply == "Calling in the team lead."


def test_a_window_that_showed_a_role_the_clock_has_paged_meanwhile_says_so():
    play = Play("im-chat").after(minutes=15, seconds=5)

    assert refusal(play, Escalate(CHI, shown="on_call_secondary")).startswith(
        "The ladder has moved on: the on-call secondary was called in 5 s ago. Nobody else was paged. "
    )


def test_a_window_of_another_chain_pages_nobody():
    play = Play("im-chat")

    assert refusal(play, Escalate(CHI, shown="team_lead")) == (
        "The ladder has changed since this was shown. Nobody was paged. "
        "To page the on-call secondary, name it: `/incident escalate on_call_secondary`."
    )


def test_several_who_were_paged_meanwhile_are_all_named():
    play = Play("im-chat")
    for _ in range(2):
        play.do(Escalate(BO))

    assert (
        "the on-call secondary and the team lead were called in meanwhile, the last 0 s ago by <@U0BO>. "
        in refusal(play, Escalate(CHI, shown="on_call_secondary"))
    )


def test_when_the_last_of_the_chain_was_paged_meanwhile_any_role_can_still_be_named():
    play = Play("im-chat")
    for _ in range(4):
        play.do(Escalate(BO))

    told = refusal(play, Escalate(CHI, shown="vp_engineering"))
    assert "the VP engineering was called in 0 s ago by <@U0BO>. Nobody else was paged. " in told
    assert told.endswith(
        "Everyone in the chain was called in. Name a role to call again: `/incident escalate on_call_primary`."
    )


def test_reopening_forgets_who_escalated_before():
    play = Play("im-chat")
    play.do(Escalate(BO))
    play.do(Resolve(BO))
    play.do(Reopen(BO, "it is back"))

    play.do(Escalate(CHI))

    assert rung(play)[-1] == "on_call_secondary"


def test_without_a_pager_two_people_do_not_call_in_two_roles_either():
    play = Play(replace(load("im-chat"), connected=frozenset({"slack"})))
    play.do(Escalate(BO))

    assert "was called in 0 s ago by <@U0BO>" in refusal(play, Escalate(CHI))


def test_the_question_of_the_clock_remembers_whom_it_asked_about():
    play = Play("im-chat", Severity.P2).after(hours=2)

    (question,) = [line for line in play.lines() if line.button.startswith("escalate")]

    assert question.text.endswith("Should the on-call primary be called in?")
    assert question.button == "escalate:on_call_primary"
