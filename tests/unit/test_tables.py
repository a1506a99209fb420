"""Files with tables: what is read, what is refused, what is written, all without a database."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.tables import child, reading
from bot.tables.plain_table import Sheet, separated, workbook
from tests.tables import member, rows_in, with_member, xlsx

ROWS = [("Mã", "Tên"), ("A", "Đơn vị A")]
BOOK = xlsx(ROWS)
SHEET = "xl/worksheets/sheet1.xml"


# --- reading -------------------------------------------------------------------------------------


def test_cells_are_texts_as_people_see_them():
    rows = reading.read_rows(
        xlsx([("Mã", "Tên", "x"), (12, 1.0, 0.5), (True, None, "=1+1"), (), (date(2026, 1, 2),)]),
        name="a.XLSX",
    )
    assert rows[1] == ("12", "1", "0.5")
    assert rows[2] == ("True",)  # Excel has not computed the formula yet
    assert rows[4] == (date(2026, 1, 2),)


def test_a_moment_is_neither_text_nor_day():
    rows = reading.read_rows(xlsx([(datetime(2026, 1, 2, 3, 4), "x")]), name="a.xlsx")  # noqa: DTZ001
    assert rows == [(None, "x")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separated_values_are_parted_as_their_headings_are(delimiter):
    text = delimiter.join(["Mã", "Tên", "Nhóm"]) + "\n" + delimiter.join(["A", "B", '"x; y"'])
    rows = reading.read_rows(text.encode("utf-8-sig"), name="a.csv")
    assert rows == [("Mã", "Tên", "Nhóm"), ("A", "B", "x; y")]


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name.replace("_", "."), data)
    return file.getvalue()


def many_members() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for number in range(1_001):
            packed.writestr(f"../../{number}", b"")
    return file.getvalue()


MACROS = with_member(
    BOOK,
    "[Content_Types].xml",
    member(BOOK, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ),
)
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9))
    + b"]><worksheet>&j;</worksheet>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<worksheet><sheetData><row><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData>'
    b"</worksheet>"
)


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.csv", b" \n ", "table.empty"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0rest", "table.old_or_protected"),
        ("a.csv", BOOK, "table.mislabelled"),
        ("a.xlsx", b"code,name\nA,B", "table.mislabelled"),
        ("a.xlsm", BOOK, "table.mislabelled"),
        ("a.csv", b"\x89PNG\0\0", "table.not_utf8"),
        ("a.csv", b"code\0name", "table.mislabelled"),
        ("a.csv", "mã,tên".encode("cp1258", errors="ignore") + b"\xff", "table.not_utf8"),
        ("a.xlsx", MACROS, "table.macros"),
        ("a.xlsx", BOOK[:-200], "table.broken"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 100, "table.broken"),
        ("a.xlsx", zipped(a_txt=b"x"), "table.broken"),
        ("a.xlsx", zipped(a_txt=bytes(60_000_000)), "table.bomb"),
        ("a.xlsx", zipped(a_txt=bytes(1_000_000)), "table.bomb"),  # a thousandfold
        ("a.xlsx", many_members(), "table.bomb"),
        ("a.xlsx", with_member(BOOK, SHEET, BILLION_LAUGHS), "table.broken"),
        ("a.xlsx", with_member(BOOK, SHEET, OUTSIDE), "table.broken"),
        ("a.csv", b"x" * (reading.MAX_BYTES + 1), "table.too_large"),
        ("a.csv", b"a,b\n" * (reading.MAX_ROWS + 1), "table.too_many_rows"),
        ("a.csv", (b"x" * 100_000 + b"\n") * 90, "table.too_much"),
    ],
)
def test_what_is_no_list_of_units_is_refused_with_a_reason(name, content, key):
    with pytest.raises(InvalidInput) as refused:
        reading.read_rows(content, name=name)
    assert refused.value.key == key


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(content):
    for prefix, name in ((b"", "a.csv"), (b"PK\x03\x04", "a.xlsx")):
        try:
            assert reading.read_rows(prefix + content, name=name) is not None
        except InvalidInput:
            pass


# --- in a process of its own ---------------------------------------------------------------------


async def test_a_child_reads_what_this_process_reads():
    content = xlsx([*ROWS, ("B", date(2026, 1, 2)), ("C", "=1+1")])
    rows = await child.read_rows(content, name="Danh sách.xlsx")
    assert rows == reading.read_rows(content, name="a.xlsx")


async def test_a_child_hands_on_why_a_file_is_refused():
    with pytest.raises(InvalidInput) as refused:
        await child.read_rows(b"a,b\n" * (reading.MAX_ROWS + 1), name="a.csv")
    assert refused.value.key == "table.too_many_rows"
    assert refused.value.parameters == {"most": reading.MAX_ROWS}


async def test_a_child_that_takes_too_long_is_killed(monkeypatch):
    monkeypatch.setattr(child, "_SECONDS", 0.001)
    with pytest.raises(InvalidInput) as refused:
        await child.read_rows(b"a,b", name="a.csv")
    assert refused.value.key == "table.bomb"


async def test_a_child_is_told_nothing_of_our_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("DONDOC_TELEGRAM__TOKEN", "secret")
    interpreter, seen = tmp_path / "python", tmp_path / "seen"
    interpreter.write_text(f"#!/bin/sh\nenv > {seen}\necho '{{\"rows\": []}}'\n")
    interpreter.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    assert await child.read_rows(b"a,b", name="a.csv") == []
    assert "PYTHONPATH" in seen.read_text()
    assert "secret" not in seen.read_text()


def test_the_child_has_no_more_memory_than_it_may():
    program = (
        "from bot.tables import reading; reading.limit()\n"
        "try: bytearray(reading._MEMORY)\n"
        "except MemoryError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "refused\n"


# --- writing -------------------------------------------------------------------------------------

NASTY = ["=1+1", "+84912", "-1", "@SUM(A1)", "\tx", "'=1", "''x", "'", "0012", "a\nb", "Ủy ban", ""]


def test_no_cell_of_a_workbook_is_a_formula():
    content = workbook([Sheet("Tờ", [NASTY, ["a\x0bb", *NASTY[1:]]])])
    sheet = member(content, SHEET)
    assert b"<f>" not in sheet
    assert rows_in(content)[1][0] == "ab"
    assert b"=1+1" in sheet  # it is there, as a text


def test_no_cell_of_separated_values_is_run():
    lines = separated([NASTY]).decode("utf-8-sig")
    assert lines.startswith("'=1+1,'+84912,'-1,'@SUM(A1),")


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf"], include_characters="=+-@'\n"), max_size=8
)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_is_written_is_read_back(rows):
    rows = [["code", "name"], *(["x", *row] for row in rows)]
    wanted = [tuple(_stripped(row)) for row in rows]
    assert reading.read_rows(separated(rows), name="a.csv") == wanted
    assert reading.read_rows(workbook([Sheet("T", rows)]), name="a.xlsx") == wanted


def _stripped(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row = row[:-1]
    return row
