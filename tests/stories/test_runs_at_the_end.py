"""A run that is still walked when the incident is over: stopped and said, and there again when it is reopened."""

from pathlib import Path

import aiohttp
import pytest

from incidentbot.core.runbooks.run import RunStatus, StepStatus
from incidentbot.slack import names
from tests.stories.runbooks_room import MENU, QUEUE, a_room, run_in, started
from tests.stories.seen import buttons, words

STOPPED = "Queue stuck is stopped at step 2 of 4, as INC-1 is over: 3 steps are open."


@pytest.mark.parametrize("ending", ["resolve a bigger queue", "stage verification"])
async def test_what_is_open_of_a_run_is_said_when_the_incident_is_over(tmp_path: Path, ending: str) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_DONE)
        await story.room(ending)

        assert f":notebook: {STOPPED} `/incident runbook resume` goes on with it." in await story.said()
        assert "was stopped at step 2, as INC-1 was over: 3 open, 1 done." in words(card)
        assert buttons(card) == {names.RUN_RESUME: "Resume"}
        assert "Queue stuck" not in words(await story.card())
        assert await story.told("run_stopped") == [STOPPED]


async def test_a_run_that_the_end_stopped_goes_on_where_it_stood_when_it_is_back(tmp_path: Path) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await story.press(await started(story, "queue-stuck"), names.RUN_DONE)
        answer = await story.room("resolve a bigger queue")
        assert STOPPED in (answer.text or "")
        back = await story.room("reopen it is full again")
        waits = "Stopped when it was over: Queue stuck at step 2 of 4. `/incident runbook resume` goes on"
        assert waits in (back.text or "")
        assert any(waits in line for line in await story.said())
        await story.restart()
        await story.room("runbook resume")

        run = run_in(await story.incident())
        assert run.status is RunStatus.WALKING
        assert [step.status for step in run.steps] == [StepStatus.DONE, *[StepStatus.OPEN] * 3]
        card = story.newest(await story.room_id(), names.RUN_DONE)
        await story.press(card, names.RUN_DONE)
        assert "Step 3 of 4" in words(card)


async def test_nobody_is_asked_about_a_step_of_an_incident_that_is_over(tmp_path: Path) -> None:
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await started(story, "queue-stuck")
        await story.room("resolve a bigger queue")
        await story.fast_forward(hours=1)
        assert not [line for line in await story.said() if "Are you stuck?" in line]


async def test_a_run_whose_section_is_being_picked_has_words_for_that_on_the_page(tmp_path: Path) -> None:
    async with a_room(tmp_path, alarms=MENU) as story:
        await story.room("runbook start alarms")
        url = f"{story.house.local_url}/incidents/INC-1"
        async with aiohttp.ClientSession() as browser, browser.get(url) as response:
            page = await response.text()
        assert "a section is being picked" in page
