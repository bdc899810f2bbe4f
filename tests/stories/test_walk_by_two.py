"""Two people at one card at the same instant, on different buttons, and a bot that restarts between their presses."""

import asyncio
from pathlib import Path

from incidentbot.core.runbooks.run import RunStatus, StepStatus
from incidentbot.slack import names
from tests.stories.runbooks_room import QUEUE, a_room, run_in, started
from tests.stories.seen import words


async def test_of_a_skip_and_a_done_sent_at_once_one_counts_and_the_other_keeps_its_words(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        slack = story.workspace.slack
        await story.press(card, names.RUN_SKIP, by="bo")
        window = slack.form_of("bo")
        assert window is not None
        sent, _ = await asyncio.gather(
            slack.submit("bo", window.id, {"reason": "no replica"}),
            slack.press("ana", card.channel, card.ts, names.RUN_DONE),
        )
        await story.settled()

        run = run_in(await story.incident())
        settled = await story.told("step_done", "step_skipped")
        assert len(settled) == 1
        assert run.current == 1, "one step on, and not two"
        if "skipped" in settled[0]:
            assert await story.whispered("ana", card.channel, "Step 1 was skipped by <@U0BO>")
        else:
            assert "Step 1 was done by" in str(sent.errors)


async def test_done_and_didnt_work_on_two_steps_at_once_are_both_kept(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_FAILED, by="bo")
        slack = story.workspace.slack
        window = slack.form_of("bo")
        assert window is not None
        await story.press(card, names.RUN_MORE, by="ana", selected="steps")
        await story.submit("ana", step=run_in(await story.incident()).steps[2].id)
        await asyncio.gather(
            slack.submit("bo", window.id, {"reason": "no pod", "who": "nobody"}),
            slack.press("ana", card.channel, card.ts, names.RUN_DONE),
        )
        await story.settled()

        states = [step.status for step in run_in(await story.incident()).steps]
        assert states == [StepStatus.FAILED, StepStatus.OPEN, StepStatus.DONE, StepStatus.OPEN]


async def test_a_value_that_is_given_while_another_jumps_stands_where_both_look(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        slack = story.workspace.slack
        await story.press(card, names.RUN_FILL, by="bo")
        await story.press(card, names.RUN_MORE, by="ana", selected="steps")
        third = run_in(await story.incident()).steps[2].id
        values, steps = slack.form_of("bo"), slack.form_of("ana")
        assert values is not None
        assert steps is not None
        given = {"fill:<namespace>": "payments", "fill:<pod>": "api-1"}
        await asyncio.gather(
            slack.submit("bo", values.id, given), slack.submit("ana", steps.id, {"step": third})
        )
        await story.settled()

        assert "*Step 3 of 4" in words(card)
        assert "kubectl -n payments delete pod api-1" in words(card)


async def test_of_two_who_fill_in_the_same_at_once_one_is_kept_and_the_other_is_told_what_is_there(
    tmp_path: Path,
):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        slack, sent = story.workspace.slack, []
        for who, text in (("bo", "payments"), ("ana", "orders")):
            await story.press(card, names.RUN_FILL, by=who)
            window = slack.form_of(who)
            assert window is not None
            sent.append(slack.submit(who, window.id, {"fill:<namespace>": text}))
        errors = [answer.errors for answer in await asyncio.gather(*sent)]
        await story.settled()

        (told,) = [one for one in errors if one]
        assert "Somebody else filled in <namespace> meanwhile. Open the window again" in str(told)
        (kept,) = await story.told("value_set")
        assert ("payments" if "<@U0BO>" in kept else "orders") in words(card)


async def test_a_window_that_was_open_while_the_bot_restarted_is_sent_as_if_nothing_had_been(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        await story.press(card, names.RUN_SKIP, by="bo")
        await story.restart()
        await story.submit("bo", reason="no replica")
        await story.press(card, names.RUN_DONE, by="ana")

        run = run_in(await story.incident())
        assert [step.status for step in run.steps[:2]] == [StepStatus.SKIPPED, StepStatus.DONE]
        assert "*Step 3 of 4" in words(card)


async def test_stop_and_done_at_once_lose_neither(tmp_path: Path):
    async with a_room(tmp_path, queue_stuck=QUEUE) as story:
        card = await started(story, "queue-stuck")
        slack = story.workspace.slack
        await asyncio.gather(
            slack.press("bo", card.channel, card.ts, names.RUN_MORE, selected="stop"),
            slack.press("ana", card.channel, card.ts, names.RUN_DONE),
        )
        await story.settled()

        run = run_in(await story.incident())
        assert run.status is RunStatus.STOPPED
        if run.steps[0].status is StepStatus.OPEN:
            assert await story.whispered("ana", card.channel, "was stopped. `/incident runbook resume`")
