"""A unit's own facts: its name, which is remembered when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.unit_table import code_key
from bot.errors import InvalidInput, NotFound
from bot.storage import events, unit_changes, units
from bot.storage.tables import Unit

LONGEST_NAME = 300


def checked_name(name: str) -> str:
    """A unit's name as it is kept; InvalidInput when it is none."""
    cleaned = " ".join(name.split())
    if not 2 <= len(cleaned) <= LONGEST_NAME or not any(letter.isalpha() for letter in cleaned):
        raise InvalidInput("unit.name_unusable", longest=LONGEST_NAME)
    return cleaned


async def rename(
    session: AsyncSession, unit: Unit, name: str, *, now: datetime, by: int | None = None
) -> bool:
    """Call the unit so from now on and remember its old name; False if it is called so already.

    What was issued before keeps the name it was issued under.
    """
    name = checked_name(name)
    if unit.name == name:
        return False
    unit_changes.keep_name(session, unit_id=unit.id, name=unit.name, until=now)
    unit.name = name
    await session.flush()
    events.add(session, "unit_renamed", at=now, person_id=by, object_kind="unit", object_id=unit.id)
    return True


async def by_codes(session: AsyncSession, codes: Sequence[str]) -> list[Unit]:
    """The units with these codes, however they are written; NotFound names the one there is not."""
    known = {code_key(unit.code): unit for unit in await units.all_units(session)}
    for code in codes:
        if code_key(code) not in known:
            raise NotFound("unit.unknown", code=code[:40])
    return [known[code_key(code)] for code in codes]
