"""Lines typed after `/incident` in the profile im-chat, outside a room and in one, and the sentence of a refused one."""

import pytest

from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.slack.asks import Parsed
from incidentbot.slack.slash_grammar import parse
from tests.slack.examples import IM_CHAT


def read(text: str, policy: Policy = IM_CHAT) -> Parsed:
    """As typed outside a room."""
    return parse(text, policy=policy, in_room=False)


def read_in_room(text: str) -> Parsed:
    """As typed in an incident's channel."""
    return parse(text, policy=IM_CHAT, in_room=True)


def refusal(text: str) -> str:
    """The sentence somebody gets who types this outside a room."""
    with pytest.raises(Refused) as refused:
        read(text)
    return refused.value.sentence
