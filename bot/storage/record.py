"""Reading the record of events: of a directive, of a unit, or all of it, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.directives import number_and_symbol
from bot.domain.rights import Scope
from bot.domain.states import EventDoor
from bot.storage.tables import Directive, Event, EventValues, Person, Unit


@dataclass(frozen=True, slots=True)
class About:
    """Which events are meant: those of a directive, of a unit, or all; and of these none that
    concern a unit outside of somebody's limits."""

    directive_id: int | None = None
    unit_id: int | None = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event with the names of what it speaks of, as they are now."""

    id: int
    number: int | None
    seal: str | None
    at: datetime
    person: str | None
    role: str | None
    door: EventDoor | None
    action: str
    object_kind: str | None
    object_id: int | None
    directive: str | None
    unit: str | None
    details: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


async def count(session: AsyncSession, about: About) -> int:
    """How many events are meant."""
    number = await session.scalar(select(func.count(Event.id)).where(*_meant(about)))
    return number or 0


async def entries(
    session: AsyncSession,
    about: About,
    *,
    limit: int,
    offset: int = 0,
    below: int | None = None,
) -> list[Entry]:
    """Some of them; `below` an event's id lets a long reading go on where it was."""
    rows = await session.execute(
        select(Event, Person.name, Directive, Unit.name, EventValues)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(Directive, Directive.id == Event.directive_id)
        .outerjoin(Unit, Unit.id == Event.unit_id)
        .outerjoin(EventValues, EventValues.event_id == Event.id)
        .where(*_meant(about), true() if below is None else Event.id < below)
        .order_by(Event.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_entry(*row) for row in rows]


def _meant(about: About) -> tuple[ColumnElement[bool], ...]:
    conditions: list[ColumnElement[bool]] = []
    if about.directive_id is not None:
        conditions.append(Event.directive_id == about.directive_id)
    if about.unit_id is not None:
        conditions.append(Event.unit_id == about.unit_id)
    if about.scope is not None:
        conditions.append(or_(Event.unit_id.is_(None), Event.unit_id.in_(about.scope.unit_ids)))
    return tuple(conditions)


def _entry(
    event: Event,
    person: str | None,
    directive: Directive | None,
    unit: str | None,
    values: EventValues | None,
) -> Entry:
    named = None
    if directive is not None:
        named = number_and_symbol(directive.number, directive.symbol) or f"#{directive.id}"
    return Entry(
        id=event.id,
        number=event.number,
        seal=event.seal,
        at=event.at,
        person=person,
        role=event.role,
        door=event.door,
        action=event.action,
        object_kind=event.object_kind,
        object_id=event.object_id,
        directive=named,
        unit=unit,
        details=event.details,
        before=values.before if values else {},
        after=values.after if values else {},
    )
