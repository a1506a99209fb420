"""What every part is handed: configuration, session scopes, clock, wake signals, fault points."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from bot.clock import Clock, system_clock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from bot.config import Config
    from bot.storage.engine import Database

Result = TypeVar("Result")
Act = TypeVar("Act")


class Wake(StrEnum):
    """The loops that can be woken."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    LETTERS = "letters"
    TABLES = "tables"
    PAGES = "pages"
    REMINDERS = "reminders"


class Signals:
    """One event a loop: set by whoever wrote something for it, cleared by the loop itself."""

    def __init__(self) -> None:
        self._events = {loop: asyncio.Event() for loop in Wake}

    def wake(self, *loops: Wake) -> None:
        """Let these loops look now; without names, all of them."""
        for loop in loops or tuple(Wake):
            self._events[loop].set()

    async def wait(self, loop: Wake, seconds: float) -> None:
        """Wait until the loop is woken or the time is over, whichever comes first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._events[loop].wait()
        self._events[loop].clear()


def no_fault(_point: str) -> None:
    """The fault hook of normal life: nothing happens."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Built once by `bot.app`; nothing else is global."""

    config: Config
    database: Database
    clock: Clock = system_clock
    signals: Signals = field(default_factory=Signals)
    # A name of a point in the code; tests that kill the process there pass their own function.
    fault: Callable[[str], None] = no_fault
    # Seconds that only ever go on: what pacing counts in.
    seconds: Callable[[], float] = time.monotonic

    def now(self) -> datetime:
        """The moment all policy is computed from, UTC."""
        return self.clock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for looking."""
        async with self.database.read() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction; the loops it wrote for (`wake_after_commit`) are woken by its commit."""
        async with self.database.write() as session:
            yield session
        if woken := session.info.pop(_WOKEN, None):
            self.signals.wake(*woken)

    async def read_at_once(self, work: Callable[[Session], Result]) -> Result:
        """What `work` finds, in one step to the database."""
        return await self.database.read_at_once(work)

    async def write_at_once(self, work: Callable[[Session], Result]) -> Result:
        """One transaction, in one step to the database; it wakes nobody."""
        return await self.database.write_at_once(work)

    async def write_by_itself(self, work: Callable[[Session], Result]) -> Result:
        """The same for a single statement."""
        return await self.database.write_by_itself(work)


class Shared:
    """What the updates of one transaction do together, when all of them have been heard."""

    def __init__(self) -> None:
        self._acts: dict[Callable[[list[Any]], Awaitable[None]], list[Any]] = {}

    def add(self, work: Callable[[list[Act]], Awaitable[None]], act: Act) -> None:
        """Let `work` do this beside what else it is given."""
        self._acts.setdefault(work, []).append(act)

    async def do(self) -> None:
        """Do it all."""
        for work, acts in self._acts.items():
            await work(acts)


@dataclass(slots=True)
class Handling:
    """One update under way: its transaction, what a press is answered with, if it was taken, and
    whether its text is kept, which it is not for strangers."""

    session: AsyncSession
    rt: Runtime
    shared: Shared = field(default_factory=Shared)
    taken: bool = False
    popup: str = ""
    alert: bool = False
    keeps_body: bool = True


# Handlers of python-telegram-bot are not given a session: they find it here.
current_handling: ContextVar[Handling] = ContextVar("current_handling")

_WOKEN = "woken"


def wake_after_commit(session: AsyncSession, loop: Wake) -> None:
    """Note that this transaction writes something that `loop` waits for."""
    session.info.setdefault(_WOKEN, set()).add(loop)
