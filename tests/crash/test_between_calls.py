"""Kills between the calls of a declaration: before anything is kept, right after the ack, again while recovering."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.crash.acts import ACTS, DECLARING, Act, Moment
from tests.crash.scene import DECLARED_BY, Scene, a_scene
from tests.crash.verdict import Verdict, judge
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally

pytestmark = pytest.mark.crash

Note = Callable[[str, str, str, float, tuple[int, ...]], None]
TITLE = "checkout is down"

BLOWS_MS = ((0, 2, 4), (6, 8, 10), (12, 16, 24))
"""Milliseconds from typing to the kill: the ack takes about twelve on a quiet machine."""
MANY = 20
LATEST_BLOW_MS = 400
"""When all of them are told on a quiet machine."""

ONCE_A_PROCESS = ("conversations.join", "conversations.open")
"""Calls that a process makes only once, perhaps before anything is declared."""


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


async def test_many_declarations_killed_at_any_time_are_each_whole_where_they_were_acknowledged(
    tmp_path: Path, note: Note, tally: Tally
):
    chance = Random(3)  # noqa: S311 - the same each time
    async with a_scene(tmp_path) as scene:
        scene.workspace.slack.ack_timeout_s = 1.0  # nobody needs to wait longer for the dead
        for run in range(runs(Part.KILLED_UNDER_LOAD)):
            blow_ms = chance.randrange(LATEST_BLOW_MS)
            titles = [f"{TITLE} {run} {number}" for number in range(MANY)]
            answers = await typed_and_killed(scene, blow_ms / 1000, *titles)
            took_s = await scene.settled()

            owed = [
                title
                for title, acked in zip(titles, answers, strict=True)
                if acked or await scene.declared(title)
            ]
            verdicts = [await judge(scene, DECLARING, title) for title in owed]
            counts = sums(verdicts)
            tally(
                Part.KILLED_UNDER_LOAD,
                1,
                lost=counts[0] + counts[3],
                doubled=counts[1] + counts[2],
                seen=answers.count(False),
            )
            note("declare", f"({MANY} at once)", f"{blow_ms} ms ({len(owed)} kept)", took_s, counts)
            wrong = [one for one in verdicts if not one.is_clean]
            assert wrong == [], f"killed after {blow_ms} ms"
            await scene.type("status")  # the next ones find a bot that is awake


def sums(verdicts: list[Verdict]) -> tuple[int, ...]:
    return tuple(sum(found) for found in zip((0, 0, 0, 0), *(one.counts for one in verdicts), strict=True))


PAIRS = [
    (act, call, moment, again)
    for act in ACTS
    for call in act.calls
    if not call.startswith(ONCE_A_PROCESS)
    for moment in Moment
    for again in (Moment.BEFORE, Moment.DURING)
]
SOME_PAIRS = Random(2).sample(PAIRS, runs(Part.KILLED_TWICE))  # noqa: S311 - the same each time


@pytest.mark.parametrize(
    ("act", "call", "moment", "again"),
    SOME_PAIRS,
    ids=[f"{moment} {call} ({act.name}), then {again} the next" for act, call, moment, again in SOME_PAIRS],
)
async def test_a_second_kill_at_the_first_call_of_the_recovery_changes_nothing(
    tmp_path: Path, note: Note, tally: Tally, act: Act, call: str, moment: Moment, again: Moment
):
    async with a_scene(tmp_path, act) as scene:
        took_s = await scene.play_killed(act, call, moment, TITLE, again=again)

        verdict = await judge(scene, act, TITLE)
        lost, doubled, second_rooms, untrue = verdict.counts
        tally(Part.KILLED_TWICE, 1, lost=lost + untrue, doubled=doubled + second_rooms)
        note(act.name, f"{call}, killed twice", again.value, took_s, verdict.counts)
        assert verdict.is_clean, verdict
