"""The end of a directive: recalled, replaced, closed, opened again; what chats and people see."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from bot.actions import closing
from bot.actions import recall as recalls
from bot.callbacks import Callback, Press, decode
from bot.domain.states import (
    AssignmentState,
    Ending,
    MessageKind,
    OutboxState,
    Relation,
    Sending,
    VersionKind,
)
from bot.errors import Conflict
from bot.storage.tables import (
    Acknowledgement,
    Article,
    Assignment,
    Card,
    Directive,
    DirectiveVersion,
    Draft,
    DraftGroup,
    DraftTask,
    Event,
    OutboxMessage,
    Task,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON, Issued
from tests.handlers.broadcast import begun
from tests.handlers.broadcast import issued as issued_to
from tests.handlers.conftest import Office, Phone, Popup

say = texts("vi")
TWO_DAYS = timedelta(hours=49)
REASON = "Gửi nhầm đối tượng"


async def recall(mai: Phone, directive: Directive) -> Popup:
    """By the buttons of the directive's state."""
    await mai.says(f"/tiendo {directive.number}")
    await mai.presses("Thu hồi")
    await mai.says(REASON)
    return await mai.presses("Thu hồi, không lấy lại được")


async def give_file(office: Office, mai: Phone, issued: Issued) -> None:
    await mai.sends_file("Nội dung".encode())
    (file_id,) = [m["document"]["file_id"] for m in mai.messages() if "document" in m]
    async with office.rt.write() as session:
        await session.execute(
            update(Directive).where(Directive.id == issued.directive.id).values(file_id=file_id)
        )


# --- recalled ------------------------------------------------------------------------------------


async def test_a_recall_deletes_what_is_there_and_asks_once_to_delete_the_rest(office: Office):
    office.clock.at = FRIDAY_EVENING - timedelta(hours=9)
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    group = await office.group(an, unit=unit)
    issued = await office.issued(unit, next_reminder_at=NOON)
    await give_file(office, mai, issued)
    other = await office.issued(unit)
    await office.reminds()
    await an.presses_data(Callback(Press.FULL_TEXT, (issued.addressees[0].id,)))
    await an.says("NV1 https://baoyenbai.com.vn/1/1/bai.aspx", reply_to=an.messages()[0])
    code = f"{issued.directive.number}/STTTT-TTBCXB"
    mine = [m for m in an.messages() if code in str(m.get("text") or m.get("caption"))]
    assert len(mine) == 3  # card, reminder, letter
    assert any("document" in message for message in mine)

    await mai.says(f"/tiendo {issued.directive.number}")
    await mai.presses("Thu hồi")
    assert say("recall.ask_reason", title=code, count=2) in mai.texts()
    assert not (await office.row(Directive, id=issued.directive.id)).closed_at
    await mai.says(REASON)
    assert (await mai.presses("Thu hồi, không")).text == say("recall.issued", count=2)
    left = {message["message_id"] for message in an.messages()}
    assert not left & {message["message_id"] for message in mine}
    for phone in (an, group):
        notice = phone.sees("THU HỒI Công văn")
        assert REASON in notice["text"]
        assert sum(code in text for text in phone.texts()) == 1
        assert any(f"{other.directive.number}/" in text for text in phone.texts())

    directive = await office.row(Directive, id=issued.directive.id)
    assert (directive.ending, directive.version) == (Ending.RECALLED, 2)
    version = await office.row(DirectiveVersion, directive_id=directive.id, version=2)
    assert (version.kind, version.note) == (VersionKind.RECALLED, REASON)
    ids = [row.id for row in issued.assignments[0]]
    states = [(await office.row(Assignment, id=each)).state for each in ids]
    assert states == [AssignmentState.SUBMITTED, AssignmentState.CANCELLED]
    assert len(await office.rows(Article)) == 1
    await office.reminds()
    assert "Đã thu hồi lúc" in (await mai.says(f"/tiendo {directive.number}"))[0]
    assert (
        say("recall.progress", deleted=2, total=2, overwritten=0, impossible=0, waiting=0)
        in mai.texts()[-1]
    )
    assert say("recall.confirmed", done=0, units=1) in mai.texts()[-1]
    assert f"– {say('state.not_erased')}" in mai.texts()[-1]

    assert (await an.presses("Đã xóa")).text == say("recall.thanks")
    notice = an.sees("THU HỒI Công văn")
    assert "✓ Đã xác nhận xóa lúc 08:00 16/10/2026 – Nguyễn Văn An" in notice["text"]
    assert "reply_markup" not in notice
    assert (await group.presses("Đã xóa")).text.startswith("Đơn vị đã xác nhận xóa lúc")
    row = await office.row(Acknowledgement, version=2)
    assert row.version == 2
    await mai.says(f"/tiendo {directive.number}")
    assert say("recall.confirmed", done=1, units=1) in mai.texts()[-1]
    assert "Đã xác nhận: 1/" in mai.texts()[-1]  # of what it said, with the result
    erased = say("state.erased", at="08:00 16/10/2026", by="Nguyễn Văn An")
    assert f"– {erased}" in mai.texts()[-1]


