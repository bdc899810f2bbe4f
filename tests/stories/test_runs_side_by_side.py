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
