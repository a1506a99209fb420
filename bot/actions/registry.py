"""Keeping the registry: units taken from a table, all of them or none.

What a person changes of one unit is in `units`, of one group in `groups`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import phones
from bot.actions.unit_headings import Column
from bot.actions.unit_table import ListedContact, ListedUnit, code_key
from bot.articles.sites import Site
from bot.domain.folding import fold
from bot.storage import events, registry, units
from bot.storage.tables import ExpectedContact, Group, Unit, UnitSite

_LONGEST_GROUP_CODE = 64


class Fate(StrEnum):
    """What the import makes of a row's unit."""

    NEW = "new"
    CHANGED = "changed"
    RETURNED = "returned"  # it was retired
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one row of the table, and which columns change the unit."""

    row: int
    code: str
    name: str
    fate: Fate
    changed: tuple[Column, ...] = ()
    emptied: tuple[Column, ...] = ()  # of these, what an empty cell takes away


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import changes, or would change, counted."""

    new: int
    changed: int
    unchanged: int
    new_groups: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import changes, or would change, row by row; the groups it makes by their names."""

    lines: tuple[Line, ...]
    new_groups: tuple[str, ...]

    @property
    def summary(self) -> Summary:
        """The same counted."""
        fates = [line.fate for line in self.lines]
        new, unchanged = fates.count(Fate.NEW), fates.count(Fate.UNCHANGED)
        return Summary(new, len(fates) - new - unchanged, unchanged, len(self.new_groups))


@dataclass(slots=True)
class _Registry:
    """What is registered, by what tables name it; groups that are still to be made have no id."""

    units: dict[str, Unit]
    groups_of: dict[int, set[int]]
    sites_of: dict[int, list[UnitSite]]
    expected_of: dict[int, list[ExpectedContact]]
    hashing_key: bytes | None
    group_ids: dict[str, int]
    group_codes: set[str]
    next_position: int
    new_groups: dict[str, str] = field(default_factory=dict)  # folded name: as it is written


async def preview_import(session: AsyncSession, listed: Sequence[ListedUnit]) -> Plan:
    """What `import_units` would change now; nothing is written."""
    known = await _known(session, await phones.known_hashing_key(session))
    return _plan(known, listed)


async def import_units(
    session: AsyncSession, listed: Sequence[ListedUnit], *, now: datetime
) -> Plan:
    """Add the units whose code is new, bring the others up to date; missing groups are made.

    A column that the table has is the truth for its units, also where a cell is empty; units that
    the table does not name stay as they are.
    """
    known = await _known(session, await phones.hashing_key(session, now=now))
    plan = _plan(known, listed)
    await _make_groups(session, known)
    changes = [
        (each, line) for each, line in zip(listed, plan.lines, strict=True)
        if line.fate is not Fate.UNCHANGED
    ]  # fmt: skip
    for each, _ in changes:
        _write_unit(session, known, each, now=now)
    await session.flush()
    taken = {known.units[code_key(each.code)].id: each for each, _ in changes}
    await _write_groups(session, known, taken)
    await registry.replace_sites(session, _new_sites(known, taken))
    await registry.replace_expected(session, _new_expected(known, taken))
    await registry.follow_conditions(session, unit_ids=list(taken))
    _note(session, plan, known, now=now)
    return plan


async def _known(session: AsyncSession, hashing_key: bytes | None) -> _Registry:
    groups = await units.groups(session)
    return _Registry(
        units={code_key(unit.code): unit for unit in await units.all_units(session)},
        groups_of=await registry.listed_groups(session),
        sites_of=await registry.sites(session),
        expected_of=await registry.expected_contacts(session),
        hashing_key=hashing_key,
        group_ids=group_ids(groups),
        group_codes={group.code for group in groups},
        next_position=max((group.position for group in groups), default=-1) + 1,
    )


def group_ids(groups: Sequence[Group]) -> dict[str, int]:
    """The groups by everything that people may call them, folded: names before codes before
    aliases."""
    found: dict[str, int] = {}
    for names in ([group.name for group in groups], [group.code for group in groups]):
        for group, name in zip(groups, names, strict=True):
            found.setdefault(fold(name), group.id)
    for group in groups:
        for alias in group.aliases:
            found.setdefault(fold(alias), group.id)
    return found


# --- what changes --------------------------------------------------------------------------------


def _plan(known: _Registry, listed: Sequence[ListedUnit]) -> Plan:
    for each in listed:
        for name in each.groups or ():
            if fold(name) not in known.group_ids:
                known.new_groups.setdefault(fold(name), name)
    lines = tuple(_line(known, each) for each in listed)
    return Plan(lines, tuple(known.new_groups.values()))


def _line(known: _Registry, listed: ListedUnit) -> Line:
    unit = known.units.get(code_key(listed.code))
    if unit is None:
        return Line(listed.row, listed.code, listed.name, Fate.NEW)
    changed = _changed(known, listed, unit)
    if unit.retired_at is not None:
        fate = Fate.RETURNED
    else:
        fate = Fate.CHANGED if changed else Fate.UNCHANGED
    emptied = tuple(column for column in changed if _is_emptied(column, listed))
    return Line(listed.row, unit.code, listed.name, fate, changed, emptied)


def _is_emptied(column: Column, listed: ListedUnit) -> bool:
    """Whether the table tells nothing in this column, so that what the unit has goes."""
    match column:
        case Column.PHONE:
            return not listed.phone
        case Column.NOTE:
            return not listed.note
        case Column.GROUPS:
            return not listed.groups
        case Column.SITES:
            return not listed.sites
        case Column.CONTACT_PHONE:
            return not listed.contacts
    return False


def _changed(known: _Registry, listed: ListedUnit, unit: Unit) -> tuple[Column, ...]:
    # A group that is still to be made has no id: None is in no unit's set.
    groups = {known.group_ids.get(fold(name)) for name in listed.groups or ()}
    sites = {site_of(row) for row in known.sites_of.get(unit.id, ())}
    expected = {
        (row.phone_hash, row.name, row.title, row.role)
        for row in known.expected_of.get(unit.id, ())
    }
    compared = (
        (Column.NAME, unit.name != listed.name),
        (Column.PHONE, listed.phone not in (None, unit.phone)),
        (Column.NOTE, listed.note not in (None, unit.note)),
        (Column.GROUPS, groups != known.groups_of.get(unit.id, set())),
        (Column.SITES, set(listed.sites or ()) != sites),
        (Column.CONTACT_PHONE, _hashed(known, listed.contacts or ()) != expected),
        (Column.ATTRIBUTE, _attributes(unit.attributes, listed) != unit.attributes),
    )
    untold = {
        column
        for column, told in (
            (Column.GROUPS, listed.groups),
            (Column.SITES, listed.sites),
            (Column.CONTACT_PHONE, listed.contacts),
        )
        if told is None
    }
    return tuple(column for column, differs in compared if differs and column not in untold)


def site_of(row: UnitSite) -> Site:
    """A site's row as its value."""
    return Site(row.host, row.path_prefix, row.valid_from, row.valid_until)


