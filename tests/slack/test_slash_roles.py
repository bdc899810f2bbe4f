"""Whom `/incident escalate` means: a role, a reason, or a role that was mistyped and must page nobody."""

import pytest

from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from incidentbot.slack import asks
from incidentbot.slack.slash_grammar import parse

IM_CHAT = load("im-chat")
BOATS = load("boat-listing")
ROLES = "`on_call_primary`, `on_call_secondary`, `team_lead`, `engineering_manager`, `vp_engineering`"


def asked(text: str) -> asks.Ask:
    """What is asked by this line in a room."""
    return parse(text, policy=IM_CHAT, in_room=True).ask


def refusal(text: str) -> str:
    """The sentence somebody gets who types this in a room."""
    with pytest.raises(Refused) as refused:
        asked(text)
    return refused.value.sentence


def test_a_mistyped_role_pages_nobody_and_is_answered_with_the_one_that_was_meant_and_all_of_them() -> None:
    assert refusal("escalate team laed") == (
        f"No role or chain is called “team laed”. Did you mean `team_lead`? The roles are {ROLES}. Nobody was paged. "
        "If it is the reason, type `/incident escalate next team laed`."
    )


@pytest.mark.parametrize(
    ("typed", "named", "meant"),
    [
        ("team laed we need a decision", "team laed", "team_lead"),
        ("Team-Laed we need a decision", "Team-Laed", "team_lead"),
        ("team leads are needed", "team leads", "team_lead"),
        ("taem laed", "taem laed", "team_lead"),
        ("teamlead please come", "teamlead", "team_lead"),
        ("@team-lead please come", "@team-lead", "team_lead"),
        ("on call secodnary asleep", "on call secodnary", "on_call_secondary"),
        ("on-call sec is asleep", "on-call sec", "on_call_secondary"),
        ("enginering manager", "enginering manager", "engineering_manager"),
        ("eng manager we must decide", "eng manager", "engineering_manager"),
        ("vp engineer it burns", "vp engineer", "vp_engineering"),
        ("to the team laed please", "team laed", "team_lead"),
        ("vp", "vp", "vp_engineering"),
        ("manager", "manager", "engineering_manager"),
    ],
)
def test_the_near_miss_of_a_role_is_no_reason(typed: str, named: str, meant: str) -> None:
    sentence = refusal(f"escalate {typed}")

    assert sentence.startswith(f"No role or chain is called “{named}”. Did you mean `{meant}`? ")
    assert "Nobody was paged." in sentence


@pytest.mark.parametrize("typed", ["xxxx", "🔥🔥", "🔥 🔥", ":fire: :fire:", "???", "dba", "@zoe help us"])
def test_a_lone_word_that_names_nobody_is_no_reason_either(typed: str) -> None:
    sentence = refusal(f"escalate {typed}")

    assert sentence.startswith("No role or chain is called “")
    assert f"The roles are {ROLES}. Nobody was paged." in sentence


@pytest.mark.parametrize(
    "reason",
    [
        "checkout still down",
        "nobody answers",
        "no answer!",
        "the on-call primary is asleep",
        "team is stuck",
        "team needs help",
        "teams are stuck",
        "engineering is stuck",
        "primary db is down",
        "on fire",
        "on call phone is dead",
        "managers want an update",
        "it's 🔥",
        "помогите",
        "支払いが失敗しています",
    ],
)
def test_what_is_plainly_a_reason_pages_the_next_with_it(reason: str) -> None:
    assert asked(f"escalate {reason}") == asks.Escalate(why=reason)


def test_after_next_everything_is_the_reason() -> None:
    assert asked("escalate next xxxx") == asks.Escalate(why="xxxx")


def test_a_role_may_follow_a_to() -> None:
    assert asked("escalate to the team lead: stuck") == asks.Escalate("team_lead", why="stuck")
    assert asked("escalate to whoever is awake") == asks.Escalate(why="to whoever is awake")


def test_each_profile_has_roles_of_its_own() -> None:
    with pytest.raises(Refused, match="Did you mean `development`"):
        parse("escalate developmnet help", policy=BOATS, in_room=True)
    assert parse("escalate developers are asleep", policy=BOATS, in_room=True).ask == asks.Escalate(
        why="developers are asleep"
    )


def test_what_is_quoted_back_pings_nobody() -> None:
    assert "<!here>" not in refusal("escalate <!here>")
    assert "`boom" not in refusal("escalate xx`boom")


@pytest.mark.parametrize("verb", ["page", "test-page"])
def test_a_name_that_nobody_has_is_no_reason_to_call_the_next(verb: str) -> None:
    sentence = refusal(f"{verb} zoe")

    assert sentence == (
        f"No role or chain is called “zoe”. The roles are {ROLES}. Nobody was paged. "
        "`/incident oncall` shows who has which role."
    )
