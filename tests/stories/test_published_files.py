"""A published post-mortem becomes a file, with what people wrote in it; where that fails, whoever published it reads why."""

from pathlib import Path

from incidentbot.core.postmortems.human_text import HumanText
from tests.stories.story import T0, Story, a_story


async def over(story: Story) -> None:
    await story.slack("declare p1 checkout is down")
    await story.room("resolve a bigger disk")


async def test_what_is_published_is_written_with_what_people_wrote(tmp_path: Path):
    folder = tmp_path / "postmortems"
    async with a_story(tmp_path, wiring={"INCIDENTBOT_POSTMORTEMS": str(folder)}) as story:
        await over(story)
        written = HumanText("lessons", "The alarm came late.", "", "U0DEE", T0)
        await story.house.desk.folder._sections.write((await story.incident()).id, written)
        await story.room("review start")
        assert not folder.exists()
        answer = await story.room("review publish")

        assert (answer.text or "").endswith("is published. It is written to inc-1-checkout-is-down.md.")
        document = (folder / "inc-1-checkout-is-down.md").read_text(encoding="utf-8")
        assert "The alarm came late." in document
        assert [one.name for one in folder.iterdir()] == ["inc-1-checkout-is-down.md"]


async def test_a_folder_that_cannot_be_written_is_said_and_the_review_is_published_all_the_same(
    tmp_path: Path,
):
    taken = tmp_path / "taken"
    taken.write_text("a file, no folder", encoding="utf-8")
    async with a_story(tmp_path, wiring={"INCIDENTBOT_POSTMORTEMS": str(taken)}) as story:
        await over(story)
        answer = await story.room("review publish")

        assert "Its file could not be written (inc-1-checkout-is-down.md: " in (answer.text or "")
        assert (await story.room("close")).text == "Done. <@U0DEE> closed INC-1."
