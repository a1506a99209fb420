"""`dondoc invite list`, `revoke` and `sheet`: what is open, taking it back, codes on paper."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import invites as actions
from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.invites import bot_username, unit_with_code
from bot.commands.opening import opened, settings
from bot.commands.tables import refuse_present, write_file
from bot.config import Config
from bot.domain.folding import fold
from bot.domain.states import InviteKind
from bot.errors import BotError
from bot.storage import invites, units
from bot.storage.invites import OpenInvite
from bot.storage.tables import Group
from bot.texts import texts
from bot.texts.moments import Moments


def list_open(path: Path, *, unit_code: str | None, as_json: bool) -> int:
    """Print the invites that may still be used."""
    config = settings(path)
    found = asyncio.run(_open(config, unit_code))
    zone = ZoneInfo(config.office.zone)
    if as_json:
        say(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2))
    elif not found:
        say("No invite is open.")
    else:
        for each in found:
            say(_line(each, zone))
    return 0


async def _open(config: Config, unit_code: str | None) -> list[OpenInvite]:
    async with opened(config) as database, database.read() as session:
        unit = await unit_with_code(session, unit_code) if unit_code else None
        return await invites.open_invites(
            session, now=system_clock(), unit_id=unit.id if unit else None
        )


def _line(invite: OpenInvite, zone: ZoneInfo) -> str:
    until = invite.expires_at.astimezone(zone)
    whose = f"{invite.unit_code} {invite.unit_name}" if invite.unit_code else "the office"
    return "  ".join(
        (
            f"{invite.id:>5}",
            f"{invite.kind.value:<11}",
            f"{invite.uses_left:>4} left",
            f"until {until:%Y-%m-%d %H:%M}",
            whose,
            f"by {invite.created_by or 'the operator'}",
        )
    )


def _as_json(invite: OpenInvite) -> dict[str, object]:
    return {
        "id": invite.id,
        "kind": invite.kind.value,
        "unit": invite.unit_code,
        "uses_left": invite.uses_left,
        "created_at": invite.created_at.isoformat(),
        "expires_at": invite.expires_at.isoformat(),
        "created_by": invite.created_by,
    }


def revoke(path: Path, *, invite_id: int) -> int:
    """Let nobody use the invite any more."""
    asyncio.run(_revoke(settings(path), invite_id))
    say(f"Invite {invite_id} is revoked.")
    return 0


async def _revoke(config: Config, invite_id: int) -> None:
    async with opened(config) as database:
        try:
            async with database.write() as session:
                await actions.revoke(session, invite_id, actor=None, now=system_clock())
        except BotError:
            raise Fault(
                f"no invite {invite_id} is open; `dondoc invite list` shows those that are"
            ) from None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is printed: units with their links."""

    group: str
    lines: list[tuple[str, str]]
    until: datetime


def sheet(path: Path, *, group_code: str, file: Path) -> int:
    """Write a PDF with a new one-time code for every unit of the group."""
    config = settings(path)
    if file.suffix.lower() != ".pdf":
        raise Fault(f"{file} is not the name of a PDF file, such as invites.pdf")
    if not file.parent.is_dir():
        raise Fault(f"there is no directory {file.parent}")
    refuse_present(file)  # before codes are made that nobody would hold
    made = asyncio.run(_codes(config, group_code))
    write_file(file, _drawn(config, made))
    codes = counted(len(made.lines), "code")
    say(f"{file}: {codes} for {made.group}, one use each. They are kept nowhere else.")
    return 0


async def _codes(config: Config, group_code: str) -> _Sheet:
    now, life = system_clock(), timedelta(days=config.registry.invite_days)
    async with opened(config) as database, database.write() as session:
        group = await _group(session, group_code)
        username = await bot_username(session, config)
        if username is None:
            raise Fault("the bot's name is known after its first start: run `dondoc run` once")
        made = await actions.create_for_group(session, group.id, life=life, actor=None, now=now)
        if not made:
            raise Fault(f"no active unit stands in {group.name}")
        lines = [
            (
                each.unit.name,
                actions.link_of(InviteKind.CONTACT, each.code, username=username),
            )
            for each in made
        ]
        return _Sheet(group.name, lines, now + life)


async def _group(session: AsyncSession, code: str) -> Group:
    groups = await units.groups(session)
    for group in groups:
        if fold(code) in (fold(group.code), fold(group.name)):
            return group
    known = ", ".join(group.code for group in groups) or "none"
    raise Fault(f"there is no group {code}; there are: {known}")


def _drawn(config: Config, made: _Sheet) -> bytes:
    from bot.reports.invite_sheet import SheetLine, invite_sheet

    words = texts(config.office.language)
    moments = Moments(words, ZoneInfo(config.office.zone))
    return invite_sheet(
        [SheetLine(name, link) for name, link in made.lines],
        title=words("sheet.title", group=made.group, office=config.office.name),
        until=words(
            "sheet.until", until=moments.short(made.until), zone=moments.zone_name(made.until)
        ),
        texts=words,
    )
