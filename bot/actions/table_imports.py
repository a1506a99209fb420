"""A table of units that staff sent: kept, read, shown as what it would change, taken or dropped."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import registry
from bot.actions.registry import Line, Plan
from bot.actions.replies import queue
from bot.actions.unit_headings import (
    SEVERAL,
    Column,
    Headings,
    Row,
    headings_of,
    rows_as_json,
    rows_of,
)
from bot.actions.unit_table import Fault, UnitTable, read_units
from bot.domain.folding import one_line
from bot.domain.states import CardKind, ImportState, Lane, MessageKind
from bot.errors import Conflict, InvalidInput, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import cards, events, table_imports
from bot.storage.outbox import NewMessage
from bot.storage.tables import TableImport

KEPT_FOR = timedelta(days=1)  # an open table names people: it is not kept for whoever forgot it
SHOWN_FAULTS = 8
SHOWN_GROUPS = 10
_LONGEST_NAME = 300
COLUMNS = tuple(Column)  # what a press on a column's meaning counts in


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came in a chat."""

    message_id: int
    file_id: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What a table holds and what it would change."""

    table: UnitTable
    plan: Plan


async def begin(
    session: AsyncSession, sent: Sent, *, author_id: int, chat_id: int, now: datetime
) -> TableImport:
    """Keep a table to be read by the tables' worker; its card says so."""
    row = TableImport(
        author_id=author_id,
        chat_id=chat_id,
        state=ImportState.READING,
        import_due_at=now,
        source_message_id=sent.message_id,
        file_id=sent.file_id,
        file_name=one_line(sent.file_name)[-_LONGEST_NAME:],
        created_at=now,
    )
    session.add(row)
    await session.flush()
    card, _ = await cards.ensure(session, CardKind.TABLE_IMPORT, subject_id=row.id, chat_id=chat_id)
    await queue(
        session,
        NewMessage(
            kind=MessageKind.TABLE_IMPORT,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now,
            card_id=card.id,
            reply_to=sent.message_id,
        ),
    )
    _done(session, "table_begun", row, now=now)
    wake_after_commit(session, Wake.TABLES)
    return row


async def examine(session: AsyncSession, table: UnitTable) -> Examined:
    """What the units of a table would change now."""
    return Examined(table, await registry.preview_import(session, table.units))


async def fill(
    session: AsyncSession,
    row: TableImport,
    examined: Examined,
    *,
    rows: Sequence[Row] | None,
    now: datetime,
) -> None:
    """Keep what was read and show what it would change; `rows` None: they are kept already."""
    table, summary = examined.table, examined.plan.summary
    row.state = ImportState.OPEN
    row.import_due_at = now + KEPT_FOR
    row.columns = table.headings.as_json() if table.headings else {}
    if rows is not None:
        row.rows = rows_as_json(rows)
    row.report = {
        "new": summary.new,
        "changed": summary.changed,
        "unchanged": summary.unchanged,
        **_changes(examined.plan.lines),
        "new_groups": list(examined.plan.new_groups[:SHOWN_GROUPS]),
        "new_group_count": summary.new_groups,
        "without_phone": table.without_phone,
        "zeros": table.zeros,
        "fault_count": len(table.faults),
        "faults": [_fault_as_json(fault) for fault in table.faults[:SHOWN_FAULTS]],
    }
    await show(session, row, now=now)


def _changes(lines: Sequence[Line]) -> dict[str, Any]:
    """In which columns units change, and where empty cells erase something: how often each."""
    emptied = [line.code for line in lines if line.emptied]
    return {
        "changes": Counter(column.value for line in lines for column in line.changed),
        "emptied": Counter(column.value for line in lines for column in line.emptied),
        "emptied_codes": emptied[:SHOWN_FAULTS],
        "emptied_count": len(emptied),
    }


def _fault_as_json(fault: Fault) -> dict[str, Any]:
    return {
        "wrong": fault.wrong.value,
        "row": fault.row,
        "column": fault.column.value if fault.column else None,
        "heading": fault.heading,
        "detail": fault.detail,
    }


