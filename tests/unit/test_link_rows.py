"""Files with links: what their rows say, in every form, and files that would harm."""

from __future__ import annotations

import io

import openpyxl
import pytest

from bot.actions.link_rows import LinkRow, as_json, from_json, link_rows
from bot.errors import InvalidInput
from bot.tables import child
from bot.tables.link_reading import read_links
from tests.tables import with_member, xlsx

ONE, TWO = "https://baoyenbai.com.vn/1/1/mot.aspx", "https://baoyenbai.com.vn/1/2/hai.aspx"


def test_rows_without_headings_are_looked_through_cell_by_cell():
    rows = [("Danh sách tin, bài",), ("1", "Bài một", ONE), (), (f"{ONE} và {TWO}",)]
    assert link_rows("", rows) == [LinkRow("", 2, (ONE,)), LinkRow("", 4, (ONE, TWO))]


def test_columns_name_the_task_and_the_unit_and_a_link_that_is_none_is_noted():
    rows = [
        ("BÁO CÁO",),
        ("STT", "Nhiệm vụ", "Mã đơn vị", "Đường dẫn"),
        ("1", "NV2", "BYB", ONE),
        ("2", "3", "DYB", "bài trên báo giấy"),
        ("", "", "", ""),
        ("Tổng cộng", "", "", ""),
    ]
    assert link_rows("S", rows) == [
        LinkRow("S", 3, (ONE,), "NV2", "BYB"),
        LinkRow("S", 4, (), "3", "DYB"),
    ]


def test_rows_come_back_from_json_as_they_were():
    rows = [LinkRow("S", 3, (ONE, TWO), "NV2", "BYB"), LinkRow("", 1, ())]
    assert from_json(as_json(rows)) == rows


# --- files ---------------------------------------------------------------------------------------


def workbook() -> bytes:
    """Two sheets; in the first a title leads to a page, in the order that the workbook has them."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Tháng 9"
    first.append(["STT", "Tên bài"])
    first.append([1, "Bài một"])
    first["B2"].hyperlink = ONE
    second = book.create_sheet("Tháng 10")
    second.append([TWO])
    second.append(["thư điện tử"])
    second["A2"].hyperlink = "mailto:a@b.vn"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_links_behind_words_and_on_every_sheet_are_found():
    assert read_links(workbook(), name="a.xlsx") == [
        LinkRow("Tháng 9", 2, (ONE,)),
        LinkRow("Tháng 10", 1, (TWO,)),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f"NV;Link\n2;{ONE}\n".encode()),
        ("a.csv", f"NV,Link\r\n2,{ONE}\r\n".encode("utf-8-sig")),
        ("a.csv", f"NV\tLink\n2\t{ONE}\n".encode("utf-16")),
        ("a.xlsx", xlsx([("NV", "Link"), (2, ONE)])),
    ],
)
def test_every_form_of_a_table_says_the_same(name: str, content: bytes):
    assert read_links(content, name=name) == [LinkRow("", 2, (ONE,), "2")]


def test_a_text_is_read_line_by_line():
    content = f"Danh sách\n{ONE}\n\n2. {TWO}\n".encode("utf-16")
    assert read_links(content, name="a.TXT") == [LinkRow("", 2, (ONE,)), LinkRow("", 4, (TWO,))]


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.txt", b" \n", "table.empty"),
        ("a.txt", xlsx([(ONE,)]), "links.mislabelled"),
        ("a.xlsx", ONE.encode(), "links.mislabelled"),
        ("a.xlsx", b"PK\x03\x04nonsense", "table.broken"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0nonsense", "table.old_or_protected"),
        ("a.txt", "bài".encode("utf-16")[:-1], "table.not_utf8"),
        ("a.csv", b"\xff\x00a", "table.not_utf8"),
        ("a.txt", b"a\0b", "table.mislabelled"),
        ("a.txt", b"\n".join([b"a"] * 10_001), "table.too_many_rows"),
        ("a.xlsx", with_member(xlsx([(ONE,)]), "xl/bomb", b"\0" * 60_000_000), "table.bomb"),
        (
            "a.xlsx",
            with_member(
                xlsx([(ONE,)]),
                "xl/worksheets/_rels/sheet1.xml.rels",
                b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            ),
            "table.broken",
        ),
    ],
)
def test_files_that_are_no_such_table_say_why(name: str, content: bytes, key: str):
    with pytest.raises(InvalidInput) as refused:
        read_links(content, name=name)
    assert refused.value.key == key


async def test_a_child_reads_it_and_refuses_as_it_does():
    assert await child.read_links(xlsx([(ONE,)]), name="a.xlsx") == [LinkRow("", 1, (ONE,))]
    with pytest.raises(InvalidInput) as refused:
        await child.read_links(b"PK\x03\x04nonsense", name="a.xlsx")
    assert refused.value.key == "table.broken"
    with pytest.raises(InvalidInput) as refused:
        await child.read_links(b"a", name="a.exe")
    assert refused.value.key == "table.form"
