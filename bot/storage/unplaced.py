"""Queries of what people wrote that nobody could place. An entry is a first message with all that
came together with it; what becomes of it becomes of all of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import UnplacedState
from bot.storage.tables import Assignment, Contact, Directive, Person, Task, Unit, Unplaced


async def get(session: AsyncSession, unplaced_id: int) -> Unplaced | None:
    """One message by id."""
    return await session.get(Unplaced, unplaced_id)


async def lock(session: AsyncSession, unplaced_id: int) -> Unplaced | None:
    """The same, locked until the transaction ends, as it is now."""
    return await session.get(Unplaced, unplaced_id, with_for_update=True, populate_existing=True)


async def at_message(session: AsyncSession, *, chat_id: int, message_id: int) -> Unplaced | None:
    """What was kept of this message of somebody's."""
    row: Unplaced | None = await session.scalar(
        select(Unplaced).where(Unplaced.chat_id == chat_id, Unplaced.message_id == message_id)
    )
    return row


async def last_entry(session: AsyncSession, *, person_id: int, chat_id: int) -> Unplaced | None:
    """What the person wrote last in this chat and nobody has placed: its first message, locked."""
    row: Unplaced | None = await session.scalar(
        select(Unplaced)
        .where(
            Unplaced.person_id == person_id,
            Unplaced.chat_id == chat_id,
            Unplaced.state == UnplacedState.WAITING,
            Unplaced.first_id.is_(None),
        )
        .order_by(Unplaced.id.desc())
        .limit(1)
        .with_for_update()
    )
    return row


async def of_album(
    session: AsyncSession, *, person_id: int, chat_id: int, album: str
) -> Unplaced | None:
    """Another part of the album, which was kept."""
    row: Unplaced | None = await session.scalar(
        select(Unplaced)
        .where(
            Unplaced.person_id == person_id, Unplaced.chat_id == chat_id, Unplaced.album == album
        )
        .order_by(Unplaced.id)
        .limit(1)
    )
    return row


async def entry(session: AsyncSession, first_id: int) -> list[Unplaced]:
    """The first message and all that came together with it."""
    rows = await session.scalars(
        select(Unplaced)
        .where(or_(Unplaced.id == first_id, Unplaced.first_id == first_id))
        .order_by(Unplaced.id)
    )
    return list(rows)


async def told_last(session: AsyncSession, person_id: int) -> datetime | None:
    """When the office was last sent something of this person's."""
    at: datetime | None = await session.scalar(
        select(Unplaced.told_at)
        .where(Unplaced.person_id == person_id, Unplaced.told_at.is_not(None))
        .order_by(Unplaced.told_at.desc())
        .limit(1)
    )
    return at


def within(scope: Scope | None) -> ColumnElement[bool]:
    """What staff with these limits may see: of their units, or, where it is not clear of which it
    is, of people who speak for one of them."""
    if scope is None:
        return true()
    speaks = exists().where(
        Contact.person_id == Unplaced.person_id,
        Contact.ended_at.is_(None),
        Contact.unit_id.in_(scope.unit_ids),
    )
    return or_(
        Unplaced.unit_id.in_(scope.unit_ids), (Unplaced.unit_id.is_(None)) & speaks
    )  # fmt: skip


def waiting() -> tuple[ColumnElement[bool], ...]:
    """Whether it is an entry that nobody has decided."""
    return Unplaced.state == UnplacedState.WAITING, Unplaced.first_id.is_(None)


async def waiting_of(session: AsyncSession, person_id: int) -> list[Unplaced]:
    """The person's entries that nobody has decided, locked."""
    rows = await session.scalars(
        select(Unplaced)
        .where(Unplaced.person_id == person_id, *waiting())
        .order_by(Unplaced.id)
        .with_for_update()
    )
    return list(rows)


async def all_of(session: AsyncSession, person_id: int) -> list[int]:
    """All the person's entries."""
    rows = await session.scalars(
        select(Unplaced.id)
        .where(Unplaced.person_id == person_id, Unplaced.first_id.is_(None))
        .order_by(Unplaced.id)
    )
    return list(rows)


async def count_placed(session: AsyncSession, unit_id: int) -> int:
    """How many entries were attached to the unit's tasks."""
    number = await session.scalar(
        select(func.count(Unplaced.id)).where(*_placed(), Unplaced.unit_id == unit_id)
    )
    return number or 0


def _placed() -> tuple[ColumnElement[bool], ...]:
    return Unplaced.state == UnplacedState.PLACED, Unplaced.first_id.is_(None)


async def placed(
    session: AsyncSession, unit_id: int, *, offset: int, limit: int
) -> list[tuple[Unplaced, str, Directive, Task, str]]:
    """Some of them, newest first: with who wrote it, and what it is of, in which period."""
    rows = await session.execute(
        select(Unplaced, Person.name, Directive, Task, Assignment.period)
        .join(Person, Person.id == Unplaced.person_id)
        .join(Assignment, Assignment.id == Unplaced.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(*_placed(), Unplaced.unit_id == unit_id)
        .order_by(Unplaced.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [(row, name, directive, task, period) for row, name, directive, task, period in rows]


async def of_assignment(
    session: AsyncSession, assignment_id: int
) -> tuple[Assignment, Task, Directive] | None:
    """The task that something is attached to, and what it is of."""
    row = (
        await session.execute(
            select(Assignment, Task, Directive)
            .join(Task, Task.id == Assignment.task_id)
            .join(Directive, Directive.id == Task.directive_id)
            .where(Assignment.id == assignment_id)
        )
    ).first()
    return (row[0], row[1], row[2]) if row is not None else None


async def decide(
    session: AsyncSession,
    first: Unplaced,
    state: UnplacedState,
    *,
    by: int | None,
    now: datetime,
    unit_id: int | None = None,
    assignment_id: int | None = None,
    question_id: int | None = None,
) -> None:
    """What becomes of the entry; whoever calls it has locked the first message."""
    values = {"state": state, "decided_by": by, "decided_at": now}
    values |= {"assignment_id": assignment_id, "question_id": question_id}
    if unit_id is not None:
        values["unit_id"] = unit_id
    await session.execute(
        update(Unplaced)
        .where(or_(Unplaced.id == first.id, Unplaced.first_id == first.id))
        .values(values)
    )
    await session.refresh(first)


async def units_of(session: AsyncSession, row: Unplaced) -> list[Unit]:
    """Whose it may be: the unit if it is clear, else those that the person speaks for now."""
    wanted = select(Unit).order_by(Unit.name, Unit.id)
    if row.unit_id is not None:
        wanted = wanted.where(Unit.id == row.unit_id)
    else:
        wanted = wanted.join(Contact, Contact.unit_id == Unit.id).where(
            Contact.person_id == row.person_id, Contact.ended_at.is_(None)
        )
    return list(await session.scalars(wanted))
