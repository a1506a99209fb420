"""`dondoc groups`: the groups of units listed, made and changed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import groups
from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.domain import conditions
from bot.errors import BotError
from bot.storage import units
from bot.storage.tables import Group
from bot.texts import texts


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to become of a group; None for what stays."""

    name: str | None = None
    aliases: str | None = None
    condition: str | None = None
    add: str | None = None
    remove: str | None = None


def list_groups(path: Path, *, as_json: bool) -> int:
    """All groups with how many units stand in them."""
    return asyncio.run(_list(settings(path), as_json=as_json))


async def _list(config: Config, *, as_json: bool) -> int:
    async with opened(config) as database, database.read() as session:
        found = await units.groups(session)
        sizes = await units.group_sizes(session)
    conditional = {
        group.id: conditions.written(group.condition) for group in found if group.condition
    }
    if as_json:
        told = [
            {
                "code": group.code,
                "name": group.name,
                "units": sizes.get(group.id, 0),
                "aliases": group.aliases,
                "condition": conditional.get(group.id),
            }
            for group in found
        ]
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for group in found:
        condition = f"\t[{conditional[group.id]}]" if group.id in conditional else ""
        size = counted(sizes.get(group.id, 0), "unit")
        say(f"{group.code}\t{group.name}\t{size}{condition}")
    return 0


def set_group(path: Path, *, code: str, changes: Changes) -> int:
    """Change the group with this code, or make it if it is new and a name is given."""
    return asyncio.run(_set(settings(path), code, changes))


async def _set(config: Config, code: str, changes: Changes) -> int:
    try:
        async with opened(config) as database, database.write() as session:
            group = await _group(session, code, changes)
            await _change(session, group, changes)
            name = group.name
    except BotError as error:
        raise Fault(texts("en")(error.key, **error.parameters)) from None
    say(f"{code}: {name}")
    return 0


async def _group(session: AsyncSession, code: str, changes: Changes) -> Group:
    found = await units.group_by_code(session, code)
    if found is not None:
        return found
    if changes.name is None:
        raise Fault(f"there is no group with the code {code}; give --name to make it")
    return await groups.add(session, changes.name, code=code, now=system_clock())


async def _change(session: AsyncSession, group: Group, changes: Changes) -> None:
    now = system_clock()
    if changes.name is not None and changes.name != group.name:
        await groups.rename(session, group, changes.name, now=now)
    if changes.aliases is not None:
        await groups.set_aliases(session, group, changes.aliases, now=now)
    if changes.condition is not None:
        await groups.set_condition(session, group, changes.condition, now=now)
    if changes.add is not None:
        await groups.add_members(session, group, changes.add, now=now)
    if changes.remove is not None:
        await groups.remove_members(session, group, changes.remove, now=now)
