"""A role that is a whole group: each member is written to once, whatever Slack takes in a minute and whatever is cut off."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from incidentbot.house import House
from incidentbot.pagerduty.oncall import Roster
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.slack.people import Person, UserGroup
from tests.faults.matrix import Effort, effort
from tests.slack.test_pacing import a_strict_slack
from tests.stories.story import a_story

TEAM = """schema: 1
roles:
  on_call_primary: {slack: [S0CREW]}
"""
LINE = "declare sev1 checkout is down"
ALL_WRITTEN_WITHIN_S = 420.0
"""Two hundred conversations opened at fifty a minute."""


def bound_to_the_crew(folder: Path) -> Mapping[str, str]:
    """Settings in which the on-call primary is a user group."""
    team = folder / "crew.yaml"
    team.write_text(TEAM, encoding="utf-8")
    return {"INCIDENTBOT_TEAM": str(team)}


async def crew(workspace: LocalWorkspace, house: House, size: int, *, gone: int = 0) -> None:
    """Fill the group with so many people, some of them `gone` from Slack, and have the house look."""
    people = [Person(f"U1P{number:03}", f"p{number:03}", f"Person {number}") for number in range(size)]
    slack = workspace.slack.workspace
    slack.people.update({person.id: person for person in people[gone:]})
    slack.usergroups.append(UserGroup("S0CREW", "crew", "Crew", tuple(person.id for person in people)))
    roster = house.desk.oncall
    assert isinstance(roster, Roster)
    await roster.refresh()


def texts(workspace: LocalWorkspace) -> dict[str, list[str]]:
    """What the bot wrote to each person of the crew directly."""
    slack = workspace.slack.workspace
    return {
        channel.im_user: [one.text for one in channel.messages.values() if one.by_bot]
        for channel in slack.channels.values()
        if channel.im_user and channel.im_user.startswith("U1P")
    }


def once_each(size: int) -> Counter[int]:
    """So many people, one message each."""
    return Counter({1: size})


def counted(workspace: LocalWorkspace) -> Counter[int]:
    """How many people have how many messages."""
    return Counter(len(said) for said in texts(workspace).values())


async def test_everybody_of_a_group_is_written_to_once_invited_and_told_who_has_it(tmp_path: Path):
    async with a_story(tmp_path, paging="", wiring=bound_to_the_crew(tmp_path)) as story:
        await crew(story.workspace, story.house, 200)
        await story.slack(LINE)

        assert counted(story.workspace) == once_each(200)
        members = story.workspace.slack.workspace.channel(await story.room_id()).members
        assert sum(member.startswith("U1P") for member in members) == 200
        assert (await story.incident()).failures == {}

        await story.slack("ack INC-1", by="bo")
        said = texts(story.workspace).values()
        assert all(text.startswith("Acknowledged by <@U0BO>") for (text,) in said)


async def test_what_is_cut_off_midway_is_looked_for_among_the_last_few_alone(tmp_path: Path):
    async with a_story(tmp_path, paging="", wiring=bound_to_the_crew(tmp_path)) as story:
        await crew(story.workspace, story.house, 45)
        left = [33]

        async def cut_off(method: str, body: Mapping[str, object]) -> None:
            left[0] -= method == "conversations.open"
            if left == [0]:
                left[0] = -1
                story.workspace.slack.faults.plan("chat.postMessage", Fault(Failure.CUT_AFTER))

        story.workspace.slack.faults.before_apply.append(cut_off)
        await story.slack(LINE)
        await story.fast_forward(minutes=1)

        assert counted(story.workspace) == once_each(45)
        looked = [call for call in story.workspace.slack.calls if call.method == "conversations.history"]
        assert 0 < len(looked) <= 10


async def test_an_ack_midway_keeps_the_rest_from_being_written_to(tmp_path: Path):
    async with a_story(tmp_path, paging="", wiring=bound_to_the_crew(tmp_path)) as story:
        await crew(story.workspace, story.house, 45)
        left = [15]

        async def pause(method: str, body: Mapping[str, object]) -> None:
            left[0] -= method == "conversations.open"
            if left == [0]:
                left[0] = -1
                fault = Fault(Failure.STATUS, status=429, retry_after_s=30)
                story.workspace.slack.faults.plan("conversations.open", fault)

        story.workspace.slack.faults.before_apply.append(pause)
        await story.slack(LINE)
        assert counted(story.workspace) == once_each(15)
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(minutes=5)

        said = texts(story.workspace).values()
        assert [text.startswith("Acknowledged by <@U0BO>") for (text,) in said] == [True] * 15


async def test_those_slack_does_not_know_are_named_and_the_others_are_all_written_to(tmp_path: Path):
    async with a_story(tmp_path, paging="", wiring=bound_to_the_crew(tmp_path)) as story:
        await crew(story.workspace, story.house, 25, gone=12)
        await story.slack(LINE)

        assert counted(story.workspace) == once_each(13)
        missed = [text for text in await story.said() if "I could not write to" in text]
        assert sum(text.count("<@U1P") for text in missed) == 12


@pytest.mark.skipif(effort() is Effort.FEW, reason="It takes minutes: `make faults` runs it.")
async def test_two_hundred_are_written_to_once_at_the_rate_that_slack_takes(tmp_path: Path):
    async with a_strict_slack(tmp_path, bound_to_the_crew(tmp_path)) as (bench, local):
        local.slack.enforce_rates = False
        await crew(local, bench.house, 200)
        local.slack.enforce_rates = True
        await local.slack.slash("ana", "general", "/incident", LINE)

        await local.slack.until(lambda: counted(local) == once_each(200), timeout_s=ALL_WRITTEN_WITHIN_S)
        assert any(call.error == "ratelimited" for call in local.slack.calls), "Slack was not strict"
        assert not any(call.method == "conversations.history" for call in local.slack.calls)
        assert (await bench.incident()).failures == {}
