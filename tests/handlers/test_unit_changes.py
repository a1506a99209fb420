"""Units that change, as administrators do it in chat and as the units' people see it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.actions import cards as card_actions
from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, StaffRole
from bot.storage.tables import Assignment, Unit, UnitChange
from bot.texts import texts
from scheduler.jobs import change_units
from tests.factories import NOON
from tests.handlers.conftest import Office, Phone

say = texts("vi")


async def test_a_merger_is_shown_beforehand_done_once_and_the_work_goes_on(office: Office):
    old, new = await office.unit("Phòng VHTT cũ"), await office.unit("Phòng VHTT mới")
    mai = await office.staff(StaffRole.ADMIN)
    an, chi = await office.contact(old), await office.contact(new, name="Chi")
    group = await office.group(an, unit=old)
    await office.issued(old, tasks=2)
    both = await office.issued(old, new, tasks=1)
    await mai.says(f"/sapxep {old.code.lower()}")
    await mai.presses("Nhập vào đơn vị khác")
    assert "XX" in (await mai.says("XX"))[0]
    (shown,) = await mai.says(new.code.lower())
    assert "1 đầu mối, 1 nhóm và 3 việc đang mở chuyển sang Phòng VHTT mới. 1 chỉ đạo" in shown
    assert (await office.row(Unit, id=old.id)).retired_at is None
    assert (await mai.presses("Thực hiện")).text == say("change.done_popup")
    mai.sees("Việc đang mở chuyển đơn vị: 2; đã đóng vì trùng hoặc hủy: 1")
    assert (await mai.presses("Thực hiện")).text == say("change.not_ahead")

    for phone in (an, chi, group):
        phone.sees("Phòng VHTT cũ đã nhập vào Phòng VHTT mới")
    an.sees("Văn bản này gửi Phòng VHTT cũ, nay thực hiện theo thẻ của Phòng VHTT mới")
    assert sum("Đề nghị đơn vị bấm" in text for text in an.texts()) == 2
    assert sum("Đề nghị đơn vị bấm" in text for text in chi.texts()) == 2
    assert (await an.presses("Đã nhận")).text == say("acknowledged.thanks")
    own = both.assignments[0][0]
    assert (await office.row(Assignment, id=own.id)).state is AssignmentState.CANCELLED
    shown = (await chi.says("/viec"))[0]
    assert "Việc đang mở (3)" in shown
    assert "Phòng VHTT cũ" in shown  # as it was issued

    office.clock.at += timedelta(days=10)
    before = chi.last_id()
    await office.reminds()
    assert all("Phòng" in text for text in chi.texts(after=before))


async def test_a_planned_change_is_listed_put_off_and_dropped(office: Office):
    unit = await office.unit("Sở TT&TT")
    mai = await office.staff(StaffRole.ADMIN)
    (empty,) = await mai.says("/sapxep")
    assert empty == say("change.none_planned")
    await mai.says(f"/sapxep {unit.code}")
    await mai.presses("Đổi tên")
    assert "chữ cái" in (await mai.says("1"))[0]
    await mai.says("Sở Văn hóa & Thể thao <mới>")
    await mai.presses("Chọn ngày khác")
    assert "đã qua" in (await mai.says("01/10"))[0]
    (shown,) = await mai.says("10/10")
    assert "thành Sở Văn hóa & Thể thao <mới> từ ngày 10/10/2026" in shown
    assert (await mai.presses("Thực hiện")).text == say("change.planned")
    mai.sees(r"1\. 10/10/2026: Sở TT&TT đổi tên thành Sở Văn hóa & Thể thao <mới>")
    assert (await mai.presses("1. Bỏ thay đổi này")).text == say("change.dropped")
    office.clock.at += timedelta(days=9)
    assert not await change_units(office.rt)
    assert (await office.row(Unit, id=unit.id)).name == "Sở TT&TT"
    change = await office.row(UnitChange)
    popup = await mai.presses_data(Callback(Press.CHANGE_DO, (change.id,)))
    assert popup.text == say("change.not_ahead")


async def test_what_becomes_of_open_work_is_chosen_by_a_button(office: Office):
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    an = await office.contact(unit)
    await office.issued(unit, tasks=1)
    await mai.says(f"/sapxep {unit.code}")
    await mai.presses("Ngừng hoạt động")
    mai.sees("hủy 1 việc đang mở")
    await mai.presses("Việc đang mở: làm tiếp")
    mai.sees("1 việc đang mở do 1 đầu mối làm tiếp đến khi xong")
    await mai.presses("Thực hiện")
    an.sees("đã ngừng hoạt động và không nhận văn bản mới")
    assert "Việc đang mở (1)" in (await an.says("/viec"))[0]
    await an.says("https://baoyenbai.com.vn/1/1/mot.aspx")
    an.sees("Đã ghi nhận 1 đường dẫn")
    name = office.rt.config.office.name
    told = say("refused.retired", units="Báo Yên Bái", office=name)
    assert await an.says("/viec") == [told]  # nothing is left to do


@pytest.mark.parametrize(("goes_on", "confirmed"), [(True, True), (True, False), (False, False)])
async def test_who_finishes_a_retired_units_work_is_reminded_and_the_office_told_in_the_end(
    office: Office, goes_on: bool, confirmed: bool
):
    unit = await office.unit()
    mai, an = await office.staff(StaffRole.ADMIN), await office.contact(unit)
    morning = NOON.replace(hour=1) + timedelta(days=1)
    await office.issued(
        unit, tasks=1, next_reminder_at=morning + timedelta(days=12),
        acknowledge_due_at=NOON + timedelta(hours=5), next_receipt_at=morning,
    )  # fmt: skip
    if confirmed:
        await an.presses("Đã nhận")
    await mai.says(f"/sapxep {unit.code}")
    await mai.presses("Ngừng hoạt động")
    if goes_on:
        await mai.presses("Việc đang mở: làm tiếp")
    await mai.presses("Thực hiện")
    before, before_of_mai = an.last_id(), mai.last_id()
    office.clock.at = morning
    await office.reminds()
    assert bool(an.texts(after=before)) == (goes_on and not confirmed)
    before = an.last_id()
    office.clock.at = morning + timedelta(days=12)  # Monday, the deadline was Friday
    await office.reminds()
    assert any("Quá hạn" in text for text in an.texts(after=before)) == goes_on
    office.clock.at += timedelta(days=21)
    await office.reminds()
    told = [text for text in mai.texts(after=before_of_mai) if "chưa thực hiện" in text]
    assert bool(told) == goes_on


async def test_a_division_asks_for_registered_units_and_gives_work_to_all_if_chosen(
    office: Office,
):
    old, one, two = [await office.unit(name) for name in ("Cũ", "Một", "Hai")]
    mai = await office.staff(StaffRole.ADMIN)
    await office.issued(old, tasks=2)
    await mai.says(f"/sapxep {old.code}")
    await mai.presses("Chia tách")
    assert "2 đến 20" in (await mai.says(one.code))[0]
    await mai.says(f"{one.code}, {two.code}")
    await mai.presses("Việc đang mở: giao mọi đơn vị")
    mai.sees("mỗi đơn vị nhận 2 việc đang mở")
    await mai.presses("Thực hiện")
    states = [row.state for row in await office.rows(Assignment)]
    assert states == [AssignmentState.OPEN] * 4


async def test_the_list_of_planned_changes_has_pages(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    for number in range(6):
        unit = await office.unit(f"Đơn vị {number}")
        await mai.says(f"/sapxep {unit.code}")
        await mai.presses("Ngừng hoạt động")
        await mai.presses("Chọn ngày khác")
        await mai.says("10/10")
        await mai.presses("Thực hiện")
    (first,) = await mai.says("/sapxep")
    assert "Đơn vị 4" in first
    assert "Đơn vị 5" not in first
    await mai.presses("›")
    mai.sees(r"6\. 10/10/2026: Đơn vị 5")


async def test_a_change_that_was_shown_is_left_with_huy_and_takes_no_words(office: Office):
    unit = await office.unit("Phòng VHTT")
    mai = await office.staff(StaffRole.ADMIN)
    await mai.says(f"/sapxep {unit.code}")
    await mai.presses("Ngừng hoạt động")
    assert await mai.says("Xin chào") == [say("unplaced.staff")]
    assert await mai.says("/huy") == [say("dialogue.left")]
    assert (await mai.presses("Thực hiện")).text == say("change.not_ahead")
    assert (await office.row(Unit, id=unit.id)).retired_at is None
    assert await mai.says("/huy") == [say("dialogue.none")]

    await mai.presses("Ngừng hoạt động")
    await mai.presses("Thực hiện")
    assert (await office.row(Unit, id=unit.id)).retired_at is not None
    assert await mai.says("/huy") == [say("dialogue.none")]


async def test_of_a_unit_that_has_ended_nothing_is_asked_and_all_counts_agree(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh")
    mai = await office.staff(StaffRole.ADMIN)
    an, hai = await office.contact(paper), await office.contact(radio, name="Đặng Hải")
    await office.issued(paper, radio, tasks=1)
    await hai.presses("Đã nhận")
    await mai.says(f"/sapxep {paper.code}")
    await mai.presses("Ngừng hoạt động")
    await mai.presses("Thực hiện")
    card = an.sees("Kính gửi: Báo Yên Bái")
    assert say("card.cancelled") in card["text"]
    assert say("card.done") not in card["text"]
    assert say("card.nothing_asked") in card["text"]
    assert "Đề nghị" not in card["text"]
    assert [each["text"] for row in card["reply_markup"]["inline_keyboard"] for each in row] == [
        say("button.full_text")
    ]
    (state,) = await mai.says("/tiendo")
    assert "Đã xác nhận: 1/1 đơn vị" in state
    assert "Chưa xác nhận" not in state
    assert f"1. Báo Yên Bái – {say('state.work_cancelled')}\n    NV1: ×" in state
    await mai.presses("Ai chưa nhận")
    mai.sees("Tiếp nhận: 1 đơn vị")
    rows = await summary(mai)
    assert rows["Báo Yên Bái"][3:4] + rows["Báo Yên Bái"][14:] == (
        None,
        "0/0",
        say("report.note_cancelled"),
    )
    assert rows[say("report.total")][3] == "1/1 đơn vị đã nhận"


async def test_whose_only_task_was_corrected_away_is_not_waited_for(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh")
    mai = await office.staff(StaffRole.ADMIN)
    an = await office.contact(paper)
    issued = await office.issued(paper, radio, tasks=2)
    async with office.rt.write() as session:
        own = await session.merge(issued.assignments[0][0])
        await session.delete(own)  # the first task is not for the paper
        for work in (issued.assignments[0][1], issued.assignments[1][1]):
            (await session.merge(work)).state = AssignmentState.CANCELLED
        (await session.merge(issued.tasks[1])).removed_in = 2
        await card_actions.redraw_addressee(session, issued.addressees[0], now=office.rt.now())
    await office.works()
    assert say("card.nothing_asked") in an.sees("Kính gửi: Báo Yên Bái")["text"]
    (state,) = await mai.says("/tiendo")
    assert "Đã xác nhận: 0/1 đơn vị" in state
    assert "Chưa xác nhận: Đài Phát thanh\n" in state
    assert (await summary(mai))[say("report.total")][3] == "0/1 đơn vị đã nhận"


async def summary(mai: Phone) -> dict[str, tuple[Any, ...]]:
    """The rows of the workbook's first sheet, by what stands in their second cell."""
    await mai.says("/baocao")
    sent = next(each for each in reversed(mai.messages()) if "document" in each)
    content = mai.office.sandbox.file(sent["document"]["file_id"]).content
    sheet = load_workbook(io.BytesIO(content))["Tổng hợp"]
    return {str(row[1]): row for row in sheet.iter_rows(values_only=True)}
