"""Commands that are too long for a card come into the room as a file, once; links of files lead where they say."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.crash.long_runbook import TEXT
from tests.stories.runbooks_room import DISK, QUEUE, a_room, condition, started
from tests.stories.seen import buttons, words
from tests.stories.story import a_story


async def test_a_long_command_is_shared_as_a_file_once(tmp_path: Path):
    async with a_room(tmp_path, long_command=TEXT) as story:
        card = await started(story, "long-command")
        await story.press(card, names.RUN_DONE)
        await story.press(card, names.RUN_MORE, selected="back")
        await story.restart()

        (shared,) = [one for one in story.posted(card.channel) if one.files]
        assert shared.text == "Step 1 of Long command: its long command, whole."
        (stored,) = story.workspace.slack.workspace.files.values()
        assert stored.name.startswith("inc-1-step-1-")
        assert stored.name.endswith(".sh")
        content = (stored.content or b"").decode()
        assert content.splitlines() == [f"restart --part {number}" for number in range(200)]
        assert names.RUN_TEXT in buttons(card)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize(
    "fault", [Fault(Failure.CUT_AFTER), Fault(Failure.STATUS, 503), Fault(Failure.CUT_BEFORE)]
)
async def test_a_call_that_fails_once_is_made_good_and_the_file_is_shared_once(
    tmp_path: Path, method: str, fault: Fault
):
    async with a_room(tmp_path, long_command=TEXT) as story:
        await story.room("ack")
        story.workspace.slack.faults.plan(method, fault)
        card = await started(story, "long-command")
        await story.fast_forward(seconds=40)

        assert len([one for one in story.posted(card.channel) if one.files]) == 1
        assert (await story.incident()).failures == {}


async def test_a_bot_that_may_not_share_files_says_so_and_the_walk_goes_on(tmp_path: Path):
    async with a_room(tmp_path, long_command=TEXT) as story:
        story.workspace.slack.granted_scopes.discard("files:write")
        card = await started(story, "long-command")

        assert any(text.startswith(":warning: Sharing a step's long command") for text in await story.said())
        await story.press(card, names.RUN_DONE)
        assert "Step 2 of 2" in words(card)


async def test_a_link_by_the_folders_own_address_opens_the_runbook(tmp_path: Path):
    wiring = {"INCIDENTBOT_RUNBOOKS_URL": "https://git.example.com/runbooks/"}
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK, wiring=wiring) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, condition(card, "disk is full"), by="bo")

        assert buttons(card)[names.RUN_START] == "Open the runbook"
        await story.press(card, names.RUN_START, by="bo")
        assert "2 ways" in words(story.newest(card.channel, names.RUN_WAY))


@pytest.mark.parametrize("line", ["runbook", "runbook database", "runbook start database"])
async def test_where_the_folder_is_gone_a_room_reads_so_without_the_servers_path(tmp_path: Path, line: str):
    folder = tmp_path / "gone"
    with capture_logs() as logs:
        async with a_story(tmp_path, wiring={"INCIDENTBOT_RUNBOOKS": str(folder)}) as story:
            await story.slack("declare sev1 checkout is down")
            said = (await story.room(line)).text

    assert said == (
        "The folder of runbooks is not there. Whoever runs me reads where it should be, and what to do, with "
        "`incidentbot doctor`."
    )
    (logged,) = [one for one in logs if one["event"] == "no_runbooks"]  # once, and not for every card
    assert str(folder) in logged["reason"]


async def test_what_is_severely_wrong_with_a_file_stands_on_its_first_card_without_the_secret(tmp_path: Path):
    token = "ghp_" + "a1B2" * 9
    text = f"# Tokens\n\n## Fix\n\n1. **Log in.**\n\n   ```sh\n   gh auth {token}\n   ```\n\n2. **Look.**\n"
    async with a_room(tmp_path, tokens=text) as story:
        card = await started(story, "tokens")
        warning = ":warning: The file, line 8: This looks like a GitHub token; keep secrets out of runbooks."
        assert warning in words(card)

        await story.press(card, names.RUN_DONE)
        assert "GitHub token" not in words(card), "whoever goes on has read it"
