"""Queries of the registry: units with all that is kept of them, and the groups they stand in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, inspect, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.conditions import meets
from bot.domain.rights import Scope
from bot.domain.states import AssignmentState, ContactRole
from bot.storage.tables import (
    Addressee,
    Assignment,
    Base,
    Chat,
    Contact,
    Directive,
    ExpectedContact,
    Group,
    Person,
    Unit,
    UnitGroup,
    UnitName,
    UnitSite,
)

_AT_ONCE = 500  # ids in one statement


async def active_units(session: AsyncSession, *, scope: Scope | None = None) -> list[Unit]:
    """Every unit that is not retired, or what of them lies within somebody's limits."""
    query = select(Unit).where(Unit.retired_at.is_(None))
    if scope is not None:
        inside = select(UnitGroup.unit_id).where(UnitGroup.group_id.in_(scope.group_ids))
        query = query.where(Unit.id.in_(inside))
    return list(await session.scalars(query))


async def group(session: AsyncSession, group_id: int) -> Group | None:
    """One group by id."""
    return await session.get(Group, group_id)


async def listed_groups(session: AsyncSession) -> dict[int, set[int]]:
    """The groups that each unit was put into, which leaves out those it stands in by condition."""
    found: dict[int, set[int]] = {}
    rows = await session.execute(
        select(UnitGroup.unit_id, UnitGroup.group_id).where(UnitGroup.by_condition.is_(False))
    )
    for unit_id, group_id in rows:
        found.setdefault(unit_id, set()).add(group_id)
    return found


async def memberships(session: AsyncSession, unit_id: int) -> dict[int, bool]:
    """The groups that a unit stands in, and whether by their condition."""
    rows = await session.execute(
        select(UnitGroup.group_id, UnitGroup.by_condition).where(UnitGroup.unit_id == unit_id)
    )
    return dict(rows.all())


async def members(session: AsyncSession, group_id: int) -> list[Unit]:
    """The active units of a group."""
    rows = await session.scalars(
        select(Unit)
        .join(UnitGroup, UnitGroup.unit_id == Unit.id)
        .where(UnitGroup.group_id == group_id, Unit.retired_at.is_(None))
    )
    return list(rows)


async def join_groups(session: AsyncSession, pairs: Collection[tuple[int, int]]) -> None:
    """Put units into groups, as pairs of their ids; by condition they may stand there already."""
    await leave(session, pairs)
    if pairs:
        rows = [{"unit_id": unit_id, "group_id": group_id} for unit_id, group_id in sorted(pairs)]
        await session.execute(insert(UnitGroup), [row | {"by_condition": False} for row in rows])


async def leave(session: AsyncSession, pairs: Collection[tuple[int, int]]) -> None:
    """Take units out of groups, as pairs of their ids."""
    for some in _portions(sorted(pairs)):
        await session.execute(
            delete(UnitGroup).where(tuple_(UnitGroup.unit_id, UnitGroup.group_id).in_(some))
        )


async def follow_conditions(
    session: AsyncSession, *, unit_ids: Collection[int] | None = None
) -> None:
    """Let units stand in the groups whose conditions they meet, and in no other of them unless they
    were put there. To be called whenever attributes or conditions have changed."""
    conditions = {
        group.id: group.condition or {}
        for group in await session.scalars(select(Group).where(Group.condition.is_not(None)))
    }
    if not conditions and not await _anybody_by_condition(session):
        return
    units = select(Unit.id, Unit.attributes)
    present = select(UnitGroup.unit_id, UnitGroup.group_id, UnitGroup.by_condition)
    if unit_ids is not None:
        units = units.where(Unit.id.in_(unit_ids))
        present = present.where(UnitGroup.unit_id.in_(unit_ids))
    await session.flush()
    stands = {(row[0], row[1]): row[2] for row in await session.execute(present)}
    wanted = {
        (unit_id, group_id)
        for unit_id, attributes in await session.execute(units)
        for group_id, condition in conditions.items()
        if meets(condition, attributes)
    }
    await leave(session, {pair for pair, by in stands.items() if by and pair not in wanted})
    new = [{"unit_id": unit_id, "group_id": group_id, "by_condition": True}
           for unit_id, group_id in sorted(wanted - set(stands))]  # fmt: skip
    if new:
        await session.execute(insert(UnitGroup), new)


async def _anybody_by_condition(session: AsyncSession) -> bool:
    found = select(UnitGroup.unit_id).where(UnitGroup.by_condition.is_(True)).limit(1)
    return await session.scalar(found) is not None


async def sites(
    session: AsyncSession, unit_ids: Collection[int] | None = None
) -> dict[int, list[UnitSite]]:
    """The web sites of these units, or of all."""
    query = select(UnitSite).order_by(UnitSite.host, UnitSite.path_prefix)
    if unit_ids is not None:
        query = query.where(UnitSite.unit_id.in_(unit_ids))
    found: dict[int, list[UnitSite]] = {}
    for site in await session.scalars(query):
        found.setdefault(site.unit_id, []).append(site)
    return found


