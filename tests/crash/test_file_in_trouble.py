"""The file is locked by somebody else, or its disk is full: whoever asks is told so, and nothing is lost."""

import asyncio
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from tests.crash.test_database_away import SENTENCE, settled, works_again
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.stories.story import Story, a_story

pytestmark = pytest.mark.crash

LOCKED_S = 10.0
SIDE_BY_SIDE = 3
"""Houses at once: each waits for its file, and a dozen would be slow for another reason."""

NOTES = 40
LOCK_IT = """
import sqlite3, sys, time
books = sqlite3.connect(sys.argv[1], isolation_level=None)
books.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
books.execute("ROLLBACK")
"""


async def test_a_file_that_another_process_locks_for_ten_seconds_is_said_so_and_nothing_is_lost(
    tmp_path: Path, tally: Tally
):
    wanted, some = runs(Part.FILE_LOCKED), asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(number: int) -> int:
        async with some:
            return await acked_after_a_lock(tmp_path / str(number))

    acks = await asyncio.gather(*(one(number) for number in range(wanted)))
    lost, doubled = sum(each < 1 for each in acks), sum(each > 1 for each in acks)
    tally(Part.FILE_LOCKED, wanted, lost=lost, doubled=doubled, seen=wanted)
    assert (lost, doubled) == (0, 0)


@asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Held by another process; at the end it has let go."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOCK_IT, str(file), str(LOCKED_S), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield
    finally:
        await process.wait()


async def acked_after_a_lock(folder: Path) -> int:
    """How often an ack is in the books that was typed while another process held the file, and again when it was free."""
    async with a_story(folder, http=True) as story:
        await story.slack("declare sev1 checkout is down")
        room = await story.room_id()
        async with locked(folder / "incidentbot.db"):
            answer = await story.workspace.slack.slash("ana", room, "/incident", "ack")
            assert answer.acked, "Slack itself would have shown an error"
            assert SENTENCE in (answer.text or "")
            assert answer.ack_ms < 3000
        await works_again(story, room)
        await settled(story)
        assert await story.told(FactKind.ACKNOWLEDGED) == []
        await story.room("ack", by="ana")
        return len(await story.told(FactKind.ACKNOWLEDGED))


async def test_a_full_disk_is_said_so_and_what_was_acknowledged_is_kept(tmp_path: Path, tally: Tally):
    wanted, lost, doubled, seen = runs(Part.DISK_FULL), 0, 0, 0
    for number in range(wanted):
        missing, twice, refused = await written_until_it_is_full(tmp_path / str(number))
        lost, doubled, seen = lost + missing, doubled + twice, seen + refused
    tally(Part.DISK_FULL, wanted, lost=lost, doubled=doubled, seen=seen)
    assert (lost, doubled) == (0, 0)


async def written_until_it_is_full(folder: Path) -> tuple[int, int, int]:
    """Of the notes that were acknowledged, how many are lost, and how many are there twice; and how many were refused."""
    async with a_story(folder) as story:
        await story.slack("declare sev1 checkout is down")
        room = await story.room_id()
        await limit_pages(story, more=6)
        refused, kept = 0, []
        for number in range(NOTES):
            words = f"note {number} {'x' * 1500}"
            answer = await story.workspace.slack.slash("ana", room, "/incident", words)
            assert answer.acked
            if SENTENCE in (answer.text or ""):
                refused += 1
            else:
                kept.append(words.removeprefix("note "))
        assert refused
        await limit_pages(story, more=100_000)
        await settled(story)
        await story.room("note there is room again", by="ana")
        noted = Counter(await story.told(FactKind.NOTED))
        assert noted["there is room again"] == 1
    with closing(sqlite3.connect(folder / "incidentbot.db")) as books:
        assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    lost, doubled = sum(noted[one] < 1 for one in kept), sum(noted[one] > 1 for one in kept)
    return lost, doubled, refused


async def limit_pages(story: Story, *, more: int) -> None:
    """Let the file grow by so many pages, as a disk with so much room would."""
    async with story.house.store._database.writing() as connection:  # type: ignore[attr-defined] # the story's is SQLite's
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + more}")
