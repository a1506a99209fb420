"""Whose confirmation is a unit's: anybody's, the leader's, everybody's; how late; told to each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.callbacks import Callback, Press
from bot.domain.states import (
    AcknowledgeBy,
    ContactRole,
    DraftState,
    Ending,
    ReceiptState,
)
from bot.reports.numbers import directive_numbers
from bot.storage import people
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Contact,
    Directive,
    Draft,
    Person,
    Unit,
)
from bot.texts import texts
from tests import factories
from tests.factories import NOON, Issued
from tests.handlers import direct
from tests.handlers.conftest import Office, Phone, Popup
from tests.handlers.test_audience import desk

say = texts("vi")
LEADER, EACH = AcknowledgeBy.LEADER, AcknowledgeBy.EACH
AT_NOON = {"at": "12:00 06/10/2026", "zone": "GMT+07:00"}


async def state_of(office: Office, issued: Issued) -> ReceiptState:
    async with office.rt.read() as session:
        numbers = await directive_numbers(session, issued.directive.id, now=office.rt.now())
    return numbers.units[0].state


async def leave(office: Office, unit: Unit, phone: Phone) -> None:
    async with office.rt.write() as session:
        person = select(Person.id).where(Person.telegram_id == phone.user_id).scalar_subquery()
        await session.execute(
            update(Contact)
            .where(Contact.unit_id == unit.id, Contact.person_id == person)
            .values(ended_at=office.rt.now())
        )


async def test_the_leaders_word_is_waited_for(office: Office):
    unit = await office.unit()
    an, nam = await office.contact(unit), await office.contact(leader_of=unit, name="Hà Văn Nam")
    mai = await office.staff()
    issued = await office.issued(unit, acknowledge_by=LEADER)
    assert "Đề nghị lãnh đạo đơn vị bấm" in an.texts()[0]
    button = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    assert await an.presses("Đã nhận") == Popup(say("acknowledged.partly_leader"), alert=False)
    for phone in (an, nam):
        card = phone.texts()[0]
        assert "Đã nhận 12:00 06/10/2026 – Nguyễn Văn An · còn chờ lãnh đạo đơn vị" in card
        assert "✓" not in card
        assert "Đề nghị lãnh đạo đơn vị bấm" in card
        assert "Đã nhận" in phone.buttons()
    before = Popup(say("acknowledged.partly_leader_before", **AT_NOON), alert=True)
    assert await an.presses_data(button) == before
    assert await state_of(office, issued) is ReceiptState.SILENT
    (state,) = await mai.says("/tiendo")
    assert "Đã xác nhận: 0/1" in state
    assert "mới có Nguyễn Văn An xác nhận" in state

    office.clock.at += timedelta(minutes=7)
    assert (await nam.presses("Đã nhận")).text == say("acknowledged.thanks")
    assert "✓ Đã nhận 12:07 06/10/2026 – Hà Văn Nam" in an.texts()[0]
    assert "Đã nhận" not in an.buttons()
    assert "Đơn vị đã xác nhận lúc 12:07" in (await an.presses_data(button)).text
    roles = [(row.role) for row in await office.rows(Acknowledgement)]
    assert roles == [ContactRole.CONTACT, ContactRole.LEADER]
    assert await state_of(office, issued) is ReceiptState.ACKNOWLEDGED
    assert "Đã xác nhận: 1/1" in (await mai.says("/tiendo"))[0]


async def test_when_the_leader_leaves_a_contacts_word_is_enough(office: Office):
    unit = await office.unit()
    an, nam = await office.contact(unit), await office.contact(leader_of=unit, name="Hà Văn Nam")
    issued = await office.issued(unit, acknowledge_by=LEADER)
    await an.presses("Đã nhận")
    assert await state_of(office, issued) is ReceiptState.SILENT
    await leave(office, unit, nam)
    assert await state_of(office, issued) is ReceiptState.ACKNOWLEDGED
    popup = await nam.presses("Đã nhận")
    assert "Báo Yên Bái" in popup.text  # who has left is told of which unit
    assert len(await office.rows(Acknowledgement)) == 1


async def test_a_unit_without_a_leader_is_not_asked_for_one(office: Office):
    led, other = await office.unit(), await office.unit("Đài tỉnh")
    an, binh = await office.contact(led), await office.contact(other, name="Lê Thị Bình")
    await office.contact(leader_of=led, name="Hà Văn Nam")
    await office.issued(led, other, acknowledge_by=LEADER)
    assert "Đề nghị lãnh đạo đơn vị bấm" in an.texts()[0]
    assert "Đề nghị đơn vị bấm" in binh.texts()[0]
    assert (await binh.presses("Đã nhận")).text == say("acknowledged.thanks")


async def test_everybodys_word_is_counted(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    nam = await office.contact(leader_of=unit, name="Hà Văn Nam")
    issued = await office.issued(unit, acknowledge_by=EACH)
    assert "Đề nghị từng đồng chí bấm" in an.texts()[0]
    button = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    for phone, done in ((an, 1), (nam, 2)):
        popup = await phone.presses("Đã nhận")
        assert popup == Popup(say("acknowledged.partly_each", done=done, people=3), alert=False)
        assert f" · {done}/3 đồng chí" in binh.texts()[0]
    before = say("acknowledged.partly_each_before", done=2, people=3, **AT_NOON)
    assert await an.presses_data(button) == Popup(before, alert=True)
    office.clock.at += timedelta(minutes=7)
    assert (await binh.presses("Đã nhận")).text == say("acknowledged.thanks")
    assert "✓ Đã nhận 12:07 06/10/2026 – Lê Thị Bình · 3/3 đồng chí" in an.texts()[0]
    assert await state_of(office, issued) is ReceiptState.ACKNOWLEDGED
    own = say("acknowledged.before_by_yourself", **AT_NOON)
    assert await an.presses_data(button) == Popup(own, alert=True)
    # Somebody joins: the unit is asked once more, and its card says so when it is drawn again.
    lan = await office.contact(unit, name="Đinh Thị Lan")
    assert await state_of(office, issued) is ReceiptState.SILENT
    assert (await lan.presses_data(button)).text == say("acknowledged.thanks")
    assert " · 4/4 đồng chí" in an.texts()[0]


async def test_the_count_on_the_card_follows_who_joins_and_who_leaves(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit, acknowledge_by=EACH)
    await an.presses("Đã nhận")
    await binh.presses("Đã nhận")
    assert "✓ Đã nhận" in an.texts()[0]
    giang = office.account()
    await giang.says(f"/start {await office.invite(unit=unit)}")
    await giang.presses("Đồng ý tham gia")
    assert " · 2/3 đồng chí" in an.texts()[0]
    assert "✓" not in an.texts()[0]
    assert "Đã nhận" in an.buttons()
    await giang.says("/ngung")
    await giang.presses("Ngừng")
    assert await state_of(office, issued) is ReceiptState.ACKNOWLEDGED
    assert " · 2/2 đồng chí" in an.texts()[0]
    assert "Đã nhận" not in an.buttons()


async def test_only_those_are_asked_who_get_it(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit, acknowledge_by=EACH)
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        await factories.address_personally(session, issued.addressees[0], person)
    button = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    popup = await binh.presses_data(button)
    assert popup.text == say("acknowledged.partly_each", done=0, people=1)
    assert (await an.presses_data(button)).text == say("acknowledged.thanks")


async def test_what_comes_late_is_taken_and_marked(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    due = NOON + timedelta(hours=1)
    issued = await office.issued(unit, acknowledge_due_at=due)
    assert await state_of(office, issued) is ReceiptState.SILENT
    office.clock.at = due + timedelta(seconds=1)
    assert (await an.presses("Đã nhận")).text == say("acknowledged.thanks_late")
    assert "Nguyễn Văn An · muộn" in an.texts()[0]
    assert await state_of(office, issued) is ReceiptState.LATE
    (state,) = await mai.says("/tiendo")
    assert "Đã xác nhận: 1/1 đơn vị (muộn 1)" in state
    assert "Nguyễn Văn An · muộn" in state
    await mai.presses("Ai chưa nhận")
    assert "nhận muộn 1" in mai.texts()[-1]


async def test_a_unit_that_got_it_only_after_the_time_is_not_late(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, acknowledge_due_at=NOON - timedelta(hours=1))
    assert (await an.presses("Đã nhận")).text == say("acknowledged.thanks")
    assert await state_of(office, issued) is ReceiptState.ACKNOWLEDGED


@pytest.mark.parametrize("asks_again", [False, True])
async def test_a_correction_that_asks_again_gives_time_anew(office: Office, *, asks_again: bool):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit, acknowledge_due_at=NOON)
    await an.presses("Đã nhận")
    office.clock.at += timedelta(days=1)
    await mai.presses_data(Callback(Press.CORRECT, (issued.directive.id,)))
    await mai.presses("Sửa trích yếu")
    await mai.says("V/v tuyên truyền bầu cử")
    if asks_again:
        await mai.presses("Yêu cầu tiếp nhận lại")
    await mai.presses("Xem trước và gửi")
    await mai.presses("Ban hành bản đính chính")
    addressee = await office.row(Addressee)
    due = addressee.acknowledge_due_at
    assert due == (NOON + timedelta(days=1, hours=5) if asks_again else NOON)
    assert addressee.next_reminder_at == (due - timedelta(hours=1) if asks_again else None)
    expected = ReceiptState.SILENT if asks_again else ReceiptState.ACKNOWLEDGED
    assert await state_of(office, issued) is expected


# --- chosen in the draft -------------------------------------------------------------------------


async def test_the_rule_is_chosen_in_the_draft_and_goes_with_it(office: Office):
    at = await desk(office)
    await at.mai.presses("Khác…")
    assert "● Tiếp nhận: một đồng chí bất kỳ" in at.mai.buttons()
    await at.mai.presses("Tiếp nhận: lãnh đạo đơn vị")
    told = say("draft.acknowledge_by_leader")
    assert "● Tiếp nhận: lãnh đạo đơn vị" in at.mai.buttons()
    assert told in at.mai.sees("Dự thảo")["text"]
    await at.mai.presses("‹")
    await at.mai.presses("Xem trước")
    assert any("Đề nghị lãnh đạo đơn vị bấm" in text for text in at.mai.texts())
    assert told in at.mai.texts()[-1]
    await at.issue()
    directive = await office.row(Directive)
    assert directive.acknowledge_by is LEADER
    due = {row.acknowledge_due_at for row in await office.rows(Addressee)}
    assert due == {NOON + timedelta(hours=5)}  # 17:00, the end of the day's work
    await at.mai.says(f"/tiendo {directive.number}")
    await at.mai.presses("Soạn chỉ đạo tương tự")
    cloned = await office.row(Draft, state=DraftState.OPEN)
    assert cloned.acknowledge_by is LEADER
    await at.mai.says(f"/tiendo {directive.number}")
    await at.mai.presses("Đính chính")
    correction = await office.row(Draft, corrects_id=directive.id)
    assert correction.acknowledge_by is LEADER
    forged = Callback(Press.DRAFT_ACKNOWLEDGE_BY, (correction.id, 0))
    assert (await at.mai.presses_data(forged)).text == say("refused.gone")
    forged = Callback(Press.DRAFT_ACKNOWLEDGE_BY, (cloned.id, 3))
    assert (await at.mai.presses_data(forged)).text == say("refused.gone")


# --- who may not, and when not -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "key"), [(Ending.CLOSED, "refused.closed"), (Ending.RECALLED, "refused.recalled")]
)
async def test_after_its_end_everybody_is_told_why(office: Office, ending: Ending, key: str):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, acknowledge_by=EACH)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=NOON, ending=ending))
    popup = await an.presses_data(Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,)))
    assert popup == Popup(say(key), alert=True)
    assert not await office.rows(Acknowledgement)


async def test_people_of_a_retired_unit_are_told_that_it_is_no_more_theirs(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, tasks=0)
    async with office.rt.write() as session:
        await session.execute(update(Unit).values(retired_at=NOON))
    popup = await an.presses_data(Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,)))
    office_name = "Sở Thông tin và Truyền thông"
    told = say("refused.retired", units="Báo Yên Bái", office=office_name)
    assert popup == Popup(told, alert=True)
    assert not await office.rows(Acknowledgement)


async def test_an_anonymous_administrators_tap_is_refused_by_name(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    issued = await office.issued(unit)
    nobody = Phone(office, direct.ANONYMOUS_ID, group.chat_id)
    press = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    async with direct.undone(office) as session:
        popup = await direct.press(office, session, nobody, press)
    assert popup == Popup(say("refused.anonymous"), alert=True)
    forged = Callback(Press.ACKNOWLEDGE, (999_999_999,))
    assert await an.presses_data(forged) == Popup(say("refused.gone"), alert=True)
    assert not await office.rows(Acknowledgement)
