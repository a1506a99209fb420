"""`dondoc receipt`: a slip on paper, and whether one is genuine."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pypdfium2
import pytest

from bot.domain.states import Door
from bot.storage.engine import Database
from bot.storage.tables import Acknowledgement
from tests import factories
from tests.cli.conftest import sqlite_url
from tests.factories import NOON

CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")


async def furnish(url: str) -> None:
    """A directive to two units, of which one has confirmed it and is retired since."""
    database = Database(url)
    async with database.write() as session:
        paper = await factories.create_unit(session)
        radio = await factories.create_unit(session, name="Đài Phát thanh tỉnh")
        town = await factories.create_unit(session, name="UBND xã")
        paper.code, radio.code, town.code = "BYB", "DPT", "XA"
        paper.retired_at = NOON
        issued = await factories.create_directive(session, [paper, radio])
        issued.directive.number = "88"
        contact = await factories.create_contact(session, paper)
        session.add(
            Acknowledgement(
                addressee_id=issued.addressees[0].id,
                version=1,
                person_id=contact.person.id,
                chat_id=contact.chat.id,
                door=Door.CARD,
                at=NOON,
            )
        )
    await database.close()


@pytest.fixture
def config(office_file: Path, write_config) -> Path:
    """The settings of an office with such a database."""
    asyncio.run(furnish(sqlite_url(office_file)))
    path: Path = write_config()
    return path


def test_a_slip_is_printed_and_verified(dondoc, config, tmp_path):
    file = tmp_path / "slip.pdf"
    told = dondoc("receipt", "print", "byb", "88/STTTT-TTBCXB", "--out", file, "--config", config)
    assert (told.code, told.err) == (0, "")
    code = CODE.search(told.out)
    assert code is not None
    (page,) = pypdfium2.PdfDocument(file)
    assert code[0] in page.get_textpage().get_text_range()

    typed = code[0].lower().replace("-", " ")
    told = dondoc("receipt", "verify", typed, "--config", config)
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[0] == f"{code[0]} is the code of a genuine slip. It says:"
    assert "Received by: Báo Yên Bái" in told.out
    assert "12:00 06/10/2026 – Nguyễn Văn An" in told.out
    assert "Nothing has changed" in told.out

    found = json.loads(dondoc("receipt", "verify", code[0], "--json", "--config", config).out)
    assert (found["genuine"], found["code"]) == (True, code[0])
    assert found["says"]["confirmed"][0]["name"] == "Nguyễn Văn An"
    assert found["since"]["taken_back"] == []

    again = tmp_path / "again.pdf"
    told = dondoc("receipt", "print", "BYB", "88", "--out", again, "--config", config)
    assert code[0] in told.out  # it says the same, so it is the same


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("verify", "7K3M-Q9TD-0AVX-52HN"), "no slip has the code 7K3M-Q9TD-0AVX-52HN"),
        (
            ("print", "DPT", "88", "--out", "slip.pdf"),
            "of Đài Phát thanh tỉnh has confirmed",
        ),
        (("print", "XA", "88", "--out", "slip.pdf"), "was not sent to UBND xã"),
        (("print", "NONE", "88", "--out", "slip.pdf"), "no unit with the code NONE"),
        (("print", "BYB", "99", "--out", "slip.pdf"), "no directive has the number 99"),
        (("print", "BYB", "88", "--out", "slip.txt"), "not the name of a PDF file"),
        (("print", "BYB", "88", "--out", "none/slip.pdf"), "there is no directory none"),
    ],
)
def test_what_cannot_be_done_is_said(dondoc, config, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    told = dondoc("receipt", *arguments, "--config", config)
    assert (told.code, told.out) == (1, "")
    assert sentence in told.err
    assert not (tmp_path / "slip.pdf").exists()


def test_a_file_that_is_there_is_not_written_over(dondoc, config, tmp_path):
    file = tmp_path / "slip.pdf"
    file.write_text("mine")
    told = dondoc("receipt", "print", "BYB", "88", "--out", file, "--config", config)
    assert (told.code, file.read_text()) == (1, "mine")
