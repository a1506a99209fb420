"""Queries of persons, chats, staff and contacts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.rights import Actor
from bot.domain.states import ChatKind, ContactRole, StaffRole
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.insert import insert_new
from bot.storage.staff import scope_of
from bot.storage.succession import has_open_work
from bot.storage.tables import (
    Chat,
    Contact,
    Person,
    Staff,
    StaffScope,
    Unit,
    UnitGroup,
)


async def person_by_telegram_id(session: AsyncSession, telegram_id: int) -> Person | None:
    """The person behind a Telegram account."""
    person: Person | None = await session.scalar(
        select(Person).where(Person.telegram_id == telegram_id)
    )
    return person


async def person(session: AsyncSession, person_id: int) -> Person | None:
    """One person by id."""
    return await session.get(Person, person_id)


async def chat(session: AsyncSession, chat_id: int) -> Chat | None:
    """One chat by our id."""
    return await session.get(Chat, chat_id)


async def is_linked(session: AsyncSession, chat_id: int) -> bool:
    """Whether the chat is a unit's, or the office's own."""
    found = await session.scalar(
        select(Chat.id).where(
            Chat.id == chat_id, or_(Chat.unit_id.is_not(None), Chat.staff_group.is_(True))
        )
    )
    return found is not None


async def set_name(session: AsyncSession, person_id: int, *, name: str) -> None:
    """The name the person goes by here."""
    await session.execute(update(Person).where(Person.id == person_id).values(name=name))


async def set_title(session: AsyncSession, *, unit_id: int, person_id: int, title: str) -> None:
    """What the person is at the unit."""
    await session.execute(
        update(Contact)
        .where(Contact.unit_id == unit_id, Contact.person_id == person_id)
        .values(title=title)
    )


async def set_consent(
    session: AsyncSession, person_id: int, *, version: int, now: datetime
) -> None:
    """The person has agreed to this version of what is kept of them."""
    await session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(consent_version=version, consented_at=now)
    )


async def set_language(session: AsyncSession, person_id: int, *, language: str) -> None:
    """The language the person chose."""
    await session.execute(update(Person).where(Person.id == person_id).values(language=language))


async def ensure_person(
    session: AsyncSession, telegram_id: int, *, name: str, language: str, now: datetime
) -> Person:
    """The person behind a Telegram account, made if new."""
    await insert_new(
        session,
        Person,
        {"telegram_id": telegram_id, "name": name, "language": language, "created_at": now},
    )
    person = await person_by_telegram_id(session, telegram_id)
    assert person is not None  # noqa: S101 - inserted above if it was missing
    return person


async def actor(session: AsyncSession, telegram_id: int) -> Actor | None:
    """What the database knows of a person's rights now; None for a stranger."""
    return (await actors(session, [telegram_id])).get(telegram_id)


async def actors(session: AsyncSession, telegram_ids: Collection[int]) -> dict[int, Actor]:
    """The same of several people, by Telegram id; strangers are missing."""
    rows: dict[int, list[Any]] = {}
    for row in await session.execute(_ACTORS, {"whose": numbers(telegram_ids)}):
        rows.setdefault(row.telegram_id, []).append(row)
    return {telegram_id: await _actor(session, found) for telegram_id, found in rows.items()}


async def actor_by_id(session: AsyncSession, person_id: int) -> Actor | None:
    """The same, of somebody for whom something was written down."""
    rows = (await session.execute(_ACTOR_BY_ID, {"whose": person_id})).all()
    return await _actor(session, rows) if rows else None


async def _actor(session: AsyncSession, rows: Sequence[Any]) -> Actor:
    first = rows[0]
    units = {row.unit_id: row.contact_role for row in rows if row.unit_id is not None}
    return Actor(
        person_id=first.id,
        name=first.name,
        language=first.language,
        staff_role=first.role,
        unit_ids=frozenset(units),
        leads=frozenset(unit_id for unit_id, at in units.items() if at is ContactRole.LEADER),
        scope=await scope_of(session, first.staff_id) if first.staff_id else None,
        speaks_for=first.speaks_for_id,
        consent_version=first.consent_version,
    )


