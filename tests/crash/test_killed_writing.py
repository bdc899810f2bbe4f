"""Killed while many write: the file is sound each time, and what was acknowledged is in it once."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from incidentbot.core.facts import FactKind
from tests.crash.scene import DATABASE, a_scene
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally

pytestmark = pytest.mark.crash

WRITERS = 12
SEED = 13
TITLE = "checkout is down"


async def test_a_kill_in_the_middle_of_writing_leaves_a_sound_file_and_all_that_was_acknowledged(
    tmp_path: Path, tally: Tally
):
    chance, acked, unanswered = Random(SEED), [], 0  # noqa: S311 - a run that can be repeated
    async with a_scene(tmp_path) as scene:
        await scene.play(f"declare sev1 {TITLE}", TITLE)
        scene.workspace.slack.ack_timeout_s = 0.5  # nobody needs to wait longer for the dead

        async def note(words: str) -> None:
            nonlocal unanswered
            answer = await scene.type(f"note {words} INC-1")
            if answer.acked:
                acked.append(words)
            else:
                unanswered += 1

        for kill in range(runs(Part.KILLED_WRITING)):
            async with asyncio.TaskGroup() as people:
                for number in range(WRITERS):
                    people.create_task(note(f"seen {kill} {number}"))
                await asyncio.sleep(chance.uniform(0.0, 0.1))
                await scene.stage.bot.kill()
                scene.workspace.slack.drop_sockets()
            with closing(sqlite3.connect(tmp_path / DATABASE)) as books:
                assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            await scene.awake()
        await scene.settled()
        incident = await scene.incident(TITLE)
        assert incident is not None
        noted = Counter(
            each.fact.text for each in await scene.facts(incident) if each.fact.kind is FactKind.NOTED
        )
    lost = sum(noted[each] < 1 for each in acked)
    doubled = sum(count > 1 for count in noted.values())
    tally(Part.KILLED_WRITING, runs(Part.KILLED_WRITING), lost=lost, doubled=doubled, seen=unanswered)
    assert (lost, doubled) == (0, 0)
    assert acked
