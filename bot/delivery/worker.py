"""The only sender: claims outbox messages, paces them, sends them, writes down what became of them.

Every row carries two marks: claimed, then in flight, committed just before the bytes leave. Only
what is in flight can be unclear after a crash, and that is never more than there are connections.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.delivery.breaker import Breaker
from bot.delivery.failures import Answer
from bot.delivery.lanes import Place, Turns
from bot.delivery.pacing import Limits, Pacer, Second
from bot.delivery.prepare import Prepared, Wanted, ask_again, claim, prepare
from bot.delivery.retry import (
    LONGEST_RETRY_AFTER,
    NotSentRetry,
    Outcome,
    RetryLater,
    Scope,
    Uncertain,
    classify,
)
from bot.delivery.rounds import (
    Refusals,
    Round,
    Tried,
    is_seen,
    round_of,
    tell_of_silence,
    unfinished,
)
from bot.delivery.silence import Silence
from bot.delivery.telegram import Call
from bot.delivery.transport import AiohttpRequest
from bot.domain.states import Lane, OutboxState
from bot.runtime import Runtime, Wake
from bot.storage import cards, claims, kept, progress
from bot.storage.claims import Claimed, Recorded, given_back

_log = logging.getLogger(__name__)

# Claimed and waiting for their turn: what goes out within two seconds, so that what was asked again
# is not old when it leaves; more at once is needless, fewer would be a query for each.
_READY_SECONDS = 2.0
_READY_LEAST, _READY_MOST = 20, 800
_FIRST_LANES = (Lane.ANSWER, Lane.URGENT)
# Asked again in the very transaction that lets them go.
_LAST_LANES = (Lane.REMINDER, Lane.REDRAW)
_FIRST_MOST = 20  # of each of these on top of that, so that none waits behind a broadcast
_LONG_WAIT_SECONDS = 5.0  # rather given back to the database than kept
_IDLE_SECONDS = 1.0
_LOOK_SECONDS = 0.05  # while something is being sent, so often the database is asked for more
_TOGETHER_SECONDS = 0.005  # so long at most a call's end waits to be written down with others'
_UPLOAD_SECONDS = 120.0
_PROGRESS_SECONDS = 0.5  # so often at most outcomes ask for a redraw of the progress


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
        self._for_answers = limits.kept_for_answers
        self._breaker = Breaker()
        self._silence = Silence()
        self._turns = Turns()
        self._zone = ZoneInfo(rt.config.office.zone)
        self._connections = rt.config.delivery.connections
        self._read_timeout = rt.config.telegram.read_timeout_seconds
        self._claiming: asyncio.Task[bool] | None = None
        self._look_at = 0.0
        self._ready: list[tuple[Place, Prepared]] = []
        self._dropped: list[Recorded] = []  # claimed, but not to be sent: to be written down
        self._sending: dict[int, Prepared] = {}  # by our chat id: one at a time a chat
        self._resting: dict[int, float] = {}  # until when chats may not be written to, if for long
        self._tasks: set[asyncio.Task[None]] = set()
        self._tried: list[Tried] = []
        self._answers: set[asyncio.Task[None]] = set()
        self._progressed: set[int] = set()  # directives whose progress has moved
        self._progress_due = 0.0
        self._refusals = Refusals()
        self._held_until: datetime | None = None  # to be kept: Telegram told the whole bot to wait
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
            left = (await kept.hold_left(session, now=self._rt.now())).total_seconds()
            behind = await progress.directives_behind(session)
            await progress.redraw(session, behind, now=self._rt.now())
        if left > 0:
            now = self._rt.seconds()
            self._pacer.hold(None, now + min(left, LONGEST_RETRY_AFTER), now=now)

    async def _find_back(self) -> None:
        """After a failure of ours: rows that no part of this process has in hand."""
        if self._claiming is not None:
            await asyncio.gather(self._claiming, return_exceptions=True)
            self._claiming = None
        in_hand = {prepared.message.id for _, prepared in self._ready}
        in_hand |= {prepared.message.id for prepared in self._sending.values()}
        in_hand |= {tried.prepared.message.id for tried in self._tried}
        await self._settle_unfinished(in_hand=in_hand)
        self._dropped.clear()  # these rows were found back too
        self._lost_track = False

    async def _settle_unfinished(self, *, in_hand: set[int]) -> None:
        """What was only claimed has not left and waits again; what was in flight is uncertain."""
        now = self._rt.now()

        def settle_them(session: Session) -> list[tuple[Claimed, Recorded]]:
            left = [each for each in claims.unfinished(session) if each.id not in in_hand]
            settled = [unfinished(each, now) for each in left]
            seen = {
                each.card.id: each.seen_message_id for each in left if each.card and is_seen(each)
            }
            claims.record(session, settled, now=now)
            cards.drawn(session, seen, now=now)
            return list(zip(left, settled, strict=True))

        async with self._rt.write() as session:
            left = await session.run_sync(settle_them)
            held: set[int] = set()
            for message, again in left:
                if message.state is OutboxState.IN_FLIGHT and again.send_at is not None:
                    held |= await claims.hold_behind(session, message, until=again.send_at)
            directive_ids = {message.directive_id for message, _ in left if message.directive_id}
            await progress.redraw(session, directive_ids, now=now)
        self._ready = [each for each in self._ready if each[1].message.id not in held]

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
        claiming = [self._claiming] if self._claiming else []
        await asyncio.gather(*claiming, *self._tasks, *self._answers, return_exceptions=True)
        self._claiming = None
        self._give_back_ready()
        await self._turn([])

    async def do_one(self) -> bool:
        """One round: claim, write down, launch. True if another round may find work at once."""
        if self.epoch is None or self.stopped_by_telegram:
            return await self._turn([])
        if self._lost_track:
            await self._find_back()
        if len(self._tasks) > self._connections // 2:
            await asyncio.wait(self._tasks, timeout=_TOGETHER_SECONDS)
        claimed = await self._refill()
        return await self._turn(self._choose()) or claimed

    def _pause(self) -> float:
        under_way = len(self._sending)
        now = self._rt.seconds()
        if self.epoch is None or self.stopped_by_telegram or under_way >= self._connections:
            return _IDLE_SECONDS  # a call that ends wakes the loop
        waits = [_IDLE_SECONDS]
        if self._progressed:
            waits.append(max(0.0, self._progress_due - now))
        if under_way:
            waits.append(max(0.0, self._look_at - now))
        if self._breaker.allowed(self._connections, under_way, now):
            waits.append(self._wait_of_ready(now))
        return min(waits)

    def _wait_of_ready(self, now: float) -> float:
        """Seconds until one of the ready messages may leave."""
        second = {
            kept: self._second.wait_for(now, under_way=len(self._sending) + kept)
            for kept in (0, self._for_answers)
        }
        least = _IDLE_SECONDS
        for _, prepared in self._ready:
            message = prepared.message
            if message.chat.id in self._sending:
                continue
            wait = self._wait(message, now)
            least = min(least, max(wait, second[self._kept_free(message.lane)]))
            if least <= 0:
                break  # there may be hundreds behind it
        return least

    # --- claim -----------------------------------------------------------------------------------

    async def _refill(self) -> bool:
        """Claim beside the sending; while nothing is being sent there is time to wait for it. True
        if there is something new."""
        busy = bool(self._sending or self._tried)
        if self._claiming is None:
            now = self._rt.seconds()
            if self.epoch is None or (busy and now < self._look_at):
                return False
            wanted = self._wanted(now)
            if wanted is None:
                return False
            self._look_at = now + _LOOK_SECONDS
            self._claiming = asyncio.create_task(self._claim(wanted, self.epoch))
        if busy and not self._claiming.done():
            return False
        claiming, self._claiming = self._claiming, None
        return await claiming

    async def _claim(self, wanted: Wanted, epoch: int) -> bool:
        messages = await claim(self._rt, wanted, epoch=epoch)
        if not messages:
            return False
        self._look_at = 0.0  # there may be more
        self._rt.fault("claimed")
        batch = await prepare(self._rt, messages, zone=self._zone)
        for prepared in batch.ready:
            place = self._turns.place(prepared.message.lane, prepared.message.id)
            self._ready.append((place, prepared))
        self._ready.sort(key=lambda each: each[0])
        self._dropped += batch.dropped
        self._rt.signals.wake(Wake.OUTBOX)
        return True

    def _wanted(self, now: float) -> Wanted | None:
        """Which lanes to claim from, and how many messages."""
        if self._breaker.is_open:
            if self._ready or not self._breaker.allowed(self._connections, len(self._sending), now):
                return None
            return Wanted(lanes=tuple(Lane), most=1, in_hand={})
        in_hand = Counter(prepared.message.chat.id for _, prepared in self._ready)
        self._resting = {chat: until for chat, until in self._resting.items() if until > now}
        in_hand.update(dict.fromkeys(self._resting, claims.MOST_OF_A_CHAT))
        waiting = Counter(prepared.message.lane for _, prepared in self._ready)
        most = int(min(max(self._pacer.rate(now) * _READY_SECONDS, _READY_LEAST), _READY_MOST))
        if not (self._ready or self._sending):
            most = min(most, 2 * self._connections)  # the first are soon on their way
        if len(self._ready) <= most // 2:
            return Wanted(
                lanes=tuple(Lane),
                most=most - len(self._ready),
                in_hand=in_hand,
                also=[lane for lane in _LAST_LANES if not waiting[lane]],
                of_each=max(1, most // 10),
            )
        lanes = [lane for lane in _FIRST_LANES if waiting[lane] < _FIRST_MOST]
        room = min((_FIRST_MOST - waiting[lane] for lane in lanes), default=0)
        return Wanted(lanes=lanes, most=room, in_hand=in_hand) if room else None

    # --- one transaction a round: the ends of the last calls, and the mark on the next -----------

    def _kept_free(self, lane: Lane) -> int:
        """How many calls of every second this lane leaves to answers."""
        return 0 if lane in _FIRST_LANES else self._for_answers

    def _wait(self, message: Claimed, now: float) -> float:
        """Seconds until its chat may be written to; what is drawn anew leaves room there for
        whatever may come, so that nothing waits behind it."""
        leaving = 1 if message.lane is Lane.REDRAW else 0
        chat = message.chat
        return self._pacer.wait_for(chat.telegram_id, chat.kind, now, leaving=leaving)

    def _choose(self) -> list[Prepared]:
        """What free connections take now. What has to wait long goes back to the database."""
        now = self._rt.seconds()
        under_way = len(self._sending)
        free = self._breaker.allowed(self._connections, under_way, now)
        if self._breaker.is_open and not free:
            self._give_back_ready()
        room = self._second.free(now, under_way=under_way)
        chosen: list[Prepared] = []
        kept: list[tuple[Place, Prepared]] = []
        # What a call came to must be known before the next one of its chat may go.
        chats = {*self._sending, *(tried.prepared.message.chat.id for tried in self._tried)}
        for number, (place, prepared) in enumerate(self._ready):
            if len(chosen) >= free:
                kept += self._ready[number:]
                break
            chat = prepared.message.chat
            no_room = len(chosen) + self._kept_free(prepared.message.lane) >= room
            if no_room or chat.id in chats:
                kept.append((place, prepared))
                continue
            wait = self._wait(prepared.message, now)
            if wait <= 0 or prepared.message.lane is not Lane.REDRAW:
                chats.add(chat.id)  # later ones of this chat keep their place behind it
            if wait > _LONG_WAIT_SECONDS:
                send_at = self._rt.now() + timedelta(seconds=wait)
                self._dropped.append(given_back(prepared.message, send_at))
                if prepared.message.lane is not Lane.REDRAW:
                    self._resting[chat.id] = now + wait
            elif wait > 0:
                kept.append((place, prepared))
            else:
                self._pacer.take(chat.telegram_id, chat.kind, now)
                self._turns.taken(place)
                chosen.append(prepared)
        self._ready = kept
        return chosen

    def _give_back_ready(self) -> None:
        now = self._rt.now()
        self._dropped += [given_back(prepared.message, now) for _, prepared in self._ready]
        self._ready.clear()

    async def _turn(self, chosen: list[Prepared]) -> bool:
        """Write down what has ended and mark `chosen` in flight in one commit, then send them."""
        tried, dropped = list(self._tried), list(self._dropped)
        if not (tried or chosen or dropped or self._is_progress_due() or self._refusals.by_all):
            return False
        this = round_of(tried, dropped, now=self._rt.now(), failures=self._breaker.unanswered)
        if this.stops:  # the token is none any more: nothing else may leave
            now = self._rt.now()
            this.recorded += [given_back(prepared.message, now) for prepared in chosen]
            chosen = []
        self._progressed |= this.directive_ids
        this.marked = [prepared.message.id for prepared in chosen]
        asks = any(prepared.call is None for prepared in chosen)
        is_last = not (chosen or self._ready or self._sending or self._claiming)
        has_more_to_it = this.has_more_to_it or self._refusals.by_all or self._silence.ended
        ours: list[Prepared] = []
        if has_more_to_it or asks or is_last:
            ours = await self._write_all(this, chosen)
        elif this.recorded or this.marked:
            marked = await self._write_plainly(this)
            ours = [prepared for prepared in chosen if prepared.message.id in marked]
        # Only now: had the database failed, they would be written down in the next round.
        del self._tried[: len(tried)]
        del self._dropped[: len(dropped)]
        self._refusals.count(this)
        if this.stops:
            self.stopped_by_telegram = True
            _log.critical("token_refused")
        if tried:
            self._rt.fault("committed")
        if chosen:
            self._rt.fault("in_flight")
        for prepared in ours:
            self._sending[prepared.message.chat.id] = prepared
            task = asyncio.create_task(self._send(prepared))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._is_progress_due():
            await self._show_progress()
        return bool(tried or chosen)

    async def _write_plainly(self, this: Round) -> set[int]:
        """The round, where nothing follows from it; the marked messages that are still ours."""
        epoch = self.epoch
        if self._rt.database.is_sqlite or not this.is_one_statement(epoch=epoch):
            return await self._rt.write_at_once(partial(self._write, this))
        self._rt.fault("before_commit")  # which is part of the statement
        work = partial(this.write, epoch=epoch, now=self._rt.now())
        return await self._rt.write_by_itself(work)

    def _write(self, this: Round, session: Session) -> set[int]:
        ours = this.write(session, epoch=self.epoch, now=self._rt.now())
        if this.recorded:
            self._rt.fault("before_commit")
        return ours

    async def _write_all(self, this: Round, chosen: list[Prepared]) -> list[Prepared]:
        """The round with all that follows from it for chats, cards and staff's progress."""
        now = self._rt.now()
        async with self._rt.write() as session:
            held = await this.follow(session, now=now)
            if self._held_until is not None:
                await kept.keep_hold(session, self._held_until, now=now)
            await self._refusals.pause(session, now=now)  # then the mark finds nothing of theirs
            if self._silence.ended is not None:
                await tell_of_silence(session, self._silence.ended, now=now)
            chosen = await self._still_wanted(session, this, chosen)
            this.marked = [prepared.message.id for prepared in chosen]
            marked = await session.run_sync(partial(self._write, this))
            await this.settle_copies(session, now=now)
            busy = bool(marked or self._ready or self._sending or self._claiming)
            shown = self._progress_to_show(busy=busy)
            await progress.redraw(session, shown, now=now, at_once=not busy)
        self._held_until = self._silence.ended = None
        self._progressed -= shown
        self._ready = [each for each in self._ready if each[1].message.id not in held]
        return [prepared for prepared in chosen if prepared.message.id in marked]

    async def _still_wanted(
        self, session: AsyncSession, this: Round, chosen: list[Prepared]
    ) -> list[Prepared]:
        """Reminders are asked again, and made, in the very transaction that lets them go: while
        one waited for its turn the work may have been finished."""
        asked = [each.message for each in chosen if each.call is None]
        if not asked:
            return chosen
        batch = await ask_again(self._rt, session, asked, zone=self._zone)
        this.recorded += batch.dropped
        wanted = {prepared.message.id: prepared for prepared in batch.ready}
        reminders = {message.id for message in asked}
        return [
            wanted.get(each.message.id, each)
            for each in chosen
            if each.message.id not in reminders or each.message.id in wanted
        ]

    def _is_progress_due(self) -> bool:
        return bool(self._progressed) and self._rt.seconds() >= self._progress_due

    async def _show_progress(self) -> None:
        """Let staff see how far it is, while calls are under way that need not wait for it."""
        shown = self._progress_to_show(busy=True)
        async with self._rt.write() as session:
            await progress.redraw(session, shown, now=self._rt.now(), at_once=False)
        self._progressed -= shown

    def _progress_to_show(self, *, busy: bool) -> set[int]:
        """Directives whose progress is redrawn: now and then, and when nothing is left in hand."""
        if not self._progressed or (busy and not self._is_progress_due()):
            return set()
        self._progress_due = self._rt.seconds() + _PROGRESS_SECONDS
        return set(self._progressed)

    # --- send ------------------------------------------------------------------------------------

    async def _send(self, prepared: Prepared) -> None:
        assert prepared.call is not None  # noqa: S101 - made at the latest when it was let go
        begun = self._rt.seconds()
        try:
            outcome = await self._call(prepared.call)
            self._rt.fault("answered")
            self._note(outcome, prepared.message.chat.telegram_id)
            self._tried.append(Tried(prepared, outcome))
        finally:
            now = self._rt.seconds()
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
                whole=False,
            )
        except Exception as error:
            result = error
        return classify(result, scope=Scope.CHAT if call.is_for_chat else Scope.BOT)

    def _note(self, outcome: Outcome, chat_id: int) -> None:
        """What a call's end means for the ones after it."""
        now = self._rt.seconds()
        if isinstance(outcome, RetryLater):
            of_chat = chat_id if outcome.scope is Scope.CHAT else None
            if self._pacer.hold(of_chat, now + outcome.retry_after, now=now):
                self._held_until = self._rt.now() + timedelta(seconds=outcome.retry_after)
            _log.warning("too_many_requests", extra={"seconds": outcome.retry_after})
        answered = not isinstance(outcome, NotSentRetry | Uncertain)
        self._breaker.note(answered=answered, now=now)
        self._silence.note(silent=self._breaker.is_open, now=self._rt.now())
        if isinstance(outcome, NotSentRetry | Uncertain):
            _log.warning(
                "telegram_unreachable",
                extra={"reason": outcome.reason.value, "in_a_row": self._breaker.unanswered},
            )


def limits_of(rt: Runtime) -> Limits:
    """Telegram's limits as configured."""
    given = rt.config.delivery
    return Limits.at(
        given.messages_per_second, given.private_chat_per_second, given.group_per_minute
    )
