"""Several runbooks walked in one room: a command names the one it means, and every sentence leads to the right one."""

from pathlib import Path

from incidentbot.core.runbooks.run import RunStatus
from incidentbot.slack import names
from tests.stories.runbooks_room import DISK, QUEUE, a_room, run_in, started
from tests.stories.seen import words


async def test_a_runbook_that_is_walked_beside_another_is_found_again_by_its_name(tmp_path: Path) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        await started(story, "queue-stuck")
        await story.fast_forward(minutes=1)
        await started(story, "disk-full", names.RUN_WAY)

        again = (await story.room("runbook start queue-stuck")).text or ""
        assert again.endswith("`/incident runbook resume queue-stuck.md` shows it.")
        await story.room("runbook resume queue-stuck.md")
        assert "Queue stuck" in words(story.posted(await story.room_id())[-1])
        await story.room("runbook stop Queue stuck")
        incident = await story.incident()
        assert run_in(incident).status is RunStatus.STOPPED
        assert run_in(incident, "Disk full").status is RunStatus.WALKING


async def test_the_end_of_an_incident_says_how_to_go_on_with_each_run(tmp_path: Path) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        await started(story, "queue-stuck")
        await story.fast_forward(minutes=1)
        await started(story, "disk-full", names.RUN_WAY)
        await story.room("resolve a bigger queue")

        both = "`/incident runbook resume queue-stuck.md` or `/incident runbook resume` goes on with it."
        assert any(line.endswith(both) for line in await story.said())
        await story.room("reopen it is full again")
        await story.room("runbook resume queue-stuck.md")
        assert run_in(await story.incident()).status is RunStatus.WALKING


async def test_a_search_that_begins_like_a_move_is_a_search_where_no_run_has_that_name(
    tmp_path: Path,
) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        await started(story, "queue-stuck")

        assert "disk-full.md" in words(await story.room("runbook stop disk"))
        assert run_in(await story.incident()).status is RunStatus.WALKING


async def test_a_finished_runbook_is_begun_again_by_the_command_that_is_named(tmp_path: Path) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await started(story, "queue-stuck")
        for _ in range(4):
            await story.room("runbook next")

        answer = (await story.room("runbook resume")).text or ""
        assert answer == (
            "Queue stuck is finished. Start it again with `/incident runbook start queue-stuck.md`."
        )


async def test_next_once_too_often_asks_which_instead_of_moving_the_other_runbook(tmp_path: Path) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        await started(story, "queue-stuck")
        await story.fast_forward(minutes=1)
        await started(story, "disk-full", names.RUN_WAY)
        await story.fast_forward(minutes=1)
        done = (await story.room("runbook next")).text or ""
        assert done == "Disk full is finished: 1 done, 1 not taken."
        again = (await story.room("runbook next")).text or ""

        assert again == (
            "Disk full was moved last, and is finished. Nothing was changed: say which runbook you mean, "
            "`/incident runbook next queue-stuck.md`."
        )
        assert run_in(await story.incident()).current == 0
        back = (await story.room("runbook back")).text or ""
        assert "`/incident runbook back queue-stuck.md` or `/incident runbook back disk-full.md`" in back
        named = (await story.room("runbook next queue-stuck.md")).text or ""
        assert named == "Queue stuck: <@U0DEE> did step 1: Look at the pods"
        await story.fast_forward(minutes=1)
        assert ((await story.room("runbook next")).text or "").startswith(
            "Queue stuck: <@U0DEE> did step 2: "
        )


async def test_of_two_that_are_walked_a_move_without_a_name_asks_where_the_older_was_moved_last(
    tmp_path: Path,
) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE, disk_full=DISK) as story:
        card = await started(story, "queue-stuck")
        await story.fast_forward(minutes=1)
        await started(story, "disk-full", names.RUN_WAY)
        await story.fast_forward(minutes=1)
        await story.press(card, names.RUN_DONE)

        asked = (await story.room("runbook next")).text or ""
        assert asked.startswith(
            "Queue stuck was moved last. Nothing was changed: say which runbook you mean, "
        )
        assert "next queue-stuck.md` or `/incident runbook next disk-full.md`." in asked
