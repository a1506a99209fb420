"""Queries of whom a draft is for, and of whom an issued directive is for within a unit.

An addressee with people of its own (`AddresseePerson`) is for them alone: their private chats get
the card and the reminders, nobody else's. That condition stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.recipients import Choices, TaskParts
from bot.domain.states import ChatKind, Part
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.insert import insert_each_new, insert_new
from bot.storage.tables import (
    Addressee,
    AddresseePerson,
    Assignment,
    Chat,
    Contact,
    DraftGroup,
    DraftPerson,
    DraftTask,
    DraftTaskPart,
    DraftUnit,
    Person,
    Task,
    Unit,
    UnitGroup,
)

_ADDRESSEES = cast(Table, Addressee.__table__)

# --- a draft's choices ---------------------------------------------------------------------------


async def choices(session: AsyncSession, draft_id: int) -> Choices:
    """What was chosen for a draft."""
    groups = await session.execute(
        select(DraftGroup.group_id, DraftGroup.chosen, DraftGroup.excluded).where(
            DraftGroup.draft_id == draft_id, DraftGroup.group_id.is_not(None)
        )
    )
    units = await session.execute(
        select(DraftUnit.unit_id, DraftUnit.excluded).where(DraftUnit.draft_id == draft_id)
    )
    people = await session.execute(
        select(DraftPerson.unit_id, DraftPerson.person_id).where(DraftPerson.draft_id == draft_id)
    )
    by_group, by_unit = groups.all(), units.all()
    return Choices(
        groups=frozenset(row[0] for row in by_group if row[0] and row[1]),
        excluded_groups=frozenset(row[0] for row in by_group if row[0] and row[2]),
        units=frozenset(row[0] for row in by_unit if not row[1]),
        excluded_units=frozenset(row[0] for row in by_unit if row[1]),
        people=frozenset((row[0], row[1]) for row in people),
    )


async def members(session: AsyncSession, group_ids: Collection[int]) -> dict[int, set[int]]:
    """The active units of each of these groups."""
    rows = await session.execute(
        select(UnitGroup.group_id, UnitGroup.unit_id)
        .join(Unit, Unit.id == UnitGroup.unit_id)
        .where(UnitGroup.group_id.in_(group_ids), Unit.retired_at.is_(None))
    )
    found: dict[int, set[int]] = {}
    for group_id, unit_id in rows:
        found.setdefault(group_id, set()).add(unit_id)
    return found


async def groups_of(session: AsyncSession, unit_ids: Collection[int]) -> dict[int, set[int]]:
    """The groups that each of these units stands in."""
    rows = await session.execute(
        select(UnitGroup.unit_id, UnitGroup.group_id).where(UnitGroup.unit_id.in_(unit_ids))
    )
    found: dict[int, set[int]] = {}
    for unit_id, group_id in rows:
        found.setdefault(unit_id, set()).add(group_id)
    return found


async def choose_unit(
    session: AsyncSession, draft_id: int, unit_id: int, *, excluded: bool | None
) -> None:
    """Let the unit be addressed or left out; None for neither."""
    row = (DraftUnit.draft_id == draft_id, DraftUnit.unit_id == unit_id)
    if excluded is None:
        await session.execute(delete(DraftUnit).where(*row))
        return
    new = {"draft_id": draft_id, "unit_id": unit_id, "excluded": excluded}
    if await insert_new(session, DraftUnit, new) is None:
        await session.execute(update(DraftUnit).where(*row).values(excluded=excluded))


async def choose_person(
    session: AsyncSession, draft_id: int, *, unit_id: int, person_id: int, chosen: bool
) -> None:
    """Let a contact be addressed personally, or not."""
    row = {"draft_id": draft_id, "unit_id": unit_id, "person_id": person_id}
    if chosen:
        await insert_new(session, DraftPerson, row)
    else:
        await session.execute(delete(DraftPerson).filter_by(**row))


async def people_to_choose(
    session: AsyncSession, draft_id: int, unit_id: int
) -> list[tuple[Contact, str, bool]]:
    """The unit's people with their names, and whether they were chosen; who was chosen and is no
    contact any more is among them, to be taken off."""
    chosen = exists().where(
        DraftPerson.draft_id == draft_id,
        DraftPerson.unit_id == unit_id,
        DraftPerson.person_id == Contact.person_id,
    )
    rows = await session.execute(
        select(Contact, Person.name, chosen)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.unit_id == unit_id, or_(Contact.ended_at.is_(None), chosen))
        .order_by(Contact.role.desc(), Contact.joined_at, Contact.id)
    )
    return [(contact, name, is_chosen) for contact, name, is_chosen in rows]


async def contact(session: AsyncSession, contact_id: int) -> Contact | None:
    """One contact by id, also if they are none any more."""
    return await session.get(Contact, contact_id)


async def names_of_people(session: AsyncSession, person_ids: Collection[int]) -> dict[int, str]:
    """What these people are called."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return dict(rows.all())


