"""The registry in chat: lists and pages, questions, groups by condition, the file."""

from __future__ import annotations

import io

import openpyxl

from bot.domain.states import ContactRole, StaffRole
from bot.storage import people, registry, units
from bot.storage.tables import (
    Dialogue,
    Event,
    ExpectedContact,
    Group,
    Unit,
    UnitName,
    UnitSite,
)
from tests import factories
from tests.handlers.conftest import Office, Phone


async def test_donvi_lists_finds_and_turns_pages(office: Office):
    for number in range(1, 21):
        await office.unit(f"Báo số {number}")
    await office.unit("Đài Phát thanh")
    viewer = await office.staff(StaffRole.VIEWER)
    await viewer.says("/donvi")
    assert "Đơn vị trong sổ: 21" in viewer.texts()[-1]
    assert "Báo số 8" in viewer.texts()[-1]
    assert "Báo số 9" not in viewer.texts()[-1]
    assert "+ Thêm đơn vị" not in viewer.buttons()

    await viewer.says("/donvi BÁO so")
    await viewer.presses("›")
    assert "20 đơn vị" in viewer.texts()[-1]
    assert "Báo số 9" in viewer.texts()[-1]
    # The words are those of the message that was pressed, not of the newest list.
    before = len(viewer.messages())
    await viewer.says("/donvi")
    found = viewer.sees("BÁO so")
    turn = found["reply_markup"]["inline_keyboard"][-2][-1]["callback_data"]
    await viewer.presses_data(turn, found["message_id"])
    assert "Báo số 17" in viewer.sees("BÁO so")["text"]
    assert len(viewer.messages()) == before + 2  # the command and its list


async def test_a_unit_page_shows_who_can_be_reached(office: Office):
    unit = await office.unit("Báo Yên Bái", "Các cơ quan báo chí")
    contact = await office.contact(unit, name="Nguyễn Văn An")
    await office.contact(leader_of=unit, name="Lê Thị Bình")
    await office.issued(unit, tasks=2)
    async with office.rt.write() as session:
        row = await units.unit(session, unit.id)
        assert row is not None
        row.phone, row.note, row.attributes = "0216 385 2222", "Gọi <sáng>", {"Cấp": "tỉnh"}
        for name, number in (("NGUYỄN VĂN AN", "1"), ("Hà Thị Lan", "2")):
            row_of = {"unit_id": unit.id, "phone_hash": number, "role": ContactRole.CONTACT}
            session.add(ExpectedContact(name=name, **row_of))
        session.add(UnitSite(unit_id=unit.id, host="baoyenbai.com.vn", path_prefix=""))
        chat = await people.chat_by_telegram_id(session, contact.user_id)
        assert chat is not None
        await people.mark_unreachable(session, chat.id, reason="blocked", now=office.rt.now())
    viewer = await office.staff(StaffRole.VIEWER)
    await viewer.says("/donvi yen bai")
    await viewer.presses("Báo Yên Bái")
    page = viewer.texts()[-1]
    for shown in (
        "Mã: U", "Nhóm: Các cơ quan báo chí", "0216 385 2222", "baoyenbai.com.vn", "Gọi <sáng>",
        "Cấp: tỉnh", "Đầu mối (2)", "✓ Lê Thị Bình – lãnh đạo",
        "✗ Nguyễn Văn An – đầu mối (không liên lạc được)", "Việc chưa xong: 2",
        "chưa tham gia: NGUYỄN VĂN AN (có thể đã tham gia); Hà Thị Lan\n",
    ):  # fmt: skip
        assert shown in page
    assert "Chưa liên lạc được với ai" not in page
    await viewer.presses("‹ Danh sách đơn vị")
    assert "“yen bai”: 1 đơn vị" in viewer.texts()[-1]


async def answers(phone: Phone, words: str) -> str:
    """What is said to an answer, without the page that follows."""
    return (await phone.says(words))[0]