async def replace_sites(session: AsyncSession, new: Mapping[int, Iterable[UnitSite]]) -> None:
    """Let these units have these sites and no others."""
    for some in _portions(sorted(new)):
        await session.execute(delete(UnitSite).where(UnitSite.unit_id.in_(some)))
    await _insert(session, UnitSite, [site for of_unit in new.values() for site in of_unit])


async def expected_contacts(
    session: AsyncSession, unit_ids: Collection[int] | None = None
) -> dict[int, list[ExpectedContact]]:
    """Who is named for these units, or for all, and has not joined."""
    query = select(ExpectedContact).order_by(ExpectedContact.id)
    if unit_ids is not None:
        query = query.where(ExpectedContact.unit_id.in_(unit_ids))
    found: dict[int, list[ExpectedContact]] = {}
    for each in await session.scalars(query):
        found.setdefault(each.unit_id, []).append(each)
    return found


async def replace_expected(
    session: AsyncSession, new: Mapping[int, Iterable[ExpectedContact]]
) -> None:
    """Let these people be named for these units, and no others."""
    for some in _portions(sorted(new)):
        await session.execute(delete(ExpectedContact).where(ExpectedContact.unit_id.in_(some)))
    await _insert(session, ExpectedContact, [each for of_unit in new.values() for each in of_unit])


async def _insert(session: AsyncSession, table: type[Base], rows: Sequence[Base]) -> None:
    """Thousands of new rows in one statement, which need not be known one by one afterwards."""
    columns = [column.key for column in inspect(table).columns if column.key != "id"]
    if rows:
        await session.execute(
            insert(table), [{name: getattr(row, name) for name in columns} for row in rows]
        )


def bore(session: AsyncSession, unit_id: int, name: str, *, until: datetime) -> None:
    """Keep a name that the unit bore until now."""
    session.add(UnitName(unit_id=unit_id, name=name, until=until))


async def former_names(session: AsyncSession, unit_id: int) -> list[UnitName]:
    """What the unit was called before, the latest first."""
    rows = await session.scalars(
        select(UnitName).where(UnitName.unit_id == unit_id).order_by(UnitName.until.desc())
    )
    return list(rows)


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact of a unit as its page shows them; `reason` is why they cannot be reached."""

    name: str
    title: str
    role: ContactRole
    until: datetime | None
    has_chat: bool
    reason: str | None

    @property
    def is_reached(self) -> bool:
        """Something can be sent to them."""
        return self.has_chat and self.reason is None


async def contacts(session: AsyncSession, unit_id: int) -> list[ContactLine]:
    """The unit's contacts, leaders first."""
    rows = await session.execute(
        select(Person.name, Contact, Chat.id, Chat.unreachable_reason)
        .join(Contact, Contact.person_id == Person.id)
        .outerjoin(Chat, Chat.person_id == Person.id)
        .where(Contact.unit_id == unit_id, Contact.ended_at.is_(None))
        .order_by(Contact.role.desc(), Contact.joined_at, Contact.id)
    )
    return [
        ContactLine(name, each.title, each.role, each.until, chat_id is not None, reason)
        for name, each, chat_id, reason in rows
    ]


async def unit_chats(session: AsyncSession, unit_id: int) -> list[Chat]:
    """The Telegram groups that are the unit's."""
    return list(await session.scalars(select(Chat).where(Chat.unit_id == unit_id)))


async def units_without_chat(session: AsyncSession, unit_ids: Collection[int]) -> set[int]:
    """Which of these units nothing can be sent to: no contact with a chat, no group."""
    private = (
        select(Contact.unit_id)
        .join(Chat, Chat.person_id == Contact.person_id)
        .where(
            Contact.unit_id.in_(unit_ids),
            Contact.ended_at.is_(None),
            Chat.unreachable_reason.is_(None),
        )
    )
    group_chats = select(Chat.unit_id).where(
        Chat.unit_id.in_(unit_ids), Chat.unreachable_reason.is_(None)
    )
    reached = set(await session.scalars(private)) | set(await session.scalars(group_chats))
    return set(unit_ids) - reached


async def open_assignments(session: AsyncSession, unit_id: int) -> int:
    """How many tasks the unit has still to do."""
    count: int | None = await session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            Addressee.unit_id == unit_id,
            Assignment.state == AssignmentState.OPEN,
            Directive.closed_at.is_(None),
        )
    )
    return count or 0


def _portions(those: list[Any]) -> Iterable[list[Any]]:
    return (those[start : start + _AT_ONCE] for start in range(0, len(those), _AT_ONCE))
