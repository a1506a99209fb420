"""Queries of what units have to do already, whichever directives asked it of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import AssignmentState
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import Addressee, Assignment, Directive

_ADDRESSEES = cast(Table, Addressee.__table__)


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many open tasks of a unit are due at one moment."""

    unit_id: int
    at: datetime
    tasks: int


async def open_deadlines(
    session: AsyncSession,
    unit_ids: Collection[int],
    *,
    between: Collection[tuple[datetime, datetime]],
    except_in: int | None,
) -> list[Deadline]:
    """What these units have open in directives that are not closed, due after the first and until
    the second of any of these pairs of moments; one directive may be left out."""
    if not between:
        return []
    rows = await session.execute(
        select(Addressee.unit_id, Assignment.deadline_at, func.count())
        .join(Assignment, Assignment.addressee_id == Addressee.id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            is_one_of(_ADDRESSEES.c.unit_id, "ids"),
            Assignment.state == AssignmentState.OPEN,
            Directive.closed_at.is_(None),
            Directive.id != (except_in or 0),
            or_(
                *(
                    (Assignment.deadline_at > first) & (Assignment.deadline_at <= last)
                    for first, last in between
                )
            ),
        )
        .group_by(Addressee.unit_id, Assignment.deadline_at),
        {"ids": numbers(unit_ids)},
    )
    return [Deadline(unit_id, at, tasks) for unit_id, at, tasks in rows if at is not None]
