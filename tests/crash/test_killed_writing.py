"""Killed while many write: the file is sound each time, and what was acknowledged is in it once."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random

import pytest

from incidentbot.core.facts import FactKind
from tests.crash.scene import DATABASE, Scene, a_scene
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally

pytestmark = pytest.mark.crash

WRITERS, LONGEST = 12, 40
"""People who write one note after the other; how many are acknowledged at most before the blow."""

SEED = 13
TITLE = "checkout is down"


class People:
    """They write one note after the other, all at once, until the bot is dead."""

    def __init__(self, scene: Scene) -> None:
        self.acked: list[str] = []
        self.unanswered = 0
        self._scene = scene
        self._enough, self._heard = 0, asyncio.Event()

    async def write_until(self, more: int, *, round_: int) -> None:
        """Returns once so many more are acknowledged and the bot is killed."""
        self._enough = len(self.acked) + more
        self._heard.clear()
        async with asyncio.TaskGroup() as people:
            for number in range(WRITERS):
                people.create_task(self._writes(f"seen {round_} {number}"))
            await self._heard.wait()
            await self._scene.stage.bot.kill()
            self._scene.workspace.slack.drop_sockets()

    async def _writes(self, what: str) -> None:
        for number in count():
            words = f"{what} {number}"
            if (await self._scene.type(f"note {words} INC-1")).acked:
                self.acked.append(words)
            else:
                self.unanswered += 1
                if not self._scene.stage.bot.running:
                    return
            if len(self.acked) >= self._enough:
                self._heard.set()


async def test_a_kill_in_the_middle_of_writing_leaves_a_sound_file_and_all_that_was_acknowledged(
    tmp_path: Path, tally: Tally
):
    chance = Random(SEED)  # noqa: S311 - a run that can be repeated
    async with a_scene(tmp_path) as scene:
        await scene.play(f"declare sev1 {TITLE}", TITLE)
        scene.workspace.slack.ack_timeout_s = 0.5  # nobody needs to wait longer for the dead
        people = People(scene)
        for number in range(runs(Part.KILLED_WRITING)):
            await people.write_until(chance.randint(1, LONGEST), round_=number)
            with closing(sqlite3.connect(tmp_path / DATABASE)) as books:
                assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            await scene.awake()
        await scene.settled()
        incident = await scene.incident(TITLE)
        assert incident is not None
        kept = [one.fact for one in await scene.facts(incident)]
    noted = Counter(fact.text for fact in kept if fact.kind is FactKind.NOTED)
    lost, doubled = sum(noted[one] < 1 for one in people.acked), sum(times > 1 for times in noted.values())
    tally(Part.KILLED_WRITING, runs(Part.KILLED_WRITING), lost=lost, doubled=doubled, seen=people.unanswered)
    assert (lost, doubled) == (0, 0)
    assert people.acked
