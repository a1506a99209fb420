"""`dondoc units import`: a table becomes registered units, or every fault in it is named."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.actions import registry, unit_table
from bot.actions.registry import Summary
from bot.actions.unit_table import ListedUnit, UnusableTable, Wrong, read_units
from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.opening import listed, opened, settings
from bot.commands.tables import read_table
from bot.config import Config

_SENTENCES = {
    Wrong.NO_HEADINGS: "there is no row of headings with at least code and name "
    "(mã đơn vị, tên đơn vị)",
    Wrong.NO_UNITS: "there are no units below the headings",
    Wrong.TWO_COLUMNS: "two columns are headed like this",
    Wrong.EMPTY: "the cell is empty",
    Wrong.TOO_LONG: "there are more than {detail} characters",
    Wrong.NOT_TEXT: "the cell holds a date; format it as text",
    Wrong.UNREADABLE: "the cell holds characters that cannot be read",
    Wrong.FORMULA_ERROR: "the cell holds the error {detail}",
    Wrong.NO_WORD: "{detail!r} has neither letters nor digits",
    Wrong.REPEATED: "the same code stands in row {detail}",
}


def import_units(path: Path, *, file: Path, dry_run: bool) -> int:
    """Take the units of `file`, all or none; with `dry_run` only say what would change."""
    config = settings(path)
    try:
        table = read_units(read_table(file))
    except UnusableTable as error:
        raise Fault(
            listed(f"nothing was imported from {file}", [_sentence(each) for each in error.faults])
        ) from None
    summary = asyncio.run(_import(config, table.units, dry_run=dry_run))
    if table.ignored:
        say(f"Not used: {', '.join(table.ignored)}")
    say(
        f"{summary.new} new, {summary.changed} changed, {summary.unchanged} unchanged, "
        f"{summary.new_groups} groups new"
    )
    if dry_run:
        say("Nothing was imported: this was a dry run.")
    return 0


async def _import(config: Config, given: tuple[ListedUnit, ...], *, dry_run: bool) -> Summary:
    async with opened(config) as database:
        if dry_run:
            async with database.read() as session:
                return await registry.preview_import(session, given)
        async with database.write() as session:
            return await registry.import_units(session, given, now=system_clock())


def _sentence(fault: unit_table.Fault) -> str:
    place = [f"row {fault.row}"] if fault.row else []
    if fault.heading:
        place.append(f"column {fault.heading}")
    sentence = _SENTENCES[fault.wrong].format(detail=fault.detail)
    return f"{', '.join(place)}: {sentence}" if place else sentence
