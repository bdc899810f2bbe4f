"""Each kind of effect, failing for good: the card has its Retry button, and of two who press it one is first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import pytest

from incidentbot.core import direct_effects, effects, file_effects, pager_effects
from incidentbot.core.answers import EffectFailed
from incidentbot.core.commands import RetryEffect
from incidentbot.core.effects import Effect
from incidentbot.core.incident import Failure, PageState
from incidentbot.core.refusals import Refused
from incidentbot.flows.values import Connections
from incidentbot.pagerduty.oncall import Roster
from incidentbot.policies.loader import load
from incidentbot.policies.team import Team
from incidentbot.slack import names
from incidentbot.slack.cards.incident import card
from tests.core.play import ANA, BO, Play

ROLE, PAGE = "on_call_primary", "1:opening"
EXAMPLES: Mapping[type[Effect], Effect] = {
    type(one): one
    for one in (
        effects.SendPage(PAGE, ROLE, "[P0] INC-7: checkout is down"),
        effects.AckPage(PAGE, ROLE, BO),
        effects.ResolvePage(PAGE, ROLE, BO),
        pager_effects.NotePage(PAGE, ROLE, BO, "A note.", "n1"),
        pager_effects.ShowPriority(),
        effects.SendMail(PAGE, ROLE),
        effects.ShowDirect(PAGE, ROLE),
        direct_effects.AskDirect("still", BO, "Still on it?"),
        direct_effects.RemindDirect("action-due:1:1:9", "action:1", "A reminder.", BO),
        effects.OpenRoom(),
        effects.ShowCard(),
        effects.ShowRun("r1"),
        file_effects.ShareCommands("r1", "s1"),
        file_effects.ShareDraft("review-published:1:9", "As it is published."),
        file_effects.ShowCanvas(),
        effects.Say("noted", "A line."),
        effects.Invite("first", (BO,)),
        effects.SetTopic(),
        effects.PinCard("1.1"),
        effects.Announce(),
        effects.Mirror("m", "#on-call", "A line."),
    )
}


def failed(effect: Effect) -> Play:
    """An incident of which this effect has failed for good; a room that fails twice has no thread left to go to."""
    play = Play("im-chat")
    play.world = False
    waiting = {key: replace(page, state=PageState.WAITING) for key, page in play.incident.pages.items()}
    play.incident = replace(play.incident, pages=waiting)
    for _ in range(2 if isinstance(effect, effects.OpenRoom) else 1):
        play.do(EffectFailed(effect.key, "Something", "It did not work.", here=True))
    return play


def retries(play: Play) -> set[str]:
    """The effects that the card offers to try again."""
    nobody: Roster = Roster(Team(), read=None, slack_id_of=_unknown)
    shown = card(play.incident, connections=Connections(), oncall=nobody, hours=load("im-chat").business)
    beside = [block.get("accessory", {}) for block in shown.blocks]
    return {names.target(one["value"]).extra for one in beside if one.get("action_id") == names.RETRY}


async def _unknown(_: str) -> str | None:
    return None


def test_there_is_an_example_of_every_effect():
    assert set(EXAMPLES) == set(get_args(Effect))


@pytest.mark.parametrize("effect", EXAMPLES.values(), ids=lambda one: type(one).__name__)
def test_what_failed_for_good_has_a_retry_that_the_first_who_presses_it_wins(effect: Effect):
    play = failed(effect)
    assert effect.key in retries(play)
    assert isinstance(play.incident.failures[effect.key], Failure)

    assert play.do(RetryEffect(BO, effect.key)).again == (effect.key,)
    with pytest.raises(Refused, match="tried again already"):
        play.do(RetryEffect(ANA, effect.key))
