"""A draft's tasks on its card: what they say, their order, the letter's own deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.actions import draft_tasks
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.states import Part
from bot.storage.tables import (
    Assignment,
    Dialogue,
    Directive,
    Draft,
    DraftTask,
    DraftTaskPart,
    Task,
)
from bot.texts import texts
from scheduler.calendar import WorkingCalendar
from tests import factories
from tests.handlers.conftest import Office
from tests.handlers.test_composing import SHORT_LETTER, draft_of

say = texts("vi")
CARD = "Dự thảo chỉ đạo"


async def tasks_of(office: Office, draft: Draft) -> list[DraftTask]:
    """Its tasks in order."""
    rows = await office.rows(DraftTask, draft_id=draft.id)
    return sorted(rows, key=lambda task: task.position)


# --- what a task says ----------------------------------------------------------------------------


async def test_everything_of_a_task_can_be_changed_and_is_what_units_get(office: Office):
    mai = await office.staff()
    await draft_of(office, mai, tasks=2)
    await mai.presses("Nhiệm vụ")
    await mai.presses("2. Việc 2")
    await mai.presses("Sửa nội dung")
    assert await mai.says("Đăng ít nhất 03 tin, bài về hội nghị") == [say("task.text_taken")]
    await mai.presses("Sửa tên ngắn")
    assert await mai.says("  Tin, bài   hội nghị ") == [say("task.title_taken")]
    await mai.presses("3")
    page = mai.sees("Nhiệm vụ 2/2")
    assert "Tên ngắn: Tin, bài hội nghị" in page["text"]
    assert "Đăng ít nhất 03 tin, bài về hội nghị" in page["text"]
    assert "ít nhất 03 tin, bài" in page["text"]
    await mai.presses("‹ Quay lại")
    await mai.presses("‹ Quay lại")
    await mai.presses("Xem trước và gửi")
    await mai.presses("Gửi 1 đơn vị")
    task = await office.row(Task, position=2)
    assert (task.text, task.short_title, task.expected_articles) == (
        "Đăng ít nhất 03 tin, bài về hội nghị",
        "Tin, bài hội nghị",
        3,
    )
    (an,) = [chat for chat in office.sandbox.world.persons if chat != mai.user_id]
    (card,) = [message["text"] for message in office.sandbox.messages(an)]
    assert "2. Tin, bài hội nghị\n    Hạn: 17h00, thứ Sáu, ngày 16/10/2026 · ít nhất 03" in card
    assert sum(CARD in text for text in mai.texts()) == 0


async def test_articles_that_are_not_needed_or_typed_count_on_the_card_and_in_tiendo(
    office: Office,
):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=1)
    await mai.presses("Nhiệm vụ")
    await mai.presses("1. Việc 1")
    await mai.presses("0")
    assert "không yêu cầu tin, bài" in mai.sees("Nhiệm vụ 1/1")["text"]
    await mai.presses("Số khác…")
    await mai.says("05")
    assert (await tasks_of(office, draft))[0].expected_articles == 5
    await mai.presses("‹ Quay lại")
    await mai.presses("‹ Quay lại")
    await mai.presses("Xem trước và gửi")
    await mai.presses("Gửi 1 đơn vị")
    (an,) = [chat for chat in office.sandbox.world.persons if chat != mai.user_id]
    office.sandbox.say(an, "https://baoyenbai.com.vn/1/1/bai.aspx")
    await office.works()
    (card, *_) = [message["text"] for message in office.sandbox.messages(an)]
    assert "đã gửi 1/5 tin, bài" in card
    (state,) = await mai.says("/tiendo")
    assert "NV1: 1/5" in state


TYPED = {
    "text": ("Sửa nội dung", DialogueKind.TASK_TEXT, {"ab", "  a  "}, "Việc khác"),
    "title": ("Sửa tên ngắn", DialogueKind.TASK_TITLE, {"ab", "x" * 121}, "Việc khác"),
    "expected": ("Số khác…", DialogueKind.TASK_EXPECTED, {"ba", "-1", "1000", "1,5"}, "12"),
}


@pytest.mark.parametrize("field", TYPED)
async def test_bad_words_for_a_task_get_one_sentence_and_the_question_stays(
    office: Office, field: str
):
    button, kind, wrong, good = TYPED[field]
    mai = await office.staff()
    await draft_of(office, mai, tasks=1)
    await mai.presses("Nhiệm vụ")
    await mai.presses("1. Việc 1")
    await mai.presses(button)
    before = await office.facts()
    for text in sorted(wrong):
        (sentence,) = await mai.says(text)
        assert "Đề nghị nhập lại, hoặc /huy" in sentence
        assert await office.facts() == before
    assert (await office.row(Dialogue)).kind is kind
    await mai.says(good)
    assert not await office.rows(Dialogue)
    assert await office.facts() != before


async def test_a_letter_without_tasks_is_issued_after_one_was_added(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=0)
    await mai.presses("Nhiệm vụ")
    await mai.presses("+ Thêm nhiệm vụ")
    assert await mai.says("Báo cáo kết quả thực hiện") == [say("task.added", position=1)]
    await mai.presses("Thời hạn")
    await mai.presses("5 ngày làm việc")
    await mai.presses("‹ Quay lại")
    await mai.presses("Xem trước và gửi")
    await mai.presses("Gửi 1 đơn vị")
    assert (await office.row(Directive)).draft_id == draft.id
    assert (await office.row(Task)).text == "Báo cáo kết quả thực hiện"
    assert len(await office.rows(Assignment)) == 1


async def test_a_long_text_is_turned_page_by_page_on_the_card(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=1)
    (task,) = await tasks_of(office, draft)
    words = " ".join(f"từ{number}" for number in range(500))
    async with office.rt.write() as session:
        (await session.get_one(DraftTask, task.id)).text = words
    await mai.presses("Nhiệm vụ")
    await mai.presses("1. Việc 1")
    shown = [mai.sees("Nhiệm vụ 1/1")["text"]]
    while any(label == "›" for label in mai.buttons()):
        await mai.presses("›")
        shown.append(mai.sees("Nhiệm vụ 1/1")["text"])
    assert len(shown) == 2
    told = " ".join(word for text in shown for word in text.split() if word.startswith("từ"))
    assert told == words


async def test_a_suggested_title_follows_the_text_and_a_typed_one_stays(office: Office):
    async with office.rt.write() as session:
        author = await factories.create_staff(session)
        draft = await factories.create_draft(session, author, tasks=1)
        now = factories.NOON
        task = await draft_tasks.add(session, draft.id, "Báo cáo tháng.", now=now)
        await draft_tasks.set_text(session, draft.id, task.id, "Báo cáo quý.", now=now)
        assert task.short_title == "Báo cáo quý"
        await draft_tasks.set_title(session, draft.id, task.id, "Báo cáo Q", now=now)
        await draft_tasks.set_text(session, draft.id, task.id, "Báo cáo năm.", now=now)
        assert task.short_title == "Báo cáo Q"


# --- their order ---------------------------------------------------------------------------------


async def test_tasks_are_moved_and_removed_with_their_parts_and_stay_numbered(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=3)
    first, second, third = await tasks_of(office, draft)
    unit = await office.unit("Đài PTTH")
    async with office.rt.write() as session:
        for task in (second, third):
            session.add(DraftTaskPart(draft_task_id=task.id, unit_id=unit.id, part=Part.COOPERATE))
    await mai.presses("Nhiệm vụ")
    await mai.presses("3. Việc 3")
    await mai.presses("↑ Lên")
    await mai.presses("↑ Lên")
    assert "Nhiệm vụ 1/3" in mai.sees("Nhiệm vụ ")["text"]
    assert not any(label.startswith("↑") for label in mai.buttons())
    moved = [(task.position, task.id) for task in await tasks_of(office, draft)]
    assert moved == [(1, third.id), (2, first.id), (3, second.id)]
    await mai.presses("Xóa nhiệm vụ")
    await mai.presses("‹ Quay lại")
    assert len(await tasks_of(office, draft)) == 3
    await mai.presses("Xóa nhiệm vụ")
    await mai.presses("Xóa hẳn nhiệm vụ")
    left = [(task.position, task.id) for task in await tasks_of(office, draft)]
    assert left == [(1, first.id), (2, second.id)]
    (part,) = await office.rows(DraftTaskPart)
    assert part.draft_task_id == second.id
    assert "1. Việc 1" in mai.sees(CARD)["text"]


async def test_another_drafts_task_is_not_changed_through_ones_own(office: Office):
    mai = await office.staff()
    draft, other = await draft_of(office, mai), await draft_of(office, mai)
    foreign = (await tasks_of(office, other))[0].id
    before = await office.facts()
    for press, rest in (
        (Press.DRAFT_TASK_PAGE, (1,)),
        (Press.DRAFT_TASK_EDIT, (0,)),
        (Press.DRAFT_TASK_EXPECTED, (2,)),
        (Press.DRAFT_TASK_EVERY, ()),
        (Press.DRAFT_TASK_EVERY_SET, (0, 0)),
        (Press.DRAFT_TASK_MOVE, (2,)),
        (Press.DRAFT_TASK_REMOVE_ASK, ()),
        (Press.DRAFT_TASK_REMOVE, ()),
        (Press.DRAFT_DEADLINE_FOUND, (1_790_000_000,)),
    ):
        popup = await mai.presses_data(Callback(press, (draft.id, foreign, *rest)))
        assert (popup.text, popup.alert) == (say("task.unknown"), True)
    own = (await tasks_of(office, draft))[0].id
    for press, rest in (
        (Press.DRAFT_TASK_EDIT, (3,)),
        (Press.DRAFT_TASK_EXPECTED, (1000,)),
        (Press.DRAFT_TASK_EVERY_SET, (4, 70)),
        (Press.DRAFT_TASK_EVERY_SET, (1, 70)),
        (Press.DRAFT_TASK_MOVE, (3,)),
        (Press.DRAFT_TASK_MOVE, (0,)),
        (Press.DRAFT_DEADLINE_FOUND, (10**17,)),
        (Press.DRAFT_DEADLINE_FOUND, (1_790_000_000,)),
    ):
        assert (await mai.presses_data(Callback(press, (draft.id, own, *rest)))).alert
    assert await office.facts() == before


# --- the letter's own deadlines ------------------------------------------------------------------

LETTER = (
    "Số: 15/STTTT-TTBCXB\nYên Bái, ngày 05 tháng 10 năm 2026\nV/v tuyên truyền\n\n"
    "Kính gửi: Các cơ quan báo chí.\n\nĐề nghị các đơn vị:\n"
    "1. Đăng tối thiểu 03 tin, bài tuyên truyền trước ngày 20/10/2026.\n"
    "2. Gửi dự thảo trước ngày 12/10/2026, bản chính thức chậm nhất ngày 30/10/2026.\n"
    "3. Báo cáo kết quả trong thời hạn 05 ngày làm việc kể từ ngày nhận được công văn.\n"
    "4. Duy trì chuyên mục.\n\n"
    "Đề nghị các đơn vị báo cáo kết quả trước ngày 28/10/2026./."
)


async def test_nothing_the_letter_says_of_deadlines_holds_until_somebody_takes_it(office: Office):
    mai = await office.staff()
    await mai.says("/congvan")
    (card,) = await mai.says(LETTER)
    draft = await office.row(Draft)
    assert [task.deadline_at for task in await tasks_of(office, draft)] == [None] * 4
    assert (await tasks_of(office, draft))[0].expected_articles == 3
    assert 'ghi "trước ngày 20/10/2026" → 17h00, thứ Hai, ngày 19/10/2026' in card
    assert card.count("Công văn ghi") == 4
    await mai.presses("Xem trước và gửi")
    assert mai.texts()[-2].count(say("draft.no_deadline_yet")) == 4
    assert "Thường xuyên" not in mai.texts()[-2]
    await mai.presses("‹ Sửa dự thảo")
    await mai.presses("Thời hạn")
    popup = await mai.presses("Nhận tất cả theo công văn (2)")
    assert popup.text == say("draft.found_taken", count=2)
    assert [task.deadline_at for task in await tasks_of(office, draft)] == [
        datetime(2026, 10, 19, 10, tzinfo=UTC),
        None,  # two of them: somebody must say which
        datetime(2026, 10, 13, 10, tzinfo=UTC),  # as if it came today, on a Tuesday
        None,
    ]
    assert not any("Nhận tất cả" in label for label in mai.buttons())
    await mai.presses("NV2")
    await mai.presses("Theo công văn: chậm nhất ngày 30/10/2026 → 17:00 30/10")
    second = (await tasks_of(office, draft))[1]
    assert second.deadline_at == datetime(2026, 10, 30, 10, tzinfo=UTC)
    await mai.presses("Tất cả nội dung")
    assert mai.sees(CARD)["text"].count('ghi "trước ngày 28/10/2026"') == 1
    await mai.presses("Theo công văn: trước ngày 28/10/2026 → 17:00 27/10")
    assert {task.deadline_at for task in await tasks_of(office, draft)} == {
        datetime(2026, 10, 27, 10, tzinfo=UTC)
    }


async def test_a_deadline_is_taken_only_while_the_letter_says_it(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=1, deadline_at=None)
    (task,) = await tasks_of(office, draft)
    async with office.rt.write() as session:
        await draft_tasks.set_text(
            session, draft.id, task.id, "Báo cáo trước 20/10/2026", now=office.rt.now()
        )
    moment = datetime(2026, 10, 19, 10, tzinfo=UTC)
    taken = Callback(Press.DRAFT_DEADLINE_FOUND, (draft.id, task.id, int(moment.timestamp())))
    office.clock.at = moment  # it has come meanwhile
    popup = await mai.presses_data(taken)
    assert (popup.text, popup.alert) == (say("deadline.not_in_letter"), True)
    assert (await tasks_of(office, draft))[0].deadline_at is None
    office.clock.at = factories.NOON
    assert not (await mai.presses_data(taken)).alert
    assert (await tasks_of(office, draft))[0].deadline_at == moment


def test_of_a_letter_longer_than_any_is_only_the_beginning_read():
    calendar = WorkingCalendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    draft = Draft(issued_on=date(2026, 10, 5), body="")
    said = "Báo cáo trước ngày 20/10/2026."
    tasks = [DraftTask(id=number, text=said + " x" * 7_000) for number in range(3)]
    found = draft_tasks.found_by_task(draft, tasks, calendar=calendar, now=factories.NOON)
    assert list(found) == [0]
    behind = "x " * draft_tasks.MOST_READ + said
    assert not draft_tasks.found_deadlines(draft, behind, calendar=calendar, now=factories.NOON)


# --- other fields --------------------------------------------------------------------------------


async def test_urgency_and_issuer_are_changed_and_the_whole_letter_is_shown(office: Office):
    mai = await office.staff()
    await mai.says("/congvan")
    await mai.says(SHORT_LETTER)
    await mai.presses("Độ khẩn")
    await mai.presses("THƯỢNG KHẨN")
    await mai.presses("Khác…")
    await mai.presses("Cơ quan ban hành")
    assert await mai.says("ab") == [say("draft.issuer_unusable", longest=300)]
    assert await mai.says("UBND tỉnh  Yên Bái") == [say("draft.issuer_taken")]
    draft = await office.row(Draft)
    assert (draft.urgency, draft.issuer) == ("very_urgent", "UBND tỉnh Yên Bái")
    assert "THƯỢNG KHẨN" in mai.sees(CARD)["text"]
    await mai.presses("Độ khẩn")
    await mai.presses("Không khẩn")
    assert (await office.row(Draft)).urgency is None
    await mai.presses("Khác…")
    await mai.presses("Xem toàn văn")
    assert mai.texts()[-1] == SHORT_LETTER


async def test_a_draft_is_dropped_only_when_that_is_meant(office: Office):
    mai = await office.staff()
    await draft_of(office, mai)
    await mai.presses("Khác…")
    await mai.presses("Bỏ dự thảo")
    assert say("draft.ask_drop") in mai.sees(CARD)["text"]
    await mai.presses("‹ Quay lại")
    assert say("draft.ask_drop") not in mai.sees(CARD)["text"]
    await mai.presses("Khác…")
    await mai.presses("Bỏ dự thảo")
    await mai.presses("Bỏ hẳn")
    assert mai.sees(say("draft.now_dropped"))
