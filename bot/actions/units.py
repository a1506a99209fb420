"""What staff change of one unit: each is checked, written down and leaves an event.

Joining, hand-over, merging and dividing units are not here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.registry import site_rows
from bot.actions.unit_table import code_key
from bot.articles.sites import read_sites
from bot.domain.folding import fold, normalise, one_line
from bot.domain.phones import is_phone
from bot.errors import Conflict, InvalidInput, NotFound
from bot.storage import events, registry, units
from bot.storage.tables import Unit

LONGEST_CODE = 64
LONGEST_NAME = 300
LONGEST_PHONE = 64
LONGEST_NOTE = 2000
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
EMPTY = "-"  # what people type to leave a field empty


async def active(session: AsyncSession, unit_id: int) -> Unit:
    """The unit; NotFound if there is none, or none any more."""
    unit = await units.unit(session, unit_id)
    if unit is None or unit.retired_at is not None:
        raise NotFound("unit.gone")
    return unit


async def check_new_code(session: AsyncSession, text: str) -> str:
    """The code as it is kept; InvalidInput or Conflict if no unit can be added under it."""
    code = one_line(text)
    if not fold(code) or len(code) > LONGEST_CODE:
        raise InvalidInput("unit.code_unusable", longest=LONGEST_CODE)
    for unit in await units.all_units(session):
        if unit.code.casefold() == code.casefold():
            key = "unit.code_taken" if unit.retired_at is None else "unit.code_retired"
            raise Conflict(key, code=unit.code, name=unit.name)
    return code


async def add(session: AsyncSession, code: str, *, name: str, now: datetime) -> Unit:
    """Register a unit."""
    unit = Unit(
        code=await check_new_code(session, code),
        name=checked_name(name),
        attributes={},
        created_at=now,
    )
    session.add(unit)
    await session.flush()
    events.add(
        session, "unit_added", at=now, object_kind="unit", object_id=unit.id,
        code=unit.code,
    )  # fmt: skip
    return unit


async def rename(session: AsyncSession, unit: Unit, name: str, *, now: datetime) -> bool:
    """From now on the unit is called so; False if it is already.

    What it was called is kept, and what was issued before still bears it.
    """
    new = checked_name(name)
    if new == unit.name:
        return False
    registry.bore(session, unit.id, unit.name, until=now)
    events.add(
        session, "unit_renamed", at=now, object_kind="unit", object_id=unit.id,
        code=unit.code, before=unit.name, after=new,
    )  # fmt: skip
    unit.name = new
    return True


async def set_phone(session: AsyncSession, unit: Unit, text: str, *, now: datetime) -> None:
    """The number for the call sheet, as it is to be read."""
    phone = _or_empty(one_line(text))
    if len(phone) > LONGEST_PHONE or (phone and not is_phone(phone)):
        raise InvalidInput("unit.phone_unusable", longest=LONGEST_PHONE)
    unit.phone = phone
    _changed(session, unit, "phone", now=now)


async def set_note(session: AsyncSession, unit: Unit, text: str, *, now: datetime) -> None:
    """What staff should know of the unit."""
    note = _or_empty(_CONTROL.sub("", normalise(text)))
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("unit.note_too_long", longest=LONGEST_NOTE)
    unit.note = note
    _changed(session, unit, "note", now=now)


async def set_sites(session: AsyncSession, unit: Unit, text: str, *, now: datetime) -> int:
    """The unit's web sites, in place of those it had; how many there are."""
    sites = read_sites(_or_empty(normalise(text)))
    await registry.replace_sites(session, {unit.id: site_rows(unit.id, sites)})
    _changed(session, unit, "sites", now=now)
    return len(sites)


async def remind_group(session: AsyncSession, unit: Unit, *, wanted: bool, now: datetime) -> None:
    """Reminders go to the unit's Telegram group too, or to its people alone; as the button said, so
    that it may come twice."""
    if unit.reminds_group != wanted:
        unit.reminds_group = wanted
        _changed(session, unit, "reminds_group", now=now)


async def toggle_group(session: AsyncSession, unit: Unit, group_id: int, *, now: datetime) -> bool:
    """Put the unit into the group, or take it out; whether it stands there now."""
    if await registry.group(session, group_id) is None:
        raise NotFound("group.gone")
    by_condition = (await registry.memberships(session, unit.id)).get(group_id)
    if by_condition:
        raise Conflict("group.by_condition")
    pair = {(unit.id, group_id)}
    stands = by_condition is None
    if stands:
        await registry.join_groups(session, pair)
    else:
        await registry.leave(session, pair)
        await registry.follow_conditions(session, unit_ids=[unit.id])
    note_grouped(session, unit.id, group_id, stands=stands, now=now)
    return stands


def note_grouped(
    session: AsyncSession, unit_id: int, group_id: int, *, stands: bool, now: datetime
) -> None:
    """Write down that the unit was put into the group, or taken out."""
    events.add(
        session, "unit_grouped" if stands else "unit_ungrouped", at=now,
        object_kind="unit", object_id=unit_id, group=group_id,
    )  # fmt: skip


def _changed(session: AsyncSession, unit: Unit, columns: str, *, now: datetime) -> None:
    events.add(
        session, "unit_changed", at=now, object_kind="unit", object_id=unit.id,
        code=unit.code, columns=columns,
    )  # fmt: skip


def checked_name(text: str) -> str:
    """A unit's name as it is kept; InvalidInput when it is none."""
    name = one_line(text)
    has_letters = any(letter.isalpha() for letter in name)
    if not has_letters or len(name) > LONGEST_NAME:
        raise InvalidInput("unit.name_unusable", longest=LONGEST_NAME)
    return name


def _or_empty(text: str) -> str:
    return "" if text == EMPTY else text


async def by_codes(session: AsyncSession, codes: Sequence[str]) -> list[Unit]:
    """The units with these codes, however they are written; NotFound names the one there is not."""
    known = {code_key(unit.code): unit for unit in await units.all_units(session)}
    for code in codes:
        if code_key(code) not in known:
            raise NotFound("unit.unknown", code=code[:40])
    return [known[code_key(code)] for code in codes]
