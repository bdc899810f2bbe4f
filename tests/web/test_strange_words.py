"""Words that nobody expects on the pages: very long ones, invisible ones, markup, none at all. All are shown, none is run."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.documents.postmortem_writer import TITLES, to_markdown
from incidentbot.flows.drafting import source_of
from incidentbot.web.drawn import drawn, guarded
from incidentbot.web.gate import Visitor
from tests.stories.story import Story, a_story
from tests.web.test_deeds import Browser

PAGES = ("/incidents", "/incidents/INC-1", "/incidents/INC-1/postmortem", "/follow-ups", "/runbooks")
TURNING = "\u202e\u2066\u200f"
UNSEEN = "\u200b\u200d\ufeff\u2060"


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Browser]:
    async with (
        a_story(tmp_path) as story,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        yield Browser(story, session)


async def every(reader: Browser) -> list[str]:
    """All pages, each of which must be one."""
    found = []
    for path in PAGES:
        async with reader.session.get(f"{reader.story.house.local_url}{path}") as page:
            assert page.status == 200, f"{path}: {await page.text()}"
            found.append(await page.text())
    return found


async def document(story: Story) -> str:
    return to_markdown(build_draft(await source_of(story.house.store, await story.incident())))


async def test_a_message_of_40_000_characters_is_kept_whole_and_quoted_short(reader: Browser):
    story = reader.story
    await story.slack("declare sev1 checkout is down")
    await story.say("found it: " + "the disk is full " * 2350, by="dee", channel=await story.room_id())
    await story.room("mitigate a bigger disk")

    kept = await story.house.store.messages((await story.incident()).id)
    assert max(len(one.text) for one in kept) > 39_000
    text = await document(story)
    assert "found it: the disk is full" in text
    assert max(map(len, text.splitlines())) < 1_000
    await every(reader)


async def test_letters_that_turn_or_hide_others_change_no_page(reader: Browser):
    story = reader.story
    await story.slack(f"declare sev1 checkout{UNSEEN} is {TURNING}nwod")
    await story.say(
        f"found it: {TURNING}kcab dellor{UNSEEN} the deploy", by="dee", channel=await story.room_id()
    )
    await story.room(f"action look at {TURNING}sdlohserht")
    await story.room(f"impact {TURNING}stnemyap")

    for page in (*await every(reader), await document(story)):
        assert not set(TURNING) & set(page)


async def test_an_incident_without_one_message_is_a_document_of_questions(reader: Browser):
    await reader.story.slack("declare sev4 nothing was said --no-page")

    text = await document(reader.story)

    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(TITLES.values())
    assert "What ended it, and how was that verified?" in text
    assert "nothing was said" in (await every(reader))[2]


async def test_after_the_channel_was_deleted_everything_can_still_be_read(reader: Browser):
    story = reader.story
    await story.slack("declare sev1 checkout is down")
    room = await story.room_id()
    await story.say("found it: the disk is full", by="dee", channel=room)
    await story.settled()
    del story.workspace.slack.workspace.channels[room]

    await story.slack("INC-1 resolve a bigger disk")

    pages = await every(reader)
    assert "the disk is full" in pages[2]
    assert "resolved" in pages[1].lower()


async def test_markdown_and_html_in_a_title_a_message_and_an_action_stay_words(reader: Browser):
    story = reader.story
    nasty = "<b>x</b> [a](javascript:alert(1)) **bold** # h | c `d` ![i](https://e.example/i.png)"
    await story.slack(f"declare sev1 {nasty}")
    await story.say(f"found it: {nasty}", by="dee", channel=await story.room_id())
    await story.room(f"action add {nasty}")
    await story.room(f"impact {nasty}")

    for page in await every(reader):
        assert re.findall(r'<img|<b>x|href="(?:javascript|https://e\.example)|<strong>bold', page) == []
    assert "**bold**" in re.sub(r"<[^>]+>", "", (await every(reader))[2])


async def test_a_template_that_breaks_is_one_sentence_with_a_reference():
    async def broken(_: web.Request) -> web.StreamResponse:
        return drawn("incident.html", visitor=Visitor())

    with pytest.raises(web.HTTPInternalServerError) as refused:
        await guarded(broken)(make_mocked_request("GET", "/incidents/INC-1"))

    page = str(refused.value.text)
    assert re.search(r"Something broke on my side. Nothing was changed. \(reference [0-9A-Za-z-]+\)", page)
    assert "Traceback" not in page
    assert "undefined" not in page