def _hashed(
    known: _Registry, contacts: Sequence[ListedContact]
) -> set[tuple[str, str, str, object]]:
    key = known.hashing_key
    return {
        (phones.phone_hash(key, each.phone) if key else "", each.name, each.title, each.role)
        for each in contacts
    }


def _attributes(present: Mapping[str, Any], listed: ListedUnit) -> dict[str, Any]:
    """The unit's attributes with those that the table tells; an empty cell takes one away."""
    found = dict(present)
    names = {fold(name): name for name in found}
    for heading, value in listed.attributes:
        name = names.get(fold(heading), heading)
        if value:
            found[name] = value
        else:
            found.pop(name, None)
    return found


# --- writing -------------------------------------------------------------------------------------


async def _make_groups(session: AsyncSession, known: _Registry) -> None:
    for position, (key, name) in enumerate(known.new_groups.items(), known.next_position):
        code = group_code(key, known.group_codes)
        known.group_codes.add(code)
        known.group_ids[key] = await units.ensure_group(
            session, code, name=name, aliases=[], position=position
        )


def group_code(folded_name: str, taken: set[str]) -> str:
    """`phong van hoa` becomes PHONG-VAN-HOA, numbered if that is another group's code."""
    code = folded_name.upper().replace(" ", "-")[: _LONGEST_GROUP_CODE - 4]
    numbered = (f"{code}-{number}" for number in range(2, 1000))
    return code if code not in taken else next(each for each in numbered if each not in taken)


