"""A runbook walked by hand in the browser by two people: values, a condition, a crash in the middle, a step gone to."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.browsing import Visitor, a_demo, a_visitor, pressed_until_it_is_back
from tests.needs import need

pytestmark = pytest.mark.browser


async def test_two_people_walk_a_runbook_through_a_crash(tmp_path: Path):
    need("chromium")
    async with a_demo(tmp_path) as address, a_visitor(address) as visitor:
        await _started(visitor)
        await _filled_in(visitor)
        await _chosen(visitor)
        await _crashed(visitor)
        await _gone_to(visitor)


async def _started(visitor: Visitor) -> None:
    await visitor.be("dee")
    await visitor.type("/incident declare sev1 checkout is down")
    await visitor.sees("INC-1 (P0) is declared: checkout is down.")
    await visitor.go("inc-1-checkout-is-down")
    await visitor.type("/incident runbook start database outage")
    await expect(visitor.message("Step 1 of 12")).to_contain_text("last reviewed")


async def _filled_in(visitor: Visitor) -> None:
    card = visitor.message("Step 1 of 12")
    await card.get_by_role("button", name="Fill in").click()
    modal = visitor.page.get_by_test_id("modal")
    await modal.locator('[data-testid^="field-fill:"]').first.fill("payments-db")
    await modal.get_by_test_id("modal-submit").click()
    await expect(card).to_contain_text("-n payments-db")


async def _chosen(visitor: Visitor) -> None:
    card = visitor.message("Step 1 of 12")
    await card.get_by_role("button", name="It is not so").click()
    await expect(card).to_contain_text("✅ It is not so")
    await expect(card).to_contain_text("Not taken:")


async def _crashed(visitor: Visitor) -> None:
    """The bot's process ends at once and is started again; then somebody else goes on where it was."""
    page = visitor.page
    await page.get_by_test_id("bot-menu").click()
    await page.get_by_test_id("bot-crash").click()
    await expect(page.get_by_test_id("bot-state")).to_contain_text("The bot is down")
    await page.get_by_test_id("bot-menu").click()
    await page.get_by_test_id("bot-start").click()
    await expect(page.get_by_test_id("bot-state")).to_contain_text("The bot runs")
    await visitor.be("bo")
    await pressed_until_it_is_back(visitor, "Step 1 of 12", "Step 2 of 12")
    card = visitor.message("Step 2 of 12")
    await expect(card).to_contain_text("Bo Lindqvist")
    await expect(card).to_contain_text("-n payments-db")


async def _gone_to(visitor: Visitor) -> None:
    card, page = visitor.message("Step 2 of 12"), visitor.page
    await card.get_by_test_id("overflow").last.click()
    await page.locator('[data-testid="option"]:visible').filter(has_text="All steps").click()
    modal = page.get_by_test_id("modal")
    await expect(modal).to_contain_text("done by @Bo Lindqvist")
    await modal.get_by_test_id("field-step").select_option(index=12)
    await modal.get_by_test_id("modal-submit").click()
    last = visitor.message("Step 12 of 12")
    await last.get_by_role("button", name="Done").click()
    await expect(visitor.message("Step 2 of 12")).to_contain_text("12.")
