"""Rungs that reach nobody by a team file: each fault named with its rung, its role, why and what to do."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incidentbot.cli.policy import policy_app
from incidentbot.policies.check import unreached
from incidentbot.policies.loader import load, shipped
from incidentbot.policies.reach import Wiring, calls, gaps, ladder_length
from incidentbot.policies.team import PagerTarget, RoleBinding, Team

KEY = "c0ffee00000000000000000000000011"
FIRST, SECOND, LEAD = "on_call_primary", "on_call_secondary", "team_lead"
IN_SLACK = RoleBinding(slack=("U0ANA",))
KEYED = RoleBinding(pager=PagerTarget(routing_key=KEY))
BY_USER = RoleBinding(pager=PagerTarget(user="PUANA"))
BY_MAIL = RoleBinding(email=("ana@example.com",))
EVENTS, OWN_KEYS_ONLY = (
    Wiring("events", main_key=True, mail=False),
    Wiring("events", main_key=False, mail=False),
)
REST, OFF = Wiring("rest", main_key=False, mail=False), Wiring("", main_key=False, mail=False)

PROFILE = """schema: 1
id: short
title: Short
extends: default
severities:
  P0: {notify: [pagerduty, slack, email], escalate: [{after: 15m}]}
  P1: {notify: [slack], escalate: []}
  P2: {notify: [slack], escalate: [{after: 1h, to: security_lead}]}
  P3: {notify: [slack], escalate: []}
chains:
  default: [on_call_primary, on_call_secondary, team_lead]
  security: [on_call_primary, security_lead]
"""


@pytest.fixture
def short(tmp_path: Path) -> Path:
    file = tmp_path / "short.yaml"
    file.write_text(PROFILE, encoding="utf-8")
    return file


ALL = {FIRST, SECOND, LEAD, "security_lead"}
EVERYBODY = dict.fromkeys(ALL, IN_SLACK)
FAULTS = {
    "everybody has a key": (dict.fromkeys(ALL, KEYED), EVENTS, {("P2.escalate[0]", "security_lead")}),
    "everybody is in slack, paging is off": (EVERYBODY, OFF, set()),
    "only the main key": (
        EVERYBODY,
        EVENTS,
        {("P0.escalate[0]", SECOND), ("P0.escalate[0]", LEAD), ("P0.escalate[0]", "security_lead")},
    ),
    "one role without its own key, and no main key": (
        dict.fromkeys(ALL, IN_SLACK)
        | dict.fromkeys((SECOND, LEAD, "security_lead"), RoleBinding(("U0BO",), (), KEYED.pager)),
        OWN_KEYS_ONLY,
        {("P0.page", FIRST)},
    ),
    "with a token the chain is enough, where the pager is listed": (
        {},
        REST,
        {("P2.escalate[0]", "security_lead")},
    ),
    "a mail reaches them": (
        EVERYBODY | {LEAD: BY_MAIL},
        Wiring("", main_key=False, mail=True),
        set(),
    ),
    "a mail that nobody sends": (EVERYBODY | {LEAD: BY_MAIL}, OFF, {("P0.escalate[0]", LEAD)}),
    "a pager id that the level does not use": (
        EVERYBODY | {"security_lead": BY_USER},
        REST,
        {("P2.escalate[0]", "security_lead")},
    ),
}


@pytest.mark.parametrize(("roles", "wiring", "faults"), FAULTS.values(), ids=FAULTS)
def test_each_rung_that_reaches_nobody_is_named(
    short: Path, roles: dict[str, RoleBinding], wiring: Wiring, faults: set[tuple[str, str]]
):
    found = gaps(load(short), Team(roles=roles), wiring)

    assert {(gap.where.removeprefix("severities."), gap.call.role) for gap in found} == faults


def test_a_line_says_who_why_and_what_to_do(short: Path):
    said = {gap.call.role: gap.sentence for gap in gaps(load(short), Team(roles={LEAD: RoleBinding()}), OFF)}

    bind = "Give the role `slack` in the team file."
    assert said[LEAD] == (
        f"The team lead (team_lead): the team file names it without a person, and paging is off. {bind}"
    )
    assert said["security_lead"] == (
        f"The security lead (security_lead): only the chain names it, and this level lists no pager. {bind}"
    )
    (first, *_) = gaps(load(short), Team(roles=EVERYBODY), EVENTS)
    assert "the page rings the first role again" in first.sentence
    assert "`routing_key` of its own" in first.sentence


@pytest.mark.parametrize("name", shipped())
def test_every_rung_of_a_shipped_profile_that_calls_somebody_is_looked_at(name: str):
    policy = load(name)
    called = {(call.severity, call.role) for call in calls(policy)}

    for severity, rule in policy.severities.items():
        if "pagerduty" in rule.notify:
            assert {(severity, chain[0]) for chain in policy.chains.values()} <= called
    assert not gaps(policy, Team(roles=dict.fromkeys({role for _, role in called}, IN_SLACK)), OFF)


def test_the_length_of_a_ladder_is_that_of_its_last_page(short: Path):
    assert ladder_length(load(short)) == timedelta(minutes=30)


def test_a_role_that_no_chain_names_is_a_note(short: Path):
    notes = [found.where for found in unreached(load(short), Team(roles=EVERYBODY | {"cook": IN_SLACK}), OFF)]

    assert notes == ["chains cook"]


def test_policy_check_reads_the_team_file(short: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    team = tmp_path / "team.yaml"
    team.write_text(f"schema: 1\nroles: {{on_call_primary: {{pagerduty: {{routing_key: {KEY}}}}}}}\n")
    monkeypatch.setenv("INCIDENTBOT_TEAM", str(team))

    result = CliRunner().invoke(policy_app, ["check", str(short), "--json"])

    (verdict,) = json.loads(result.stdout)["profiles"]
    lines = [one for one in verdict["findings"] if one["where"].startswith("severities.P0.escalate")]
    assert [(one["level"], one["message"].split(":")[0]) for one in lines] == [
        ("warning", "The on-call secondary (on_call_secondary)"),
        ("warning", "The team lead (team_lead)"),
        ("warning", "The security lead (security_lead)"),
    ]
    assert (result.exit_code, verdict["ok"]) == (0, True)

    without = CliRunner().invoke(policy_app, ["check", str(short), "--json"], env={"INCIDENTBOT_TEAM": ""})
    assert "routing key" not in without.stdout


def test_a_team_file_that_is_not_there_is_refused(short: Path, tmp_path: Path):
    result = CliRunner().invoke(
        policy_app, ["check", str(short), "--team", str(tmp_path / "none.yaml"), "--json"]
    )

    assert result.exit_code == 2
    assert "cannot be read" in json.loads(result.stdout)["error"]["message"]
