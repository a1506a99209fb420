"""`dondoc db verify` and `dondoc audit export`: the record of events, proven or written down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot import keys
from bot.actions import seals
from bot.actions.seals import Verdict, Wrong
from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.directives import by_number
from bot.commands.opening import listed, opened, settings
from bot.commands.tables import refuse_present, write_file
from bot.config import Config
from bot.domain.seals import Head
from bot.reports import log as reports
from bot.reports.csv_lines import BYTE_ORDER_MARK, csv_line
from bot.storage import record, units
from bot.storage.record import About, Entry
from bot.texts import texts
from bot.texts.moments import Moments

_SEAL = re.compile(r"[0-9a-f]{64}")
_PAGE = 1_000
_MOST_ROWS = 1_048_575  # of a sheet of Excel, below its heads
_SENTENCES = {
    Wrong.MISSING: "number {number} is missing",
    Wrong.CHANGED: "number {number} is not as it was sealed, or not where it was",
    Wrong.CUT_OFF: "the record reached number {number}; what stood there is gone",
    Wrong.ANOTHER: "number {number} had another seal: the record was made anew",
}


def verify(path: Path, *, head: str | None) -> int:
    """Prove the chain of seals; 1 if it is broken. `head` is a number and a seal kept elsewhere."""
    config = settings(path)
    known = _read_head(head) if head else None
    place = config.audit.key_file
    if place is None:
        raise Fault("no key is named: set audit.key_file")
    try:
        key = keys.read(place)
    except keys.KeyFault as fault:
        raise Fault(str(fault)) from None
    verdict = asyncio.run(_verify(config, key, known))
    if verdict.faults:
        sentences = [_SENTENCES[each.wrong].format(number=each.number) for each in verdict.faults]
        raise Fault(listed("the record of events is broken", sentences))
    say(f"As sealed: {counted(verdict.head.number, 'event')}.")
    if verdict.unsealed:
        say(f"Without a seal as yet: {counted(verdict.unsealed, 'newer event')}.")
    if verdict.head.number:
        say(f"Head: {verdict.head}")
    return 0


async def _verify(config: Config, key: bytes, known: Head | None) -> Verdict:
    async with opened(config) as database, database.read() as session:
        return await seals.verify(session, key=key, known=[known] if known else [])


def _read_head(text: str) -> Head:
    number, _, seal = text.strip().partition(":")
    seal = seal.strip().lower()
    # A seal that was copied in part must not look like a record that somebody made anew.
    if not number.isdecimal() or not _SEAL.fullmatch(seal):
        raise Fault(
            f"{text!r} is no head: give all of it as it was told, a number and a seal of 64 "
            "signs, such as 12:4f0c…",
            exit_code=2,
        )
    return Head(int(number), seal)


def export(path: Path, *, target: Path, directive: str | None, unit: str | None) -> int:
    """Write the record, or that of a directive or of a unit, as XLSX or CSV."""
    config = settings(path)
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise Fault(f"{target}: name a file that ends with .xlsx or .csv", exit_code=2)
    refuse_present(target)
    count = asyncio.run(_export(config, target, directive=directive, unit=unit))
    say(f"{counted(count, 'event')} written to {target}")
    return 0


async def _export(config: Config, target: Path, *, directive: str | None, unit: str | None) -> int:
    zone = ZoneInfo(config.office.zone)
    moments = Moments(texts(config.office.language), zone)
    head = reports.heads(moments, zone=moments.zone_name(system_clock()))
    async with opened(config) as database, database.read() as session:
        about = await _about(session, directive, unit)
        if target.suffix.lower() == ".csv":
            return await _write_csv(session, about, target, head, moments)
        rows = [
            row
            async for entries in _pages(session, about)
            for row in reports.rows(entries, moments)
        ]
    if len(rows) > _MOST_ROWS:
        raise Fault(f"{len(rows)} events do not fit into one sheet; name a .csv file")
    write_file(target, reports.workbook(head, rows))
    return len(rows)


async def _about(session: AsyncSession, directive: str | None, unit: str | None) -> About:
    if directive is not None:
        return About(directive_id=(await by_number(session, directive)).id)
    if unit is not None:
        named = await units.unit_by_code(session, unit)
        if named is None:
            raise Fault(f"there is no unit with the code {unit}")
        return About(unit_id=named.id)
    return About()


async def _pages(session: AsyncSession, about: About) -> AsyncIterator[list[Entry]]:
    below = None
    while entries := await record.entries(session, about, limit=_PAGE, below=below):
        yield entries
        session.expunge_all()  # read once: a long record needs no more memory than a short one
        below = entries[-1].id


async def _write_csv(
    session: AsyncSession,
    about: About,
    target: Path,
    head: tuple[str, ...],
    moments: Moments,
) -> int:
    count = 0
    write_file(target, (BYTE_ORDER_MARK + csv_line(head)).encode())
    with target.open("ab") as file:
        async for entries in _pages(session, about):
            file.writelines(csv_line(row).encode() for row in reports.rows(entries, moments))
            count += len(entries)
    return count
