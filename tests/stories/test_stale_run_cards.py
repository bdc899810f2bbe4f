"""A press on a card that shows what is no longer so: it acts on what the person saw, or is refused in a sentence."""

import asyncio
import copy
from pathlib import Path

from incidentbot.core.runbooks.run import StepStatus
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from tests.stories.runbooks_room import QUEUE, a_room, condition, run_in, started
from tests.stories.seen import words
from tests.stories.story import Story

CRASHES = "   - If the pod is in a crash loop, see [Restart](#restart).\n"


async def renewed(story: Story, folder: Path, text: str) -> Message:
    """The card of Queue stuck, as a phone shows it that has not drawn it since somebody took the file's newer text."""
    card = story.newest(await story.room_id(), names.RUN_DONE)
    (folder / "books" / "queue-stuck.md").write_text(text, encoding="utf-8")
    await story.room("runbook resume")
    fresh = story.newest(card.channel, names.RUN_NEWER)
    drawn_before = copy.deepcopy(fresh.blocks)
    await story.press(fresh, names.RUN_NEWER, by="ana")
    fresh.blocks = drawn_before
    return fresh


async def test_a_condition_on_an_old_card_is_the_one_that_was_read_there(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await started(story, "queue-stuck")
        newer = QUEUE.replace(CRASHES, "   - If nothing is in it, wait.\n" + CRASHES)
        card = await renewed(story, tmp_path, newer)
        await story.press(card, condition(card, "crash loop"), by="bo")

        assert await story.told("branch_taken") == ["<@U0BO> at step 1: If the pod is in a crash loop"]
        taken = run_in(await story.incident()).steps[0].taken
        assert taken is not None
        assert taken.branch == 1, "it is the second by now"


async def test_a_condition_that_is_gone_from_the_file_is_refused_with_its_words(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await started(story, "queue-stuck")
        card = await renewed(story, tmp_path, QUEUE.replace(CRASHES, ""))
        await story.press(card, condition(card, "crash loop"), by="bo")

        assert await story.whispered(
            "bo", card.channel, "“If the pod is in a crash loop” is not in this step any more"
        )
        assert await story.told("branch_taken") == []


async def test_what_was_chosen_before_is_changed_from_an_old_card_as_from_a_new_one(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, condition(card, "disk is full"), by="ana")
        card = await renewed(story, tmp_path, QUEUE.replace(CRASHES, CRASHES + "   - If it is slow, wait.\n"))
        await story.press(card, condition(card, "crash loop"), by="bo")

        assert await story.told("branch_taken") == [
            "<@U0ANA> at step 1: If the disk is full",
            "<@U0BO> at step 1: If the pod is in a crash loop",
        ]


async def test_a_box_on_an_old_card_is_the_one_that_was_read_there(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_DONE)
        newer = QUEUE.replace("   - the queue shrinks\n", "   - workers are up\n   - the queue shrinks\n")
        card = await renewed(story, tmp_path, newer)
        block = next(one["block_id"] for one in card.blocks if "boxes" in one.get("block_id", ""))
        await story.press(card, names.RUN_BOXES, by="bo", selected=["0"], block_id=block)

        assert await story.told("box_ticked") == ["<@U0BO> ticked at step 2: the queue shrinks"]
        assert [tick.box for tick in run_in(await story.incident()).steps[1].ticks] == [1]


async def test_done_on_an_old_card_settles_the_step_that_was_read_there_wherever_it_stands(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await started(story, "queue-stuck")
        newer = QUEUE.replace("1. **Look at the pods.**", "1. **Breathe.**\n\n2. **Look at the pods.**")
        card = await renewed(story, tmp_path, newer)
        await story.press(card, names.RUN_DONE, by="bo")

        assert await story.told("step_done") == ["<@U0BO> did step 2: Look at the pods"]


async def test_a_step_that_is_gone_from_the_file_is_refused_from_an_old_card(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await started(story, "queue-stuck")
        card = await renewed(story, tmp_path, QUEUE.replace("**Look at the pods.**", "**See the pods.**"))
        before = await story.told()
        for action in (names.RUN_DONE, condition(card, "crash loop"), names.RUN_SKIP, names.RUN_FAILED):
            await story.press(card, action, by="bo")
            room = story.workspace.slack.workspace.channel(card.channel)
            assert room.ephemerals[-1].text.startswith("That step is not in the file any more"), action

        assert await story.told() == before
        assert run_in(await story.incident()).step.status is StepStatus.OPEN


async def both_go_back(story: Story, card: Message) -> None:
    slack = story.workspace.slack
    presses = (
        slack.press(who, card.channel, card.ts, names.RUN_MORE, selected="back") for who in ("bo", "ana")
    )
    await asyncio.gather(*presses)
    await story.settled()


async def test_two_who_go_back_at_once_go_back_once(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        for _ in range(3):
            await story.press(card, names.RUN_DONE)
        await both_go_back(story, card)

        (fact,) = await story.told("step_back")
        slower = "ana" if "<@U0BO>" in fact else "bo"
        assert await story.whispered(slower, card.channel, "so nobody went back")
        assert "*Step 3 of 4" in words(card)


async def test_two_who_lead_back_from_the_end_at_once_come_to_the_last_step(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        for _ in range(4):
            await story.press(card, names.RUN_DONE)
        await both_go_back(story, card)

        assert len(await story.told("step_back")) == 1
        assert "*Step 4 of 4" in words(card)
