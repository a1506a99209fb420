"""`dondoc receipt`: whether a receipt slip is genuine, and a unit's slip as a PDF."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import slips as actions
from bot.actions.unit_table import code_key
from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.directives import by_number
from bot.commands.invites import bot_username
from bot.commands.opening import opened, settings
from bot.commands.tables import refuse_present, write_file
from bot.config import Config
from bot.delivery import render_slips
from bot.delivery.render import Writer
from bot.domain import slips as words
from bot.domain.slips import Since, Slip
from bot.errors import BotError
from bot.storage import directives, slips, units
from bot.storage.tables import Unit
from bot.texts import DEFAULT_LANGUAGE, texts
from bot.texts.moments import Moments


@dataclass(frozen=True, slots=True)
class _Known:
    """A genuine slip, and what has changed since it was made."""

    code: str
    slip: Slip
    since: Since


def verify(path: Path, *, code: str, as_json: bool) -> int:
    """Print what the slip with this code says; Fault if there is none."""
    known = asyncio.run(_known(settings(path), code))
    if as_json:
        say(json.dumps(_json(known), ensure_ascii=False, indent=2))
        return 0
    write = _writer("en", known.slip)
    say(f"{words.shown(known.code)} is the code of a genuine slip. It says:")
    for label, said in render_slips.lines(known.slip, write):
        say(f"  {label}: {'; '.join(said)}")
    for line in render_slips.changes(known.slip, known.since, write):
        say(line)
    return 0


async def _known(config: Config, typed: str) -> _Known:
    async with opened(config) as database, database.read() as session:
        try:
            row = await actions.genuine(session, typed, actor=None)
        except BotError:
            raise Fault(
                f"no slip has the code {typed}: if that is what the paper says, "
                "it was not made by this system"
            ) from None
        found = await directives.addressee_with_directive(session, row.addressee_id)
        assert found is not None  # noqa: S101 - it is the slip's
        addressee, directive = found
        slip = Slip.of_json(row.content)
        changed = words.since(
            slip,
            kept=await slips.confirmed(session, addressee.id, counting_only=False),
            version=directive.version,
            acknowledge_from=directive.acknowledge_from,
            ending=directive.ending,
        )
        return _Known(row.code, slip, changed)


def _json(known: _Known) -> dict[str, object]:
    since = asdict(known.since)
    taken_back = [each.as_json() for each in known.since.taken_back]
    return {
        "code": words.shown(known.code),
        "genuine": True,
        "says": known.slip.as_json(),
        "since": since | {"taken_back": taken_back},
    }


def print_slip(path: Path, *, unit_code: str, number: str, file: Path) -> int:
    """Write the unit's slip of the directive to a new PDF file."""
    config = settings(path)
    if file.suffix.lower() != ".pdf":
        raise Fault(f"{file} is not the name of a PDF file, such as slip.pdf")
    if not file.parent.is_dir():
        raise Fault(f"there is no directory {file.parent}")
    refuse_present(file)
    code, slip, username = asyncio.run(_made(config, unit_code, number, now=system_clock()))
    write_file(file, _drawn(code, slip, username))
    say(f"{file}: the receipt slip of {slip.unit}, code {words.shown(code)}.")
    return 0


async def _made(
    config: Config, unit_code: str, number: str, *, now: datetime
) -> tuple[str, Slip, str | None]:
    async with opened(config) as database, database.write() as session:
        unit = await _unit(session, unit_code)
        directive = await by_number(session, number)
        addressee = await slips.addressee_of(session, unit_id=unit.id, directive_id=directive.id)
        if addressee is None:
            raise Fault(f"directive {number} was not sent to {unit.name}")
        try:
            row = await actions.make(
                session,
                addressee,
                directive,
                office=config.office.name,
                zone=config.office.zone,
                person_id=None,
                now=now,
            )
        except BotError:
            raise Fault(f"nobody of {unit.name} has confirmed directive {number} yet") from None
        return row.code, Slip.of_json(row.content), await bot_username(session, config)


async def _unit(session: AsyncSession, code: str) -> Unit:
    """Also one that is retired by now: what it confirmed it confirmed."""
    for each in await units.all_units(session):
        if code_key(each.code) == code_key(code):
            return each
    raise Fault(f"there is no unit with the code {code}")


def _drawn(code: str, slip: Slip, username: str | None) -> bytes:
    from bot.reports.receipt_slip import receipt_slip

    link = words.link_of(code, username=username) if username else None
    paper = render_slips.paper(slip, code, _writer(DEFAULT_LANGUAGE, slip), link=link)
    return receipt_slip(paper)


def _writer(language: str, slip: Slip) -> Writer:
    found = texts(language)
    return Writer(found, Moments(found, ZoneInfo(slip.zone)), system_clock())
