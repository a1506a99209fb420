"""Queries of contacts who leave, hand over or stand in for somebody, and of whom they speak for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, Select, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import ChatKind, InviteKind
from bot.storage.tables import Chat, Contact, Invite, Person, Unit
from bot.storage.units import is_open

_IS_ACTIVE = Contact.ended_at.is_(None)


async def active(session: AsyncSession, contact_id: int) -> Row[Contact, Person, Unit] | None:
    """One contact who has not ended, with person and unit."""
    rows = await session.execute(_active().where(Contact.id == contact_id))
    return rows.one_or_none()


async def active_of(session: AsyncSession, person_id: int) -> list[Row[Contact, Person, Unit]]:
    """For which units the person is a contact, in the units' order."""
    rows = await session.execute(
        _active().where(Contact.person_id == person_id).order_by(Unit.name, Unit.id)
    )
    return list(rows)


async def left_by(session: AsyncSession, person_id: int) -> list[str]:
    """The names of the units of which the person was a contact, the latest first."""
    names = await session.scalars(
        select(Unit.name)
        .join(Contact, Contact.unit_id == Unit.id)
        .where(Contact.person_id == person_id, Contact.ended_at.is_not(None))
        .order_by(Contact.ended_at.desc(), Contact.id.desc())
    )
    return list(names)


async def retired_of(session: AsyncSession, person_id: int) -> list[str]:
    """The names of the units of which the person is a contact and that are no more."""
    names = await session.scalars(
        select(Unit.name)
        .join(Contact, Contact.unit_id == Unit.id)
        .where(Contact.person_id == person_id, _IS_ACTIVE, Unit.retired_at.is_not(None))
        .order_by(Unit.retired_at.desc(), Unit.id)
    )
    return list(names)


async def open_invites(
    session: AsyncSession, kinds: Collection[InviteKind], *, made_by: int, now: datetime
) -> list[tuple[InviteKind, str, datetime]]:
    """What the person has asked for and nobody has answered: kind, unit, until when."""
    rows = await session.execute(
        select(Invite.kind, Unit.name, Invite.expires_at)
        .join(Unit, Unit.id == Invite.unit_id)
        .where(Invite.kind.in_(kinds), Invite.created_by == made_by, is_open(now))
        .order_by(Invite.expires_at, Invite.id)
    )
    return [(kind, unit, until) for kind, unit, until in rows]


async def deputies_of(session: AsyncSession, person_id: int) -> list[Row[Contact, Person, Unit]]:
    """Who stands in for the person now."""
    rows = await session.execute(
        _active().where(Contact.deputy_for_id == person_id).order_by(Contact.until, Contact.id)
    )
    return list(rows)


async def any_deputy_to_end(session: AsyncSession, *, now: datetime) -> bool:
    """Whether the time of a deputy is over."""
    found = await session.scalar(
        select(Contact.id).where(_IS_ACTIVE, Contact.until <= now).limit(1)
    )
    return found is not None


async def next_deputy_to_end(
    session: AsyncSession, *, now: datetime
) -> Row[Contact, Person, Unit] | None:
    """A deputy whose time is over, the earliest first, locked."""
    rows = await session.execute(
        _active()
        .where(Contact.until <= now)
        .order_by(Contact.until, Contact.id)
        .limit(1)
        .with_for_update(of=Contact)
    )
    return rows.one_or_none()


def _active() -> Select[Contact, Person, Unit]:
    return (
        select(Contact, Person, Unit)
        .join(Person, Person.id == Contact.person_id)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(_IS_ACTIVE)
    )


async def end(session: AsyncSession, contact_id: int, *, now: datetime) -> bool:
    """The person is no contact of the unit any more; False if they were none."""
    ended = await session.scalar(
        update(Contact)
        .where(Contact.id == contact_id, _IS_ACTIVE)
        .values(ended_at=now)
        .returning(Contact.id)
    )
    return ended is not None


async def let_stand_in(
    session: AsyncSession, *, unit_id: int, person_id: int, for_id: int, until: datetime
) -> None:
    """The contact is somebody's deputy until then."""
    await session.execute(
        update(Contact)
        .where(Contact.unit_id == unit_id, Contact.person_id == person_id, _IS_ACTIVE)
        .values(until=until, deputy_for_id=for_id)
    )


async def is_reachable(session: AsyncSession, unit_id: int) -> bool:
    """Whether anybody of the unit, or its group, can be written to."""
    is_contact = exists().where(
        Contact.unit_id == unit_id, Contact.person_id == Chat.person_id, _IS_ACTIVE
    )
    row = await session.scalar(
        select(Chat.id)
        .where(
            Chat.unreachable_reason.is_(None),
            or_(
                and_(Chat.kind == ChatKind.PRIVATE, is_contact),
                and_(Chat.kind == ChatKind.GROUP, Chat.unit_id == unit_id),
            ),
        )
        .limit(1)
    )
    return row is not None


async def is_only_contact(session: AsyncSession, *, unit_id: int, person_id: int) -> bool:
    """Whether the unit has nobody else."""
    other = await session.scalar(
        select(Contact.id)
        .where(Contact.unit_id == unit_id, Contact.person_id != person_id, _IS_ACTIVE)
        .limit(1)
    )
    return other is None


async def speak_for(session: AsyncSession, person_id: int, *, unit_id: int) -> None:
    """Of several units this one is meant from now on where none is named."""
    await session.execute(
        update(Person).where(Person.id == person_id).values(speaks_for_id=unit_id)
    )


async def revoke_invites(
    session: AsyncSession,
    kinds: Collection[InviteKind],
    *,
    unit_id: int,
    made_for: int,
    now: datetime,
) -> None:
    """Links of these kinds that were made in the person's name open nothing any more."""
    await session.execute(
        update(Invite)
        .where(
            Invite.unit_id == unit_id,
            Invite.created_by == made_for,
            Invite.kind.in_(kinds),
            Invite.uses_left > 0,
            Invite.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
