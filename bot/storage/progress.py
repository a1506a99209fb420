"""Queries of a directive's sending: how far it is, and the messages that show it to staff.

Counted by the database, so that a hundred thousand recipients need no more memory than a hundred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    bindparam,
    case,
    func,
    select,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import (
    CardKind,
    ChatKind,
    Lane,
    MessageKind,
    OutboxState,
)
from bot.storage import outbox, standings
from bot.storage.assignments import IS_WORK
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.outbox import LOST, NewMessage
from bot.storage.receipts import confirmed_in
from bot.storage.tables import (
    Addressee,
    Assignment,
    Card,
    Chat,
    Directive,
    OutboxMessage,
)

PACES = {ChatKind.PRIVATE: timedelta(seconds=3), ChatKind.GROUP: timedelta(seconds=15)}
_RATE_SPAN = timedelta(seconds=15)
_NAMES = 10
_CARD = cast(Table, Card.__table__)
_CHAT = cast(Table, Chat.__table__)
_MESSAGE = cast(Table, OutboxMessage.__table__)
_ADDRESSEE = cast(Table, Addressee.__table__)
_ASSIGNMENT = cast(Table, Assignment.__table__)
_CARDS = select(
    _CARD.c.id, _CARD.c.kind, _CARD.c.chat_id, _CARD.c.drawn_at, _CHAT.c.kind.label("chat_kind")
).join(_CHAT, _CHAT.c.id == _CARD.c.chat_id)
_PROGRESS = _CARDS.where(
    _CARD.c.kind == CardKind.PROGRESS, is_one_of(_CARD.c.subject_id, "directives")
)
_OF_ADDRESSEES = _CARDS.where(
    _CARD.c.kind == CardKind.DIRECTIVE, is_one_of(_CARD.c.subject_id, "addressees")
)
_WORK = union_all(_OF_ADDRESSEES, _PROGRESS)  # with OR, PostgreSQL would read all cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Some names, and how many there are in all."""

    shown: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a directive's first sending is; `rate` is messages a second of late, `units` are
    those that still have work or have confirmed."""

    by_state: dict[OutboxState, int]
    rate: float
    units: int
    acknowledged: int
    unreached: Names
    without_chat: Names


async def of_directive(session: AsyncSession, directive: Directive, *, now: datetime) -> Progress:
    """Count a directive's sending."""
    values = {"directive": directive.id, "lately": now - _RATE_SPAN}
    by_state: dict[OutboxState, int] = {}
    lately = 0
    for state, messages, ended in await session.execute(_MESSAGES, values):
        by_state[state] = messages
        lately += ended
    units, unreached, without_chat = (await session.execute(_UNITS, values)).one()
    return Progress(
        by_state=by_state,
        rate=lately / _RATE_SPAN.total_seconds(),
        units=units,
        acknowledged=await standings.count_complete(session, directive),
        unreached=await _names(session, _UNREACHED, values, count=unreached),
        without_chat=await _names(session, _WITHOUT_CHAT, values, count=without_chat),
    )


async def _names(
    session: AsyncSession, wanted: Select[str], values: dict[str, Any], *, count: int
) -> Names:
    rows = await session.scalars(wanted, values) if count else ()
    return Names(shown=tuple(rows), count=count)


# --- put together once: every press draws what they count anew -----------------------------------

