"""`dondoc units` and `dondoc groups`: the registry from and into tables, and looked at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import registry
from bot.actions.registry import Fate, Plan, site_of
from bot.actions.unit_headings import Column, Row, choose, guess_headings
from bot.actions.unit_table import ListedUnit, UnitTable, read_units
from bot.articles import sites
from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.opening import listed, opened, settings
from bot.commands.tables import read_table, write_file
from bot.config import Config
from bot.domain.lookalikes import like
from bot.domain.searching import search
from bot.storage import registry as stored
from bot.storage import units
from bot.storage.engine import Database
from bot.storage.tables import Unit
from bot.tables.faults import fault_sentence
from bot.tables.import_report import changed, fault_view
from bot.tables.plain_table import Sheet, separated, workbook
from bot.tables.unit_rows import unit_rows
from bot.texts import texts

_ENGLISH = texts("en")


# --- import --------------------------------------------------------------------------------------


def import_units(
    path: Path,
    *,
    file: Path,
    dry_run: bool,
    columns: Sequence[tuple[Column, str]] = (),
    as_json: bool = False,
) -> int:
    """Take the units of `file`, all or none; with `dry_run` only say what would change."""
    return asyncio.run(
        _import(settings(path), file, dry_run=dry_run, columns=columns, as_json=as_json)
    )


async def _import(
    config: Config,
    file: Path,
    *,
    dry_run: bool,
    columns: Sequence[tuple[Column, str]],
    as_json: bool,
) -> int:
    async with opened(config) as database:
        rows = await read_table(file)
        table = _understood(file, rows, columns)
        if not as_json:
            _say_mapping(table)
        if table.faults:
            if as_json:
                _say_json(table, None, taken=False)
            faults = [fault_sentence(fault_view(each), _ENGLISH) for each in table.faults]
            raise Fault(listed(f"nothing was imported from {file}", faults))
        plan = await _planned_or_taken(database, table.units, dry_run=dry_run)
    if as_json:
        _say_json(table, plan, taken=not dry_run)
        return 0
    _say_plan(plan, table, every_row=dry_run)
    if dry_run:
        say("Nothing was imported: this was a dry run.")
    return 0


def _understood(file: Path, rows: list[Row], columns: Sequence[tuple[Column, str]]) -> UnitTable:
    headings = guess_headings(rows)
    if headings is not None and columns:
        headings, unknown = choose(headings, columns)
        if unknown:
            named = ", ".join(word for word in headings.words if word)
            raise Fault(f"{file}: there is no column {', '.join(unknown)}; there are: {named}")
    return read_units(rows, headings)


async def _planned_or_taken(
    database: Database, given: tuple[ListedUnit, ...], *, dry_run: bool
) -> Plan:
    if dry_run:
        async with database.read() as session:
            return await registry.preview_import(session, given)
    async with database.write() as session:
        return await registry.import_units(session, given, now=system_clock())


def _say_mapping(table: UnitTable) -> None:
    """How each column is understood, and that reading is over."""
    if table.headings is None:
        return
    faulty = len({fault.row for fault in table.faults if fault.row is not None})
    wrong = f", {counted(faulty, 'row')} with something wrong" if faulty else ""
    say(f"Read {counted(len(table.units), 'unit')} below the headings{wrong}. Columns:")
    for word, column in zip(table.headings.words, table.headings.columns, strict=True):
        if word:
            say(f"  {word} = {column.value}")


def _say_plan(plan: Plan, table: UnitTable, *, every_row: bool) -> None:
    for line in plan.lines if every_row else ():
        if line.fate is not Fate.UNCHANGED:
            fate = _ENGLISH(f"table.fate_{line.fate.value}")
            what = f": {changed(line.changed, _ENGLISH)}" if line.changed else ""
            say(f"row {line.row}, {line.code}: {fate}{what}")
    if table.without_phone:
        say(_ENGLISH("table.without_phone", count=table.without_phone))
    if table.zeros:
        say(_ENGLISH("table.zeros", count=table.zeros))
    summary = plan.summary
    say(
        f"{summary.new} new, {summary.changed} changed, {summary.unchanged} unchanged, "
        f"{counted(summary.new_groups, 'new group')}"
    )


def _say_json(table: UnitTable, plan: Plan | None, *, taken: bool) -> None:
    headings = table.headings
    told: dict[str, Any] = {
        "taken": taken,
        "columns": dict(zip(headings.words, headings.columns, strict=True)) if headings else {},
        "faults": [
            {
                "row": each.row,
                "column": each.heading or None,
                "wrong": each.wrong,
                "sentence": fault_sentence(fault_view(each), _ENGLISH, placed=False),
            }
            for each in table.faults
        ],
        "rows": [
            {"row": line.row, "code": line.code, "fate": line.fate, "changed": list(line.changed)}
            for line in (plan.lines if plan else ())
        ],
        "new_groups": list(plan.new_groups) if plan else [],
    }
    say(json.dumps(told, ensure_ascii=False, indent=2))


# --- export --------------------------------------------------------------------------------------


def export_units(path: Path, *, file: Path) -> int:
    """Write all units to `file`, so that they can be changed there and imported again."""
    return asyncio.run(_export(settings(path), file))


async def _export(config: Config, file: Path) -> int:
    form = file.suffix.lower()
    if form not in (".xlsx", ".csv"):
        raise Fault(f"{file}: name a file that ends with .xlsx or .csv")
    spoken = texts(config.office.language)
    async with opened(config) as database, database.read() as session:
        rows = await unit_rows(session, spoken)
    sheet = Sheet(spoken("units.sheet"), rows)
    write_file(file, workbook([sheet]) if form == ".xlsx" else separated(rows))
    say(f"{counted(len(rows) - 1, 'unit')} written to {file}")
    return 0


# --- looking -------------------------------------------------------------------------------------


def list_units(path: Path, *, words: str, as_json: bool) -> int:
    """The units whose name or code holds the words; all without any."""
    return asyncio.run(_list(settings(path), words, as_json=as_json))


async def _list(config: Config, words: str, *, as_json: bool) -> int:
    async with opened(config) as database, database.read() as session:
        found = search(words, await stored.active_units(session))
        silent = await stored.units_without_chat(session, [unit.id for unit in found])
    if as_json:
        told = [
            {"code": unit.code, "name": unit.name, "reachable": unit.id not in silent}
            for unit in found
        ]
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for unit in found:
        say(f"{unit.code}\t{unit.name}" + ("\t(nobody to reach)" if unit.id in silent else ""))
    return 0


def show_unit(path: Path, *, code: str, as_json: bool) -> int:
    """Everything kept of one unit."""
    return asyncio.run(_show(settings(path), code, as_json=as_json))


async def _show(config: Config, code: str, *, as_json: bool) -> int:
    async with opened(config) as database, database.read() as session:
        by_code = {unit.code.casefold(): unit for unit in await units.all_units(session)}
        unit = by_code.get(code.casefold())
        if unit is None:
            raise Fault(f"there is no unit with the code {code}; see `dondoc units list`")
        told = {**await _identity(session, unit), **await _people(session, unit)}
    if as_json:
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for name, value in told.items():
        say(f"{name}: {_plain(value)}")
    return 0


async def _identity(session: AsyncSession, unit: Unit) -> dict[str, Any]:
    stands = await stored.memberships(session, unit.id)
    names = {group.id: group.name for group in await units.groups(session)}
    site_rows = (await stored.sites(session, [unit.id])).get(unit.id, ())
    return {
        "code": unit.code,
        "name": unit.name,
        "former names": [each.name for each in await stored.former_names(session, unit.id)],
        "retired": unit.retired_at is not None,
        "phone": unit.phone,
        "note": unit.note,
        "groups": [names[group_id] for group_id in stands],
        "groups by condition": [names[each] for each, by in stands.items() if by],
        "sites": [sites.written(site_of(row)) for row in site_rows],
        "attributes": unit.attributes,
    }


async def _people(session: AsyncSession, unit: Unit) -> dict[str, Any]:
    expected = (await stored.expected_contacts(session, [unit.id])).get(unit.id, ())
    contacts = await stored.contacts(session, unit.id)
    names = [line.name for line in contacts]
    return {
        "contacts": [
            {
                "name": line.name,
                "title": line.title,
                "role": line.role,
                "reachable": line.is_reached,
            }
            for line in contacts
        ],
        "expected contacts": [
            {
                "name": each.name,
                "title": each.title,
                "role": each.role,
                "may have joined": bool(each.name and like(each.name, names)),
            }
            for each in expected
        ],
        "open assignments": await stored.open_assignments(session, unit.id),
    }


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{name} = {_plain(each)}" for name, each in value.items()) or "-"
        case list():
            return "; ".join(_plain(each) for each in value) or "-"
        case _:
            return str(value) if value != "" else "-"
