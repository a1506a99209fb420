"""The whole bot as a process of its own against the sandbox with Telegram's limits enforced.

It is measured from the first card that arrives: how long a broadcast takes, how often Telegram has
to say "too many requests", and how long a person waits who presses a button meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.sandbox import Sandbox
from bot.storage.engine import Database
from bot.texts import texts
from tests.bench.at_work import (
    LOOK_SECONDS,
    NEVER,
    RATE,
    against,
    check,
    meet,
    release,
    running_bot,
)
from tests.bench.machine import fsync_ms
from tests.bench.stores import Store
from tests.bench.wire import TOKEN

FEW, MANY = 300, 3_000
FEW_SECONDS = 15.0
MORE_THAN_IDEAL = 0.03
ANSWER_SECONDS = 0.5
_TAP_SECONDS = 0.5  # between two taps


@dataclass(slots=True)
class Tap:
    """A button that was pressed, and after how many seconds the bot answered."""

    query_id: str
    chat_id: int
    at: datetime
    popup: float | None = None
    message: float | None = None


@dataclass(slots=True)
class Seen:
    """What Telegram saw of one broadcast."""

    cards: dict[int, int] = field(default_factory=dict)  # by chat: its message
    first: datetime | None = None
    last: datetime | None = None
    paced: int = 0  # messages and edits since the first card
    refused: int = 0
    taps: list[Tap] = field(default_factory=list)
    before_last: int = 0  # of these up to the last card

    @property
    def seconds(self) -> float:
        """From the first card to the last."""
        assert self.first is not None
        assert self.last is not None
        return (self.last - self.first).total_seconds()

    @property
    def ideal(self) -> float:
        """The same for a sender that always uses the rate to the full."""
        return (self.before_last - 1) / RATE

    def note(self, call: dict[str, Any]) -> None:
        """One more call."""
        at, parameters = datetime.fromisoformat(call["at"]), call["parameters"]
        if call["status"] == 429:
            self.refused += 1
        if call["status"] != 200:
            return
        if call["method"] == "answerCallbackQuery":
            self._popup(str(parameters["callback_query_id"]), at)
        elif call["method"] in ("sendMessage", "editMessageText"):
            self.paced += 1
            if call["method"] == "sendMessage":
                self._message(parameters["chat_id"], call["answer"]["result"], at)

    def _popup(self, query_id: str, at: datetime) -> None:
        for tap in self.taps:
            if tap.query_id == query_id:
                tap.popup = (at - tap.at).total_seconds()

    def _message(self, chat_id: int, sent: dict[str, Any], at: datetime) -> None:
        for tap in self.taps:
            if tap.chat_id == chat_id:
                tap.message = tap.message or (at - tap.at).total_seconds()
                return
        if chat_id not in self.cards and _BUTTON in str(sent.get("reply_markup")):
            self.cards[chat_id] = sent["message_id"]
            if self.first is None:
                self.first, self.paced = at, 1
            self.last, self.before_last = at, self.paced


_BUTTON = texts("vi")("button.full_text")


async def limits(
    stores: dict[str, Store], directory: Path, say: Callable[[str], None]
) -> AsyncIterator[str]:
    """The table, line by line: on each database a small and a large broadcast."""
    busy, cores = os.getloadavg()[0], os.cpu_count()
    yield f"Load {busy:.1f} on {cores} cores, {fsync_ms(directory):.2f} ms to make 4 KB durable."
    yield f"Telegram's limits enforced, {RATE} messages a second:"
    for name, store in stores.items():
        say(f"{name}: {FEW} chats")
        few = await _broadcast(store, FEW, directory, taps=False)
        for line in _few(name, few):
            yield line
        say(f"{name}: {MANY:,} chats, with taps")
        for line in _many(name, await _broadcast(store, MANY, directory, taps=True)):
            yield line


def _few(name: str, seen: Seen) -> Iterator[str]:
    yield against(f"{name}, {FEW} chats, seconds", seen.seconds, FEW_SECONDS)
    yield against(f"{name}, {FEW} chats, answers 429", seen.refused, 0)


def _many(name: str, seen: Seen) -> Iterator[str]:
    what = f"{name}, {MANY:,} chats"
    most = seen.ideal * (1 + MORE_THAN_IDEAL)
    yield against(f"{what}, seconds for {seen.before_last:,} calls", seen.seconds, most)
    yield against(f"{what}, answers 429", seen.refused, 0)
    popups = [tap.popup for tap in seen.taps if tap.popup is not None]
    messages = [tap.message for tap in seen.taps if tap.message is not None]
    yield against(f"{what}, taps without an answer", 2 * len(seen.taps) - len(popups + messages), 0)
    for kind, found in (("popup", popups), ("message", messages)):
        p95 = statistics.quantiles(found, n=20)[-1]
        yield against(f"{what}, {len(found)} taps, p95 to the {kind}, seconds", p95, ANSWER_SECONDS)


async def _broadcast(store: Store, recipients: int, directory: Path, *, taps: bool) -> Seen:
    async with store.filled(recipients) as url, Sandbox() as sandbox:
        sandbox.add_bot(token=TOKEN, username="dondoc_bench_bot", first_name="Dondoc")
        database = Database(url)
        try:
            await meet(sandbox, database)
            await release(database, at=NEVER)
            async with running_bot(sandbox, url, directory):
                await release(database, at=datetime.now(UTC))
                seen = await _watch(sandbox, recipients, taps=taps)
            await check(database, recipients)
        finally:
            await database.close()
    return seen


async def _watch(sandbox: Sandbox, recipients: int, *, taps: bool) -> Seen:
    """Look at every call until the last card and the last answer; press buttons now and then."""
    seen, chance, number = Seen(), random.Random(7), 0
    begun = asyncio.get_running_loop().time()
    patience, next_tap = 60.0 + 2 * recipients / RATE, 0.0
    while True:
        for call in sandbox.calls(number):
            number = call["n"]
            seen.note(call)
        now = asyncio.get_running_loop().time() - begun
        answered = all(tap.popup and tap.message for tap in seen.taps)
        if (len(seen.cards) == recipients and answered) or now > patience:
            return seen
        if taps and len(seen.cards) < recipients and now >= next_tap:
            next_tap = now + _TAP_SECONDS
            _tap(sandbox, seen, chance)
        await asyncio.sleep(LOOK_SECONDS)


def _tap(sandbox: Sandbox, seen: Seen, chance: random.Random) -> None:
    """Somebody who has the card presses the button for the whole letter."""
    tapped = {tap.chat_id for tap in seen.taps}
    fresh = [chat_id for chat_id in seen.cards if chat_id not in tapped]
    if not fresh:
        return
    chat_id = chance.choice(fresh)
    at = sandbox.now()
    pressed = sandbox.press(chat_id, seen.cards[chat_id], label=_BUTTON)
    seen.taps.append(Tap(str(pressed.callback_query_id), chat_id, at))
