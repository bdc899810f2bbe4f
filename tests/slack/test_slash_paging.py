"""Whom `/incident page` and `/incident escalate` mean: a role, a chain, a person, or nobody."""

from datetime import timedelta

import pytest

from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from incidentbot.slack import asks
from incidentbot.slack.slash_grammar import parse

MAPME = load("mapme")


def asked(text: str) -> asks.Ask:
    """What is asked by this line in a room of the team with two chains."""
    return parse(text, policy=MAPME, in_room=True).ask


def refusal(text: str) -> str:
    """The sentence somebody gets who types this."""
    with pytest.raises(Refused) as refused:
        asked(text)
    return refused.value.sentence


@pytest.mark.parametrize("verb", ["page", "escalate"])
@pytest.mark.parametrize(
    ("typed", "ask"),
    [
        ("security", asks.Escalate("security")),
        ("Security: cards leak", asks.Escalate("security", why="cards leak")),
        ("to the security cards leak", asks.Escalate("security", why="cards leak")),
        ("security response team cards leak", asks.Escalate("security_response_team", why="cards leak")),
        ("default", asks.Escalate("default")),
        ("on call devops", asks.Escalate("on_call_devops")),
        ("<@U0CHI|chi> we must decide", asks.Escalate(person="U0CHI", why="we must decide")),
        ("<!subteam^S0DEV|@dev> help", asks.Escalate(group="S0DEV", why="help")),
        ("next it burns", asks.Escalate(why="it burns")),
    ],
)
def test_a_line_names_a_role_a_chain_or_a_person_and_says_why(verb: str, typed: str, ask: asks.Ask) -> None:
    assert asked(f"{verb} {typed}") == ask


def test_a_reason_may_begin_with_default() -> None:
    assert asked("escalate default route is gone") == asks.Escalate(why="default route is gone")


@pytest.mark.parametrize("typed", ["page", "page cards are leaking", "page default route is gone"])
def test_to_page_nobody_by_name_is_refused_with_everybody_who_can_be(typed: str) -> None:
    assert refusal(typed) == (
        "Say whom to page: `/incident page role, @user or chain [why]`. The roles are `on_call_devops`, "
        "`on_call_development`, `security_response_team`. The chains are `security`. "
        "`/incident oncall` shows who has which role. Nobody was paged."
    )


def test_a_mistyped_chain_pages_nobody_and_is_answered_with_the_one_that_was_meant() -> None:
    assert refusal("page secuirty cards leak").startswith(
        "No role or chain is called “secuirty”. Did you mean `security`? The roles are "
    )


@pytest.mark.parametrize(
    ("typed", "minutes"), [("15m", 15), ("1h", 60), ("for 20 minutes", 20), ("10 min", 10), ("2 hours", 120)]
)
def test_a_snooze_says_how_long(typed: str, minutes: int) -> None:
    assert asked(f"snooze {typed}") == asks.Snooze(timedelta(minutes=minutes))


@pytest.mark.parametrize("typed", ["", "15", "0m", "until noon", "-5m"])
def test_a_snooze_without_a_length_is_refused(typed: str) -> None:
    assert refusal(f"snooze {typed}").endswith("`/incident snooze 15m`. Nothing was changed.")
