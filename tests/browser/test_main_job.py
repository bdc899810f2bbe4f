"""The main job as a person does it in the browser: from the first page to the drafted post-mortem."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.browsing import Visitor, a_demo, a_visitor
from tests.needs import need

pytestmark = pytest.mark.browser


async def declared(visitor: Visitor) -> None:
    await visitor.be("dee")
    await visitor.type("/incident declare sev1 checkout is down")
    await visitor.sees("INC-1 (P0) is declared: checkout is down.")
    await visitor.go("inc-1-checkout-is-down")
    await visitor.sees("Open, not acknowledged")


async def test_an_incident_from_the_first_page_to_the_draft(tmp_path: Path):
    need("chromium")
    async with a_demo(tmp_path) as address, a_visitor(address) as visitor:
        await declared(visitor)
        await _nobody_answers(visitor)
        await _bo_answers_on_the_phone(visitor)
        await _a_runbook_is_walked(visitor)
        await _it_is_over(visitor)


async def _nobody_answers(visitor: Visitor) -> None:
    phone = await visitor.phone_of("ana")
    await expect(phone).to_contain_text("INC-1: checkout is down")
    await visitor.skip(5)
    await visitor.sees("Nobody has acknowledged INC-1 within 5 min.")
    await visitor.skip(5)
    await visitor.skip(5)
    await visitor.sees("Nobody acknowledged after 15 min: now the on-call secondary.")


async def _bo_answers_on_the_phone(visitor: Visitor) -> None:
    phone = await visitor.phone_of("bo")
    await expect(phone).to_contain_text("INC-1: checkout is down")
    await phone.get_by_test_id("ack").first.click()
    await expect(visitor.message("acknowledged in PagerDuty")).to_contain_text("Escalation stops.")
    await expect(visitor.message("Declared")).to_contain_text("Bo Lindqvist")
    await visitor.skip(60)
    await visitor.skip(60)
    assert await visitor.page.get_by_text("now the team lead").count() == 0


async def _a_runbook_is_walked(visitor: Visitor) -> None:
    await visitor.be("bo")
    await visitor.type("/incident runbook database")
    await visitor.message("database-outage.md").get_by_role("button", name="Start").first.click()
    for number in (1, 2):
        card = visitor.message(f"Step {number} of")
        await card.get_by_role("button", name="Done").click()
    await visitor.message("Step 3 of").get_by_role("button", name="Skip").click()
    modal = visitor.page.get_by_test_id("modal")
    await modal.get_by_test_id("field-reason").fill("no replica is lagging")
    await modal.get_by_test_id("modal-submit").click()
    await visitor.message("Step 4 of").get_by_role("button", name="Done").click()
    await visitor.sees("Step 5 of")


async def _it_is_over(visitor: Visitor) -> None:
    await visitor.type("/incident resolve rolled back the deploy, verified by chi")
    await visitor.sees("INC-1 is resolved.")
    await visitor.type("/incident postmortem")
    link = visitor.page.locator('a[href*="/incidents/INC-1/postmortem"]').last
    await expect(link).to_be_visible()
    await visitor.page.goto(str(await link.get_attribute("href")))
    await visitor.sees("Draft from records, not reviewed")
    document = visitor.page.locator("main")
    await expect(document).to_contain_text("checkout is down")
    await expect(document).to_contain_text("no replica is lagging")
