"""What a manager does in the browser afterwards: read, edit, review, print, follow up; and what a stranger cannot."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.browsing import HANDHELD, Visitor, a_demo, a_visitor
from tests.needs import need

pytestmark = pytest.mark.browser

LESSON = "The dashboard showed it two minutes before anybody looked."


async def test_a_manager_edits_reviews_prints_and_follows_up(tmp_path: Path):
    need("chromium")
    async with a_demo(tmp_path) as address, a_visitor(address) as visitor:
        await burned_down(visitor)
        page = await entered(visitor, "bo", "/incidents/INC-1/postmortem")
        await _edited(page)
        await _owned(page)
        await _published(page)
        await _printed(page)
        await _fits_a_phone(page)
        await _followed_up(page)


async def test_a_stranger_finds_nothing_private_and_a_stolen_link_lets_nobody_in(tmp_path: Path):
    need("chromium")
    async with a_demo(tmp_path) as address, a_visitor(address) as visitor:
        await burned_down(visitor)
        await stolen_keys(visitor)
        await _seen_by_those_in_it(visitor)
        await _unseen_by_a_stranger(visitor)
        await _stolen(visitor)


async def burned_down(visitor: Visitor) -> None:
    """INC-1: declared by Dee, acknowledged by Ana, talked about, mitigated, resolved."""
    await visitor.be("dee")
    await visitor.type("/incident declare sev1 checkout is down")
    await visitor.sees("INC-1 (P0) is declared: checkout is down.")
    await visitor.go("inc-1-checkout-is-down")
    await visitor.skip(5)
    phone = await visitor.phone_of("ana")
    await phone.get_by_test_id("ack").first.click()
    await expect(visitor.message("acknowledged in PagerDuty")).to_be_visible()
    await visitor.be("ana")
    await visitor.type("found it: the deploy of 14:02 broke the card form, rolling it back")
    await visitor.type("/incident impact card payments fail --users many")
    await visitor.sees("The impact is noted.")
    await visitor.type("/incident action alert on failed card payments @bo type detect")
    await visitor.type("/incident mitigate rolled back the deploy")
    await visitor.sees("Open, mitigated")
    await visitor.skip(15)
    await visitor.type("/incident resolve no failed payment for 15 minutes")
    await visitor.sees("INC-1 is resolved.")


async def stolen_keys(visitor: Visitor) -> None:
    """INC-2: private, with an action; only Dee and whoever she calls are in it."""
    await visitor.go("general")
    await visitor.be("dee")
    await visitor.type("/incident declare sev3 customer keys are stolen --private")
    await visitor.sees("INC-2")


async def entered(visitor: Visitor, person: str, page: str) -> Page:
    """A browser of that person's own, come in by the link that Slack gave them, and gone to a page of ours."""
    link = await asked_for_link(visitor, person)
    own = await a_browser_of_ones_own(visitor)
    await own.goto(link)
    await own.goto(re.sub(r"/incidents.*", page, link))
    return own


async def asked_for_link(visitor: Visitor, person: str) -> str:
    """The link in the answer to `/incident list`."""
    await visitor.go("general")
    await visitor.be(person)
    links = visitor.page.locator('[data-testid="ephemeral"] a[href*="once="]')
    before = await links.count()
    await visitor.type("/incident list")
    await expect(links).to_have_count(before + 1)
    return str(await links.last.get_attribute("href"))


async def a_browser_of_ones_own(visitor: Visitor) -> Page:
    """Nothing of anybody else's in it."""
    browser = visitor.page.context.browser
    assert browser is not None
    return await (await browser.new_context(viewport=visitor.page.viewport_size)).new_page()


async def _edited(page: Page) -> None:
    """With a preview while it is typed, and words of hindsight pointed at."""
    await page.get_by_text("Write a section").click()
    await page.get_by_role("link", name="What went well").click()
    preview = page.locator("#preview")
    await page.locator("textarea").fill(f"{LESSON} We should have **looked**.")
    await expect(preview.locator("strong")).to_have_text("looked")
    await expect(preview.locator(".flagged")).to_contain_text("should have")
    await page.locator("textarea").fill(LESSON)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("main")).to_contain_text(LESSON)


