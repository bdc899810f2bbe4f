"""A team's own files walked in the room by two people: branches, values, boxes, menus, a restart in the middle."""

import asyncio
from pathlib import Path

import pytest

from incidentbot.core.runbooks.run import StepStatus
from incidentbot.slack import names
from tests.stories.runbooks_room import DISK, MENU, QUEUE, a_room, condition, run_in, started, value_of
from tests.stories.seen import buttons, words


async def test_a_condition_is_chosen_on_the_card_and_leads_on(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        card = await started(story, "queue-stuck")
        assert "The review is 236 days overdue" in words(card)
        await story.press(card, condition(card, "crash loop"), by="bo")

        assert ":white_check_mark: *If the pod is in a crash loop*" in words(card)
        assert words(card).index("Not taken:") < words(card).rindex("If the disk is full")
        assert await story.told("branch_taken") == ["<@U0BO> at step 1: If the pod is in a crash loop"]
        await story.press(card, names.RUN_GO, by="bo")
        assert "*Step 3 of 4: Restart it" in words(card)


async def test_of_two_who_say_different_things_at_once_one_counts_and_the_other_reads_it(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        said = {
            "bo": condition(card, "crash loop"),
            "ana": condition(card, "disk is full"),
        }
        slack = story.workspace.slack
        pressed = [slack.press(who, card.channel, card.ts, action) for who, action in said.items()]
        await asyncio.gather(*pressed)
        await story.settled()

        (fact,) = await story.told("branch_taken")
        slower = "ana" if "<@U0BO>" in fact else "bo"
        assert "already. The card shows it." in await story.whispered(slower, card.channel, "already")


async def test_a_condition_that_names_another_runbook_opens_it_beside_this_one(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, condition(card, "disk is full"), by="bo")
        await story.press(card, names.RUN_START, by="bo")

        ways = story.newest(card.channel, names.RUN_WAY)
        assert {"Queue stuck", "Disk full"} == {run.title for run in (await story.incident()).runs.values()}
        await story.press(
            ways, names.RUN_WAY, by="ana", value=value_of(ways, names.RUN_WAY, beside="Delete old files")
        )
        states = [step.status for step in run_in(await story.incident(), "Disk full").steps]
        assert states == [StepStatus.NOT_TAKEN, StepStatus.OPEN]
        await story.press(ways, names.RUN_DONE, by="ana")
        assert "Disk full is finished: 1 done, 1 not taken" in words(ways)
        assert names.RUN_DONE in buttons(card)


async def test_values_are_asked_once_and_stand_in_every_later_command_after_a_restart(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_FILL, by="bo")
        refused = await story.submit(
            "bo", **{"fill:<namespace>": "payments", "fill:<pod>": "ghp_" + "a1" * 18}
        )
        assert "looks like a secret" in str(refused.errors)
        await story.submit("bo", **{"fill:<namespace>": "payments", "fill:<pod>": ""})
        assert "kubectl -n payments logs <pod>" in words(card)
        assert "Fill in: `&lt;pod&gt;`" in words(card)

        await story.restart()
        await story.press(card, names.RUN_FILL, by="ana")
        await story.submit("ana", **{"fill:<pod>": "api-1"})
        await story.press(card, names.RUN_DONE, by="bo")
        await story.press(card, names.RUN_DONE, by="ana")
        assert "kubectl -n payments delete pod api-1" in words(card)
        assert "`&lt;namespace&gt;` is `payments`" in words(card)


async def test_boxes_ticked_by_two_people_from_the_same_card_are_all_kept(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_DONE)
        slack = story.workspace.slack
        block = next(one["block_id"] for one in card.blocks if "boxes" in one.get("block_id", ""))
        await slack.press("ana", card.channel, card.ts, names.RUN_BOXES, selected=["0"], block_id=block)
        await slack.press("bo", card.channel, card.ts, names.RUN_BOXES, selected=["1"], block_id=block)
        await story.settled()

        ticks = run_in(await story.incident()).steps[1].ticks
        assert [(tick.box, tick.by) for tick in ticks] == [(0, "U0ANA"), (1, "U0BO")]
        assert "<@U0BO>, 14:00 UTC" in words(card)
        assert await story.told("box_ticked") == [
            "<@U0ANA> ticked at step 2: the queue shrinks",
            "<@U0BO> ticked at step 2: no error in the log",
        ]


async def test_of_a_menu_the_section_that_fits_is_offered_first(tmp_path: Path):
    async with a_room(tmp_path, alarms=MENU) as story:
        card = await started(story, "alarms", names.RUN_SECTION)
        assert words(card).index("*Checkout*") < words(card).index("*Mailer*")
        assert "fits best" in words(card)
        await story.press(
            card, names.RUN_SECTION, by="bo", value=value_of(card, names.RUN_SECTION, beside="Checkout")
        )

        assert "*Step 3 (1 of 2): Open the page of Checkout*" in words(card)
        await story.press(card, names.RUN_DONE)
        await story.press(card, names.RUN_DONE)
        assert "Alarms is finished: 2 done, 4 not taken" in words(card)


@pytest.mark.parametrize("left", [["runbook stop"], ["resolve it went away", "reopen it is back"]])
async def test_a_menu_that_was_left_before_a_section_was_picked_is_a_menu_again(
    tmp_path: Path, left: list[str]
):
    async with a_room(tmp_path, alarms=MENU) as story:
        await started(story, "alarms", names.RUN_SECTION)
        for text in left:
            await story.room(text)

        assert (await story.room("runbook resume")).text == "The card to pick a section on is below."
        card = story.newest(await story.room_id(), names.RUN_SECTION)
        await story.press(
            card, names.RUN_SECTION, by="bo", value=value_of(card, names.RUN_SECTION, beside="Checkout")
        )
        assert "*Step 3 (1 of 2): Open the page of Checkout*" in words(card)
        await story.press(card, names.RUN_MORE, selected="stop")
        assert (await story.room("runbook resume")).text == "Step 3 of 6 is below."


async def test_a_newer_version_that_is_gone_is_refused_in_words_for_a_room(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await started(story, "queue-stuck")
        file = tmp_path / "books" / "queue-stuck.md"
        file.write_text(f"{QUEUE}\n3. **Tell the team.**\n")
        await story.room("runbook resume")
        card = story.newest(await story.room_id(), names.RUN_NEWER)
        file.unlink()
        await story.press(card, names.RUN_NEWER)

        assert await story.whispered(
            "bo", card.channel, "goes on in the version it began with; `/incident runbook` offers"
        )
        assert names.RUN_DONE in buttons(card)


async def test_what_was_chosen_and_ticked_is_found_again_by_its_words_in_a_newer_version(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, condition(card, "crash loop"), by="bo")
        await story.press(card, names.RUN_DONE)
        block = next(one["block_id"] for one in card.blocks if "boxes" in one.get("block_id", ""))
        await story.press(card, names.RUN_BOXES, selected=["0"], block_id=block)
        newer = QUEUE.replace("   - If the pod is in a crash loop, see [Restart](#restart).\n", "")
        newer = newer.replace("   - the queue shrinks\n", "   - workers are up\n   - the queue shrinks\n")
        (tmp_path / "books" / "queue-stuck.md").write_text(newer)
        await story.room("runbook resume")
        await story.press(story.newest(card.channel, names.RUN_NEWER), names.RUN_NEWER)

        look, check, *_ = run_in(await story.incident()).steps
        assert look.taken is None, "the condition that was chosen is not in the file any more"
        assert [tick.box for tick in check.ticks] == [1], "the queue shrinks, now the second box"


async def test_a_step_that_is_new_in_a_section_that_is_left_out_is_left_out(tmp_path: Path):
    async with a_room(tmp_path, alarms=MENU) as story:
        card = await started(story, "alarms", names.RUN_SECTION)
        await story.press(card, names.RUN_SECTION, value=value_of(card, names.RUN_SECTION, beside="Checkout"))
        newer = MENU.replace("2. Restart the Mailer.\n", "2. Restart the Mailer.\n3. Tell the customers.\n")
        (tmp_path / "books" / "alarms.md").write_text(newer)
        await story.room("runbook resume")
        card = story.newest(card.channel, names.RUN_NEWER)
        await story.press(card, names.RUN_NEWER)
        await story.press(card, names.RUN_DONE)
        await story.press(card, names.RUN_DONE)

        assert "Alarms is finished: 2 done, 5 not taken" in words(card)
