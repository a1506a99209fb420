"""Handling stored updates: in order per chat, chats side by side, each in one transaction.

Facts, answers, events and the update's "done" are committed together: a crash repeats the update
from nothing, a repetition finds it done. A failing update steps aside and is parked in the end.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Set
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot
from telegram import Update as TelegramUpdate

from bot.actions import inbox
from bot.domain.flood import Delayed, Dropped, FloodGate, Passed
from bot.domain.incoming import glance
from bot.domain.states import UpdateState
from bot.intake.turns import Turns
from bot.runtime import Handling, Runtime, Wake, current_handling
from bot.storage import updates
from bot.storage.engine import is_trouble
from bot.storage.tables import Update
from bot.texts import Texts, texts

_log = logging.getLogger(__name__)

MAX_TRIES = 5
_BATCH = 100
_IDLE_SECONDS = 1.0
_MOST_TROUBLE = 60  # about an hour, with pauses of at most
_LONGEST_PAUSE_SECONDS = 60

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
        self._turns = Turns()
        self._troubled: Counter[int] = Counter()
        self._language = rt.config.office.language
        given = rt.config.intake
        self._gate = FloodGate(burst=given.flood_burst, per_second=given.flood_per_second)

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
        if not self._turns.free:
            return False
        if not self._turns.are_known:
            self._turns.line_up(await self._look())
        started = False
        for chat_key, rows in self._turns.begin():
            started = True
            self._chats[chat_key] = asyncio.create_task(self._handle_chat(chat_key, rows))
        return started

    async def _look(self) -> list[Update]:
        """What waits, oldest first, of the chats whose turn it is."""
        turns = self._turns
        rows = await self._waiting(turns.busy)
        if due := turns.not_served(rows):
            return due
        # Who had no turn may stand behind more than is read at once of those who had.
        others = await self._waiting(turns.busy | turns.served) if rows else []
        if not others:
            turns.new_round()
        return others or rows

    async def _waiting(self, left_out: Set[int]) -> list[Update]:
        async with self._rt.read() as session:
            return await updates.waiting(
                session, now=self._rt.now(), limit=_BATCH, left_out=left_out
            )

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
            self._turns.end(chat_key)
            self._rt.signals.wake(Wake.INBOX)

    async def handle_one(self, row: Update) -> None:
        """Handle one stored update, or let it step aside."""
        try:
            raw = json.loads(row.body)
            telegram_update = TelegramUpdate.de_json(raw, self._bot)
        except Exception:
            # Whatever cannot be parsed is parked alone; nothing behind it waits.
            _log.exception("update_unparsable", extra={"update": row.id})
            async with self._rt.write() as session:
                await self._park(session, row, inbox.UNPARSABLE)
            return
        verdict = self._gate.judge(row.id, glance(raw), chat=row.chat_key, now=self._rt.now())
        if isinstance(verdict, Passed):
            await self._try(row, telegram_update)
        else:
            await self._slow_down(row, telegram_update, verdict)

    async def _try(self, row: Update, telegram_update: TelegramUpdate) -> None:
        try:
            await self._transact(row, telegram_update)
            self._troubled.pop(row.id, None)
        except Exception as error:
            if is_trouble(error) and self._troubled[row.id] < _MOST_TROUBLE:
                _log.exception("update_hit_database_trouble", extra={"update": row.id})
                await self._wait_out(row)
                return
            _log.exception("update_failed", extra={"update": row.id, "tries": row.tries + 1})
            say = await self._give_up(row, type(error).__name__)
            self._answer(telegram_update, (say("error.failed", reference=row.id), True))

    async def _wait_out(self, row: Update) -> None:
        """Trouble with the database costs no try. That this can be written down shows that the
        database works: if it is always this update that it fails, it is the update's fault."""
        async with self._rt.write() as session:
            pause = min(2 ** self._troubled[row.id], _LONGEST_PAUSE_SECONDS)
            await self._step_aside(session, row, tries=row.tries, seconds=pause)
        self._troubled[row.id] += 1

    async def _give_up(self, row: Update, reason: str) -> Texts:
        """Let a failed update wait for another try, or park it after the last; what its chat is
        spoken to in."""
        async with self._rt.write() as session:
            if row.tries + 1 < MAX_TRIES:
                tries = row.tries + 1
                await self._step_aside(session, row, tries=tries, seconds=2**tries)
            else:
                await self._park(session, row, reason)
                self._troubled.pop(row.id, None)
            return texts(await inbox.language_of(session, row, office_language=self._language))

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
            self._rt.fault("before_handled")
        self._rt.fault("handled")
        self._answer(telegram_update, (handling.popup, handling.alert))

    def _answer(self, telegram_update: TelegramUpdate, popup: tuple[str, bool]) -> None:
        """Every press is answered, or its button would spin; also when the handler failed."""
        query = telegram_update.callback_query
        if query is not None:
            text, alert = popup
            self._answer_press(query.id, text, alert)

    async def _step_aside(
        self, session: AsyncSession, row: Update, *, tries: int, seconds: int
    ) -> None:
        self._gate.promise(row.id)
        next_try_at = self._rt.now() + timedelta(seconds=seconds)
        await updates.step_aside(
            session, row.id, tries=tries, next_try_at=next_try_at, reason="failed"
        )

    async def _park(self, session: AsyncSession, row: Update, reason: str) -> None:
        await inbox.park(
            session, row, reason=reason, office_language=self._language, now=self._rt.now()
        )

    async def _slow_down(
        self, row: Update, telegram_update: TelegramUpdate, verdict: Delayed | Dropped
    ) -> None:
        """Too much at once: a repetition is dropped, all else waits for its turn."""
        async with self._rt.write() as session:
            told_in = await inbox.slow_down(
                session,
                row,
                verdict,
                is_press=telegram_update.callback_query is not None,
                office_language=self._language,
                now=self._rt.now(),
            )
        if told_in is not None:
            self._answer(telegram_update, (texts(told_in)("flood.slow_down"), True))