# --- parts ---------------------------------------------------------------------------------------


async def parts(session: AsyncSession, draft_id: int) -> dict[int, TaskParts]:
    """Who has part in a draft's tasks, by the task's id; tasks for all are missing."""
    rows = await session.execute(
        select(
            DraftTaskPart.draft_task_id,
            DraftTaskPart.group_id,
            DraftTaskPart.unit_id,
            DraftTaskPart.part,
        )
        .join(DraftTask, DraftTask.id == DraftTaskPart.draft_task_id)
        .where(DraftTask.draft_id == draft_id)
    )
    groups: dict[int, dict[int, Part]] = {}
    units: dict[int, dict[int, Part]] = {}
    for task_id, group_id, unit_id, part in rows:
        groups.setdefault(task_id, {})
        units.setdefault(task_id, {})
        if group_id is not None:
            groups[task_id][group_id] = part
        elif unit_id is not None:
            units[task_id][unit_id] = part
    return {task_id: TaskParts(groups[task_id], units[task_id]) for task_id in groups}


async def set_part(
    session: AsyncSession,
    draft_task_id: int,
    *,
    group_id: int | None = None,
    unit_id: int | None = None,
    part: Part | None,
) -> None:
    """Give a group or a unit its part in a task, or none."""
    named = {"draft_task_id": draft_task_id, "group_id": group_id, "unit_id": unit_id}
    if part is None:
        await session.execute(delete(DraftTaskPart).filter_by(**named))
    elif await insert_new(session, DraftTaskPart, {**named, "part": part}) is None:
        await session.execute(update(DraftTaskPart).filter_by(**named).values(part=part))


async def clear_parts(session: AsyncSession, draft_task_id: int) -> None:
    """The task is for all addressees."""
    await session.execute(delete(DraftTaskPart).where(DraftTaskPart.draft_task_id == draft_task_id))


# --- an addressee's own people -------------------------------------------------------------------


def is_for(
    person_id: ColumnElement[Any] | InstrumentedAttribute[int | None],
) -> ColumnElement[bool]:
    """Whether an addressee is for this person among those of its unit: it has no people of its own,
    or they are one. Nobody, as a group's chat has nobody, is none of them."""
    own = aliased(AddresseePerson)
    theirs = aliased(AddresseePerson)
    return or_(
        ~exists().where(own.addressee_id == Addressee.id).correlate(Addressee),
        exists()
        .where(theirs.addressee_id == Addressee.id, theirs.person_id == person_id)
        .correlate(Addressee, Chat, Contact),
    )


def private_chats(*columns: Any) -> Select[Any]:
    """An addressee's id and what is asked of the private chats in which its card belongs, of the
    `numbers` bound as `ids`."""
    return (
        select(Addressee.id, *columns)
        .join(Contact, Contact.unit_id == Addressee.unit_id)
        .join(Chat, Chat.person_id == Contact.person_id)
        .where(
            is_one_of(_ADDRESSEES.c.id, "ids"),
            Contact.ended_at.is_(None),
            Chat.kind == ChatKind.PRIVATE,
            is_for(Contact.person_id),
        )
        .order_by(Addressee.id, Chat.id)
    )


def group_chats(*columns: Any) -> Select[Any]:
    """The same of the groups."""
    return (
        select(Addressee.id, *columns)
        .join(Chat, Chat.unit_id == Addressee.unit_id)
        .where(
            is_one_of(_ADDRESSEES.c.id, "ids"), Chat.kind == ChatKind.GROUP, is_for(Chat.person_id)
        )
        .order_by(Chat.id)
    )


async def chats_of_addressees(
    session: AsyncSession, addressee_ids: Collection[int]
) -> list[tuple[int, Chat]]:
    """Every chat in which an addressee's card belongs, as pairs of addressee and chat."""
    ids = {"ids": numbers(addressee_ids)}
    private = await session.execute(_PRIVATE_CHATS, ids)
    groups = await session.execute(_GROUP_CHATS, ids)
    return [(addressee_id, chat) for addressee_id, chat in (*private, *groups)]


