"""Roles that the team file binds to Slack user groups: who is called in, invited and told, and what `doctor` finds."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.doctor import check_connections
from incidentbot.playground.slack.people import FIRST_GROUP, UserGroup
from tests.outward.mailbox import Mailbox
from tests.stories.story import Story, a_story

TEAM = """schema: 1
roles:
  on_call_primary: {slack: [U0ANA]}
  on_call_secondary: {slack: [U0CHI]}
  team_lead: {slack: [S0ONCALL]}
"""


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    """A team whose lead is whoever is in the group @on-call-team: Ana and Bo."""
    team = tmp_path / "our-team.yaml"
    team.write_text(TEAM, encoding="utf-8")
    async with a_story(tmp_path, paging="events", wiring={"INCIDENTBOT_TEAM": str(team)}) as story:
        yield story


async def wrong_groups(story: Story) -> list[str]:
    found = await check_connections(story.settings)
    return [one.sentence for one in found if not one.ok and one.what.startswith("slack user group")]


@pytest.mark.parametrize("verb", ["escalate", "page"])
async def test_a_group_that_is_mentioned_calls_in_the_role_it_is_bound_to(story: Story, verb: str):
    await story.slack("declare sev1 the map is down")
    answer = await story.room(f"{verb} @on-call-team we must decide")

    assert answer.text == "Calling in the team lead."
    assert "U0BO" in story.workspace.slack.workspace.channel(await story.room_id()).members


async def test_a_group_that_no_role_names_pages_nobody_and_is_answered_with_the_roles(story: Story):
    story.workspace.slack.workspace.usergroups.append(UserGroup("S0DEV", "dev", "Dev", ("U0BO",)))
    await story.slack("declare sev1 the map is down")
    rung = len(story.rung)
    answer = await story.room("escalate @dev help")

    assert (answer.text or "").startswith(
        "I page roles, and the team file binds none to that group. The roles are `on_call_primary`"
    )
    assert (answer.text or "").endswith("Nobody was paged.")
    assert len(story.rung) == rung


async def test_on_call_names_the_members_of_the_group(story: Story):
    answer = await story.slack("oncall team_lead")

    assert "<@U0ANA> and <@U0BO>" in str(answer)


async def test_doctor_is_content_with_a_group_of_people(story: Story):
    assert await wrong_groups(story) == []


async def test_doctor_names_a_group_that_is_not_there_or_empty(story: Story):
    groups = story.workspace.slack.workspace.usergroups
    groups[:] = [replace(FIRST_GROUP, members=())]
    assert await wrong_groups(story) == [
        "Nobody is in the user group S0ONCALL. Add people to it in Slack, or take it out of the team file."
    ]

    groups.clear()
    assert await wrong_groups(story) == ["No user group has the id S0ONCALL. Mend it in the team file."]


GROUP = """schema: 1
roles:
  on_call_primary: {slack: [S0ONCALL]}
  on_call_secondary: {slack: [U0BO], email: [bo@work.example]}
"""


async def test_members_of_a_group_get_mail_as_they_get_messages(tmp_path: Path):
    """Ana's address is the one of her account in Slack; Bo's stands in the team file, in another role."""
    team = tmp_path / "group.yaml"
    team.write_text(GROUP, encoding="utf-8")
    async with Mailbox() as mailbox:
        wiring = {
            "INCIDENTBOT_SMTP_URL": mailbox.url,
            "INCIDENTBOT_SMTP_FROM": "incidents@example.com",
            "INCIDENTBOT_TEAM": str(team),
        }
        async with a_story(tmp_path, paging="events", wiring=wiring) as story:
            await story.slack("declare sev1 checkout is down")

            assert [one.to for one in mailbox.received] == [("ana@example.com", "bo@work.example")]
            assert "ana@example.com" not in (tmp_path / "incidentbot.db").read_bytes().decode("latin-1")
