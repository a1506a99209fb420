"""Reading the record of events: of a directive, of a unit, or all of it, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.directives import number_and_symbol
from bot.domain.rights import Scope
from bot.domain.states import EventDoor
from bot.storage.tables import Chat, Directive, Event, EventValues, Group, Person, Staff, Unit

# Where events name groups of units that somebody is limited to, as `1,2`.
LIMITS = {"staff_joined": ("groups",), "staff_limited": ("before", "after")}


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
    object_name: str | None  # of a person, of staff, or a group
    directive: str | None
    unit: str | None
    details: Mapping[str, Any]
    groups: Mapping[int, str]  # that somebody was limited to by it, before or after
    before: Mapping[str, Any]
    after: Mapping[str, Any]


# Whom an event is about, beside who acted.
_WHOM = aliased(Person)
_OBJECT_NAME = func.coalesce(_WHOM.name, Group.name, Chat.title)


def _is_object(kind: str, row_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return (Event.object_kind == kind) & (row_id == Event.object_id)


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
    found = await session.execute(
        select(Event, Person.name, Directive, Unit.name, EventValues, _OBJECT_NAME)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(Directive, Directive.id == Event.directive_id)
        .outerjoin(Unit, Unit.id == Event.unit_id)
        .outerjoin(EventValues, EventValues.event_id == Event.id)
        .outerjoin(Staff, (Event.object_kind == "staff") & (Staff.id == Event.object_id))
        .outerjoin(_WHOM, _is_object("person", _WHOM.id) | (_WHOM.id == Staff.person_id))
        .outerjoin(Group, _is_object("group", Group.id))
        .outerjoin(Chat, _is_object("chat", Chat.id))
        .where(*_meant(about), true() if below is None else Event.id < below)
        .order_by(Event.id.desc())
        .offset(offset)
        .limit(limit)
    )
    rows = found.all()
    groups = await _groups(session, [row[0] for row in rows])
    return [_entry(*row, groups=groups) for row in rows]


async def _groups(session: AsyncSession, events: Sequence[Event]) -> Mapping[int, str]:
    ids = {
        int(group_id)
        for event in events
        for name in LIMITS.get(event.action, ())
        for group_id in str(event.details.get(name) or "").split(",")
        if group_id
    }
    if not ids:
        return {}
    rows = await session.execute(select(Group.id, Group.name).where(Group.id.in_(ids)))
    return dict(rows.all())


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
    object_name: str | None,
    *,
    groups: Mapping[int, str],
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
        object_name=object_name or None,
        directive=named,
        unit=unit,
        details=event.details,
        groups=groups,
        before=values.before if values else {},
        after=values.after if values else {},
    )
