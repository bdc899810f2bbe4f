"""Told to stop, the bot lets the calls in flight be answered: a quick start afterwards says nothing twice."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.crash.acts import ACTS, DECLARING, Act
from tests.crash.reaper import name_of
from tests.crash.scene import Scene, a_scene
from tests.crash.verdict import judge

pytestmark = pytest.mark.crash

TITLE = "checkout is down"
SLOW_S = 2.5
"""Longer than a stop and a start that wait for nothing, shorter than a stop waits for an answer."""

ACKING = next(act for act in ACTS if act.name == "ack")


class SlowCall:
    """Slack is slow with the first call of this name: it takes effect late, whether or not anybody still listens."""

    def __init__(self, scene: Scene, call: str) -> None:
        self.arrived, self.over = asyncio.Event(), asyncio.Event()
        self._slack = scene.workspace.slack.workspace
        self._call = call
        scene.workspace.slack.faults.before_apply.append(self._arriving)

    async def _arriving(self, operation: str, body: Mapping[str, Any]) -> None:
        if name_of(self._slack, operation, body) == self._call and not self.arrived.is_set():
            self.arrived.set()
            await asyncio.sleep(SLOW_S)  # not to wait for anything: Slack takes so long
            self.over.set()


@pytest.mark.parametrize(
    ("act", "call"),
    [
        (DECLARING, "chat.postMessage card"),
        (DECLARING, "chat.postMessage announce"),
        (ACKING, "chat.postMessage say"),
    ],
    ids=["a card", "an announcement", "a line"],
)
async def test_a_stop_and_a_quick_start_while_slack_is_slow_tell_each_thing_once(
    tmp_path: Path, act: Act, call: str
):
    async with a_scene(tmp_path, act) as scene:
        *before, last = act.steps
        for step in before:
            await scene.play(step, TITLE)
        slow = SlowCall(scene, call)
        incident = await scene.incident(TITLE)
        answer = await scene.type(str(last).format(title=TITLE, name=incident.name if incident else ""))
        assert answer.acked
        await slow.arrived.wait()

        await scene.stage.bot.stop()
        await scene.awake()
        await scene.settled()
        await slow.over.wait()

        verdict = await judge(scene, act, TITLE)
        assert verdict.is_clean, verdict
