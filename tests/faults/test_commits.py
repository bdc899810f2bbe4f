"""PostgreSQL cuts connections in the middle of a transaction and refuses commits: what was acknowledged is kept, once."""

import asyncio
from collections import Counter
from pathlib import Path

from incidentbot.core.facts import FactKind
from tests.crash.test_database_away import SENTENCE, settled, works_again
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.store.conftest import postgres as postgres  # noqa: PLC0414 - one server for the session, as the store's tests have
from tests.store.postgres import KILL_OTHERS, empty
from tests.stories.story import Story, a_story

SORRY = (SENTENCE, "Somebody else was quicker", "Something broke")
"""Whoever is told one of these may type it again."""

BLOWS = 4
"""So often all connections are cut while a note is written."""

REFUSE = """
CREATE SEQUENCE refusals;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('refusals') % 3 <> 0 THEN
    RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
  END IF;
  RETURN NEW;
END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON facts DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse();
"""
"""Two commits in three that write to the timeline are refused at their end."""


async def noted(story: Story, room: str, words: str) -> bool:
    """Whether it was acknowledged as done; a person who is told that it was not may type it again."""
    answer = await story.workspace.slack.slash("ana", room, "/incident", f"note {words}")
    return answer.acked and not any(sorry in (answer.text or "") for sorry in SORRY)


async def counted(story: Story, acked: dict[str, bool]) -> tuple[int, int]:
    """Notes that were acknowledged and are not in the books; and those that are there twice, or were not acknowledged."""
    kept = Counter(await story.told(FactKind.NOTED))
    lost = sum(done and kept[words] < 1 for words, done in acked.items())
    return lost, sum(kept[words] > 1 for words in acked)


async def test_connections_that_are_cut_in_a_transaction_lose_nothing_that_was_acknowledged(
    postgres: str, tmp_path: Path, tally: Tally
):
    import psycopg  # noqa: PLC0415 - an extra: who has no server needs no driver

    empty(postgres)
    acked: dict[str, bool] = {}
    async with a_story(tmp_path, http=True, wiring={"INCIDENTBOT_DATABASE_URL": postgres}) as story:
        await story.slack("declare sev1 checkout is down")
        room = await story.room_id()
        with psycopg.connect(postgres, autocommit=True) as other:
            for number in range(runs(Part.CONNECTIONS_CUT)):
                words = f"seen {number}"
                typing = asyncio.ensure_future(noted(story, room, words))
                for blow in range(BLOWS):
                    await asyncio.sleep(
                        blow / 1000
                    )  # not to wait for anything: these are the instants of the blows
                    other.execute(KILL_OTHERS)
                acked[words] = await typing
        await works_again(story, room)
        await settled(story)
        lost, doubled = await counted(story, acked)
    told = [*acked.values()].count(False)
    tally(Part.CONNECTIONS_CUT, len(acked), lost=lost, doubled=doubled, seen=told)
    assert (lost, doubled) == (0, 0)


async def test_a_commit_that_is_refused_is_made_again_or_said_not_to_be(
    postgres: str, tmp_path: Path, tally: Tally
):
    import psycopg  # noqa: PLC0415 - an extra: who has no server needs no driver

    empty(postgres)
    acked: dict[str, bool] = {}
    async with a_story(tmp_path, http=True, wiring={"INCIDENTBOT_DATABASE_URL": postgres}) as story:
        await story.slack("declare sev1 checkout is down")
        room = await story.room_id()
        with psycopg.connect(postgres, autocommit=True) as other:
            other.execute(REFUSE)
            for number in range(runs(Part.COMMITS_REFUSED)):
                acked[f"seen {number}"] = await noted(story, room, f"seen {number}")
            refusals = other.execute("SELECT last_value FROM refusals").fetchone()
            other.execute("DROP TRIGGER refuse ON facts")
        await settled(story)
        lost, doubled = await counted(story, acked)
    told = [*acked.values()].count(False)
    tally(Part.COMMITS_REFUSED, len(acked), lost=lost, doubled=doubled, seen=told)
    assert (lost, doubled) == (0, 0)
    assert refusals is not None
    assert refusals[0] > len(acked), "no commit was refused"
