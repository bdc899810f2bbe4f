"""What people do on the pages: as themselves, once, by forms of ours alone; and what is refused in one sentence."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import aiohttp
import pytest

from incidentbot.core.afterwards.leftovers import ActionState, ReviewState
from incidentbot.core.incident import Status
from tests.stories.story import Story, a_story


@dataclass
class Browser:
    """One person's, with their cookies."""

    story: Story
    session: aiohttp.ClientSession

    async def enter(self, by: str) -> None:
        """Come in by the link that Slack gives them."""
        link = await self.story.house.desk.board_link(by)
        async with self.session.get(link) as page:
            assert page.status == 200

    async def read(self, path: str) -> str:
        async with self.session.get(f"{self.story.house.local_url}{path}") as page:
            return unescape(await page.text())

    async def send(self, path: str, **form: str) -> tuple[int, str]:
        """Send a form; the status and the page that come back."""
        async with self.session.post(f"{self.story.house.local_url}{path}", data=form) as page:
            text = unescape(await page.text())
        await self.story.settled()
        return page.status, text

    async def key(self) -> str:
        """What forms of this visit carry."""
        found = re.search(r'name="key" value="([0-9a-f]{64})"', await self.read("/incidents/INC-1"))
        assert found is not None
        return found[1]


@pytest.fixture
async def ana(tmp_path: Path) -> AsyncIterator[Browser]:
    """Ana, who has come in, in a story with one incident."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with a_story(tmp_path) as story, aiohttp.ClientSession(cookie_jar=jar) as session:
        await story.slack("declare sev1 checkout is down", by="dee")
        browser = Browser(story, session)
        await browser.enter("U0ANA")
        yield browser


async def test_an_action_is_noted_by_whoever_is_signed_in_and_stands_on_the_list(ana: Browser):
    key = await ana.key()
    status, page = await ana.send(
        "/incidents/INC-1/add-action",
        key=key,
        request="one",
        text="alert on a full disk",
        owner="U0DEE",
        type="detect",
        due="2026-12-04",
    )

    assert (status, "alert on a full disk" in page) == (200, True)
    (item,) = (await ana.story.incident()).actions
    assert (item.by, item.owner, item.type) == ("U0ANA", "U0DEE", "detect")
    listed = await ana.read("/follow-ups")
    assert "alert on a full disk" in listed
    assert "Dee Okafor · due 4 Dec 2026 · detect" in listed


async def test_a_form_that_is_sent_twice_is_done_once(ana: Browser):
    key = await ana.key()
    for _ in range(2):
        status, _ = await ana.send("/incidents/INC-1/add-action", key=key, request="one", text="look at it")
        assert status == 200

    assert len((await ana.story.incident()).actions) == 1


async def test_an_action_is_taken_done_and_opened_again(ana: Browser):
    key = await ana.key()
    await ana.send("/incidents/INC-1/add-action", key=key, request="one", text="look at it")
    change = "/incidents/INC-1/change-action"
    await ana.send(change, key=key, request="two", number="1", owner="U0ANA")
    _, page = await ana.send(change, key=key, request="three", number="1", state="done", back="follow-ups")
    assert "Nothing is left to do here" in page

    (item,) = (await ana.story.incident()).actions
    assert (item.owner, item.state) == ("U0ANA", ActionState.DONE)
    assert "look at it" in await ana.read("/follow-ups?which=settled")


async def test_the_review_goes_its_way_and_then_the_incident_can_be_closed(ana: Browser):
    await ana.story.room("resolve rolled back, verified by @bo", by="ana")
    refused = await ana.story.room("close", by="ana")
    assert "needs its post-mortem first" in str(refused)

    key = await ana.key()
    _, page = await ana.send("/incidents/INC-1/change-review", key=key, request="r1", state="in review")
    assert "is in review" in page
    await ana.send("/incidents/INC-1/change-review", key=key, request="r2", state="published")
    await ana.story.room("close", by="ana")

    incident = await ana.story.incident()
    assert (incident.review.state, incident.status) == (ReviewState.PUBLISHED, Status.CLOSED)


async def test_a_time_that_is_put_right_stands_in_the_draft(ana: Browser):
    key = await ana.key()
    _, page = await ana.send(
        "/incidents/INC-1/correct-time",
        key=key,
        request="t",
        anchor="impact",
        at="2026-11-23T13:41",
        why="the graph shows it",
    )

    assert "2026-11-23 13:41:00 UTC" in page


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("add-action", {"text": "  "}, "Say what is to be done"),
        ("add-action", {"text": "x" * 501}, "500 is the most"),
        ("add-action", {"text": "x", "due": "tomorrow"}, "tomorrow is no date"),
        ("change-action", {"number": "7"}, "has no action 7"),
        ("change-action", {"number": "1e9"}, "names no action"),
        ("change-review", {"state": "published"}, "is still open"),
        ("correct-time", {"anchor": "impact", "at": "noon", "why": "x"}, "noon is no time"),
        ("correct-time", {"anchor": "impact", "at": "0001-01-01T00:00+14:00", "why": "x"}, "is no time"),
        (
            "correct-time",
            {"anchor": "impact", "at": "0026-11-23T13:41", "why": "x"},
            "The year 0026 is far off",
        ),
        ("add-action", {"text": "x", "due": "2026-11-22"}, "2026-11-22 is over by now, in UTC"),
        ("change-review", {"due": "2026-11-22"}, "2026-11-22 is over by now, in UTC"),
        ("add-action", {"text": "x", "due": "0202-12-04"}, "The year 0202 is far off"),
        ("change-review", {"due": "9999-12-31"}, "The year 9999 is far off"),
        ("add-action", {"text": "x", "owner": "U0X> <!channel"}, "names nobody of your workspace"),
        ("change-review", {"owner": "<!channel>"}, "names nobody of your workspace"),
        ("correct-time", {"anchor": "lunch", "at": "", "why": "x"}, "There is no time lunch"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_a_sentence_and_changes_nothing(
    ana: Browser, path: str, form: dict[str, str], sentence: str
):
    before = await ana.story.incident()
    status, page = await ana.send(f"/incidents/INC-1/{path}", key=await ana.key(), **form)

    assert status == 409
    assert sentence in page
    assert await ana.story.incident() == before


async def test_a_refusal_names_people_and_instants_as_the_pages_do(ana: Browser):
    key = await ana.key()
    form = {"key": key, "text": "look at it", "owner": "U0DEE", "due": "2026-12-04"}
    await ana.send("/incidents/INC-1/add-action", request="one", **form)
    done = {"key": key, "number": "1", "owner": "U0DEE"}
    status, page = await ana.send("/incidents/INC-1/change-action", request="two", **done)

    assert status == 409
    assert "Action 1 is so already. With <b>Dee Okafor</b>, due 2026-12-04 23:59 UTC." in page


async def test_a_form_of_another_site_or_of_an_earlier_visit_does_nothing(ana: Browser):
    before = await ana.story.incident()
    for key in ("", "0" * 64, "é"):
        status, page = await ana.send("/incidents/INC-1/add-action", key=key, text="x")
        assert status == 403
        assert "Nothing was changed" in page
    assert await ana.story.incident() == before


async def test_whoever_only_sits_at_this_machine_may_read_and_change_nothing(tmp_path: Path):
    async with a_story(tmp_path) as story, aiohttp.ClientSession() as session:
        await story.slack("declare sev1 checkout is down")
        nobody = Browser(story, session)
        assert "<form" not in (await nobody.read("/incidents/INC-1"))
        status, page = await nobody.send("/incidents/INC-1/add-action", key="", text="x")

        assert status == 403
        assert "I have to know who you are" in page
