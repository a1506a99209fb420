"""`dondoc staff add` and `dondoc invite add`: links that let people in."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.people import create_invite
from bot.actions.unit_table import code_key
from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.opening import opened, settings
from bot.commands.staff import group_ids
from bot.config import Config
from bot.domain.states import InviteKind, StaffRole
from bot.storage import kept, units
from bot.storage.tables import Unit


def add_staff(path: Path, *, role: StaffRole, groups: Sequence[str]) -> int:
    """Print a one-time link for one person of the office, limited to these groups if any."""
    config = settings(path)
    asyncio.run(_add_staff(config, role, groups))
    return 0


async def _add_staff(config: Config, role: StaffRole, groups: Sequence[str]) -> None:
    now = system_clock()
    async with opened(config) as database, database.write() as session:
        limits = await group_ids(session, groups)
        code = await create_invite(
            session,
            InviteKind.STAFF,
            now=now,
            staff_role=role,
            group_ids=limits,
            life=_life(config),
        )
        username = await bot_username(session, config)
    _show(code, username, kind=InviteKind.STAFF)
    of_groups = f", for {', '.join(groups)}" if groups else ""
    say(f"Whoever opens it first becomes {role.value} of {config.office.name}{of_groups}.")
    say(_until(now, config))


def invite(path: Path, *, unit_code: str, leader: bool, group: bool, uses: int) -> int:
    """Print a link for people, the leader or the Telegram group of a unit."""
    config = settings(path)
    kind = InviteKind.CONTACT
    if leader:
        kind = InviteKind.LEADER
    elif group:
        kind = InviteKind.UNIT_GROUP
    asyncio.run(_invite(config, unit_code, kind=kind, uses=uses))
    return 0


async def _invite(config: Config, unit_code: str, *, kind: InviteKind, uses: int) -> None:
    now = system_clock()
    async with opened(config) as database, database.write() as session:
        unit = await unit_with_code(session, unit_code)
        code = await create_invite(
            session, kind, now=now, unit_id=unit.id, uses=uses, life=_life(config)
        )
        username = await bot_username(session, config)
    _show(code, username, kind=kind)
    whom = "one person" if uses == 1 else f"{uses} people"
    match kind:
        case InviteKind.UNIT_GROUP:
            say(f"The group it is used in becomes that of {unit.name}.")
        case InviteKind.LEADER:
            say(f"It makes {whom} leader of {unit.name}.")
        case _:
            say(f"It makes {whom} contact of {unit.name}.")
    say(_until(now, config))


async def unit_with_code(session: AsyncSession, code: str) -> Unit:
    """The active unit with this code; Fault, with the one that was perhaps meant."""
    known = {code_key(each.code): each for each in await units.all_units(session)}
    unit = known.get(code_key(code))
    if unit is not None and unit.retired_at is None:
        return unit
    if unit is not None:
        raise Fault(f"{unit.name} ({code}) takes no new people any more: it is retired")
    close = difflib.get_close_matches(code_key(code), known, n=1)
    hint = "; `dondoc units import` registers units"
    if close:
        hint = f"; did you mean {known[close[0]].code}?"
    raise Fault(f"there is no unit with the code {code}{hint}")


async def bot_username(session: AsyncSession, config: Config) -> str | None:
    """The bot's name, if it has been started before with this token."""
    identity = await kept.get(session, kept.IDENTITY)
    if identity is None or not isinstance(identity.get("username"), str):
        return None
    token = config.telegram.bot_token
    if token and identity.get("id") != config.telegram.bot_id:
        return None
    return str(identity["username"])


def _show(code: str, username: str | None, *, kind: InviteKind) -> None:
    in_group = kind is InviteKind.UNIT_GROUP
    if username is not None:
        say(f"https://t.me/{username}?{'startgroup' if in_group else 'start'}={code}")
        return
    say(code)
    say("This is the code only: the bot's name is known after its first start.")
    if in_group:
        say(f"Add the bot to the group and write there: /start@NAME_OF_THE_BOT {code}")
    else:
        say(f"Open the chat with the bot and write: /start {code}")


def _life(config: Config) -> timedelta:
    return timedelta(days=config.registry.invite_days)


def _until(now: datetime, config: Config) -> str:
    end = (now + _life(config)).astimezone(ZoneInfo(config.office.zone))
    return f"Valid until {end:%Y-%m-%d %H:%M} ({config.office.zone}). It is not shown again."
