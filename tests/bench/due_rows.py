"""Open work by the million, of which a little is due now, written in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import (
    AcknowledgeBy,
    AssignmentState,
    ChatKind,
    ContactRole,
    DraftState,
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
_AT_ONCE = 5_000
_FIRST_ID = 1_000_000

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Shape:
    """So many units, each with every directive; of the last one so many have something due."""

    units: int
    directives: int
    due: int
    due_units: int

    @property
    def assignments(self) -> int:
        """How much work is open."""
        return self.units * self.directives * _TASKS

    def is_due(self, directive: int, unit: int, task: int) -> bool:
        """Whether this assignment is one of those that are due."""
        each = self.due // self.due_units
        return directive == self.directives - 1 and unit < self.due_units and task < each


async def fill(database: Database, shape: Shape) -> None:
    """All of it, nothing due yet."""
    async with database.write() as session:
        author = await factories.create_staff(session)
    person_id, chat_id = author.person.id, author.chat.id
    for table, rows in (
        (Unit, _units(shape)),
        (Person, _people(shape)),
        (Contact, _contacts(shape)),
        (Chat, _chats(shape)),
        (Draft, _drafts(shape, person_id, chat_id)),
        (Directive, _directives(shape, person_id)),
        (Task, _tasks(shape)),
        (Addressee, _addressees(shape)),
        (Assignment, _assignments(shape)),
    ):
        while batch := list(islice(rows, _AT_ONCE)):
            async with database.write() as session:
                await session.execute(insert(table), batch)


async def make_due(session: AsyncSession, shape: Shape) -> None:
    """What is due is due, and nobody has been reminded of it yet."""
    await session.execute(delete(Reminder))
    await session.execute(delete(OutboxMessage))
    ids = [
        _assignment_id(shape, shape.directives - 1, unit, task)
        for unit in range(shape.due_units)
        for task in range(_TASKS)
        if shape.is_due(shape.directives - 1, unit, task)
    ]
    await session.execute(
        update(Assignment).where(Assignment.id.in_(ids)).values(next_reminder_at=NOW)
    )


def _numbered(count: int) -> Iterator[int]:
    return iter(range(count))


def _assignment_id(shape: Shape, directive: int, unit: int, task: int) -> int:
    return _FIRST_ID + (directive * shape.units + unit) * _TASKS + task


def _units(shape: Shape) -> Iterator[Row]:
    for n in _numbered(shape.units):
        yield {
            "id": _FIRST_ID + n, "code": f"B{n}", "name": f"Đài thứ {n}", "phone": "", "note": "",
            "created_at": _ISSUED,
        }  # fmt: skip


def _people(shape: Shape) -> Iterator[Row]:
    for n in _numbered(shape.units):
        yield {
            "id": _FIRST_ID + n, "telegram_id": FIRST_CHAT + n, "name": f"Nguyễn Văn {n}",
            "language": "vi", "created_at": _ISSUED,
        }  # fmt: skip


def _contacts(shape: Shape) -> Iterator[Row]:
    for n in _numbered(shape.units):
        yield {
            "unit_id": _FIRST_ID + n, "person_id": _FIRST_ID + n, "role": ContactRole.CONTACT,
            "joined_at": _ISSUED,
        }  # fmt: skip


def _chats(shape: Shape) -> Iterator[Row]:
    for n in _numbered(shape.units):
        yield {
            "id": _FIRST_ID + n, "telegram_id": FIRST_CHAT + n, "kind": ChatKind.PRIVATE,
            "title": "", "language": "vi", "person_id": _FIRST_ID + n, "staff_group": False,
        }  # fmt: skip


def _drafts(shape: Shape, person_id: int, chat_id: int) -> Iterator[Row]:
    for n in _numbered(shape.directives):
        yield {
            "id": _FIRST_ID + n, "author_id": person_id, "chat_id": chat_id,
            "state": DraftState.ISSUED, "created_at": _ISSUED, "updated_at": _ISSUED,
        }  # fmt: skip


def _directives(shape: Shape, person_id: int) -> Iterator[Row]:
    for n in _numbered(shape.directives):
        yield {
            "id": _FIRST_ID + n, "draft_id": _FIRST_ID + n, "version": 1, "number": str(n),
            "symbol": "STTTT", "issued_on": date(2026, 9, 28), "subject": "V/v tuyên truyền",
            "body": "Nội dung", "identity_key": f"key {n}", "issued_by": person_id,
            "issued_at": _ISSUED, "acknowledge_by": AcknowledgeBy.ANY,
        }  # fmt: skip


def _tasks(shape: Shape) -> Iterator[Row]:
    for n in _numbered(shape.directives):
        for task in range(_TASKS):
            yield {
                "id": _FIRST_ID + n * _TASKS + task, "directive_id": _FIRST_ID + n,
                "position": task + 1, "text": "Nội dung", "short_title": f"Việc {task + 1}",
                "deadline_at": _DUE_AT,
            }  # fmt: skip


def _addressees(shape: Shape) -> Iterator[Row]:
    for n in _numbered(shape.directives):
        for unit in range(shape.units):
            yield {
                "id": _FIRST_ID + n * shape.units + unit, "directive_id": _FIRST_ID + n,
                "unit_id": _FIRST_ID + unit, "unit_name": f"Đài thứ {unit}", "added_at": _ISSUED,
                "next_reminder_at": _later(n + unit) if unit % 2 else None,
            }  # fmt: skip


def _assignments(shape: Shape) -> Iterator[Row]:
    for n in _numbered(shape.directives):
        for unit in range(shape.units):
            for task in range(_TASKS):
                yield {
                    "id": _assignment_id(shape, n, unit, task),
                    "task_id": _FIRST_ID + n * _TASKS + task,
                    "addressee_id": _FIRST_ID + n * shape.units + unit,
                    "state": AssignmentState.OPEN, "deadline_at": _DUE_AT,
                    "next_reminder_at": _later(n * 7 + unit + task),
                }  # fmt: skip


def _later(number: int) -> datetime:
    """One of many moments that are still to come."""
    return NOW + timedelta(hours=1 + number % 700)
