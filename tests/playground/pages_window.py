"""Browser windows over the pages, one for each person; what a browser complains about fails the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page, async_playwright

from tests.needs import need
from tests.playground.pages_bench import Bench, a_bench

WIDE, SMALL = (1440, 900), (390, 844)


@dataclass
class Window:
    """Opens windows of one browser. trouble: what it complained about."""

    bench: Bench
    browser: Browser
    trouble: list[str]

    async def open(self, path: str, size: tuple[int, int] = WIDE) -> Page:
        """A person's window at this address, once it hears what is new."""
        viewport = {"width": size[0], "height": size[1]}
        context = await self.browser.new_context(viewport=viewport, reduced_motion="reduce")
        context.set_default_timeout(5000)
        page = await context.new_page()
        page.on("console", lambda line: self.trouble.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        await page.goto(self.bench.url + path)
        await page.locator("html[data-live=yes]").wait_for(state="attached")
        return page


@asynccontextmanager
async def a_window() -> AsyncIterator[Window]:
    """The bench with a browser before it."""
    chromium = need("chromium")
    async with a_bench() as bench, async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        found = Window(bench, browser, [])
        yield found
        await browser.close()
    assert found.trouble == []
