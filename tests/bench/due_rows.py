"""Open work by the million, of which a little is due now, written in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Select, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import (
    AcknowledgeBy,
    AssignmentState,
    ChatKind,
    ContactRole,
    DraftState,
    ReminderEnd,
)
from bot.storage.engine import Database
from bot.storage.tables import (
    Addressee,
    Assignment,
    Chat,
    Contact,
    Directive,
    Draft,
    OutboxMessage,
    Person,
    Reminder,
    Task,
    Unit,
)
from tests import factories
from tests.bench.wire import FIRST_CHAT

NOW = datetime(2026, 10, 6, 1, 0, tzinfo=UTC)  # a Tuesday, 08:00 in the office
_DUE_AT = datetime(2026, 10, 9, 10, 0, tzinfo=UTC)  # the Friday, 17:00: three working days on
_ISSUED = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
_TASKS = 4
_FIRST_ID = 1_000_000

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Shape:
    """So many units, each with every directive; of the last one so many have something due."""

    units: int
    directives: int
    due: int
    due_units: int
    receipts: int = 0  # of the last directive: so many units are also to confirm it now

    @property
    def assignments(self) -> int:
        """How much work is open."""
        return self.units * self.directives * _TASKS


async def fill(database: Database, shape: Shape) -> None:
    """All of it, nothing due yet."""
    async with database.write() as session:
        author = await factories.create_staff(session)
    person_id, chat_id = author.person.id, author.chat.id
    async with database.write() as session:
        for table, rows in (
            (Unit, _units(shape)),
            (Person, _people(shape)),
            (Contact, _contacts(shape)),
            (Chat, _chats(shape)),
            (Draft, _drafts(shape, person_id, chat_id)),
            (Directive, _directives(shape, person_id)),
            (Task, _tasks(shape)),
        ):
            await session.execute(insert(table), list(rows))
    for number in range(shape.directives):
        async with database.write() as session:
            await _give(session, _FIRST_ID + number, next_at=_later(number))
            if number % 10 == 0:
                await _remember(session, _FIRST_ID + number)


async def _give(session: AsyncSession, directive_id: int, *, next_at: datetime) -> None:
    """The directive to every unit, all of it open."""
    given = select(literal(directive_id), Unit.id, Unit.name, literal(_ISSUED), literal(next_at))
    names = ("directive_id", "unit_id", "unit_name", "added_at", "next_reminder_at")
    await session.execute(insert(Addressee).from_select(names, given))
    work = (
        select(
            Task.id,
            Addressee.id,
            literal(AssignmentState.OPEN, Assignment.state.type),
            literal(_DUE_AT),
            literal(next_at),
        )
        .join(Addressee, Addressee.directive_id == Task.directive_id)
        .where(Task.directive_id == directive_id)
    )
    names = ("task_id", "addressee_id", "state", "deadline_at", "next_reminder_at")
    await session.execute(insert(Assignment).from_select(names, work))


async def _remember(session: AsyncSession, directive_id: int) -> None:
    """A step of all its work has been dealt with."""
    done = (
        select(
            Assignment.id,
            literal("before-7"),
            literal(_DUE_AT),
            literal(_ISSUED),
            literal(ReminderEnd.STALE, Reminder.ending.type),
        )
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(Addressee.directive_id == directive_id)
    )
    names = ("assignment_id", "step", "deadline_at", "queued_at", "ending")
    await session.execute(insert(Reminder).from_select(names, done))


async def make_due(session: AsyncSession, shape: Shape) -> None:
    """What is due is due, and nobody has been reminded of it yet."""
    await session.execute(delete(Reminder).where(Reminder.queued_at >= NOW))
    await session.execute(delete(OutboxMessage))
    await session.execute(
        update(Assignment)
        .where(Assignment.id.in_(_first_works(shape)))
        .values(next_reminder_at=NOW)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Addressee)
        .where(
            Addressee.directive_id == _last(shape), Addressee.unit_id < _FIRST_ID + shape.receipts
        )
        .values(next_reminder_at=NOW, acknowledge_due_at=NOW + timedelta(hours=1))
        .execution_options(synchronize_session=False)
    )


def _first_works(shape: Shape) -> Select[int]:
    """Of the last directive, as many tasks of the first units as are due."""
    return (
        select(Assignment.id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(
            Addressee.directive_id == _last(shape),
            Addressee.unit_id < _FIRST_ID + shape.due_units,
            Task.position <= shape.due // shape.due_units,
        )
    )


def _last(shape: Shape) -> int:
    return _FIRST_ID + shape.directives - 1


def _units(shape: Shape) -> Iterator[Row]:
    for n in range(shape.units):
        yield {
            "id": _FIRST_ID + n, "code": f"B{n}", "name": f"Đài thứ {n}", "phone": "", "note": "",
            "created_at": _ISSUED,
        }  # fmt: skip


def _people(shape: Shape) -> Iterator[Row]:
    for n in range(shape.units):
        yield {
            "id": _FIRST_ID + n, "telegram_id": FIRST_CHAT + n, "name": f"Nguyễn Văn {n}",
            "language": "vi", "created_at": _ISSUED,
        }  # fmt: skip


def _contacts(shape: Shape) -> Iterator[Row]:
    for n in range(shape.units):
        yield {
            "unit_id": _FIRST_ID + n, "person_id": _FIRST_ID + n, "role": ContactRole.CONTACT,
            "joined_at": _ISSUED,
        }  # fmt: skip


def _chats(shape: Shape) -> Iterator[Row]:
    for n in range(shape.units):
        yield {
            "id": _FIRST_ID + n, "telegram_id": FIRST_CHAT + n, "kind": ChatKind.PRIVATE,
            "title": "", "language": "vi", "person_id": _FIRST_ID + n, "staff_group": False,
        }  # fmt: skip


def _drafts(shape: Shape, person_id: int, chat_id: int) -> Iterator[Row]:
    for n in range(shape.directives):
        yield {
            "id": _FIRST_ID + n, "author_id": person_id, "chat_id": chat_id,
            "state": DraftState.ISSUED, "created_at": _ISSUED, "updated_at": _ISSUED,
        }  # fmt: skip


def _directives(shape: Shape, person_id: int) -> Iterator[Row]:
    for n in range(shape.directives):
        yield {
            "id": _FIRST_ID + n, "draft_id": _FIRST_ID + n, "version": 1, "number": str(n),
            "symbol": "STTTT", "issued_on": date(2026, 9, 28), "subject": "V/v tuyên truyền",
            "body": "Nội dung", "identity_key": f"key {n}", "issued_by": person_id,
            "issued_at": _ISSUED, "acknowledge_by": AcknowledgeBy.ANY,
        }  # fmt: skip


def _tasks(shape: Shape) -> Iterator[Row]:
    for n in range(shape.directives):
        for task in range(_TASKS):
            yield {
                "id": _FIRST_ID + n * _TASKS + task, "directive_id": _FIRST_ID + n,
                "position": task + 1, "text": "Nội dung", "short_title": f"Việc {task + 1}",
                "deadline_at": _DUE_AT,
            }  # fmt: skip


def _later(number: int) -> datetime:
    """One of many moments that are still to come."""
    return NOW + timedelta(hours=1 + number % 700)
