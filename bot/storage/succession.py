"""Queries of a unit whose place another one takes: its people, chats, sites, groups and work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Row,
    delete,
    exists,
    func,
    inspect,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.states import AssignmentState, ChatKind, JoinState
from bot.storage.insert import insert_new
from bot.storage.tables import (
    Addressee,
    Assignment,
    Base,
    Chat,
    Contact,
    Directive,
    DraftPerson,
    DraftTaskPart,
    DraftUnit,
    ExpectedContact,
    Invite,
    JoinRequest,
    Person,
    Question,
    Task,
    UnitGroup,
    UnitSite,
    Unplaced,
)

# What belongs to one unit and simply belongs to the other from now on.
_SIMPLE = (
    Invite.unit_id,
    JoinRequest.unit_id,
    Person.speaks_for_id,
    Question.unit_id,
    Unplaced.unit_id,
)


def has_open_work(unit_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the unit still has something to do: then its people may, also when it is retired."""
    return exists(
        select(Assignment.id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            Addressee.unit_id == unit_id,
            Assignment.state == AssignmentState.OPEN,
            Directive.closed_at.is_(None),
        )
        .correlate_except(Assignment, Addressee, Directive)
    )


@dataclass(frozen=True, slots=True)
class Belongings:
    """How much hangs on a unit now."""

    contacts: int
    chats: int
    assignments: int  # open ones


async def belongings(session: AsyncSession, unit_id: int) -> Belongings:
    """Count what a change of the unit would touch."""
    contacts = select(func.count()).where(Contact.unit_id == unit_id, Contact.ended_at.is_(None))
    chats = select(func.count()).where(Chat.unit_id == unit_id, Chat.kind == ChatKind.GROUP)
    work = select(func.count()).where(*_open_work_of(unit_id))
    counts = [(await session.scalar(query)) or 0 for query in (contacts, chats, work)]
    return Belongings(*counts)


def _open_work_of(unit_id: int) -> tuple[ColumnElement[bool], ...]:
    addressees = (
        select(Addressee.id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(Addressee.unit_id == unit_id, Directive.closed_at.is_(None))
    )
    return (
        Assignment.addressee_id.in_(addressees),
        Assignment.state == AssignmentState.OPEN,
    )


async def shared_directives(session: AsyncSession, unit_id: int, other_id: int) -> int:
    """How many open directives went to both units."""
    theirs = aliased(Addressee)
    number = await session.scalar(
        select(func.count())
        .select_from(Addressee)
        .join(theirs, theirs.directive_id == Addressee.directive_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            Addressee.unit_id == unit_id,
            theirs.unit_id == other_id,
            Directive.closed_at.is_(None),
        )
    )
    return number or 0


# --- people, chats, groups -----------------------------------------------------------------------


async def active_contacts(session: AsyncSession, unit_id: int) -> list[Row[Contact, Person]]:
    """The unit's people, those who joined first in front."""
    rows = await session.execute(
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.unit_id == unit_id, Contact.ended_at.is_(None))
        .order_by(Contact.joined_at, Contact.id)
    )
    return list(rows)


async def copy_contacts(session: AsyncSession, unit_id: int, *, into_id: int, now: datetime) -> int:
    """Make the unit's people contacts of the other one, in their role; who is one stays as they
    are. How many came."""
    came = 0
    for contact, _ in await active_contacts(session, unit_id):
        values = {
            "role": contact.role,
            "title": contact.title,
            "joined_at": now,
            "ended_at": None,
            "until": contact.until,
            "deputy_for_id": contact.deputy_for_id,
        }
        row = {"unit_id": into_id, "person_id": contact.person_id, **values}
        if await insert_new(session, Contact, row) is not None:
            came += 1
            continue
        revived = await session.scalar(
            update(Contact)
            .where(
                Contact.unit_id == into_id,
                Contact.person_id == contact.person_id,
                Contact.ended_at.is_not(None),
            )
            .values(**values)
            .returning(Contact.id)
        )
        came += revived is not None
    return came


async def end_contacts(session: AsyncSession, unit_id: int, *, now: datetime) -> None:
    """The unit has nobody any more."""
    await session.execute(
        update(Contact)
        .where(Contact.unit_id == unit_id, Contact.ended_at.is_(None))
        .values(ended_at=now)
    )


async def move_chats(session: AsyncSession, unit_id: int, *, into_id: int) -> None:
    """The unit's Telegram groups are the other's from now on."""
    await session.execute(
        update(Chat)
        .where(Chat.unit_id == unit_id)
        .values(unit_id=into_id)
        .execution_options(synchronize_session="fetch")
    )


async def copy_groups(session: AsyncSession, unit_id: int, *, into_id: int) -> None:
    """Let the other unit stand where this one was put; conditions look at its own attributes."""
    for group_id in await session.scalars(
        select(UnitGroup.group_id).where(
            UnitGroup.unit_id == unit_id, UnitGroup.by_condition.is_(False)
        )
    ):
        await insert_new(session, UnitGroup, {"unit_id": into_id, "group_id": group_id})


