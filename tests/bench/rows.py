"""A directive with many units, written in bulk: what issuing it leaves in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.domain.consent import CONSENT_VERSION
from bot.domain.states import (
    AssignmentState,
    CardKind,
    ChatKind,
    ContactRole,
    Lane,
    MessageKind,
    OutboxState,
)
from bot.storage import engine
from bot.storage.tables import (
    Addressee,
    Assignment,
    Base,
    Card,
    Chat,
    Contact,
    OutboxMessage,
    Person,
    Unit,
)
from tests import factories
from tests.bench.wire import FIRST_CHAT

_FIRST_ID = 1_000_000  # above what the factories and the sender number by themselves
_AT_ONCE = 2_000
_TITLES = (
    "Tuyên truyền kết quả cải cách hành chính của tỉnh",
    "Viết về các mô hình chuyển đổi số ở xã, phường",
    "Mở chuyên mục hỏi đáp về dịch vụ công trực tuyến",
)

Row = dict[str, Any]


async def seed(url: str, recipients: int, units: int | None = None) -> None:
    """One directive: a contact, a chat and a waiting card for every recipient, who are of so many
    units in turn; without a number each is of a unit of its own."""
    units = units or recipients
    database = engine.Database(url)
    now = datetime.now(UTC)
    async with database.write() as session:
        issued = await factories.create_directive(
            session,
            [],
            tasks=len(_TITLES),
            subject="tuyên truyền cải cách hành chính và chuyển đổi số quý IV",
            deadline_at=now + timedelta(days=10),
        )
        for task, title in zip(issued.tasks, _TITLES, strict=True):
            task.short_title = title
        await session.flush()
        tasks = [task.id for task in issued.tasks]
        for table, rows_of in _of_units(issued.directive.id, tasks, now):
            await _insert(session, table, rows_of, units)
        for table, rows_of in _of_recipients(issued.directive.id, units, now):
            await _insert(session, table, rows_of, recipients)
        staff = await factories.create_staff(session)
        progress = await factories.create_card(
            session, issued.directive.id, staff.chat, kind=CardKind.PROGRESS
        )
        await card_actions.redraw(session, progress, now=now, lane=card_actions.PROGRESS_LANE)
    if not database.is_sqlite:  # there a background process does it sooner or later
        async with database.write() as session:
            await session.execute(text("ANALYZE"))
    await database.close()


async def _insert(
    session: AsyncSession, table: type[Base], rows_of: Callable[[int], list[Row]], count: int
) -> None:
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        rows = [row for number in numbers for row in rows_of(_FIRST_ID + number)]
        await session.execute(insert(table), rows)


def _of_units(
    directive_id: int, tasks: list[int], now: datetime
) -> Iterator[tuple[type[Base], Callable[[int], list[Row]]]]:
    """For every table its rows of one unit; the unit's number is the id in each."""
    yield Unit, lambda n: [{
        "id": n, "code": f"B{n}", "name": f"Đài thứ {n}", "phone": "", "note": "",
        "created_at": now,
    }]  # fmt: skip
    yield Addressee, lambda n: [{
        "id": n, "directive_id": directive_id, "unit_id": n, "unit_name": f"Đài thứ {n}",
        "added_at": now,
    }]  # fmt: skip
    yield Assignment, lambda n: [
        {"task_id": task, "addressee_id": n, "state": AssignmentState.OPEN,
         "deadline_at": now + timedelta(days=10), "next_reminder_at": now + timedelta(days=7)}
        for task in tasks
    ]  # fmt: skip


def _of_recipients(
    directive_id: int, units: int, now: datetime
) -> Iterator[tuple[type[Base], Callable[[int], list[Row]]]]:
    """The same of one recipient."""
    yield Person, lambda n: [{
        "id": n, "telegram_id": FIRST_CHAT + n, "name": name_of(n), "language": "vi",
        "created_at": now, "consent_version": CONSENT_VERSION, "consented_at": now,
    }]  # fmt: skip
    yield Contact, lambda n: [{
        "unit_id": unit_of(n, units), "person_id": n, "role": ContactRole.CONTACT,
        "joined_at": now,
    }]  # fmt: skip
    yield Chat, lambda n: [{
        "id": n, "telegram_id": FIRST_CHAT + n, "kind": ChatKind.PRIVATE, "title": "",
        "language": "vi", "person_id": n, "staff_group": False,
    }]  # fmt: skip
    yield Card, lambda n: [{
        "id": n, "kind": CardKind.DIRECTIVE, "subject_id": unit_of(n, units), "chat_id": n,
    }]  # fmt: skip
    yield OutboxMessage, lambda n: [{
        "id": n, "kind": MessageKind.DIRECTIVE, "lane": Lane.DIRECTIVE, "chat_id": n,
        "key": f"directive:{directive_id}:1:{unit_of(n, units)}:{n}", "parameters": {},
        "card_id": n, "directive_id": directive_id, "state": OutboxState.WAITING, "send_at": now,
        "attempts": 0, "uncertain_attempts": 0, "created_at": now,
    }]  # fmt: skip


def unit_of(number: int, units: int) -> int:
    """The unit of a recipient."""
    return _FIRST_ID + (number - _FIRST_ID) % units


def name_of(number: int) -> str:
    """A recipient's name."""
    return f"Nguyễn Văn {number}"
