"""Handling stored updates: in order per chat, chats side by side, each in one transaction.

Facts, answers, events and the update's "done" are committed together: a crash repeats the update
from nothing, a repetition finds it done. A failing update steps aside and is parked in the end.
What many press at the same moment shares a transaction; if that fails, each has one of its own.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot
from telegram import Update as TelegramUpdate

from bot.actions import inbox
from bot.domain.flood import Delayed, Dropped, FloodGate, Passed
from bot.domain.incoming import UNPARSABLE, glance, pressed
from bot.domain.states import UpdateState
from bot.intake.raw import without_pressed_text
from bot.intake.turns import Turn, Turns
from bot.runtime import Handling, Runtime, Shared, Wake, current_handling
from bot.storage import updates
from bot.storage.engine import is_trouble
from bot.storage.updates import Waiting
from bot.texts import Texts, texts

_log = logging.getLogger(__name__)

MAX_TRIES = 5
_BATCH = 100
_IDLE_SECONDS = 1.0
_MOST_TROUBLE = 60  # about an hour, with pauses of at most
_LONGEST_PAUSE_SECONDS = 60

Handle = Callable[[TelegramUpdate], Awaitable[None]]
AnswerPress = Callable[[str, str, bool], None]


@dataclass(frozen=True, slots=True)
class Heard:
    """A stored update as python-telegram-bot understands it."""

    row: Waiting
    update: TelegramUpdate


class Processor:
    """Feeds stored updates to `handle`, which runs python-telegram-bot's handlers. `is_shared` says
    of a press, by its button's data, whether it is handled together with others."""

    def __init__(
        self,
        rt: Runtime,
        bot: Bot,
        handle: Handle,
        answer_press: AnswerPress,
        *,
        is_shared: Callable[[str], bool],
    ) -> None:
        self._rt = rt
        self._bot = bot
        self._handle = handle
        self._answer_press = answer_press
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._turns = Turns(lambda row: is_shared(pressed(row.body)))
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
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

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
        """Start handling what waits, one task a turn; False if nothing could be started."""
        if not self._turns.free:
            return False
        if not self._turns.are_known:
            if self._turns.is_sharing:
                return False
            self._turns.line_up(await self._look())
        started = False
        for turn in self._turns.begin():
            started = True
            self._under_way[min(turn.chats)] = asyncio.create_task(self._handle_turn(turn))
        return started

    async def _look(self) -> list[Waiting]:
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

    async def _waiting(self, left_out: Set[int]) -> list[Waiting]:
        async with self._rt.read() as session:
            return await updates.waiting(
                session, now=self._rt.now(), limit=_BATCH, left_out=left_out
            )

    async def _handle_turn(self, turn: Turn) -> None:
        try:
            for rows in turn.parts:
                await self.handle(rows)
        except Exception:
            # Not even stepping aside could be written down: asked again at once it would spin.
            _log.exception("chat_failed")
            await asyncio.sleep(_IDLE_SECONDS)
        finally:
            del self._under_way[min(turn.chats)]
            self._turns.end(turn)
            self._rt.signals.wake(Wake.INBOX)

    async def handle(self, rows: Sequence[Waiting]) -> None:
        """Handle stored updates in one transaction, or let them step aside."""
        heard = [each for row in rows if (each := await self._hear(row)) is not None]
        if heard:
            await self._try(heard)

    async def _hear(self, row: Waiting) -> Heard | None:
        """The update, if it can be read and its turn has come."""
        try:
            raw = json.loads(row.body)
            heard = Heard(row, TelegramUpdate.de_json(without_pressed_text(raw), self._bot))
        except Exception:
            # Whatever cannot be parsed is parked alone; nothing behind it waits.
            _log.exception("update_unparsable", extra={"update": row.id})
            async with self._rt.write() as session:
                await self._park(session, row, UNPARSABLE)
            return None
        verdict = self._gate.judge(row.id, glance(raw), chat=row.chat_key, now=self._rt.now())
        if isinstance(verdict, Passed):
            return heard
        await self._slow_down(heard, verdict)
        return None

    async def _try(self, heard: Sequence[Heard]) -> None:
        try:
            await self._transact(heard)
        except Exception as error:
            if len(heard) == 1:
                await self._fail(heard[0], error)
                return
            _log.warning("handled_apart", extra={"updates": len(heard)}, exc_info=error)
            for each in heard:
                await self._try([each])
        else:
            for each in heard:
                self._troubled.pop(each.row.id, None)

    async def _fail(self, heard: Heard, error: Exception) -> None:
        row = heard.row
        if is_trouble(error) and self._troubled[row.id] < _MOST_TROUBLE:
            _log.error("update_hit_database_trouble", extra={"update": row.id}, exc_info=error)
            await self._wait_out(row)
            return
        extra = {"update": row.id, "tries": row.tries + 1}
        _log.error("update_failed", extra=extra, exc_info=error)
        say = await self._give_up(row, type(error).__name__)
        self._answer(heard, say("error.failed", reference=row.id), alert=True)

    async def _wait_out(self, row: Waiting) -> None:
        """Trouble with the database costs no try. That this can be written down shows that the
        database works: if it is always this update that it fails, it is the update's fault."""
        async with self._rt.write() as session:
            pause = min(2 ** self._troubled[row.id], _LONGEST_PAUSE_SECONDS)
            await self._step_aside(session, row, tries=row.tries, seconds=pause)
        self._troubled[row.id] += 1

    async def _give_up(self, row: Waiting, reason: str) -> Texts:
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

    async def _transact(self, heard: Sequence[Heard]) -> None:
        self._rt.fault("handling")
        async with self._rt.write() as session:
            ids = [each.row.id for each in heard]
            settled = await updates.settle(session, ids, state=UpdateState.DONE, now=self._rt.now())
            shared = Shared()
            handlings = [
                (each, await self._handle_one(each, Handling(session, self._rt, shared)))
                for each in heard
                if each.row.id in settled  # done before: a repetition has no second effect
            ]
            await shared.do()
            for each, handling in handlings:
                if not handling.keeps_body:
                    await updates.forget_body(session, each.row.id)
            self._rt.fault("before_handled")
        self._rt.fault("handled")
        for each, handling in handlings:
            self._answer(each, handling.popup, alert=handling.alert)

    async def _handle_one(self, heard: Heard, handling: Handling) -> Handling:
        token = current_handling.set(handling)
        try:
            await self._handle(heard.update)
        finally:
            current_handling.reset(token)
        if not handling.taken:
            raise RuntimeError("no handler took the update")
        return handling

    def _answer(self, heard: Heard, words: str, *, alert: bool) -> None:
        """Every press is answered, or its button would spin; also when the handler failed."""
        query = heard.update.callback_query
        if query is not None:
            self._answer_press(query.id, words, alert)

    async def _step_aside(
        self, session: AsyncSession, row: Waiting, *, tries: int, seconds: int
    ) -> None:
        self._gate.promise(row.id)
        next_try_at = self._rt.now() + timedelta(seconds=seconds)
        await updates.step_aside(
            session, row.id, tries=tries, next_try_at=next_try_at, reason="failed"
        )

    async def _park(self, session: AsyncSession, row: Waiting, reason: str) -> None:
        await inbox.park(
            session, row, reason=reason, office_language=self._language, now=self._rt.now()
        )

    async def _slow_down(self, heard: Heard, verdict: Delayed | Dropped) -> None:
        """Too much at once: a repetition is dropped, all else waits for its turn."""
        async with self._rt.write() as session:
            told_in = await inbox.slow_down(
                session,
                heard.row,
                verdict,
                is_press=heard.update.callback_query is not None,
                office_language=self._language,
                now=self._rt.now(),
            )
        if told_in is not None:
            self._answer(heard, texts(told_in)("flood.slow_down"), alert=True)
