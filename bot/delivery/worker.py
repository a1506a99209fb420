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

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import policy as policies
from bot.delivery import gather_cards
from bot.delivery.context import Context, Later, Ready, Scene, Withdraw
from bot.delivery.failures import Answer
from bot.delivery.gather import gather
from bot.delivery.otherwise import send_otherwise
from bot.delivery.pacing import Limits, Pacer, Second
from bot.delivery.retry import NotSentRetry, Outcome, RetryLater, Scope, classify
from bot.delivery.settle import Fate, Sent, settle, uncertain
from bot.delivery.telegram import Call, call_of
from bot.delivery.transport import AiohttpRequest
from bot.domain.states import Lane, MessageKind, OutboxState
from bot.runtime import Runtime, Wake
from bot.storage import cards, outbox, people, progress
from bot.storage.engine import is_trouble
from bot.storage.outbox import Claimed, Recorded

_log = logging.getLogger(__name__)

# Claimed and waiting for their turn: what goes out within two seconds, so that what was asked again
# is not old when it leaves; more at once is needless, fewer would be a query for each.
_READY_SECONDS = 2.0
_READY_LEAST, _READY_MOST = 20, 500
_FIRST_LANES = (Lane.ANSWER, Lane.URGENT)
_FIRST_MOST = 20  # of each of these on top of that, so that none waits behind a broadcast
_FOR_ANSWERS = 2  # calls of every second that a broadcast does not use
_LONG_WAIT_SECONDS = 5.0  # rather given back to the database than kept
_IDLE_SECONDS = 1.0
_UPLOAD_SECONDS = 120.0
_PROGRESS_SECONDS = 0.5  # so often at most outcomes ask for a redraw of the progress


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message with the call that sends it, waiting for its turn."""

    message: Claimed
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
        limits = limits or limits_of(rt)
        self._pacer = Pacer(limits)
        self._second = Second(limits.a_second)
        self._zone = ZoneInfo(rt.config.office.zone)
        self._read_timeout = rt.config.telegram.read_timeout_seconds
        self._ready: list[Prepared] = []
        self._sending: dict[int, Prepared] = {}  # by our chat id: one at a time a chat
        self._tasks: set[asyncio.Task[None]] = set()
        self._tried: list[Tried] = []
        self._answers: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._progressed: set[int] = set()  # directives whose progress has moved
        self._progress_due = 0.0
        self._lost_track = False
        self.epoch: int | None = None
        self.stopped_by_telegram = False

    # --- answers to button presses ---------------------------------------------------------------

    def answer_press(self, query_id: str, text: str, *, alert: bool) -> None:
        """Answer a callback query right away: it expires at Telegram and is worth no row."""
        payload = {"callback_query_id": query_id, "text": text or None, "show_alert": alert}
        call = Call("answerCallbackQuery", payload, is_for_chat=False)
        task = asyncio.create_task(self._answer(call))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, call: Call) -> None:
        outcome = await self._call(call)
        _log.debug("press_answered", extra={"outcome": type(outcome).__name__})

    # --- the loop --------------------------------------------------------------------------------

    async def recover(self) -> None:
        """Settle what a process that died left behind; call once, holding the lease."""
        await self._settle_unfinished(in_hand=set())
        async with self._rt.write() as session:
            behind = await progress.directives_behind(session)
            await progress.redraw(session, behind, now=self._rt.now())

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
            left = [each for each in await outbox.unfinished(session) if each.id not in in_hand]
            settled, again = [], []
            for message in left:
                if message.state is OutboxState.CLAIMED:
                    settled.append(_back(message, now, reason="restart"))
                    continue
                is_edit = bool(message.edits or (message.card and message.card.message_id))
                fate = uncertain(_sent(message, is_edit=is_edit), "restart", now=now)
                settled.append(_recorded(message, fate))
                if fate.send_at is not None:
                    again.append((message, fate.send_at))
            await outbox.record(session, settled, now=now)
            held: set[int] = set()
            for message, send_at in again:
                held |= await outbox.hold_behind(session, message, until=send_at)
            directive_ids = {message.directive_id for message in left if message.directive_id}
            await progress.redraw(session, directive_ids, now=now)
        self._ready = [each for each in self._ready if each.message.id not in held]

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
        now = self._rt.now()
        given_back = [_back(prepared.message, now) for prepared in self._ready]
        self._ready.clear()
        await self._turn([], given_back)

    async def do_one(self) -> bool:
        """One round: claim, write down, launch. True if another round may find work at once."""
        if self.epoch is None or self.stopped_by_telegram:
            return await self._turn([], [])
        if self._lost_track:
            await self._find_back()
        claimed = await self._claim()
        return await self._turn(*self._choose()) or claimed

    def _pause(self) -> float:
        connections = self._rt.config.delivery.connections
        if self.epoch is None or self.stopped_by_telegram or len(self._sending) >= connections:
            return _IDLE_SECONDS  # a call that ends wakes the loop
        now = time.monotonic()
        waits = [_IDLE_SECONDS]
        if self._progressed:
            waits.append(max(0.0, self._progress_due - now))
        for prepared in self._ready:
            chat = prepared.message.chat
            if chat.id not in self._sending:
                wait = self._pacer.wait_for(chat.telegram_id, chat.kind, now)
                taken = len(self._sending) + _kept_free(prepared.message.lane)
                waits.append(max(wait, self._second.wait_for(now, under_way=taken)))
        return min(waits)

    # --- claim -----------------------------------------------------------------------------------

    async def _claim(self) -> bool:
        lanes, limit = self._wanted()
        if limit <= 0 or self.epoch is None:
            return False
        now = self._rt.now()
        async with self._rt.read() as session:
            candidates = await outbox.claimable(
                session, now=now, limit=limit, lanes=lanes, in_hand=self._in_hand()
            )
        if not candidates:
            return False
        async with self._rt.write() as session:
            ids = await outbox.claim(session, candidates, epoch=self.epoch)
        self._rt.fault("claimed")
        await self._prepare(ids)
        return bool(ids)

    def _in_hand(self) -> Counter[int]:
        """How many messages wait here for each chat."""
        return Counter(prepared.message.chat.id for prepared in self._ready)

    def _wanted(self) -> tuple[tuple[Lane, ...], int]:
        """Which lanes to claim from, and how many messages."""
        rate = self._pacer.rate(time.monotonic())
        most = int(min(max(rate * _READY_SECONDS, _READY_LEAST), _READY_MOST))
        if len(self._ready) <= most // 2:
            return tuple(Lane), most - len(self._ready)
        waiting = Counter(prepared.message.lane for prepared in self._ready)
        lanes = tuple(lane for lane in _FIRST_LANES if waiting[lane] < _FIRST_MOST)
        return lanes, min((_FIRST_MOST - waiting[lane] for lane in lanes), default=0)

    async def _prepare(self, ids: list[int]) -> None:
        dropped: list[Recorded] = []
        async with self._rt.read() as session:
            messages = await outbox.load(session, ids)
            scene = await self._scene(session, messages)
            for message in messages:
                match await self._gather(Context(scene, message)):
                    case Prepared() as prepared:
                        self._ready.append(prepared)
                    case Later(seconds=seconds):
                        dropped.append(_back(message, scene.now + timedelta(seconds=seconds)))
                    case Withdraw(reason=reason, state=state):
                        dropped.append(_dropped(message, state, reason))
        self._ready.sort(key=lambda prepared: (prepared.message.lane, prepared.message.id))
        if dropped:
            await self._turn([], dropped)

    async def _scene(self, session: AsyncSession, messages: list[Claimed]) -> Scene:
        return Scene(
            session=session,
            policy=await policies.load(session, self._rt.config),
            office=self._rt.config.office.name,
            zone=self._zone,
            now=self._rt.now(),
            loaded=await gather_cards.load(session, messages),
        )

    async def _gather(self, context: Context) -> Prepared | Withdraw | Later:
        try:
            gathered = await gather(context)
            if not isinstance(gathered, Ready):
                return gathered
            call = call_of(context.message, gathered.content, gathered.edits)
            return Prepared(context.message, call, gathered.edits is not None)
        except Exception as error:
            if is_trouble(error):
                raise
            # One message that cannot be written must not hold up the others; staff see it failed.
            _log.exception("message_unwritable", extra={"outbox_message": context.message.id})
            return Withdraw("unwritable", OutboxState.FAILED)

    # --- one transaction a round: the ends of the last calls, and the mark on the next -----------

    def _choose(self) -> tuple[list[Prepared], list[Recorded]]:
        """What free connections take now, and what has to wait so long that it goes back."""
        now = time.monotonic()
        under_way = len(self._sending)
        free = self._rt.config.delivery.connections - under_way
        room = self._second.free(now, under_way=under_way)
        chosen: list[Prepared] = []
        given_back: list[Recorded] = []
        kept: list[Prepared] = []
        # What a call came to must be known before the next one of its chat may go.
        chats = {*self._sending, *(tried.prepared.message.chat.id for tried in self._tried)}
        for prepared in self._ready:
            chat = prepared.message.chat
            no_room = len(chosen) + _kept_free(prepared.message.lane) >= room
            if len(chosen) >= free or no_room or chat.id in chats:
                kept.append(prepared)
                continue
            chats.add(chat.id)  # later ones of this chat keep their place behind it
            wait = self._pacer.wait_for(chat.telegram_id, chat.kind, now)
            if wait > _LONG_WAIT_SECONDS:
                send_at = self._rt.now() + timedelta(seconds=wait)
                given_back.append(_back(prepared.message, send_at))
            elif wait > 0:
                kept.append(prepared)
            else:
                self._pacer.take(chat.telegram_id, chat.kind, now)
                chosen.append(prepared)
        self._ready = kept
        return chosen, given_back

    async def _turn(self, chosen: list[Prepared], settled: list[Recorded]) -> bool:
        """Write down what has ended and mark `chosen` in flight in one commit, then send them."""
        tried = list(self._tried)
        redraw_now = self._progressed and time.monotonic() >= self._progress_due
        if not (tried or chosen or settled or redraw_now):
            return False
        ours: set[int] = set()
        async with self._rt.write() as session:
            held = await self._write_down(session, tried, settled)
            if chosen and self.epoch is not None:
                chosen = await self._still_wanted(session, chosen)
                ids = [prepared.message.id for prepared in chosen]
                ours = await outbox.mark_in_flight(session, ids, epoch=self.epoch)
            busy = bool(ours or self._ready or self._sending)
            shown = self._progress_to_show(busy=busy)
            await progress.redraw(session, shown, now=self._rt.now(), at_once=not busy)
            if tried:
                self._rt.fault("before_commit")
        # Only now: had the database failed, they would be written down in the next round.
        del self._tried[: len(tried)]
        self._progressed -= shown
        self._ready = [each for each in self._ready if each.message.id not in held]
        if tried:
            self._rt.fault("committed")
        if chosen:
            self._rt.fault("in_flight")
        for prepared in chosen:
            if prepared.message.id in ours:
                self._sending[prepared.message.chat.id] = prepared
                task = asyncio.create_task(self._send(prepared))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return bool(tried or ours)

    async def _still_wanted(self, session: AsyncSession, chosen: list[Prepared]) -> list[Prepared]:
        """Reminders are asked again in the very transaction that lets them go: while one waited
        for its turn the work may have been finished."""
        asked = [each.message for each in chosen if each.message.kind is MessageKind.REMINDER]
        if not asked:
            return chosen
        now = self._rt.now()
        scene = await self._scene(session, asked)
        wanted: dict[int, Prepared] = {}
        dropped: list[Recorded] = []
        for message in asked:
            match await self._gather(Context(scene, message)):
                case Prepared() as prepared:
                    wanted[message.id] = prepared
                case Later(seconds=seconds):
                    dropped.append(_back(message, now + timedelta(seconds=seconds)))
                case Withdraw(reason=reason, state=state):
                    dropped.append(_dropped(message, state, reason))
        await outbox.record(session, dropped, now=now)
        reminders = {message.id for message in asked}
        return [
            wanted.get(each.message.id, each)
            for each in chosen
            if each.message.id not in reminders or each.message.id in wanted
        ]

    async def _write_down(
        self, session: AsyncSession, tried: list[Tried], settled: list[Recorded]
    ) -> set[int]:
        """Outcomes with all that follows from them; the messages that now wait behind others."""
        now = self._rt.now()
        held: set[int] = set()
        drawn: dict[int, int | None] = {}
        recorded = list(settled)
        for each in tried:
            fate = settle(
                _sent(each.prepared.message, is_edit=each.prepared.is_edit),
                each.outcome,
                now=now,
                failures=self._failures,
                jitter=random.random(),  # noqa: S311 - spreads retries, guards nothing
            )
            recorded.append(_recorded(each.prepared.message, fate))
            if fate.drawn and each.prepared.message.card is not None:
                drawn[each.prepared.message.card.id] = fate.message_id
            if not fate.is_plain:
                held |= await self._follow_up(session, each.prepared.message, fate, now=now)
        await outbox.record(session, recorded, now=now)
        await cards.drawn(session, drawn, now=now)
        moved = [each.prepared.message.directive_id for each in tried]
        moved += [each.directive_id for each in settled]
        self._progressed |= {directive_id for directive_id in moved if directive_id is not None}
        return held

    async def _follow_up(
        self, session: AsyncSession, message: Claimed, fate: Fate, *, now: datetime
    ) -> set[int]:
        """What an outcome means for chat, card and the messages behind this one."""
        if message.card is not None and fate.card_lost:
            await cards.lost(session, message.card.id)
        if fate.chat_unreachable:
            reason = fate.reason or ""
            await people.mark_unreachable(session, message.chat.id, reason=reason, now=now)
        if fate.new_telegram_id is not None:
            moved = await people.move_chat(
                session, message.chat.id, new_telegram_id=fate.new_telegram_id, now=now
            )
            await card_actions.draw_anew(session, moved, now=now)
        await send_otherwise(session, message, fate, now=now)
        if fate.stop_sending:
            self.stopped_by_telegram = True
            _log.critical("token_refused")
        if fate.send_at is not None:
            return await outbox.hold_behind(session, message, until=fate.send_at)
        return set()

    def _progress_to_show(self, *, busy: bool) -> set[int]:
        """Directives whose progress is redrawn: now and then, and when nothing is left in hand."""
        now = time.monotonic()
        if not self._progressed or (busy and now < self._progress_due):
            return set()
        self._progress_due = now + _PROGRESS_SECONDS
        return set(self._progressed)

    # --- send ------------------------------------------------------------------------------------

    async def _send(self, prepared: Prepared) -> None:
        begun = time.monotonic()
        try:
            outcome = await self._call(prepared.call)
            self._rt.fault("answered")
            self._note_failures(outcome, prepared.message.chat.telegram_id)
            self._tried.append(Tried(prepared, outcome))
        finally:
            now = time.monotonic()
            self._second.ended(now, seconds=now - begun)
            self._sending.pop(prepared.message.chat.id, None)
            self._rt.signals.wake(Wake.OUTBOX)

    async def _call(self, call: Call) -> Outcome:
        result: Answer | BaseException
        try:
            result = await self._transport.call(
                call.method,
                call.body,
                files=call.files,
                read_timeout=_UPLOAD_SECONDS if call.files else self._read_timeout,
            )
        except Exception as error:
            result = error
        return classify(result, scope=Scope.CHAT if call.is_for_chat else Scope.BOT)

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


def limits_of(rt: Runtime) -> Limits:
    """Telegram's limits as configured."""
    given = rt.config.delivery
    return Limits.at(
        given.messages_per_second, given.private_chat_per_second, given.group_per_minute
    )


def _kept_free(lane: Lane) -> int:
    """How many calls of every second this lane leaves to answers."""
    return 0 if lane in _FIRST_LANES else _FOR_ANSWERS


def _sent(message: Claimed, *, is_edit: bool) -> Sent:
    return Sent(
        kind=message.kind,
        is_edit=is_edit,
        in_topic=message.topic_id is not None or message.reply_to is not None,
        is_plain_text=message.is_plain_text,
        uncertain_attempts=message.uncertain_attempts,
    )


def _recorded(message: Claimed, fate: Fate) -> Recorded:
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        directive_id=message.directive_id,
        state=fate.state,
        reason=fate.reason,
        message_id=fate.message_id,
        send_at=fate.send_at,
        attempts_less=0 if fate.costs_attempt else 1,
        uncertain=int(fate.uncertain),
    )


def _back(message: Claimed, send_at: datetime, *, reason: str | None = None) -> Recorded:
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        directive_id=message.directive_id,
        state=OutboxState.WAITING,
        reason=reason,
        send_at=send_at,
    )


def _dropped(message: Claimed, state: OutboxState, reason: str) -> Recorded:
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        directive_id=message.directive_id,
        state=state,
        reason=reason,
    )
