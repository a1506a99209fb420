"""The lists of staff name the period of work that comes again."""

from __future__ import annotations

from datetime import date, timedelta

import pypdfium2

from bot.callbacks import Callback, Press
from bot.domain.nudging import Aim, AimKind
from bot.storage.tables import Assignment, Reminder
from bot.texts import texts
from tests.handlers.conftest import Office
from tests.handlers.test_nudges import block, newest_file, rows_of
from tests.handlers.test_recurring_tasks import comes, issued

say = texts("vi")


async def test_the_state_of_a_directive_names_each_period(office: Office):
    broadcast = await issued(office)
    await comes(office, date(2026, 10, 19))
    await broadcast.press(Press.STATE_PAGE, 1)
    assert "NV1 (tháng 10/2026): – · NV1 (tháng 11/2026): –" in broadcast.mai.texts()[-1]


async def test_the_reminders_to_come_name_each_period(office: Office):
    broadcast = await issued(office)
    await comes(office, date(2026, 10, 19))
    number = (await broadcast.directive()).number
    (shown,) = await broadcast.mai.says(f"/lich {number}")
    assert "NV1 (tháng 10/2026) quá hạn 01 ngày làm việc" in shown
    assert "NV1 (tháng 11/2026) còn 03 ngày làm việc" in shown
    await broadcast.mai.presses("1. ")
    assert "NV1 (Tháng 10/2026 – Việc 1)" in broadcast.mai.texts()[-1]


async def test_what_waits_names_its_period(office: Office):
    broadcast = await issued(office)
    await comes(office, date(2026, 10, 19))
    chat = await office.chat_of(broadcast.readers[0])
    (work,) = await office.rows(Assignment, period="2026-11")
    async with office.rt.write() as session:
        session.add(
            Reminder(
                assignment_id=work.id, chat_id=chat.id, step="before-5",
                deadline_at=work.deadline_at, queued_at=office.clock.at,
                hold_until=office.clock.at + timedelta(hours=1),
            )
        )  # fmt: skip
    (shown,) = await broadcast.mai.says(f"/lich {(await broadcast.directive()).number}")
    assert "NV1 (tháng 11/2026) – 1 đơn vị" in shown
    assert say("agenda.held") in shown


async def test_the_office_is_told_which_period_is_late(office: Office):
    broadcast = await issued(office)
    await comes(office, date(2026, 10, 19))
    await comes(office, date(2026, 10, 29))
    await office.reminds()
    told = broadcast.mai.texts()[-1]
    assert "NV1 (tháng 10/2026): quá hạn từ 17:00 16/10/2026" in told
    assert "tháng 11/2026" not in told


async def test_the_list_to_be_called_from_names_each_period(office: Office):
    broadcast = await issued(office)
    await comes(office, date(2026, 10, 19))
    await block(office, broadcast.readers[0])
    directive = await broadcast.directive()
    aim = Aim(AimKind.DIRECTIVE, directive.id)
    missing = [f"Nội dung 1: Tháng {month}/2026 – Việc 1" for month in (10, 11)]
    for is_paper in (0, 1):
        await broadcast.mai.presses_data(Callback(Press.CALL_SHEET, (*aim.numbers, is_paper)))
        if is_paper:
            (page,) = pypdfium2.PdfDocument(newest_file(office, broadcast.mai))
            paper = " ".join(page.get_textpage().get_text_range().split())
            assert all(words in paper for words in missing)
        else:
            _, *rows = rows_of(office, broadcast.mai)
            assert [row[5] for row in rows if row[5] != say("call.unconfirmed")] == missing
