"""Units that confirm a directive while it is still being sent, the whole bot against the sandbox
with Telegram's limits enforced.

A person of each unit presses "Đã nhận" within a minute. Measured is how long they wait for their
answer, how often Telegram has to say "too many requests", and whether every card of every unit says
in the end who has confirmed.
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

from sqlalchemy import func, select

from bot.callbacks import Press, decode
from bot.domain.states import OutboxState
from bot.sandbox import Sandbox
from bot.storage.engine import Database
from bot.storage.tables import OutboxMessage
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
from tests.bench.processes import Failed
from tests.bench.rows import name_of
from tests.bench.stores import Store
from tests.bench.wire import FIRST_CHAT, TOKEN

CHATS, UNITS = 2_500, 300
TAPS_SECONDS = 60.0
ANSWER_SECONDS = 1.0
_SPREAD_SECONDS = 55.0  # from the first tap to the last
_BUTTON = texts("vi")("button.acknowledge")
_ON_THE_WAY = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.IN_FLIGHT)


@dataclass(frozen=True, slots=True)
class Given:
    """A card that came into a chat."""

    chat_id: int
    message_id: int
    addressee_id: int


@dataclass(slots=True)
class Seen:
    """What Telegram saw."""

    cards: dict[int, Given] = field(default_factory=dict)  # by chat
    last_card: datetime | None = None
    taps: dict[str, datetime] = field(default_factory=dict)  # by the query
    tapped: dict[int, int] = field(default_factory=dict)  # by addressee: in which chat
    answers: dict[str, float] = field(default_factory=dict)
    refused: int = 0

    def note(self, sandbox: Sandbox, since: int) -> int:
        """The calls after number `since`; the last one's number."""
        for call in sandbox.calls(since):
            since, parameters = call["n"], call["parameters"]
            at = datetime.fromisoformat(call["at"])
            self.refused += call["status"] == 429
            if call["status"] != 200:
                continue
            if call["method"] == "answerCallbackQuery":
                query = str(parameters["callback_query_id"])
                self.answers.setdefault(query, (at - self.taps[query]).total_seconds())
            elif call["method"] == "sendMessage":
                self._sent(parameters["chat_id"], call["answer"]["result"], at)
        return since

    def _sent(self, chat_id: int, message: dict[str, object], at: datetime) -> None:
        addressee_id = _ids(message).get(Press.FULL_TEXT)
        if addressee_id is not None and chat_id not in self.cards:
            self.cards[chat_id] = Given(chat_id, int(str(message["message_id"])), addressee_id)
            self.last_card = at

    def tap(self, sandbox: Sandbox, chance: random.Random) -> None:
        """Somebody of a unit whose card is there, and that has not confirmed, does."""
        waiting = [card for card in self.cards.values() if card.addressee_id not in self.tapped]
        if not waiting:
            return
        card = chance.choice(waiting)
        at = sandbox.now()
        pressed = sandbox.press(card.chat_id, card.message_id, label=_BUTTON)
        self.taps[str(pressed.callback_query_id)] = at
        self.tapped[card.addressee_id] = card.chat_id


def _ids(message: dict[str, object]) -> dict[Press, int]:
    """The addressee that each button of a message is about."""
    pressed = (decode(data) for data in _buttons(message))
    return {callback.press: callback.ids[0] for callback in pressed if callback and callback.ids}


def _buttons(message: dict[str, object]) -> Iterator[str]:
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return (button["callback_data"] for row in rows for button in row)


def _message(sandbox: Sandbox, card: Given) -> dict[str, object]:
    return next(
        message
        for message in sandbox.messages(card.chat_id)
        if message["message_id"] == card.message_id
    )


async def taps(
    stores: dict[str, Store], directory: Path, say: Callable[[str], None]
) -> AsyncIterator[str]:
    """The table, line by line, on each database."""
    busy, cores = os.getloadavg()[0], os.cpu_count()
    yield f"Load {busy:.1f} on {cores} cores, {fsync_ms(directory):.2f} ms to make 4 KB durable."
    yield (
        f"{UNITS} units confirm within {TAPS_SECONDS:.0f} s while {CHATS:,} chats are sent to, "
        f"{RATE} messages a second:"
    )
    for name, store in stores.items():
        say(name)
        for line in await _measured(name, store, directory):
            yield line


async def _measured(name: str, store: Store, directory: Path) -> list[str]:
    async with store.filled(CHATS, UNITS) as url, Sandbox() as sandbox:
        sandbox.add_bot(token=TOKEN, username="dondoc_bench_bot", first_name="Dondoc")
        database = Database(url)
        try:
            await meet(sandbox, database)
            await release(database, at=NEVER)
            async with running_bot(sandbox, url, directory):
                await release(database, at=datetime.now(UTC))
                seen = await _watch(sandbox, database)
            await check(database, CHATS)
        finally:
            await database.close()
        return list(_lines(name, seen, sandbox))


async def _watch(sandbox: Sandbox, database: Database) -> Seen:
    """Look at every call until nothing is on its way any more; press buttons meanwhile."""
    seen, chance, number = Seen(), random.Random(7), 0
    clock = asyncio.get_running_loop().time
    patience = clock() + 120.0 + 3 * CHATS / RATE
    pause, next_tap, next_look = _SPREAD_SECONDS / UNITS, 0.0, 0.0
    while clock() < patience:
        number = seen.note(sandbox, number)
        if seen.cards and len(seen.tapped) < UNITS and clock() >= next_tap:
            next_tap = max(next_tap + pause, clock() - pause)
            seen.tap(sandbox, chance)
        if len(seen.cards) == CHATS and clock() >= next_look:
            next_look = clock() + 1.0
            if not await _on_the_way(database):
                seen.note(sandbox, number)
                return seen
        await asyncio.sleep(LOOK_SECONDS)
    raise Failed(f"{len(seen.cards)} cards, {len(seen.tapped)} taps, and still at work")


async def _on_the_way(database: Database) -> int:
    async with database.read() as session:
        waiting = select(func.count()).where(OutboxMessage.state.in_(_ON_THE_WAY))
        return await session.scalar(waiting) or 0


def _lines(name: str, seen: Seen, sandbox: Sandbox) -> Iterator[str]:
    begun, ended = min(seen.taps.values()), max(seen.taps.values())
    assert seen.last_card is not None
    if ended > seen.last_card:
        raise Failed("the broadcast was over before the last tap")
    yield against(f"{name}, seconds for {len(seen.taps)} taps", (ended - begun).total_seconds(),
                  TAPS_SECONDS)  # fmt: skip
    yield against(f"{name}, taps without an answer", len(seen.taps) - len(seen.answers), 0)
    p95 = statistics.quantiles(seen.answers.values(), n=20)[-1]
    yield against(f"{name}, p95 to the answer, seconds", p95, ANSWER_SECONDS)
    yield against(f"{name}, answers 429", seen.refused, 0)
    wrong = sum(not _is_right(sandbox, card, seen) for card in seen.cards.values())
    yield against(f"{name}, cards of {len(seen.cards):,} wrong at the end", wrong, 0)


def _is_right(sandbox: Sandbox, card: Given, seen: Seen) -> bool:
    """The card says who of the unit has confirmed, and asks nobody any more."""
    message = _message(sandbox, card)
    who = name_of(seen.tapped[card.addressee_id] - FIRST_CHAT)
    return who in str(message["text"]) and Press.ACKNOWLEDGE not in _ids(message)
