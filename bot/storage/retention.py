"""Queries that erase what is finished and has had its time, a few rows at a time.

Nothing that is referenced, unclear or open is touched, and no event ever: its seal is a link of a
chain. A first sending, a reminder, what erased a recalled card and whatever explains a card stay as
long as the card.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.states import (
    DraftState,
    JoinState,
    MessageKind,
    OutboxState,
    QuestionState,
    UnplacedState,
    UpdateState,
)
from bot.storage.tables import (
    Attachment,
    Base,
    Dialogue,
    Draft,
    DraftGroup,
    DraftPerson,
    DraftTask,
    DraftTaskPart,
    DraftUnit,
    Event,
    EventValues,
    InviteTry,
    JoinRequest,
    OutboxMessage,
    Question,
    QuestionMessage,
    Reminder,
    Submission,
    Unplaced,
    Update,
)

BATCH = 500
_KEPT_KINDS = (
    MessageKind.DIRECTIVE,
    MessageKind.REMINDER,
    MessageKind.ESCALATION,
    MessageKind.ERASE,
)
_ENDED_WELL = (OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of rows that are kept for a time: which of a table's are old enough to go."""

    table: type[Base]
    key: InstrumentedAttribute[int]
    are_old: Callable[[datetime], tuple[ColumnElement[bool], ...]]


async def old(session: AsyncSession, kept: Kept, *, before: datetime) -> Sequence[int]:
    """The first so many that may go; to be asked beside the writing, for it may take a while."""
    rows = await session.scalars(
        select(kept.key).where(*kept.are_old(before)).order_by(kept.key).limit(BATCH)
    )
    return rows.all()


async def erase(
    session: AsyncSession, kept: Kept, ids: Collection[int], *, before: datetime
) -> None:
    """Erase these, unless something has happened to them meanwhile."""
    if kept is DRAFTS:
        await _empty_drafts(session, ids)
        return
    if kept is QUESTIONS:
        await session.execute(
            update(QuestionMessage)
            .where(QuestionMessage.id.in_(ids), *kept.are_old(before))
            .values(text="", file_kind=None, file_id=None, message_id=None)
            .execution_options(synchronize_session=False)
        )
        return
    await session.execute(
        delete(kept.table)
        .where(kept.key.in_(ids), *kept.are_old(before))
        .execution_options(synchronize_session=False)
    )


async def _empty_drafts(session: AsyncSession, ids: Collection[int]) -> None:
    """That there was one stays, as its card does."""
    tasks = select(DraftTask.id).where(DraftTask.draft_id.in_(ids))
    await session.execute(
        delete(DraftTaskPart)
        .where(DraftTaskPart.draft_task_id.in_(tasks))
        .execution_options(synchronize_session=False)
    )
    for table in (DraftTask, DraftGroup, DraftUnit, DraftPerson, Attachment):
        await session.execute(
            delete(table)
            .where(table.draft_id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    await session.execute(
        update(Draft)
        .where(Draft.id.in_(ids))
        .values(body="", subject=None, file_id=None, file_name=None, review_note=None)
        .execution_options(synchronize_session=False)
    )


def _old_messages(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """What was sent or given up, but first cards, reminders, and what drew a card whose first
    sending was never seen to arrive."""
    first = aliased(OutboxMessage)
    explains_a_card = exists().where(
        first.card_id == OutboxMessage.card_id,
        first.kind == MessageKind.DIRECTIVE,
        first.message_id.is_(None),
    )
    return (
        OutboxMessage.state.in_(_ENDED_WELL),
        OutboxMessage.finished_at < before,
        OutboxMessage.kind.not_in(_KEPT_KINDS),
        ~explains_a_card,
        ~exists().where(Reminder.outbox_message_id == OutboxMessage.id),
    )


def _old_drafts(before: datetime) -> tuple[ColumnElement[bool], ...]:
    has_content = or_(
        Draft.body != "",
        Draft.file_id.is_not(None),
        exists().where(DraftTask.draft_id == Draft.id),
        exists().where(DraftGroup.draft_id == Draft.id),
        exists().where(DraftUnit.draft_id == Draft.id),
        exists().where(DraftPerson.draft_id == Draft.id),
        exists().where(Attachment.draft_id == Draft.id),
    )
    return Draft.state == DraftState.DROPPED, Draft.updated_at < before, has_content


# What is parked waits for staff.
UPDATES = Kept(
    Update,
    Update.id,
    lambda before: (Update.state == UpdateState.DONE, Update.finished_at < before),
)
MESSAGES = Kept(OutboxMessage, OutboxMessage.id, _old_messages)
DIALOGUES = Kept(Dialogue, Dialogue.id, lambda before: (Dialogue.expires_at < before,))
INVITE_TRIES = Kept(InviteTry, InviteTry.id, lambda before: (InviteTry.at < before,))
# Links that waited for their task and have it.
SUBMISSIONS = Kept(Submission, Submission.id, lambda before: (Submission.placed_at < before,))
JOIN_REQUESTS = Kept(
    JoinRequest,
    JoinRequest.id,
    lambda before: (JoinRequest.state != JoinState.WAITING, JoinRequest.decided_at < before),
)
EVENT_VALUES = Kept(
    EventValues,
    EventValues.event_id,
    lambda before: (EventValues.event_id.in_(select(Event.id).where(Event.at < before)),),
)
DRAFTS = Kept(Draft, Draft.id, _old_drafts)
# That somebody asked and was answered stays.
QUESTIONS = Kept(
    QuestionMessage,
    QuestionMessage.id,
    lambda before: (
        QuestionMessage.at < before,
        or_(QuestionMessage.text != "", QuestionMessage.file_kind.is_not(None)),
        QuestionMessage.question_id.in_(
            select(Question.id).where(Question.state != QuestionState.OPEN)
        ),
    ),
)


def _old_unplaced(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return Unplaced.state != UnplacedState.WAITING, Unplaced.decided_at < before


def _old_first_unplaced(before: datetime) -> tuple[ColumnElement[bool], ...]:
    other = aliased(Unplaced)
    return *_old_unplaced(before), ~exists().where(other.first_id == Unplaced.id)


# What came together with a first message goes before it.
UNPLACED = Kept(
    Unplaced,
    Unplaced.id,
    lambda before: (*_old_unplaced(before), Unplaced.first_id.is_not(None)),
)
UNPLACED_FIRST = Kept(Unplaced, Unplaced.id, _old_first_unplaced)
