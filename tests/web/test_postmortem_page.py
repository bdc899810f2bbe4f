"""How a post-mortem is read: each line leads to its record, roles are explained beside it, and only to those who came in."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.stories.story import Story, a_story
from tests.web.test_deeds import Browser

PAGE = "/incidents/INC-1/postmortem"


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with a_story(tmp_path) as told:
        await told.slack("declare sev1 checkout is down", by="dee")
        await told.room("ack", by="ana")
        yield told


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def test_each_fact_that_the_document_names_is_a_line_of_the_incidents_page(
    story: Story, web: aiohttp.ClientSession
):
    reader = Browser(story, web)

    named = set(re.findall(r'href="/incidents/INC-1#(fact-\d+)"', await reader.read(PAGE)))
    shown = set(re.findall(r'<li id="(fact-\d+)"', await reader.read("/incidents/INC-1")))

    assert len(named) >= 3
    assert named <= shown


async def test_what_people_typed_like_a_record_is_no_link_out_of_their_words(
    story: Story, web: aiohttp.ClientSession
):
    await story.room("impact see https://grafana.example.com/fact:3 and [fact:4](https://evil.example.com)")

    page = await Browser(story, web).read(PAGE)

    assert "grafana.example.com/fact:3" in re.sub(r"<[^>]+>", "", page)
    assert 'href="https://evil.example.com"' not in page


async def test_who_is_who_is_told_to_those_who_came_in_and_to_nobody_else(
    story: Story, web: aiohttp.ClientSession
):
    reader = Browser(story, web)

    assert "Who is who" not in await reader.read(PAGE)
    await reader.enter("U0BO")
    page = await reader.read(PAGE)

    document, _, roster = page.partition("Who is who")
    assert "Ana Lima" in roster
    assert "Ana Lima" not in document.partition("<main")[2]
    assert "Ana Lima" not in await reader.read(f"{PAGE}.md")


async def test_a_published_one_says_so(story: Story, web: aiohttp.ClientSession):
    await story.room("resolve rolled back, verified by @bo")
    await story.room("review publish")

    page = await Browser(story, web).read(PAGE)

    assert "Reviewed and published." in page
    assert "not reviewed" not in page


async def test_a_used_link_lets_nobody_in_on_this_machine_either(story: Story, web: aiohttp.ClientSession):
    link = await story.house.desk.board_link("U0DEE")
    await Browser(story, web).read(link.removeprefix(story.house.local_url))

    async with aiohttp.ClientSession() as thief, thief.get(link) as page:
        assert (page.status, "This link has been used" in await page.text()) == (403, True)
        assert page.cookies == {}
    async with web.get(link) as again:
        assert again.status == 200, "whoever came in by it may press it again"
