"""Our sender as it is: durable outbox, rendering and asking again; only the pacing is off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from bot import config
from bot.delivery.pacing import Limit, Limits
from bot.delivery.transport import AiohttpRequest
from bot.delivery.worker import Delivery
from bot.domain.states import MessageKind, OutboxState
from bot.runtime import Runtime, Wake
from bot.storage import engine, kept
from bot.storage.outbox import FINAL
from bot.storage.tables import OutboxMessage
from tests import factories
from tests.bench.client import Round
from tests.bench.peers import URGENT_AFTER_SECONDS
from tests.bench.wire import TOKEN

_FAST = Limit(rate=1_000_000, burst=1_000_000)
_UNPACED = Limits(overall=_FAST, private=_FAST, group=_FAST)
_THIRTY = config.Delivery(messages_per_second=30)


class Lost(Exception):
    """Not every message was accepted."""


@dataclass(frozen=True, slots=True)
class Running:
    """A sender at work; `progress` is set whenever it may have come to an end."""

    rt: Runtime
    progress: asyncio.Event
    begun: float

    async def count(self, *states: OutboxState) -> int:
        """How many of the directive's first cards stand in one of these states."""
        async with self.rt.read() as session:
            number = await session.scalar(
                select(func.count()).where(
                    OutboxMessage.kind == MessageKind.DIRECTIVE, OutboxMessage.state.in_(states)
                )
            )
        return number or 0


@asynccontextmanager
async def running(
    url: str, work: Round, *, delivery: config.Delivery, limits: Limits | None
) -> AsyncIterator[Running]:
    """The sender of an instance that holds the lease, stopped in order at the end."""
    assert work.database
    answered = 0
    progress = asyncio.Event()

    def note(point: str) -> None:
        nonlocal answered
        answered += point == "answered"
        if point == "committed" and answered >= work.messages:
            progress.set()

    settings = config.Config(
        office=config.Office(name="Sở Thông tin và Truyền thông"),
        telegram=config.Telegram.model_validate({"token": TOKEN, "api_base_url": url}),
        database=config.Database(url=work.database),
        delivery=delivery,
    )
    rt = Runtime(settings, engine.Database(work.database), fault=note)
    transport = AiohttpRequest(TOKEN, api_url=url, pool_size=delivery.connections)
    await transport.initialize()
    sender = Delivery(rt, transport, limits=limits)
    async with rt.write() as session:
        sender.epoch = await kept.take_lease(session, "bench", now=rt.now())
    stop = asyncio.Event()
    begun = time.perf_counter()
    task = asyncio.create_task(sender.run(stop))
    try:
        yield Running(rt, progress, begun)
    finally:
        stop.set()
        rt.signals.wake(Wake.OUTBOX)
        await task
        await transport.shutdown()
        await rt.database.close()


async def _all_final(sender: Running, messages: int) -> None:
    while await sender.count(*FINAL) < messages:
        sender.progress.clear()
        try:  # the points in the code only spare us questions; without them a look now and then
            await asyncio.wait_for(sender.progress.wait(), timeout=1)
        except TimeoutError:
            pass


async def run(url: str, work: Round) -> Mapping[str, float]:
    """One round: every waiting card of the database, until the last outcome is on disk."""
    delivery = config.Delivery(connections=work.in_flight)
    async with running(url, work, delivery=delivery, limits=_UNPACED) as sender:
        await _all_final(sender, work.messages)
        seconds = time.perf_counter() - sender.begun
        accepted = await sender.count(OutboxState.ACCEPTED)
    if accepted != work.messages:
        raise Lost(f"{accepted} of {work.messages} messages were accepted")
    return {"seconds": seconds}


async def urgent(url: str, work: Round) -> Mapping[str, float]:
    """When does an answer leave that is asked for while a broadcast goes out at 30 a second?"""
    delivery = _THIRTY.model_copy(update={"connections": work.in_flight})
    async with running(url, work, delivery=delivery, limits=None) as sender:
        rt = sender.rt
        async with rt.write() as session:
            somebody = await factories.create_somebody(session)
        await asyncio.sleep(URGENT_AFTER_SECONDS)
        begun = time.perf_counter()
        async with rt.write() as session:
            asked = await factories.create_notice(session, somebody.chat, send_at=rt.now())
        rt.signals.wake(Wake.OUTBOX)
        number = await _number_when_sent(rt, asked)
        seconds = time.perf_counter() - begun
        await _all_final(sender, work.messages)
        async with rt.read() as session:
            before = await session.scalar(
                select(func.count()).where(
                    OutboxMessage.kind == MessageKind.DIRECTIVE, OutboxMessage.message_id < number
                )
            )
    return {"seconds": seconds, "position": 1 + (before or 0)}


async def _number_when_sent(rt: Runtime, asked: int) -> int:
    """The server numbers messages in the order in which it gets them."""
    while True:
        async with rt.read() as session:
            number: int | None = await session.scalar(
                select(OutboxMessage.message_id).where(OutboxMessage.id == asked)
            )
        if number is not None:
            return number
        await asyncio.sleep(0.005)
