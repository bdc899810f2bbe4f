"""`python -m tests.browser.pictures`: takes the pictures of the documents anew, of an incident that is played for them."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.browser.browsing import HANDHELD, Visitor, a_demo, a_visitor

IMAGES = Path(__file__).parents[2] / "docs" / "images"


async def take() -> None:
    """Declared, late, climbed, answered on a phone, resolved: a picture of the phone, of the room, of the draft."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_demo(Path(folder)) as address, a_visitor(address) as visitor:
            await _late(visitor)
            await _phone(visitor)
            await _room(visitor)
            await _draft(visitor)


async def _late(visitor: Visitor) -> None:
    await visitor.be("dee")
    await visitor.type("/incident declare sev1 checkout is down")
    await visitor.sees("INC-1 (P0) is declared: checkout is down.")
    await visitor.go("inc-1-checkout-is-down")
    for minutes in (5, 15):
        await visitor.skip(minutes)
    await visitor.sees("Nobody acknowledged after 15 min: now the on-call secondary.")
    phone = await visitor.phone_of("bo")
    await expect(phone).to_contain_text("INC-1: checkout is down")


async def _phone(visitor: Visitor) -> None:
    """At the width and the sharpness of a phone, by whoever holds it."""
    async with a_visitor(visitor.page.url, size=HANDHELD, sharpness=2) as small:
        await small.page.get_by_test_id("open-phone").click()
        await expect(small.page.get_by_test_id("ring")).to_be_visible()
        await small.page.screenshot(path=IMAGES / "phone.png")


async def _room(visitor: Visitor) -> None:
    await visitor.page.get_by_test_id("phone").get_by_test_id("ack").first.click()
    await expect(visitor.message("acknowledged in PagerDuty")).to_contain_text("Escalation stops.")
    await expect(visitor.message("Declared")).to_contain_text("quiet since")
    await visitor.page.screenshot(path=IMAGES / "workspace.png")


async def _draft(visitor: Visitor) -> None:
    await visitor.be("bo")
    await visitor.type("/incident impact card payments fail --users many")
    await visitor.sees("The impact is noted.")
    await visitor.type("/incident resolve rolled back the deploy, verified by chi")
    await visitor.sees("INC-1 is resolved.")
    await visitor.type("/incident postmortem")
    link = visitor.page.locator('a[href*="/incidents/INC-1/postmortem"]').last
    await visitor.page.goto(str(await link.get_attribute("href")))
    await visitor.sees("Draft from records, not reviewed")
    await visitor.page.screenshot(path=IMAGES / "postmortem.png")


if __name__ == "__main__":
    asyncio.run(take())
