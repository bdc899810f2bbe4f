"""A file that somebody else has locked can be read, and is away all the same: health, the audit and the heartbeat say so."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from incidentbot.flows.watchdog.troubles import Kind
from tests.stories.story import a_story
from tests.web.test_health import asked


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Held by another connection."""
    with closing(sqlite3.connect(folder / "incidentbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_locked_file_is_no_database_that_is_ready(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        url = story.house.local_url
        with locked(tmp_path):
            away = [await asked(f"{url}{path}") for path in ("/ready", "/health/full")]
        back = await asked(f"{url}/ready")

    assert [status for status, _ in away] == [503, 503]
    assert all("database" in answer["problems"] for _, answer in away)
    assert back[0] == 200


async def test_a_write_that_was_refused_is_remembered_when_the_proof_is_fresh(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        room, url = await story.room_id(), story.house.local_url
        assert (await asked(f"{url}/ready"))[0] == 200
        with locked(tmp_path):
            await story.workspace.slack.slash("ana", room, "/incident", "ack")
            assert (await asked(f"{url}/ready"))[0] == 503


async def test_the_audit_names_the_database_and_no_timers_while_the_file_is_locked(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        with locked(tmp_path):
            story.clock.skip(timedelta(minutes=17))
            await story.house.audit.look()
            troubles = await story.house.audit.look()
            held_back = story.house.audit.problem()

    assert [one.kind for one in troubles] == [Kind.DATABASE]
    assert "database is away" in held_back