_PERSONS = cast(Table, Person.__table__)
_STAFF = cast(Table, Staff.__table__)
_UNITS = cast(Table, Unit.__table__)
_CONTACTS = cast(Table, Contact.__table__)
# Every press asks it: one question. A row a unit, or one without any.
_ACTOR = (
    select(
        _PERSONS.c.id,
        _PERSONS.c.telegram_id,
        _PERSONS.c.name,
        _PERSONS.c.language,
        _PERSONS.c.speaks_for_id,
        _PERSONS.c.consent_version,
        _STAFF.c.id.label("staff_id"),
        _STAFF.c.role,
        _UNITS.c.id.label("unit_id"),
        _CONTACTS.c.role.label("contact_role"),
    )
    .outerjoin(_STAFF, (_STAFF.c.person_id == _PERSONS.c.id) & _STAFF.c.removed_at.is_(None))
    .outerjoin(_CONTACTS, (_CONTACTS.c.person_id == _PERSONS.c.id) & _CONTACTS.c.ended_at.is_(None))
    .outerjoin(
        _UNITS,
        (_UNITS.c.id == _CONTACTS.c.unit_id)
        & or_(_UNITS.c.retired_at.is_(None), has_open_work(_UNITS.c.id)),
    )
)
_ACTORS = _ACTOR.where(is_one_of(_PERSONS.c.telegram_id, "whose"))
_ACTOR_BY_ID = _ACTOR.where(_PERSONS.c.id == bindparam("whose"))


async def chat_by_telegram_id(session: AsyncSession, telegram_id: int) -> Chat | None:
    """Our row of a Telegram chat."""
    return (await chats_by_telegram_id(session, [telegram_id])).get(telegram_id)


async def chats_by_telegram_id(
    session: AsyncSession, telegram_ids: Collection[int]
) -> dict[int, Chat]:
    """Our rows of Telegram chats, of those that we know."""
    rows = await session.scalars(_BY_TELEGRAM_ID, {"ids": numbers(telegram_ids)})
    return {chat.telegram_id: chat for chat in rows}


_BY_TELEGRAM_ID = select(Chat).where(is_one_of(Chat.__table__.c.telegram_id, "ids"))


async def ensure_chat(
    session: AsyncSession,
    telegram_id: int,
    *,
    kind: ChatKind,
    title: str,
    language: str,
    person_id: int | None = None,
) -> Chat:
    """Our row of a Telegram chat, made if new; a private chat gets its person once known."""
    chat = await chat_by_telegram_id(session, telegram_id)
    if chat is None:
        row = {
            "telegram_id": telegram_id,
            "kind": kind,
            "title": title,
            "language": language,
            "person_id": person_id,
            "staff_group": False,
        }
        await insert_new(session, Chat, row)
        chat = await chat_by_telegram_id(session, telegram_id)
    assert chat is not None  # noqa: S101 - inserted above if it was missing
    if person_id is not None and chat.person_id is None:
        chat.person_id = person_id
    return chat


async def chats_of_units(
    session: AsyncSession, unit_ids: Collection[int]
) -> list[tuple[int, Chat]]:
    """Every chat a unit's card belongs in: its contacts' private chats and its linked group."""
    private = await session.execute(
        select(Contact.unit_id, Chat)
        .join(Chat, Chat.person_id == Contact.person_id)
        .where(
            Contact.unit_id.in_(unit_ids),
            Contact.ended_at.is_(None),
            Chat.kind == ChatKind.PRIVATE,
        )
        .order_by(Contact.unit_id, Chat.id)
    )
    groups = await session.execute(
        select(Chat.unit_id, Chat)
        .where(Chat.unit_id.in_(unit_ids), Chat.kind == ChatKind.GROUP)
        .order_by(Chat.id)
    )
    return [(unit_id, chat) for unit_id, chat in (*private, *groups) if unit_id is not None]


async def units_served(session: AsyncSession, chat_ids: Collection[int]) -> set[tuple[int, int]]:
    """In which of these chats what is a unit's may be shown now: pairs of chat and unit."""
    return await session.run_sync(read_units_served, chat_ids)


def read_units_served(session: Session, chat_ids: Collection[int]) -> set[tuple[int, int]]:
    """What `units_served` finds."""
    ids = {"ids": numbers(chat_ids)}
    return {
        (chat_id, unit_id)
        for statement in _SERVED
        for chat_id, unit_id in session.execute(statement, ids).all()
        if unit_id is not None
    }


