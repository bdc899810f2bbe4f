"""Who may read a draft: whoever sits at this machine, and whoever asked in Slack, once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.stories.story import Story, a_story

PAGE = "/incidents/INC-1/postmortem"


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def link_of(story: Story) -> str:
    await story.slack("declare sev1 checkout is down", by="dee")
    return await story.house.desk.postmortem_link(await story.incident(), "U0DEE")


async def status(web: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with web.get(url, headers=headers) as response:
        return response.status


async def test_on_this_machine_the_page_is_open(tmp_path: Path, web: aiohttp.ClientSession):
    async with a_story(tmp_path) as story:
        assert await status(web, await link_of(story)) == 200


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example.com"}, {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}],
)
async def test_a_proxy_or_another_sites_page_does_not_count_as_this_machine(
    tmp_path: Path, web: aiohttp.ClientSession, headers: dict[str, str]
):
    async with a_story(tmp_path) as story:
        await link_of(story)

        assert await status(web, f"{story.house.local_url}{PAGE}", **headers) == 403


async def test_elsewhere_a_link_opens_one_page_once(tmp_path: Path, web: aiohttp.ClientSession):
    async with a_story(tmp_path, wiring={"INCIDENTBOT_BASE_URL": "https://bot.example.com"}) as story:
        link = await link_of(story)
        here = f"{story.house.local_url}{link.removeprefix('https://bot.example.com')}"
        plain = f"{story.house.local_url}{PAGE}"

        assert link.startswith("https://bot.example.com/incidents/INC-1/postmortem?once=")
        assert await status(web, plain) == 403
        async with web.get(here, allow_redirects=False) as first:
            assert first.status == 303
            visit = first.cookies["incidentbot_visit"].value
        assert await status(web, here) == 403
        assert await status(web, plain, Cookie=f"incidentbot_visit={visit}") == 200
        assert await status(web, plain.replace("INC-1", "INC-2"), Cookie=f"incidentbot_visit={visit}") == 404
        story.clock.skip(timedelta(hours=2))
        assert await status(web, plain, Cookie=f"incidentbot_visit={visit}") == 403


async def test_a_link_that_was_not_used_in_ten_minutes_opens_nothing(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path, wiring={"INCIDENTBOT_BASE_URL": "https://bot.example.com"}) as story:
        link = await link_of(story)
        story.clock.skip(timedelta(minutes=11))

        assert await status(web, link.replace("https://bot.example.com", story.house.local_url)) == 403


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/health", 200),
        ("/ready", 200),
        ("/health/full", 200),
        ("/incidents/INC-99/postmortem", 404),
        ("/x", 404),
    ],
)
async def test_the_other_pages_answer_as_they_should(
    tmp_path: Path, web: aiohttp.ClientSession, path: str, expected: int
):
    async with a_story(tmp_path) as story:
        assert await status(web, f"{story.house.local_url}{path}") == expected
