"""A list of units sent by chat: read beside, shown, corrected, taken or dropped."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest

from bot.callbacks import Callback, Press
from bot.domain.states import ImportState, StaffRole
from bot.storage.tables import Draft, Event, ExpectedContact, Group, TableImport, Unit
from tests.handlers.conftest import Office
from tests.tables import thousand_units, xlsx

LIST = [
    ("DANH SÁCH ĐƠN VỊ",),
    ("STT", "Mã", "Tên gọi", "Nhóm", "Di động", "Cấp"),
    (1, "BYB", "Báo Yên Bái", "Báo chí", "0912 345 678", "tỉnh"),
    (2, "DYB", "Đài Yên Bái", "Báo chí; Phát thanh", "", "tỉnh"),
]


async def test_a_list_is_read_corrected_and_taken(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    await admin.sends_file(xlsx(LIST), name="danh-sach.xlsx")
    card = admin.sees("danh-sach.xlsx")
    assert "Tên gọi → cột riêng của cơ quan" in card["text"]
    assert "không thấy cột Tên đơn vị" in card["text"]
    assert "Nhận vào sổ" not in admin.buttons()

    await admin.presses("Sửa cột…")
    await admin.presses("Tên gọi →")
    await admin.presses("Tên đơn vị")
    card = admin.sees("danh-sach.xlsx")
    assert "Đơn vị mới: 2 · thay đổi: 0 · không đổi: 0" in card["text"]
    assert "Nhóm mới (2): Báo chí; Phát thanh" in card["text"]
    assert await office.rows(Unit) == []

    await admin.presses("Nhận vào sổ")
    assert "Đã nhận tệp danh-sach.xlsx vào sổ: 2 đơn vị mới" in admin.sees("danh-sach.xlsx")["text"]
    assert len([text for text in admin.texts() if "danh-sach.xlsx" in text]) == 1
    paper, _ = await office.rows(Unit)
    assert (paper.code, paper.name, paper.attributes) == ("BYB", "Báo Yên Bái", {"Cấp": "tỉnh"})
    assert len(await office.rows(Group)) == 2
    assert (await office.row(ExpectedContact)).unit_id == paper.id
    row = await office.row(TableImport)
    assert (row.state, row.rows, row.import_due_at) == (ImportState.TAKEN, [], None)
    actions = [event.action for event in await office.rows(Event)]
    assert [each for each in actions if each.startswith("table_")] == ["table_begun", "table_taken"]


async def test_what_a_list_renames_and_erases_is_shown_before_it_is_taken(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    await admin.sends_file(xlsx(LIST), name="a.xlsx")
    for button in ("Sửa cột…", "Tên gọi →", "Tên đơn vị", "Nhận vào sổ"):
        await admin.presses(button)
    changed = [("Mã", "Tên", "Nhóm"), ("BYB", "Báo tỉnh", ""), ("DYB", "Đài Yên Bái", "Báo chí")]
    await admin.sends_file(xlsx(changed), name="b.xlsx")
    text = admin.sees("b.xlsx")["text"]
    assert "thay đổi: 2" in text
    assert "Sẽ thay đổi: Tên đơn vị (1); Nhóm (2)" in text
    assert "Ô trống sẽ xóa: Nhóm (1) (mã: BYB)" in text


async def test_a_list_with_faults_is_not_taken_and_reported_row_by_row(office: Office):
    rows, planted = thousand_units()
    admin = await office.staff(StaffRole.ADMIN)
    await admin.sends_file(xlsx(rows), name="x.XLSX")
    card = admin.sees("Có 30 lỗi")
    assert "dòng 13, cột Mã đơn vị: ô này đang trống" in card["text"]
    assert "… và 22 lỗi khác" in card["text"]
    row = await office.row(TableImport)
    popup = await admin.presses_data(Callback(Press.IMPORT_TAKE, (row.id,)), card["message_id"])
    assert "còn 30 lỗi" in popup.text
    assert await office.rows(Unit) == []

    await admin.presses("Tải báo cáo kiểm tra")
    document = admin.messages()[-1]["document"]
    book = openpyxl.load_workbook(io.BytesIO(office.sandbox.file(document["file_id"]).content))
    faults, lines = book.worksheets
    told = [
        (int(str(row)), column) for row, column, _ in faults.iter_rows(min_row=2, values_only=True)
    ]
    assert told == planted
    assert [cell.value for cell in lines[2]] == ["4", "DV0001", rows[3][2], "mới", None]

    await admin.presses("Bỏ")
    assert (await office.row(TableImport)).rows == []
    assert "Đã bỏ tệp" in admin.sees("x.XLSX")["text"]
    popup = await admin.presses_data(Callback(Press.IMPORT_REPORT, (row.id,)), card["message_id"])
    assert popup.alert


async def test_a_list_nobody_wants_is_forgotten_after_a_day(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    await admin.sends_file(xlsx(LIST), name="a\u202e\n.xlsx")
    assert (await office.row(TableImport)).file_name == "a .xlsx"
    office.clock.at += timedelta(days=1)
    assert await office.tables.do_one()
    assert not await office.tables.do_one()
    row = await office.row(TableImport)
    assert (row.state, row.rows) == (ImportState.DROPPED, [])
    await office.works()


@pytest.mark.parametrize("role", [StaffRole.VIEWER, StaffRole.REVIEWER, StaffRole.SENDER])
async def test_only_admins_send_lists(office: Office, role: StaffRole):
    phone = await office.staff(role)
    (answer,) = await phone.sends_file(xlsx(LIST), name="a.xlsx")
    assert answer.startswith("Chỉ quản trị")
    assert await office.rows(TableImport) == []
    assert await office.rows(Draft) == []


async def test_contacts_are_told_as_ever(office: Office):
    contact = await office.contact(await office.unit())
    await contact.sends_file(xlsx(LIST), name="a.xlsx")
    assert await office.rows(TableImport) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04 broken", "Không đọc được tệp này như một bảng"),
        ("a.csv", b"\xff\xfe\xff", "không phải mã UTF-8"),
        ("a.csv", b"", "trống"),
    ],
)
async def test_a_file_that_is_no_list_is_refused_with_a_sentence(office, name, content, said):
    admin = await office.staff(StaffRole.ADMIN)
    answers = await admin.sends_file(content or b" ", name=name)
    assert said in answers[-1]
    assert (await office.row(TableImport)).state is ImportState.DROPPED


async def test_another_form_of_table_is_no_letter(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    (answer,) = await admin.sends_file(b"\xd0\xcf\x11\xe0", name="danh-sach.xls")
    assert "chỉ nhận ở dạng .xlsx hoặc .csv" in answer
    assert await office.rows(Draft) == []


async def test_letters_go_on_as_ever_for_admins(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    await admin.sends_file("Số: 12/STTTT-BCXB\nV/v tuyên truyền".encode(), name="cong-van.txt")
    assert await office.rows(TableImport) == []
    assert len(await office.rows(Draft)) == 1
