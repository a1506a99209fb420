"""Beyond "Đã nhận": a colleague does it, or it cannot be done; and what the office says to that."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import answer_decisions, unit_changes
from bot.actions import answers as answer_actions
from bot.actions import policy as policies
from bot.actions.unit_changes import Wish
from bot.callbacks import Callback, Press
from bot.domain.states import (
    AcknowledgeBy,
    AnswerKind,
    AssignmentState,
    Door,
    StaffRole,
    UnitChangeKind,
)
from bot.errors import Conflict
from bot.reports.numbers import directive_numbers
from bot.storage import answers, audience, corrections, people
from bot.storage.tables import (
    Acknowledgement,
    Answer,
    Assignment,
    Chat,
    Contact,
    Dialogue,
    Event,
    Staff,
    Task,
    Unit,
)
from bot.texts import texts
from scheduler.jobs import settle_answers
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone, Popup

say = texts("vi")
REASON = "Đơn vị không có chuyên mục này"
OPEN, DROPPED = AssignmentState.OPEN, AssignmentState.NOT_APPLICABLE


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def issue(office: Office, *units: Unit, **values: Any) -> Issued:
    """A directive whose author, who has no phone here, is not on duty."""
    issued = await office.issued(*units, **values)
    async with office.rt.write() as session:
        author = Staff.person_id == issued.directive.issued_by
        await session.execute(update(Staff).where(author).values(removed_at=office.clock.at))
    return issued


async def states(office: Office) -> list[AssignmentState]:
    return [row.state for row in await office.rows(Assignment)]


async def nothing(phone: Phone, *choices: str, reason: str = REASON) -> list[str]:
    """Say below the newest card that there is nothing to do it about."""
    for label in ("Khác…", "Không phát sinh", *choices):
        await phone.presses(label)
    return await phone.says(reason)


async def cannot(phone: Phone, *choices: str, reason: str = REASON) -> list[str]:
    """Say below the newest card that it cannot be done."""
    for label in ("Khác…", "Không thực hiện được", *choices):
        await phone.presses(label)
    return await phone.says(reason)


# --- the card and its menu -----------------------------------------------------------------------


async def test_below_the_card_more_offers_what_applies(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await issue(office, unit)
    card = an.messages()[-1]
    assert labels(card) == [
        *("Đã nhận", "Gửi đường dẫn", "Xem toàn văn", "Hỏi", "Khác…"),
    ]
    assert await an.presses("Khác…") == Popup("", alert=False)
    menu = an.messages()[-1]
    assert menu["reply_to_message"]["message_id"] == card["message_id"]
    assert menu["text"] == say("more.choose", unit=unit.name)
    assert labels(menu) == [
        *("Đã thực hiện", "Xin gia hạn", "Chuyển người khác", "Không thực hiện được"),
        "Không phát sinh",
    ]
    await an.presses("Đã nhận")
    for assignment in issued.assignments[0]:
        await an.presses_data(Callback(Press.REPORT_DONE, (assignment.id,)))
    await an.presses("Khác…")
    assert labels(an.messages()[-1]) == ["Chuyển người khác", "Phiếu tiếp nhận"]


async def test_a_closed_card_offers_more_only_for_what_was_confirmed(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, binh = await office.contact(unit), await office.contact(other, name="Lê Thị Bình")
    mai = await office.staff()
    issued = await issue(office, unit, other)
    await an.presses("Đã nhận")
    await mai.presses_data(Callback(Press.CLOSE, (issued.directive.id,)))
    assert labels(an.messages()[0]) == ["Xem toàn văn", "Khác…"]
    assert labels(binh.messages()[0]) == ["Xem toàn văn"]
    await an.presses("Khác…")
    assert labels(an.messages()[-1]) == ["Phiếu tiếp nhận"]
    more = Callback(Press.MORE, (issued.addressees[1].id,))
    assert await binh.presses_data(more) == Popup(say("refused.closed"), alert=True)


async def test_a_closed_card_offers_no_more_where_not_all_have_confirmed(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await office.contact(leader_of=unit, name="Hà Văn Nam")
    issued = await office.issued(unit, acknowledge_by=AcknowledgeBy.LEADER)
    await an.presses("Đã nhận")
    await mai.presses_data(Callback(Press.CLOSE, (issued.directive.id,)))
    assert labels(an.messages()[0]) == ["Xem toàn văn"]


# --- a colleague does it -------------------------------------------------------------------------


async def test_passing_on_is_kept_shown_and_told_to_the_colleague(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    group = await office.group(an, unit=unit)
    await issue(office, unit)
    await an.presses("Khác…")
    menu = an.last_id()
    await an.presses("Chuyển người khác")
    assert labels(an.messages()[-1]) == ["Lê Thị Bình", "Ghi tên khác…"]
    await an.presses("Lê Thị Bình")
    assert an.last_id() == menu  # one message, from step to step
    assert an.texts()[-1] == say("answer.passed_on", name="Lê Thị Bình")
    answer = await office.row(Answer)
    assert (answer.kind, answer.to_name, answer.reason) == (AnswerKind.PASSED_ON, None, None)
    receipt = await office.row(Acknowledgement)
    assert (receipt.door, receipt.person_id) == (Door.ANSWER, answer.person_id)
    for phone in (an, binh, group):
        assert "Nguyễn Văn An đã chuyển cho Lê Thị Bình" in phone.texts()[0]
        assert "✓ Đã nhận" in phone.texts()[0]
    told = binh.messages()[-1]
    assert told["text"].startswith(say("answer.is_yours", by="Nguyễn Văn An"))
    assert told["reply_to_message"]["message_id"] == binh.messages()[0]["message_id"]
    assert len(await office.rows(Event, action="passed_on")) == 1
    assert await states(office) == [OPEN, OPEN]


async def test_passing_on_can_be_taken_back_and_goes_to_one_at_a_time(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    cuong = await office.contact(unit, name="Đỗ Cường")
    issued = await issue(office, unit)
    places = {row.person_id: row.id for row in await office.rows(Contact)}
    addressee = issued.addressees[0].id
    chats = [await office.chat_of(phone) for phone in (an, binh, cuong)]
    oneself, to_binh, to_cuong = (
        Callback(Press.DELEGATE, (addressee, places[chat.person_id])) for chat in chats
    )
    popup = await an.presses_data(oneself)
    assert popup == Popup(say("answer.to_oneself"), alert=True)
    for data in (to_binh, to_binh, to_cuong):
        await an.presses_data(data)
    first, second = await office.rows(Answer)
    assert first.taken_back_at == office.clock.at
    assert binh.texts()[-1].startswith(say("answer.yours_no_more", by="Nguyễn Văn An"))
    assert "đã chuyển cho Đỗ Cường" in an.texts()[0]
    assert "Lê Thị Bình" not in an.texts()[0]
    back = Callback(Press.ANSWER_BACK, (second.id,))
    popup = await binh.presses_data(back)
    assert popup == Popup(say("answer.of_somebody_else"), alert=True)
    await an.presses("Rút lại")
    assert an.texts()[-1] == say("answer.passed_on_no_more")
    assert "đã chuyển" not in an.texts()[0]
    assert cuong.texts()[-1].startswith(say("answer.yours_no_more", by="Nguyễn Văn An"))
    assert await an.presses_data(back) == Popup(say("answer.taken_back_before"), alert=True)
    assert len(await office.rows(Acknowledgement)) == 1  # whoever had it has it


async def test_a_name_is_typed_where_nobody_else_is_there(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await issue(office, unit)
    await an.presses("Khác…")
    await an.presses("Chuyển người khác")
    assert an.texts()[-1] == say("answer.ask_name")
    assert await an.says("x") == [say("answer.name_unusable", longest=200)]
    (told,) = await an.says("Trần  Thị Bích")
    assert told == say("answer.passed_on_outside", name="Trần Thị Bích")
    assert (await office.row(Answer)).to_name == "Trần Thị Bích"
    assert "Nguyễn Văn An đã chuyển cho Trần Thị Bích" in an.texts()[0]


async def test_a_typed_name_of_a_colleague_is_that_colleague(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    await issue(office, unit)
    for label in ("Khác…", "Chuyển người khác", "Ghi tên khác…"):
        await an.presses(label)
    await an.says("lê thị bình")
    assert (await office.row(Answer)).to_person_id == (await office.chat_of(binh)).person_id
    assert binh.texts()[-1].startswith(say("answer.is_yours", by="Nguyễn Văn An"))


async def test_who_cannot_be_written_to_is_to_be_told_by_the_sender(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    await issue(office, unit)
    async with office.rt.write() as session:
        theirs = Chat.telegram_id == binh.user_id
        await session.execute(update(Chat).where(theirs).values(unreachable_reason="blocked"))
    for label in ("Khác…", "Chuyển người khác", "Lê Thị Bình"):
        await an.presses(label)
    assert an.texts()[-1] == say("answer.passed_on_untold", name="Lê Thị Bình")


async def test_a_colleague_whom_it_was_not_for_gets_the_card(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await issue(office, unit)
    binh = await office.contact(unit, name="Lê Thị Bình")
    async with office.rt.write() as session:
        person_id = (await office.chat_of(an)).person_id
        await audience.add_people(session, {issued.addressees[0].id: [person_id]})
    for label in ("Khác…", "Chuyển người khác", "Lê Thị Bình"):
        await an.presses(label)
    told, card = binh.texts()
    assert told.startswith(say("answer.is_yours", by="Nguyễn Văn An"))
    assert "Nội dung cần thực hiện" in card
    async with office.rt.read() as session:
        found = await audience.people_of(session, [issued.addressees[0].id])
    assert len(found[issued.addressees[0].id]) == 2


async def test_many_colleagues_are_paged(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    for number in range(9):
        await office.contact(unit, name=f"Đồng chí {number}")
    await issue(office, unit)
    await an.presses("Khác…")
    await an.presses("Chuyển người khác")
    menu = an.last_id()
    assert labels(an.messages()[-1])[-2:] == ["Sau ›", "Ghi tên khác…"]
    await an.presses("Sau ›")
    assert labels(an.messages()[-1]) == ["Đồng chí 8", "‹ Trước", "Ghi tên khác…"]
    assert an.last_id() == menu


# --- it cannot be done ---------------------------------------------------------------------------


async def test_one_task_that_cannot_be_done_is_decided_by_the_office(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    async with office.rt.write() as session:
        await session.execute(update(Unit).values(phone="0216 3852 000"))
        await session.execute(update(Contact).values(title="Phó Tổng biên tập"))
    await issue(office, unit, next_reminder_at=factories.FRIDAY_EVENING)
    assert await cannot(an, "2. Việc 2", reason="x") == [
        say("refused.reason_unusable", longest=500)
    ]
    (told,) = await an.says(REASON)
    assert told == say("answer.cannot_sent", office=office.rt.config.office.name)
    assert "Báo không thực hiện được (nội dung 2) – Nguyễn Văn An; đang chờ" in an.texts()[0]
    assert "✓ Đã nhận" in an.texts()[0]
    assert (await office.row(Acknowledgement)).door is Door.ANSWER
    asked = mai.messages()[-1]
    for part in (
        *("Báo Yên Bái báo không thực hiện được", "2. Việc 2", f"Lý do: {REASON}"),
        *("Nguyễn Văn An, Phó Tổng biên tập", "0216 3852 000", "Hạn: 17h00"),
    ):
        assert part in asked["text"]
    assert labels(asked) == ["Đồng ý", "Không đồng ý"]
    assert await mai.presses("Đồng ý") == Popup(say("answer.agreed_now"), alert=False)
    first, second = await office.rows(Assignment)
    assert (first.state, second.state) == (OPEN, DROPPED)
    assert (first.next_reminder_at, second.next_reminder_at) == (factories.FRIDAY_EVENING, None)
    assert (
        "Việc 2\n    Hạn: 17h00, thứ Sáu, ngày 16/10/2026 · không phải thực hiện" in an.texts()[0]
    )
    assert "Đã đồng ý: không phải thực hiện nội dung 2." in an.texts()[0]
    told = an.messages()[-1]
    assert told["text"].startswith("Cơ quan giao việc đồng ý: đơn vị không phải thực hiện nội")
    assert told["reply_to_message"]["message_id"] == an.messages()[0]["message_id"]
    decided = mai.messages()[-1]
    assert decided["message_id"] == asked["message_id"]
    assert "✓ Đã đồng ý – Trần Thị Mai, 12:00 06/10/2026" in decided["text"]
    assert labels(decided) == ["Giao lại"]
    actions = [row.action for row in await office.rows(Event, object_kind="answer")]
    assert actions == ["answered_cannot", "answer_agreed"]


async def test_nothing_to_report_is_decided_by_the_office_like_what_cannot_be_done(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit, next_reminder_at=factories.FRIDAY_EVENING)
    (told,) = await nothing(an, "2. Việc 2")
    assert told == say("answer.nothing_sent", office=office.rt.config.office.name)
    assert "Báo không phát sinh (nội dung 2) – Nguyễn Văn An; đang chờ" in an.texts()[0]
    assert "Báo Yên Bái báo không phát sinh" in mai.texts()[-1]
    assert (await office.row(Answer)).kind is AnswerKind.NOTHING
    (waits,) = await mai.says("/cho")
    assert "Báo Yên Bái" in waits
    await an.presses("Khác…")
    await an.presses("Không phát sinh")
    popup = await an.presses("2. Việc 2")
    assert popup == Popup(say("answer.nothing_waits", by="Nguyễn Văn An"), alert=True)
    await mai.presses_data(Callback(Press.ANSWER_AGREE, ((await office.rows(Answer))[0].id,)))
    assert await states(office) == [OPEN, DROPPED]
    actions = [row.action for row in await office.rows(Event, object_kind="answer")]
    assert actions[:2] == ["answered_nothing", "answer_agreed"]
    card = an.sees("Kính gửi")["text"]
    assert "không phát sinh\n" in card
    assert "Đã đồng ý: không phát sinh (nội dung 2)." in card
    assert "không phải thực hiện" not in card
    assert "nội dung 2 của" in an.texts()[-1]
    assert "không phát sinh" in an.texts()[-1]
    (state,) = await mai.says("/tiendo")
    assert "NV2: không phát sinh" in state


async def test_what_is_said_of_nothing_can_be_taken_back(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit)
    await nothing(an, "Tất cả nội dung")
    await an.presses("Khác…")
    await an.presses("Rút lại: không phát sinh")
    assert await states(office) == [OPEN, OPEN]
    assert say("answer.is_taken_back") in mai.texts()[-1]


async def test_what_need_not_be_done_counts_neither_as_open_nor_as_done(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issue(office, unit)
    await cannot(an, "2. Việc 2")
    await mai.presses("Đồng ý")
    async with office.rt.read() as session:
        counted = await directive_numbers(session, issued.directive.id, now=office.rt.now())
    assert (counted.work.total, counted.work.open_in_time) == (1, 1)
    (state,) = await mai.says("/tiendo")
    assert "NV2: không phải thực hiện" in state
    assert counted.work.dropped == 1
    assert (
        say("state.work", done=0, late=0, open=1, overdue=0) + say("state.dropped", count=1)
    ) in state
    dropped = Callback(Press.REPORT_DONE, (issued.assignments[0][1].id,))
    assert await an.presses_data(dropped) == Popup(say("done.not_applicable"), alert=True)
    (told,) = await an.says("NV2 https://baoyenbai.com.vn/1/1/bai.aspx")
    assert "Đã ghi nhận 1 đường dẫn cho Nội dung 2" not in told


async def test_the_report_says_what_did_not_come_up_and_why(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit)
    await nothing(an, "2. Việc 2")
    assert "phát sinh" not in await noted(mai)
    await mai.presses("Đồng ý")
    assert f"Không phát sinh (nội dung 2): {REASON}" in await noted(mai)
    (by_unit,) = [row for row in await sheet(mai, "Theo nhiệm vụ") if row[1] == unit.name]
    assert by_unit[2:4] == ("0/1\nChưa hoàn thành, trong hạn", "0/1\nKhông phát sinh")


async def noted(mai: Phone) -> str:
    """In the unit's row of the workbook."""
    return next(row[15] or "" for row in await sheet(mai, "Tổng hợp") if row[0] == 1)


