"""The pages on a slow machine: answers that come late, and news that comes while somebody is on the way elsewhere."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page, Route, expect

from tests.playground.pages_window import Window, a_window

pytestmark = pytest.mark.browser

ROOM = "/ana/C0INCIDENTS"
COUNT = """() => {
window.ended = [];
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...given) {
  this.addEventListener('loadend', () => window.ended.push(this.responseURL));
  return send.apply(this, given);
};
}"""
"""Has the page keep which answers it is done with."""


@pytest.fixture
async def window() -> AsyncIterator[Window]:
    async with a_window() as found:
        yield found


@dataclass
class Held:
    """One answer of the server that is on its way until it is let go. asked: once the server has answered."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def carry(self, route: Route) -> None:
        answer = await route.fetch()
        self.url = route.request.url
        self.asked.set()
        await self.let_go.wait()
        await route.fulfill(response=answer)


async def held(page: Page, path: str) -> Held:
    """Hold back the first answer to this path (a pattern)."""
    await page.evaluate(COUNT)
    found = Held()
    await page.route(re.compile(path), found.carry, times=1)
    return found


async def seen_after(page: Page, answer: Held) -> None:
    """Let the answer go, and wait until the page is done with it."""
    answer.let_go.set()
    await page.wait_for_function("url => window.ended.includes(url)", arg=answer.url)


async def test_what_was_drawn_for_the_page_before_does_not_come_into_the_next(window: Window):
    page = await window.open(ROOM)
    late = await held(page, "/draw[?]")
    await window.bench.slack.say("bo", "#incidents", "checkout is slow")
    await late.asked.wait()
    await page.get_by_test_id("channel-alerts").click()
    await expect(page.get_by_test_id("room-name")).to_have_text("alerts")
    await seen_after(page, late)

    await expect(page.get_by_test_id("channel-alerts")).to_have_attribute("aria-current", "page")
    await expect(page.get_by_text("checkout is slow")).to_have_count(0)


async def test_a_page_that_comes_late_does_not_take_the_link_away_under_the_finger(window: Window):
    page = await window.open(ROOM)
    late = await held(page, "/ana/C0ALERTS")
    await page.get_by_test_id("channel-alerts").click()
    await late.asked.wait()
    await page.get_by_test_id("be-bo").hover()
    await page.mouse.down()
    late.let_go.set()
    await page.wait_for_function("() => window.ended.length > 0")
    await page.mouse.up()

    await expect(page.get_by_test_id("self")).to_contain_text("Bo")
    await expect(page.get_by_test_id("room-name")).to_have_text("incidents")


async def test_the_answer_to_a_deed_does_not_open_the_form_of_whom_one_has_left(window: Window):
    page = await window.open(ROOM)
    late = await held(page, "/do/say")
    await page.get_by_test_id("composer").fill("/incident form")
    await page.get_by_test_id("composer").press("Enter")
    await late.asked.wait()
    await page.get_by_test_id("be-bo").dispatch_event("click")
    await expect(page.get_by_test_id("self")).to_have_text("Bo Lindqvist")
    await seen_after(page, late)

    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_news_that_come_on_the_way_to_another_page_are_on_it(window: Window):
    page = await window.open(ROOM)
    ts = await window.bench.slack.say("bo", "#incidents", "checkout is slow")
    late = await held(page, "[?]phone=bo$")
    await page.get_by_test_id("phone-of-bo").click()
    await late.asked.wait()
    await window.bench.slack.pin("bo", "#incidents", ts)
    await expect(page.get_by_test_id("pins")).to_contain_text("1 pinned")
    await seen_after(page, late)

    await expect(page.get_by_test_id("phone")).to_contain_text("Bo's phone")
    await expect(page.get_by_test_id("pins")).to_contain_text("1 pinned")


async def test_nothing_is_drawn_anew_under_a_finger(window: Window):
    page = await window.open(ROOM)
    late = await held(page, "/draw[?]")
    await window.bench.page_out("Checkout is down")
    await late.asked.wait()
    await page.get_by_test_id("phone-of-bo").hover()
    await page.mouse.down()
    await seen_after(page, late)
    await page.mouse.up()

    await expect(page.get_by_test_id("phone")).to_contain_text("Bo's phone")
    await expect(page.get_by_test_id("phone-of-ana")).to_have_class(re.compile("rings"))
