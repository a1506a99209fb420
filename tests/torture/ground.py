"""One trial's world: a database with a directive to be sent, phones, and the bot that sends."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select, update

from bot.domain.states import ChatKind, MessageKind
from bot.sandbox import Limits, Sandbox
from bot.storage.engine import Database
from bot.storage.tables import Base, Chat, OutboxMessage
from tests.bench.stores import Store
from tests.conftest import TOKEN
from tests.torture.children import KILLED, Child, Children, Failed
from tests.torture.invariants import Figures, Row, Verdict, judge
from tests.torture.ledger import Arrival, Ledger
from tests.torture.order import Order

# None of these may stand in a log: the token, who gets the directive, what it says.
NEVER_LOGGED = (
    TOKEN.partition(":")[2],
    "Nguyễn Văn",
    "cải cách hành chính",
    "Không ai được đọc",  # what the people of tests.torture.intake write
)
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.02
_SHOWN = 5  # of what is broken; the same fault breaks many rows

_Found = TypeVar("_Found")


class Broken(Exception):
    """An invariant does not hold, or a fault was not met as promised; with what was counted."""

    def __init__(self, what: str, figures: Figures | None = None) -> None:
        super().__init__(what)
        self.figures = figures or Figures()


def expect(condition: object, promise: str, seen: object = "") -> None:
    """Broken, with the promise and what was seen instead, unless the condition holds."""
    if not condition:
        raise Broken(f"{promise}; seen: {seen}" if seen != "" else promise)


@dataclass(slots=True)
class Ground:
    """A trial. `chats` are the recipients' private chats, in the order of their rows."""

    name: str
    database: str
    store: Store
    sandbox: Sandbox
    ledger: Ledger
    children: Children
    log: Path
    chance: random.Random
    chats: list[int] = field(default_factory=list)
    kills: int = 0
    _living: Child | None = None

    @property
    def is_sqlite(self) -> bool:
        """Which of the two databases this is."""
        return self.database.startswith("sqlite")

    @property
    def file(self) -> Path:
        """The file of an SQLite database."""
        return Path(urlsplit(self.database).path[1:])

    # --- the bot ---------------------------------------------------------------------------------

    async def begin(self, **details: Any) -> Child:
        """Start a life; details as in `Order`."""
        order = Order(
            **{"database": self.database, "api": self.sandbox.url, "log": str(self.log)} | details
        )
        self._living = await self.children.start(order)
        return self._living

    async def live(self, **details: Any) -> bool:
        """A whole life; whether it was killed."""
        code = await (await self.begin(**details)).code()
        return self.ended(code)

    async def live_for(self, seconds: float, **details: Any) -> None:
        """A life that is killed after a while."""
        child = await self.begin(ends_when_all_is_final=False, **details)
        await asyncio.sleep(seconds)
        self.ended(await child.kill())

    def ended(self, code: int) -> bool:
        """Whether a life was killed; Failed if it ended as none should."""
        if code != 0 and code not in KILLED:
            raise Failed(f"a bot ended with {code}; its last words:\n{self.last_words()}")
        self.kills += code in KILLED
        return code in KILLED

    async def finish(self, **details: Any) -> None:
        """Undisturbed lives until everything is final."""
        expect(not await self.live(**details), "a life that nobody kills ends by itself")

    async def leave(self) -> None:
        """End what still lives."""
        if self._living is not None and self._living.is_alive:
            await self._living.kill()

    def last_words(self) -> str:
        """The end of the bots' log."""
        return self.log.read_text(encoding="utf-8")[-3000:] if self.log.exists() else ""

    # --- what is seen ----------------------------------------------------------------------------

    async def rows(self, at: str | None = None) -> list[Row]:
        """The directive's first cards; `at` is the address of a copy of the database."""
        columns = (
            OutboxMessage.id, Chat.telegram_id, OutboxMessage.state, OutboxMessage.reason,
            OutboxMessage.message_id, OutboxMessage.attempts, OutboxMessage.uncertain_attempts,
            OutboxMessage.send_at,
        )  # fmt: skip
        query = (
            select(*columns)
            .join(Chat, Chat.id == OutboxMessage.chat_id)
            .where(OutboxMessage.kind == MessageKind.DIRECTIVE)
            .order_by(OutboxMessage.id)
        )
        async with self.opened(at) as database, database.read() as session:
            return [Row(*row) for row in await session.execute(query)]

    async def until_row(self, chat: int, is_there: Callable[[Row], bool], what: str) -> Row:
        """Wait until one recipient's first card is so; Broken if it never is."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not is_there(row := await self.row(chat)):
            if time.monotonic() > end:
                raise Broken(f"never seen: {what}; last seen: {row}")
            await asyncio.sleep(5 * _LOOK_SECONDS)
        return row

    async def row(self, chat: int) -> Row:
        """One recipient's first card."""
        return next(row for row in await self.rows() if row.chat == chat)

    @asynccontextmanager
    async def opened(self, at: str | None = None) -> AsyncIterator[Database]:
        """The database, for a moment only: a connection that stays would hinder SQLite from
        mending its log after a kill, which is part of what is tested."""
        database = Database(at or self.database)
        try:
            yield database
        finally:
            await database.close()

    async def change(self, table: type[Base], where: Any, **values: Any) -> None:
        """What another process does to rows, in one transaction."""
        async with self.opened() as database, database.write() as session:
            await session.execute(update(table).where(where).values(**values))

    def arrived(self, chat: int | None = None) -> list[Arrival]:
        """What recipients' phones show, or one's."""
        chats = set(self.chats) if chat is None else {chat}
        return [arrival for arrival in self.ledger.arrivals if arrival.chat in chats]

    def staff_sees(self, words: str) -> bool:
        """Whether a message that stands in a chat of staff now says so."""
        staff = [person for person in self.sandbox.world.persons if person not in self.chats]
        texts = (
            message.get("text", "") for person in staff for message in self.sandbox.messages(person)
        )
        return any(words in text for text in texts)

    async def until(self, find: Callable[[], _Found | None], what: str) -> _Found:
        """Wait until `find` gives something; Broken if it never does."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            if found := find():
                return found
            await asyncio.sleep(_LOOK_SECONDS)
        raise Broken(f"never seen: {what}")

    async def until_arrived(self, count: int) -> None:
        """Wait until so many messages have arrived at recipients'."""
        await self.until(lambda: len(self.arrived()) >= count, f"{count} messages")

    # --- the verdict -----------------------------------------------------------------------------

    async def judged(self) -> Figures:
        """The figures of a trial of sending; Broken with the invariants that do not hold."""
        return await self.checked(judge(await self.rows(), self.ledger.arrivals, set(self.chats)))

    async def checked(self, verdict: Verdict) -> Figures:
        """A trial's figures with what must hold of every trial: a quiet log, a sound database."""
        verdict.figures.kills = self.kills
        broken = verdict.broken + self._talk()
        damage = await self._damage()
        verdict.figures.unsound = len(damage)
        if broken or damage:
            raise Broken("\n  ".join([*broken[:_SHOWN], *damage[:_SHOWN]]), verdict.figures)
        return verdict.figures

    def _talk(self) -> list[str]:
        said = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [f"I7: the log holds {word!r}" for word in NEVER_LOGGED if word in said]

    async def _damage(self) -> list[str]:
        if self.is_sqlite:
            return damage_of(self.file)
        async with self.opened() as database, database.read() as session:
            # What SQLite does in one statement; looking into its files has PostgreSQL's amcheck,
            # which the wheel does not have.
            return [
                f"I8: {name}" for name, orphans in orphans_by_key() if await session.scalar(orphans)
            ]


