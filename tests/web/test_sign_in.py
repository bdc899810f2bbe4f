"""Signing in with Slack: the way out and back, and everything that is not a way in."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from incidentbot.playground.slack.open_id import OpenId
from incidentbot.slack.manifest import SIGNED_IN
from incidentbot.web.sign_in import BACK, local_page
from tests.stories.story import Story, a_story

WIRING = {
    "INCIDENTBOT_BASE_URL": "http://bot.example.com",
    "SLACK_CLIENT_ID": OpenId.client_id,
    "SLACK_CLIENT_SECRET": OpenId.client_secret,
}


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with a_story(tmp_path, wiring=WIRING) as told:
        await told.slack("declare sev1 checkout is down")
        yield told


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


def here(story: Story, address: str) -> str:
    return address.replace("http://bot.example.com", story.house.local_url)


async def sent(web: aiohttp.ClientSession, url: str, **cookies: str) -> tuple[int, str, dict[str, str]]:
    """Status, where one is sent on, and the cookies that are set."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    async with web.get(url, headers={"Cookie": header} if header else {}, allow_redirects=False) as page:
        kept = {name: morsel.value for name, morsel in page.cookies.items()}
        return page.status, page.headers.get("Location", ""), kept


async def went_out(web: aiohttp.ClientSession, story: Story, to: str) -> tuple[str, dict[str, str]]:
    """Slack's page, and the cookie of the errand."""
    status, out, _ = await sent(web, f"{story.house.local_url}{to}")
    assert (status, out.startswith("/sign-in?to=")) == (303, True)
    _, slack, kept = await sent(web, f"{story.house.local_url}{out}")
    return slack, kept


async def test_a_stranger_signs_in_with_slack_and_comes_to_the_page_they_meant(
    web: aiohttp.ClientSession, story: Story
):
    slack, errand = await went_out(web, story, "/incidents/INC-1")
    _, back, _ = await sent(web, f"{slack}&as=U0BO")
    status, page, kept = await sent(web, here(story, back), **errand)

    assert (status, page) == (303, "/incidents/INC-1")
    visit = kept["incidentbot_visit"]
    assert (await sent(web, f"{story.house.local_url}{page}", incidentbot_visit=visit))[0] == 200
    again = await sent(web, here(story, back), **errand)
    assert again[0] == 403, "the way back is for one use"


async def test_a_way_back_in_another_browser_lets_nobody_in(web: aiohttp.ClientSession, story: Story):
    slack, _ = await went_out(web, story, "/incidents")
    _, back, _ = await sent(web, f"{slack}&as=U0BO")

    assert (await sent(web, here(story, back)))[0] == 403


async def test_the_state_of_an_errand_is_no_link_that_lets_somebody_in(
    web: aiohttp.ClientSession, story: Story
):
    slack, _ = await went_out(web, story, "/incidents")
    (state,) = parse_qs(urlsplit(slack).query)["state"]

    status, _, kept = await sent(web, f"{story.house.local_url}/incidents?once={state}")
    assert (status, kept) == (403, {})


async def test_a_way_back_after_ten_minutes_or_with_a_made_up_code_lets_nobody_in(
    web: aiohttp.ClientSession, story: Story
):
    slack, errand = await went_out(web, story, "/incidents")
    state = errand["incidentbot_sign_in"]
    assert (await sent(web, f"{story.house.local_url}{BACK}?state={state}&code=nonsense", **errand))[0] == 409

    slack, errand = await went_out(web, story, "/incidents")
    _, back, _ = await sent(web, f"{slack}&as=U0BO")
    story.clock.skip(timedelta(minutes=11))
    assert (await sent(web, here(story, back), **errand))[0] == 403


async def test_links_given_in_slack_need_no_token_then(story: Story):
    assert await story.house.desk.board_link("U0ANA") == "http://bot.example.com/incidents"


@pytest.mark.parametrize(
    ("to", "page"),
    [
        ("/incidents/INC-1", "/incidents/INC-1"),
        ("//evil.example", "/incidents"),
        ("/\\evil.example", "/incidents"),
        ("https://evil.example", "/incidents"),
        ("/a\r\nSet-Cookie: x=1", "/incidents"),
        ("", "/incidents"),
    ],
)
def test_nobody_is_sent_anywhere_but_to_a_page_of_ours(to: str, page: str):
    assert local_page(to) == page


def test_the_manifest_names_the_way_back_that_the_pages_serve():
    assert SIGNED_IN == BACK
