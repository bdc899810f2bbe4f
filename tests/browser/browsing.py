"""A person at the local workspace: the demo as a process of its own, and a Chromium that is driven like a hand would."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright, expect

from tests.needs import need

DESKTOP, HANDHELD = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS = 60_000
START_S = 60
PRESSES = 20

expect.set_options(timeout=PATIENCE_MS)


@asynccontextmanager
async def a_demo(folder: Path, *arguments: str) -> AsyncIterator[str]:
    """`incidentbot demo` on a free port; gives the one address that it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "incidentbot", "demo", "--port", "0", "--data", str(folder), *arguments),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield await _address(process)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(START_S):
        while line := await process.stdout.readline():
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line.decode()):
                return found[0]
    raise AssertionError("the demo ended without printing its address")


@dataclass
class Visitor:
    """One browser page. `be` says as whom it acts."""

    page: Page
    address: str

    async def be(self, person: str) -> None:
        """Switch to another person, staying in the same channel."""
        await self.page.get_by_test_id(f"be-{person}").click()
        await expect(self.page.get_by_test_id("self")).to_contain_text(person.title())

    async def go(self, channel: str) -> None:
        """Open the first channel whose name begins so."""
        await self.page.locator(f'[data-testid^="channel-{channel}"]').first.click()
        await expect(self.page.get_by_test_id("room-name")).to_contain_text(channel)

    async def type(self, text: str) -> None:
        """Write into the composer and send."""
        composer = self.page.get_by_test_id("composer")
        await composer.fill(text)
        await composer.press("Enter")

    async def sees(self, words: str) -> None:
        """Something on the page says so, sooner or later."""
        await expect(self.page.get_by_text(words).first).to_be_visible()

    async def skip(self, minutes: int) -> None:
        """Let time pass, and see that it did."""
        before = await self._now()
        await self.page.get_by_test_id(f"skip-{minutes}").click()
        await self.page.wait_for_function(
            "then => Date.parse(document.querySelector('[data-testid=clock]').dateTime) >= then",
            arg=(before + timedelta(minutes=minutes)).timestamp() * 1000,
            timeout=PATIENCE_MS,
        )

    async def _now(self) -> datetime:
        stamp = await self.page.get_by_test_id("clock").get_attribute("datetime")
        return datetime.fromisoformat(str(stamp))

    async def phone_of(self, person: str) -> Locator:
        """Take somebody's phone into the hand."""
        await self.page.get_by_test_id(f"phone-of-{person}").click()
        phone = self.page.get_by_test_id("phone")
        await expect(phone).to_contain_text(f"{person.title()}'s phone")
        return phone

    def message(self, words: str) -> Locator:
        """The newest message that says so."""
        return (
            self.page.locator('[data-testid="message"], [data-testid="ephemeral"]')
            .filter(has_text=words)
            .last
        )


@contextmanager
def the_bot_looks_away(folder: Path) -> Iterator[None]:
    """The demo's bot, whose clock is in this folder, stands still: what people do meanwhile it finds all at once."""
    bots = [int(one.parent.name) for one in Path("/proc").glob("[0-9]*/cmdline") if _is_bot(one, folder)]
    assert len(bots) == 1, bots
    os.kill(bots[0], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(bots[0], signal.SIGCONT)


def _is_bot(command: Path, folder: Path) -> bool:
    try:
        words = command.read_bytes().split(b"\0")
    except OSError:  # it ended while it was looked at
        return False
    return b"incidentbot.cli.workspace_bot" in words and any(str(folder).encode() in word for word in words)


async def pressed_until_it_is_back(visitor: Visitor, card: str, following: str) -> None:
    """Press Done as people do while the bot starts: Slack says that it cannot be reached, and they press again."""
    done = visitor.message(card).get_by_role("button", name="Done")
    for _ in range(PRESSES):
        await done.click()
        try:
            await expect(visitor.message(following)).to_be_visible(timeout=2000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"{following} did not come.")


@asynccontextmanager
async def a_visitor(
    address: str, *, size: dict[str, int] | None = None, sharpness: float = 1
) -> AsyncIterator[Visitor]:
    """A browser at the address. sharpness: its pixels for one of the page. Errors on the page fail the test."""
    chromium = need("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(
            viewport=size or DESKTOP, device_scale_factor=sharpness, reduced_motion="reduce"
        )
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.goto(address)
        yield Visitor(page, address)
        await browser.close()
        assert broken == []
