"""Who has not confirmed: the list, one unit, reminding the silent, and what came by phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.actions import chases
from bot.actions import policy as policies
from bot.callbacks import Callback, Press
from bot.domain.states import (
    AcknowledgeBy,
    AnswerKind,
    ContactRole,
    Door,
    MessageKind,
    OutboxState,
    ReceiptState,
    StaffRole,
)
from bot.errors import Conflict
from bot.storage import people
from bot.storage.tables import (
    Acknowledgement,
    Answer,
    Chase,
    Chat,
    Contact,
    Dialogue,
    Directive,
    Event,
    Group,
    OutboxMessage,
)
from bot.texts import texts
from tests import factories
from tests.factories import NOON, Issued
from tests.handlers.conftest import Office, Phone, Popup
from tests.handlers.test_endings import recall
from tests.handlers.test_personal_data import erase

say = texts("vi")
AFTERNOON = NOON + timedelta(hours=2)  # at noon nobody is disturbed
DUE = AFTERNOON + timedelta(hours=1)
NOTE = "đồng chí Bình ở văn thư, 14 giờ"


async def states(office: Office) -> list[OutboxState]:
    return [row.state for row in await office.rows(OutboxMessage, kind=MessageKind.CHASE)]


async def chase(mai: Phone, issued: Issued) -> Popup:
    """By the buttons of the list."""
    await mai.says(f"/tiendo {issued.directive.number}")
    await mai.presses("Ai chưa nhận")
    await mai.presses("Nhắc các đơn vị chưa nhận")
    return await mai.presses("Nhắc ")


# --- the list ------------------------------------------------------------------------------------


async def test_the_list_counts_all_states_and_is_narrowed_to_one(office: Office):
    mai = await office.staff()
    papers = [await office.unit(f"Báo {number:02}") for number in range(1, 13)]
    readers = [await office.contact(unit, name=f"Đầu mối {unit.name}") for unit in papers[:11]]
    issued = await office.issued(*papers)
    await readers[0].presses("Đã nhận")
    async with office.rt.write() as session:
        lost = await people.chat_by_telegram_id(session, readers[10].chat_id)
        assert lost is not None
        lost.unreachable_reason, lost.unreachable_at = "blocked", NOON
        session.add(
            Answer(
                addressee_id=issued.addressees[9].id,
                person_id=lost.person_id,
                chat_id=lost.id,
                kind=AnswerKind.CANNOT,
                reason="Không có phóng viên",
                at=NOON,
            )
        )
    await mai.says("/tiendo")
    await mai.presses("Ai chưa nhận")
    shown = mai.texts()[-1]
    assert "Tiếp nhận: 12 đơn vị" in shown
    counts = ["chưa trả lời 8", "đã nhận 1", "không liên lạc được 2", "báo không thực hiện được 1"]
    assert " · ".join(counts) in shown
    assert "1. Báo 02 – đã gửi, chưa xác nhận" in shown
    assert "Còn thiếu: Đầu mối Báo 02" in shown
    assert "Báo 01" not in shown
    assert "Báo 10" not in shown  # which has answered
    assert "Báo 11" not in shown
    listed = mai.last_id()
    await mai.presses("›")
    assert "9. Báo 11 – không liên lạc được" in mai.texts()[-1]
    assert "10. Báo 12 – không liên lạc được" in mai.texts()[-1]
    await mai.presses("Đã nhận (1)")
    assert "1. Báo 01 – đã nhận" in mai.texts()[-1]
    assert "✓ 12:00 06/10/2026 – Đầu mối Báo 01" in mai.texts()[-1]
    assert mai.last_id() == listed  # all in one message
    await mai.presses("Báo không thực hiện được (1)")
    assert "Báo 10" in mai.texts()[-1]


async def test_a_units_page_shows_everybody_and_who_has_left(office: Office):
    mai = await office.staff()
    unit = await office.unit()
    an, nam = await office.contact(unit), await office.contact(leader_of=unit, name="Hà Văn Nam")
    await office.contact(unit, name="Lê Thị Bình")
    await office.issued(unit, acknowledge_by=AcknowledgeBy.EACH)
    await an.presses("Đã nhận")
    await nam.presses("Đã nhận")
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        await session.execute(
            update(Contact).where(Contact.person_id == person.id).values(ended_at=NOON)
        )
    await mai.says("/tiendo")
    await mai.presses("Ai chưa nhận")
    await mai.presses("1. Báo Yên Bái")
    shown = mai.texts()[-1]
    assert "✓ Hà Văn Nam (lãnh đạo): 12:00 06/10/2026" in shown
    assert "– Lê Thị Bình: chưa xác nhận" in shown
    assert "✓ Nguyễn Văn An (không còn là đầu mối): 12:00 06/10/2026" in shown
    assert "Phiếu tiếp nhận" not in mai.buttons()
    await mai.presses("‹ Danh sách tiếp nhận")
    assert "Tiếp nhận: 1 đơn vị" in mai.texts()[-1]


# --- reminding -----------------------------------------------------------------------------------


async def test_only_those_are_reminded_who_have_not_confirmed(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    paper, radio, silent = [await office.unit(f"Đơn vị {name}") for name in ("A", "B", "C")]
    an, binh = await office.contact(paper), await office.contact(radio, name="Lê Thị Bình")
    nam = await office.contact(leader_of=radio, name="Hà Văn Nam")
    lan = await office.contact(silent, name="Đinh Thị Lan")
    groups = [await office.group(an, unit=unit) for unit in (radio, silent)]
    issued = await office.issued(
        paper, radio, silent, acknowledge_by=AcknowledgeBy.EACH, acknowledge_due_at=DUE
    )
    async with office.rt.write() as session:  # only its group can be written to
        row = await people.chat_by_telegram_id(session, lan.chat_id)
        assert row is not None
        row.unreachable_reason, row.unreachable_at = "blocked", NOON
    await an.presses("Đã nhận")
    await binh.presses("Đã nhận")
    await mai.says("/tiendo")
    await mai.presses("Ai chưa nhận")
    await mai.presses("Nhắc các đơn vị chưa nhận")
    assert mai.texts()[-1] == say("chase.confirm", units=2, people=1, groups=1)
    assert not await office.rows(Chase)
    before = [phone.last_id() for phone in (an, binh, nam, *groups)]
    message, surely = mai.find_button("Nhắc 2 đơn vị")
    await mai.presses("Nhắc 2 đơn vị")
    assert mai.texts()[-1] == say("chase.queued", units=2)
    after = [phone.last_id() for phone in (an, binh, nam, *groups)]
    got = [new > old for old, new in zip(before, after, strict=True)]
    assert got == [False, False, True, False, True]
    asked = nam.texts()[-1]
    assert say("chase.ask_each") in asked
    assert "Kính gửi: Đơn vị B · xác nhận trước 15:00 06/10/2026" in asked
    # A second press of the same button reminds nobody, whoever makes it.
    again = await mai.presses_data(surely["callback_data"], message["message_id"])
    assert again == Popup(say("chase.before", by="Trần Thị Mai"), alert=True)
    assert [row.addressee_id for row in await office.rows(Chase)] == [
        each.id for each in issued.addressees[1:]
    ]
    event = await office.row(Event, action="chased")
    assert event.details == {"units": 2, "people": 1, "groups": 1}
    office.clock.at = DUE + timedelta(minutes=1)
    assert (await nam.presses("Đã nhận")).text == say("acknowledged.thanks_late")
    await mai.says("/tiendo")
    await mai.presses("Ai chưa nhận")
    told = "Nhắc lần cuối 14:00 06/10/2026 – Trần Thị Mai (tổng số lần nhắc: 1)"
    assert told in mai.texts()[-1]
    # One unit alone.
    await mai.presses("1. Đơn vị C")
    assert told in mai.texts()[-1]
    await mai.presses("Nhắc đơn vị này")
    assert mai.texts()[-1] == say("chase.confirm", units=1, people=0, groups=1)
    await mai.presses("Nhắc 1 đơn vị")
    assert await states(office) == [OutboxState.ACCEPTED] * 3


async def test_in_quiet_time_it_waits_and_goes_only_to_who_is_still_silent(office: Office):
    mai = await office.staff()
    units = [await office.unit(f"Đơn vị {name}") for name in "ABCD"]
    phones = [await office.contact(unit, name=f"Đầu mối {unit.name}") for unit in units]
    issued = await office.issued(*units)
    office.clock.at = NOON + timedelta(hours=9)  # 21:00
    await chase(mai, issued)
    shown = say("chase.queued_for", units=4, at="07:30 07/10/2026", zone="GMT+07:00")
    assert mai.texts()[-1] == shown
    assert await states(office) == [OutboxState.WAITING] * 4
    await phones[0].presses("Đã nhận")  # confirms meanwhile
    async with office.rt.write() as session:  # leaves
        person = await people.person_by_telegram_id(session, phones[1].user_id)
        assert person is not None
        await session.execute(
            update(Contact).where(Contact.person_id == person.id).values(ended_at=NOON)
        )
        chat = await people.chat_by_telegram_id(session, phones[2].chat_id)
        assert chat is not None
        await session.execute(  # and this one cannot be written to
            update(Chat).where(Chat.id == chat.id).values(unreachable_reason="blocked")
        )
    office.clock.at = NOON + timedelta(hours=20)
    await office.works()
    found = await states(office)
    assert found.count(OutboxState.ACCEPTED) == 1
    assert say("chase.title") in phones[3].texts()[-1]
    assert not any(say("chase.title") in text for phone in phones[:3] for text in phone.texts())


async def test_what_is_urgent_wakes_people_and_what_has_ended_nobody(office: Office):
    mai = await office.staff()
    unit = await office.unit()
    an = await office.contact(unit)
    office.clock.at = NOON + timedelta(hours=9)
    issued = await office.issued(unit, urgency="urgent")
    await chase(mai, issued)
    assert say("chase.title") in an.texts()[-1]
    other = await office.issued(unit)
    await chase(mai, other)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=office.rt.now()))
    office.clock.at = NOON + timedelta(hours=20)
    await office.works()
    assert await states(office) == [OutboxState.ACCEPTED, OutboxState.WITHDRAWN]
    await mai.says(f"/tiendo {issued.directive.number}")
    await mai.presses("Ai chưa nhận")
    data = Callback(Press.CHASE_ASK, (issued.directive.id, 0))
    assert await mai.presses_data(data) == Popup(say("refused.closed"), alert=True)
    shown = mai.messages()[-1]["reply_markup"]["inline_keyboard"]
    assert "Nhắc" not in str(shown)


async def test_nobody_is_reminded_by_staff_of_whom_they_are_not(office: Office):
    office.clock.at = AFTERNOON
    mine, foreign = await office.unit("Báo A", "Nhóm A"), await office.unit("Báo B", "Nhóm B")
    an, binh = await office.contact(mine), await office.contact(foreign, name="Lê Thị Bình")
    async with office.rt.write() as session:
        group = await session.scalar(select(Group).where(Group.name == "Nhóm A"))
        assert group is not None
        somebody = await factories.create_staff(session, StaffRole.SENDER, name="Hải")
        await factories.limit(session, somebody, group)
    hai = office.phone(somebody)
    issued = await office.issued(mine, foreign)
    await chase(hai, issued)
    assert say("chase.title") in an.texts()[-1]
    assert say("chase.title") not in binh.texts()[-1]
    page = Callback(Press.RECEIPTS_UNIT, (issued.addressees[1].id,))
    for press in (
        page,
        Callback(Press.CHASE_ASK, (issued.directive.id, issued.addressees[1].id)),
        Callback(Press.PHONED_ASK, (issued.addressees[1].id,)),
        Callback(Press.PHONED_BACK, (issued.addressees[1].id,)),
    ):
        assert await hai.presses_data(press) == Popup(say("refused.out_of_scope"), alert=True)


async def test_of_two_who_press_at_once_the_second_reminds_nobody(office: Office):
    office.clock.at = AFTERNOON
    unit = await office.unit()
    await office.contact(unit)
    mai = await office.staff()
    issued = await office.issued(unit)
    async with office.rt.write() as session:
        actor = await people.actor(session, mai.user_id)
        assert actor is not None
        shown = {
            "token": 0,
            "actor": actor,
            "policy": await policies.load(session, office.rt.config),
            "now": office.rt.now(),
        }
        sent = await chases.chase(session, issued.directive.id, addressee_id=None, **shown)
        assert (sent.units, sent.send_at) == (1, None)
        alone = issued.addressees[0].id
        with pytest.raises(Conflict, match=r"chase\.before"):
            await chases.chase(session, issued.directive.id, addressee_id=alone, **shown)
    assert len(await office.rows(Chase)) == 1


async def test_a_recall_takes_the_reminder_back_too(office: Office):
    office.clock.at = AFTERNOON
    mai = await office.staff()
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    await chase(mai, issued)
    assert say("chase.title") in an.texts()[-1]
    await recall(mai, issued.directive)
    assert not any(say("chase.title") in text for text in an.texts())


# --- by phone ------------------------------------------------------------------------------------


async def test_what_came_by_phone_is_written_down_in_ones_own_name_and_taken_back(office: Office):
    mai = await office.staff()
    unit = await office.unit()
    an = await office.contact(unit)
    await office.contact(leader_of=unit, name="Hà Văn Nam")
    issued = await office.issued(unit, acknowledge_by=AcknowledgeBy.LEADER)
    await mai.says("/tiendo")
    await mai.presses("Ai chưa nhận")
    await mai.presses("1. Báo Yên Bái")
    await mai.presses("Ghi nhận qua điện thoại")
    assert mai.texts()[-1] == say("phoned.ask", unit="Báo Yên Bái")
    assert await mai.says("a") == [say("phoned.note_unusable", longest=300)]
    assert await mai.says(f"{NOTE}\n\n") == [say("phoned.recorded")]
    row = await office.row(Acknowledgement)
    assert (row.door, row.role, row.note, row.version) == (Door.STAFF, None, NOTE, 1)
    assert not await office.rows(Dialogue)
    assert "✓ Ghi nhận qua điện thoại – Trần Thị Mai, 12:00 06/10/2026" in an.texts()[0]
    assert "Đã nhận" not in an.buttons()
    popup = await an.presses_data(Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,)))
    told = say(
        "acknowledged.before_by_phone", by="Trần Thị Mai", at="12:00 06/10/2026", zone="GMT+07:00"
    )
    assert popup == Popup(told, alert=True)  # and is kept beside it
    assert "qua điện thoại, 12:00 06/10/2026 Trần Thị Mai" in (await mai.says("/tiendo"))[0]
    await mai.presses("Ai chưa nhận")
    await mai.presses("Đã nhận (1)")
    await mai.presses("1. Báo Yên Bái")
    assert f"Qua điện thoại 12:00 06/10/2026 – Trần Thị Mai: {NOTE}" in mai.texts()[-1]
    again = Callback(Press.PHONED_ASK, (issued.addressees[0].id,))
    not_needed = say("phoned.not_needed", by="Trần Thị Mai")
    assert await mai.presses_data(again) == Popup(not_needed, alert=True)
    assert (await mai.presses("Bỏ ghi nhận qua điện thoại")).text == say("phoned.taken_back")
    assert [each.door for each in await office.rows(Acknowledgement)] == [Door.CARD]
    assert "còn chờ lãnh đạo đơn vị" in an.texts()[0]
    actions = [row.action for row in await office.rows(Event, object_id=issued.addressees[0].id)]
    assert actions == ["phoned", "acknowledged", "phoned_taken_back"]
    back = Callback(Press.PHONED_BACK, (issued.addressees[0].id,))
    assert await mai.presses_data(back) == Popup(say("phoned.none"), alert=False)


async def test_a_unit_that_got_nothing_has_confirmed_by_phone(office: Office):
    mai = await office.staff()
    unit = await office.unit()
    issued = await office.issued(unit, acknowledge_due_at=NOON - timedelta(days=1))
    await mai.presses_data(Callback(Press.PHONED_ASK, (issued.addressees[0].id,)))
    await mai.says(NOTE)
    await mai.says("/tiendo")
    assert "Đã xác nhận: 1/1 đơn vị\n" in mai.texts()[-1]  # and not late: it never came
    await mai.presses("Ai chưa nhận")
    assert f"đã nhận {1}" in mai.texts()[-1]
    assert say(f"receipts.state_{ReceiptState.UNREACHABLE}") not in mai.texts()[-1]


async def test_somebody_of_both_sides_cannot_confirm_alone_what_needs_another(office: Office):
    unit = await office.unit()
    await office.contact(leader_of=unit, name="Hà Văn Nam")
    mai = await office.staff()
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, mai.user_id)
        assert person is not None
        await people.ensure_contact(
            session, unit_id=unit.id, person_id=person.id, role=ContactRole.CONTACT, now=NOON
        )
    issued = await office.issued(unit, acknowledge_by=AcknowledgeBy.LEADER)
    await mai.presses("Đã nhận")
    await mai.presses_data(Callback(Press.PHONED_ASK, (issued.addressees[0].id,)))
    assert await mai.says(NOTE) == [say("phoned.said_as_contact")]
    assert len(await office.rows(Acknowledgement)) == 1


async def test_who_told_it_by_phone_is_forgotten_with_them(office: Office):
    mai = await office.staff()
    unit = await office.unit()
    binh = await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit)
    await mai.presses_data(Callback(Press.PHONED_ASK, (issued.addressees[0].id,)))
    await mai.says("Lê Thị Bình, văn thư")
    await erase(office, binh)
    row = await office.row(Acknowledgement)
    assert (row.note, row.door) == (None, Door.STAFF)