async def sheet(mai: Phone, name: str) -> list[tuple[Any, ...]]:
    """The rows of one of the workbook's sheets."""
    await mai.says("/baocao")
    sent = next(each for each in reversed(mai.messages()) if "document" in each)
    content = mai.office.sandbox.file(sent["document"]["file_id"]).content
    return list(load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True))


async def test_when_the_office_does_not_agree_the_unit_is_told_why(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff(StaffRole.REVIEWER)
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    assert say("answer.all_tasks") in mai.texts()[-1]
    await mai.presses("Không đồng ý")
    for part in (unit.name, "STTTT-TTBCXB", say("button.no_note")):
        assert part in mai.texts()[-1]
    assert await mai.says("Đơn vị có chuyên mục Thời sự.") == [say("answer.disagreed_now")]
    assert await states(office) == [OPEN, OPEN]
    assert "Đơn vị có chuyên mục Thời sự." in an.texts()[-1]
    assert "Chưa đồng ý, đề nghị thực hiện tất cả nội dung: Đơn vị có chuyên" in an.texts()[0]
    assert "✗ Không đồng ý – Trần Thị Mai" in mai.texts()[0]
    assert labels(mai.messages()[0]) == []
    # What was refused can be said again, for another reason.
    await cannot(an, "Tất cả nội dung", reason="Chuyên mục Thời sự đã dừng")
    assert len(await office.rows(Answer)) == 2


async def test_a_reason_that_staff_left_unwritten_is_not_taken_from_what_they_write_later(
    office: Office,
):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff(StaffRole.REVIEWER)
    await issue(office, unit)
    await cannot(an, "2. Việc 2")
    await an.says("Nộp ở đâu?", reply_to=an.sees("Nội dung cần thực hiện"))
    asked = mai.sees("Câu hỏi của")
    await mai.presses("Không đồng ý")
    await mai.says("Nộp ở văn thư.", reply_to=asked)  # an answer of something else
    await mai.says("Sang văn thư hỏi nhé")
    await mai.presses("Không đồng ý")
    await mai.presses("Đóng")  # a decision about something else
    await mai.says("Tôi đi họp")
    await mai.presses("Không đồng ý")
    await mai.presses(say("button.no_note"))
    assert mai.texts()[-1] == say("dialogue.left")
    await mai.says("Tôi về rồi")
    assert (await office.row(Answer)).decided_at is None
    assert not await office.rows(Dialogue)


async def test_a_decision_is_made_once_and_shown_to_everybody_on_duty(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    mai = await office.staff()
    hoa = await office.staff(StaffRole.REVIEWER, name="Phạm Thị Hoa")
    await office.staff(StaffRole.VIEWER, name="Người xem")
    await issue(office, unit, tasks=1)
    await cannot(an)  # of one task nobody is asked which
    answer = await office.row(Answer)
    assert answer.assignment_id is None
    assert len(await office.rows(Chat)) > 3
    await mai.presses("Đồng ý")
    assert "✓ Đã đồng ý – Trần Thị Mai" in hoa.texts()[-1]
    for press in (Press.ANSWER_AGREE, Press.ANSWER_DISAGREE):
        popup = await hoa.presses_data(Callback(press, (answer.id,)))
        assert popup == Popup(say("answer.agreed_before", by="Trần Thị Mai"), alert=True)
    popup = await an.presses_data(Callback(Press.ANSWER_BACK, (answer.id,)))
    assert popup == Popup(say("answer.agreed_before", by="Trần Thị Mai"), alert=True)


async def test_of_two_who_decide_at_the_same_moment_one_is_told_of_the_other(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    hoa = await office.staff(name="Phạm Thị Hoa")
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    answer = await office.row(Answer)

    async def decide(phone: Phone) -> None:
        async with office.rt.write() as session:
            actor = await people.actor(session, phone.user_id)
            assert actor is not None
            await answer_decisions.agree(session, answer.id, actor=actor, now=office.rt.now())

    ends = await asyncio.gather(decide(mai), decide(hoa), return_exceptions=True)
    (refusal,) = [each for each in ends if each is not None]
    assert isinstance(refusal, Conflict)
    assert refusal.key == "answer.agreed_before"
    assert len(await office.rows(Event, action="answer_agreed")) == 1
    await office.works()


async def test_of_two_who_say_the_same_at_once_the_office_hears_one(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    await office.staff()
    issued = await issue(office, unit)

    async def say_it(phone: Phone, session: AsyncSession) -> None:
        actor = await people.actor(session, phone.user_id)
        chat = await people.chat_by_telegram_id(session, phone.chat_id)
        assert chat is not None
        saying = await answer_actions.begin(
            session, issued.addressees[0].id, actor=actor, chat=chat, now=office.rt.now()
        )
        await answer_actions.say_undone(saying, AnswerKind.CANNOT, None, REASON)

    async def say_it_too() -> None:
        async with office.rt.write() as session:
            await say_it(binh, session)

    async with office.rt.write() as session:
        await say_it(an, session)
        later = asyncio.create_task(say_it_too())
        await asyncio.wait([later], timeout=0.3)  # it waits for what is not committed
    with pytest.raises(Conflict, match=r"answer\.waits"):
        await later
    assert len(await office.rows(Answer)) == 1
    await office.works()


async def test_it_can_be_taken_back_until_it_is_decided(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    mai = await office.staff()
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    answer = await office.row(Answer)
    for label in ("Khác…", "Không thực hiện được"):
        await binh.presses(label)
    popup = await binh.presses("2. Việc 2")
    assert popup == Popup(say("answer.waits", by="Nguyễn Văn An"), alert=True)
    await an.presses("Khác…")
    assert "Rút lại: không thực hiện được" in labels(an.messages()[-1])
    await an.presses("Rút lại: không thực hiện được")
    assert an.texts()[-1] == say("answer.cannot_no_more")
    assert "không thực hiện được" not in an.texts()[0]
    assert say("answer.is_taken_back") in mai.texts()[0]
    assert labels(mai.messages()[0]) == []
    popup = await mai.presses_data(Callback(Press.ANSWER_AGREE, (answer.id,)))
    assert popup == Popup(say("answer.taken_back_before"), alert=True)
    assert await states(office) == [OPEN, OPEN]


async def test_the_office_can_give_the_work_again(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit, next_reminder_at=factories.FRIDAY_EVENING)
    await cannot(an, "1. Việc 1")
    await mai.presses("Đồng ý")
    await cannot(an)  # the one that is left
    await mai.presses("Đồng ý")
    assert await states(office) == [DROPPED, DROPPED]
    async with office.rt.read() as session:
        addressee_id = (await office.rows(Answer))[0].addressee_id
        assert await answers.cannot(session, [addressee_id]) == {addressee_id}
    popup = await mai.presses("Giao lại")  # what the newest answer ended, not the first one's
    assert popup == Popup(say("answer.given_again_now", count=1), alert=False)
    first, second = await office.rows(Assignment)
    assert (first.state, second.state) == (DROPPED, OPEN)
    assert second.next_reminder_at is not None
    assert "Giao lại, đề nghị thực hiện tất cả nội dung." in an.texts()[0]
    assert "giao lại" in an.texts()[-1]
    assert "Đã giao lại – Trần Thị Mai" in mai.texts()[-1]
    again = Callback(Press.ANSWER_GIVE_AGAIN, ((await office.rows(Answer))[1].id,))
    assert await mai.presses_data(again) == Popup(say("answer.not_agreed"), alert=True)
    async with office.rt.read() as session:
        assert await answers.cannot(session, [addressee_id]) == set()


# --- what happens meanwhile ----------------------------------------------------------------------


async def test_of_work_that_is_done_meanwhile_nothing_is_to_be_decided(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issue(office, unit)
    await cannot(an, "2. Việc 2")
    answer = await office.row(Answer)
    assert not await settle_answers(office.rt)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][1].id,)))
    agree = Callback(Press.ANSWER_AGREE, (answer.id,))
    assert await mai.presses_data(agree) == Popup(say("answer.overtaken"), alert=True)
    assert "đang chờ ý kiến" not in an.texts()[0]
    assert await settle_answers(office.rt)
    await office.works()
    assert say("answer.is_overtaken") in mai.texts()[0]
    assert labels(mai.messages()[0]) == []
    assert (await office.row(Answer)).agreed is None
    assert len(await office.rows(Event, action="answer_overtaken")) == 1
    assert await mai.presses_data(agree) == Popup(say("answer.overtaken"), alert=True)


async def test_a_link_says_that_it_withdraws_what_was_reported_of_the_work(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit)
    link = "https://baoyenbai.com.vn/1/{}/bai.aspx"
    await nothing(an, "2. Việc 2")
    assert len(await an.says(f"NV1 {link.format(1)}")) == 1  # of another task
    receipt, told = await an.says(f"NV2 {link.format(2)}")
    assert "Đã ghi nhận 1 đường dẫn cho Nội dung 2" in receipt
    assert told == say("answer.nothing_ended", position=2)
    assert len(await an.says(f"NV2 {link.format(3)}")) == 1
    assert await settle_answers(office.rt)
    await office.works()
    assert say("answer.is_overtaken") in mai.texts()[0]


async def test_what_was_reported_of_all_is_withdrawn_by_the_last_link(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.staff()
    await issue(office, unit)
    link = "https://baoyenbai.com.vn/1/{}/bai.aspx"
    await cannot(an, "Tất cả nội dung")
    assert len(await an.says(f"NV1 {link.format(1)}")) == 1
    assert (await an.says(f"NV2 {link.format(2)}"))[1:] == [say("answer.cannot_ended", position=2)]


async def test_of_a_closed_directive_nothing_is_to_be_decided(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issue(office, unit)
    await an.presses("Khác…")
    await cannot(an, "Tất cả nội dung")
    answer = await office.row(Answer)
    await mai.presses_data(Callback(Press.CLOSE, (issued.directive.id,)))
    for data, phone in (
        (Callback(Press.ANSWER_AGREE, (answer.id,)), mai),
        (Callback(Press.ANSWER_BACK, (answer.id,)), an),
        (Callback(Press.DELEGATE_ASK, (issued.addressees[0].id, 1)), an),
    ):
        assert await phone.presses_data(data) == Popup(say("refused.closed"), alert=True)
    assert await settle_answers(office.rt)
    await office.works()
    assert say("answer.is_overtaken") in mai.texts()[0]
    assert "đang chờ ý kiến" not in an.texts()[0]


async def test_what_another_unit_takes_over_is_that_units_to_answer(office: Office):
    paper, radio = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, mai = await office.contact(paper), await office.staff()
    issued = await issue(office, paper, radio)
    await cannot(an, "Tất cả nội dung")
    merge = Wish(kind=UnitChangeKind.MERGE, unit_id=paper.id, into=(radio.id,))
    async with office.rt.write() as session:
        policy = await policies.load(session, office.rt.config)
        await unit_changes.plan(
            session, merge, on=None, policy=policy, actor=None, now=office.rt.now()
        )
    await office.works()
    answer = await office.row(Answer)
    popup = await mai.presses_data(Callback(Press.ANSWER_AGREE, (answer.id,)))
    assert popup == Popup(say("answer.overtaken"), alert=True)
    theirs = await office.rows(Assignment, addressee_id=issued.addressees[1].id)
    assert [row.state for row in theirs] == [OPEN, OPEN]
    assert await settle_answers(office.rt)
    await office.works()


async def test_a_task_that_a_correction_drops_need_not_be_decided(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issue(office, unit)
    await cannot(an, "2. Việc 2")
    async with office.rt.write() as session:
        await corrections.cancel_work(session, [issued.tasks[1].id])
        await session.execute(
            update(Task).where(Task.id == issued.tasks[1].id).values(removed_in=2)
        )
    answer = await office.row(Answer)
    popup = await mai.presses_data(Callback(Press.ANSWER_AGREE, (answer.id,)))
    assert popup == Popup(say("answer.overtaken"), alert=True)
    assert await settle_answers(office.rt)
    await office.works()
    assert say("answer.is_overtaken") in mai.texts()[0]


async def test_a_reason_that_comes_too_late_is_told_so(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issue(office, unit)
    for label in ("Khác…", "Không thực hiện được", "Tất cả nội dung"):
        await an.presses(label)
    await mai.presses_data(Callback(Press.CLOSE, (issued.directive.id,)))
    assert await an.says(REASON) == [say("refused.closed")]
    assert await office.rows(Answer) == []


async def test_when_who_answered_has_left_the_others_are_told(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    mai = await office.staff()
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    async with office.rt.write() as session:
        person_id = (await office.chat_of(an)).person_id
        theirs = Contact.person_id == person_id
        await session.execute(update(Contact).where(theirs).values(ended_at=office.clock.at))
    before = an.last_id()
    await mai.presses("Đồng ý")
    assert binh.texts()[-1].startswith("Cơ quan giao việc đồng ý")
    assert an.texts(after=before) == []


async def test_work_of_a_unit_that_is_gone_cannot_be_given_again(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    await mai.presses("Đồng ý")
    async with office.rt.write() as session:
        await session.execute(update(Contact).values(ended_at=office.clock.at))
    popup = await mai.presses("Giao lại")
    assert popup == Popup(say("answer.nobody_there"), alert=True)
    assert await states(office) == [DROPPED, DROPPED]


# --- who may see and decide it -------------------------------------------------------------------


async def test_staff_with_limits_neither_see_nor_decide_what_is_not_theirs(office: Office):
    unit = await office.unit("Báo Yên Bái", "Báo")
    an = await office.contact(unit)
    async with office.rt.write() as session:
        hoa = await factories.create_staff(session, name="Phạm Thị Hoa")
        await factories.limit(session, hoa, await factories.create_group(session))
    limited, mai = office.phone(hoa), await office.staff()
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    assert limited.texts() == []
    assert "Báo Yên Bái" in mai.texts()[-1]
    answer = await office.row(Answer)
    for press in (Press.ANSWER_AGREE, Press.ANSWER_SHOW, Press.ANSWER_DISAGREE):
        popup = await limited.presses_data(Callback(press, (answer.id,)))
        assert popup == Popup(say("refused.out_of_scope"), alert=True)


async def test_in_the_offices_group_whoever_is_on_duty_decides(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    viewer = await office.staff(StaffRole.VIEWER, name="Người xem")
    group = await office.group(mai, viewer, staff=True)
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    assert mai.texts() == []
    popup = await office.in_group(viewer, group).presses("Đồng ý")
    assert popup == Popup(say("refused.not_yours"), alert=True)
    await group.presses("Đồng ý")
    assert await states(office) == [DROPPED, DROPPED]
    assert "✓ Đã đồng ý – Trần Thị Mai" in group.texts()[0]


async def test_an_answer_is_brought_anew_and_its_older_card_is_retired(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    answer, older = await office.row(Answer), mai.last_id()
    await mai.presses_data(Callback(Press.ANSWER_SHOW, (answer.id,)))
    assert REASON in mai.texts()[-1]
    assert mai.last_id() > older
    assert len([text for text in mai.texts() if REASON in text]) == 1
    await mai.presses("Đồng ý")
    assert "✓ Đã đồng ý" in mai.texts()[-1]


async def test_what_was_said_of_all_is_a_fact_until_it_is_answered_otherwise(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, binh = await office.contact(unit), await office.contact(other, name="Lê Thị Bình")
    mai = await office.staff()
    issued = await issue(office, unit, other)
    ids = [each.id for each in issued.addressees]
    await cannot(an, "Tất cả nội dung")
    await cannot(binh, "1. Việc 1")
    async with office.rt.read() as session:
        assert await answers.cannot(session, ids) == {ids[0]}
    first = (await office.rows(Answer))[0]
    await mai.presses_data(Callback(Press.ANSWER_DISAGREE, (first.id,)))
    await mai.says("Đề nghị thực hiện.")
    async with office.rt.read() as session:
        assert await answers.cannot(session, ids) == set()


async def test_the_record_holds_no_words_of_people(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit)
    await cannot(an, "Tất cả nội dung")
    await mai.presses("Không đồng ý")
    await mai.says("Đề nghị thực hiện.")
    written = str([(row.action, row.details) for row in await office.rows(Event)])
    assert "chuyên mục" not in written
    assert "Đề nghị" not in written


async def test_of_who_says_it_cannot_no_confirmation_is_waited_for_in_any_list(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh")
    an, hai = await office.contact(unit), await office.contact(other, name="Đặng Hải")
    await office.contact(leader_of=unit, name="Vũ Thị Trưởng")
    mai = await office.staff()
    await office.issued(unit, other, tasks=1, acknowledge_by=AcknowledgeBy.LEADER)
    await cannot(an)
    (state,) = await mai.says("/tiendo")
    assert "Đã xác nhận: 0/2 đơn vị" in state
    assert "Chưa xác nhận: Đài Phát thanh\n" in state
    await mai.presses("Ai chưa nhận")
    listed = mai.sees("Tiếp nhận: 2 đơn vị")["text"]
    assert "1. Đài Phát thanh" in listed
    assert unit.name not in listed
    await hai.presses("Đã nhận")
    (state,) = await mai.says("/tiendo")
    assert "Đã xác nhận: 1/2 đơn vị" in state
    assert "Chưa xác nhận" not in state