def _write_unit(
    session: AsyncSession, known: _Registry, listed: ListedUnit, *, now: datetime
) -> None:
    unit = known.units.get(code_key(listed.code))
    if unit is None:
        unit = Unit(code=listed.code, name=listed.name, attributes={}, created_at=now)
        known.units[code_key(listed.code)] = unit
        session.add(unit)
    elif unit.name != listed.name:
        registry.bore(session, unit.id, unit.name, until=now)
        unit.name = listed.name
    unit.retired_at = None
    if listed.phone is not None:
        unit.phone = listed.phone
    if listed.note is not None:
        unit.note = listed.note
    attributes = _attributes(unit.attributes, listed)
    if attributes != unit.attributes:
        unit.attributes = attributes


async def _write_groups(
    session: AsyncSession, known: _Registry, taken: Mapping[int, ListedUnit]
) -> None:
    told = {unit_id: each for unit_id, each in taken.items() if each.groups is not None}
    present = {(unit_id, one) for unit_id in told for one in known.groups_of.get(unit_id, ())}
    wanted = {
        (unit_id, known.group_ids[fold(name)])
        for unit_id, each in told.items()
        for name in each.groups or ()
    }
    await registry.leave(session, present - wanted)
    await registry.join_groups(session, wanted - present)


def _new_sites(known: _Registry, taken: Mapping[int, ListedUnit]) -> dict[int, list[UnitSite]]:
    return {
        unit_id: site_rows(unit_id, each.sites)
        for unit_id, each in taken.items()
        if each.sites is not None
        and set(each.sites) != {site_of(row) for row in known.sites_of.get(unit_id, ())}
    }


def site_rows(unit_id: int, sites: Sequence[Site]) -> list[UnitSite]:
    """Sites as a unit's rows."""
    return [
        UnitSite(
            unit_id=unit_id,
            host=site.host,
            path_prefix=site.path_prefix,
            valid_from=site.valid_from,
            valid_until=site.valid_until,
        )
        for site in sites
    ]


def _new_expected(
    known: _Registry, taken: Mapping[int, ListedUnit]
) -> dict[int, list[ExpectedContact]]:
    return {
        unit_id: [
            ExpectedContact(
                unit_id=unit_id, phone_hash=phone_hash, name=name, title=title, role=role
            )
            for phone_hash, name, title, role in sorted(_hashed(known, each.contacts))
        ]
        for unit_id, each in taken.items()
        if each.contacts is not None
    }


def _note(session: AsyncSession, plan: Plan, known: _Registry, *, now: datetime) -> None:
    """One event of the import, and one of every unit it changed; with codes, without names."""
    summary = plan.summary
    events.add(
        session, "units_imported", at=now, new=summary.new,
        changed=summary.changed, new_groups=summary.new_groups,
    )  # fmt: skip
    for line in plan.lines:
        if line.fate is Fate.UNCHANGED:
            continue
        events.add(
            session, "unit_added" if line.fate is Fate.NEW else "unit_changed", at=now,
            object_kind="unit", object_id=known.units[code_key(line.code)].id,
            code=line.code, columns=" ".join(line.changed), fate=line.fate.value,
        )  # fmt: skip
