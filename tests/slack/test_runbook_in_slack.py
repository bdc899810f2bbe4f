"""A runbook walked in the strict stand-in: one live card, every press counts once."""

from incidentbot.core.runbooks.run import RunStatus, StepStatus
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.slack import names
from tests.slack.bench import Bench, with_button, written
from tests.slack.pressing import both_press, told_in_vain


async def walking(bench: Bench) -> tuple[Channel, Message]:
    """A room in which a runbook is being walked, and its live card."""
    room = await bench.declare()
    await bench.type("runbook start kafka-outage", channel=room.id)
    return room, with_button(room, names.RUN_DONE)


async def test_a_runbook_is_walked_by_presses_on_one_live_card(bench: Bench) -> None:
    room, card = await walking(bench)
    await bench.press(card, names.RUN_DONE)
    await bench.press(card, names.RUN_SKIP)
    await bench.submit("bo", reason="not needed here")
    await bench.press(card, names.RUN_FAILED)
    await bench.submit("bo", reason="no such broker", who="-")

    (run,) = (await bench.incident()).runs.values()
    done = [step.status for step in run.steps[:3]]
    assert done == [StepStatus.DONE, StepStatus.SKIPPED, StepStatus.FAILED]
    assert run.card_ts == card.ts
    assert "step 4 of" in card.text
    assert any("a runbook step did not work: no such broker" in message.text for message in written(room))


async def test_back_all_steps_stop_and_resume(bench: Bench) -> None:
    room, card = await walking(bench)
    await bench.press(card, names.RUN_DONE)
    await bench.press(card, names.RUN_MORE, selected="back")
    assert "step 1 of" in card.text
    await bench.press(card, names.RUN_MORE, selected="steps")
    assert bench.slack.form_of("bo")
    await bench.press(card, names.RUN_MORE, selected="stop")
    assert "was stopped at step 1" in card.text
    await bench.press(card, names.RUN_RESUME)

    (run,) = (await bench.incident()).runs.values()
    assert run.status is RunStatus.WALKING
    assert run.card_ts != card.ts
    assert with_button(room, names.RUN_DONE).ts == run.card_ts


async def test_every_step_of_every_shipped_runbook_can_be_done_in_slack(bench: Bench) -> None:
    room = await bench.declare()
    for match in bench.house.desk.runbooks("", None):
        started = await bench.type(f"runbook start {match.path}", channel=room.id)
        assert "steps. The card is in the room" in (started.text or ""), match.path
        run = max((await bench.incident()).runs.values(), key=lambda one: (one.started_at, one.card_ts or ""))
        for _ in run.steps:
            await bench.press(with_button(room, names.RUN_DONE), names.RUN_DONE)
        assert (await bench.incident()).runs[run.id].status is RunStatus.FINISHED, match.path


async def test_of_two_presses_on_a_step_one_counts_and_the_other_is_told(bench: Bench) -> None:
    room, card = await walking(bench)
    await both_press(bench, card, names.RUN_DONE)

    (run,) = (await bench.incident()).runs.values()
    assert run.current == 1
    assert "Step 1 was done by" in await told_in_vain(bench, room)