# Made once: making them costs more than the database needs for a few addressees.
_PRIVATE_CHATS, _GROUP_CHATS = private_chats(Chat), group_chats(Chat)


async def places(
    session: AsyncSession, addressee_ids: Collection[int], chat_ids: Collection[int]
) -> set[tuple[int, int]]:
    """In which of these chats which of these addressees' cards belong."""
    both = {"ids": numbers(addressee_ids), "chats": numbers(chat_ids)}
    private = await session.execute(_PRIVATE_PLACES, both)
    groups = await session.execute(_GROUP_PLACES, both)
    return {(addressee_id, chat_id) for addressee_id, chat_id in (*private, *groups)}


_AMONG = is_one_of(cast(Table, Chat.__table__).c.id, "chats")
_PRIVATE_PLACES = private_chats(Chat.id).where(_AMONG)
_GROUP_PLACES = group_chats(Chat.id).where(_AMONG)


async def add_addressees(
    session: AsyncSession,
    directive_id: int,
    names: Mapping[int, str],
    *,
    acknowledge_due_at: datetime,
    next_reminder_at: datetime | None,
    now: datetime,
) -> list[Addressee]:
    """Make these units, by id with what they are called, addressees; those that were none yet."""
    row = {
        "directive_id": directive_id,
        "acknowledge_due_at": acknowledge_due_at,
        "next_reminder_at": next_reminder_at,
        "added_at": now,
    }
    rows = [{**row, "unit_id": unit_id, "unit_name": name} for unit_id, name in names.items()]
    new = await insert_each_new(session, Addressee, rows)
    found = await session.scalars(
        select(Addressee).where(is_one_of(_ADDRESSEES.c.id, "ids")).order_by(Addressee.id),
        {"ids": numbers(new)},
    )
    return list(found)


async def add_people(session: AsyncSession, people: Mapping[int, Collection[int]]) -> None:
    """Let these addressees be for these people only."""
    session.add_all(
        AddresseePerson(addressee_id=addressee_id, person_id=person_id)
        for addressee_id, of_unit in people.items()
        for person_id in sorted(of_unit)
    )
    await session.flush()


async def people_of(
    session: AsyncSession, addressee_ids: Collection[int]
) -> dict[int, frozenset[int]]:
    """The only people of these addressees; who is for everybody of its unit is missing."""
    rows = await session.execute(
        select(AddresseePerson.addressee_id, AddresseePerson.person_id).where(
            AddresseePerson.addressee_id.in_(addressee_ids)
        )
    )
    found: dict[int, set[int]] = {}
    for addressee_id, person_id in rows:
        found.setdefault(addressee_id, set()).add(person_id)
    return {addressee_id: frozenset(people) for addressee_id, people in found.items()}


async def titles(session: AsyncSession, addressee_ids: Collection[int]) -> dict[int, list[str]]:
    """The short titles of the tasks that these addressees have, in order."""
    rows = await session.execute(
        select(Assignment.addressee_id, Task.position, Task.short_title)
        .distinct()  # one that recurs is one task
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.addressee_id.in_(addressee_ids))
        .order_by(Assignment.addressee_id, Task.position)
    )
    found: dict[int, list[str]] = {}
    for addressee_id, _, title in rows:
        found.setdefault(addressee_id, []).append(title)
    return found


async def add_person(
    session: AsyncSession, *, unit_id: int, beside_id: int, person_id: int
) -> None:
    """What is for one person of the unit alone is for this one too, who takes their place there for
    good or for a time."""
    addressee_ids = await session.scalars(
        select(AddresseePerson.addressee_id)
        .join(Addressee, Addressee.id == AddresseePerson.addressee_id)
        .where(Addressee.unit_id == unit_id, AddresseePerson.person_id == beside_id)
    )
    rows = [{"addressee_id": each, "person_id": person_id} for each in addressee_ids]
    await insert_each_new(session, AddresseePerson, rows)


async def join_people(session: AsyncSession, addressee_id: int, *, into_id: int) -> None:
    """Both are one addressee from now on: for the people of both, and for all if one was."""
    own = await people_of(session, [addressee_id, into_id])
    if into_id not in own:
        return
    if addressee_id not in own:
        await session.execute(
            delete(AddresseePerson).where(AddresseePerson.addressee_id == into_id)
        )
        return
    rows = [{"addressee_id": into_id, "person_id": person} for person in own[addressee_id]]
    await insert_each_new(session, AddresseePerson, rows)
