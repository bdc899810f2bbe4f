"""Real input: runbooks that other teams wrote, walked to the end in Slack, and an incident exported and drafted again."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from incidentbot.cli.commands import app
from incidentbot.core.runbooks.run import RunStatus, StepStatus
from incidentbot.slack import names
from tests.needs import shared
from tests.stories.story import Story, a_story

REAL = (
    "mattrussi__gitlab-com-runbooks/docs/ci-runners/ci_runner_manager_errors.md",
    "kubevirt__monitoring/docs/runbooks/CDINotReady.md",
    "ministryofjustice__cloud-platform/source/recycle-node.html.md.erb",
)


async def walked(story: Story, words: str) -> str:
    """Start the best match and press Done until the card is finished. Returns the run's id."""
    room = await story.room_id()
    await story.slack(f"runbook start {words}", by="bo", channel=room)
    run = next(iter((await story.incident()).runs.values()))
    for _ in run.steps:
        card = story.newest(room, names.RUN_DONE)
        await story.press(card, names.RUN_DONE, by="bo")
    return run.id


@pytest.mark.parametrize("path", REAL)
async def test_a_real_runbook_is_walked_to_its_end(tmp_path: Path, path: str):
    folder = shared("corpus", "runbooks", path).parent
    async with a_story(tmp_path, wiring={"INCIDENTBOT_RUNBOOKS": str(folder)}) as story:
        await story.slack("declare sev1 checkout is down", by="dee")
        run_id = await walked(story, Path(path).name.split(".")[0])

        run = (await story.incident()).runs[run_id]
        assert run.status is RunStatus.FINISHED
        assert {step.status for step in run.steps} == {StepStatus.DONE}
        assert len(await story.told("step_done")) == len(run.steps) > 1


async def test_an_export_gives_the_same_draft_as_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down", by="dee")
        room = await story.room_id()
        await story.say("Found it: the pool is exhausted, rolling back", by="dee", channel=room)
        await story.fast_forward(minutes=7)
        await story.slack("ack", by="bo", channel=room)
        await story.slack("mitigate rolled back", by="bo", channel=room)
        await story.slack("resolve rolled back, verified by chi", by="bo", channel=room)

    monkeypatch.setenv("INCIDENTBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INCIDENTBOT_TEAM", "")
    file = tmp_path / "export.json"
    file.write_text(await shell("incidents", "export", "INC-1"), encoding="utf-8")
    stored = json.loads(await shell("postmortem", "draft", "INC-1", "--json"))
    imported = json.loads(await shell("postmortem", "draft", "--from", str(file), "--json"))
    assert instants(imported) == instants(stored)
    assert [row["text"] for row in imported["timeline"]] == [row["text"] for row in stored["timeline"]]


async def shell(*arguments: str) -> str:
    """What a shell command prints; it runs a loop of its own, so in a thread."""
    done = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def instants(draft: dict[str, Any]) -> dict[str, str | None]:
    return {name: one and one["at"] for name, one in draft["times"].items()}
