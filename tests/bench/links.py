"""Two thousand links that a hundred people paste within a minute, the whole bot against the sandbox
with Telegram's limits enforced and papers on loopback.

Measured is how long people wait for their receipts, and when every page has been looked at beside
what politeness allows; and, in a second run in which the bot is killed in the middle, whether
anything is lost.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import statistics
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Select, func, select

from bot.domain.articles import PageState
from bot.domain.states import OutboxState
from bot.sandbox import Sandbox
from bot.storage.engine import Database
from bot.storage.tables import Article, Chat, Contact, OutboxMessage, Page
from tests.bench.at_work import LOOK_SECONDS, against, meet, release, running_bot
from tests.bench.machine import fsync_ms
from tests.bench.press import PAPERS, Press, press
from tests.bench.processes import Failed
from tests.bench.stores import Store
from tests.bench.wire import TOKEN

PEOPLE, LINKS, LINKS_A_MESSAGE = 100, 2_000, 5
MESSAGES = LINKS // LINKS_A_MESSAGE
PASTING_SECONDS = 55.0
RECEIPT_SECONDS = 2.0
PAUSE_SECONDS = 1.0  # between two pages of one paper, as shipped
_PATIENCE_SECONDS = 300.0


@dataclass(slots=True)
class Seen:
    """When links were pasted in which chat, and when Telegram was given the receipts there, which
    come in the order of what they answer."""

    pasted: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    receipts: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    refused: int = 0

    def note(self, sandbox: Sandbox, since: int) -> int:
        """The calls after number `since`; the last one's number."""
        for call in sandbox.calls(since):
            since = call["n"]
            self.refused += call["status"] == 429
            if call["method"] == "sendMessage" and call["status"] == 200:
                at = datetime.fromisoformat(call["at"])
                self.receipts[int(call["parameters"]["chat_id"])].append(at)
        return since

    @property
    def waits(self) -> list[float]:
        """How long each receipt took, in seconds."""
        return [
            (receipt - at).total_seconds()
            for chat, moments in self.pasted.items()
            for at, receipt in zip(moments, self.receipts[chat], strict=False)
        ]

    @property
    def first(self) -> datetime:
        """When the first link was pasted."""
        return min(min(moments) for moments in self.pasted.values())

    @property
    def last(self) -> datetime:
        """When the last one was."""
        return max(max(moments) for moments in self.pasted.values())


async def links(
    stores: dict[str, Store], directory: Path, say: Callable[[str], None]
) -> AsyncIterator[str]:
    """The table, line by line, on each database."""
    busy, cores = os.getloadavg()[0], os.cpu_count()
    yield f"Load {busy:.1f} on {cores} cores, {fsync_ms(directory):.2f} ms to make 4 KB durable."
    yield f"{PEOPLE} people paste {LINKS:,} links in {MESSAGES} messages within a minute:"
    for name, store in stores.items():
        say(name)
        for line in await _measured(name, store, directory):
            yield line
        say(f"{name}, killed in the middle")
        for line in await _killed(name, store, directory):
            yield line


async def _measured(name: str, store: Store, directory: Path) -> list[str]:
    async with store.filled(PEOPLE) as url, Sandbox() as sandbox, press() as papers:
        database = Database(url)
        try:
            await _introduce(sandbox, database)
            async with running_bot(sandbox, url, directory, _command(papers)):
                await _cards_sent(database)
                seen = await _paste(sandbox, database)
                checked = await _all_checked(database)
            await _check(database, seen)
        finally:
            await database.close()
    p95 = statistics.quantiles(seen.waits, n=20)[-1]
    polite = LINKS / len(PAPERS) * PAUSE_SECONDS
    taken = (checked - seen.first).total_seconds()
    return [
        against(f"{name}, p95 to the receipt, seconds", p95, RECEIPT_SECONDS),
        against(f"{name}, answers 429", seen.refused, 0),
        f"  {name}: every page was looked at {taken:.0f} s after the first link and "
        f"{(checked - seen.last).total_seconds():.0f} s after the last; politeness allows "
        f"{polite:.0f} s at the least; shortest pause of a paper {papers.shortest_pause:.2f} s",
    ]


