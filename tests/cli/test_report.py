"""`dondoc report`: the files that chat gives, written by the command line."""

from __future__ import annotations

import asyncio
import csv
import io
import stat
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.storage import articles
from bot.storage.articles import NewArticle
from bot.storage.engine import Database
from tests import factories
from tests.cli.conftest import sqlite_url
from tests.factories import NOON

EVIL = '=cmd|"/c calc"!A1'


async def furnish(url: str) -> None:
    """Two directives of one number, and one with an article of a unit with an evil name."""
    database = Database(url)
    async with database.write() as session:
        unit = await factories.create_unit(session, name=EVIL)
        somebody = await factories.create_contact(session, unit)
        for number, symbol in (("88", "STTTT"), ("9", "A"), ("9", "B")):
            issued = await factories.create_directive(session, [unit])
            issued.directive.number, issued.directive.symbol = number, symbol
            if number == "88":
                article = NewArticle(
                    assignment_id=issued.assignments[0][0].id,
                    person_id=somebody.person.id,
                    url="https://a.vn/1",
                    url_key="a.vn/1",
                )
                await articles.add_all(session, [article], now=NOON)
    await database.close()


@pytest.fixture
def config(tmp_path: Path, office_file: Path, write_config) -> Path:
    asyncio.run(furnish(sqlite_url(office_file)))
    text = write_config().read_text()
    path = tmp_path / "config.toml"
    path.write_text(text.replace("[office]\n", '[office]\nsuperior = "UBND tỉnh Yên Bái"\n'))
    return path


def test_report_writes_the_workbook(dondoc, config: Path, tmp_path: Path):
    file = tmp_path / "report.xlsx"
    told = dondoc("report", "88", file, "--config", config)
    assert (told.code, told.err) == (0, "")
    assert told.out == f"1 unit and 1 article written to {file}\n"
    book = load_workbook(file)
    assert len(book.sheetnames) == 5
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == EVIL for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert book["Tổng hợp"]["A1"].value == "UBND TỈNH YÊN BÁI"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(("name", "options"), [("a.csv", ()), ("a.txt", ("--csv",))])
def test_report_writes_csv(dondoc, config: Path, tmp_path: Path, name: str, options):
    file = tmp_path / name
    assert dondoc("report", "88/STTTT", file, *options, "--config", config).code == 0
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows] == ["Đơn vị", f"'{EVIL}"]
    assert rows[1][6] == "https://a.vn/1"


def test_an_option_says_more_than_the_name(dondoc, config: Path, tmp_path: Path):
    file = tmp_path / "a.csv"
    assert dondoc("report", "88", file, "--xlsx", "--config", config).code == 0
    assert file.read_bytes().startswith(b"PK")


def test_report_says_what_is_wrong(dondoc, config: Path, tmp_path: Path):
    there = tmp_path / "there.csv"
    there.touch()
    for arguments, code, why in (
        (("88", tmp_path / "a.txt"), 2, "ends with .xlsx or .csv"),
        (("88", there), 1, "is there already"),
        (("7", tmp_path / "b.csv"), 1, "no directive has the number 7"),
        (("9", tmp_path / "b.csv"), 1, "the number 9 stands for 2 directives"),
        (("88", tmp_path / "none" / "b.csv"), 1, "cannot be written"),
        (("88", tmp_path / "b.csv", "--csv", "--xlsx"), 2, "not allowed"),
    ):
        told = dondoc("report", *arguments, "--config", config)
        assert told.code == code
        assert why in told.err
    assert not (tmp_path / "b.csv").exists()
