"""Queries of receipt slips: what a unit has confirmed, the slips that were made of it, by code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.slips import Confirmed
from bot.storage.receipts import is_receipt
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Contact,
    Directive,
    Person,
    ReceiptSlip,
)


async def confirmed(
    session: AsyncSession, addressee_id: int, *, counting_only: bool
) -> list[Confirmed]:
    """What people confirmed for the addressee, the first one in front: all of it, or what counts
    now."""
    counting = (is_receipt(),) if counting_only else ()
    rows = await session.execute(
        select(Acknowledgement, Person.name, Contact.title)
        .join(Person, Person.id == Acknowledgement.person_id)
        .join(Addressee, Addressee.id == Acknowledgement.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .outerjoin(
            Contact,
            (Contact.unit_id == Addressee.unit_id)
            & (Contact.person_id == Acknowledgement.person_id),
        )
        .where(Acknowledgement.addressee_id == addressee_id, *counting)
        .order_by(Acknowledgement.at, Acknowledgement.id)
    )
    return [
        Confirmed(
            person_id=given.person_id,
            name=name,
            role=given.role,
            title=title or "",
            at=given.at,
            door=given.door,
            version=given.version,
            note=given.note,
        )
        for given, name, title in rows
    ]


async def newest(session: AsyncSession, addressee_id: int, *, version: int) -> ReceiptSlip | None:
    """The last slip that was made of this version for the addressee."""
    row: ReceiptSlip | None = await session.scalar(
        select(ReceiptSlip)
        .where(ReceiptSlip.addressee_id == addressee_id, ReceiptSlip.version == version)
        .order_by(ReceiptSlip.id.desc())
        .limit(1)
    )
    return row


async def add(
    session: AsyncSession,
    addressee_id: int,
    *,
    code: str,
    version: int,
    content: Mapping[str, Any],
    person_id: int | None,
    now: datetime,
) -> ReceiptSlip:
    """Keep what a new slip says."""
    slip = ReceiptSlip(
        code=code,
        addressee_id=addressee_id,
        version=version,
        content=dict(content),
        person_id=person_id,
        made_at=now,
    )
    session.add(slip)
    await session.flush()
    return slip


async def get(session: AsyncSession, slip_id: int) -> ReceiptSlip | None:
    """One slip by id."""
    return await session.get(ReceiptSlip, slip_id)


async def by_code(session: AsyncSession, code: str) -> ReceiptSlip | None:
    """The slip with this code."""
    row: ReceiptSlip | None = await session.scalar(
        select(ReceiptSlip).where(ReceiptSlip.code == code)
    )
    return row


async def addressee_of(
    session: AsyncSession, *, unit_id: int, directive_id: int
) -> Addressee | None:
    """The unit among the addressees of a directive."""
    row: Addressee | None = await session.scalar(
        select(Addressee).where(
            Addressee.unit_id == unit_id, Addressee.directive_id == directive_id
        )
    )
    return row


def names(person_id: int) -> ColumnElement[bool]:
    """Slips on which the person stands, also if their confirmation was taken back since."""
    return cast(ReceiptSlip.content, String).contains(f'"person_id": {person_id},')


async def forget_person(session: AsyncSession, person_id: int, *, name: str) -> None:
    """Slips that name the person say `name` instead; that somebody confirmed, and when, stays."""
    for slip in await session.scalars(select(ReceiptSlip).where(names(person_id))):
        slip.content = {
            **slip.content,
            "confirmed": [
                {**each, "name": name, "title": "", "note": None}
                if each["person_id"] == person_id
                else each
                for each in slip.content["confirmed"]
            ],
        }