async def test_admins_add_and_change_a_unit_by_answering(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says("/donvi")
    await admin.presses("+ Thêm đơn vị")
    assert "phải có chữ hoặc số" in await answers(admin, "***")
    assert "BYB" in await answers(admin, "BYB")
    assert "Đã thêm" in await answers(admin, "Báo  Yên Bái")
    unit = await office.row(Unit, code="BYB")

    await admin.presses("Sửa trang thông tin")
    assert "không phải địa chỉ" in await answers(admin, "chưa có")
    assert "Đã cập nhật" in await answers(admin, "baoyenbai.com.vn; yenbai.gov.vn/stttt")
    assert [site.host for site in await office.rows(UnitSite)] == [
        "baoyenbai.com.vn",
        "yenbai.gov.vn",
    ]
    await admin.presses("Sửa điện thoại")
    await admin.says("0216 385 2222")
    await admin.presses("Sửa ghi chú")
    await admin.says("Gọi buổi sáng\ntrước 9 giờ")
    await admin.presses("Sửa tên")
    await admin.says("Báo và Đài Yên Bái")
    unit = await office.row(Unit, id=unit.id)
    assert (unit.name, unit.phone) == ("Báo và Đài Yên Bái", "0216 385 2222")
    assert unit.note == "Gọi buổi sáng\ntrước 9 giờ"
    assert (await office.row(UnitName)).name == "Báo Yên Bái"
    assert "Tên trước đây: Báo Yên Bái" in admin.texts()[-1]
    (record,) = await admin.says("/nhatky BYB")
    assert "Trần Thị Mai (quản trị): đổi tên đơn vị: Báo Yên Bái → Báo và Đài Yên Bái" in record
    actions = [event.action for event in await office.rows(Event, object_id=unit.id)]
    assert actions == ["unit_added", "unit_changed", "unit_changed", "unit_changed", "unit_renamed"]

    await admin.says("/donvi")
    await admin.presses("+ Thêm đơn vị")
    assert "là của Báo và Đài Yên Bái" in await answers(admin, "byb")
    await admin.says("/huy")
    assert await office.rows(Dialogue) == []
    assert len(await office.rows(Unit)) == 1


async def test_a_right_lost_in_the_middle_of_a_question_is_lost(office: Office):
    unit = await office.unit("Báo Yên Bái")
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says("/donvi yen bai")
    await admin.presses("Báo Yên Bái")
    await admin.presses("Sửa tên")
    async with office.rt.write() as session:
        actor = await people.actor(session, admin.user_id)
        assert actor is not None
        await people.ensure_staff(
            session, person_id=actor.person_id, role=StaffRole.VIEWER, now=office.rt.now()
        )
    await admin.says("Báo Khác")
    assert (await office.row(Unit, id=unit.id)).name == "Báo Yên Bái"


async def test_groups_are_made_named_and_filled(office: Office):
    unit = await office.unit("Báo Yên Bái")
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says("/donvi")
    await admin.presses("Nhóm đơn vị")
    await admin.presses("+ Thêm nhóm")
    await admin.says("Cơ quan báo chí")
    await admin.presses("Tên gọi khác")
    await admin.says("Các báo; các đài")
    await admin.presses("Đổi tên")
    await admin.says("Các cơ quan báo chí")
    group = await office.row(Group)
    # What it was called is what letters may still call it.
    assert (group.name, group.aliases) == (
        "Các cơ quan báo chí",
        ["Các báo", "các đài", "Cơ quan báo chí"],
    )
    await admin.presses("+ Đơn vị")
    assert "Không có đơn vị mang mã: XYZ" in await answers(admin, f"{unit.code}, XYZ")
    await admin.says(unit.code)
    assert "Thành viên (1)" in admin.texts()[-1]
    await admin.says("/donvi yen bai")
    await admin.presses("Báo Yên Bái")
    await admin.presses("Xếp nhóm")
    await admin.presses("☑ Các cơ quan báo chí")
    admin.find_button("☐ Các cơ quan báo chí")
    async with office.rt.read() as session:
        assert await registry.members(session, group.id) == []
    (record,) = await admin.says(f"/nhatky {unit.code}")
    assert "đưa Báo Yên Bái vào một nhóm" in record
    assert "đưa Báo Yên Bái ra khỏi một nhóm" in record


async def test_units_stand_in_a_group_by_its_condition(office: Office):
    paper, station = await office.unit("Báo Yên Bái"), await office.unit("Đài Yên Bái")
    async with office.rt.write() as session:
        for unit, kind in ((paper, "báo in"), (station, "đài")):
            row = await units.unit(session, unit.id)
            assert row is not None
            row.attributes = {"Loại hình": kind}
        group = await factories.create_group(session, name="Báo chí in")
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says("/donvi")
    await admin.presses("Nhóm đơn vị")
    await admin.presses("Báo chí in")
    await admin.presses("Điều kiện tự động")
    assert "Không hiểu" in await answers(admin, "báo in")
    await admin.says("loai hinh = BÁO IN | tạp chí")
    assert "Thành viên (1)" in admin.texts()[-1]
    async with office.rt.read() as session:
        # As everyone asks who looks for a directive's recipients, before it is issued.
        assert [unit.id for unit in await units.units_of_groups(session, [group.id])] == [paper.id]
        assert await units.group_sizes(session) == {group.id: 1}
    await admin.says("/donvi báo")
    await admin.presses("Báo Yên Bái")
    await admin.presses("Xếp nhóm")
    popup = await admin.presses("☑ Báo chí in")
    assert popup.alert
    assert "theo điều kiện" in popup.text
    await admin.says("/donvi")
    await admin.presses("Nhóm đơn vị")
    await admin.presses("Báo chí in")
    await admin.presses("Điều kiện tự động")
    await admin.says("-")
    assert "Thành viên (0)" in admin.texts()[-1]


async def test_the_registry_comes_as_a_workbook(office: Office):
    await office.unit("=SUM(A1)", "Báo chí")
    viewer = await office.staff(StaffRole.VIEWER)
    await viewer.says("/donvi")
    await viewer.presses("Xuất Excel")
    document = viewer.messages()[-1]["document"]
    content = office.sandbox.file(document["file_id"]).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:3] == ["Mã đơn vị", "Tên đơn vị", "Nhóm"]
    assert rows[1][1:3] == ["=SUM(A1)", "Báo chí"]
    assert sheet["B2"].data_type == "s"


async def test_in_the_offices_group_a_reply_answers(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    group = await office.group(admin, staff=True)
    await group.says("/donvi")
    await group.presses("+ Thêm đơn vị")
    await group.says("BYB", reply_to=group.sees("Mã của đơn vị mới"))
    await group.says("Báo Yên Bái", reply_to=group.sees("Tên đầy đủ"))
    assert (await office.row(Unit)).name == "Báo Yên Bái"
