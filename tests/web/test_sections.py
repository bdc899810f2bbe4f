"""Sections of a post-mortem as people write them: kept beside what is generated, never lost to somebody faster."""

import re
from pathlib import Path

import aiohttp
import pytest

from tests.stories.profile_of import profile_of
from tests.stories.story import a_story
from tests.web.test_deeds import Browser, ana

__all__ = ["ana"]

IMPACT = "/incidents/INC-1/postmortem/impact"


async def version_of(browser: Browser) -> str:
    found = re.search(r'name="version" value="(\d+)"', await browser.read(IMPACT))
    assert found is not None
    return found[1]


async def saved(browser: Browser, text: str, version: str) -> tuple[int, str]:
    return await browser.send(IMPACT, key=await browser.key(), version=version, text=text)


async def test_what_a_person_writes_stands_in_the_draft_and_is_never_touched_again(ana: Browser):
    assert await version_of(ana) == "0"
    status, page = await saved(ana, "Nobody in **Lisbon** could pay.", "0")
    assert status == 200
    assert "<strong>Lisbon</strong>" in page

    await ana.story.room("impact 40 shops could not sell", by="dee")
    page = await ana.read("/incidents/INC-1/postmortem")
    assert "<strong>Lisbon</strong>" in page
    written, _, new = page.partition("New in the records since this was written")
    assert "40 shops" in new
    assert "40 shops" not in written[written.index("<strong>Lisbon") :]


async def test_somebody_who_was_faster_is_not_written_over(ana: Browser):
    await saved(ana, "first", "0")
    status, page = await saved(ana, "second", "0")

    assert status == 200
    assert "Somebody else has changed this section" in page
    assert '<pre class="theirs">first</pre>' in page
    assert ">second</textarea>" in page
    await saved(ana, "first and second", "1")
    assert "first and second" in await ana.read("/incidents/INC-1/postmortem")


async def test_what_people_wrote_can_be_taken_back(ana: Browser):
    await saved(ana, "a slip", "0")
    await ana.send(IMPACT, key=await ana.key(), version="1", forget="yes")

    assert "a slip" not in await ana.read("/incidents/INC-1/postmortem")


async def test_a_preview_shows_the_text_and_words_worth_a_second_look_and_keeps_nothing(ana: Browser):
    text = "It was **Bo** who failed to look."
    status, page = await ana.send(f"{IMPACT}/preview", key=await ana.key(), text=text)

    assert status == 200
    assert "<strong>Bo</strong>" in page
    assert "failed to" in page
    assert "what made that likely" in page
    assert await version_of(ana) == "0"


async def test_a_secret_that_is_typed_into_a_section_is_not_kept(ana: Browser):
    await saved(ana, "the key was xoxb-1234567890-abcdefGHIJKLmnop", "0")

    assert "abcdefGHIJKL" not in await ana.read("/incidents/INC-1/postmortem")


async def test_marks_that_nobody_sees_hide_no_secret_in_a_section_and_turn_no_line(ana: Browser):
    await saved(ana, "the key was xoxb-12345\u200b67890-abcdefGHIJKLmnop\n\n\u202eturned", "0")

    page = await ana.read("/incidents/INC-1/postmortem")
    assert "abcdefGHIJKL" not in page
    assert "\u202e" not in page
    assert "turned" in page


async def test_computed_sections_and_forged_forms_are_refused(ana: Browser):
    assert "There is no such section" in await ana.read("/incidents/INC-1/postmortem/appendix")
    assert (await ana.send(IMPACT, key="0" * 64, version="0", text="x"))[0] == 403
    assert (await saved(ana, "x" * 40_001, "0"))[0] == 409
    assert await version_of(ana) == "0"


@pytest.mark.parametrize("version", ["9" * 30, "-1", "\u0663", "1e3", ""])
async def test_a_version_that_no_section_has_is_somebody_elses_turn(ana: Browser, version: str):
    await saved(ana, "first", "0")
    await saved(ana, "second", "1")
    for form in ({"text": "x"}, {"text": "x", "forget": "yes"}):
        status, _ = await ana.send(IMPACT, key=await ana.key(), version=version, **form)
        assert status == 200

    assert "second" in await ana.read("/incidents/INC-1/postmortem")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=x", "application/x-www-form-urlencoded; charset=bogus"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"text=x", "multipart/form-data"),
    ],
)
@pytest.mark.parametrize("path", [IMPACT, "/incidents/INC-1/add-action"])
async def test_a_form_that_cannot_be_read_is_refused_and_is_no_bug(
    ana: Browser, path: str, body: bytes, kind: str
):
    address, headers = f"{ana.story.house.local_url}{path}", {"Content-Type": kind}
    async with ana.session.post(address, data=body, headers=headers) as page:
        assert page.status == 400
        assert "This form cannot be read. Nothing was changed." in await page.text()


async def test_a_section_of_a_published_post_mortem_is_in_the_canvas_of_the_room_too(tmp_path: Path):
    policy = profile_of(tmp_path, "postmortem: {canvas: true}")
    jar = aiohttp.CookieJar(unsafe=True)
    async with a_story(tmp_path, policy=policy) as story, aiohttp.ClientSession(cookie_jar=jar) as session:
        await story.slack("declare sev1 checkout is down")
        browser = Browser(story, session)
        await browser.enter("U0ANA")
        await saved(browser, "Nobody in **Lisbon** could pay.", "0")
        canvases = story.workspace.slack.workspace.canvases
        assert canvases == {}, "nothing is published yet"
        await story.slack("INC-1 resolve a bigger disk")
        await story.slack("INC-1 review publish")

        await saved(browser, "Nobody in **Porto** could pay.", "1")
        (canvas,) = canvases.values()
        assert "Nobody in **Porto** could pay." in canvas.markdown
        await browser.send(IMPACT, key=await browser.key(), version="2", forget="yes")
        assert "Porto" not in canvas.markdown
