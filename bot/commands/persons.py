"""`dondoc person export|erase`: what is kept about somebody, given out or erased for good."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import personal
from bot.actions.personal import Objection
from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.storage.tables import Person

_NOT_FOUND = (
    "nobody here has the Telegram account or the name {whom}; "
    "give the number that /dulieu shows, or the whole name"
)


def export(path: Path, *, whom: str) -> int:
    """Print everything that is kept about a person, as JSON."""
    config = settings(path)
    say(json.dumps(asyncio.run(_export(config, whom)), ensure_ascii=False, indent=2, default=_json))
    return 0


async def _export(config: Config, whom: str) -> dict[str, object]:
    async with opened(config) as database, database.write() as session:
        person = await _the_one(session, whom)
        return await personal.export(session, person, now=system_clock())


def _json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def erase(path: Path, *, whom: str, confirmed: bool, force: bool) -> int:
    """Erase a person; it needs a confirmation, and more of one who is still needed."""
    config = settings(path)
    asyncio.run(_erase(config, whom, confirmed=confirmed, force=force))
    return 0


async def _erase(config: Config, whom: str, *, confirmed: bool, force: bool) -> None:
    async with opened(config) as database, database.write() as session:
        person = await _the_one(session, whom)
        objections = await personal.objections(session, person)
        if objections and not force:
            listed = "; ".join(_sentence(each) for each in objections)
            raise Fault(f"{person.name}: {listed}. To erase all the same, add --force")
        if not confirmed:
            raise Fault(
                f"this erases {person.name} (account {person.telegram_id}) and cannot be undone; "
                "backups made before still hold the data. To go on, add --yes"
            )
        await personal.erase(session, person, now=system_clock())
    say("Erased. What they confirmed and submitted is kept as the work of somebody.")


def _sentence(objection: Objection) -> str:
    if objection.reason == "staff":
        return "is still one of the office's staff"
    return f"is the only contact of {objection.unit_name}"


async def _the_one(session: AsyncSession, whom: str) -> Person:
    found = await personal.find(session, whom)
    if not found:
        raise Fault(_NOT_FOUND.format(whom=whom))
    if len(found) > 1:
        accounts = ", ".join(str(person.telegram_id) for person in found)
        raise Fault(f"{len(found)} people are called {whom}; give one of the accounts: {accounts}")
    return found[0]