async def test_who_confirmed_is_counted_among_the_units_although_all_work_is_cancelled(
    office: Office,
):
    sent = await issued_to(office)
    await office.works()
    await sent.readers[0].presses("Đã nhận")
    assert say("progress.acknowledged", done=1, units=3) in sent.progress()
    await recall(sent.mai, await sent.directive())
    assert say("progress.acknowledged", done=1, units=1) in sent.progress()


async def test_the_report_of_what_was_recalled_says_so(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit, tasks=1)
    await an.presses("Đã nhận")
    await recall(mai, issued.directive)
    await an.presses("Đã xóa")
    await mai.says(f"/baocao {issued.directive.number}")
    content = office.sandbox.file(mai.messages()[-1]["document"]["file_id"]).content
    book = load_workbook(io.BytesIO(content))
    for sheet in book:
        cells = [cell.value for row in sheet.iter_rows() for cell in row]
        assert say("state.recalled", at="12:00 06/10/2026") in cells, sheet.title
    journal = [row[3:7] for row in book["Nhật ký"].iter_rows(values_only=True)]
    confirmed, erased = say("report.journal_confirmed"), say("report.journal_erased")
    assert [row for row in journal if row[0] in (confirmed, erased)] == [
        (confirmed, "Nguyễn Văn An", None, None),
        (erased, "Nguyễn Văn An", None, None),
    ]


async def test_what_is_too_old_to_be_deleted_is_overwritten(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit)
    await give_file(office, mai, issued)
    await an.presses_data(Callback(Press.FULL_TEXT, (issued.addressees[0].id,)))
    old = [message["message_id"] for message in an.messages()]
    office.clock.at += TWO_DAYS
    await recall(mai, issued.directive)
    by_id = {message["message_id"]: message for message in an.messages()}
    assert set(old) < set(by_id)
    card, letter = (by_id[message_id] for message_id in old)
    assert "ĐÃ THU HỒI" in card["text"]
    assert "Việc 1" not in card["text"]
    assert "reply_markup" not in card
    assert "ĐÃ THU HỒI" in letter["caption"]
    await mai.says(f"/tiendo {issued.directive.number}")
    assert (
        say("recall.progress", deleted=0, total=1, overwritten=1, impossible=0, waiting=0)
        in mai.texts()[-1]
    )


