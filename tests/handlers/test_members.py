"""/canbo and /nhatky: the office's own people, and what happened, as administrators see them."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from bot.callbacks import Callback, Press
from bot.domain.states import InviteKind, StaffRole
from bot.storage import events
from bot.storage.tables import Event, EventValues, Group, Invite, Person, Staff
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office, Popup

say = texts("vi")


async def test_an_administrator_gives_another_role_limits_and_takes_all_away(office: Office):
    await office.unit("Báo Yên Bái", "Nhóm báo")
    mai = await office.staff(StaffRole.ADMIN)
    binh = await office.staff(StaffRole.SENDER, name="Lê Thị Bình")
    (listed,) = await mai.says("/canbo")
    assert "Trần Thị Mai – quản trị · mọi đơn vị" in listed
    assert "Lê Thị Bình – chuyên viên · mọi đơn vị" in listed
    await mai.presses("2. Lê Thị Bình")
    assert (await mai.presses("người xem")).text == say("staff.changed")
    assert "Lê Thị Bình – người xem" in mai.texts()[-1]
    assert await binh.says("/congvan") == [say("refused.not_yours")]
    assert say("staff.told_viewer") in binh.texts()
    await mai.presses("Phạm vi")
    await mai.presses("☐ Nhóm báo")
    assert "Lê Thị Bình – người xem · Nhóm báo" in mai.texts()[-1]
    assert (await mai.presses("☑ Nhóm báo")).text == say("staff.last_limit")
    await mai.presses("Không giới hạn")
    assert "Lê Thị Bình – người xem · mọi đơn vị" in mai.texts()[-1]
    await mai.presses("Thu hồi quyền")
    assert (await mai.presses("Thu hồi thật")).text == say("staff.removed")
    assert "Lê Thị Bình" not in mai.texts()[-1]
    assert await binh.says("/tiendo") == [say("refused.not_yours")]
    assert say("staff.told_removed") in binh.texts()


async def test_the_last_administrator_is_told_why_not(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    me = (await office.row(Staff)).id
    for press, ids in (
        (Press.STAFF_ROLE, (me, 3)),
        (Press.STAFF_REMOVE, (me,)),
    ):
        popup = await mai.presses_data(Callback(press, ids))
        assert popup == Popup(say("staff.last_admin"), alert=True)
    assert (await office.row(Staff)).role is StaffRole.ADMIN


async def test_a_link_lets_in_as_what_it_says_and_with_its_limits(office: Office):
    await office.unit("Báo Yên Bái", "Nhóm báo")
    mai = await office.staff(StaffRole.ADMIN)
    async with office.rt.read() as session:
        (group,) = await factories.units.groups(session)
    (link,) = await mai.says(f"/canbo chuyenvien {group.code.lower()}")
    assert "chuyên viên" in link
    code = link.rpartition("start=")[2]
    newcomer = office.account("Phạm Văn Dũng")
    (offer,) = await newcomer.says(f"/start {code}")
    assert "với vai trò chuyên viên (phạm vi: Nhóm báo)" in offer
    await newcomer.presses(say("button.join"))
    (listed,) = await mai.says("/canbo")
    assert "Phạm Văn Dũng – chuyên viên · Nhóm báo" in listed
    assert await mai.says("/canbo vua") == [say("staff.usage")]
    (found,) = await mai.says("/canbo dũng")
    assert "Phạm Văn Dũng – chuyên viên · Nhóm báo" in found
    for words in ("chuyên viên nhóm báo", f"Chuyên viên {group.code}", f"sender {group.code}"):
        (link,) = await mai.says(f"/canbo {words}")
        assert "làm chuyên viên (" in link
        assert (await office.rows(Invite))[-1].group_ids == [group.id]
    await office.staff(name="Lê Dũng")
    await mai.says("/canbo dũng")
    await mai.presses("Lê Dũng – chuyên viên")
    mai.sees("Lê Dũng – chuyên viên · mọi đơn vị")
    assert await mai.says("/canbo sender X9") == [say("staff.group_unknown", code="X9")]
    await mai.says("/canbo")
    await mai.presses("➕")
    await mai.presses("người duyệt")
    assert "start=" in mai.texts()[-1]
    invite = (await office.rows(Invite, kind=InviteKind.STAFF))[-1]
    assert (invite.staff_role, invite.group_ids) == (StaffRole.REVIEWER, [])


async def test_nobody_becomes_staff_by_being_first(office: Office):
    first = office.account()
    for words in ("/start", "/canbo", "/moi", "/start admin", "/canbo quantri", "xin chào"):
        await first.says(words)
    await first.presses_data(Callback(Press.STAFF_INVITE, (0,)))
    await first.presses_data(Callback(Press.JOIN))
    assert await office.rows(Staff) == []
    assert await office.rows(Invite) == []


# --- the record ----------------------------------------------------------------------------------

EVIL = '=HYPERLINK("http://x")\u202e+1'


async def test_what_happened_is_read_by_directive_and_by_unit_and_taken_as_a_file(office: Office):
    unit, other = await office.unit(EVIL), await office.unit("Đài Phát thanh tỉnh")
    mai = await office.staff(StaffRole.ADMIN)
    an, binh = await office.contact(unit), await office.contact(other, name="@Lê Thị Bình")
    issued = await office.issued(unit, other)
    for phone in (an, binh):
        await phone.presses("Đã nhận")
    await binh.presses_data(Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,)))
    (of_directive,) = await mai.says(f"/nhatky {issued.directive.number}")
    lines = of_directive.splitlines()
    assert lines[0] == f"Nhật ký chỉ đạo {issued.directive.number}/STTTT-TTBCXB"
    assert "Lê Thị Bình (đầu mối): Đài Phát thanh tỉnh xác nhận đã nhận" in lines[2]
    assert "Nguyễn Văn An (đầu mối)" in lines[3]
    assert of_directive.count("GMT+07:00") == 1
    (of_unit,) = await mai.says(f"/nhatky {other.code}")
    assert "Nguyễn Văn An" not in of_unit
    (whole,) = await mai.says("/nhatky")
    assert f"bị từ chối: {say('refused.not_your_unit')}" in whole
    await mai.presses("Tải tệp")
    document = mai.messages()[-1]["document"]
    book = load_workbook(io.BytesIO(office.sandbox.file(document["file_id"]).content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert len(cells) > 11 * 3
    assert "f" not in {cell.data_type for cell in cells}
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)


async def test_the_record_calls_people_groups_and_limits_by_their_names(office: Office):
    await office.unit("Báo Yên Bái", "Nhóm báo")
    mai = await office.staff(StaffRole.ADMIN)
    dung = await office.staff(StaffRole.VIEWER, name="Phạm Văn Dũng")
    person = await office.row(Person, telegram_id=dung.user_id)
    member = await office.row(Staff, person_id=person.id)
    (group,) = await office.rows(Group)
    await mai.presses_data(Callback(Press.STAFF_GROUP, (member.id, group.id, 1)))
    async with office.rt.write() as session:
        events.add(
            session, "table_begun", at=office.rt.now(), object_kind="table_import", object_id=5
        )
    (shown,) = await mai.says("/nhatky")
    assert "đổi phạm vi của cán bộ (Phạm Văn Dũng): mọi đơn vị → Nhóm báo" in shown
    assert "gửi bảng đơn vị để nhập (bảng 5)" in shown


async def test_the_record_turns_pages_in_its_place(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    async with office.rt.write() as session:
        for step in range(30):
            events.add(session, "units_imported", at=factories.NOON, step=step)
    await mai.says("/nhatky")
    before = mai.last_id()
    await mai.presses("›")
    assert mai.last_id() == before
    assert "2/3 ⟳" in mai.buttons()
    popup = await mai.presses_data(Callback(Press.LOG_PAGE, (7, 1, 1)))
    assert popup == Popup(say("refused.gone"), alert=True)
    assert await mai.says("/nhatky 99999") == [say("log.unknown")]


async def test_a_changed_name_is_kept_apart_from_its_event(office: Office):
    unit = await office.unit()
    code = await office.invite(unit=unit)
    an = office.account("Nguyễn Văn An")
    await an.says(f"/start {code}")
    await an.presses(say("button.rename"))
    await an.says("Nguyễn\u202e Văn\u200b Bình")
    event = await office.row(Event, action="person_renamed")
    assert "Nguyễn" not in repr(event.details)
    async with office.rt.read() as session:
        values = await session.get(EventValues, event.id)
    assert values is not None
    assert values.after == {"name": "Nguyễn Văn Bình"}
    assert values.person_id == event.person_id
