"""Reminders reach whoever it is with directly, wherever they are by now: once, as long as it is still to be done."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.visibility import insiders
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from tests.stories.seen import buttons, words
from tests.stories.story import Story, a_story

ACTION = "action INC-1 a bigger disk <@U0BO> due tomorrow"
UNTIL_DUE = 32
"""Hours from the beginning to five in the afternoon of the next day, by Dee's clock."""

DUE = timedelta(days=5)
"""Within these its post-mortems are due, as the default profile says."""


def reminded(story: Story, user: str, about: str = "") -> list[Message]:
    """What the person was reminded of, oldest first."""
    workspace = story.workspace.slack.workspace
    written = workspace.messages(workspace.direct_message(user).id)
    return [one for one in written if f":remind:{about}" in json.dumps(one.metadata)]


def deactivate(story: Story, user: str) -> None:
    """The person leaves the company."""
    people = story.workspace.slack.workspace.people
    people[user] = replace(people[user], deleted=True)


async def resolved(story: Story, line: str = "declare sev1 checkout is down") -> None:
    await story.slack(line)
    await story.slack("INC-1 resolve a bigger disk")


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_the_owner_of_an_action_reads_it_directly_and_settles_it_there(tmp_path: Path, *, http: bool):
    async with a_story(tmp_path, http=http) as story:
        await resolved(story)
        await story.slack(ACTION)
        await story.fast_forward(days=2)

        (one,) = reminded(story, "U0BO")
        assert one.text == (
            "P0 INC-1: A gentle reminder: action 1 of INC-1 is due now: a bigger disk. Press Done once it is; "
            "`/incident action INC-1 1 due fri` gives it more time."
        )
        assert f"Room: <#{await story.room_id()}>" in words(one)
        assert buttons(one) == {names.ACTION_DONE: "Done"}
        assert any("<@U0BO>: action 1 of INC-1 is due now" in line for line in await story.said())
        assert reminded(story, "U0DEE") == []

        await story.press(one, names.ACTION_DONE)
        assert await story.whispered("bo", one.channel, "Done. <@U0BO>: action 1 (a bigger disk) is done.")
        await story.press(one, names.ACTION_DONE)
        assert await story.whispered("bo", one.channel, "Action 1 is so already.")
        await story.fast_forward(days=30)
        assert len(reminded(story, "U0BO")) == 1