async def test_after_a_recall_nothing_leaves_and_the_letter_can_be_issued_anew(office: Office):
    broadcast = await begun(office)
    directive = await broadcast.directive()
    await broadcast.mai.presses_data(Callback(Press.RECALL_ASK, (directive.id,)))
    await broadcast.mai.says(REASON)
    await broadcast.mai.presses("Thu hồi, không")
    await broadcast.an_hour_later()
    assert broadcast.received() == [0, 0, 0]
    shown = [sum("THU HỒI" in text for text in reader.texts()) for reader in broadcast.readers]
    assert shown == [1, 0, 0]  # who never got it is not told of it
    assert await broadcast.states() == {OutboxState.ACCEPTED: 1, OutboxState.WITHDRAWN: 2}
    assert await broadcast.assignments() == ["cancelled"] * 3
    assert "Đã thu hồi: 1/3" in broadcast.progress()
    assert "đã xóa ở 1/1 nơi" in broadcast.progress()
    again = await broadcast.drafted_anew()
    assert (await broadcast.mai.presses_data(again)).text == say("issue.started")
    assert broadcast.received() == [1, 1, 1]


async def test_what_the_sender_has_in_hand_is_not_sent_after_a_recall(office: Office):
    broadcast = await issued_to(office, units=14)
    await office.delivery.do_one()
    states = await broadcast.states()
    in_flight = states[OutboxState.IN_FLIGHT]
    assert states[OutboxState.CLAIMED] > 2
    directive = await broadcast.directive()
    async with office.rt.write() as session:
        told = await recalls.issue(
            session,
            directive.id,
            reason=REASON,
            actor_id=broadcast.draft.author_id,
            now=office.rt.now(),
        )
    await office.works()
    assert broadcast.received() == [0] * 14
    assert await broadcast.states() == {
        OutboxState.ACCEPTED: in_flight,
        OutboxState.WITHDRAWN: 14 - in_flight,
    }
    erased = await office.rows(OutboxMessage, kind=MessageKind.ERASE)
    assert [row.state for row in erased] == [OutboxState.ACCEPTED] * in_flight
    shown = sum("THU HỒI" in text for reader in broadcast.readers for text in reader.texts())
    assert shown == told == in_flight


async def test_what_is_in_flight_when_it_is_recalled_is_deleted_when_it_has_arrived(
    office: Office,
):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit)
    card = await office.row(Card, subject_id=issued.addressees[0].id)
    async with office.rt.write() as session:  # it has left, and its answer is not here yet
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.card_id == card.id)
            .values(state=OutboxState.IN_FLIGHT, message_id=None, epoch=1, finished_at=None)
        )
        await session.execute(update(Card).where(Card.id == card.id).values(message_id=None))
    await recall(mai, issued.directive)
    assert any("Việc 1" in text for text in an.texts())
    async with office.rt.write() as session:
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.card_id == card.id, OutboxMessage.kind == MessageKind.DIRECTIVE)
            .values(
                state=OutboxState.ACCEPTED, message_id=card.message_id, finished_at=office.clock.at
            )
        )
        await session.execute(
            update(Card).where(Card.id == card.id).values(message_id=card.message_id)
        )
    await office.works()
    assert not any("Việc 1" in text for text in an.texts())


