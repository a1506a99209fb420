"""Reminding by hand of everything that is open: whom, with what, once; and whom to call."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pypdfium2
from openpyxl import load_workbook
from sqlalchemy import select, update

from bot.callbacks import Callback, Press
from bot.domain.states import (
    AcknowledgeBy,
    AssignmentState,
    ChaseKind,
    MessageKind,
    OutboxState,
    StaffRole,
)
from bot.reports.numbers import directive_numbers
from bot.storage import people
from bot.storage.tables import (
    Assignment,
    Chase,
    Chat,
    Contact,
    Event,
    Group,
    OutboxMessage,
    Unit,
)
from bot.texts import texts
from tests import factories
from tests.factories import NOON, Issued
from tests.handlers.conftest import Office, Phone, Popup
from tests.handlers.test_endings import recall

say = texts("vi")
AFTERNOON = NOON + timedelta(hours=2)  # at noon nobody is disturbed
EVENING = NOON + timedelta(hours=9)
ALL = Callback(Press.NUDGE_SHOW, (0, 0, 1))
TITLE = say("nudge.title")


def nudges(phone: Phone, *, after: int = 0) -> list[str]:
    """What somebody was reminded of by hand."""
    return [text for text in phone.texts(after=after) if TITLE in text]


def of(issued: Issued) -> Callback:
    return Callback(Press.NUDGE_SHOW, (1, issued.directive.id, 1))


async def remind(mai: Phone, what: Callback = ALL) -> Popup:
    """By the preview's button."""
    await mai.presses_data(what)
    return await mai.presses("Nhắc ")


async def finish(office: Office, *assignments: Assignment) -> None:
    async with office.rt.write() as session:
        await session.execute(
            update(Assignment)
            .where(Assignment.id.in_([each.id for each in assignments]))
            .values(state=AssignmentState.SUBMITTED, submitted_at=office.rt.now())
        )


async def block(office: Office, phone: Phone) -> None:
    async with office.rt.write() as session:
        await session.execute(
            update(Chat)
            .where(Chat.telegram_id == phone.chat_id)
            .values(unreachable_reason="blocked", unreachable_at=NOON)
        )


# --- whom, and with what -------------------------------------------------------------------------


async def test_each_chat_gets_one_message_with_all_that_is_open_for_each_of_its_units(
    office: Office,
):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    paper, radio, done = [await office.unit(name) for name in ("Báo A", "Đài B", "Phòng C")]
    an = await office.contact(paper, radio)  # of two units
    binh = await office.contact(radio, name="Lê Thị Bình")
    nam = await office.contact(leader_of=radio, name="Hà Văn Nam")
    lan = await office.contact(done, name="Đinh Thị Lan")
    late = await office.issued(paper, radio, done, deadline_at=NOON - timedelta(days=1))
    late_code = late.directive.number
    later = await office.issued(radio, acknowledge_by=AcknowledgeBy.LEADER)
    await lan.presses("Đã nhận")
    await finish(office, late.assignments[0][1], *late.assignments[2])

    await mai.says("/nhac")
    await mai.presses("Tất cả chỉ đạo đang thực hiện")
    shown = mai.texts()[-1]
    assert say("nudge.reaches", units=2, people=3, groups=0) in shown
    assert "quá hạn 3 · đang thực hiện 2 · 3 lượt chưa xác nhận" in shown
    assert "1. Đài B – quá hạn 2 · đang thực hiện 2 · 2 lượt chưa xác nhận\n    3 người" in shown
    assert "2. Báo A – quá hạn 1 · 1 lượt chưa xác nhận\n    1 người" in shown
    assert "Phòng C" not in shown
    await mai.presses("2")
    sample = mai.texts()[-1]
    assert say("nudge.sample", unit="Báo A") in sample
    assert say("nudge.readers", names="Nguyễn Văn An") in sample
    assert "Nội dung 1: Việc 1" in sample
    assert "Việc 2" not in sample
    await mai.presses("‹ Quay lại")
    assert not await office.rows(Chase)
    _, surely = mai.find_button("Nhắc 2 đơn vị")
    await mai.presses("Nhắc 2 đơn vị")
    assert mai.texts()[-1] == say("nudge.queued", units=2)

    (got,) = nudges(an)
    assert got.index(f"số {late_code}") < got.index(f"số {later.directive.number}")
    assert got.count("– Đài B") == 2
    assert got.count("– Báo A") == 1
    assert got.count("Nội dung 2: Việc 2") == 2
    assert got.count(say("tasks.not_acknowledged")) == 2  # the leader's is no contact's to give
    (got,) = nudges(binh)
    assert "Báo A" not in got
    (got,) = nudges(nam)  # who is only asked to confirm, where it is theirs to do
    assert "Việc" not in got.replace(TITLE, "")
    assert nudges(lan) == []

    kinds = {(row.kind, row.addressee_id) for row in await office.rows(Chase)}
    everything = [late.addressees[0].id, late.addressees[1].id, later.addressees[0].id]
    assert kinds == {(kind, each) for kind in ChaseKind for each in everything}
    event = await office.row(Event, action="nudged_all")
    assert event.details == {"units": 2, "people": 3, "groups": 0}
    again = await mai.presses_data(surely["callback_data"])
    assert again == Popup(say("chase.before", by="Trần Thị Mai"), alert=True)
    assert len(await office.rows(OutboxMessage, kind=MessageKind.NUDGE)) == 3


