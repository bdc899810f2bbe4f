"""What walks taught, on a page for the owners of runbooks: words of people, counts, and nothing of private incidents."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from incidentbot.slack import names
from tests.stories.story import Story, a_story
from tests.web.test_deeds import Browser


@pytest.fixture
async def ana(tmp_path: Path) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with a_story(tmp_path) as story, aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Browser(story, session)


async def _walked(story: Story, declared: str, reason: str) -> None:
    """Bo begins the runbook of the database, and its first step does not work."""
    await story.slack(declared, by="bo")
    room = await story.room_id()
    await story.room("runbook start database outage", by="bo")
    await story.press(story.newest(room, names.RUN_FAILED), names.RUN_FAILED, by="bo")
    await story.submit("bo", reason=reason, who="-")


async def test_what_people_said_of_a_step_stands_on_the_page_of_runbooks(ana: Browser):
    await _walked(ana.story, "declare sev1 database is down", "the <b>panel</b> is gone")
    await ana.enter("U0ANA")

    page = await ana.read("/runbooks")
    assert "the <b>panel</b> is gone" in page, "as typed, and escaped: `read` takes the escapes away"
    assert "walked once, finished 0; worked 0, still broken 0" in page
    assert 'href="/incidents/INC-1"' in page
    async with ana.session.get(f"{ana.story.house.local_url}/runbooks") as raw:
        assert "<b>panel" not in await raw.text()


async def test_a_private_incident_teaches_those_alone_who_are_in_it(ana: Browser):
    await _walked(ana.story, "declare sev1 database is down --private", "only for us")
    await ana.enter("U0ELI")

    assert "only for us" not in await ana.read("/runbooks")
    await ana.enter("U0BO")
    assert "only for us" in await ana.read("/runbooks")


async def test_before_any_walk_the_page_says_how_to_begin_one(ana: Browser):
    await ana.enter("U0ANA")

    assert "No runbook was walked yet." in await ana.read("/runbooks")
