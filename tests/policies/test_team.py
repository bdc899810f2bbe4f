"""The team file: what it binds, and how a slip of the pen is told."""

from pathlib import Path

import pytest

from incidentbot.policies.team import PagerTarget, RoleBinding, Team, TeamError, load_team, read_team

KEY = "c0ffee00000000000000000000000011"
FILE = f"""schema: 1
pagerduty: {{service: PSVC001}}
roles:
  on_call_primary:
    slack: [U0ANA, U0EVE]
    email: [ana@example.com, eve@example.com]
    pagerduty: {{routing_key: {KEY}}}
  team_lead: {{slack: [U0CHI], pagerduty: {{user: PUCHI}}}}
channels: {{incidents: "#incidents"}}
"""


def test_a_file_binds_roles_to_people_and_targets() -> None:
    team = read_team(FILE)

    assert team.service == "PSVC001"
    assert team.bound("on_call_primary") == RoleBinding(
        ("U0ANA", "U0EVE"), ("ana@example.com", "eve@example.com"), PagerTarget(routing_key=KEY)
    )
    assert team.bound("team_lead").pager.user == "PUCHI"
    assert team.bound("vp_engineering") == RoleBinding()
    assert team.channels == {"incidents": "#incidents"}


def test_the_addresses_stand_beside_the_people() -> None:
    team = read_team(FILE)

    assert team.email_of("U0EVE") == "eve@example.com"
    assert team.email_of("U0CHI") is None


def test_a_role_is_bound_to_user_groups_beside_people_and_addresses_stand_beside_people_alone() -> None:
    team = read_team(
        FILE.replace("[U0ANA, U0EVE]", "[U0ANA, S0SRE, U0EVE]").replace("[U0CHI]", "[S0SRE, S0LEADS]")
    )

    bound = team.bound("on_call_primary")
    assert (bound.slack, bound.groups) == (("U0ANA", "U0EVE"), ("S0SRE",))
    assert team.email_of("U0EVE") == "eve@example.com"
    assert (team.people, team.groups) == (("U0ANA", "U0EVE"), ("S0SRE", "S0LEADS"))
    assert team.bound("team_lead").in_slack


def test_roles_that_reach_nobody_new_and_roles_that_nobody_knows_are_told() -> None:
    team = read_team(FILE)

    assert team.without_own_key(["on_call_primary", "team_lead", "vp_engineering"]) == (
        "team_lead",
        "vp_engineering",
    )
    assert team.unknown_roles(["on_call_primary", "vp_engineering"]) == ("team_lead",)


def test_a_routing_key_does_not_print() -> None:
    assert KEY not in repr(read_team(FILE))


SLIPS = {
    "a word of ours misspelt": ("slack: [U0CHI]", "slak: [U0CHI]", '8: roles.team_lead: Unknown key "slak".'),
    "a name for an id": ("[U0CHI]", "[chi]", "8: roles.team_lead.slack.0: Here must be a Slack member id"),
    "one person, no list": ("[U0CHI]", "U0CHI", "8: roles.team_lead.slack: Here must be a list"),
    "a short key": (
        KEY,
        "c0ffee",
        "7: roles.on_call_primary.pagerduty.routing_key: Here must be an integration key",
    ),
    "two ways at once": (
        "user: PUCHI",
        "user: PUCHI, schedule: PSCHED1",
        "8: roles.team_lead.pagerduty: Name one of",
    ),
    "an address too few": (
        "[ana@example.com, ",
        "[",
        "4: roles.on_call_primary: Give as many e-mail addresses",
    ),
    "another schema": ("schema: 1", "schema: 2", "1: schema: Here must be 1."),
    "no schema": ("schema: 1\n", "", "1: schema: This key is missing."),
    "a key twice": ("channels:", "roles: {}\nchannels:", '9: The key "roles" stands here twice.'),
    "a number for a channel": ('"#incidents"', "7", "9: channels.incidents: Here must be text."),
    "no YAML": ("roles:", "roles: [", "5: This is no YAML"),
}


@pytest.mark.parametrize(("right", "wrong", "sentence"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_with_its_line_and_without_its_value(right: str, wrong: str, sentence: str) -> None:
    with pytest.raises(TeamError) as refused:
        read_team(FILE.replace(right, wrong), name="team.yaml")

    assert refused.value.sentence.startswith(f"team.yaml:{sentence}")
    assert "c0ffee" not in refused.value.sentence


def test_no_file_binds_nobody_and_a_lost_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(FILE)

    assert load_team(None) == Team()
    assert load_team(tmp_path / "team.yaml").service == "PSVC001"
    with pytest.raises(TeamError, match=r"cannot be read\. Check INCIDENTBOT_TEAM"):
        load_team(tmp_path / "lost.yaml")
