"""A year of plan and storage with the real sender, but without a network: Telegram is paper."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.actions import policy as policies
from bot.delivery.pacing import Limit, Limits
from bot.delivery.worker import Delivery
from bot.runtime import Runtime
from bot.storage.engine import Database
from scheduler import jobs
from tests import factories
from tests.conftest import TOKEN, office_config
from tests.simulation.course import Course
from tests.simulation.engine import TICK, next_due, reminders_sent, with_rules
from tests.simulation.facts import Sent
from tests.simulation.office import NoPhones, Office
from tests.simulation.paper import Paper

_FAST = Limit(rate=1_000_000, burst=1_000_000)
_UNPACED = Limits(overall=_FAST, private=_FAST, group=_FAST)


class OnPaper:
    """The engine's ticks and the real sender, at the moments of a course."""

    def __init__(self, url: str, course: Course) -> None:
        self._true = course.begins
        self._course = course
        config = office_config(url)
        delivery = config.delivery.model_copy(update={"connections": 100})
        config = with_rules(config).model_copy(update={"delivery": delivery})
        self.rt = Runtime(config, Database(url), self._clock)
        self._paper = Paper(TOKEN, self._take)
        self._delivery = self._sender()

    def _clock(self) -> datetime:
        return self._course.shown(self._true)

    def _sender(self) -> Delivery:
        delivery = Delivery(self.rt, self._paper, limits=_UNPACED)
        delivery.epoch = 1
        return delivery

    def _take(self, chat: int, number: int, text: str) -> bool:
        blocked = self.office.facts.is_blocked(chat, self._true)
        self._sent.append(Sent(self._true, chat, None if blocked else number, text))
        return not blocked

    async def prepare(self) -> Office:
        """The office, with nobody in it."""
        self._sent: list[Sent] = []
        async with self.rt.write() as session:
            await factories.hold_lease(session)
        async with self.rt.read() as session:
            policy = await policies.load(session, self.rt.config)
        self.office = Office(self.rt, self._course, policy, NoPhones())
        return self.office

    def move_to(self, true: datetime) -> None:
        """It is then."""
        self._true = self.office.true = true

    def now(self) -> datetime:
        """The true moment."""
        return self._true

    async def next_due(self) -> datetime | None:
        """When, in true time, the engine has something to do next."""
        at = await next_due(self.rt)
        return self._course.first(at, since=self._true) + TICK if at is not None else None

    async def settle(self) -> None:
        """Do all that is due now: a tick, and what it has queued is sent."""
        if self._course.outage_at(self._true) is not None:
            return
        while await jobs.queue_due_reminders(self.rt):
            pass
        while await self._delivery.do_one():  # noqa: ASYNC110
            await asyncio.sleep(0)  # what is under way ends at once
        await self._delivery.drain()

    async def restart(self) -> None:
        """The process died; another one goes on."""
        self._delivery = self._sender()
        await self._delivery.recover()

    async def sent(self) -> list[Sent]:
        """The reminders among all that was sent, and whatever was refused."""
        numbers = {number for _, number in await reminders_sent(self.rt)}
        return [
            each for each in self._sent if each.message_id is None or each.message_id in numbers
        ]


@asynccontextmanager
async def on_paper(url: str, course: Course) -> AsyncIterator[OnPaper]:
    """The engine on this empty database."""
    ground = OnPaper(url, course)
    try:
        yield ground
    finally:
        await ground.rt.database.close()
