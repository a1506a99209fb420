"""Telegram's queue, the inbox and the real handlers, driven step by step; processes that die."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from telegram import Update as TelegramUpdate
from telegram import User
from telegram.ext import TypeHandler

import handlers
from bot.app import AnyApplication, IdentifiedBot, _application
from bot.delivery.transport import AiohttpRequest
from bot.delivery.worker import Delivery
from bot.domain.states import Lane, MessageKind
from bot.intake.poller import Poller
from bot.intake.processor import Processor
from bot.runtime import Runtime, no_fault
from bot.sandbox import Limits as SandboxLimits
from bot.sandbox import Sandbox
from bot.storage.tables import Base, OutboxMessage, Update
from tests import factories
from tests.conftest import TOKEN, MovedClock, office_config
from tests.delivery.conftest import NO_LIMITS, Crash, transport_to
from tests.factories import Somebody

Fault = Callable[[str], None]
Row = TypeVar("Row", bound=Base)


# --- what goes wrong -----------------------------------------------------------------------------


class DiesAt:
    """Kills the process the `nth` time it comes to `point`; nothing of it goes on after that."""

    def __init__(self, point: str, nth: int = 1) -> None:
        self.point, self.left = point, nth
        self.dead = False

    def __call__(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
        self.dead = self.dead or self.left <= 0
        if self.dead:
            raise Crash


class Reaches:
    """Waits for the process to come to `point`, and may do something there."""

    def __init__(self, point: str, do: Callable[[], object] = lambda: None) -> None:
        self.point, self.do = point, do
        self.reached = asyncio.Event()

    def __call__(self, point: str) -> None:
        if point == self.point:
            self.do()
            self.reached.set()


class Strikes:
    """The database fails at the next `times` statements with these words, or at "COMMIT"."""

    def __init__(
        self, rt: Runtime, words: str, *, error: BaseException | None = None, times: int = 1
    ) -> None:
        self.words, self.left = words, times
        self.error = error or OperationalError(words, None, OSError("the disk is gone"))
        for engine in rt.database.engines:
            event.listen(engine, "before_cursor_execute", self._at_statement)
            event.listen(engine, "commit", lambda _: self._at("COMMIT"))

    def _at_statement(self, connection, cursor, statement, parameters, context, many) -> None:
        self._at(statement)

    def _at(self, statement: str) -> None:
        if self.left and self.words in " ".join(statement.split()):
            self.left -= 1
            raise self.error


# --- the way in ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardOnPhone:
    """A directive's card as a contact has it in front of them."""

    somebody: Somebody
    addressee_id: int
    message_id: int
    acknowledge: str  # what its button "Đã nhận" carries


async def nothing_more(_: TelegramUpdate) -> None:
    """The handlers alone."""


