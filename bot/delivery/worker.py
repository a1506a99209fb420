"""The only sender: claims outbox messages, paces them, sends them, writes down what became of them.

Every row carries two marks: claimed, then in flight, committed just before the bytes leave. Only
what is in flight can be unclear after a crash, and that is never more than there are connections.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actions import cards as card_actions
from bot.actions import policy as policies
from bot.delivery.context import Context, Later, Ready, Withdraw
from bot.delivery.failures import Answer
from bot.delivery.gather import gather
from bot.delivery.pacing import Limit, Limits, Pacer
from bot.delivery.retry import NotSentRetry, Outcome, RetryLater, Scope, classify
from bot.delivery.settle import Fate, Sent, settle, uncertain
from bot.delivery.telegram import Call, call_of
from bot.delivery.transport import AiohttpRequest
from bot.domain.states import Lane, OutboxState
from bot.runtime import Runtime, Wake
from bot.storage import cards, outbox, people
from bot.storage.engine import is_trouble
from bot.storage.outbox import Recorded
from bot.storage.tables import Chat, OutboxMessage

_log = logging.getLogger(__name__)

_READY_MOST = 50  # claimed and waiting for their turn
_FIRST_LANES = (Lane.ANSWER, Lane.URGENT)
_FIRST_MOST = 20  # of each of these on top of that, so that none waits behind a broadcast
_LONG_WAIT_SECONDS = 5.0  # rather given back to the database than kept
_IDLE_SECONDS = 1.0
_UPLOAD_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message with the call that sends it, waiting for its turn."""

    message: OutboxMessage
    chat: Chat
    call: Call
    is_edit: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A message whose call has ended."""

    prepared: Prepared
    outcome: Outcome


class Delivery:
    """The sending loop of one instance. `epoch` is set while this instance holds the lease."""

    def __init__(
        self, rt: Runtime, transport: AiohttpRequest, *, limits: Limits | None = None
    ) -> None:
        self._rt = rt
        self._transport = transport
        self._pacer = Pacer(limits or limits_of(rt))
        self._zone = ZoneInfo(rt.config.office.zone)
        self._read_timeout = rt.config.telegram.read_timeout_seconds
        self._ready: list[Prepared] = []
        self._sending: dict[int, Prepared] = {}  # by our chat id: one at a time a chat
        self._tasks: set[asyncio.Task[None]] = set()
        self._tried: list[Tried] = []
        self._answers: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._lost_track = False
        self.epoch: int | None = None
        self.stopped_by_telegram = False

    # --- answers to button presses ---------------------------------------------------------------

    def answer_press(self, query_id: str, text: str, *, alert: bool) -> None:
        """Answer a callback query right away: it expires at Telegram and is worth no row."""
        payload = {"callback_query_id": query_id, "text": text or None, "show_alert": alert}
        task = asyncio.create_task(self._answer(Call("answerCallbackQuery", payload)))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, call: Call) -> None:
        outcome = await self._call(call)
        _log.debug("press_answered", extra={"outcome": type(outcome).__name__})

    # --- the loop --------------------------------------------------------------------------------

    async def recover(self) -> None:
        """Settle what a process that died left behind; call once, holding the lease."""
        await self._settle_unfinished(in_hand=set())

    async def _find_back(self) -> None:
        """After a failure of ours: rows that no part of this process has in hand."""
        in_hand = {prepared.message.id for prepared in (*self._ready, *self._sending.values())}
        in_hand |= {tried.prepared.message.id for tried in self._tried}
        await self._settle_unfinished(in_hand=in_hand)
        self._lost_track = False

    async def _settle_unfinished(self, *, in_hand: set[int]) -> None:
        """What was only claimed has not left and waits again; what was in flight is uncertain."""
        now = self._rt.now()
        async with self._rt.write() as session:
            settled = []
            for message in await outbox.unfinished(session):
                if message.id in in_hand:
                    continue
                if message.state is OutboxState.CLAIMED:
                    recorded = _back(message, now, reason="restart")
                else:
                    card = message.card_id and await cards.get(session, message.card_id)
                    is_edit = bool(message.edits or (card and card.message_id))
                    fate = uncertain(_sent(message, is_edit=is_edit), "restart", now=now)
                    recorded = _recorded(message, fate)
                await outbox.record(session, recorded, now=now)
                settled.append(message.id)
            progressed = await outbox.directives_of(session, settled)
            await outbox.redraw_progress(session, progressed, now=now)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; then let what is in flight end and be written down."""
        while not stop.is_set():
            try:
                busy = await self.do_one()
            except Exception:
                _log.exception("delivery_failed")
                busy = False
                self._lost_track = True
                await asyncio.sleep(_IDLE_SECONDS)
            if not busy and not stop.is_set():
                await self._rt.signals.wait(Wake.OUTBOX, self._pause())
        await self.drain()

    async def drain(self) -> None:
        """Wait for what is in flight, write it down, give back what is only claimed."""
        await asyncio.gather(*self._tasks, *self._answers, return_exceptions=True)
        await self._record_tried()
        now = self._rt.now()
        async with self._rt.write() as session:
            for prepared in self._ready:
                await outbox.record(session, _back(prepared.message, now), now=now)
        self._ready.clear()

    async def do_one(self) -> bool:
        """One round: record, claim, launch. True if another round may find work at once."""
        recorded = await self._record_tried()
        if self.epoch is None or self.stopped_by_telegram:
            return recorded
        if self._lost_track:
            await self._find_back()
        claimed = await self._claim()
        launched = await self._launch()
        return recorded or claimed or launched

    def _pause(self) -> float:
        connections = self._rt.config.delivery.connections
        if self.epoch is None or self.stopped_by_telegram or len(self._sending) >= connections:
            return _IDLE_SECONDS  # a call that ends wakes the loop
        now = time.monotonic()
        waits = [
            self._pacer.wait_for(prepared.chat.telegram_id, prepared.chat.kind, now)
            for prepared in self._ready
            if prepared.chat.id not in self._sending
        ]
        return min([*waits, _IDLE_SECONDS])

    # --- claim -----------------------------------------------------------------------------------

    async def _claim(self) -> bool:
        lanes, limit = self._wanted()
        if limit <= 0:
            return False
        now = self._rt.now()
        async with self._rt.read() as session:
            candidates = await outbox.claimable(session, now=now, limit=limit, lanes=lanes)
        if not candidates or self.epoch is None:
            return False
        async with self._rt.write() as session:
            ids = await outbox.claim(session, candidates, epoch=self.epoch)
        self._rt.fault("claimed")
        await self._prepare(ids)
        return bool(ids)

    def _wanted(self) -> tuple[tuple[Lane, ...], int]:
        """Which lanes to claim from, and how many messages."""
        room = _READY_MOST - len(self._ready)
        if room > 0:
            return tuple(Lane), room
        waiting = Counter(prepared.message.lane for prepared in self._ready)
        lanes = tuple(lane for lane in _FIRST_LANES if waiting[lane] < _FIRST_MOST)
        return lanes, min((_FIRST_MOST - waiting[lane] for lane in lanes), default=0)

    async def _prepare(self, ids: list[int]) -> None:
        now = self._rt.now()
        dropped: list[Recorded] = []
        async with self._rt.read() as session:
            policy = await policies.load(session, self._rt.config)
            for message, chat in await outbox.load_claimed(session, ids):
                context = Context(
                    session=session,
                    message=message,
                    chat=chat,
                    policy=policy,
                    office=self._rt.config.office.name,
                    zone=self._zone,
                    now=now,
                )
                match await self._gather(context):
                    case Prepared() as prepared:
                        self._ready.append(prepared)
                    case Later(seconds=seconds):
                        dropped.append(_back(message, now + timedelta(seconds=seconds)))
                    case Withdraw(reason=reason, state=state):
                        dropped.append(_dropped(message, state, reason))
        self._ready.sort(key=lambda prepared: (prepared.message.lane, prepared.message.id))
        if dropped:
            await self._record(dropped)

    async def _gather(self, context: Context) -> Prepared | Withdraw | Later:
        try:
            gathered = await gather(context)
            if not isinstance(gathered, Ready):
                return gathered
            call = call_of(context.message, context.chat, gathered.content, gathered.edits)
            return Prepared(context.message, context.chat, call, gathered.edits is not None)
        except Exception as error:
            if is_trouble(error):
                raise
            # One message that cannot be written must not hold up the others; staff see it failed.
            _log.exception("message_unwritable", extra={"outbox_message": context.message.id})
            return Withdraw("unwritable", OutboxState.FAILED)

    # --- send ------------------------------------------------------------------------------------

    async def _launch(self) -> bool:
        now = time.monotonic()
        free = self._rt.config.delivery.connections - len(self._sending)
        chosen: list[Prepared] = []
        given_back: list[Recorded] = []
        # What a call came to must be known before the next one of its chat may go.
        chats = {*self._sending, *(tried.prepared.chat.id for tried in self._tried)}
        for prepared in list(self._ready):
            if len(chosen) >= free:
                break
            if prepared.chat.id in chats:
                continue
            chat_id, kind = prepared.chat.telegram_id, prepared.chat.kind
            wait = self._pacer.wait_for(chat_id, kind, now)
            if wait > _LONG_WAIT_SECONDS:
                send_at = self._rt.now() + timedelta(seconds=wait)
                given_back.append(_back(prepared.message, send_at))
                self._ready.remove(prepared)
            elif wait <= 0:
                self._pacer.take(chat_id, kind, now)
                chosen.append(prepared)
            chats.add(prepared.chat.id)  # later ones of this chat keep their place behind it
        if given_back:
            await self._record(given_back)
        if not chosen or self.epoch is None:
            return bool(given_back)
        for prepared in chosen:
            self._ready.remove(prepared)
        async with self._rt.write() as session:
            ids = [prepared.message.id for prepared in chosen]
            ours = await outbox.mark_in_flight(session, ids, epoch=self.epoch)
        self._rt.fault("in_flight")
        for prepared in chosen:
            if prepared.message.id in ours:
                self._sending[prepared.chat.id] = prepared
                task = asyncio.create_task(self._send(prepared))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return bool(ours)

    async def _send(self, prepared: Prepared) -> None:
        try:
            outcome = await self._call(prepared.call)
            self._rt.fault("answered")
            self._note_failures(outcome, prepared.chat.telegram_id)
            self._tried.append(Tried(prepared, outcome))
        finally:
            self._sending.pop(prepared.chat.id, None)
            self._rt.signals.wake(Wake.OUTBOX)

    async def _call(self, call: Call) -> Outcome:
        result: Answer | BaseException
        try:
            result = await self._transport.call(
                call.method,
                call.payload,
                files=call.files,
                read_timeout=_UPLOAD_SECONDS if call.files else self._read_timeout,
            )
        except Exception as error:
            result = error
        return classify(result, scope=Scope.CHAT if "chat_id" in call.payload else Scope.BOT)

    def _note_failures(self, outcome: Outcome, chat_id: int) -> None:
        now = time.monotonic()
        if isinstance(outcome, RetryLater):
            of_chat = chat_id if outcome.scope is Scope.CHAT else None
            self._pacer.hold(of_chat, now + outcome.retry_after, now=now)
            _log.warning("too_many_requests", extra={"seconds": outcome.retry_after})
        if not isinstance(outcome, NotSentRetry):
            self._failures = 0
            return
        self._failures += 1
        _log.warning(
            "telegram_unreachable",
            extra={"reason": outcome.reason.value, "in_a_row": self._failures},
        )

    # --- record ----------------------------------------------------------------------------------

    async def _record_tried(self) -> bool:
        if not self._tried:
            return False
        tried = list(self._tried)
        await self._write_down(tried)
        # Only now: had the database failed, they would be written down in the next round.
        del self._tried[: len(tried)]
        self._rt.fault("committed")
        return True

    async def _write_down(self, tried: list[Tried]) -> None:
        now = self._rt.now()
        self._rt.fault("before_commit")
        held: set[int] = set()
        async with self._rt.write() as session:
            progressed: set[int] = set()
            for each in tried:
                message = each.prepared.message
                sent = _sent(message, is_edit=each.prepared.is_edit)
                fate = settle(
                    sent,
                    each.outcome,
                    now=now,
                    failures=self._failures,
                    jitter=random.random(),  # noqa: S311 - spreads retries, guards nothing
                )
                await outbox.record(session, _recorded(message, fate), now=now)
                if fate.send_at is not None:
                    held |= await outbox.hold_behind(session, message, until=fate.send_at)
                if message.card_id is not None and fate.drawn:
                    await cards.drawn(session, message.card_id, message_id=fate.message_id, now=now)
                if message.card_id is not None and fate.card_lost:
                    await cards.lost(session, message.card_id)
                if fate.chat_unreachable:
                    await people.mark_unreachable(
                        session, message.chat_id, reason=fate.reason or "", now=now
                    )
                if fate.new_telegram_id is not None:
                    moved = await people.move_chat(
                        session, message.chat_id, new_telegram_id=fate.new_telegram_id, now=now
                    )
                    await card_actions.draw_anew(session, moved, now=now)
                if fate.stop_sending:
                    self.stopped_by_telegram = True
                    _log.critical("token_refused")
                if message.directive_id is not None:
                    progressed.add(message.directive_id)
            await outbox.redraw_progress(session, progressed, now=now)
        self._ready = [each for each in self._ready if each.message.id not in held]

    async def _record(self, rows: list[Recorded]) -> None:
        now = self._rt.now()
        async with self._rt.write() as session:
            for row in rows:
                await outbox.record(session, row, now=now)
            ids = [row.id for row in rows]
            await outbox.redraw_progress(session, await outbox.directives_of(session, ids), now=now)


def limits_of(rt: Runtime) -> Limits:
    """Telegram's limits as configured."""
    settings = rt.config.delivery
    return Limits(
        overall=Limit(rate=settings.messages_per_second, burst=5),
        private=Limit(rate=settings.private_chat_per_second, burst=3),
        group=Limit.within(int(settings.group_per_minute), seconds=60, burst=3),
    )


def _sent(message: OutboxMessage, *, is_edit: bool) -> Sent:
    return Sent(kind=message.kind, is_edit=is_edit, uncertain_attempts=message.uncertain_attempts)


def _recorded(message: OutboxMessage, fate: Fate) -> Recorded:
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        state=fate.state,
        reason=fate.reason,
        message_id=fate.message_id,
        send_at=fate.send_at,
        attempts_less=0 if fate.costs_attempt else 1,
        uncertain=int(fate.uncertain),
    )


def _back(message: OutboxMessage, send_at: datetime, *, reason: str | None = None) -> Recorded:
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        state=OutboxState.WAITING,
        reason=reason,
        send_at=send_at,
    )


def _dropped(message: OutboxMessage, state: OutboxState, reason: str) -> Recorded:
    return Recorded(id=message.id, epoch=message.epoch, state=state, reason=reason)
