"""One transaction of the sender: what became of its last calls, with all that follows from it for
chats, cards and staff, and the mark on the next ones.

The loop that calls this is `worker`; what an outcome means is decided in `settle`.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.actions import alarms, chats, copies, invites, question_replies, sending
from bot.actions import cards as card_actions
from bot.delivery.otherwise import send_otherwise
from bot.delivery.prepare import Prepared
from bot.delivery.retry import Outcome
from bot.delivery.settle import TELLS_A_SECRET, Fate, Sent, settle, uncertain
from bot.domain.states import MessageKind, OutboxState
from bot.storage import cards, claims, events, moved_chats, outbox, rounds, versions
from bot.storage.claims import Claimed, Recorded, given_back
from bot.storage.engine import StatementRefused, apart

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tried:
    """A message whose call has ended."""

    prepared: Prepared
    outcome: Outcome


@dataclass(slots=True)
class Round:
    """What one transaction writes."""

    recorded: list[Recorded] = field(default_factory=list)
    drawn: dict[int, int | None] = field(default_factory=dict)  # by card, a new message's id
    versions: dict[int, int] = field(default_factory=dict)  # by card, what it shows, not the first
    followed: list[tuple[Claimed, Fate]] = field(default_factory=list)
    ended: list[tuple[int, OutboxState]] = field(default_factory=list)  # directives' first cards
    marked: list[int] = field(default_factory=list)

    @property
    def directive_ids(self) -> set[int]:
        """Whose sending has moved."""
        return {each.directive_id for each in self.recorded if each.directive_id is not None}

    @property
    def stops(self) -> bool:
        """Telegram does not know the bot any more."""
        return any(fate.stop_sending for _, fate in self.followed)

    @property
    def untold(self) -> list[Recorded]:
        """Secrets that were dropped: nobody holds them."""
        return [each for each in self.recorded if each.untold is not None]

    @property
    def lost_answers(self) -> dict[int, int]:
        """Answers that reach nobody, by outbox message: what was said."""
        dropped = {each.id: each.said_id for each in self.recorded if each.said_id is not None}
        failed = {
            message.id: message.said_id
            for message, fate in self.followed
            if message.said_id is not None and fate.state is OutboxState.FAILED
        }
        return dropped | failed

    @property
    def has_more_to_it(self) -> bool:
        """Something is to be done besides writing outcomes down."""
        return bool(self.followed or self.untold or self.lost_answers)

    def is_one_statement(self, *, epoch: int | None) -> bool:
        """Whether PostgreSQL needs a single statement to `write` it."""
        one = rounds.is_one_statement(self.recorded, self.drawn, self.marked, epoch=epoch)
        return one and not self.versions

    def write(self, session: Session, *, epoch: int | None, now: datetime) -> set[int]:
        """Write it down; the marked messages that are still ours."""
        versions.arrived(session, self.versions, now=now)
        return rounds.write(session, self.recorded, self.drawn, self.marked, epoch=epoch, now=now)

    async def follow(self, session: AsyncSession, *, now: datetime) -> set[int]:
        """All that outcomes mean besides; the messages that must wait behind others now."""
        unclear = {message.id: message for message, fate in self.followed if fate.uncertain}
        if unclear:
            for message_id, seen in (await session.run_sync(claims.seen, unclear)).items():
                self._prove(unclear[message_id], seen)
        held: set[int] = set()
        for message, fate in self.followed:
            try:
                async with apart(session):
                    held |= await _follow_up(session, message, fate, now=now)
            except StatementRefused:
                # One that cannot be followed must not hold up the others. How it ended stands; what
                # would be tried again would come to the same, and staff see that it was not.
                _log.exception("outcome_not_followed", extra={"outbox_message": message.id})
                if fate.send_at is not None:
                    state = OutboxState.UNCERTAIN if fate.uncertain else OutboxState.FAILED
                    self._replace(claims.dropped(message, state, "unwritable"))
        for each in self.untold:
            await invites.take_back_untold(session, each.untold or {}, now=now)
            await outbox.forget_parameters(session, each.id)
        lost = self.lost_answers
        for said_id in sorted(set(lost.values())):
            await question_replies.not_delivered(session, said_id, lost=set(lost), now=now)
        return held

    def _prove(self, message: Claimed, message_id: int) -> None:
        """Its answer was lost, but a press has shown meanwhile that it arrived."""
        self._replace(_proven(message, message_id))
        self.followed = [each for each in self.followed if each[0] is not message]
        if message.card is not None:
            self.drawn[message.card.id] = message_id

    def _replace(self, recorded: Recorded) -> None:
        """Something else has become of it than its call's end says."""
        self.recorded = [each for each in self.recorded if each.id != recorded.id] + [recorded]

    async def settle_copies(self, session: AsyncSession, *, now: datetime) -> None:
        """A repetition was accepted although the first copy had arrived: one of them goes."""
        for message, fate in self.followed:
            if fate.state is OutboxState.ACCEPTED and message.card is not None:
                await copies.keep_seen(session, message.id, message.card.id, now=now)


