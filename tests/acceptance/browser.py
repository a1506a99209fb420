"""The phones page in a real browser: people tap, type and attach, and see what comes.

Every reaction is measured inside the page, from the tap to the frame that shows it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, TimeoutError, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MILLISECONDS = 15_000
# Seconds before each tap: 0 for the suite, 1.5 to measure the pace of a person.
_PACE_SECONDS = float(os.environ.get("PHONES_PACE", "0"))

_NOTE_TAPS = """
const note = (event) => {
  if (event.type === "click" || event.target.type === "file") window.lastTap = performance.now();
};
for (const kind of ["click", "change"]) document.addEventListener(kind, note, true);
"""
# Seconds since the last tap once a message of the bot matches, or a popup; null until then.
_SEEN = """([label, pattern, after, selector]) => {
  const phone = document.querySelector(`[data-phone="${label}"]`);
  const regex = new RegExp(pattern, "su");
  const found = [...phone.querySelectorAll(selector)].some((node) =>
    Number(node.dataset.messageId ?? Infinity) > after && node.checkVisibility()
    && regex.test(node.innerText));
  return found ? (performance.now() - window.lastTap) / 1000 : null;
}"""


@dataclass(frozen=True, slots=True)
class Reaction:
    """After a tap, what was seen on which phone, so many seconds later."""

    tap: str
    phone: str
    seen: str
    seconds: float


@dataclass(slots=True)
class Desk:
    """The page with its phones, the last tap and all reactions so far."""

    page: Page
    directory: Path
    reactions: list[Reaction] = field(default_factory=list)
    last_tap: str = ""

    def phone(self, label: str) -> PagePhone:
        """One phone by what stands on it."""
        return PagePhone(self, label, self.page.locator(f'[data-phone="{label}"]'))

    async def tap(self, place: Locator, name: str) -> None:
        """Tap at a person's pace."""
        await asyncio.sleep(_PACE_SECONDS)
        self.last_tap = name
        await place.click()

    async def picture(self, name: str) -> None:
        """Keep what the page shows now."""
        await self.page.screenshot(path=self.directory / f"{name}.png")

    def write_times(self) -> str:
        """Keep the reactions as JSON beside the pictures and print them as a table."""
        text = json.dumps([asdict(each) for each in self.reactions], ensure_ascii=False, indent=1)
        (self.directory / "reactions.json").write_text(text)
        for each in self.reactions:
            line = f"{each.seconds:6.3f} s  {each.tap} → {each.phone}: {each.seen}"
            sys.stdout.write(f"\n{line}")
        return text


@dataclass(frozen=True, slots=True)
class PagePhone:
    """One phone on the page."""

    desk: Desk
    label: str
    place: Locator

    async def says(self, text: str, *, reply_to: str | None = None) -> None:
        """Type and send; as a reply to the message that matches."""
        if reply_to is not None:
            await self.message(reply_to).get_by_test_id("reply").click()
        await self.place.get_by_test_id("say").fill(text)
        await self.desk.tap(self.place.get_by_test_id("send"), text.strip().splitlines()[0])

    async def attaches(self, path: Path) -> None:
        """Choose a file of this machine."""
        await asyncio.sleep(_PACE_SECONDS)
        self.desk.last_tap = path.name
        await self.place.get_by_test_id("attach").set_input_files(path)

    async def attaches_sample(self, name: str) -> None:
        """Choose one of the files the page offers."""
        await self.place.get_by_test_id("attach-menu").click()
        await self.desk.tap(self.place.get_by_test_id("sample").filter(has_text=name), name)

    async def sends_article(self, title: str, *, words: str, reply_to: str) -> None:
        """Type, choose an article of the page's list behind the words, and send both."""
        await self.message(reply_to).get_by_test_id("reply").click()
        await self.place.get_by_test_id("say").fill(words)
        await self.opens_articles()
        await self.article(title).click()
        await self.desk.tap(self.place.get_by_test_id("send"), title)

    async def opens_articles(self) -> None:
        """Open the list of sample articles."""
        await self.place.get_by_test_id("attach-menu").click()
        await self.place.get_by_test_id("articles-open").click()

    def article(self, title: str) -> Locator:
        """The first article of that title in the list."""
        return self.place.get_by_test_id("article").filter(has_text=title).first

    async def presses(self, label: str) -> None:
        """Tap the newest button whose label begins so."""
        button = self.button(label)
        await self.desk.tap(button, await button.inner_text())

    def button(self, label: str) -> Locator:
        """The newest button under a message whose label begins so."""
        return self.place.locator(".key", has_text=re.compile(f"^{label}")).last

    def message(self, pattern: str) -> Locator:
        """The newest message of the bot that matches."""
        messages = self.place.locator("[data-message-id].incoming")
        return messages.filter(has_text=re.compile(pattern, re.DOTALL)).last

    async def last_id(self) -> int:
        """The newest message's id."""
        ids = await self.place.locator("[data-message-id]").evaluate_all(
            "nodes => nodes.map((node) => Number(node.dataset.messageId))"
        )
        return max(ids, default=0)

    async def sees(self, pattern: str, *, after: int = 0) -> None:
        """Wait for a message of the bot that matches, later than message id `after`."""
        await self._waits("[data-message-id].incoming", pattern, after=after)

    async def sees_button(self, label: str) -> None:
        """Wait for a button whose label begins so."""
        await self._waits(".key", f"^{label}")

    async def sees_popup(self, pattern: str) -> None:
        """Wait for the text with which the bot answers a tap."""
        await self._waits("[data-testid=popup]", pattern)

    async def _waits(self, selector: str, pattern: str, *, after: int = 0) -> None:
        try:
            handle = await self.desk.page.wait_for_function(
                _SEEN, arg=[self.label, pattern, after, selector], polling="raf"
            )
        except TimeoutError as error:
            shown = await self.place.inner_text()
            raise AssertionError(f"{pattern!r} did not come; {self.label}: {shown}") from error
        seconds = round(await handle.json_value(), 3)
        self.desk.reactions.append(Reaction(self.desk.last_tap, self.label, pattern, seconds))

    async def count(self, pattern: str) -> int:
        """How many messages of the bot match."""
        messages = self.place.locator("[data-message-id].incoming")
        return await messages.filter(has_text=re.compile(pattern, re.DOTALL)).count()


def chromium() -> str:
    """Where Chromium is; without one the test is skipped, but never in CI."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = f"no browser on this machine: none of {', '.join(_NAMES)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@asynccontextmanager
async def open_desk(url: str, directory: Path) -> AsyncIterator[Desk]:
    """The page at `url`, large enough for all phones side by side."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=list(_ARGUMENTS)
        )
        page = await browser.new_page(viewport={"width": 1600, "height": 900})
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.add_init_script(_NOTE_TAPS)
        await page.goto(url)
        try:
            yield Desk(page, directory)
        finally:
            await page.screenshot(path=directory / "end.png")
            await browser.close()
        assert faults == []
