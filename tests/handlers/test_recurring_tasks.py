"""A task whose deadline comes again: as staff choose it, and as its units meet its periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bot.actions import draft_tasks, templates
from bot.actions import policy as policies
from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, Every
from bot.reports.numbers import directive_numbers
from bot.storage.tables import Article, Assignment, Directive, Draft, DraftTask, Task
from bot.texts import texts
from scheduler import jobs
from tests import factories
from tests.handlers.broadcast import Broadcast, drafted
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_composing import draft_of

say = texts("vi")
CARD = "Dự thảo chỉ đạo"
LINK = "https://baoyenbai.com.vn/11/1/bai.aspx"


async def rhythm_of(office: Office, **values: int) -> tuple[Every | None, int | None]:
    task = await office.row(DraftTask, **values)
    return task.every, task.every_day


async def comes(office: Office, day: date, at: time = time(8)) -> None:
    """It is that time in the office, and what is due is done."""
    async with office.rt.read() as session:
        calendar = (await policies.load(session, office.rt.config)).calendar
    office.clock.at = calendar.at(day, at)
    while await jobs.open_periods(office.rt):
        pass
    await office.works()


async def issued(office: Office, *, units: int = 1) -> Broadcast:
    """A directive whose only task recurs every month, as staff chose it."""
    broadcast = await drafted(office, units=units)
    mai = broadcast.mai
    await mai.presses("Nhiệm vụ")
    await mai.presses("1. Việc 1")
    await mai.presses("Định kỳ")
    await mai.presses("Hằng tháng vào ngày 16")
    await mai.presses("‹ Quay lại")
    await mai.presses("‹ Quay lại")
    await mai.presses("Xem trước và gửi")
    await mai.presses(f"Gửi {units} đơn vị")
    await office.works()
    return broadcast


# --- composing -----------------------------------------------------------------------------------


async def test_a_rhythm_is_chosen_for_the_deadline_and_follows_it(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=1)
    await mai.presses("Nhiệm vụ")
    await mai.presses("1. Việc 1")
    await mai.presses("Định kỳ")
    assert say("draft.ask_every") in mai.sees("Nhiệm vụ 1/1")["text"]
    assert mai.buttons()[-5:-1] == [
        "Hằng tuần vào thứ Sáu",
        "Hằng tháng vào ngày 16",
        "Hằng quý vào ngày 16 của tháng đầu quý",
        "Không định kỳ",
    ]
    await mai.presses("Hằng tháng vào ngày 16")
    assert "định kỳ hằng tháng vào ngày 16" in mai.sees("Nhiệm vụ 1/1")["text"]
    await mai.presses("Thời hạn")
    await mai.presses("Nhập ngày, giờ")
    await mai.says("17h 20/10/2026")
    assert await rhythm_of(office, draft_id=draft.id) == (Every.MONTH, 20)
    assert "định kỳ hằng tháng vào ngày 20" in mai.sees(CARD)["text"]
    # What was offered for the old deadline is not taken for the new one.
    (task,) = await office.rows(DraftTask, draft_id=draft.id)
    stale = Callback(Press.DRAFT_TASK_EVERY_SET, (draft.id, task.id, 2, 16 + 62))
    assert (await mai.presses_data(stale)).text == say("rhythm.not_offered")
    await mai.presses_data(Callback(Press.DRAFT_TASK_EVERY_SET, (draft.id, task.id, 0, 0)))
    assert await rhythm_of(office, draft_id=draft.id) == (None, None)


@pytest.mark.parametrize(
    ("words", "deadline", "rhythm"),
    [
        ("trước ngày 20 hằng tháng", (2026, 10, 19, 10), (Every.MONTH, 19)),
        ("chậm nhất ngày 20 hằng tháng", (2026, 10, 20, 10), (Every.MONTH, 20)),
        ("trước 15h00 thứ Năm hằng tuần", (2026, 10, 8, 8), (Every.WEEK, 4)),
        ("trước ngày 25 của tháng cuối quý", (2026, 12, 24, 10), (Every.QUARTER, 24)),
        ("trước ngày 01 hằng tháng", (2026, 10, 30, 10), (Every.MONTH, 31)),
        ("chậm nhất ngày 10 tháng đầu của quý sau", (2026, 10, 10, 10), (Every.QUARTER, -52)),
    ],
)
async def test_the_letters_own_rhythm_is_taken_with_its_deadline(
    office: Office, words: str, deadline: tuple[int, ...], rhythm: tuple[Every, int]
):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=1, deadline_at=None)
    (task,) = await office.rows(DraftTask, draft_id=draft.id)
    moment = datetime(*deadline, tzinfo=UTC)
    async with office.rt.write() as session:
        text = f"Báo cáo kết quả {words}."
        await draft_tasks.set_text(session, draft.id, task.id, text, now=office.rt.now())
        policy = await policies.load(session, office.rt.config)
        taken = await draft_tasks.take_all_found(
            session, draft.id, calendar=policy.calendar, now=office.rt.now()
        )
    assert [each.deadline_at for each in taken] == [moment]
    assert await rhythm_of(office, draft_id=draft.id) == rhythm


async def test_a_typed_rhythm_is_understood(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=1)
    await mai.presses("Thời hạn")
    await mai.presses("NV1")
    await mai.presses("Nhập ngày, giờ")
    await mai.says("chậm nhất ngày 5 hằng tháng")
    task = await office.row(DraftTask, draft_id=draft.id)
    assert task.deadline_at == datetime(2026, 11, 5, 10, tzinfo=UTC)  # the next one ahead
    assert (task.every, task.every_day) == (Every.MONTH, 5)


async def test_what_is_made_from_it_recurs_too(office: Office):
    broadcast = await issued(office)
    async with office.rt.write() as session:
        mai = await office.chat_of(broadcast.mai)
        directive = await session.get_one(Directive, (await broadcast.directive()).id)
        place = templates.Place(mai.person_id or 0, mai.id)
        actor = await factories.create_staff(session)
        clone = await templates.clone(
            session, directive, place=place, actor=await actor.actor(session), now=office.rt.now()
        )
    assert await rhythm_of(office, draft_id=clone.id) == (Every.MONTH, 16)


# --- its periods ---------------------------------------------------------------------------------


async def test_cards_and_lists_name_the_periods(office: Office):
    broadcast = await issued(office)
    (an,) = broadcast.readers
    assert "1. Tháng 10/2026 – Việc 1" in an.sees("Nội dung cần thực hiện")["text"]
    await comes(office, date(2026, 10, 19))
    card = an.sees("Nội dung cần thực hiện")["text"]
    assert card.index("Tháng 10/2026 – Việc 1") < card.index("Tháng 11/2026 – Việc 1")
    assert "Nội dung cần thực hiện (1)" in card
    (listed,) = await an.says("/viec")
    assert "Tháng 10/2026 – Việc 1" in listed
    assert "Tháng 11/2026 – Việc 1" in listed


async def test_a_card_stays_short_however_many_periods_are_owed(office: Office):
    broadcast = await issued(office)
    (an,) = broadcast.readers
    await comes(office, date(2027, 6, 17))
    card = an.sees("Nội dung cần thực hiện")["text"]
    assert card.count("Việc 1") == 3
    for period in ("10/2026", "11/2026", "07/2027"):
        assert f"Tháng {period} – Việc 1" in card
    assert say("card.periods_left", count=7) in card
    async with office.rt.write() as session:
        for work in await office.rows(Assignment):
            if work.period < "2027-07":
                (await session.get_one(Assignment, work.id)).state = AssignmentState.SUBMITTED
    await an.presses("Đã nhận")
    card = an.sees("Nội dung cần thực hiện")["text"]
    assert card.count("Việc 1") == 1
    assert "Tháng 07/2027 – Việc 1" in card


async def test_links_are_for_the_period_that_is_open_or_asked_about(office: Office):
    broadcast = await issued(office)
    (an,) = broadcast.readers
    await comes(office, date(2026, 10, 19))
    assert await an.says(LINK) == [say("link.choose_task")]
    await an.presses("1. Tháng 10/2026 – Việc 1")
    assert "Nội dung 1 (tháng 10/2026)" in an.texts()[-1]
    (article,) = await office.rows(Article)
    assert (await office.row(Assignment, id=article.assignment_id)).period == "2026-10"
    # October is done: there is nothing to ask.
    (answer,) = await an.says("https://baoyenbai.com.vn/11/2/bai.aspx")
    assert "Nội dung 1 (tháng 11/2026)" in answer


async def test_reminders_name_the_period(office: Office):
    broadcast = await issued(office)
    (an,) = broadcast.readers
    await comes(office, date(2026, 10, 19))
    await comes(office, date(2026, 11, 11))
    await office.reminds()
    assert "Tháng 11/2026 – Việc 1" in reminder_of(an)


def reminder_of(phone: Phone) -> str:
    text: str = phone.sees("Hạn: 17h00, thứ Hai, ngày 16/11/2026")["text"]
    return text


async def test_reports_have_a_column_for_every_period(office: Office):
    broadcast = await issued(office, units=2)
    await comes(office, date(2026, 11, 17))
    directive = await broadcast.directive()
    async with office.rt.read() as session:
        numbers = await directive_numbers(session, directive.id, now=office.rt.now())
    columns = numbers.columns()
    assert [each.period for each in columns] == ["2026-10", "2026-11", "2026-12"]
    assert [each.deadline_at for each in columns] == [
        datetime(2026, month, 16, 10, tzinfo=UTC) for month in (10, 11, 12)
    ]
    assert (numbers.work.open_overdue, numbers.work.open_in_time) == (4, 2)


async def test_a_correction_of_the_deadline_keeps_the_rhythm(office: Office):
    broadcast = await issued(office)
    mai = broadcast.mai
    directive = await broadcast.directive()
    office.clock.at = office.clock.at.replace(minute=30)
    await mai.presses_data(Callback(Press.CORRECT, (directive.id,)))
    await mai.presses("Thời hạn")
    await mai.presses("NV1")
    await mai.presses("Nhập ngày, giờ")
    await mai.says("17h 20/10/2026")
    (correction,) = await office.rows(Draft, corrects_id=directive.id)
    assert await rhythm_of(office, draft_id=correction.id) == (Every.MONTH, 16)
    (task,) = await office.rows(Task)
    assert task.period == "2026-10"


async def test_staff_read_of_which_period_the_count_is(office: Office):
    broadcast = await issued(office, units=2)
    (state,) = await broadcast.mai.says("/tiendo")
    assert "NV1 (tháng 10/2026) gửi đủ 0/2" in state
    await broadcast.readers[0].says(LINK)
    await comes(office, date(2026, 10, 19))
    (state,) = await broadcast.mai.says("/tiendo")
    assert "NV1 (tháng 11/2026) gửi đủ 0/2" in state
