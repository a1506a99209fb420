"""Queries of the sender: claiming messages, marking them in flight, recording what became of them.

They deal in plain rows, thousands at a time, in one step to the database (`Database.read_at_once`).
How messages come into the outbox, and what else is asked of it, stands in `outbox`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.states import (
    CardKind,
    ChatKind,
    Lane,
    MessageKind,
    OutboxState,
    Sending,
    WhenUnclear,
)
from bot.storage.in_bulk import is_one_of, number, numbered, numbers, other, pairs
from bot.storage.outbox import FINAL, UNDER_WAY, under_way
from bot.storage.tables import Card, Chat, Directive, Lease, OutboxMessage
from bot.storage.types import written_out

MOST_OF_A_CHAT = 3
_PLAIN = "plain"  # a parameter of any kind of message
_OVERWRITES = "overwrite"  # one of what is to be erased


def claimable(
    session: Session,
    *,
    now: datetime,
    limit: int,
    lanes: Collection[Lane],
    in_hand: Mapping[int, int] | None = None,
) -> list[int]:
    """Waiting messages whose time has come, first lanes first; a few of each chat at most.

    A chat that may be written to only now and then must not fill the sender's hands; `in_hand`
    says how many it holds already, by chat. The first cards of a directive whose sending is paused
    wait too.

    A redraw waits while another message of its card is under way: what it shows may be older, and
    a card that has no message yet would get two.
    """
    held = Counter(in_hand or {})
    full = [chat_id for chat_id, count in held.items() if count >= MOST_OF_A_CHAT]
    values = {"now": now, "most": limit, "lanes": list(lanes), "full": full}
    ids = []
    for message_id, chat_id in session.execute(_CLAIMABLE, values).all():
        held[chat_id] += 1
        if held[chat_id] <= MOST_OF_A_CHAT:
            ids.append(message_id)
    return ids


def claim(session: Session, ids: Sequence[int], *, epoch: int) -> list[int]:
    """Take these messages; the ids that nobody else took, in the same order.

    Nothing is taken when the lease has passed to another instance (another epoch).
    """
    mine = set(session.scalars(_CLAIM, {"ids": numbers(ids), "taker": epoch}))
    return [each for each in ids if each in mine]


@dataclass(slots=True)
class ClaimedChat:
    """The chat a claimed message goes to."""

    id: int
    telegram_id: int
    kind: ChatKind
    language: str
    person_id: int | None
    unit_id: int | None
    topic_id: int | None
    unreachable_reason: str | None


@dataclass(slots=True)
class ClaimedCard:
    """The card a claimed message draws; `message_id` is None before its first sending."""

    id: int
    kind: CardKind
    subject_id: int
    message_id: int | None


@dataclass(slots=True)
class Claimed:
    """A message that is ours to send. Thousands of them pass, so it is no object of the ORM."""

    id: int
    kind: MessageKind
    lane: Lane
    state: OutboxState
    parameters: dict[str, Any]
    directive_id: int | None
    reply_to: int | None
    edits: int | None
    epoch: int | None
    uncertain_attempts: int
    seen_message_id: int | None
    chat: ClaimedChat
    card: ClaimedCard | None
    when_unclear: WhenUnclear | None  # of its directive, if it is of one

    @property
    def topic_id(self) -> int | None:
        """The forum topic to name; an answer is put into that of what it answers by Telegram."""
        return self.chat.topic_id if self.reply_to is None else None

    @property
    def is_plain_text(self) -> bool:
        """Telegram could not read our formatting: only the words are sent."""
        return bool(self.parameters.get(_PLAIN))

    @property
    def said_id(self) -> int | None:
        """What an answer says that is on its way to who asked."""
        return None if self.edits else self.parameters.get("said_id")

    @property
    def overwrites(self) -> bool:
        """Telegram does not let it be deleted any more: words stand in its place."""
        return bool(self.parameters.get(_OVERWRITES))


_TABLE = cast(Table, OutboxMessage.__table__)
_CHATS = cast(Table, Chat.__table__)
_CARDS = cast(Table, Card.__table__)
_DIRECTIVES = cast(Table, Directive.__table__)
_LEASES = cast(Table, Lease.__table__)
_MESSAGE = [_TABLE.c[each.name] for each in fields(Claimed)[:-3]]
_CHAT = [_CHATS.c[each.name] for each in fields(ClaimedChat)]
_CARD = [_CARDS.c[each.name] for each in fields(ClaimedCard)]


def load(session: Session, ids: Collection[int]) -> list[Claimed]:
    """These messages with their chats, by lane and age."""
    rows = session.execute(_LOAD, {"ids": numbers(ids)}).all()
    return [_claimed(tuple(row)) for row in rows]


def _claimed(row: tuple[Any, ...]) -> Claimed:
    chat_at, card_at = len(_MESSAGE), len(_MESSAGE) + len(_CHAT)
    card = ClaimedCard(*row[card_at:-1]) if row[card_at] is not None else None
    values = (*row[:chat_at], ClaimedChat(*row[chat_at:card_at]), card, row[-1])
    return Claimed(*values)


def mark_in_flight(session: Session, ids: Collection[int], *, epoch: int) -> set[int]:
    """The second mark, committed just before the bytes leave; the ids that are still ours."""
    return set(session.scalars(MARK, {"ids": numbers(ids), "taker": epoch}))


@dataclass(slots=True, kw_only=True)
class Recorded:
    """What became of one message: a final state, or WAITING again at `send_at`.

    `epoch` is the one it was claimed with: who lost the lease may still tell how a send ended, but
    not put back what the next holder has claimed meanwhile.
    """

    id: int
    epoch: int | None
    directive_id: int | None = None
    state: OutboxState
    reason: str | None = None
    message_id: int | None = None
    send_at: datetime | None = None
    attempts_less: int = 0
    uncertain: int = 0
    untold: Mapping[str, Any] | None = None  # of a secret that was dropped, its parameters
    said_id: int | None = None  # of an answer that was dropped, what it said

    @property
    def is_plainly_accepted(self) -> bool:
        """Nothing but the state and the message's id is to be written."""
        return self.state is OutboxState.ACCEPTED and self.reason is None and not self.uncertain


