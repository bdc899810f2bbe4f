"""`incidentbot doctor` against both stand-ins, with one fault at a time: each is named, and nothing else is."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.cli.demo import NO_SECOND_CLOCK
from incidentbot.doctor import check_connections
from incidentbot.flows.checkup import Finding
from incidentbot.playground.pagerduty.account import Policy
from incidentbot.playground.pagerduty.default_account import ANA, BO
from tests.stories.seen import words
from tests.stories.story import Story, a_story

SHORTER = """schema: 1
id: shorter
title: Shorter
extends: default
timezone: Europe/Berlin
business_hours: {mon-fri: "09:00-17:00"}
severities:
  P0: {escalate: [{after: 15m}]}
  P1: {escalate: [{after: 20m}]}
"""
TEAM = """schema: 1
pagerduty: {service: PSVC001}
roles:
  on_call_primary: {slack: [U0ANA], email: [ana@example.com], pagerduty: {user: PUANA}}
  on_call_secondary: {slack: [U0BO], email: [bo@example.com], pagerduty: {user: PUBO}}
  team_lead: {slack: [U0CHI], email: [chi@example.com], pagerduty: {user: PUCHI}}
"""
ONE_RULE = {"PEPOL01": 1}


async def wrong(story: Story, folder: Path, team: str = TEAM) -> dict[str, str]:
    """What `doctor` finds wrong with this team file."""
    file, profile = folder / "their-team.yaml", folder / "shorter.yaml"
    file.write_text(team, encoding="utf-8")
    profile.write_text(SHORTER, encoding="utf-8")
    values = {**story.settings.model_dump(), "team": file, "policy": str(profile)}
    found: Sequence[Finding] = await check_connections(story.settings.of(values))
    return {one.what: one.sentence for one in found if not one.ok}


def pagerduty_climbs(story: Story, *delays: int) -> None:
    """Give the service's escalation policy these delays, and as many rules."""
    account = story.duty.account
    policy = account.policies["PEPOL01"]
    rules = zip(policy.rules, delays, strict=False)
    changed = Policy(
        policy.id, policy.name, tuple(replace(rule, delay_minutes=delay) for rule, delay in rules)
    )
    account.policies[policy.id] = changed
    account.services["PSVC001"] = replace(account.services["PSVC001"], policy=changed)


async def test_a_team_that_fits_is_well(tmp_path: Path):
    async with a_story(tmp_path) as story:
        pagerduty_climbs(story, 30)

        assert await wrong(story, tmp_path) == {}


SLIPS = {
    "an unknown user": (
        ("user: PUBO", "user: PUXXX"),
        "roles.on_call_secondary.pagerduty.user",
        "Check the ids in the team file.",
    ),
    "an unknown schedule": (
        ("user: PUBO", "schedule: PSXXX"),
        "roles.on_call_secondary.pagerduty.schedule",
        "Check the ids in the team file.",
    ),
    "an unknown policy": (
        ("user: PUBO", "escalation_policy: PEXXX"),
        "roles.on_call_secondary.pagerduty.escalation_policy",
        "Check the ids in the team file.",
    ),
    "an unknown service": (("PSVC001", "PSXXXX"), "pagerduty.service", "Check the ids in the team file."),
}


@pytest.mark.parametrize(("slip", "field", "sentence"), SLIPS.values(), ids=SLIPS)
async def test_an_id_that_pagerduty_does_not_know_is_named_by_its_field(
    tmp_path: Path, slip: tuple[str, str], field: str, sentence: str
):
    async with a_story(tmp_path) as story:
        pagerduty_climbs(story, 30)

        found = await wrong(story, tmp_path, TEAM.replace(*slip))

        assert list(found) == [f"shorter {field}"]
        assert found[f"shorter {field}"].endswith(sentence)


async def test_an_id_that_slack_does_not_know_is_named(tmp_path: Path):
    async with a_story(tmp_path) as story:
        pagerduty_climbs(story, 30)

        found = await wrong(story, tmp_path, TEAM.replace("U0BO", "U0NOBODY"))

        assert found == {"slack member U0NOBODY": "No account has the id U0NOBODY. Mend it in the team file."}


async def test_a_rung_whose_schedule_has_a_gap_is_named_while_it_lasts(tmp_path: Path):
    async with a_story(tmp_path) as story:
        pagerduty_climbs(story, 30)
        story.duty.account.put_on_call("PSCHED1", [])
        team = TEAM.replace("user: PUBO", "schedule: PSCHED1")

        found = await wrong(story, tmp_path, team)

        rungs = ["shorter severities.P0.escalate[0]", "shorter severities.P1.escalate[0]"]
        assert [one for one in found if "P2" not in one] == rungs
        assert found[rungs[0]] == (
            "The on-call secondary (on_call_secondary): nobody is on call now: the schedule PSCHED1 has a gap. "
            "Fill the shift, or bind the role to a `user` in the team file."
        )
        story.duty.account.put_on_call("PSCHED1", [BO])
        assert await wrong(story, tmp_path, team) == {}


