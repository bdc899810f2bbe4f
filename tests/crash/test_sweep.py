"""The sweep: the bot is killed before, during and after each call that an act makes, and started again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.acts import ACTS, Act, Moment
from tests.crash.effects_table import unnamed
from tests.crash.reaper import is_looking
from tests.crash.scene import a_scene
from tests.crash.verdict import Verdict, judge
from tests.faults.matrix import Effort, Part, effort
from tests.faults.report import Tally
from tests.store.postgres import empty

pytestmark = pytest.mark.crash

Note = Callable[[str, str, str, float, tuple[int, ...]], None]
ONCE_A_PROCESS = ("conversations.join", "conversations.open")
"""Calls that a process makes only once: each kill at them needs a fresh one."""

IN_EVERY = {Effort.FULL: 1, Effort.USUAL: 4, Effort.FEW: 16}
"""Of the points, one in so many is tried on PostgreSQL, too."""

POINTS = [(act, call) for act in ACTS for call in act.calls]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
async def test_an_act_makes_the_calls_at_which_the_bot_is_killed_and_no_others(tmp_path: Path, act: Act):
    async with a_scene(tmp_path, act) as scene:
        *before, last = act.steps
        for step in before:
            await scene.play(step, "checkout is down")
        begun = len(scene.reaper.calls)
        await scene.play(last, "checkout is down")

        made = {call for call in scene.reaper.calls[begun:] if not is_looking(call)}
        assert {call for call in made if call.startswith(act.about)} == set(act.calls)
        verdict = await judge(scene, act, "checkout is down")
        assert verdict.is_clean, verdict


@pytest.mark.parametrize(("act", "call"), POINTS, ids=[f"{act.name}: {call}" for act, call in POINTS])
async def test_a_kill_at_any_call_loses_nothing_and_doubles_nothing(
    tmp_path: Path, act: Act, call: str, note: Note, tally: Tally
):
    async with a_scene(tmp_path, act) as scene:
        for number, moment in enumerate(Moment, start=1):
            title = f"checkout is down {number}"
            await scene.awake()
            took_s = await scene.play_killed(act, call, moment, title)
            verdict = await judge(scene, act, title)
            note(act.name, call, moment.value, took_s, verdict.counts)
            count(tally, Part.KILLED_ON_SQLITE, verdict)
            assert verdict.is_clean, f"killed {moment} {call}: {verdict}"
            assert unnamed(scene.reaper.operations) == set()
            if call.startswith(ONCE_A_PROCESS):
                await scene.stage.bot.kill()
            else:
                await scene.type(f"resolve INC-{number} over")
                await scene.settled()


def some_points() -> list[tuple[Act, str]]:
    """All of them, or some of every kind."""
    return POINTS[:: IN_EVERY[effort()]]


@pytest.mark.parametrize(
    ("act", "call"), some_points(), ids=[f"{act.name}: {call}" for act, call in some_points()]
)
async def test_a_kill_at_any_call_loses_nothing_on_postgresql_once_its_leases_are_over(
    postgres: str, tmp_path: Path, act: Act, call: str, tally: Tally
):
    empty(postgres)
    async with a_scene(tmp_path, act, address=postgres) as scene:
        for number, moment in enumerate(Moment, start=1):
            title = f"checkout is down {number}"
            await scene.awake()
            await scene.play_killed(act, call, moment, title)
            verdict = await judge(scene, act, title)
            count(tally, Part.KILLED_ON_POSTGRESQL, verdict)
            assert verdict.is_clean, f"killed {moment} {call}: {verdict}"
            if call.startswith(ONCE_A_PROCESS):
                await scene.stage.bot.kill()
            else:
                await scene.type(f"resolve INC-{number} over")
                await scene.settled()


def count(tally: Tally, part: Part, verdict: Verdict) -> None:
    """One kill, for the fault matrix."""
    lost, doubled, second_rooms, untrue = verdict.counts
    tally(part, 1, lost=lost + untrue, doubled=doubled + second_rooms)
