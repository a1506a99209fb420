"""`dondoc db verify` and `dondoc audit export`: what was sealed is proven, and written to files."""

from __future__ import annotations

import asyncio
import csv
import io
import stat
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot import keys
from bot.actions import seals
from bot.storage import events
from bot.storage.engine import Database
from tests import factories
from tests.cli.conftest import in_sqlite, sqlite_url
from tests.factories import NOON

EVIL = '=cmd|"/c calc"!A1'


async def furnish(url: str, key: Path) -> None:
    """Five sealed events, one of them a unit's with an evil name, and one without a seal."""
    keys.make(key)
    database = Database(url)
    async with database.write() as session:
        unit = await factories.create_unit(session, name=EVIL)
        unit.code = "X1"
        issued = await factories.create_directive(session, [unit])
        issued.directive.number = "88"
        ids = {"directive_id": issued.directive.id, "unit_id": unit.id}
        events.add(session, "acknowledged", at=NOON, object_kind="addressee", **ids)
        for step in range(4):
            events.add(session, "units_imported", at=NOON, step=step)
    async with database.write() as session:
        await seals.seal_some(session, key=keys.read(key), now=NOON)
        events.add(session, "units_imported", at=NOON)
    await database.close()


@pytest.fixture
def place(office_file: Path, write_config) -> tuple[Path, Path]:
    """The settings, and an SQLite database with its key beside it."""
    asyncio.run(furnish(sqlite_url(office_file), office_file.with_suffix(".key")))
    return write_config(), office_file


def test_verify_proves_the_record_or_says_what_is_wrong(dondoc, place):
    config, database = place
    told = dondoc("db", "verify", "--config", config)
    assert (told.code, told.err) == (0, "")
    first, second, head = told.out.splitlines()
    assert (first, second) == (
        "As sealed: 5 events.",
        "Without a seal as yet: 1 newer event.",
    )
    known = head.removeprefix("Head: ")
    assert dondoc("db", "verify", "--head", known, "--config", config).code == 0
    told = dondoc("db", "verify", "--head", f"9{known}", "--config", config)
    assert told.code == 1
    assert "reached number 95" in told.err
    for cut in ("x", known[:-1]):  # copied in part, it accuses nobody
        told = dondoc("db", "verify", "--head", cut, "--config", config)
        assert (told.code, "is no head: give all of it" in told.err) == (2, True)
    in_sqlite(database, "UPDATE events SET details = '{\"step\": 9}' WHERE number = 3")
    told = dondoc("db", "verify", "--config", config)
    assert told.code == 1
    assert "number 3 is not as it was sealed" in told.err
    in_sqlite(database, "DELETE FROM events WHERE number = 3")
    assert "number 3 is missing" in dondoc("db", "verify", "--config", config).err
    database.with_suffix(".key").unlink()
    told = dondoc("db", "verify", "--config", config)
    assert told.code == 1
    assert "cannot be read" in told.err
    found = dondoc("check", "--config", config)
    assert "events wait for their seal" in found.out


def test_export_writes_all_or_a_part_and_nothing_becomes_a_formula(dondoc, place, tmp_path):
    config, _ = place
    whole, part = tmp_path / "record.csv", tmp_path / "unit.xlsx"
    assert dondoc("audit", "export", whole, "--config", config).out.startswith("6 events")
    assert stat.S_IMODE(whole.stat().st_mode) == 0o600
    table = list(csv.reader(io.StringIO(whole.read_text(encoding="utf-8-sig"))))
    assert len(table) == 7
    assert "GMT+07:00" in table[0][1]
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "@", "-"))]
    assert f"'{EVIL}" in table[-1]
    told = dondoc("audit", "export", part, "--unit", "X1", "--config", config)
    assert told.out.startswith("1 event written")
    cells = [cell for row in load_workbook(part).worksheets[0].iter_rows() for cell in row]
    assert EVIL in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}
    of_directive = tmp_path / "directive.csv"
    told = dondoc("audit", "export", of_directive, "--directive", "88", "--config", config)
    assert told.out.startswith("1 event written")
    for arguments, why in (
        ((whole,), "is there already"),
        ((tmp_path / "a.txt",), "ends with .xlsx or .csv"),
        ((tmp_path / "b.csv", "--unit", "Y"), "no unit with the code Y"),
        ((tmp_path / "c.csv", "--directive", "7"), "no directive has the number 7"),
    ):
        told = dondoc("audit", "export", *arguments, "--config", config)
        assert told.code
        assert why in told.err