async def test_a_role_that_only_the_chain_names_needs_a_level_at_its_place(tmp_path: Path):
    async with a_story(tmp_path) as story:
        pagerduty_climbs(story, 30, 30)
        team = TEAM[: TEAM.index("  team_lead")]

        found = await wrong(story, tmp_path, team)

        assert (
            "level 3 of the escalation policy of the service is empty or not there"
            in (found["shorter severities.P0.escalate[0]"])
        )


async def test_somebody_on_call_whom_slack_does_not_know_is_named(tmp_path: Path):
    async with a_story(tmp_path) as story:
        pagerduty_climbs(story, 30)
        stranger = replace(ANA, email="ana.private@example.com")
        story.duty.account.users[ANA.id] = stranger

        assert list(await wrong(story, tmp_path)) == ["shorter on call Ana"]


CLOCKS = {
    "one rule": ((5,), ""),
    "longer than our ladder": ((41, 41, 41), ""),
    "as long as our ladder": ((40, 50, 50), "after 40m, while the ladder of shorter climbs for 40m"),
    "one delay too short": ((60, 10, 60), "after 10m"),
    "only the last is short, after which nobody comes": ((60, 60, 5), ""),
}


@pytest.mark.parametrize(("delays", "sentence"), CLOCKS.values(), ids=CLOCKS)
async def test_two_clocks_that_would_ring_the_same_people_are_named(
    tmp_path: Path, delays: tuple[int, ...], sentence: str
):
    async with a_story(tmp_path) as story:
        pagerduty_climbs(story, *delays)

        found = await wrong(story, tmp_path)

        assert list(found) == (["shorter escalation policy PEPOL01"] if sentence else [])
        assert sentence in "".join(found.values())


async def test_without_a_token_each_rung_without_a_key_of_its_own_is_named(tmp_path: Path):
    async with a_story(tmp_path, paging="events") as story:
        found = await wrong(story, tmp_path)

        assert (
            "without a routing key of its own, the page rings the first role again"
            in (found["shorter severities.P0.escalate[0]"])
        )


DOORS = {
    "nothing set up": ({}, "pagerduty webhook", "Not set up: I ask PagerDuty every few seconds instead."),
    "a secret": (
        {"pagerduty_webhook_secret": "s" * 16, "base_url": "https://bot.example.com"},
        "pagerduty webhook",
        "Signed events are taken in at https://bot.example.com/webhooks/pagerduty.",
    ),
    "no intake": ({}, "alert intake", "Off: no alert opens an incident. Set INCIDENTBOT_INTAKE_TOKEN"),
    "an intake nobody reaches": (
        {"intake_token": "t" * 16},
        "alert intake",
        "set INCIDENTBOT_BASE_URL to the public https address.",
    ),
}


@pytest.mark.parametrize(("given", "what", "sentence"), DOORS.values(), ids=DOORS)
async def test_what_may_come_in_is_told_with_what_to_do(
    tmp_path: Path, given: dict[str, str], what: str, sentence: str
):
    async with a_story(tmp_path) as story:
        found = await check_connections(story.settings.of({**story.settings.model_dump(), **given}))
        [one] = [one for one in found if one.what == what]
        assert one.ok
        assert sentence in one.sentence


async def test_a_webhook_over_plain_http_is_one_to_mend(tmp_path: Path):
    async with a_story(tmp_path) as story:
        given = {"pagerduty_webhook_secret": "s" * 16, "base_url": "http://bot.example.com"}
        found = await check_connections(story.settings.of({**story.settings.model_dump(), **given}))
        [one] = [one for one in found if one.what == "pagerduty webhook"]
        assert not one.ok
        assert "PagerDuty sends to https alone" in one.sentence


async def test_doctor_in_slack_tells_whoever_asked_a_sentence_for_each_check(tmp_path: Path):
    async with a_story(tmp_path) as story:
        answer = await story.slack("doctor", by="bo")
        assert answer.text.startswith("I look at Slack, PagerDuty")
        told = await story.whispered("bo", "#general", " checked.")
        assert "to mend, " in told or told.startswith("All is well")
        room = story.workspace.slack.workspace.channel("#general")
        shown = next(words(one) for one in reversed(room.ephemerals) if " checked." in one.text)
        assert ":white_check_mark: *slack bot token* Slack knows it" in shown
        assert "*pagerduty webhook* Not set up" in shown
        assert story.settings.slack_bot_token.get_secret_value() not in shown


async def test_the_stage_of_the_demo_has_nothing_to_mend(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.duty.account.climb_late(NO_SECOND_CLOCK)
        await story.slack("doctor", by="bo")
        told = await story.whispered("bo", "#general", " checked.")
        assert told.startswith("All is well")
        room = story.workspace.slack.workspace.channel("#general")
        shown = next(words(one) for one in reversed(room.ephemerals) if " checked." in one.text)
        assert "In the local workspace that does not matter." in shown