async def _killed(name: str, store: Store, directory: Path) -> list[str]:
    """Half of the links are pasted when the bot is killed, and the rest while it comes back."""
    async with store.filled(PEOPLE) as url, Sandbox() as sandbox, press() as papers:
        database = Database(url)
        try:
            await _introduce(sandbox, database)
            async with running_bot(sandbox, url, directory, _command(papers)) as first:
                await _cards_sent(database)
                pasting = asyncio.create_task(_paste(sandbox, database))
                await asyncio.sleep(PASTING_SECONDS / 2)
                first.kill()
                await first.wait()
                async with running_bot(sandbox, url, directory, _command(papers)):
                    seen = await pasting
                    await _all_checked(database)
            await _check(database, seen)
        finally:
            await database.close()
    return [
        f"  {name}, killed in the middle: nothing lost, slowest receipt {max(seen.waits):.1f} s"
    ]


def _command(papers: Press) -> list[str]:
    return ["tests.bench.links_bot", str(papers.port)]


async def _introduce(sandbox: Sandbox, database: Database) -> None:
    sandbox.add_bot(token=TOKEN, username="dondoc_bench_bot", first_name="Dondoc")
    await meet(sandbox, database)
    await release(database, at=datetime.now(UTC))


async def _cards_sent(database: Database) -> None:
    await _until_none(
        database, select(func.count()).where(OutboxMessage.state != OutboxState.ACCEPTED)
    )


async def _paste(sandbox: Sandbox, database: Database) -> Seen:
    """Everybody pastes their links, a few a message, each at some moment of a minute."""
    chance, clock = random.Random(7), asyncio.get_running_loop().time
    people = await _contacts(database) * (MESSAGES // PEOPLE)
    chance.shuffle(people)
    seen, number, begun = Seen(), sandbox.calls()[-1]["n"], clock()
    for place, user_id in enumerate(people):
        while clock() < begun + place * PASTING_SECONDS / MESSAGES:
            number = seen.note(sandbox, number)
            await asyncio.sleep(LOOK_SECONDS)
        of_message = range(place * LINKS_A_MESSAGE, (place + 1) * LINKS_A_MESSAGE)
        words = [f"http://{PAPERS[each % len(PAPERS)]}/tin/bai-{each}" for each in of_message]
        seen.pasted[user_id].append(sandbox.now())
        sandbox.say(user_id, "\n".join(["NV1", *words]))
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while len(seen.waits) < MESSAGES:
            number = seen.note(sandbox, number)
            await asyncio.sleep(LOOK_SECONDS)
    return seen


async def _contacts(database: Database) -> list[int]:
    """Everybody's number at Telegram."""
    wanted = (
        select(Chat.telegram_id)
        .join(Contact, Contact.person_id == Chat.person_id)
        .order_by(Chat.id)
    )
    async with database.read() as session:
        return list(await session.scalars(wanted))


async def _all_checked(database: Database) -> datetime:
    """When the last page was looked at."""
    await _until_none(database, select(func.count()).where(Page.state.is_(None)))
    return datetime.now(UTC)


async def _until_none(database: Database, wanted: Select[int]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        for _ in itertools.count():
            if not await _count(database, wanted):
                return
            await asyncio.sleep(0.2)


async def _check(database: Database, seen: Seen) -> None:
    """Failed unless every link is recorded once, every page read, every message answered once."""
    articles = await _count(database, select(func.count()).select_from(Article))
    read = await _count(
        database,
        select(func.count()).where(Page.state == PageState.OK, Page.title.like("Bài số %")),
    )
    receipts = sum(len(moments) for moments in seen.receipts.values())
    # Killed while a receipt left, the bot sends it once more: it cannot know whether it arrived.
    if (articles, read) != (LINKS, LINKS) or receipts < MESSAGES:
        raise Failed(f"{articles} articles, {read} pages read, {receipts} receipts")


async def _count(database: Database, wanted: Select[int]) -> int:
    async with database.read() as session:
        return await session.scalar(wanted) or 0