def given_back(message: Claimed, send_at: datetime, *, reason: str | None = None) -> Recorded:
    """Claimed, but not to be sent before `send_at`."""
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        directive_id=message.directive_id,
        state=OutboxState.WAITING,
        reason=reason,
        send_at=send_at,
    )


def dropped(message: Claimed, state: OutboxState, reason: str, *, secret: bool = False) -> Recorded:
    """Claimed, and never to be sent."""
    return Recorded(
        id=message.id,
        epoch=message.epoch,
        directive_id=message.directive_id,
        state=state,
        reason=reason,
        untold=message.parameters if secret else None,
        said_id=message.said_id,
    )


def record(session: Session, outcomes: Sequence[Recorded], *, now: datetime) -> None:
    """Write down what became of messages, unless somebody else has settled a row meanwhile."""
    accepted = {each.id: each.message_id for each in outcomes if each.is_plainly_accepted}
    if accepted:
        session.execute(ACCEPT, {"accepted": numbered(accepted), "at": now})
    for outcome in outcomes:
        if not outcome.is_plainly_accepted:
            _record_one(session, outcome, now=now)


def _record_one(session: Session, outcome: Recorded, *, now: datetime) -> None:
    values: dict[str, Any] = {
        "state": outcome.state,
        "reason": outcome.reason,
        "finished_at": now if outcome.state in FINAL else None,
    }
    if outcome.message_id is not None:
        values["message_id"] = outcome.message_id
    if outcome.send_at is not None:
        values["send_at"] = outcome.send_at
    if outcome.attempts_less:
        values["attempts"] = OutboxMessage.attempts - outcome.attempts_less
    if outcome.uncertain:
        values["uncertain_attempts"] = OutboxMessage.uncertain_attempts + outcome.uncertain
    statement = update(OutboxMessage).where(
        OutboxMessage.id == outcome.id,
        OutboxMessage.state.in_(UNDER_WAY),
    )
    if outcome.state is OutboxState.WAITING:
        statement = statement.where(OutboxMessage.epoch == outcome.epoch)
    session.execute(statement.values(**values))


async def hold_behind(session: AsyncSession, message: Claimed, *, until: datetime) -> set[int]:
    """Let what stands behind this message in its chat and lane wait as long as it must, so that
    parts keep their order; their ids. What this epoch has only claimed is given back for it."""
    held = await session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.chat_id == message.chat.id,
            OutboxMessage.lane == message.lane,
            OutboxMessage.id > message.id,
            OutboxMessage.send_at <= until,
            or_(
                OutboxMessage.state == OutboxState.WAITING,
                and_(
                    OutboxMessage.state == OutboxState.CLAIMED,
                    OutboxMessage.epoch == message.epoch,
                ),
            ),
        )
        .values(state=OutboxState.WAITING, send_at=until)
        .returning(OutboxMessage.id)
    )
    return set(held)


def unfinished(session: Session) -> list[Claimed]:
    """What a process that died left claimed or in flight."""
    ids = session.scalars(select(OutboxMessage.id).where(under_way(OutboxMessage)))
    return load(session, list(ids))


