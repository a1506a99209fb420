"""`dondoc staff list|role|remove`: the office's own people, kept from the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import staff
from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.domain.states import StaffRole
from bot.errors import BotError
from bot.storage import staff as members
from bot.storage.staff import Member
from bot.texts import texts


def show(path: Path, *, as_json: bool) -> int:
    """Print who they are; the first column is what `role` and `remove` take."""
    found = asyncio.run(_members(settings(path)))
    if as_json:
        say(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
        return 0
    for each in found:
        limits = ", ".join(name for _, name in each.groups) or "all units"
        say(f"{each.id:<5}{each.role:<10}{each.name} ({limits})")
    if not found:
        say("There is nobody yet; `dondoc staff add` lets somebody in.")
    return 0


async def _members(config: Config) -> list[Member]:
    async with opened(config) as database, database.read() as session:
        return await members.members(session)


def change(path: Path, *, number: int, role: StaffRole, groups: Sequence[str] | None) -> int:
    """Give somebody another role, or other limits: without `groups` they stay, empty ones are
    lifted."""
    asyncio.run(_change(settings(path), number, role, groups))
    say("Changed; it holds from the next press on.")
    return 0


async def _change(
    config: Config, number: int, role: StaffRole, groups: Sequence[str] | None
) -> None:
    async with opened(config) as database, database.write() as session:
        try:
            if groups is not None:
                found = await staff.groups_by_code(session, groups)
                await staff.limit(session, number, set(found.values()), now=system_clock())
            await staff.change_role(session, number, role, now=system_clock())
        except BotError as error:
            raise _fault(error, number) from None


def remove(path: Path, *, number: int) -> int:
    """Take somebody's rights away."""
    asyncio.run(_remove(settings(path), number))
    say("Removed; it holds from the next press on.")
    return 0


async def _remove(config: Config, number: int) -> None:
    async with opened(config) as database, database.write() as session:
        try:
            await staff.remove(session, number, now=system_clock())
        except BotError as error:
            raise _fault(error, number) from None


async def group_ids(session: AsyncSession, codes: Sequence[str]) -> set[int]:
    """The groups with these codes; Fault for one that is none."""
    try:
        return set((await staff.groups_by_code(session, codes)).values())
    except BotError as error:
        raise _fault(error, 0) from None


def _fault(error: BotError, number: int) -> Fault:
    if error.key == "staff.gone":
        return Fault(f"nobody of the staff has the number {number}; `dondoc staff list` shows them")
    return Fault(texts("en")(error.key, **error.parameters))
