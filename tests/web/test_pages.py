"""The board and the page of an incident: what stands on them, what is found, and what nothing typed can do to them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from incidentbot.web.said_in_slack import shown
from tests.stories.story import Story, a_story


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def read(web: aiohttp.ClientSession, story: Story, path: str, **headers: str) -> str:
    async with web.get(f"{story.house.local_url}{path}", headers=headers) as response:
        assert response.status == 200, await response.text()
        assert "'unsafe" not in response.headers["Content-Security-Policy"]
        return await response.text()


async def test_the_board_shows_what_burns_apart_from_what_is_over(tmp_path: Path, web: aiohttp.ClientSession):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.slack("declare sev3 search is slow")
        await story.slack("INC-2 resolve restarted the indexer, verified by @bo")

        page = await read(web, story, "/incidents")

        burning, _, over = page.partition("Over, in the last 90 days")
        assert "checkout is down" in burning
        assert "search is slow" not in burning
        assert "search is slow" in over
        assert "checkout is down" not in over


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=checkout", {1}),
        ("q=indexer", {2}),  # in the timeline
        ("q=INC-2", {2}),
        ("q=inc-2+checkout", set()),
        ("q=CHECKOUT+down", {1}),
        ("q=100%25", set()),  # no wildcard of the database's
        ("q=_", set()),
        ("severity=P0", {1}),
        ("status=resolved", {2}),
        ("status=open&severity=P2", set()),
        ("q=saffron", {1}),  # said in the room
    ],
)
async def test_the_board_finds_by_words_level_and_status(
    tmp_path: Path, web: aiohttp.ClientSession, asked: str, found: set[int]
):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.slack("declare sev3 search is slow")
        await story.slack("INC-2 resolve restarted the indexer, verified by @bo")
        await story.say("the saffron host is out of disk", by="dee", channel=await story.room_id(1))
        await story.settled()

        page = await read(web, story, f"/incidents?{asked}")

        assert {number for number in (1, 2) if f'href="/incidents/INC-{number}"' in page} == found


async def test_what_is_over_for_long_leaves_the_board_and_what_burns_stays(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev4 a small thing")
        await story.slack("declare sev4 a thing that is over")
        await story.slack("INC-2 resolve gone")
        story.clock.skip(timedelta(days=100))

        assert "INC-1" in (page := await read(web, story, "/incidents"))
        assert "INC-2" not in page
        assert "INC-2" in await read(web, story, "/incidents?days=365")


async def test_an_incidents_page_tells_its_times_people_pages_and_timeline_by_name(
    tmp_path: Path, web: aiohttp.ClientSession
):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down", by="dee")
        await story.fast_forward(minutes=3)
        await story.room("ack", by="bo")
        await story.room("lead @bo", by="bo")

        page = await read(web, story, "/incidents/INC-1")

        assert "after 3 min" in page
        assert "Bo Lindqvist" in page
        assert "<@U" not in page
        assert "&lt;@U" not in page
        assert "/incidents/INC-1/postmortem" in page


async def test_htmx_asks_for_what_changes_alone(tmp_path: Path, web: aiohttp.ClientSession):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        for path, part in (("/incidents", "lists"), ("/incidents/INC-1", "live")):
            text = await read(web, story, path, **{"HX-Request": "true"})
            assert text.lstrip().startswith(f'<div id="{part}"')
            assert "<html" not in text


async def test_nothing_typed_becomes_markup(tmp_path: Path, web: aiohttp.ClientSession):
    nasty = '<script>alert(1)</script><img src=x onerror="alert(1)"> {{ 7*7 }} \u202eevil'
    async with a_story(tmp_path) as story:
        await story.slack(f"declare sev1 {nasty}")
        await story.room(f"note {nasty}")
        await story.room(f"impact {nasty}")

        for path in (
            "/incidents",
            "/incidents/INC-1",
            "/incidents/INC-1/postmortem",
            "/incidents?q=%3Cscript%3E",
        ):
            page = await read(web, story, path)
            assert "<script>alert" not in page
            assert "<img" not in page
            assert "{{ 7*7 }}" in page or "49" not in page


@pytest.mark.parametrize(
    ("sentence", "html"),
    [
        ("<@U0BO> took it", "<b>Bo</b> took it"),
        ("<@U0ELSE> took it", "<b>U0ELSE</b> took it"),
        ("a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"),
        (
            "<https://x.example/?a=1&amp;b=2|see>",
            '<a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer">see</a>',
        ),
        ("<javascript:alert(1)|see>", "&lt;javascript:alert(1)|see&gt;"),
        ("<!date^0^{time}|then>", "1970-01-01 00:00 UTC"),
        ("<!date^x^{time}|then>", "then"),
        ("<!channel>", "!channel"),
        ("<#C1|ops>", "ops"),
        (
            '<https://x.example/"onclick=1|a>',
            '<a href="https://x.example/&#34;onclick=1" rel="noopener noreferrer">a</a>',
        ),
        ("a < b > c", "a &lt; b &gt; c"),
    ],
)
def test_a_sentence_of_slacks_is_shown_as_people_read_it(sentence: str, html: str):
    assert shown(sentence, {"U0BO": "Bo"}) == html