async def leave_all_groups(session: AsyncSession, unit_id: int) -> None:
    """The unit stands nowhere any more."""
    await session.execute(delete(UnitGroup).where(UnitGroup.unit_id == unit_id))


async def move_what_else(session: AsyncSession, unit_id: int, *, into_id: int) -> None:
    """Sites, expected people, invites, requests and whom people speak for. What the other unit has
    already is not moved: the row stays behind as history, or goes where it only waits."""
    for reference in _SIMPLE:
        statement = update(reference.class_).where(reference == unit_id)
        if reference is JoinRequest.unit_id:
            await _forget_asked_twice(session, unit_id, into_id=into_id)
            statement = statement.where(JoinRequest.state == JoinState.WAITING)
        await session.execute(
            statement.values({reference: into_id}).execution_options(synchronize_session="fetch")
        )
    site, expected = aliased(UnitSite), aliased(ExpectedContact)
    same_site = exists().where(
        site.unit_id == into_id,
        site.host == UnitSite.host,
        site.path_prefix == UnitSite.path_prefix,
    )
    same_person = exists().where(
        expected.unit_id == into_id, expected.phone_hash == ExpectedContact.phone_hash
    )
    for table, is_there in ((UnitSite, same_site), (ExpectedContact, same_person)):
        await session.execute(
            update(table)
            .where(table.unit_id == unit_id, ~is_there)
            .values(unit_id=into_id)
            .execution_options(synchronize_session=False)
        )
    await session.execute(delete(ExpectedContact).where(ExpectedContact.unit_id == unit_id))


async def _forget_asked_twice(session: AsyncSession, unit_id: int, *, into_id: int) -> None:
    """Who waits for both units, or is of the other one already, waits for this one no more."""
    there = union_all(
        select(JoinRequest.person_id).where(
            JoinRequest.unit_id == into_id, JoinRequest.state == JoinState.WAITING
        ),
        select(Contact.person_id).where(Contact.unit_id == into_id, Contact.ended_at.is_(None)),
    )
    await session.execute(
        update(JoinRequest)
        .where(
            JoinRequest.unit_id == unit_id,
            JoinRequest.state == JoinState.WAITING,
            JoinRequest.person_id.in_(there),
        )
        .values(state=JoinState.REJECTED)
        .execution_options(synchronize_session=False)
    )


# What a draft says of units: whom it is for and who has part in its tasks.
_IN_DRAFTS: tuple[type[Base], ...] = (DraftUnit, DraftPerson, DraftTaskPart)


async def copy_in_drafts(session: AsyncSession, unit_id: int, *, into_id: int) -> None:
    """What drafts say of the unit they say of the other one too, unless they say something of that
    one already."""
    for table in _IN_DRAFTS:
        for row in await session.scalars(select(table).filter_by(unit_id=unit_id)):
            columns = [each.key for each in inspect(table).column_attrs if each.key != "id"]
            values = {name: getattr(row, name) for name in columns}
            await insert_new(session, table, {**values, "unit_id": into_id})


async def leave_drafts(session: AsyncSession, unit_id: int) -> None:
    """Drafts say nothing of the unit any more."""
    for table in _IN_DRAFTS:
        await session.execute(delete(table).filter_by(unit_id=unit_id))


# --- work ----------------------------------------------------------------------------------------


async def work_for_update(
    session: AsyncSession, addressee_ids: Collection[int]
) -> dict[int, list[Assignment]]:
    """All assignments of these addressees by addressee, in the tasks' order, locked."""
    rows = await session.scalars(
        select(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.addressee_id.in_(addressee_ids))
        .order_by(Assignment.addressee_id, Task.position)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[Assignment]] = {addressee_id: [] for addressee_id in addressee_ids}
    for assignment in rows:
        found[assignment.addressee_id].append(assignment)
    return found


async def addressees_of(
    session: AsyncSession, *, unit_id: int, directive_ids: Collection[int]
) -> dict[int, Addressee]:
    """The unit among the addressees of these directives, by directive."""
    rows = await session.scalars(
        select(Addressee).where(
            Addressee.directive_id.in_(directive_ids), Addressee.unit_id == unit_id
        )
    )
    return {addressee.directive_id: addressee for addressee in rows}


async def add_addressee(
    session: AsyncSession,
    *,
    directive_id: int,
    unit_id: int,
    unit_name: str,
    acknowledge_due_at: datetime,
    next_reminder_at: datetime | None,
    now: datetime,
) -> Addressee:
    """A unit that came to a directive later."""
    addressee = Addressee(
        directive_id=directive_id,
        unit_id=unit_id,
        unit_name=unit_name,
        added_at=now,
        acknowledge_due_at=acknowledge_due_at,
        next_reminder_at=next_reminder_at,
    )
    session.add(addressee)
    await session.flush()
    return addressee
