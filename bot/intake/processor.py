"""Handling stored updates: in order per chat, chats side by side, each in one transaction.

Facts, answers, events and the update's "done" are committed together: a crash repeats the update
from nothing, a repetition finds it done. A failing update steps aside and is parked in the end.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot
from telegram import Update as TelegramUpdate

from bot.actions import replies
from bot.domain.states import ChatKind, UpdateState
from bot.runtime import Handling, Runtime, Wake, current_handling
from bot.storage import events, people, updates
from bot.storage.engine import is_trouble
from bot.storage.tables import Update
from bot.texts import texts

_log = logging.getLogger(__name__)

MAX_TRIES = 5
_BATCH = 100
_CHATS = 8  # at a time: more would stand in the queue for the database before delivery and lease
_IDLE_SECONDS = 1.0

Handle = Callable[[TelegramUpdate], Awaitable[None]]
AnswerPress = Callable[[str, str, bool], None]


class Processor:
    """Feeds stored updates to `handle`, which runs python-telegram-bot's handlers."""

    def __init__(self, rt: Runtime, bot: Bot, handle: Handle, answer_press: AnswerPress) -> None:
        self._rt = rt
        self._bot = bot
        self._handle = handle
        self._answer_press = answer_press
        self._chats: dict[int, asyncio.Task[None]] = {}
        self._ahead: dict[int, list[Update]] = {}  # read, and not begun; of no chat under way

    async def run(self, stop: asyncio.Event) -> None:
        """Handle updates until told to stop; what is under way is finished."""
        try:
            while not stop.is_set():
                await self._do_one_carefully()
        finally:
            await asyncio.gather(*self._chats.values(), return_exceptions=True)

    async def _do_one_carefully(self) -> None:
        try:
            busy = await self.do_one()
        except Exception:
            _log.exception("processor_failed")
            busy = False
            await asyncio.sleep(_IDLE_SECONDS)
        if not busy:
            await self._rt.signals.wait(Wake.INBOX, _IDLE_SECONDS)

    async def do_one(self) -> bool:
        """Start handling what waits, one task a chat; False if nothing could be started."""
        if len(self._chats) >= _CHATS:
            return False
        if not self._ahead:  # a look costs as much for a hundred as for one
            await self._look_ahead()
        started = False
        while self._ahead and len(self._chats) < _CHATS:
            chat_key = next(iter(self._ahead))
            rows = self._ahead.pop(chat_key)
            self._chats[chat_key] = asyncio.create_task(self._handle_chat(chat_key, rows))
            started = True
        return started

    async def _look_ahead(self) -> None:
        """The next updates by chat; who has waited longest comes first."""
        async with self._rt.read() as session:
            rows = await updates.waiting(
                session, now=self._rt.now(), limit=_BATCH, busy_chats=self._chats
            )
        for row in rows:
            self._ahead.setdefault(row.chat_key, []).append(row)

    async def _handle_chat(self, chat_key: int, rows: list[Update]) -> None:
        try:
            for row in rows:
                await self.handle_one(row)
        except Exception:
            # Not even stepping aside could be written down: asked again at once it would spin.
            _log.exception("chat_failed")
            await asyncio.sleep(_IDLE_SECONDS)
        finally:
            del self._chats[chat_key]
            self._rt.signals.wake(Wake.INBOX)

    async def handle_one(self, row: Update) -> None:
        """Handle one stored update, or let it step aside."""
        try:
            telegram_update = TelegramUpdate.de_json(json.loads(row.body), self._bot)
        except Exception:
            # Whatever cannot be parsed is parked alone; nothing behind it waits.
            _log.exception("update_unparsable", extra={"update": row.id})
            await self._park(row, "unparsable")
            return
        try:
            await self._transact(row, telegram_update)
        except Exception as error:
            if is_trouble(error):
                _log.exception("update_hit_database_trouble", extra={"update": row.id})
                await self._step_aside(row, tries=row.tries)
                return
            _log.exception("update_failed", extra={"update": row.id, "tries": row.tries + 1})
            self._answer(telegram_update, self._sorry(row))
            if row.tries + 1 >= MAX_TRIES:
                await self._park(row, type(error).__name__)
            else:
                await self._step_aside(row, tries=row.tries + 1)

    async def _transact(self, row: Update, telegram_update: TelegramUpdate) -> None:
        self._rt.fault("handling")
        async with self._rt.write() as session:
            settled = await updates.settle(
                session, row.id, state=UpdateState.DONE, now=self._rt.now()
            )
            if not settled:
                return  # done before: a repetition has no second effect
            handling = Handling(session, self._rt)
            token = current_handling.set(handling)
            try:
                await self._handle(telegram_update)
            finally:
                current_handling.reset(token)
            if not handling.taken:
                raise RuntimeError("no handler took the update")
            if not handling.keeps_body:
                await updates.forget_body(session, row.id)
        self._rt.fault("handled")
        self._answer(telegram_update, (handling.popup, handling.alert))

    def _answer(self, telegram_update: TelegramUpdate, popup: tuple[str, bool]) -> None:
        """Every press is answered, or its button would spin; also when the handler failed."""
        query = telegram_update.callback_query
        if query is not None:
            text, alert = popup
            self._answer_press(query.id, text, alert)

    def _sorry(self, row: Update) -> tuple[str, bool]:
        language = texts(self._rt.config.office.language)
        return language("error.failed", reference=row.id), True

    async def _step_aside(self, row: Update, *, tries: int) -> None:
        now = self._rt.now()
        next_try_at = now + timedelta(seconds=2**tries)
        async with self._rt.write() as session:
            await updates.step_aside(
                session, row.id, tries=tries, next_try_at=next_try_at, reason="failed"
            )

    async def _park(self, row: Update, reason: str) -> None:
        now = self._rt.now()
        async with self._rt.write() as session:
            await updates.settle(session, row.id, state=UpdateState.PARKED, now=now, reason=reason)
            events.add(
                session, "update_parked", at=now, object_kind="update", object_id=row.id,
                reason=reason,
            )  # fmt: skip
            values: replies.Values = {"reference": row.id}
            for chat_id in await people.admin_chats(session):
                await replies.notice(session, chat_id, "error.parked", now=now, values=values)
            if reason != "unparsable":
                await self._tell_sender(session, row)

    async def _tell_sender(self, session: AsyncSession, row: Update) -> None:
        chat = await people.chat_by_telegram_id(session, row.chat_key)
        if chat is None and row.chat_key > 0:  # a newcomer, whose row was undone with the rest
            language = self._rt.config.office.language
            chat = await people.ensure_chat(
                session, row.chat_key, kind=ChatKind.PRIVATE, title="", language=language
            )
        if chat is not None:
            values: replies.Values = {"reference": row.id}
            now = self._rt.now()
            await replies.notice(session, chat.id, "error.failed", now=now, values=values)