async def test_its_buttons_act_and_what_was_done_by_hand_is_seen(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    unit, other = await office.unit("Báo A"), await office.unit("Báo B")
    an = await office.contact(unit)
    issued = await office.issued(unit, other)
    await mai.says("/tiendo")
    await mai.presses("Nhắc việc")
    await mai.presses("Nhắc 1 đơn vị")
    message, _ = an.find_button("Đã nhận")
    assert TITLE in message["text"]
    assert (await an.presses("Đã nhận")).text == say("acknowledged.thanks")
    await an.presses("Gửi ")
    office.clock.at += timedelta(hours=1)
    await remind(mai, of(issued))
    told = "Nhắc lần cuối 15:00 06/10/2026 – Trần Thị Mai (tổng số lần nhắc: 2)"
    assert told in (await mai.says("/tiendo"))[0]
    await mai.presses("Ai chưa nhận")
    await mai.presses("Đã nhận (1)")
    assert told in mai.texts()[-1]
    async with office.rt.read() as session:
        numbers = await directive_numbers(session, issued.directive.id, now=office.rt.now())
    assert [unit.chased.times if unit.chased else 0 for unit in numbers.units] == [2, 0]
    await mai.says("/baocao")
    book = load_workbook(io.BytesIO(newest_file(office, mai)))
    shown = say("report.chased", count=2, at="15:00 06/10/2026", by="Trần Thị Mai")
    for sheet, rows in (("Tổng hợp", 1), ("Chưa thực hiện", 2)):
        cells = [cell for row in book[sheet].iter_rows(values_only=True) for cell in row]
        assert sum(shown in str(cell) for cell in cells) == rows


async def test_units_that_said_they_cannot_and_that_have_got_nothing_yet_are_left_alone(
    office: Office,
):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    unit, cannot = await office.unit("Báo A"), await office.unit("Báo B")
    an = await office.contact(unit)
    async with office.rt.write() as session:
        binh = await factories.create_contact(session, cannot, name="Lê Thị Bình")
    phone = office.phone(binh)
    issued = await office.issued(unit, cannot, tasks=2)
    async with office.rt.write() as session:
        await factories.create_answer(session, issued.addressees[1], binh)
        await factories.create_answer(session, issued.addressees[0], binh, issued.assignments[0][0])
        await factories.create_directive(session, [unit], tasks=5)  # whose cards are still to come
        nobody = await factories.create_unit(session, name="Báo C")
        ahead = await factories.create_directive(session, [unit, nobody], tasks=5)
        ahead.directive.send_at = AFTERNOON + timedelta(days=1)
        over = await factories.create_directive(session, [unit], closed_at=NOON)
    await mai.presses_data(ALL)
    assert "Báo C" not in mai.texts()[-1]  # nobody is called of what is still to be sent
    await mai.presses("Nhắc 1 đơn vị")
    (got,) = nudges(an)
    assert "Việc 2" in got
    assert "Việc 1" not in got
    assert got.count("Công văn") == 1
    assert nudges(phone) == []
    assert (await mai.presses_data(of(over))).text == say("refused.closed")


async def test_a_group_is_reminded_if_it_wants_that_or_if_there_is_nobody_else(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    units = [await office.unit(f"Báo {name}") for name in "ABC"]
    phones = [await office.contact(unit, name=f"Đầu mối {unit.name}") for unit in units]
    groups = [
        await office.group(phone, unit=unit) for phone, unit in zip(phones, units, strict=True)
    ]
    await office.issued(*units)
    async with office.rt.write() as session:
        await session.execute(update(Unit).where(Unit.id == units[0].id).values(reminds_group=True))
    await block(office, phones[2])
    await mai.presses_data(ALL)
    assert say("nudge.reaches", units=3, people=2, groups=2) in mai.texts()[-1]
    await mai.presses("Nhắc ")
    assert [len(nudges(phone)) for phone in phones] == [1, 1, 0]
    assert [len(nudges(group)) for group in groups] == [1, 0, 1]
    (got,) = nudges(groups[0])
    assert say("tasks.not_acknowledged") not in got  # that is asked of who has to confirm
    (got,) = nudges(groups[2])
    assert say("tasks.not_acknowledged") in got


# --- when ----------------------------------------------------------------------------------------


async def test_in_quiet_time_it_waits_and_says_only_what_is_still_open(office: Office):
    mai = await office.staff()
    units = [await office.unit(f"Báo {name}") for name in "ABC"]
    phones = [await office.contact(unit, name=f"Đầu mối {unit.name}") for unit in units]
    issued = await office.issued(*units)
    office.clock.at = EVENING
    await mai.presses_data(ALL)
    assert say("nudge.held", at="07:30 07/10/2026") in mai.texts()[-1]
    await mai.presses("Nhắc ")
    queued = say("nudge.queued_for", units=3, at="07:30 07/10/2026", zone="GMT+07:00")
    assert mai.texts()[-1] == queued
    await phones[0].presses("Đã nhận")
    await phones[1].presses("Đã nhận")
    await finish(office, issued.assignments[0][0], *issued.assignments[1])
    async with office.rt.write() as session:  # and this one leaves
        person = await people.person_by_telegram_id(session, phones[2].user_id)
        assert person is not None
        await session.execute(
            update(Contact).where(Contact.person_id == person.id).values(ended_at=EVENING)
        )
    assert [nudges(phone) for phone in phones] == [[], [], []]
    office.clock.at = NOON + timedelta(hours=20)
    await office.works()
    (got,) = nudges(phones[0])
    assert "Việc 2" in got
    assert "Việc 1" not in got
    assert say("tasks.not_acknowledged") not in got
    states = [row.state for row in await office.rows(OutboxMessage, kind=MessageKind.NUDGE)]
    assert sorted(states) == [
        OutboxState.ACCEPTED, OutboxState.WITHDRAWN, OutboxState.WITHDRAWN,
    ]  # fmt: skip


async def test_one_that_could_not_leave_before_the_evening_waits_for_the_morning(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    what = Callback(Press.NUDGE, (1, issued.directive.id, 0))
    office.press_arrives(mai, what.encode())
    await office.handles()
    for at, arrived in ((EVENING, 0), (NOON + timedelta(hours=20), 1)):
        office.clock.at = at
        await office.works()
        assert len(nudges(an)) == arrived


async def test_what_passes_quiet_time_goes_at_once_unless_it_is_told_together_with_what_does_not(
    office: Office,
):
    mai = await office.staff()
    unit = await office.unit()
    an = await office.contact(unit)
    urgent, plain = await office.issued(unit, urgency="urgent"), await office.issued(unit)
    office.clock.at = EVENING
    await remind(mai)
    assert nudges(an) == []
    await remind(mai, of(plain))  # refused: somebody had them reminded of all
    assert len(await office.rows(OutboxMessage, kind=MessageKind.NUDGE)) == 2
    await remind(mai, of(urgent))
    assert len(nudges(an)) == 1


async def test_who_is_reminded_twice_before_the_morning_gets_it_once(office: Office):
    mai = await office.staff()
    unit = await office.unit()
    an = await office.contact(unit)
    plain, other = await office.issued(unit), await office.issued(unit)
    office.clock.at = EVENING
    await remind(mai, of(plain))
    office.clock.at += timedelta(minutes=1)
    await remind(mai)  # of all
    await remind(mai, of(other))
    assert len(await office.rows(OutboxMessage, kind=MessageKind.NUDGE)) == 3
    office.clock.at = NOON + timedelta(hours=20)
    await office.works()
    assert len(nudges(an)) == 2  # the last one says less than the one before it


async def test_a_recall_takes_back_what_was_of_the_directive_alone(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    await remind(mai, of(issued))
    assert len(nudges(an)) == 1
    await recall(mai, issued.directive)
    assert nudges(an) == []


# --- by whom -------------------------------------------------------------------------------------


@dataclass
class Two:
    """A directive to two units of two groups, and somebody of the office limited to the first."""

    office: Office
    hai: Phone
    an: Phone
    binh: Phone
    issued: Issued
    groups: list[int]


async def two(office: Office) -> Two:
    office.clock.at = AFTERNOON
    mine, foreign = await office.unit("Báo A", "Nhóm A"), await office.unit("Báo B", "Nhóm B")
    an, binh = await office.contact(mine), await office.contact(foreign, name="Lê Thị Bình")
    async with office.rt.write() as session:
        groups = list(await session.scalars(select(Group).order_by(Group.name)))
        hai = await factories.create_staff(session, StaffRole.SENDER, name="Hải")
        await factories.limit(session, hai, groups[0])
    issued = await office.issued(mine, foreign)
    return Two(office, office.phone(hai), an, binh, issued, [group.id for group in groups])


async def test_nobody_is_reminded_by_staff_of_whom_they_are_not(office: Office):
    town = await two(office)
    await town.hai.says("/nhac")
    await town.hai.presses("Theo nhóm đơn vị")
    assert "Nhóm B" not in str(town.hai.buttons())
    await town.hai.presses("Nhóm A")
    shown = town.hai.texts()[-1]
    assert say("nudge.aim_group", group="Nhóm A") in shown
    assert "Báo B" not in shown
    foreign = (2, town.groups[1])
    for press in (
        Callback(Press.NUDGE_SHOW, (*foreign, 1)),
        Callback(Press.NUDGE, (*foreign, 0)),
        Callback(Press.CALL_SHEET, (*foreign, 0)),
        Callback(Press.NUDGE_UNIT, (*foreign, town.issued.addressees[1].unit_id)),
    ):
        assert await town.hai.presses_data(press) == Popup(say("refused.out_of_scope"), alert=True)
    before = town.hai.last_id()
    foreign_unit = town.issued.addressees[1].unit_id
    await town.hai.presses_data(Callback(Press.NUDGE_UNIT, (0, 0, foreign_unit)))
    assert town.hai.texts(after=before) == []
    await town.hai.presses("Nhắc 1 đơn vị")
    await remind(town.hai, of(town.issued))
    await remind(town.hai)
    assert len(nudges(town.an)) == 3
    assert nudges(town.binh) == []
    assert (await office.row(Event, action="nudged_group")).object_id == town.groups[0]


async def test_lists_that_were_asked_for_before_limits_came_are_cut_when_sent(office: Office):
    town = await two(office)
    somebody = await office.staff(name="Trần Thị Mai")
    for data in (ALL, Callback(Press.CALL_SHEET, (0, 0, 0)), of(town.issued)):
        office.press_arrives(somebody, data.encode())
    await office.handles()
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, somebody.user_id)
        group = await session.get(Group, town.groups[0])
        assert person is not None
        assert group is not None
        chat = await people.chat_by_telegram_id(session, somebody.chat_id)
        assert chat is not None
        await factories.limit(session, factories.Somebody(person, chat), group)
    await block(office, town.binh)
    await office.works()
    shown = [*somebody.texts(), str(rows_of(office, somebody))]
    assert sum("Báo A" in text for text in shown) == 2
    assert not any("Báo B" in text for text in shown)


# --- by phone ------------------------------------------------------------------------------------


def newest_file(office: Office, phone: Phone) -> bytes:
    message = next(each for each in reversed(phone.messages()) if "document" in each)
    file = office.sandbox.file(message["document"]["file_id"])
    content: bytes = file.content
    return content


def rows_of(office: Office, phone: Phone) -> list[tuple[Any, ...]]:
    """The rows of the newest workbook in the chat."""
    sheet = load_workbook(io.BytesIO(newest_file(office, phone))).worksheets[0]
    return [tuple(cell or "" for cell in row) for row in sheet.values]


async def test_those_whom_nothing_reaches_are_called_from_a_list(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    reached, blocked, empty = [await office.unit(name) for name in ("Báo A", "Báo B", "Báo C")]
    async with office.rt.write() as session:
        await session.execute(
            update(Unit).where(Unit.id == blocked.id).values(phone="0216 3852 000")
        )
    an, binh = await office.contact(reached), await office.contact(blocked, name="Lê Thị Bình")
    issued = await office.issued(reached, blocked, empty, deadline_at=NOON - timedelta(days=1))
    await binh.presses("Đã nhận")
    await finish(office, issued.assignments[1][0])
    await block(office, binh)
    await mai.presses_data(of(issued))
    assert say("nudge.unheard", count=2) in mai.texts()[-1]
    await mai.presses("Nhắc 1 đơn vị")
    assert len(nudges(an)) == 1
    assert {row.addressee_id for row in await office.rows(Chase)} == {issued.addressees[0].id}
    await mai.presses("Danh sách gọi (XLSX)")
    head, *rows = rows_of(office, mai)
    assert head[1:4] == ("Tên đơn vị", "Điện thoại", "Người cần gặp")
    code = f"Công văn số {issued.directive.number}/STTTT-TTBCXB ngày 05/10/2026"
    due = "12:00 05/10/2026 (quá hạn)"
    phone, person = "0216 3852 000", "Lê Thị Bình (đầu mối, đã chặn hệ thống)"
    nobody = (say("lost.no_phone"), say("lost.nobody"), code)
    assert rows == [
        ("1", "Báo C", *nobody, say("call.unconfirmed"), "", ""),
        ("1", "Báo C", *nobody, "Nội dung 1: Việc 1", due, ""),
        ("1", "Báo C", *nobody, "Nội dung 2: Việc 2", due, ""),
        ("2", "Báo B", phone, person, code, "Nội dung 2: Việc 2", due, ""),
    ]
    await mai.presses("Danh sách gọi (PDF)")
    (page,) = pypdfium2.PdfDocument(newest_file(office, mai))
    paper = " ".join(page.get_textpage().get_text_range().split())
    for words in ("Báo B", phone, person, "Nội dung 2: Việc 2", due, "Báo C", "Kết quả gọi"):
        assert words in paper
    assert "Báo A" not in paper


async def test_lists_to_choose_from_are_turned_by_pages(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    units = [await office.unit(f"Báo {number:02}", f"Nhóm {number:02}") for number in range(1, 11)]
    issued = [await office.issued(units[0], tasks=1) for _ in range(10)]
    await office.issued(*units)
    await mai.says("/nhac")
    await mai.presses("Sau")
    oldest = f"{issued[0].directive.number}/STTTT"
    assert any(label.startswith(oldest) for label in mai.buttons())
    await mai.presses("Theo nhóm đơn vị")
    await mai.presses("Sau")
    await mai.presses("Nhóm 10 (1)")
    assert "Báo 10" in mai.texts()[-1]
    await mai.presses_data(ALL)
    await mai.presses("›")
    assert "10. " in mai.texts()[-1]
    assert await mai.says("/nhac 99999") == [say("directive.unknown")]
    assert (
        f"số {issued[3].directive.number}"
        in (await mai.says(f"/nhac {issued[3].directive.number}"))[0]
    )