async def _owned(page: Page) -> None:
    await page.get_by_text("Write a section").click()
    await page.get_by_label("Owner of the review").select_option(label="Ana Lima")
    await page.get_by_label("Due").fill("2030-01-31")
    await page.get_by_role("button", name="Set owner and date").click()
    await expect(page.locator(".review")).to_contain_text("Ana Lima")
    await expect(page.locator(".review")).to_contain_text("2030-01-31")


async def _published(page: Page) -> None:
    await page.get_by_role("button", name="Send to review").click()
    await expect(page.locator(".review")).to_contain_text("in review")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.locator(".review")).to_contain_text("published")
    await expect(page.get_by_role("button", name="Review again")).to_be_visible()


async def _printed(page: Page) -> None:
    """On paper there is the document, and nothing to press."""
    await page.emulate_media(media="print")
    await expect(page.locator(".bar")).to_be_hidden()
    await expect(page.locator(".review")).to_be_hidden()
    await expect(page.locator("main")).to_contain_text(LESSON)
    pdf = await page.pdf(format="A4")
    await page.emulate_media(media="screen")
    assert pdf.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 8, "a few leaves, not one a row"


async def _fits_a_phone(page: Page) -> None:
    """No page is wider than the phone that shows it."""
    size, here = page.viewport_size, page.url
    await page.set_viewport_size({"width": HANDHELD["width"], "height": HANDHELD["height"]})
    for path in ("", "/INC-1", "/INC-1/postmortem", "/INC-1/postmortem/lessons"):
        await page.goto(_at(page, f"/incidents{path}"))
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert size is not None
    await page.set_viewport_size(size)
    await page.goto(here)


async def _followed_up(page: Page) -> None:
    await page.get_by_role("link", name="Follow-ups").click()
    item = page.locator(".item").filter(has_text="alert on failed card payments")
    await expect(item).to_contain_text("Bo Lindqvist")
    await item.get_by_role("button", name="Done").click()
    await expect(item).to_have_count(0)
    await page.get_by_role("link", name="settled").click()
    await expect(item).to_contain_text("done")
    await page.get_by_role("link", name="INC-1").click()
    await page.get_by_role("link", name="Post-mortem").click()
    await expect(page.locator("tr").filter(has_text="alert on failed card payments")).to_contain_text("done")


async def _seen_by_those_in_it(visitor: Visitor) -> None:
    page = await entered(visitor, "dee", "/incidents/INC-2")
    await expect(page.locator("h1")).to_contain_text("customer keys are stolen")
    await page.get_by_label("What is to be done").fill("turn the stolen keys over")
    await page.get_by_role("button", name="Note it").click()
    await expect(page.locator(".item")).to_contain_text("turn the stolen keys over")


async def _unseen_by_a_stranger(visitor: Visitor) -> None:
    page = await entered(visitor, "eli", "/incidents")
    await expect(page.locator("main")).to_contain_text("INC-1")
    for path in (
        "/incidents",
        "/incidents?q=stolen",
        "/incidents?q=INC-2",
        "/follow-ups",
        "/incidents/INC-2",
    ):
        await page.goto(_at(page, path))
        await expect(page.locator("main")).not_to_contain_text("keys")
    for path in ("/incidents/INC-2", "/incidents/INC-2/postmortem", "/incidents/INC-2/postmortem.md"):
        hidden, none = (
            await page.request.get(_at(page, path)),
            await page.request.get(_at(page, path.replace("INC-2", "INC-9"))),
        )
        assert (hidden.status, await hidden.text()) == (404, (await none.text()).replace("INC-9", "INC-2"))


async def _stolen(visitor: Visitor) -> None:
    link = await asked_for_link(visitor, "dee")
    hers, thiefs = await a_browser_of_ones_own(visitor), await a_browser_of_ones_own(visitor)
    await hers.goto(link)
    await expect(hers.locator("main")).to_contain_text("INC-2")
    assert "once=" not in hers.url, "nobody reads the link over her shoulder"
    answer = await thiefs.goto(link)
    assert answer is not None
    assert answer.status == 403
    await expect(thiefs.locator("main")).to_contain_text("This link has been used")
    assert await thiefs.context.cookies() == []


def _at(page: Page, path: str) -> str:
    return re.sub(r"^(https?://[^/]+).*", rf"\1{path}", page.url)
