"""Queries that erase what is finished and has had its time, a few rows at a time.

Nothing that is referenced, unclear or open is touched, and no event ever: its seal is a link of a
chain. A first sending, a reminder and whatever explains a card stay as long as the card.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.states import DraftState, JoinState, MessageKind, OutboxState, UpdateState
from bot.storage.tables import (
    Base,
    Dialogue,
    Draft,
    DraftGroup,
    DraftTask,
    Event,
    EventValues,
    InviteTry,
    JoinRequest,
    OutboxMessage,
    Reminder,
    Submission,
    Update,
)

BATCH = 500
_KEPT_KINDS = (MessageKind.DIRECTIVE, MessageKind.REMINDER)
_ENDED_WELL = (OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.WITHDRAWN)


async def updates(session: AsyncSession, before: datetime) -> int:
    """What was handled; what is parked waits for staff."""
    return await _delete(
        session, Update, Update.id, Update.state == UpdateState.DONE, Update.finished_at < before
    )


async def messages(session: AsyncSession, before: datetime) -> int:
    """What was sent or given up, but first cards, reminders, and what drew a card whose first
    sending was never seen to arrive."""
    first = aliased(OutboxMessage)
    explains_a_card = exists().where(
        first.card_id == OutboxMessage.card_id,
        first.kind == MessageKind.DIRECTIVE,
        first.message_id.is_(None),
    )
    return await _delete(
        session,
        OutboxMessage,
        OutboxMessage.id,
        OutboxMessage.state.in_(_ENDED_WELL),
        OutboxMessage.finished_at < before,
        OutboxMessage.kind.not_in(_KEPT_KINDS),
        ~explains_a_card,
        ~exists().where(Reminder.outbox_message_id == OutboxMessage.id),
    )


async def dialogues(session: AsyncSession, before: datetime) -> int:
    """Questions nobody answered in time."""
    return await _delete(session, Dialogue, Dialogue.id, Dialogue.expires_at < before)


async def invite_tries(session: AsyncSession, before: datetime) -> int:
    """Codes that were none."""
    return await _delete(session, InviteTry, InviteTry.id, InviteTry.at < before)


async def submissions(session: AsyncSession, before: datetime) -> int:
    """Links that waited for their task and have it."""
    return await _delete(session, Submission, Submission.id, Submission.placed_at < before)


async def join_requests(session: AsyncSession, before: datetime) -> int:
    """Requests that were decided."""
    return await _delete(
        session,
        JoinRequest,
        JoinRequest.id,
        JoinRequest.state != JoinState.WAITING,
        JoinRequest.decided_at < before,
    )


async def event_values(session: AsyncSession, before: datetime) -> int:
    """What an event changed, where it is personal; the event stays."""
    return await _delete(
        session,
        EventValues,
        EventValues.event_id,
        EventValues.event_id.in_(select(Event.id).where(Event.at < before)),
    )


async def drafts(session: AsyncSession, before: datetime) -> int:
    """The content of dropped drafts; that there was one stays, as its card does."""
    has_content = or_(
        Draft.body != "",
        Draft.file_id.is_not(None),
        exists().where(DraftTask.draft_id == Draft.id),
        exists().where(DraftGroup.draft_id == Draft.id),
    )
    ids = await _ids(
        session,
        Draft.id,
        and_(Draft.state == DraftState.DROPPED, Draft.updated_at < before, has_content),
    )
    for table in (DraftTask, DraftGroup):
        await session.execute(
            delete(table)
            .where(table.draft_id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    await session.execute(
        update(Draft)
        .where(Draft.id.in_(ids))
        .values(body="", subject=None, file_id=None, file_name=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


async def _ids(
    session: AsyncSession, key: InstrumentedAttribute[int], *conditions: ColumnElement[bool]
) -> Sequence[int]:
    rows = await session.scalars(select(key).where(*conditions).order_by(key).limit(BATCH))
    return rows.all()


async def _delete(
    session: AsyncSession,
    table: type[Base],
    key: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> int:
    """Delete the oldest rows that meet all conditions; how many."""
    ids = await _ids(session, key, *conditions)
    if ids:
        await session.execute(
            delete(table).where(key.in_(ids)).execution_options(synchronize_session=False)
        )
    return len(ids)
