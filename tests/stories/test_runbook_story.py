"""A runbook walked in the room: searched, started, stepped through by two people, stopped and resumed."""

from pathlib import Path

import pytest

from incidentbot.core.runbooks.run import Run, RunStatus, StepStatus
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from incidentbot.slack.offers import MOST_OFFERED
from tests.stories.seen import buttons, words
from tests.stories.story import Story, a_story


async def started(story: Story) -> Message:
    """Dee declares, searches and presses Start on the best match; the live card."""
    await story.slack("declare sev1 checkout is down")
    room = await story.room_id()
    found = await story.room("runbook database")
    assert words(found).startswith("*Database outage*  `database-outage.md`\nIt is tagged database.")
    listed = story.workspace.slack.workspace.channel(room).ephemerals[-1]
    value = next(
        block["accessory"]["value"]
        for block in listed.blocks
        if "accessory" in block and block["accessory"]["value"].endswith("database-outage.md")
    )
    await story.press(listed, names.RUN_START, by="dee", value=value)
    return story.newest(room, names.RUN_DONE)


async def the_run(story: Story) -> Run:
    """The only run."""
    (run,) = (await story.incident()).runs.values()
    return run


async def test_done_skip_and_didnt_work_move_one_live_card_and_say_who(tmp_path: Path):
    async with a_story(tmp_path) as story:
        card = await started(story)
        assert "Step 1 of 12" in words(card)
        await story.press(card, names.RUN_DONE, by="dee")
        await story.press(card, names.RUN_DONE, by="bo")
        assert ":white_check_mark: 2." in words(card)

        await story.press(card, names.RUN_SKIP, by="bo")
        await story.submit("bo", reason="we have no replica")
        await story.press(card, names.RUN_FAILED, by="bo")
        await story.submit("bo", reason="the host does not answer", who="-")

        run = await the_run(story)
        assert [step.status for step in run.steps[:5]] == [
            StepStatus.DONE,
            StepStatus.DONE,
            StepStatus.SKIPPED,
            StepStatus.FAILED,
            StepStatus.OPEN,
        ]
        assert "Step 5 of 12" in words(card)
        assert run.card_ts == card.ts
        assert story.rung == ["ana", "bo"]
        assert any("could not get to work step 4" in text for text in await story.said())
        steps = words(await story.room("runbook steps"))
        assert ":fast_forward: Skipped by <@U0BO>" in steps
        assert ": we have no replica" in steps


async def test_back_opens_a_step_again_and_stop_leaves_a_resume_that_posts_the_card_anew(tmp_path: Path):
    async with a_story(tmp_path) as story:
        card = await started(story)
        await story.press(card, names.RUN_DONE)
        await story.press(card, names.RUN_MORE, selected="back")
        assert "Step 1 of 12" in words(card)

        await story.press(card, names.RUN_MORE, selected="steps", by="bo")
        await story.submit("bo", step=(await the_run(story)).steps[2].id)
        assert "Step 3 of 12" in words(card)
        await story.press(card, names.RUN_MORE, selected="stop", by="bo")
        assert buttons(card) == {names.RUN_RESUME: "Resume"}
        assert (await the_run(story)).status is RunStatus.STOPPED
        await story.press(card, names.RUN_RESUME, by="ana")

        anew = story.newest(card.channel, names.RUN_DONE)
        assert anew.ts > card.ts
        assert (await the_run(story)).card_ts == anew.ts
        assert buttons(card) == {}
        assert "goes on in a newer card below" in card.text


async def test_commands_walk_it_as_well_to_its_end(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        assert (await story.room("runbook next")).text == (
            "No runbook is being walked here. `/incident runbook` offers some."
        )
        assert (await story.room("runbook start database outage")).text == (
            "Database outage: 12 steps. The card is in the room."
        )
        assert "is being walked already, at step 1 of 12" in (
            (await story.room("runbook start database outage")).text or ""
        )
        await story.room("runbook next")
        await story.room("runbook back")
        for _ in range(12):
            await story.room("runbook next")

        run = await the_run(story)
        assert run.status is RunStatus.FINISHED
        assert "Database outage is finished: 12 done." in await story.told("run_finished")


@pytest.mark.parametrize("line", ["runbook start zzz qqq", "runbook zzz qqq"])
async def test_words_that_fit_no_runbook_are_answered_with_a_way_on(tmp_path: Path, line: str):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        said = (await story.room(line)).text or ""
        assert said.startswith("No runbook fits “zzz qqq”.")
        assert said.endswith("`/incident runbook` alone offers others."), (
            "it goes by the incident, and shows not all"
        )
        assert (await story.incident()).runs == {}


async def test_the_card_offers_the_best_three_with_why_until_one_is_begun(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 the database lags and slows the deploy")

        offered = [text for text in words(await story.card()).split("\n") if text.startswith(":notebook:")]
        assert offered[0] == ":notebook: *Database outage*"
        assert len(offered) == MOST_OFFERED
        assert "It is tagged database." in words(await story.card())

        await story.press(await story.card(), names.RUN_START, by="bo", value=_start_of(await story.card()))
        assert ":notebook: Database outage is being walked" in words(await story.card())
        assert "It is tagged database." not in words(await story.card())


async def test_the_card_offers_nothing_that_only_fits_by_its_level(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 xyzzy")

        assert ":notebook:" not in words(await story.card())


async def test_the_card_offers_nothing_that_fits_far_worse_than_the_best(tmp_path: Path):
    """Who asks for it finds it below; on the card it would only stand in the way."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "free.md").write_text("# Free storage space is too low\n\n1. Grow the disk.\n2. Look again.\n")
    (shelf / "other.md").write_text("# Certificates\n\n## Their storage\n\n1. Find it.\n2. Renew it.\n")
    async with a_story(tmp_path, wiring={"INCIDENTBOT_RUNBOOKS": str(shelf)}) as story:
        await story.slack("declare sev1 FreeStorageSpaceTooLow")

        shown = words(await story.card())
        assert "Free storage space is too low" in shown
        assert "Certificates" not in shown
        asked = await story.room("runbook")
        assert "Certificates" in str(asked.blocks)


async def test_words_that_say_only_that_something_is_wrong_offer_nothing(tmp_path: Path):
    """`Scale the cluster down` shares a word with `checkout is down`, and would make it worse."""
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        assert "Scale the cluster down" not in words(await story.card())


def _start_of(card: Message) -> str:
    return next(one["accessory"]["value"] for one in card.blocks if "Database outage" in str(one))


async def test_a_start_without_a_name_asks_for_one(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        answer = (await story.room("runbook start")).text or ""
        assert answer.startswith("Say which one: `/incident runbook start name`.")