async def test_a_copy_whose_press_proves_that_it_arrived_goes_after_the_recall(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    office.sandbox.add_fault("accept_then_reset", method="sendMessage", times=2)
    issued = await office.issued(unit)
    office.clock.at += timedelta(seconds=61)
    await office.works()
    assert (await office.row(OutboxMessage, kind=MessageKind.DIRECTIVE)).state == "uncertain"
    await recall(mai, issued.directive)
    assert (
        say("recall.unknown", count=1) in (await mai.says(f"/tiendo {issued.directive.number}"))[0]
    )
    first, second = [m for m in an.messages() if "Việc 1" in m["text"]]
    for copy in (first, second):
        (data,) = [
            button["callback_data"]
            for row in copy["reply_markup"]["inline_keyboard"]
            for button in row
            if button["text"] == "Đã nhận"
        ]
        popup = await an.presses_data(data, copy["message_id"])
        assert popup == Popup(say("refused.recalled"), alert=True)
    assert first["message_id"] not in {message["message_id"] for message in an.messages()}
    assert await office.rows(Acknowledgement) == []


async def test_a_chat_that_cannot_be_reached_is_counted_as_not_possible(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit)
    office.sandbox.block(an.user_id)
    await recall(mai, issued.directive)
    await mai.says(f"/tiendo {issued.directive.number}")
    assert (
        say("recall.progress", deleted=0, total=1, overwritten=0, impossible=1, waiting=0)
        in mai.texts()[-1]
    )


async def test_a_delete_whose_answer_is_lost_is_repeated_and_counted_once(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit)
    office.sandbox.add_fault("accept_then_reset", method="deleteMessage", times=1)
    await recall(mai, issued.directive)
    office.clock.at += timedelta(minutes=2)
    await office.works()
    assert not any("Việc 1" in text for text in an.texts())
    await mai.says(f"/tiendo {issued.directive.number}")
    assert (
        say("recall.progress", deleted=1, total=1, overwritten=0, impossible=0, waiting=0)
        in mai.texts()[-1]
    )


async def test_recalling_needs_a_reason_and_happens_once(office: Office):
    unit = await office.unit()
    await office.contact(unit)
    mai, hoa = await office.staff(), await office.staff(name="Lý Thị Hoa")
    issued = await office.issued(unit)
    press = Callback(Press.RECALL, (issued.directive.id,))
    await mai.presses_data(press)  # a forged button, or one whose question is forgotten
    assert "Đề nghị viết lý do" in mai.texts()[-1]
    assert await mai.says("x") == [say("refused.reason_unusable", longest=500)]
    await mai.says(REASON)
    await recall(hoa, issued.directive)
    popup = await mai.presses_data(press)
    assert popup == Popup(say("refused.recalled"), alert=True)
    assert len(await office.rows(Event, action="directive_ended")) == 1
    for other in (
        Press.CORRECT,
        Press.REPLACE,
        Press.CLOSE_ASK,
        Press.CLOSE,
        Press.RECALL_ASK,
        Press.SENDING_PAUSE,
        Press.SENDING_CANCEL,
        Press.RETRY_FAILED_ASK,
    ):
        popup = await mai.presses_data(Callback(other, (issued.directive.id,)))
        assert popup == Popup(say("refused.recalled"), alert=True)
    popup = await mai.presses_data(Callback(Press.REOPEN, (issued.directive.id,)))
    assert popup == Popup(say("closing.for_good"), alert=True)


async def test_a_closed_card_says_who_had_confirmed(office: Office):
    paper, radio = await office.unit(), await office.unit("Đài Phát thanh")
    an, hai = await office.contact(paper), await office.contact(radio, name="Đặng Hải")
    mai = await office.staff()
    await office.issued(paper, radio, tasks=1)
    await an.presses("Đã nhận")
    await mai.says("/tiendo")
    await mai.presses("Đóng chỉ đạo")
    await mai.presses("Đóng chỉ đạo")
    closed = say("card.closed")
    assert f"✓ Đã nhận 12:00 06/10/2026 – Nguyễn Văn An\n{closed}\n" in an.texts()[0]
    assert f"\n\n{closed}\n" in hai.texts()[0]


async def test_nobody_confirms_the_deletion_of_what_is_not_recalled_or_not_theirs(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, binh = await office.contact(unit), await office.contact(other, name="Lê Thị Bình")
    issued = await office.issued(unit)
    press = Callback(Press.ERASED, (issued.directive.id,))
    assert (await an.presses_data(press)).text == say("recall.not_recalled")
    assert (await binh.presses_data(press)).text == say("refused.not_your_unit")
    assert await office.rows(Acknowledgement) == []


# --- closed and opened again ---------------------------------------------------------------------


async def test_closing_takes_and_reminds_of_nothing_until_it_is_opened_again(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit, next_reminder_at=NOON + timedelta(hours=1))
    await mai.says("/tiendo")
    await mai.presses("Đóng chỉ đạo")
    assert "Còn 02 việc" in mai.texts()[-1] or "Còn 2 việc" in mai.texts()[-1]
    assert (await mai.presses("Đóng chỉ đạo")).text == say("closing.closed")
    card = an.messages()[0]
    assert say("card.closed") in card["text"]
    assert "Việc 1" in card["text"]
    assert [row[0]["text"] for row in card["reply_markup"]["inline_keyboard"]] == ["Xem toàn văn"]
    assert {row.next_reminder_at for row in await office.rows(Assignment)} == {None}
    old = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    assert await an.presses_data(old) == Popup(say("refused.closed"), alert=True)
    assert not (await an.presses("Xem toàn văn")).alert
    assert an.texts()[-1] == "Nội dung công văn"
    # It is among those that have ended.
    assert await mai.says("/tiendo") == [say("directive.none_open")]
    await mai.presses("Đã kết thúc…")
    await mai.presses(f"{issued.directive.number}/")
    assert "Đã đóng lúc 12:00 06/10/2026" in mai.texts()[-1]
    assert (await mai.presses("Mở lại")).text == say("closing.reopened")
    assert (await mai.presses("Mở lại")).text == say("closing.open_before")
    assert all(row.next_reminder_at > office.clock.at for row in await office.rows(Assignment))
    assert (await an.presses("Đã nhận")).text == say("acknowledged.thanks")


async def test_what_is_being_sent_is_not_closed(office: Office):
    broadcast = await begun(office)
    popup = await broadcast.press(Press.CLOSE)
    assert popup == Popup(say("closing.still_sending"), alert=True)
    await broadcast.press(Press.SENDING_CANCEL)
    assert (await broadcast.press(Press.CLOSE)).text == say("closing.closed")


async def test_what_nobody_got_is_among_those_that_have_ended(office: Office):
    broadcast = await begun(office, units=1)
    directive = await broadcast.directive()
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(sending=Sending.CANCELLED))
        await session.execute(
            update(Assignment).values(state=AssignmentState.CANCELLED, next_reminder_at=None)
        )
    assert await broadcast.mai.says("/tiendo") == [say("directive.none_open")]
    await broadcast.mai.presses("Đã kết thúc…")
    assert any(str(directive.number) in label for label in broadcast.mai.buttons())
    popup = await broadcast.press(Press.CORRECT)
    assert popup == Popup(say("refused.closed"), alert=True)


# --- replaced ------------------------------------------------------------------------------------


async def test_what_takes_its_place_begins_with_all_it_says_and_ends_it(office: Office):
    broadcast = await begun(office)
    await broadcast.an_hour_later()
    directive = await broadcast.directive()
    await broadcast.readers[0].presses("Đã nhận")
    await broadcast.press(Press.REPLACE)
    await broadcast.press(Press.REPLACE)  # the same draft goes on
    draft = await office.row(Draft, relation=Relation.REPLACES)
    assert (draft.related_id, draft.number, draft.issued_on) == (directive.id, None, None)
    # Its letter bears the old number: who presses for the full text must not get that.
    assert (draft.subject, draft.body, draft.file_id) == (directive.subject, "", None)
    tasks = await office.rows(DraftTask, draft_id=draft.id)
    assert [(task.short_title, task.task_id) for task in tasks] == [("Việc 1", None)]
    assert tasks[0].deadline_at == (await office.row(Task, directive_id=directive.id)).deadline_at
    groups = await office.rows(DraftGroup, draft_id=draft.id)
    assert [(line.group_id, line.chosen) for line in groups] == [(broadcast.group.id, True)]

    new = (await office.issued(*broadcast.units[:1], subject="V/v mới")).directive
    async with office.rt.write() as session:
        row = await session.get(Directive, directive.id)
        other = await session.get(Directive, new.id)
        assert row is not None
        assert other is not None
        other.relation, other.related_id = Relation.REPLACES, row.id
        await closing.end(
            session, row, ending=Ending.REPLACED, actor_id=row.issued_by, now=office.rt.now()
        )
    await office.works()
    first = broadcast.readers[0]
    card = first.messages()[0]
    assert f"Đã được thay thế bởi Công văn số {new.number}/STTTT-TTBCXB" in card["text"]
    assert "Việc 1" not in card["text"]
    assert "✓ Đã nhận" in card["text"]
    labels = [button["text"] for row in card["reply_markup"]["inline_keyboard"] for button in row]
    assert labels == ["Xem toàn văn", "Khác…"]
    addressee = (await office.rows(Assignment))[0].addressee_id
    popup = await first.presses_data(Callback(Press.ACKNOWLEDGE, (addressee,)))
    assert popup == Popup(say("refused.replaced", code=f"{new.number}/STTTT-TTBCXB"), alert=True)
    assert "Đã được thay thế: 3/3" in broadcast.progress()
    assert len(await office.rows(Acknowledgement)) == 1


@pytest.mark.parametrize("ending", [Ending.REPLACED, Ending.RECALLED])
async def test_what_was_closed_can_still_be_replaced_but_ends_for_good_only_once(
    office: Office, ending: Ending
):
    unit = await office.unit()
    await office.contact(unit)
    issued = await office.issued(unit)
    refused = False
    for each in (Ending.CLOSED, ending, ending):
        try:
            async with office.rt.write() as session:
                row = await session.get_one(Directive, issued.directive.id)
                await closing.end(session, row, ending=each, actor_id=row.issued_by, now=NOON)
        except Conflict:
            refused = True
    assert refused
    assert (await office.row(Directive)).ending is ending
    assert len(await office.rows(Event, action="directive_ended")) == 2


# --- what staff see ------------------------------------------------------------------------------


async def test_the_page_of_versions_says_what_changed_and_who_has_it(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit)
    await an.presses("Đã nhận")
    await recall(mai, issued.directive)
    await an.presses("Đã xóa")
    await mai.says(f"/tiendo {issued.directive.number}")
    await mai.presses("Các bản (2)")
    page = mai.texts()[-1]
    assert "Bản 2 – thu hồi 12:00 06/10/2026, Trần Thị Mai\nLý do: Gửi nhầm đối tượng" in page
    assert say("versions.recalled_by", units=1) in page.replace("01 ", "1 ")
    assert "Bản 1 – phát hành 11:59 06/10/2026, Trần Thị Mai" in page
    assert say("versions.seen", chats=1, units=1) in page
    await mai.presses("Tiến độ")
    assert "Đã thu hồi lúc" in mai.texts()[-1]


@pytest.mark.parametrize(
    ("command", "press"),
    [("/tiendo", Press.STATE_PAGE), ("/baocao", Press.REPORT), ("/baocao csv", Press.REPORT_CSV)],
)
async def test_of_many_open_directives_each_can_be_chosen(
    office: Office, command: str, press: Press
):
    mai = await office.staff()
    async with office.rt.write() as session:
        unit = await factories.create_unit(session)
        issued = [await factories.create_directive(session, [unit], tasks=1) for _ in range(25)]
    (listed,) = await mai.says(command)
    assert listed == say("directive.choose_open", count=25)
    offered: list[Callback | None] = []
    for page in range(1, 5):
        rows = mai.messages()[-1]["reply_markup"]["inline_keyboard"]
        offered += [decode(row[0]["callback_data"]) for row in rows if "STTTT" in row[0]["text"]]
        assert mai.buttons()[-1] == say("button.ended")
        if page < 4:
            await mai.presses(say("button.next"))
    assert len(mai.texts()) == 1  # the same message
    newest_first = sorted((each.directive.id for each in issued), reverse=True)
    assert offered == [Callback(press, (directive_id,)) for directive_id in newest_first]
