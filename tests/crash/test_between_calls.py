"""Kills between the calls of a declaration: before anything is kept, right after the ack, again while recovering."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.acts import DECLARING, Moment
from tests.crash.scene import DECLARED_BY, Scene, a_scene
from tests.crash.verdict import judge

pytestmark = pytest.mark.crash

Note = Callable[[str, str, str, float, tuple[int, ...]], None]
TITLE = "checkout is down"

BLOWS_MS = ((0, 2, 4), (6, 8, 10), (12, 16, 24))
"""Milliseconds from typing to the kill: the ack takes about twelve on a quiet machine."""
LOAD_BLOWS_MS = (40, 120, 240)
MANY = 15

ONCE = "conversations.open"
"""A process asks this once for each person and remembers it: it wants a bot that has not declared yet."""
OFTEN = [call for call in DECLARING.calls if call != ONCE and not call.startswith("conversations.join")]
"""The bot joins its channels once and for all, perhaps before anything is declared."""


async def typed_and_killed(scene: Scene, after_s: float, *titles: str) -> list[bool]:
    """Declare all titles at once, kill the bot so long after, start it again. Which of them were acknowledged."""
    loop = asyncio.get_running_loop()
    slack = scene.workspace.slack
    asked = [
        loop.create_task(slack.slash(DECLARED_BY, "#general", "/incident", f"declare sev1 {title}"))
        for title in titles
    ]
    await asyncio.sleep(after_s)  # not to wait for anything: this is the instant of the blow
    await scene.kill_and_start()
    acked = [one.done() and one.result().acked for one in asked]
    for one in asked:
        one.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    return acked


async def test_a_kill_right_after_the_ack_loses_nothing(tmp_path: Path, note: Note):
    async with a_scene(tmp_path) as scene:
        answer = await scene.type(f"declare sev1 {TITLE}")
        assert answer.acked
        await scene.kill_and_start()
        took_s = await scene.settled()

        verdict = await judge(scene, DECLARING, TITLE)
        note("declare", "(the ack)", "after", took_s, verdict.counts)
        assert verdict.is_clean, verdict


@pytest.mark.parametrize("blows_ms", BLOWS_MS, ids=str)
async def test_a_declaration_killed_before_its_ack_is_whole_or_nothing_and_can_be_typed_again(
    tmp_path: Path, note: Note, blows_ms: tuple[int, ...]
):
    async with a_scene(tmp_path) as scene:
        for blow_ms in blows_ms:
            title = f"{TITLE} {blow_ms}"
            (acked,) = await typed_and_killed(scene, blow_ms / 1000, title)
            took_s = await scene.settled()
            kept = bool(await scene.declared(title))
            if acked or kept:
                verdict = await judge(scene, DECLARING, title)
                assert verdict.is_clean, f"killed after {blow_ms} ms, acked: {acked}: {verdict}"

            assert (await scene.type(f"declare sev1 {title}")).acked
            await scene.settled()

            verdict = await judge(scene, DECLARING, title)
            moment = f"{blow_ms} ms ({'kept' if kept else 'not kept'})"
            note("declare", "(before the ack)", moment, took_s, verdict.counts)
            assert verdict.is_clean, f"killed after {blow_ms} ms, then typed again: {verdict}"


async def test_many_declarations_killed_at_once_are_each_whole_where_they_were_acknowledged(
    tmp_path: Path, note: Note
):
    async with a_scene(tmp_path) as scene:
        for blow_ms in LOAD_BLOWS_MS:
            titles = [f"{TITLE} {blow_ms} {number}" for number in range(MANY)]
            answers = await typed_and_killed(scene, blow_ms / 1000, *titles)
            took_s = await scene.settled()

            owed = [
                title
                for title, acked in zip(titles, answers, strict=True)
                if acked or await scene.declared(title)
            ]
            verdicts = [await judge(scene, DECLARING, title) for title in owed]
            counts = tuple(
                sum(found) for found in zip((0, 0, 0, 0), *(one.counts for one in verdicts), strict=True)
            )
            moment = f"{blow_ms} ms ({len(owed)} kept)"
            note("declare", f"({MANY} at once)", moment, took_s, counts)
            wrong = [one for one in verdicts if not one.is_clean]
            assert wrong == [], f"killed after {blow_ms} ms"


@pytest.mark.parametrize("again", [Moment.BEFORE, Moment.DURING])
@pytest.mark.parametrize("calls", [OFTEN, [ONCE]], ids=["often", "once"])
async def test_a_second_kill_at_the_first_call_of_the_recovery_changes_nothing(
    tmp_path: Path, note: Note, calls: list[str], again: Moment
):
    async with a_scene(tmp_path) as scene:
        for call in calls:
            title = f"{TITLE}: {call}"
            took_s = await scene.play_killed(DECLARING, call, Moment.DURING, title, again=again)

            verdict = await judge(scene, DECLARING, title)
            note("declare", f"{call}, killed twice", again.value, took_s, verdict.counts)
            assert verdict.is_clean, f"killed during {call}, and {again} the next call: {verdict}"
