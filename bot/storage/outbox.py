"""Queries of the outbox: putting messages in, claiming them, recording what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import (
    Lane,
    MessageKind,
    OutboxState,
)
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.insert import insert_new, insert_new_ones, insert_or_lower
from bot.storage.tables import Card, OutboxMessage
from bot.storage.types import written_out

_TABLE = cast(Table, OutboxMessage.__table__)
_CARDS = cast(Table, Card.__table__)

# A parameter: the outbox message that this one is a reply to, whose number in the chat is not known
# before it is there.
BELOW = "below"
UNDER_WAY = (OutboxState.CLAIMED, OutboxState.IN_FLIGHT)
UNSENT = (OutboxState.WAITING, OutboxState.CLAIMED)  # nothing of it has left
TO_COME = (OutboxState.WAITING, *UNDER_WAY)
LOST = (OutboxState.FAILED, OutboxState.WITHDRAWN)  # reached nobody, and never will
FINAL = (
    OutboxState.ACCEPTED,
    OutboxState.FAILED,
    OutboxState.UNCERTAIN,
    OutboxState.WITHDRAWN,
)


def under_way(message: type[OutboxMessage]) -> ColumnElement[bool]:
    """Claimed or in flight."""
    states = [written_out(state) for state in UNDER_WAY]
    return and_(to_come(message), message.state.in_(states))


def to_come(message: type[OutboxMessage]) -> ColumnElement[bool]:
    """To come, in the words of the index of such rows."""
    return message.finished_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What a row of the outbox starts with; `key` makes a second equal one vanish."""

    kind: MessageKind
    lane: Lane
    chat_id: int
    send_at: datetime
    parameters: Mapping[str, Any] | None = None
    key: str | None = None
    card_id: int | None = None
    directive_id: int | None = None
    reply_to: int | None = None
    edits: int | None = None


async def add_all(session: AsyncSession, messages: Sequence[NewMessage]) -> None:
    """Queue many messages in one go, none of which is a redraw or is there already."""
    if messages:
        await session.execute(insert(OutboxMessage), [_row(message) for message in messages])


async def add_each(session: AsyncSession, messages: Sequence[NewMessage]) -> list[int]:
    """The same; their ids, in this order."""
    if not messages:
        return []
    rows = [_row(message) for message in messages]
    return list(await session.scalars(_INSERT_EACH, rows))


_INSERT_EACH = insert(_TABLE).returning(_TABLE.c.id, sort_by_parameter_order=True)


async def add_new(session: AsyncSession, messages: Sequence[NewMessage]) -> None:
    """The same for such as have keys: those that are there already are left."""
    rows = [_row(message) for message in messages]
    await insert_new_ones(session, OutboxMessage, rows, key=("id",))


async def add(session: AsyncSession, message: NewMessage) -> int | None:
    """Queue one message; its id, or None when one with the same key is there already."""
    if message.kind is MessageKind.REDRAW:
        (redraw_id,) = await add_redraws(session, [message])
        return redraw_id
    return await insert_new(session, OutboxMessage, _row(message))


async def add_redraws(session: AsyncSession, messages: Sequence[NewMessage]) -> list[int]:
    """Queue redraws, of another card each; their ids.

    One that waits already serves this change too, and is locked until it is committed: claimed
    before that, it would draw the card without it, and nothing would be left to draw it again.
    """
    rows = [_row(message) for message in messages]
    return await insert_or_lower(session, OutboxMessage, rows, key="key", column="send_at")


def _row(message: NewMessage) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "lane": message.lane,
        "chat_id": message.chat_id,
        "key": message.key,
        "parameters": dict(message.parameters or {}),
        "card_id": message.card_id,
        "directive_id": message.directive_id,
        "reply_to": message.reply_to,
        "edits": message.edits,
        "state": OutboxState.WAITING,
        "send_at": message.send_at,
        "created_at": message.send_at,
        "attempts": 0,
        "uncertain_attempts": 0,
    }


async def messages_of_cards(session: AsyncSession, ids: Collection[int]) -> dict[int, int | None]:
    """Which messages of Telegram's the cards are that these were to send."""
    rows = await session.execute(_MESSAGES_OF_CARDS, {"ids": numbers(ids)})
    return {row[0]: row[1] for row in rows}


_MESSAGES_OF_CARDS = (
    select(_TABLE.c.id, _CARDS.c.message_id)
    .join(_CARDS, _CARDS.c.id == _TABLE.c.card_id)
    .where(is_one_of(_TABLE.c.id, "ids"))
)


async def for_update(session: AsyncSession, message_id: int) -> OutboxMessage | None:
    """One message, locked until the transaction ends."""
    return await session.get(OutboxMessage, message_id, with_for_update=True)


async def revive(session: AsyncSession, key: str, *, send_at: datetime) -> int | None:
    """Let a message that surely was not sent wait again; None if there is no such one."""
    revived: int | None = await session.scalar(
        update(OutboxMessage)
        .where(
            OutboxMessage.key == key,
            OutboxMessage.state.in_((OutboxState.FAILED, OutboxState.WITHDRAWN)),
        )
        .values(
            state=OutboxState.WAITING,
            send_at=send_at,
            attempts=OutboxMessage.uncertain_attempts,  # the try that was refused reached nobody
            reason=None,
            finished_at=None,
        )
        .returning(OutboxMessage.id)
    )
    return revived


