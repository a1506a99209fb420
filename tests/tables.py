"""Files with tables, made in code: good ones and those that would harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with these rows, as Excel keeps them: numbers stay numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows_in(content: bytes) -> list[list[Any]]:
    """What stands in a workbook's first sheet; of formulas the formulas."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    """The workbook with one of its parts put in the place of another, or added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, data)
    return file.getvalue()


def member(content: bytes, name: str) -> bytes:
    """One of the workbook's parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


HEADINGS = (
    "STT", "Mã đơn vị", "Tên đơn vị", "Nhóm", "Điện thoại", "Trang thông tin điện tử", "Ghi chú",
    "Người đầu mối", "Chức vụ", "Di động", "Loại hình",
)  # fmt: skip
# Where each fault is planted, by the row's number in the list of units: column and what it holds.
FAULTY = {
    10: {1: ""}, 20: {1: "DV0019"}, 30: {1: "dv0028"}, 40: {2: ""}, 50: {2: "T" * 301},
    60: {2: "#REF!"}, 70: {2: "***"}, 80: {3: "Báo chí; ---"}, 90: {3: "N" * 301},
    100: {4: "0" * 65}, 110: {5: "chưa có"}, 120: {5: "http://10.0.0.1/"}, 130: {5: "a.vn b.vn"},
    140: {5: "ftp://a.vn"}, 150: {6: "g" * 2001}, 160: {6: "#N/A"}, 170: {7: "n" * 201},
    180: {8: "Trưởng phòng; Phó phòng; Chuyên viên"}, 190: {9: "không rõ"}, 200: {9: "12"},
    210: {9: "0912345678; 09x"}, 220: {10: "l" * 1001}, 230: {10: "#VALUE!"},
    # Two in one row, each told by itself.
    240: {1: "", 2: ""}, 250: {4: "không rõ", 5: "localhost"}, 260: {2: "#NAME?", 9: "113"},
    270: {1: "M" * 65},
}  # fmt: skip


def thousand_units() -> tuple[list[list[Any]], list[tuple[int, str]]]:
    """A table of a thousand units below a title with thirty faults, and where they are: row and
    heading, as people see them."""
    rows: list[list[Any]] = [["DANH SÁCH ĐƠN VỊ"], [], list(HEADINGS)]
    planted = []
    for number in range(1, 1001):
        row: list[Any] = [
            number, f"DV{number:04}", f"Ủy ban nhân dân xã số {number}",
            "Cấp xã; Toàn tỉnh" if number % 2 else "Cấp xã", f"0216 385 {number:04}",
            f"xa{number}.yenbai.gov.vn", "", f"Nguyễn Văn {number}", "Chuyên viên",
            f"0912 34 {number:04}", "xã" if number % 3 else "phường",
        ]  # fmt: skip
        for column, value in FAULTY.get(number, {}).items():
            row[column] = value
            planted.append((number + 3, HEADINGS[column]))
        rows.append(row)
    return rows, planted