def round_of(
    tried: Sequence[Tried], dropped: Sequence[Recorded], *, now: datetime, failures: int
) -> Round:
    """What has become of these; `failures` counts calls in a row without an answer."""
    this = Round(recorded=list(dropped))
    for each in tried:
        message = each.prepared.message
        fate = settle(
            _sent(message, is_edit=each.prepared.is_edit),
            each.outcome,
            now=now,
            failures=failures,
            jitter=random.random(),  # noqa: S311 - spreads retries, guards nothing
        )
        this.recorded.append(_recorded(message, fate))
        if message.directive_id is not None and message.kind is MessageKind.DIRECTIVE:
            this.ended.append((message.directive_id, fate.state))
        if fate.drawn and message.card is not None:
            this.drawn[message.card.id] = fate.message_id
            if each.prepared.version > 1:
                this.versions[message.card.id] = each.prepared.version
        repeated = fate.state is OutboxState.ACCEPTED and message.uncertain_attempts > 0
        is_lost_answer = message.said_id is not None and fate.state is OutboxState.FAILED
        if repeated or not fate.is_plain or message.kind in TELLS_A_SECRET or is_lost_answer:
            this.followed.append((message, fate))
    return this


async def _follow_up(
    session: AsyncSession, message: Claimed, fate: Fate, *, now: datetime
) -> set[int]:
    if message.card is not None and fate.card_lost:
        await cards.lost(session, message.card.id)
    if fate.chat_unreachable:
        reason = fate.reason or ""
        await chats.note_unreachable(session, message.chat.id, reason=reason, now=now)
    if fate.new_telegram_id is not None:
        moved = await moved_chats.move_chat(
            session, message.chat.id, new_telegram_id=fate.new_telegram_id, now=now
        )
        await card_actions.draw_anew(session, moved, now=now)
    if message.kind in TELLS_A_SECRET and fate.send_at is None:
        if fate.state is OutboxState.FAILED:
            await invites.take_back_untold(session, message.parameters, now=now)
        await outbox.forget_parameters(session, message.id)
    await send_otherwise(session, message, fate, now=now)
    if fate.send_at is not None:
        return await claims.hold_behind(session, message, until=fate.send_at)
    return set()


class Refusals:
    """Counts how many first cards of a directive were refused one after the other: what Telegram
    refuses to everybody is not tried on all the others too."""

    def __init__(self) -> None:
        self._in_a_row: Counter[int] = Counter()

    def count(self, this: Round) -> None:
        """Note what has ended."""
        for directive_id, state in this.ended:
            if state is OutboxState.ACCEPTED:
                self._in_a_row.pop(directive_id, None)
            elif state is OutboxState.FAILED:
                self._in_a_row[directive_id] += 1

    @property
    def by_all(self) -> list[int]:
        """The directives that everybody refuses."""
        most = sending.REFUSALS_IN_A_ROW
        return [directive_id for directive_id, count in self._in_a_row.items() if count >= most]

    async def pause(self, session: AsyncSession, *, now: datetime) -> None:
        """Pause these; staff decide."""
        for directive_id in self.by_all:
            await sending.pause_by_itself(session, directive_id, now=now)
            del self._in_a_row[directive_id]


async def tell_of_silence(session: AsyncSession, silence: timedelta, *, now: datetime) -> None:
    """Telegram answers again after a long time: administrators learn why messages come late."""
    minutes = int(silence.total_seconds() // 60)
    events.add(session, "telegram_was_silent", at=now, minutes=minutes)
    await alarms.tell(session, "telegram.was_silent", now=now, values={"minutes": minutes})


def unfinished(message: Claimed, now: datetime) -> Recorded:
    """What a process that died left behind: only what was in flight may have arrived."""
    if message.state is OutboxState.CLAIMED:
        return given_back(message, now, reason="restart")
    if message.seen_message_id is not None and is_seen(message):
        return _proven(message, message.seen_message_id)
    is_edit = bool(message.edits or (message.card and message.card.message_id))
    is_edit = is_edit or message.kind is MessageKind.ERASE
    return _recorded(message, uncertain(_sent(message, is_edit=is_edit), "restart", now=now))


def is_seen(message: Claimed) -> bool:
    """In flight, but a button of it has been pressed."""
    return message.state is OutboxState.IN_FLIGHT and message.seen_message_id is not None


def _proven(message: Claimed, message_id: int) -> Recorded:
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        directive_id=message.directive_id,
        state=OutboxState.ACCEPTED,
        message_id=message_id,
    )


def _sent(message: Claimed, *, is_edit: bool) -> Sent:
    return Sent(
        kind=message.kind,
        is_edit=is_edit,
        in_topic=message.topic_id is not None or message.reply_to is not None,
        is_plain_text=message.is_plain_text,
        overwrites=message.overwrites,
        uncertain_attempts=message.uncertain_attempts,
        when_unclear=message.when_unclear,
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
