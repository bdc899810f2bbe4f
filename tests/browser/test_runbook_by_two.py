"""A real runbook walked to its end by two people: a menu, conditions, values, a crash in the middle, one button pressed at once."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.browsing import (
    Visitor,
    a_demo,
    a_visitor,
    pressed_until_it_is_back,
    the_bot_looks_away,
)
from tests.needs import need, shared

pytestmark = pytest.mark.browser

FOLDER = ("corpus", "runbooks", "ministryofjustice__cloud-platform")
ROOM = "inc-1"
LAST = 10


async def test_two_people_walk_a_real_runbook_to_its_end(tmp_path: Path):
    need("chromium")
    books = shared(*FOLDER)
    async with (
        a_demo(tmp_path, "--runbooks", str(books)) as address,
        a_visitor(address) as dee,
        a_visitor(address) as bo,
    ):
        await _begun(dee)
        await _joined(bo)
        await _both_press(tmp_path, dee, bo, "Which section is it?", "Walk all of it")
        await _one_was_late(dee, bo, "Its section was picked already.")
        await _said_what_holds(dee, bo)
        await _both_press(tmp_path, dee, bo, f"Step 1 of {LAST}", "Done")
        await _one_was_late(dee, bo, "Step 1 was done by")
        for visitor in (dee, bo):
            await expect(visitor.message(f"Step 2 of {LAST}")).to_be_visible()
        await _done(dee, 2, 3)
        await _filled_in(bo, dee)
        await _crashed(dee, bo)
        await _to_the_end(tmp_path, dee, bo)
        await _told_in_the_draft(dee)


async def _begun(dee: Visitor) -> None:
    await dee.be("dee")
    await dee.type("/incident declare sev1 FreeStorageSpaceTooLow on the search cluster")
    await dee.sees("INC-1 (P0) is declared")
    await dee.go(ROOM)
    await dee.type("/incident runbook start resolve opensearch shard issues")
    await expect(dee.message("Which section is it?")).to_contain_text("fits best")


async def _joined(bo: Visitor) -> None:
    await bo.be("bo")
    await bo.go(ROOM)
    await expect(bo.message("Which section is it?")).to_be_visible()


async def _both_press(folder: Path, dee: Visitor, bo: Visitor, card: str, label: str) -> None:
    """The same button of the same card, on two screens: the bot finds both presses, and neither saw the other's first."""
    for visitor in (dee, bo):
        await expect(visitor.message(card).get_by_role("button", name=label).first).to_be_visible()
    with the_bot_looks_away(folder):
        for visitor in (dee, bo):
            async with visitor.page.expect_request(lambda sent: sent.method == "POST"):
                await visitor.message(card).get_by_role("button", name=label).first.click()


async def _one_was_late(dee: Visitor, bo: Visitor, words: str) -> None:
    """One of the two reads, for themselves, that the other was faster."""
    told = [visitor.page.get_by_test_id("ephemeral").filter(has_text=words) for visitor in (dee, bo)]
    waiting = [asyncio.ensure_future(expect(one.first).to_be_visible()) for one in told]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert sorted([await one.count() for one in told]) == [0, 1]


async def _said_what_holds(dee: Visitor, bo: Visitor) -> None:
    """What one chooses the other sees, with the condition that does not hold."""
    await dee.message(f"Step 1 of {LAST}").get_by_role("button", name="It is not so").click()
    await expect(bo.message(f"Step 1 of {LAST}")).to_contain_text("Not taken:")


async def _done(visitor: Visitor, *steps: int) -> None:
    for step in steps:
        await visitor.message(f"Step {step} of {LAST}").get_by_role("button", name="Done").click()
        await expect(visitor.message(f"Step {step + 1} of {LAST}")).to_be_visible()


async def _filled_in(bo: Visitor, dee: Visitor) -> None:
    """Once, for the commands of this step and of later ones; the other sees it, too."""
    await bo.message(f"Step 4 of {LAST}").get_by_role("button", name="Fill in").click()
    modal = bo.page.get_by_test_id("modal")
    for label, value in (
        ("<your-namespace>", "search-prod"),
        ("<search-domain-endpoint>", "search.internal"),
    ):
        await modal.get_by_label(label).fill(value)
    await modal.get_by_test_id("modal-submit").click()
    await expect(dee.message(f"Step 4 of {LAST}")).to_contain_text("-n search-prod")


async def _crashed(dee: Visitor, bo: Visitor) -> None:
    """The bot is killed while both have the card before them, and started again; it knows where they were."""
    page = dee.page
    await page.get_by_test_id("bot-menu").click()
    await page.get_by_test_id("bot-crash").click()
    await expect(page.get_by_test_id("bot-state")).to_contain_text("The bot is down")
    await page.get_by_test_id("bot-menu").click()
    await page.get_by_test_id("bot-start").click()
    await expect(page.get_by_test_id("bot-state")).to_contain_text("The bot runs")
    await pressed_until_it_is_back(bo, f"Step 4 of {LAST}", f"Step 5 of {LAST}")
    await expect(dee.message(f"Step 5 of {LAST}")).to_contain_text("Bo Lindqvist")


async def _to_the_end(folder: Path, dee: Visitor, bo: Visitor) -> None:
    await _done(dee, 5, 6)
    await expect(bo.message(f"Step 7 of {LAST}")).to_contain_text(
        "curl https://search.internal.com/_cat/indices"
    )
    await _done(bo, 7)
    await _changed_production(dee)
    await _done(bo, 9)
    await _both_press(folder, dee, bo, f"Step {LAST} of {LAST}", "Done")
    await _one_was_late(dee, bo, f"Step {LAST} was done by")
    await bo.message("Did it work?").get_by_role("button", name="Yes").click()
    await expect(dee.message("is finished: 10 done")).to_contain_text("It worked, says @Bo Lindqvist")


async def _changed_production(dee: Visitor) -> None:
    """A command that deletes asks before it counts as done."""
    await dee.message(f"Step 8 of {LAST}").get_by_role("button", name="Done").click()
    await expect(dee.page.get_by_test_id("confirm")).to_contain_text("changes production")
    await dee.page.get_by_test_id("confirm-yes").click()
    await expect(dee.message(f"Step 9 of {LAST}")).to_be_visible()


async def _told_in_the_draft(dee: Visitor) -> None:
    await dee.type("/incident postmortem")
    link = dee.page.locator('a[href*="/incidents/INC-1/postmortem"]').last
    await dee.page.goto(str(await link.get_attribute("href")))
    document = dee.page.locator("main")
    await expect(document).to_contain_text("Resolving OpenSearch shard problems")
    await expect(document).to_contain_text("10 done")