async def show(session: AsyncSession, row: TableImport, *, now: datetime) -> None:
    """Draw its card as things stand now."""
    card, _ = await cards.ensure(
        session, CardKind.TABLE_IMPORT, subject_id=row.id, chat_id=row.chat_id
    )
    await card_actions.redraw(session, card, now=now, lane=Lane.ANSWER)


async def show_menu(
    session: AsyncSession, import_id: int, *, place: int | None, now: datetime
) -> None:
    """Let the card show its columns, or what one of them may mean."""
    row = await open_import(session, import_id)
    if place is not None and not 0 <= place < len(_headings(row).words):
        raise InvalidInput("refused.gone")
    row.report = row.report | {"menu": "columns" if place is None else "column", "place": place}
    await show(session, row, now=now)


async def show_summary(session: AsyncSession, import_id: int, *, now: datetime) -> None:
    """Let the card show its first menu."""
    row = await open_import(session, import_id)
    row.report = row.report | {"menu": "main"}
    await show(session, row, now=now)


async def set_column(
    session: AsyncSession, import_id: int, *, place: int, column_number: int, now: datetime
) -> None:
    """Take a column of the table for something else; what that changes is worked out beside."""
    row = await open_import(session, import_id)
    headings = _headings(row)
    if not 0 <= place < len(headings.words) or not 0 <= column_number < len(COLUMNS):
        raise InvalidInput("refused.gone")
    column = COLUMNS[column_number]
    if column not in SEVERAL and headings.columns[place] is column:
        await show_summary(session, import_id, now=now)
        return
    row.columns = headings.with_column(place, column).as_json()
    row.state = ImportState.READING
    row.import_due_at = now
    wake_after_commit(session, Wake.TABLES)


async def take(session: AsyncSession, import_id: int, *, now: datetime) -> Plan:
    """Take the table's units into the registry, all of them; Conflict while it has a fault."""
    row = await open_import(session, import_id)
    # In a thread: the loop has others to serve while thousands of cells are read.
    table = await asyncio.to_thread(read_units, rows_of(row.rows), _headings(row))
    if table.faults:
        raise Conflict("table.has_faults", count=len(table.faults))
    plan = await registry.import_units(session, table.units, now=now)
    await _close(session, row, ImportState.TAKEN, plan=plan, now=now)
    return plan


async def drop(session: AsyncSession, import_id: int, *, now: datetime) -> None:
    """Staff do not want this table."""
    row = await open_import(session, import_id)
    await _close(session, row, ImportState.DROPPED, now=now)


async def forget(session: AsyncSession, row: TableImport, *, now: datetime) -> None:
    """Nobody has wanted the table for a day, or it could not be read."""
    await _close(session, row, ImportState.DROPPED, now=now)


async def _close(
    session: AsyncSession,
    row: TableImport,
    state: ImportState,
    *,
    now: datetime,
    plan: Plan | None = None,
) -> None:
    if not await table_imports.close(session, row.id, state=state, now=now):
        raise Conflict("table.closed")
    await session.refresh(row)
    summary = plan.summary if plan else None
    row.report = (
        {"new": summary.new, "changed": summary.changed, "unchanged": summary.unchanged}
        if summary
        else {}
    )
    if state is ImportState.TAKEN:
        _done(session, "table_taken", row, now=now)
    else:
        _done(session, "table_dropped", row, now=now)
    await show(session, row, now=now)


async def open_import(session: AsyncSession, import_id: int) -> TableImport:
    """The table while it can be taken; NotFound or Conflict otherwise."""
    row = await table_imports.get(session, import_id)
    if row is None:
        raise NotFound("table.unknown")
    if row.state is ImportState.READING:
        raise Conflict("table.being_read")
    if row.state is not ImportState.OPEN:
        raise Conflict("table.closed")
    return row


def chosen_headings(row: TableImport) -> Headings | None:
    """Its columns as they were corrected; None before it is read for the first time."""
    return headings_of(row.columns) if row.columns else None


def _headings(row: TableImport) -> Headings:
    headings = chosen_headings(row)
    if headings is None:
        raise Conflict("table.has_faults", count=1)
    return headings


def _done(session: AsyncSession, action: str, row: TableImport, *, now: datetime) -> None:
    events.add(session, action, at=now, object_kind="table_import", object_id=row.id)