async def shown_at(
    session: AsyncSession, kind: MessageKind, *, chat_id: int, message_id: int
) -> dict[str, Any]:
    """What a message of this kind shows now: the parameters of what was sent or edited last."""
    found: dict[str, Any] | None = await session.scalar(
        select(OutboxMessage.parameters)
        .where(
            OutboxMessage.chat_id == chat_id,
            OutboxMessage.kind == kind,
            or_(OutboxMessage.message_id == message_id, OutboxMessage.edits == message_id),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    return found or {}


async def is_overtaken(
    session: AsyncSession, kind: MessageKind, *, card_id: int, after: int
) -> bool:
    """Whether a later message of this kind brings the card into its chat as well."""
    found = await session.scalar(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.card_id == card_id,
            OutboxMessage.kind == kind,
            OutboxMessage.id > after,
        )
        .limit(1)
    )
    return found is not None


async def waits(session: AsyncSession, kind: MessageKind, *, card_id: int) -> bool:
    """Whether a message of this kind that brings the card into its chat waits to be written."""
    found = await session.scalar(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.card_id == card_id,
            OutboxMessage.kind == kind,
            OutboxMessage.state == OutboxState.WAITING,
        )
        .limit(1)
    )
    return found is not None


async def any_of(session: AsyncSession, keys: Collection[str]) -> list[OutboxMessage]:
    """Those of these messages that there are."""
    rows = await session.scalars(
        select(OutboxMessage).where(OutboxMessage.key.in_(keys)).order_by(OutboxMessage.id)
    )
    return list(rows)


async def sent_as(
    session: AsyncSession, message_id: int
) -> tuple[MessageKind, OutboxState, int | None, dict[str, Any]] | None:
    """What a row was about, what became of it, Telegram's message and its parameters."""
    row = (
        await session.execute(
            select(
                OutboxMessage.kind,
                OutboxMessage.state,
                OutboxMessage.message_id,
                OutboxMessage.parameters,
            ).where(OutboxMessage.id == message_id)
        )
    ).first()
    return (row[0], row[1], row[2], row[3]) if row is not None else None


async def drawn_last(session: AsyncSession, kind: MessageKind, *, card_id: int) -> dict[str, Any]:
    """What the card shows, or is about to: the parameters of the newest message of this kind."""
    found: dict[str, Any] | None = await session.scalar(
        select(OutboxMessage.parameters)
        .where(OutboxMessage.card_id == card_id, OutboxMessage.kind == kind)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    return found or {}


async def answer_nothing(
    session: AsyncSession, message_id: int, parameters: Mapping[str, Any]
) -> None:
    """From now on the message is no reply to another one."""
    others = {name: value for name, value in parameters.items() if name != BELOW}
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(reply_to=None, parameters=others)
    )


async def withdraw_waiting(
    session: AsyncSession, chat_id: int, kinds: Collection[MessageKind], *, now: datetime
) -> None:
    """Messages of these kinds that still wait are no longer wanted in this chat."""
    await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.chat_id == chat_id,
            OutboxMessage.kind.in_(kinds),
            OutboxMessage.state == OutboxState.WAITING,
        )
        .values(state=OutboxState.WITHDRAWN, reason="not_wanted", finished_at=now)
    )


async def withdraw(
    session: AsyncSession, keys: Collection[str], *, reason: str, now: datetime
) -> set[str]:
    """Of the messages with these keys those that still wait are not sent; which ones."""
    rows = await session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.key.in_(keys), OutboxMessage.state == OutboxState.WAITING)
        .values(state=OutboxState.WITHDRAWN, reason=reason, finished_at=now)
        .returning(OutboxMessage.key)
    )
    return {key for key in rows if key is not None}


async def forget_parameters(session: AsyncSession, message_id: int) -> None:
    """The message has told a secret; it is not kept here."""
    await session.execute(
        update(OutboxMessage).where(OutboxMessage.id == message_id).values(parameters={})
    )


async def first_sending(session: AsyncSession, card_id: int) -> OutboxState | None:
    """What became of the first sending of a directive's card."""
    state: OutboxState | None = await session.scalar(
        select(OutboxMessage.state)
        .where(OutboxMessage.card_id == card_id, OutboxMessage.kind == MessageKind.DIRECTIVE)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    return state


async def count_uncertain(session: AsyncSession) -> int:
    """How many messages may or may not have arrived, for staff to decide."""
    number = await session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.UNCERTAIN)
    )
    return number or 0


async def states_by_addressee(
    session: AsyncSession, *, directive_id: int
) -> dict[int, list[OutboxState]]:
    """What became of the directive's first cards, by addressee."""
    rows = await session.execute(
        select(Card.subject_id, OutboxMessage.state)
        .join(Card, Card.id == OutboxMessage.card_id)
        .where(
            OutboxMessage.directive_id == directive_id,
            OutboxMessage.kind == MessageKind.DIRECTIVE,
        )
    )
    states: dict[int, list[OutboxState]] = {}
    for addressee_id, state in rows:
        states.setdefault(addressee_id, []).append(state)
    return states
