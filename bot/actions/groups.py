"""What staff change of a group of units: name, other names, condition, members."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.registry import group_code, group_ids
from bot.actions.units import EMPTY, note_grouped
from bot.domain.conditions import read_condition
from bot.domain.folding import fold, normalise, one_line
from bot.errors import Conflict, InvalidInput, NotFound
from bot.storage import events, registry, units
from bot.storage.tables import Group

LONGEST_NAME = 300
LONGEST_CODE = 64
_MOST_ALIASES = 50
_BETWEEN = re.compile(r"[;|\n]")
_BETWEEN_CODES = re.compile(r"[;|,\n]")


async def known(session: AsyncSession, group_id: int) -> Group:
    """The group; NotFound if there is none."""
    group = await registry.group(session, group_id)
    if group is None:
        raise NotFound("group.gone")
    return group


async def add(
    session: AsyncSession,
    name: str,
    *,
    now: datetime,
    code: str | None = None,
) -> Group:
    """Make a group; its code is made of the name unless one is given."""
    name = _name(name)
    present = await units.groups(session)
    for each in (name, *([code] if code else [])):
        _check_free(present, each)
    if code and (not fold(code) or len(code) > LONGEST_CODE):
        raise InvalidInput("group.code_unusable", longest=LONGEST_CODE)
    codes = {group.code for group in present}
    group = Group(
        code=code or group_code(fold(name), codes),
        name=name,
        aliases=[],
        position=max((group.position for group in present), default=-1) + 1,
    )
    session.add(group)
    await session.flush()
    _done(session, "group_added", group, now=now)
    return group


async def rename(session: AsyncSession, group: Group, name: str, *, now: datetime) -> None:
    """Call the group otherwise; letters may go on naming it as before."""
    name = _name(name)
    _check_free(await units.groups(session), name, but=group)
    if name != group.name and fold(group.name) not in map(fold, (*group.aliases, name)):
        group.aliases = [*group.aliases, group.name]
    group.aliases = [alias for alias in group.aliases if fold(alias) != fold(name)]
    events.add(
        session, "group_changed", at=now, object_kind="group", object_id=group.id,
        what="name", before=group.name, after=name,
    )  # fmt: skip
    group.name = name


async def set_aliases(session: AsyncSession, group: Group, text: str, *, now: datetime) -> None:
    """Other ways in which letters name the group, parted by `;`."""
    given = "" if text.strip() == EMPTY else text
    found: dict[str, str] = {}
    for part in _BETWEEN.split(normalise(given)):
        if fold(part):
            found.setdefault(fold(part), _name(part))
    found.pop(fold(group.name), None)
    if len(found) > _MOST_ALIASES:
        raise InvalidInput("group.too_many_aliases", most=_MOST_ALIASES)
    present = await units.groups(session)
    for alias in found.values():
        _check_free(present, alias, but=group)
    group.aliases = list(found.values())
    _done(session, "group_changed", group, now=now, what="aliases")


async def set_condition(session: AsyncSession, group: Group, text: str, *, now: datetime) -> int:
    """Units with these attributes stand in the group from now on; how many members it has then.

    What was issued before keeps the units it had.
    """
    if text.strip() == EMPTY:
        group.condition = None
    else:
        group.condition = read_condition(text)
        if group.condition is None:
            raise InvalidInput("group.condition_unusable")
    await registry.follow_conditions(session)
    _done(session, "group_changed", group, now=now, what="condition")
    return len(await registry.members(session, group.id))


async def add_members(session: AsyncSession, group: Group, text: str, *, now: datetime) -> int:
    """Put the units with these codes into the group; how many are new there."""
    wanted = await _unit_ids(session, text)
    present = await registry.listed_groups(session)
    new = {(unit_id, group.id) for unit_id in wanted if group.id not in present.get(unit_id, ())}
    await registry.join_groups(session, new)
    _done(session, "group_members_added", group, now=now, count=len(new))
    for unit_id, _ in sorted(new):
        note_grouped(session, unit_id, group.id, stands=True, now=now)
    return len(new)


async def remove_members(session: AsyncSession, group: Group, text: str, *, now: datetime) -> int:
    """Take the units with these codes out of the group, but for those who meet its condition."""
    wanted = await _unit_ids(session, text)
    present = await registry.listed_groups(session)
    gone = {(unit_id, group.id) for unit_id in wanted if group.id in present.get(unit_id, ())}
    await registry.leave(session, gone)
    await registry.follow_conditions(session, unit_ids=wanted)
    _done(session, "group_members_removed", group, now=now, count=len(gone))
    for unit_id, _ in sorted(gone):
        note_grouped(session, unit_id, group.id, stands=False, now=now)
    return len(gone)


async def _unit_ids(session: AsyncSession, text: str) -> set[int]:
    codes = [code.strip() for code in _BETWEEN_CODES.split(normalise(text)) if code.strip()]
    by_code = {unit.code.casefold(): unit.id for unit in await registry.active_units(session)}
    unknown = [code for code in codes if code.casefold() not in by_code]
    if unknown or not codes:
        raise NotFound("group.codes_unknown", codes=", ".join(unknown)[:200] or "–")
    return {by_code[code.casefold()] for code in codes}


def _check_free(present: list[Group], name: str, *, but: Group | None = None) -> None:
    """A name must mean one group, in letters and in tables."""
    others = [group for group in present if but is None or group.id != but.id]
    if fold(name) in group_ids(others):
        raise Conflict("group.name_taken", name=name)


def _name(text: str) -> str:
    name = one_line(text)
    # In a table the groups of a unit stand apart by these.
    if not fold(name) or len(name) > LONGEST_NAME or _BETWEEN.search(name):
        raise InvalidInput("group.name_unusable", longest=LONGEST_NAME)
    return name


def _done(
    session: AsyncSession,
    action: str,
    group: Group,
    *,
    now: datetime,
    what: str | None = None,
    count: int | None = None,
) -> None:
    events.add(
        session, action, at=now, object_kind="group", object_id=group.id, what=what, count=count
    )
