"""Several people who call the same in at once: it rings once, and who was slower reads whose call it is and what is next."""

from datetime import timedelta

import pytest

from incidentbot.core.answers import EffectFailed
from incidentbot.core.commands import Acknowledge, Escalate
from incidentbot.core.ladder_commands import Snooze
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from tests.core.play import ANA, BO, CHI, Play


def refusal(play: Play, command: Escalate) -> str:
    """The sentence of a refused call."""
    with pytest.raises(Refused) as refused:
        play.do(command)
    return refused.value.sentence


def rung(play: Play) -> list[str]:
    """Whom the pages ring, in order."""
    return [role for _, role in play.pages()]


def test_a_chain_that_is_called_already_is_not_called_again_until_it_is_answered() -> None:
    play = Play("im-chat").after(minutes=1)
    play.do(Acknowledge(BO))
    play.do(Escalate(ANA, "default"))
    play.after(seconds=3)

    told = refusal(play, Escalate(CHI, "default"))
    assert told.startswith("The default chain is called already, by <@U0ANA> ")
    assert "Nobody else was paged. Next is the on-call secondary " in told
    assert told.endswith("`/incident page on_call_secondary` pages them now.")
    play.after(minutes=15)
    assert rung(play)[1:] == ["on_call_primary", "on_call_secondary"]

    play.do(Acknowledge(CHI))
    play.do(Escalate(ANA, "default"))
    assert rung(play)[-1] == "on_call_primary"


def test_a_called_chain_that_has_ended_can_be_called_again() -> None:
    play = Play("im-chat").after(minutes=1)
    play.do(Acknowledge(BO))
    play.do(Escalate(ANA, "default"))
    play.after(hours=5)
    play.do(Escalate(CHI, "default"))

    assert rung(play)[-1] == "on_call_primary"


def test_the_chain_that_the_ladder_climbs_is_not_called_beside_it() -> None:
    play = Play("im-chat").after(minutes=1)

    assert refusal(play, Escalate(CHI, "default")) == (
        "The ladder is climbing the default chain: nobody has acknowledged yet. Nobody else was paged. "
        "`/incident escalate` goes faster: it pages the next of it now."
    )
    assert rung(play) == ["on_call_primary"]


def test_who_calls_a_climbing_chain_in_which_everybody_was_called_reads_whom_they_can_call() -> None:
    play = Play("im-chat")
    for _ in range(4):
        play.after(minutes=1).do(Escalate(ANA))
    assert refusal(play, Escalate(ANA)).startswith("Everyone in the chain was called in.")

    assert refusal(play, Escalate(CHI, "default")) == (
        "The ladder is climbing the default chain: nobody has acknowledged yet. Nobody else was paged. "
        "Name a role to call again: `/incident page on_call_primary`."
    )
    play.do(Escalate(CHI, "on_call_primary"))
    assert rung(play)[-1] == "on_call_primary"


def test_the_chain_of_a_ladder_that_is_held_or_climbs_by_no_clock_is_called() -> None:
    held = Play("im-chat").after(minutes=10)
    held.do(Snooze(ANA, timedelta(minutes=10)))
    held.do(Escalate(CHI, "default"))
    quiet = Play("im-chat", Severity.P3)
    quiet.do(Escalate(CHI, "default"))

    assert (rung(held)[-1], rung(quiet)) == ("on_call_primary", ["on_call_primary"])


def test_three_who_page_the_same_role_at_once_ring_it_once() -> None:
    play = Play("im-chat")
    play.do(Escalate(ANA, "team_lead"))
    play.after(seconds=2)

    expected = (
        "The team lead was called in 2 s ago by <@U0ANA>, and that page rings yet. Nobody else was paged. "
        "In a minute `/incident page team_lead` pages them once more."
    )
    assert [refusal(play, Escalate(who, "team_lead")) for who in (BO, CHI)] == [expected, expected]
    assert rung(play) == ["on_call_primary", "team_lead"]

    play.after(minutes=1).do(Escalate(BO, "team_lead"))
    assert rung(play)[1:] == ["team_lead", "team_lead"]


def test_a_page_that_the_pager_has_not_taken_yet_is_not_said_to_ring() -> None:
    play = Play("im-chat")
    play.world = False
    play.do(Escalate(ANA, "team_lead"))

    assert ", and that page is on its way. Nobody else was paged." in refusal(play, Escalate(BO, "team_lead"))


def test_a_page_that_failed_or_was_answered_rings_no_more_and_is_paged_again_at_once() -> None:
    failed = Play("im-chat")
    failed.world = False
    failed.do(Escalate(ANA, "team_lead"))
    key = next(page.key for page in failed.incident.pages.values() if page.role == "team_lead")
    failed.do(EffectFailed(f"page:{key}", "the page", "no such key"))
    failed.do(Escalate(BO, "team_lead"))
    answered = Play("im-chat")
    answered.do(Escalate(ANA, "team_lead"))
    answered.do(Acknowledge(CHI))
    answered.do(Escalate(BO, "team_lead"))

    assert rung(failed)[1:] == rung(answered)[1:] == ["team_lead", "team_lead"]