_CHATS = cast(Table, Chat.__table__)
_OF_THESE = is_one_of(_CHATS.c.id, "ids")
_SERVED = (
    select(_CHATS.c.id, _CONTACTS.c.unit_id)
    .join(_CONTACTS, _CONTACTS.c.person_id == _CHATS.c.person_id)
    .where(_OF_THESE, _CHATS.c.kind == ChatKind.PRIVATE, _CONTACTS.c.ended_at.is_(None)),
    select(_CHATS.c.id, _CHATS.c.unit_id).where(
        _OF_THESE, _CHATS.c.kind == ChatKind.GROUP, _CHATS.c.unit_id.is_not(None)
    ),
)


async def contact(session: AsyncSession, *, unit_id: int, person_id: int) -> Contact | None:
    """The person's row for the unit, also if it has ended."""
    row: Contact | None = await session.scalar(
        select(Contact).where(Contact.unit_id == unit_id, Contact.person_id == person_id)
    )
    return row


async def ensure_contact(
    session: AsyncSession, *, unit_id: int, person_id: int, role: ContactRole, now: datetime
) -> bool:
    """Make the person a contact of the unit for good; False if they were that already."""
    row = {"unit_id": unit_id, "person_id": person_id, "role": role, "joined_at": now}
    if await insert_new(session, Contact, row) is not None:
        return True
    revived = await session.scalar(
        update(Contact)
        .where(
            Contact.unit_id == unit_id,
            Contact.person_id == person_id,
            or_(Contact.ended_at.is_not(None), Contact.until.is_not(None)),
        )
        .values(ended_at=None, joined_at=now, role=role, until=None, deputy_for_id=None)
        .returning(Contact.id)
    )
    return revived is not None


async def raise_to_leader(session: AsyncSession, *, unit_id: int, person_id: int) -> None:
    """Who was a contact of the unit is its leader from now on."""
    await session.execute(
        update(Contact)
        .where(
            Contact.unit_id == unit_id,
            Contact.person_id == person_id,
            Contact.ended_at.is_(None),
        )
        .values(role=ContactRole.LEADER)
    )


async def ensure_staff(
    session: AsyncSession, *, person_id: int, role: StaffRole, now: datetime
) -> int:
    """Give the person this role at the office; their id as staff."""
    row = {"person_id": person_id, "role": role, "added_at": now}
    new_id = await insert_new(session, Staff, row)
    if new_id is not None:
        return new_id
    staff_id: int | None = await session.scalar(
        update(Staff)
        .where(Staff.person_id == person_id)
        .values(role=role, removed_at=None)
        .returning(Staff.id)
    )
    assert staff_id is not None  # noqa: S101 - the insert found it there
    return staff_id


async def admin_chats(session: AsyncSession, *, unit_id: int | None = None) -> list[int]:
    """The private chats of every administrator, or of those whose limits, if they have any, leave
    them this unit."""
    statement = (
        select(Chat.id)
        .join(Staff, Staff.person_id == Chat.person_id)
        .where(
            Staff.role == StaffRole.ADMIN,
            Staff.removed_at.is_(None),
            Chat.kind == ChatKind.PRIVATE,
        )
        .order_by(Chat.id)
    )
    if unit_id is not None:
        limits = select(StaffScope).where(StaffScope.staff_id == Staff.id)
        leaving_it = limits.join(UnitGroup, UnitGroup.group_id == StaffScope.group_id).where(
            UnitGroup.unit_id == unit_id
        )
        statement = statement.where(or_(~limits.exists(), leaving_it.exists()))
    return list(await session.scalars(statement))


async def mark_unreachable(
    session: AsyncSession, chat_id: int, *, reason: str, now: datetime
) -> bool:
    """Telegram will not deliver to this chat any more; False if that was known."""
    marked = await session.scalar(
        update(Chat)
        .where(Chat.id == chat_id, Chat.unreachable_reason.is_(None))
        .values(unreachable_reason=reason, unreachable_at=now)
        .returning(Chat.id)
    )
    return marked is not None


async def mark_reachable(session: AsyncSession, chat_id: int) -> bool:
    """The chat can be written to again; False if it always could."""
    healed = await session.scalar(
        update(Chat)
        .where(Chat.id == chat_id, Chat.unreachable_reason.is_not(None))
        .values(unreachable_reason=None, unreachable_at=None)
        .returning(Chat.id)
    )
    return healed is not None


async def forget_topic(session: AsyncSession, chat_id: int, *, topic_id: int) -> bool:
    """Write to the chat's general topic again; False if this one is forgotten already."""
    forgotten = await session.scalar(
        update(Chat)
        .where(Chat.id == chat_id, Chat.topic_id == topic_id)
        .values(topic_id=None)
        .returning(Chat.id)
    )
    return forgotten is not None
