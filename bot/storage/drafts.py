"""Queries of drafts, their tasks and their groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from bot.domain.states import COMPOSING, DraftState, Relation
from bot.storage.tables import (
    Draft,
    DraftGroup,
    DraftTask,
    DraftTaskPart,
    Event,
    Group,
    Person,
)

_COMPARED = 200


async def close(session: AsyncSession, draft_id: int, *, state: DraftState, now: datetime) -> bool:
    """End a draft that is not sent yet; False when somebody else has ended it meanwhile."""
    closed = await session.scalar(
        update(Draft)
        .where(Draft.id == draft_id, Draft.state.in_(COMPOSING))
        .values(state=state, updated_at=now)
        .returning(Draft.id)
    )
    return closed is not None


async def get(session: AsyncSession, draft_id: int) -> Draft | None:
    """One draft by id."""
    return await session.get(Draft, draft_id)


async def being_composed(session: AsyncSession, *, number: str | None) -> list[tuple[Draft, str]]:
    """Drafts with this number, or without any, that are neither issued nor dropped nor corrections
    of something, each with its author's name; the newest first."""
    rows = await session.execute(
        select(Draft, Person.name)
        .join(Person, Person.id == Draft.author_id)
        .where(
            Draft.state.in_(COMPOSING),
            Draft.number == number,
            Draft.corrects_id.is_(None),
        )
        .options(defer(Draft.body))  # may be long
        .order_by(Draft.id.desc())
        .limit(_COMPARED)
    )
    return [(draft, author) for draft, author in rows]


async def lock(session: AsyncSession, draft_id: int) -> Draft | None:
    """The draft as it stands now, locked until the transaction ends: whoever changes, approves or
    issues it does so after whoever was first."""
    draft: Draft | None = await session.scalar(
        select(Draft)
        .where(Draft.id == draft_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return draft


async def tasks(session: AsyncSession, draft_id: int) -> list[DraftTask]:
    """The draft's tasks in order."""
    rows = await session.scalars(
        select(DraftTask).where(DraftTask.draft_id == draft_id).order_by(DraftTask.position)
    )
    return list(rows)


async def task(session: AsyncSession, task_id: int) -> DraftTask | None:
    """One task of a draft by id."""
    return await session.get(DraftTask, task_id)


async def put_in_order(session: AsyncSession, tasks: Sequence[DraftTask]) -> None:
    """Number a draft's tasks from 1. No two ever have the same number, not even on the way."""
    for place, task in enumerate(tasks, start=1):
        task.position = -place
    await session.flush()
    for place, task in enumerate(tasks, start=1):
        task.position = place
    await session.flush()


async def remove_task(session: AsyncSession, task_id: int) -> None:
    """Erase one task of a draft, and who has part in it."""
    await session.execute(delete(DraftTaskPart).where(DraftTaskPart.draft_task_id == task_id))
    await session.execute(delete(DraftTask).where(DraftTask.id == task_id))


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A line of the draft's audience: the letter's words, the group meant, whether it is ticked."""

    id: int
    line: str | None
    group_id: int | None
    group_name: str | None
    chosen: bool
    excluded: bool = False


async def group_choices(session: AsyncSession, draft_id: int) -> list[GroupChoice]:
    """The draft's audience, in the letter's order."""
    rows = await session.execute(
        select(DraftGroup, Group.name)
        .outerjoin(Group, Group.id == DraftGroup.group_id)
        .where(DraftGroup.draft_id == draft_id)
        .order_by(DraftGroup.position)
    )
    return [
        GroupChoice(row.id, row.line, row.group_id, name, row.chosen, row.excluded)
        for row, name in rows
    ]


async def draft_group(session: AsyncSession, draft_group_id: int) -> DraftGroup | None:
    """One line of a draft's audience by id."""
    return await session.get(DraftGroup, draft_group_id)


async def submitted(session: AsyncSession) -> list[Draft]:
    """The drafts that wait for somebody's approval, oldest first."""
    rows = await session.scalars(
        select(Draft)
        .where(Draft.state == DraftState.SUBMITTED)
        .order_by(Draft.submitted_at, Draft.id)
    )
    return list(rows)


async def edited_by(
    session: AsyncSession, person_id: int | None, draft_ids: Collection[int]
) -> set[int]:
    """Those of these drafts that the person has changed though another one began them."""
    rows = await session.scalars(
        select(Event.object_id).where(
            Event.person_id == person_id,
            Event.action == "draft_edited",
            Event.object_kind == "draft",
            Event.object_id.in_(draft_ids),
        )
    )
    return {draft_id for draft_id in rows if draft_id is not None}


async def open_relation(
    session: AsyncSession, directive_id: int, *, relation: Relation, chat_id: int
) -> Draft | None:
    """A draft with this relation to a directive that was begun in this chat and is not issued."""
    draft: Draft | None = await session.scalar(
        select(Draft)
        .where(
            Draft.related_id == directive_id,
            Draft.relation == relation,
            Draft.chat_id == chat_id,
            Draft.state.in_(COMPOSING),
        )
        .order_by(Draft.id.desc())
        .limit(1)
    )
    return draft


async def next_to_read(session: AsyncSession, *, now: datetime) -> Draft | None:
    """The draft whose letter has waited longest to be read."""
    draft: Draft | None = await session.scalar(
        select(Draft)
        .where(Draft.state == DraftState.READING, Draft.import_due_at <= now)
        .order_by(Draft.import_due_at, Draft.id)
        .limit(1)
    )
    return draft
