"""The real sender against the sandbox over HTTP, driven step by step; processes that die."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery.pacing import Limit, Limits
from bot.delivery.transport import AiohttpRequest
from bot.delivery.worker import _LOOK_SECONDS, Delivery
from bot.domain.states import ChatKind
from bot.runtime import Runtime, no_fault
from bot.sandbox import Limits as SandboxLimits
from bot.sandbox import Sandbox
from bot.storage import audit
from bot.storage.tables import Chat, OutboxMessage
from tests import factories
from tests.conftest import TOKEN, MovedClock, office_config

_FAST = Limit(rate=10_000, burst=1_000)
NO_LIMITS = Limits(overall=_FAST, private=_FAST, group=_FAST)
READ_TIMEOUT = 0.5  # what a test for a lost answer has to wait


class Crash(BaseException):
    """The process dies here: nothing after this point happens."""


@dataclass
class PostOffice:
    """A database, a sandbox, and the way between them."""

    rt: Runtime
    clock: MovedClock
    sandbox: Sandbox
    transport: AiohttpRequest

    def open(
        self,
        *,
        fault: Callable[[str], None] = no_fault,
        epoch: int = 1,
        limits: Limits = NO_LIMITS,
        transport: AiohttpRequest | None = None,
    ) -> Delivery:
        """The sender of one process that holds the lease."""
        delivery = Delivery(
            replace(self.rt, fault=fault), transport or self.transport, limits=limits
        )
        delivery.epoch = epoch
        return delivery

    async def work(self, delivery: Delivery | None = None) -> Delivery:
        """Let the sender do all that is due at this moment of the clock."""
        delivery = delivery or self.open()
        while await delivery.do_one() or delivery._tasks:
            await delivery.drain()
        return delivery

    async def rounds(self, delivery: Delivery, count: int) -> None:
        """So many rounds of the sender; what it claims beside them is waited for."""
        for _ in range(count):
            await delivery.do_one()
            if delivery._claiming is not None:
                await asyncio.wait([delivery._claiming])
            await asyncio.sleep(_LOOK_SECONDS)

    async def later(self, seconds: float = 61, *, delivery: Delivery | None = None) -> None:
        """Move the clock and let everything that has become due be done."""
        self.clock.at += timedelta(seconds=seconds)
        await self.work(delivery)

    async def row(self, message_id: int) -> OutboxMessage:
        """A message as it stands."""
        async with self.rt.read() as session:
            row = await session.get(OutboxMessage, message_id)
        assert row is not None
        return row

    async def rows(self, ids: Sequence[int]) -> list[OutboxMessage]:
        """Messages as they stand, in the order of `ids`."""
        async with self.rt.read() as session:
            found = await session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(ids)))
            by_id = {row.id: row for row in found}
        return [by_id[message_id] for message_id in ids]

    async def chat(self, chat_id: int) -> Chat:
        """A chat as it stands."""
        async with self.rt.read() as session:
            chat = await session.get(Chat, chat_id)
        assert chat is not None
        return chat

    def meet(self, *chats: Chat) -> None:
        """Let the people of these private chats have accounts and press Start."""
        for chat in chats:
            if chat.kind is ChatKind.PRIVATE:
                self.sandbox.add_user(first_name="An", id=chat.telegram_id)
                self.sandbox.press_start(chat.telegram_id)

    def texts(self, telegram_id: int) -> list[str]:
        """What the bot wrote into a chat, oldest first."""
        return [
            message.get("text") or message.get("caption") or ""
            for message in self.sandbox.messages(telegram_id)
            if message["from"]["is_bot"]
        ]

    def calls(self, method: str) -> list[dict[str, object]]:
        """The calls of one method that arrived, with their parameters."""
        return [call for call in self.sandbox.calls() if call["method"] == method]


@asynccontextmanager
async def transport_to(url: str) -> AsyncIterator[AiohttpRequest]:
    """The real transport."""
    async with AiohttpRequest(
        TOKEN, api_url=url, pool_size=12, read_timeout=READ_TIMEOUT
    ) as transport:
        yield transport


@pytest.fixture
async def post(rt: Runtime, clock: MovedClock) -> AsyncIterator[PostOffice]:
    """An open post office on each database; the lease is held with epoch 1. However a test leaves
    it, the auditor finds nothing."""
    async with Sandbox(clock=clock, limits=SandboxLimits.off()) as sandbox:
        sandbox.add_bot(token=TOKEN, username="dondoc_test_bot", first_name="Dondoc")
        settings = office_config(str(rt.config.database.url), api_base_url=sandbox.url)
        telegram = settings.telegram.model_copy(update={"read_timeout_seconds": READ_TIMEOUT})
        config = settings.model_copy(update={"telegram": telegram})
        async with transport_to(sandbox.url) as transport:
            async with rt.write() as session:
                await factories.hold_lease(session)
            yield PostOffice(replace(rt, config=config), clock, sandbox, transport)
        async with rt.read() as session:
            assert await audit.breaches(session, now=clock(), newest=None) == []
