"""A hand-over that is pressed twice, or beside a chain that was called in by name: each phone rings once."""

import pytest

from incidentbot.core.commands import Acknowledge, Escalate
from incidentbot.core.ladder_commands import HandOver
from incidentbot.core.refusals import Refused
from tests.core.acks import with_terms
from tests.core.play import ANA, BO, Play


def acked(**at: float) -> Play:
    """A P0 whose ack expires, and that Ana has acknowledged after two minutes, so much later."""
    play = Play(with_terms(minutes=30)).after(minutes=2)
    play.do(Acknowledge(ANA))
    return play.after(**at)


def refused(play: Play, by: str) -> str:
    """The sentence of a hand-over that is refused."""
    with pytest.raises(Refused) as said:
        play.do(HandOver(by))
    return said.value.sentence


def test_handing_over_twice_rings_each_once() -> None:
    play = acked(minutes=31)
    play.do(HandOver(ANA))
    play.after(seconds=1)
    told = refused(play, BO)
    play.after(minutes=50)

    assert told.startswith("INC-7 is handed over already, by <@U0ANA> ")
    assert told.endswith("`/incident page team_lead` pages them now.")
    assert [role for _, role in play.pages()[1:]] == [
        "on_call_secondary",
        "team_lead",
        "engineering_manager",
        "vp_engineering",
    ]
    assert refused(play, ANA).endswith(
        "everybody who is left was rung. Nobody else was paged. Name a role to call again: "
        "`/incident page on_call_secondary`."
    )


def test_handing_over_what_is_called_in_by_name_already_rings_nobody_twice() -> None:
    play = acked(minutes=31)
    play.do(Escalate(BO, "default"))
    play.after(seconds=1)

    assert refused(play, ANA).startswith("The default chain is called already, by <@U0BO> ")
