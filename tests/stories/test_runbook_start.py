"""Which runbook `start` begins: the one that is meant beyond doubt; else it asks, and begins none."""

from pathlib import Path

import pytest

from incidentbot.slack import names
from tests.stories.runbooks_room import a_room, run_in
from tests.stories.seen import words
from tests.stories.story import Story, a_story


async def begun(story: Story) -> list[str]:
    """The titles of what is walked."""
    return [run.title for run in (await story.incident()).runs.values()]


@pytest.mark.parametrize(
    "typed",
    [
        "look at the logs",  # headings of many share them
        "the pods restart all the time",
        "everything about kafka in my holiday photos",
    ],
)
async def test_words_that_fit_nothing_well_begin_nothing_and_are_answered_with_the_best_three(
    tmp_path: Path, typed: str
):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        asked = await story.room(f"runbook start {typed}")

        assert await begun(story) == []
        assert asked.text == (
            f"No runbook fits “{typed}” clearly, so none was begun. Start the one you mean, or type its name."
        )
        listed = story.workspace.slack.workspace.channel(await story.room_id()).ephemerals[-1]
        offered = [block for block in listed.blocks if "accessory" in block]
        assert 1 <= len(offered) <= 3
        await story.press(listed, names.RUN_START, by="dee", value=str(offered[-1]["accessory"]["value"]))
        assert len(await begun(story)) == 1


async def test_of_two_that_fit_as_well_neither_is_begun_before_somebody_says_which(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        asked = words(await story.room("runbook start database"))

        assert "*Database outage*  `database-outage.md`" in asked
        assert "*Database recovery*" in asked
        assert await begun(story) == []
        await story.room("runbook start Database recovery")
        assert await begun(story) == ["Database recovery"]


@pytest.mark.parametrize(
    "typed", ["kafka", "everything is slow", "Gateway node", "message-delivery.md", "SCALE UP"]
)
async def test_a_name_or_what_fits_clearly_best_is_begun_at_once(tmp_path: Path, typed: str):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.room(f"runbook start {typed}")

        assert len(await begun(story)) == 1


async def test_a_file_is_begun_by_its_path_where_another_folder_has_one_of_that_name(tmp_path: Path):
    books = tmp_path / "shelf"
    for team in ("blue", "green"):
        (books / team).mkdir(parents=True)
        (books / team / "node-down.md").write_text(f"# Node of {team}\n\n1. Look.\n2. Restart it.\n")
    async with a_story(tmp_path, wiring={"INCIDENTBOT_RUNBOOKS": str(books)}) as story:
        await story.slack("declare sev1 checkout is down")
        assert "clearly" in ((await story.room("runbook start node-down")).text or "")
        await story.room("runbook start green/node-down.md")

        assert await begun(story) == ["Node of green"]


async def test_a_title_that_is_typed_whole_is_a_name(tmp_path: Path):
    twins = {"rb_1": "# Disk\n\n1. Grow.\n2. Look.\n", "rb_2": "# Disk of the mailer\n\n1. Grow.\n2. Look.\n"}
    async with a_room(tmp_path, **twins) as story:
        await story.room("runbook start disk")

        assert run_in(await story.incident(), "Disk").path == "rb-1.md"