async def is_behind_another(session: AsyncSession, message: Claimed) -> bool:
    """Whether an earlier message of the same card is under way."""
    row = await session.scalar(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.card_id == (message.card.id if message.card else None),
            OutboxMessage.id < message.id,
            under_way(OutboxMessage),
        )
        .limit(1)
    )
    return row is not None


def seen(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Of which of these a copy's button was pressed meanwhile: that message's id. They are locked:
    a press that comes now waits for what is written next, and settles it itself."""
    rows = session.execute(
        select(_TABLE.c.id, _TABLE.c.seen_message_id).where(_TABLE.c.id.in_(ids)).with_for_update()
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


async def send_plainly(session: AsyncSession, message: Claimed) -> None:
    """From now on the message is sent without formatting."""
    await _mark(session, message, _PLAIN)


async def overwrite(session: AsyncSession, message: Claimed) -> None:
    """From now on it is overwritten what this was to delete."""
    await _mark(session, message, _OVERWRITES)


async def _mark(session: AsyncSession, message: Claimed, name: str) -> None:
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id)
        .values(parameters={**message.parameters, name: True})
    )


# --- the statements of the sender, put together once: it repeats them all day ---------------------
# Of tables, not of mapped classes: one column of these is enough to send all through the ORM.

_WAITING = and_(_TABLE.c.finished_at.is_(None), _TABLE.c.state == written_out(OutboxState.WAITING))
_THEIR_IDS = is_one_of(_TABLE.c.id, "ids")
_HOLDS_LEASE = select(_LEASES.c.epoch).where(_LEASES.c.epoch == bindparam("taker")).exists()
_OTHER = _TABLE.alias()
_OF_WHAT_IS_THERE = (MessageKind.REDRAW, MessageKind.ERASE)
_CARD_UNDER_WAY = (
    select(_OTHER.c.id)
    .where(
        _OTHER.c.card_id == _TABLE.c.card_id,
        _OTHER.c.state.in_([written_out(state) for state in UNDER_WAY]),
    )
    .exists()
)
_PAUSED = (
    select(_DIRECTIVES.c.id)
    .where(
        _DIRECTIVES.c.id == _TABLE.c.directive_id,
        _DIRECTIVES.c.sending == written_out(Sending.PAUSED),
    )
    .exists()
)
_CLAIMABLE = (
    select(_TABLE.c.id, _TABLE.c.chat_id)
    .where(
        _WAITING,
        _TABLE.c.send_at <= bindparam("now"),
        _TABLE.c.lane.in_(bindparam("lanes", expanding=True)),
        _TABLE.c.chat_id.not_in(bindparam("full", expanding=True)),
        or_(_TABLE.c.kind.not_in(_OF_WHAT_IS_THERE), ~_CARD_UNDER_WAY),
        or_(_TABLE.c.kind != MessageKind.DIRECTIVE, ~_PAUSED),
    )
    .order_by(_TABLE.c.lane, _TABLE.c.id)
    .limit(bindparam("most"))
)
_CLAIM = (
    update(_TABLE)
    .where(_THEIR_IDS, _WAITING, _HOLDS_LEASE)
    .values(
        state=OutboxState.CLAIMED,
        epoch=bindparam("taker"),
        # A redraw's key keeps only *waiting* ones apart: a change that happens while this one is
        # being sent must be able to queue the next.
        key=case((_TABLE.c.kind == MessageKind.REDRAW, None), else_=_TABLE.c.key),
    )
    .returning(_TABLE.c.id)
)
_LOAD = (
    select(*_MESSAGE, *_CHAT, *_CARD, _DIRECTIVES.c.when_unclear)
    .join(_CHATS, _CHATS.c.id == _TABLE.c.chat_id)
    .outerjoin(_CARDS, _CARDS.c.id == _TABLE.c.card_id)
    .outerjoin(_DIRECTIVES, _DIRECTIVES.c.id == _TABLE.c.directive_id)
    .where(_THEIR_IDS)
    .order_by(_TABLE.c.lane, _TABLE.c.id)
)
MARK = (
    update(_TABLE)
    .where(
        _THEIR_IDS,
        _TABLE.c.state == OutboxState.CLAIMED,
        _TABLE.c.epoch == bindparam("taker"),
        _HOLDS_LEASE,
    )
    .values(state=OutboxState.IN_FLIGHT, attempts=_TABLE.c.attempts + 1)
    .returning(_TABLE.c.id)
)
_ACCEPTED = pairs("accepted")
ACCEPT = (
    update(_TABLE)
    .where(_TABLE.c.id == number(_ACCEPTED), _TABLE.c.state.in_(UNDER_WAY))
    .values(
        state=OutboxState.ACCEPTED,
        reason=None,
        message_id=func.coalesce(other(_ACCEPTED), _TABLE.c.message_id),
        finished_at=bindparam("at"),
    )
)
