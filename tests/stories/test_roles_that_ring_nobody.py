"""Roles whose place in PagerDuty rings nobody, or somebody else: what is rung then, and what people are told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from incidentbot.playground.pagerduty.default_account import CHECKOUT_SCHEDULE
from tests.stories.profile_of import profile_of
from tests.stories.story import Story, a_story
from tests.stories.test_test_pages import rung_by_tests, walk, written

LINE = "declare sev1 checkout is down"


def a_team(folder: Path, roles: str) -> dict[str, str]:
    """The wiring of a team whose file binds these roles."""
    path = folder / "roles.yaml"
    path.write_text(f"schema: 1\npagerduty: {{service: PSVC001}}\nroles:\n{roles}", encoding="utf-8")
    return {"INCIDENTBOT_TEAM": str(path)}


def cut_the_policy(story: Story, levels: int) -> None:
    """Leave the service's escalation policy so many levels."""
    account = story.duty.account
    service = account.services["PSVC001"]
    policy = replace(service.policy, rules=service.policy.rules[:levels])
    account.services["PSVC001"] = replace(service, policy=policy)
    account.policies[policy.id] = policy


async def test_a_test_page_of_a_role_whose_level_is_empty_rings_nobody_else_and_says_so(tmp_path: Path):
    roles = "  on_call_primary: {slack: [U0ANA], pagerduty: {user: PUANA}}\n"
    async with a_story(tmp_path, wiring=a_team(tmp_path, roles)) as story:
        cut_the_policy(story, 4)
        await story.slack("test-page vp_engineering")
        await walk(story)
        await walk(story)

        assert rung_by_tests(story) == []
        [told] = written(story)
        assert "PagerDuty's escalation policy has no level 5 for the VP engineering." in told
        assert "A real page would not have either." in told


async def test_whoever_has_the_shift_now_is_rung_and_not_who_had_it_last(tmp_path: Path):
    schedule = f"  on_call_primary: {{slack: [U0ANA], pagerduty: {{schedule: {CHECKOUT_SCHEDULE.id}}}}}\n"
    async with a_story(tmp_path, wiring=a_team(tmp_path, schedule)) as story:
        story.duty.account.put_on_call(CHECKOUT_SCHEDULE.id, [story.duty.account.users["PUELI"]])
        story.clock.skip(timedelta(days=2))
        await story.slack(LINE)

        assert story.rung == ["eli"]


async def test_two_broken_targets_are_no_outage_and_the_third_is_rung_at_once(tmp_path: Path):
    roles = (
        "  on_call_primary: {slack: [U0ANA], pagerduty: {escalation_policy: PNONE01}}\n"
        "  on_call_secondary: {slack: [U0BO], pagerduty: {escalation_policy: PNONE02}}\n"
        "  team_lead: {slack: [U0CHI], pagerduty: {user: PUCHI}}\n"
    )
    async with a_story(tmp_path, wiring=a_team(tmp_path, roles)) as story:
        await story.slack(LINE)

        assert story.rung == ["chi"]


async def test_a_chain_called_from_another_incident_rings_whom_oncall_names_for_it(tmp_path: Path):
    policy = profile_of(tmp_path, "chains: {security: [security_primary, security_lead]}")
    async with a_story(tmp_path, policy=policy) as story:
        await story.slack(LINE)
        await story.room("ack", by="chi")
        before = len(story.rung)
        await story.room("escalate security there is an intruder", by="chi")
        await story.fast_forward(minutes=16)

        assert story.rung[before:] == ["ana", "bo"]
        assert await story.told("page_failed") == []