_DIRECTIVE_ID: ColumnElement[int] = bindparam("directive", type_=BigInteger)
_IS_FIRST_SENDING = (
    (_MESSAGE.c.directive_id == _DIRECTIVE_ID)
    & (_MESSAGE.c.kind == MessageKind.DIRECTIVE)
    & _MESSAGE.c.card_id.is_not(None)  # not the lists of tasks before it
)
_MESSAGES = (
    select(
        _MESSAGE.c.state,
        func.count(),
        func.count(case((_MESSAGE.c.finished_at > bindparam("lately"), 1))),
    )
    .where(_IS_FIRST_SENDING)
    .group_by(_MESSAGE.c.state)
)
_OF_DIRECTIVE = _ADDRESSEE.c.directive_id == _DIRECTIVE_ID
_SENT_TO = (
    select(
        _CARD.c.subject_id.label("id"),
        func.min(case((_MESSAGE.c.state.in_(LOST), 1), else_=0)).label("is_unreached"),
    )
    .join(_MESSAGE, _MESSAGE.c.card_id == _CARD.c.id)
    .where(_IS_FIRST_SENDING, _CARD.c.kind == CardKind.DIRECTIVE)
    .group_by(_CARD.c.subject_id)
    .subquery()
)
_IN_QUESTION = union(  # not asked of each: on PostgreSQL that takes several times as long
    select(_ADDRESSEE.c.id).join(_ASSIGNMENT).where(_OF_DIRECTIVE, IS_WORK),
    confirmed_in(_DIRECTIVE_ID),
).subquery()
_UNITS = (
    select(
        select(func.count()).select_from(_IN_QUESTION).scalar_subquery(),
        func.count(case((_SENT_TO.c.is_unreached == 1, 1))),
        func.count(case((_SENT_TO.c.id.is_(None), 1))),
    )
    .select_from(_ADDRESSEE.outerjoin(_SENT_TO, _SENT_TO.c.id == _ADDRESSEE.c.id))
    .where(_OF_DIRECTIVE)
)
_SOME_NAMES = (
    select(_ADDRESSEE.c.unit_name)
    .outerjoin(_SENT_TO, _SENT_TO.c.id == _ADDRESSEE.c.id)
    .where(_OF_DIRECTIVE)
    .order_by(_ADDRESSEE.c.id)
    .limit(_NAMES)
)
_UNREACHED = _SOME_NAMES.where(_SENT_TO.c.is_unreached == 1)
_WITHOUT_CHAT = _SOME_NAMES.where(_SENT_TO.c.id.is_(None))


async def directives_behind(session: AsyncSession) -> set[int]:
    """Directives of whose sending more has happened than their progress messages show."""
    rows = await session.scalars(
        select(Card.subject_id)
        .distinct()
        .join(OutboxMessage, OutboxMessage.directive_id == Card.subject_id)
        .where(Card.kind == CardKind.PROGRESS, OutboxMessage.finished_at >= Card.drawn_at)
    )
    return set(rows)


async def redraw(
    session: AsyncSession, directive_ids: Collection[int], *, now: datetime, at_once: bool = False
) -> None:
    """Queue a redraw of these directives' progress messages, every few seconds at most.

    `at_once` is for the end of a sending and for what a person did: their private chat shows it
    without waiting; a group, which takes twenty messages a minute, keeps its pace.
    """
    if not directive_ids:
        return
    rows = await session.execute(_PROGRESS, {"directives": numbers(directive_ids)})
    await _queue(session, rows, now=now, at_once=at_once)


async def redraw_with_work(
    session: AsyncSession,
    *,
    addressee_ids: Collection[int],
    directive_ids: Collection[int],
    now: datetime,
) -> None:
    """Something about units' work changed: queue redraws of their cards in all their chats, and of
    the directives' progress messages; one question and one statement, for every press does it."""
    if not addressee_ids:
        return
    values = {"addressees": numbers(addressee_ids), "directives": numbers(directive_ids)}
    await _queue(session, await session.execute(_WORK, values), now=now, at_once=True)


async def _queue(
    session: AsyncSession, cards: Iterable[Any], *, now: datetime, at_once: bool
) -> None:
    in_order = sorted(cards, key=lambda card: card.id)  # as they are locked
    redraws = [_redraw(card, now=now, at_once=at_once) for card in in_order]
    await outbox.add_redraws(session, redraws)


def _redraw(row: Any, *, now: datetime, at_once: bool) -> NewMessage:
    is_progress, send_at = row.kind is CardKind.PROGRESS, now
    if is_progress and row.drawn_at and not (at_once and row.chat_kind is ChatKind.PRIVATE):
        send_at = max(now, row.drawn_at + PACES[row.chat_kind])
    return NewMessage(
        kind=MessageKind.REDRAW,
        lane=Lane.ANSWER if is_progress else Lane.REDRAW,
        chat_id=row.chat_id,
        send_at=send_at,
        key=f"redraw:{row.id}",
        card_id=row.id,
    )