@dataclass
class Inbox:
    """A database, a sandbox, the real handlers, and the way from one to the other.

    `also` runs after the handlers of an update, in its transaction: there a test fails or waits.
    """

    rt: Runtime
    clock: MovedClock
    sandbox: Sandbox
    transport: AiohttpRequest
    application: AnyApplication
    delivery: Delivery
    also: Callable[[TelegramUpdate], Awaitable[None]] = nothing_more

    def __post_init__(self) -> None:
        self._reader = self.poller()

    def poller(self, *, fault: Fault = no_fault) -> Poller:
        """The poller of one process."""
        return Poller(replace(self.rt, fault=fault), self.transport)

    def processor(self, *, fault: Fault = no_fault) -> Processor:
        """The processor of one process."""

        async def handle(update: TelegramUpdate) -> None:
            await self.application.process_update(update)

        def answer_press(query_id: str, text: str, alert: bool) -> None:
            self.delivery.answer_press(query_id, text, alert=alert)

        return Processor(
            replace(self.rt, fault=fault),
            self.application.bot,
            handle,
            answer_press,
            is_shared=handlers.is_shared,
        )

    async def fetch(self) -> list[Update]:
        """Let what is at Telegram be stored; all rows there are, oldest first."""
        await self._reader.do_one()
        return await self.rows()

    async def work(self, processor: Processor | None = None) -> None:
        """Let all be handled that is due at this moment, and presses be answered."""
        processor = processor or self.processor()
        while await processor.do_one():
            await asyncio.gather(*processor._under_way.values())
        await self.delivery.drain()

    async def later(self, seconds: float) -> None:
        """Move the clock and let everything that has become due be handled."""
        self.clock.at += timedelta(seconds=seconds)
        await self.work()

    async def deliver(self) -> None:
        """Let everything that waits to be sent be sent."""
        while await self.delivery.do_one():
            await self.delivery.drain()

    @asynccontextmanager
    async def running(self, loop: Poller | Processor) -> AsyncIterator[asyncio.Event]:
        """The real loop at work, until the block ends or it is told to stop."""
        stop = asyncio.Event()
        task = asyncio.create_task(loop.run(stop))
        try:
            async with asyncio.timeout(20):
                yield stop
        finally:
            stop.set()
            self.rt.signals.wake()
            await task

    # --- what is there -------------------------------------------------------------------------

    async def all(self, table: type[Row]) -> list[Row]:
        """Every row of a table, oldest first."""
        key = table.__table__.primary_key.columns.values()[0]
        async with self.rt.read() as session:
            return list(await session.scalars(select(table).order_by(key)))

    async def rows(self) -> list[Update]:
        """The inbox."""
        return await self.all(Update)

    async def row(self) -> Update:
        """The only row of the inbox."""
        (row,) = await self.rows()
        return row

    async def replies(self, somebody: Somebody | None = None) -> list[str]:
        """The sentences queued so far, oldest first; for this person only, if one is given."""
        return [
            message.parameters["key"]
            for message in await self.all(OutboxMessage)
            if message.kind is MessageKind.NOTICE
            and (somebody is None or message.chat_id == somebody.chat.id)
        ]

    def at_telegram(self) -> list[int]:
        """The ids of the updates that Telegram would give again."""
        return [waiting.id for waiting in self.sandbox.bot().queue.alive()]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of one method, in the order they arrived."""
        return [call["parameters"] for call in self.sandbox.calls() if call["method"] == method]

    def texts(self, telegram_id: int) -> list[str]:
        """What the bot wrote into a chat, oldest first."""
        messages = self.sandbox.messages(telegram_id)
        return [message.get("text", "") for message in messages if message["from"]["is_bot"]]

    # --- people --------------------------------------------------------------------------------

    def stranger(self) -> int:
        """Somebody with a phone whom nobody knows; their Telegram id."""
        return self.sandbox.add_user(first_name="Người", last_name="Lạ")["id"]

    async def contact(self) -> Somebody:
        """A contact of a new unit, with a phone."""
        async with self.rt.write() as session:
            unit = await factories.create_unit(session)
            somebody = await factories.create_contact(session, unit)
        self.meet(somebody)
        return somebody

    def meet(self, somebody: Somebody) -> None:
        """Let the person have a phone and have pressed Start long ago."""
        self.sandbox.add_user(first_name="An", id=somebody.chat.telegram_id)
        self.sandbox.press_start(somebody.chat.telegram_id)
        self.sandbox.bot().queue.clear()

    def says(self, somebody: Somebody, *texts: str) -> None:
        """The person writes these messages."""
        for text in texts:
            self.sandbox.say(somebody.chat.telegram_id, text)

    async def card(self, **values: Any) -> CardOnPhone:
        """A directive's card on the phone of a new contact."""
        async with self.rt.write() as session:
            unit = await factories.create_unit(session)
            somebody = await factories.create_contact(session, unit)
            issued = await factories.create_directive(session, [unit], **values)
            addressee = issued.addressees[0]
            card = await factories.create_card(session, addressee.id, somebody.chat)
            await factories.create_message(
                session,
                somebody.chat,
                kind=MessageKind.DIRECTIVE,
                lane=Lane.DIRECTIVE,
                card_id=card.id,
                directive_id=issued.directive.id,
            )
        self.meet(somebody)
        await self.deliver()
        message = self.sandbox.messages(somebody.chat.telegram_id)[-1]
        ((acknowledge, *_), *_) = message["reply_markup"]["inline_keyboard"]
        return CardOnPhone(
            somebody, addressee.id, message["message_id"], acknowledge["callback_data"]
        )

    def press(self, card: CardOnPhone) -> str:
        """The contact presses "Đã nhận"; the query that waits for its answer."""
        user_id = card.somebody.chat.telegram_id
        press = self.sandbox.press(user_id, card.message_id, data=card.acknowledge)
        assert press.callback_query_id is not None
        return press.callback_query_id

    def forge(self, card: CardOnPhone, *, data: str) -> None:
        """The contact sends a press that no button of the card gives."""
        user = self.sandbox.world.user_json(card.somebody.chat.telegram_id)
        message = self.sandbox.messages(user["id"])[-1]
        query = {"id": "99", "from": user, "message": message, "chat_instance": "1", "data": data}
        self.sandbox.put_update({"callback_query": query})


def says_word(update: TelegramUpdate, word: str) -> bool:
    """Whether it is the message, or the press, with this word."""
    query, message = update.callback_query, update.effective_message
    text = query.data if query else message.text if message else None
    return word in (text or "")


def fails_at(word: str, *, times: int = 99) -> Callable[[TelegramUpdate], Awaitable[None]]:
    """A fault of ours that so many times ends the handling of what has this word."""
    left = [RuntimeError(f"no. {number}") for number in range(times)]

    async def fail(update: TelegramUpdate) -> None:
        if says_word(update, word) and left:
            raise left.pop()

    return fail


@asynccontextmanager
async def real_application(rt: Runtime, request: AiohttpRequest) -> AsyncIterator[AnyApplication]:
    """The application as `bot.app` makes it."""
    settings = rt.config.telegram
    bot = IdentifiedBot(
        User(settings.bot_id, "Dondoc", is_bot=True, username="dondoc_test_bot"),
        token=settings.bot_token,
        base_url=f"{settings.api_base_url}/bot",
        base_file_url=f"{settings.api_base_url}/file/bot",
        request=request,
        get_updates_request=request,
    )
    async with _application(bot) as application:
        yield application


@pytest.fixture
async def inbox(rt: Runtime, clock: MovedClock) -> AsyncIterator[Inbox]:
    """An office whose inbox is empty, on each database; the lease is held with epoch 1."""
    async with Sandbox(clock=clock, limits=SandboxLimits.off()) as sandbox:
        sandbox.add_bot(token=TOKEN, username="dondoc_test_bot", first_name="Dondoc")
        config = office_config(str(rt.config.database.url), api_base_url=sandbox.url)
        rt = replace(rt, config=config)
        async with (
            transport_to(sandbox.url) as transport,
            real_application(rt, transport) as application,
        ):
            async with rt.write() as session:
                await factories.hold_lease(session)
            delivery = Delivery(rt, transport, limits=NO_LIMITS)
            delivery.epoch = 1
            office = Inbox(rt, clock, sandbox, transport, application, delivery)

            async def also(update: TelegramUpdate, _: object) -> None:
                await office.also(update)

            application.add_handler(TypeHandler(TelegramUpdate, also), group=1)
            yield office
