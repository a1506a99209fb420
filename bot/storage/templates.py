"""Queries of the lists of drafts and templates, of what they are copied from, and of when a
template's next draft is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Actor
from bot.domain.states import COMPOSING, DraftState, Every
from bot.storage.tables import (
    Attachment,
    Draft,
    DraftGroup,
    DraftPerson,
    DraftTask,
    DraftTaskPart,
    DraftUnit,
    Person,
    Recurrence,
)

TEMPLATES = (DraftState.TEMPLATE,)
_OfDraft = TypeVar("_OfDraft", DraftGroup, DraftUnit, DraftPerson, Attachment)


@dataclass(frozen=True, slots=True)
class Listed:
    """A draft or a template among the others, with its author's name and how many tasks it has."""

    draft: Draft
    author: str
    tasks: int


async def count(session: AsyncSession, states: Collection[DraftState], *, actor: Actor) -> int:
    """How many are theirs to work on."""
    number = await session.scalar(
        select(func.count()).select_from(Draft).where(Draft.state.in_(states), _theirs(actor))
    )
    return number or 0


async def listed(
    session: AsyncSession,
    states: Collection[DraftState],
    *,
    actor: Actor,
    offset: int,
    limit: int,
) -> list[Listed]:
    """Those, one page, what changed last first."""
    tasks = (
        select(func.count())
        .where(DraftTask.draft_id == Draft.id)
        .correlate(Draft)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Draft, Person.name, tasks)
        .join(Person, Person.id == Draft.author_id)
        .where(Draft.state.in_(states), _theirs(actor))
        .order_by(Draft.updated_at.desc(), Draft.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [Listed(draft, name, number) for draft, name, number in rows]


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """What `Actor.may_compose` says of one draft."""
    return true() if actor.scope is None else Draft.author_id == actor.person_id


async def named(session: AsyncSession, name: str) -> Draft | None:
    """The template of that name."""
    found: Draft | None = await session.scalar(
        select(Draft).where(Draft.state == DraftState.TEMPLATE, Draft.name == name).limit(1)
    )
    return found


async def begun_by_button(
    session: AsyncSession, *, chat_id: int, message_id: int, name: str | None
) -> Draft | None:
    """What a button below this message has begun, from the template of this name or without one,
    and what is not sent yet."""
    found: Draft | None = await session.scalar(
        select(Draft)
        .where(
            Draft.chat_id == chat_id,
            Draft.source_message_id == message_id,
            Draft.name == name if name is not None else Draft.name.is_(None),
            Draft.state.in_(COMPOSING),
        )
        .order_by(Draft.id.desc())
        .limit(1)
    )
    return found


async def end(session: AsyncSession, template_id: int, *, now: datetime) -> bool:
    """The template is not wanted any more; False when it is none."""
    await session.execute(delete(Recurrence).where(Recurrence.draft_id == template_id))
    ended = await session.scalar(
        update(Draft)
        .where(Draft.id == template_id, Draft.state == DraftState.TEMPLATE)
        .values(state=DraftState.DROPPED, updated_at=now)
        .returning(Draft.id)
    )
    return ended is not None


# --- what is copied ------------------------------------------------------------------------------


async def rows_of(
    session: AsyncSession, table: type[_OfDraft], draft_id: int
) -> Sequence[_OfDraft]:
    """The rows of a draft's audience, or its attachments, in their order."""
    rows = await session.scalars(select(table).where(table.draft_id == draft_id).order_by(table.id))
    return rows.all()


async def parts_of_tasks(session: AsyncSession, draft_id: int) -> dict[int, list[DraftTaskPart]]:
    """Who has part in the draft's tasks, by task."""
    rows = await session.scalars(
        select(DraftTaskPart)
        .join(DraftTask, DraftTask.id == DraftTaskPart.draft_task_id)
        .where(DraftTask.draft_id == draft_id)
        .order_by(DraftTaskPart.id)
    )
    found: dict[int, list[DraftTaskPart]] = {}
    for part in rows:
        found.setdefault(part.draft_task_id, []).append(part)
    return found


# --- recurring -----------------------------------------------------------------------------------


async def recurrences(
    session: AsyncSession, template_ids: Collection[int]
) -> dict[int, Recurrence]:
    """How these templates recur, by template; those that do not are left out."""
    rows = await session.scalars(select(Recurrence).where(Recurrence.draft_id.in_(template_ids)))
    return {row.draft_id: row for row in rows}


async def let_recur(
    session: AsyncSession,
    template_id: int,
    *,
    every: Every,
    day: int,
    next_at: datetime,
    person_id: int,
    chat_id: int,
) -> None:
    """From now on it recurs so."""
    values = {
        "every": every,
        "day": day,
        "next_at": next_at,
        "person_id": person_id,
        "chat_id": chat_id,
    }
    changed = await session.scalar(
        update(Recurrence)
        .where(Recurrence.draft_id == template_id)
        .values(**values)
        .returning(Recurrence.id)
    )
    if changed is None:
        session.add(Recurrence(draft_id=template_id, **values))
        await session.flush()


async def stop(session: AsyncSession, template_id: int) -> bool:
    """It recurs no more; False when it did not."""
    stopped = await session.scalar(
        delete(Recurrence).where(Recurrence.draft_id == template_id).returning(Recurrence.id)
    )
    return stopped is not None


async def next_due(session: AsyncSession, *, now: datetime) -> Recurrence | None:
    """The template whose next draft has been due longest."""
    due: Recurrence | None = await session.scalar(
        select(Recurrence)
        .where(Recurrence.next_at <= now)
        .order_by(Recurrence.next_at, Recurrence.id)
        .limit(1)
    )
    return due


async def move_on(session: AsyncSession, due: Recurrence, *, next_at: datetime) -> bool:
    """Let it be due again then; False if somebody else has made its draft meanwhile."""
    moved = await session.scalar(
        update(Recurrence)
        .where(Recurrence.id == due.id, Recurrence.next_at == due.next_at)
        .values(next_at=next_at)
        .returning(Recurrence.id)
    )
    return moved is not None
