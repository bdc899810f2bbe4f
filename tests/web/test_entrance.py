"""Who may read the pages: whoever sits at this machine, and whoever a link from Slack lets in, once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.stories.story import Story, a_story

PAGE = "/incidents/INC-1/postmortem"
ELSEWHERE = "https://bot.example.com"
OUTSIDE = {"INCIDENTBOT_BASE_URL": ELSEWHERE}


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def link_of(story: Story, by: str = "U0DEE") -> str:
    """The address that Slack gives for the draft, as it is reached from here."""
    await story.slack("declare sev1 checkout is down", by="dee")
    link = await story.house.desk.postmortem_link(await story.incident(), by)
    return link.replace(ELSEWHERE, story.house.local_url)


async def status(web: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with web.get(url, headers=headers, allow_redirects=False) as response:
        return response.status


async def entered(web: aiohttp.ClientSession, link: str) -> str:
    """Follow a link; returns the cookie that the browser keeps."""
    async with web.get(link, allow_redirects=False) as first:
        assert first.status == 303
        return f"incidentbot_visit={first.cookies['incidentbot_visit'].value}"


@pytest.mark.parametrize("page", ["/incidents", "/incidents/INC-1", PAGE, f"{PAGE}.md"])
async def test_on_this_machine_every_page_is_open(tmp_path: Path, web: aiohttp.ClientSession, page: str):
    async with a_story(tmp_path) as story:
        await link_of(story)

        assert await status(web, f"{story.house.local_url}{page}") == 200


@pytest.mark.parametrize("page", ["/incidents", "/incidents/INC-1", PAGE, f"{PAGE}.md"])
@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example.com"}, {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}],
)
async def test_a_proxy_or_another_sites_page_does_not_count_as_this_machine(
    tmp_path: Path, web: aiohttp.ClientSession, headers: dict[str, str], page: str
):
    async with a_story(tmp_path) as story:
        await link_of(story)

        assert await status(web, f"{story.house.local_url}{page}", **headers) == 403


async def test_elsewhere_a_link_lets_one_person_in_once_for_half_a_day(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path, wiring=OUTSIDE) as story:
        link = await link_of(story)
        plain = f"{story.house.local_url}{PAGE}"

        assert "/incidents/INC-1/postmortem?once=" in link
        assert await status(web, plain) == 403
        visit = await entered(web, link)
        assert await status(web, link) == 403, "a stolen link does nothing the second time"
        for page in (PAGE, "/incidents", "/incidents/INC-1"):
            assert await status(web, f"{story.house.local_url}{page}", Cookie=visit) == 200
        assert await status(web, plain.replace("INC-1", "INC-2"), Cookie=visit) == 404
        story.clock.skip(timedelta(hours=13))
        assert await status(web, plain, Cookie=visit) == 403


async def test_a_link_that_was_not_used_in_ten_minutes_opens_nothing(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path, wiring=OUTSIDE) as story:
        link = await link_of(story)
        story.clock.skip(timedelta(minutes=11))

        assert await status(web, link) == 403


async def test_whoever_signs_out_is_out_whatever_the_browser_keeps(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path, wiring=OUTSIDE) as story:
        visit = await entered(web, await link_of(story))

        async with web.post(f"{story.house.local_url}/sign-out", headers={"Cookie": visit}) as left:
            assert left.status == 200
        assert await status(web, f"{story.house.local_url}{PAGE}", Cookie=visit) == 403


async def test_a_visit_outlives_a_restart_and_its_token_is_in_no_table(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path, wiring=OUTSIDE) as story:
        visit = await entered(web, await link_of(story))
        await story.restart()

        assert await status(web, f"{story.house.local_url}{PAGE}", Cookie=visit) == 200
        kept = everything_in(tmp_path)
        assert b"checkout is down" in kept
        assert visit.partition("=")[2].encode() not in kept


def everything_in(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


async def test_the_list_in_slack_has_a_link_to_the_board_for_whoever_asked(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path, wiring=OUTSIDE) as story:
        await story.slack("declare sev1 checkout is down", by="dee")
        answer = await story.slack("list", by="bo")
        link = re.search(rf"<({ELSEWHERE}/incidents\?once=[^|]+)\|", str(answer))
        assert link is not None

        await entered(web, link[1].replace(ELSEWHERE, story.house.local_url))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", 303),
        ("/health", 200),
        ("/ready", 200),
        ("/health/full", 200),
        ("/incidents/INC-99/postmortem", 404),
        ("/incidents/INC-99", 404),
        ("/incidents/%00%ff", 404),
        ("/incidents?severity=P9&status=x&days=nan&q=%00", 200),
        ("/static/htmx.min.js", 200),
        ("/x", 404),
    ],
)
async def test_the_other_pages_answer_as_they_should(
    tmp_path: Path, web: aiohttp.ClientSession, path: str, expected: int
):
    async with a_story(tmp_path) as story:
        assert await status(web, f"{story.house.local_url}{path}") == expected
