"""Writing the record of what happened: append only; ids, codes, names of units and groups, never
anything of people nor what they wrote.

Who acted, as what, by which door and where is not passed around: whoever lets somebody act says so
once (`acting`), and every event written meanwhile bears it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import EventDoor
from bot.storage.tables import Event, EventValues, Person


@dataclass(frozen=True, slots=True)
class Origin:
    """Who causes what is written now, as what, and where; by default nobody: it was time."""

    door: EventDoor = EventDoor.SCHEDULE
    person_id: int | None = None
    role: str | None = None
    chat_id: int | None = None


_NOBODY = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=_NOBODY)


@contextmanager
def acting(origin: Origin) -> Iterator[None]:
    """Let all events that are written inside bear this origin."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def where() -> int | None:
    """The chat in which somebody acts now."""
    return _origin.get().chat_id


def who_acts() -> int | None:
    """The person who causes what is written now; None when it is time that does."""
    return _origin.get().person_id


def add(
    session: AsyncSession,
    action: str,
    *,
    at: datetime,
    person_id: int | None = None,
    object_kind: str | None = None,
    object_id: int | None = None,
    directive_id: int | None = None,
    unit_id: int | None = None,
    **details: int | str | None,
) -> Event:
    """Note that `action` happened; `details` are ids and codes. The directive and the unit that it
    concerns are named, unless they are the object itself."""
    origin = _origin.get()
    if person_id is not None:
        origin = replace(origin, person_id=person_id)
    noted = Noted(
        action=action,
        at=at,
        origin=origin,
        object_kind=object_kind,
        object_id=object_id,
        directive_id=object_id if object_kind == "directive" else directive_id,
        unit_id=object_id if object_kind == "unit" else unit_id,
        details=details,
    )
    event = Event(**_row(noted))
    session.add(event)
    return event


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event that is about to be written."""

    action: str
    at: datetime
    origin: Origin
    object_kind: str | None = None
    object_id: int | None = None
    directive_id: int | None = None
    unit_id: int | None = None
    details: Mapping[str, int | str | None]


async def add_all(session: AsyncSession, noted: Sequence[Noted]) -> None:
    """Note what many did at the same time, each with an origin of its own."""
    if noted:
        await session.execute(_INSERT, [_row(each) for each in noted])


_INSERT = insert(cast(Table, Event.__table__))


def _row(noted: Noted) -> dict[str, Any]:
    return {
        "at": noted.at,
        "person_id": noted.origin.person_id,
        "role": noted.origin.role,
        "door": noted.origin.door,
        "chat_id": noted.origin.chat_id,
        "action": noted.action,
        "object_kind": noted.object_kind,
        "object_id": noted.object_id,
        "directive_id": noted.directive_id,
        "unit_id": noted.unit_id,
        "details": dict(noted.details),
    }


async def add_of_person(
    session: AsyncSession,
    action: str,
    person_id: int,
    *,
    at: datetime,
    unit_id: int,
    title: str = "",
    **details: int | None,
) -> None:
    """Note what became of a person at a unit, whoever did it; how they are called is kept apart, to
    be erased."""
    event = add(
        session,
        action,
        at=at,
        object_kind="person",
        object_id=person_id,
        unit_id=unit_id,
        **details,
    )
    person = await session.get(Person, person_id)
    called = {"name": person.name if person else None, "title": title or None}
    await keep_values(session, event, person_id=person_id, before={}, after=called)


async def keep_values(
    session: AsyncSession,
    event: Event,
    *,
    person_id: int | None,
    before: Mapping[str, str | None],
    after: Mapping[str, str | None],
) -> None:
    """Keep what an event changed that is personal, such as a name, and whose it is: apart, so that
    it can be erased and the event stays."""
    await session.flush()
    session.add(
        EventValues(event_id=event.id, person_id=person_id, before=dict(before), after=dict(after))
    )