async def test_an_action_that_nobody_has_is_asked_of_the_lead_each_week(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.slack("INC-1 lead <@U0CHI>")
        await story.slack("INC-1 resolve a bigger disk")
        await story.slack("action INC-1 a bigger disk due tomorrow")
        await story.fast_forward(days=9)

        first, second = reminded(story, "U0CHI", "action")
        assert "Nobody has it yet: `/incident action INC-1 1 @who` gives it to somebody." in first.text
        assert "action 1 of INC-1 was due 7 d" in second.text


async def test_the_owner_of_a_review_is_reminded_once_though_the_bot_was_away_and_then_the_manager(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        await resolved(story)
        await story.slack("review INC-1 <@U0BO>")
        await story.restart(away=DUE + timedelta(hours=1))
        await story.restart()

        (one,) = reminded(story, "U0BO")
        assert "the post-mortem of INC-1 is due, and it is with you." in one.text
        assert "`/incident review INC-1 publish` publishes it once it can be read. Thank you." in one.text
        assert buttons(one) == {names.POSTMORTEM: "Open the draft"}
        await story.press(one, names.POSTMORTEM)
        assert "|The draft of INC-1> is ready." in await story.whispered("bo", one.channel, "The draft of")
        assert reminded(story, "U0DEE") == []

        await story.fast_forward(days=2, hours=1)
        (late,) = reminded(story, "U0DEE")
        assert "is overdue by 2 d 1 h, with <@U0BO>. As the engineering manager you can help:" in late.text
        assert len(reminded(story, "U0BO")) == 1


async def test_nobody_is_reminded_of_what_was_settled_while_slack_was_away(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await resolved(story)
        await story.slack(ACTION)
        await story.slack("action INC-1 a second disk <@U0CHI> due tomorrow")
        tried = [one.method for one in story.workspace.slack.calls].count("conversations.open")
        story.workspace.slack.faults.plan("conversations.open", Fault(Failure.STATUS, status=500), times=2)
        await story.fast_forward(hours=UNTIL_DUE)
        assert [one.method for one in story.workspace.slack.calls].count("conversations.open") == tried + 2
        await story.slack("action INC-1 1 done")
        await story.slack("action INC-1 2 <@U0ANA>")
        await story.fast_forward(minutes=5)

        assert [len(reminded(story, user)) for user in ("U0BO", "U0CHI", "U0ANA")] == [0, 0, 1]
        assert (await story.incident()).failures == {}


async def test_a_reminder_whose_posting_was_not_heard_is_not_sent_again(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await resolved(story)
        await story.slack(ACTION)
        story.workspace.slack.faults.plan("chat.postMessage", Fault(Failure.CUT_AFTER), times=2)
        await story.fast_forward(days=2)

        assert len(reminded(story, "U0BO")) == 1


async def test_whoever_cannot_be_written_to_is_named_in_the_room_with_what_to_do(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await resolved(story)
        await story.slack(ACTION)
        deactivate(story, "U0BO")
        await story.fast_forward(days=2)

        line = (
            ":warning: Reminding <@U0BO> directly did not work: <@U0BO>: their account is deactivated. "
            "Tell them yourself, or give it to somebody else, then press Retry."
        )
        assert line in await story.said()
        await story.slack("action INC-1 1 <@U0CHI>")
        room = await story.room_id()
        await story.press(story.newest(room, names.RETRY), names.RETRY)
        assert (await story.incident()).failures == {}


def managed_by(folder: Path, *people: str) -> dict[str, str]:
    """Settings under which these are the engineering managers."""
    team = folder / "managers.yaml"
    roles = f"roles:\n  engineering_manager: {{slack: [{', '.join(people)}]}}\n"
    team.write_text(f"schema: 1\npagerduty: {{service: PSVC001}}\n{roles}", encoding="utf-8")
    return {"INCIDENTBOT_TEAM": str(team)}


async def test_of_several_managers_the_others_read_it_once_where_one_cannot(tmp_path: Path):
    wiring = managed_by(tmp_path, "U0BO", "U0CHI", "U0ELI")
    async with a_story(tmp_path, paging="", wiring=wiring) as story:
        await resolved(story)
        deactivate(story, "U0CHI")
        await story.fast_forward(days=DUE.days + 3)

        assert [len(reminded(story, user)) for user in ("U0BO", "U0ELI")] == [1, 1]
        posted = story.posted(await story.room_id())
        (failed,) = [
            one for one in posted if "Reminding the engineering manager directly did not" in one.text
        ]
        assert "<@U0CHI>: their account is deactivated." in failed.text
        await story.press(failed, names.RETRY)
        assert [len(reminded(story, user)) for user in ("U0BO", "U0ELI")] == [1, 1]


async def test_a_pause_that_slack_asks_for_between_two_managers_doubles_nothing(tmp_path: Path):
    wiring = managed_by(tmp_path, "U0BO", "U0ELI")
    async with a_story(tmp_path, paging="", wiring=wiring) as story:
        await resolved(story)
        await story.slack(ACTION)
        await story.fast_forward(days=DUE.days + 1)
        pause = Fault(Failure.STATUS, status=429, retry_after_s=30)
        story.workspace.slack.faults.plan("conversations.open", pause)
        await story.fast_forward(days=2)

        late = [len(reminded(story, user, "review-late")) for user in ("U0BO", "U0ELI")]
        assert late == [1, 1]
        opened = [one for one in story.workspace.slack.calls if one.method == "conversations.open"]
        assert len(opened) == 4, "Bo, Dee, and Eli twice"


async def test_of_a_private_incident_only_those_in_it_are_reminded_and_the_manager_is_brought_in(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        await resolved(story, "declare sev1 zebra keys are stolen --private")
        await story.room("action change the zebra keys <@U0CHI> due tomorrow")
        await story.room("action tell the zebra people <@U0ANA> due tomorrow")
        await story.fast_forward(days=2)

        assert reminded(story, "U0CHI") == []
        assert len(reminded(story, "U0ANA")) == 1
        assert any(
            "<@U0CHI> is not in this private incident, so I have not written to them: "
            "invite them here, and they type `/incident join`." in line
            for line in await story.said()
        )
        await story.room("action 1 done")
        await story.fast_forward(days=DUE.days + 3)
        assert "U0DEE" in insiders(await story.incident())
        assert reminded(story, "U0CHI") == reminded(story, "U0ELI") == []