def orphans_by_key() -> Iterator[tuple[str, Select[int]]]:
    """For every foreign key, how many rows point at nothing."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias()
            there = select(parent).where(parent.c[key.column.name] == key.parent).exists()
            query = select(func.count()).select_from(table)
            yield f"{table.name}.{key.parent.name}", query.where(key.parent.is_not(None), ~there)


def damage_of(file: Path) -> list[str]:
    """What SQLite itself finds wrong with a file."""
    with closing(sqlite3.connect(file)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        broken = [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    return [f"I8: {each}" for each in found if each != "ok"] + [f"I8: {each}" for each in broken]


class Grounds:
    """Makes trials on one kind of database."""

    def __init__(self, name: str, store: Store, children: Children, directory: Path) -> None:
        self.name = name
        self._store = store
        self._children = children
        self._directory = directory
        self._opened = 0

    @asynccontextmanager
    async def open(
        self, recipients: int, chance: random.Random, *, limits: Limits | None = None
    ) -> AsyncIterator[Ground]:
        """A trial with so many recipients; Telegram's limits are off if not given."""
        self._opened += 1
        log = self._directory / f"{self.name}_{self._opened}.log"
        async with (
            self._store.filled(recipients) as database,
            Sandbox(limits=limits or Limits.off()) as sandbox,
        ):
            sandbox.add_bot(token=TOKEN, username="dondoc_bot", first_name="Dondoc")
            sandbox.world.calls = ledger = Ledger()
            ground = Ground(
                self.name, database, self._store, sandbox, ledger, self._children, log, chance
            )
            try:
                await _meet(ground)
                yield ground
            finally:
                await ground.leave()
        log.unlink(missing_ok=True)


async def _meet(ground: Ground) -> None:
    """Let everybody have an account and have pressed Start long ago."""
    async with ground.opened() as database, database.read() as session:
        people = await session.scalars(
            select(Chat.telegram_id).where(Chat.kind == ChatKind.PRIVATE)
        )
        for telegram_id in people:
            ground.sandbox.add_user(first_name="An", id=telegram_id)
            ground.sandbox.press_start(telegram_id)
    ground.sandbox.bot().queue.clear()
    ground.chats = [row.chat for row in await ground.rows()]
