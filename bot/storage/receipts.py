"""Queries of acknowledgements: who confirmed which version, and which of them count now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.states import ContactRole, Door, Ending
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.insert import insert_new_ones
from bot.storage.tables import Acknowledgement, Addressee, Directive, Person


@dataclass(frozen=True, slots=True)
class Receipt:
    """An acknowledgement with the name of who gave it; by the door of staff that is who heard it,
    and `note` says of whom."""

    addressee_id: int
    version: int
    person_id: int
    person_name: str
    at: datetime
    door: Door = Door.CARD
    role: ContactRole | None = None
    note: str | None = None


def read_given(session: Session, addressee_ids: Collection[int]) -> dict[int, list[Receipt]]:
    """All acknowledgements that count, by addressee, in the order of time."""
    given: dict[int, list[Receipt]] = {}
    for row in session.execute(_RECEIPTS, {"ids": numbers(addressee_ids)}):
        given.setdefault(row[0], []).append(Receipt(*row))
    return given


def read_past(session: Session, addressee_ids: Collection[int]) -> dict[int, Receipt]:
    """The last acknowledgement of a version whose receipts do not count any more, by addressee."""
    last: dict[int, Receipt] = {}
    for row in session.execute(_PAST_RECEIPTS, {"ids": numbers(addressee_ids)}):
        last[row[0]] = Receipt(*row)
    return last


_CONFIRMED = cast(Table, Acknowledgement.__table__)
_PEOPLE = cast(Table, Person.__table__)
_DIRECTIVES = cast(Table, Directive.__table__)
_ADDRESSED = cast(Table, Addressee.__table__)


def is_receipt() -> ColumnElement[bool]:
    """An acknowledgement of what the directive says now: not of a version that was corrected with
    the wish for new receipts, nor that a recalled one was deleted."""
    return and_(
        _CONFIRMED.c.version >= _DIRECTIVES.c.acknowledge_from,
        or_(
            _DIRECTIVES.c.ending.is_(None),
            _DIRECTIVES.c.ending != Ending.RECALLED,
            _CONFIRMED.c.version < _DIRECTIVES.c.version,
        ),
    )


_ALL_RECEIPTS = (
    select(
        _CONFIRMED.c.addressee_id,
        _CONFIRMED.c.version,
        _CONFIRMED.c.person_id,
        _PEOPLE.c.name,
        _CONFIRMED.c.at,
        _CONFIRMED.c.door,
        _CONFIRMED.c.role,
        _CONFIRMED.c.note,
    )
    .join(_PEOPLE, _PEOPLE.c.id == _CONFIRMED.c.person_id)
    .join(_ADDRESSED, _ADDRESSED.c.id == _CONFIRMED.c.addressee_id)
    .join(_DIRECTIVES, _DIRECTIVES.c.id == _ADDRESSED.c.directive_id)
    .where(is_one_of(_CONFIRMED.c.addressee_id, "ids"))
    .order_by(_CONFIRMED.c.at, _CONFIRMED.c.id)
)
_RECEIPTS = _ALL_RECEIPTS.where(is_receipt())
_PAST_RECEIPTS = _ALL_RECEIPTS.where(_CONFIRMED.c.version < _DIRECTIVES.c.acknowledge_from)


def confirmed_in(directive: ColumnElement[int]) -> Select[int]:
    """The addressees of the directive bound so with an acknowledgement that counts."""
    return (
        select(_CONFIRMED.c.addressee_id)
        .distinct()
        .join(_ADDRESSED, _ADDRESSED.c.id == _CONFIRMED.c.addressee_id)
        .join(_DIRECTIVES, _DIRECTIVES.c.id == _ADDRESSED.c.directive_id)
        .where(_ADDRESSED.c.directive_id == directive, is_receipt())
        .correlate(None)
    )


async def count_units(session: AsyncSession, directive_id: int) -> int:
    """How many addressees they are."""
    return await session.scalar(_UNITS, {"directive": directive_id}) or 0


_UNITS = select(func.count()).select_from(confirmed_in(bindparam("directive")).subquery())


async def confirmed(
    session: AsyncSession, addressee_ids: Collection[int], *, version: int
) -> dict[int, Receipt]:
    """The first acknowledgement of this very version, by addressee."""
    rows = await session.execute(
        _ALL_RECEIPTS.where(_CONFIRMED.c.version == version), {"ids": numbers(addressee_ids)}
    )
    first: dict[int, Receipt] = {}
    for row in rows:
        first.setdefault(row[0], Receipt(*row))
    return first


@dataclass(frozen=True, slots=True)
class Confirmed:
    """That a person confirmed a version; once, however often they say it."""

    addressee_id: int
    version: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Confirming:
    """The same with where and as what it was said; staff say who told it them."""

    what: Confirmed
    chat_id: int
    door: Door
    role: ContactRole | None
    note: str | None = None


async def add(
    session: AsyncSession, confirming: Sequence[Confirming], *, now: datetime
) -> set[Confirmed]:
    """Write down what people confirmed; what they had not confirmed before."""
    rows = [
        {
            **asdict(each.what),
            "chat_id": each.chat_id,
            "door": each.door,
            "role": each.role,
            "note": each.note,
            "at": now,
        }
        for each in confirming
    ]
    found = await insert_new_ones(session, Acknowledgement, rows, key=_CONFIRMED_ONCE)
    return {Confirmed(*key) for key in found}


_CONFIRMED_ONCE = tuple(each.name for each in fields(Confirmed))


async def take_back_phoned(
    session: AsyncSession, addressee_id: int, *, since_version: int
) -> list[int]:
    """Forget what staff heard by phone of this version or a later one; who had written it down."""
    rows = await session.scalars(
        delete(Acknowledgement)
        .where(
            Acknowledgement.addressee_id == addressee_id,
            Acknowledgement.door == Door.STAFF,
            Acknowledgement.version >= since_version,
        )
        .returning(Acknowledgement.person_id)
    )
    return list(rows)


async def acknowledged_by(session: AsyncSession, person_id: int) -> list[int]:
    """The addressees of directives that are not closed for whom the person confirmed."""
    rows = await session.scalars(
        select(Addressee.id)
        .distinct()
        .join(Acknowledgement, Acknowledgement.addressee_id == Addressee.id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(Acknowledgement.person_id == person_id, Directive.closed_at.is_(None))
        .order_by(Addressee.id)
    )
    return list(rows)
