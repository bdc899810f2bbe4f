"""What is beside the steps of a walk: whom it pages, who has a step, whether it worked, a file that changes meanwhile."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incidentbot.cli.commands import app
from incidentbot.core.runbooks.run import RunStatus, StepStatus
from incidentbot.slack import names
from tests.stories.runbooks_room import DISK, QUEUE, a_room, run_in, started, value_of
from tests.stories.seen import buttons, words
from tests.stories.story import Story


async def test_it_is_asked_whether_it_worked_and_no_leads_on(tmp_path: Path):
    async with a_room(
        tmp_path, disk_full=DISK, checkout_down="# Checkout down\n\n1. Look at checkout.\n2. Restart it.\n"
    ) as story:
        card = await started(story, "disk-full", names.RUN_WAY)
        await story.press(card, names.RUN_WAY, value=value_of(card, names.RUN_WAY, beside="Grow"))
        await story.press(card, names.RUN_DONE)
        assert "*Did it work?*" in words(card)
        await story.press(card, names.RUN_BROKEN, by="bo")

        assert "Still broken, says <@U0BO>" in words(card)
        assert "Next best: *Checkout down*" in words(card)
        assert buttons(card) == {names.ESCALATE: "Escalate", names.RUN_START: "Start"}
        await story.press(card, names.RUN_START, by="bo")
        assert run_in(await story.incident(), "Checkout down").status is RunStatus.WALKING


async def test_the_owner_of_the_file_is_paged_where_a_step_did_not_work(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_FAILED, by="dee")
        await story.submit("dee", reason="no such pod", who="on_call_secondary", wrong=["wrong"])

        assert story.rung == ["ana", "bo"]
        assert await story.told("step_wrong") == ["<@U0DEE> says step 1 of Queue stuck is wrong: no such pod"]


async def test_a_step_is_given_to_somebody_and_asked_about_when_it_takes_long(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        await story.room("ack")
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_MORE, selected="assign", by="ana")
        await story.submit("ana", who="U0CHI")
        assert "<@U0CHI> has this step" in words(card)
        await story.restart()
        await story.fast_forward(minutes=6)

        said = [text for text in await story.said() if "Are you stuck?" in text]
        assert len(said) == 1
        assert "<@U0CHI>, step 1 of Queue stuck is open for 5 min" in said[0]
        await story.press(card, names.RUN_MORE, selected="note", by="chi")
        await story.submit("chi", text="still looking")
        assert await story.told("step_noted") == ["<@U0CHI> at step 1 of Queue stuck: still looking"]


async def test_a_file_that_changes_is_offered_and_the_run_keeps_what_was_done(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        book = tmp_path / "books" / "queue-stuck.md"
        book.write_text(QUEUE.replace("2. **Watch", "2. **Tell the team.**\n3. **Watch"), encoding="utf-8")
        await story.press(card, names.RUN_DONE)
        assert "Step 2 of 4" in words(card)
        assert "has changed since this run began" in words(card)
        await story.press(card, names.RUN_NEWER, by="bo")

        assert "Step 2 of 5" in words(card)
        assert names.RUN_NEWER not in buttons(card)
        states = [step.status for step in run_in(await story.incident()).steps]
        assert states == [StepStatus.DONE, *[StepStatus.OPEN] * 4]


async def test_what_was_said_in_walks_is_listed_at_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_MORE, selected="note", by="chi")
        await story.submit("chi", text="the flag is gone", wrong=["wrong"])
        await story.fast_forward(minutes=2)
        await story.press(card, names.RUN_DONE)
        await story.close()

        monkeypatch.chdir(tmp_path)
        for name, value in given(story).items():
            monkeypatch.setenv(name, value)
        shell = await asyncio.to_thread(
            CliRunner().invoke, app, ["runbook", "feedback", "queue stuck", "--json"]
        )
        told = await asyncio.to_thread(CliRunner().invoke, app, ["runbook", "feedback"])
        unknown = await asyncio.to_thread(
            CliRunner().invoke, app, ["runbook", "feedback", "nothing", "--json"]
        )

    (book,) = json.loads(shell.stdout)["runbooks"]
    assert (book["path"], book["runs"], book["finished"]) == ("queue-stuck.md", 1, 0)
    assert (book["steps"][0]["done"], book["steps"][0]["median_seconds"]) == (1, 120)
    assert book["steps"][1]["median_seconds"] is None
    assert [(remark["kind"], remark["text"]) for remark in book["remarks"]] == [("wrong", "the flag is gone")]
    assert "1. Look at the pods: 1 done, median 2 min" in told.stdout
    assert "INC-1 wrong, step 1 (Look at the pods): the flag is gone" in told.stdout
    assert unknown.exit_code == 2


def given(story: Story) -> dict[str, str]:
    """The settings a shell needs to read the same database."""
    return {"INCIDENTBOT_DATA_DIR": str(story.settings.data_dir), "INCIDENTBOT_POLICY": "im-chat"}
