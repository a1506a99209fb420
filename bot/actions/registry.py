"""Keeping the registry: units taken from a table, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.unit_table import ListedUnit, code_key
from bot.domain.folding import fold
from bot.storage import events, units
from bot.storage.tables import Unit

_LONGEST_GROUP_CODE = 64


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import changes, or would change."""

    new: int
    changed: int
    unchanged: int
    new_groups: int


@dataclass(slots=True)
class _Registry:
    """What is registered, by what tables name it; groups that are still to be made have no id."""

    units: dict[str, Unit]
    group_ids: dict[str, int]
    group_codes: set[str]
    groups_of: dict[int, set[int]]
    next_position: int
    new_groups: dict[str, str] = field(default_factory=dict)  # folded name: as it is written


async def preview_import(session: AsyncSession, listed: Sequence[ListedUnit]) -> Summary:
    """What `import_units` would change now; nothing is written."""
    registry = await _registry(session)
    _note_new_groups(registry, listed)
    return _summary(registry, listed)


async def import_units(
    session: AsyncSession, listed: Sequence[ListedUnit], *, now: datetime
) -> Summary:
    """Add the units whose code is new, bring the others up to date; missing groups are made.

    A column that the table has is the truth for its units, also where a cell is empty; units that
    the table does not name stay as they are.
    """
    registry = await _registry(session)
    _note_new_groups(registry, listed)
    summary = _summary(registry, listed)
    await _make_groups(session, registry)
    for each in listed:
        unit = registry.units.get(code_key(each.code))
        if unit is None or _differs(registry, each, unit):
            await _take(session, registry, each, unit=unit, now=now)
    events.add(
        session, "units_imported", at=now, new=summary.new, changed=summary.changed,
        new_groups=summary.new_groups,
    )  # fmt: skip
    return summary


async def _registry(session: AsyncSession) -> _Registry:
    groups = await units.groups(session)
    group_ids: dict[str, int] = {}
    for names in ([group.name for group in groups], [group.code for group in groups]):
        for group, name in zip(groups, names, strict=True):
            group_ids.setdefault(fold(name), group.id)
    for group in groups:
        for alias in group.aliases:
            group_ids.setdefault(fold(alias), group.id)
    return _Registry(
        units={code_key(unit.code): unit for unit in await units.all_units(session)},
        group_ids=group_ids,
        group_codes={group.code for group in groups},
        groups_of=await units.group_ids_of_units(session),
        next_position=max((group.position for group in groups), default=-1) + 1,
    )


def _note_new_groups(registry: _Registry, listed: Sequence[ListedUnit]) -> None:
    for each in listed:
        for name in each.groups or ():
            if fold(name) not in registry.group_ids:
                registry.new_groups.setdefault(fold(name), name)


def _summary(registry: _Registry, listed: Sequence[ListedUnit]) -> Summary:
    known = [(each, registry.units.get(code_key(each.code))) for each in listed]
    changed = sum(unit is not None and _differs(registry, each, unit) for each, unit in known)
    new = sum(unit is None for _, unit in known)
    return Summary(new, changed, len(known) - new - changed, len(registry.new_groups))


def _differs(registry: _Registry, listed: ListedUnit, unit: Unit) -> bool:
    return (
        unit.name != listed.name
        or unit.retired_at is not None
        or listed.phone not in (None, unit.phone)
        or (
            listed.groups is not None
            # A group that is still to be made has no id: None is in no unit's set.
            and {registry.group_ids.get(fold(name)) for name in listed.groups}
            != registry.groups_of.get(unit.id, set())
        )
    )


async def _make_groups(session: AsyncSession, registry: _Registry) -> None:
    for position, (key, name) in enumerate(registry.new_groups.items(), registry.next_position):
        code = _group_code(key, registry.group_codes)
        registry.group_codes.add(code)
        registry.group_ids[key] = await units.ensure_group(
            session, code, name=name, aliases=[], position=position
        )


def _group_code(folded_name: str, taken: set[str]) -> str:
    """`phong van hoa` becomes PHONG-VAN-HOA, numbered if that is another group's code."""
    code = folded_name.upper().replace(" ", "-")[: _LONGEST_GROUP_CODE - 4]
    numbered = (f"{code}-{number}" for number in range(2, 1000))
    return code if code not in taken else next(each for each in numbered if each not in taken)


async def _take(
    session: AsyncSession,
    registry: _Registry,
    listed: ListedUnit,
    *,
    unit: Unit | None,
    now: datetime,
) -> None:
    present: set[int] = set()
    if unit is None:
        unit_id, _ = await units.ensure_unit(
            session, listed.code, name=listed.name, phone=listed.phone or "", now=now
        )
    else:
        unit_id, present = unit.id, registry.groups_of.get(unit.id, set())
        unit.name, unit.retired_at = listed.name, None
        if listed.phone is not None:
            unit.phone = listed.phone
    if listed.groups is None:
        return
    wanted = {registry.group_ids[fold(name)] for name in listed.groups}
    for group_id in sorted(wanted - present):
        await units.add_to_group(session, unit_id=unit_id, group_id=group_id)
    if present - wanted:
        await units.leave_groups(session, unit_id=unit_id, group_ids=present - wanted)
