"""/duthao: going on with drafts anywhere; templates, directives like others, what recurs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.states import DraftState, Every, Part, StaffRole
from bot.storage import templates
from bot.storage.tables import (
    Attachment,
    Dialogue,
    Directive,
    Draft,
    DraftGroup,
    DraftPerson,
    DraftTask,
    DraftTaskPart,
    DraftUnit,
    Recurrence,
    Staff,
)
from bot.texts import texts
from scheduler.jobs import make_recurring_drafts
from tests import factories
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_composing import draft_of, issuing, the

say = texts("vi")
CARD = "Dự thảo chỉ đạo"


def cards(phone: Phone) -> list[dict[str, Any]]:
    """The messages in the chat that show a draft with its buttons."""
    return [
        message
        for message in phone.messages()
        if CARD in message.get("text", "") and "reply_markup" in message
    ]


# --- going on ------------------------------------------------------------------------------------


async def test_the_list_shows_what_is_theirs_newest_first_and_page_by_page(office: Office):
    mai = await office.staff()
    assert await mai.says("/duthao") == [
        f"{say('drafts.title', count=0)}\n\n{say('drafts.none')}\n\n"
        "Giờ GMT+07:00 · cập nhật 12:00 06/10/2026"
    ]
    drafts = [await draft_of(office, mai, number=str(number)) for number in range(10, 20)]
    async with office.rt.write() as session:
        for minutes, draft in enumerate(drafts):
            row = await session.get_one(Draft, draft.id)
            row.updated_at = factories.NOON + timedelta(minutes=minutes)
        (await session.get_one(Draft, drafts[3].id)).state = DraftState.SUBMITTED
        (await session.get_one(Draft, drafts[4].id)).state = DraftState.DROPPED
        (await session.get_one(Draft, drafts[5].id)).subject = None
    (shown,) = await mai.says("/duthao")
    assert say("drafts.title", count=9) in shown
    assert [line[:5] for line in shown.split("\n") if line[1:3] == ". "][:3] == [
        "1. 19",
        "2. 18",
        "3. 17",
    ]
    assert "chờ duyệt · Trần Thị Mai · sửa lúc 12:03 06/10/2026" in shown
    assert "9. " not in shown
    await mai.presses("›")
    assert "9. 10/STTTT-TTBCXB · V/v tuyên truyền" in mai.sees("Dự thảo đang soạn")["text"]


async def test_somebody_limited_sees_and_opens_their_own_drafts_only(office: Office):
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    draft = await draft_of(office, mai, number="77")
    own = await draft_of(office, hai, number="88")
    async with office.rt.write() as session:
        somebody = await factories.create_somebody(session, telegram_id=hai.user_id)
        await factories.limit(session, somebody, await factories.create_group(session))
    (shown,) = await hai.says("/duthao")
    assert "88/STTTT" in shown
    assert "77/STTTT" not in shown
    popup = await hai.presses_data(Callback(Press.DRAFT_OPEN, (draft.id,)))
    assert popup.text == say("refused.out_of_scope")
    assert not (await hai.presses_data(Callback(Press.DRAFT_OPEN, (own.id,)))).alert


async def test_a_draft_opened_again_here_is_one_card_at_the_end_of_the_chat(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, number=None)
    (old,) = cards(mai)
    await mai.presses("Số văn bản")
    await mai.says("12")
    await mai.says("/huy")
    await mai.says("/duthao")
    opened = Callback(Press.DRAFT_OPEN, (draft.id,)).encode()
    for _ in range(2):  # Telegram may bring a press twice
        office.press_arrives(mai, opened, mai.last_id())
    await office.works()
    (card,) = cards(mai)
    assert card["message_id"] == mai.last_id()
    assert card["message_id"] != old["message_id"]
    assert "Số: 12/STTTT-TTBCXB" in card["text"]
    await mai.presses("Ngày văn bản")
    await mai.says("07/10/2026")
    (card,) = cards(mai)
    assert "Ngày: 07/10/2026" in card["text"]


async def test_two_people_go_on_in_two_chats_and_both_see_every_change(office: Office):
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    draft = await draft_of(office, mai, number=None, deadline_at=None)
    await hai.says("/duthao")
    await hai.presses("1. ")
    await mai.presses("Nhiệm vụ")
    await mai.presses("1. Việc 1")
    await hai.presses("Số văn bản")
    await hai.says("15")
    # Mai's card stays where she is, and knows the number when she goes back.
    assert "Nhiệm vụ 1/2" in mai.sees("Nhiệm vụ 1/2")["text"]
    await mai.presses("2")
    (theirs,) = cards(hai)
    assert "Số: 15/STTTT-TTBCXB" in theirs["text"]
    assert "ít nhất 02 tin, bài" in theirs["text"]
    await mai.presses("‹ Quay lại")
    (hers,) = cards(mai)
    assert "Số: 15/STTTT-TTBCXB" in hers["text"]
    await hai.presses("Sửa trích yếu")
    await hai.says("V/v của Hải")
    await mai.presses("‹ Quay lại")
    await mai.presses("Sửa trích yếu")
    await mai.says("V/v của Mai")
    assert (await the(office, draft)).subject == "của Mai"
    assert all("Trích yếu: của Mai" in cards(phone)[0]["text"] for phone in (mai, hai))
    await hai.presses("Khác…")
    await hai.presses("Bỏ dự thảo")
    await hai.presses("Bỏ hẳn")
    assert all(phone.sees(say("draft.now_dropped")) for phone in (mai, hai))
    assert say("draft.dropped_by", name="Đặng Minh Hải", draft="15") in mai.texts()
    assert not cards(hai)


async def test_a_deadline_being_chosen_for_a_task_that_is_gone_is_not_chosen_for_all(
    office: Office,
):
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    draft = await draft_of(office, mai, deadline_at=None)
    await hai.says("/duthao")
    await hai.presses("1. ")
    await hai.presses("Thời hạn")
    await hai.presses("NV2")
    assert "Thời hạn của nhiệm vụ 2:" in cards(hai)[0]["text"]
    shown = hai.find_button("3 ngày làm việc")
    await mai.presses("Nhiệm vụ")
    await mai.presses("2. ")
    await mai.presses("Xóa nhiệm vụ")
    await mai.presses("Xóa hẳn")
    assert not any("3 ngày làm việc" in label for label in hai.buttons())
    popup = await hai.presses_data(shown[1]["callback_data"], shown[0]["message_id"])
    assert popup.text == say("task.unknown")
    (left,) = await draft_rows(office, DraftTask, draft)
    assert left.deadline_at is None


async def test_who_is_of_the_office_no_more_sees_nothing_of_what_others_change(office: Office):
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    await draft_of(office, mai, number=None)
    await hai.says("/duthao")
    await hai.presses("1. ")
    async with office.rt.write() as session:
        somebody = await factories.create_somebody(session, telegram_id=hai.user_id)
        await session.execute(
            update(Staff)
            .where(Staff.person_id == somebody.person.id)
            .values(removed_at=factories.NOON)
        )
    await mai.presses("Số văn bản")
    await mai.says("15")
    assert "Số: 15" in cards(mai)[0]["text"]
    assert "Số: 15" not in cards(hai)[0]["text"]


# --- templates -----------------------------------------------------------------------------------


async def whole_draft(office: Office, mai: Phone, **values: Any) -> Draft:
    """A draft with everything that can be copied: six working days, none, and one that is due."""
    draft = await draft_of(office, mai, tasks=3, **values)
    unit = await office.unit("Đài PTTH")
    an = await office.contact(unit)
    async with office.rt.write() as session:
        person = await factories.create_somebody(session, telegram_id=an.user_id)
        first, second, third = await draft_rows(office, DraftTask, draft)
        row = await session.get_one(Draft, draft.id)
        row.file_id, row.urgency, row.subject = "file", "urgent", "Báo cáo công tác {kỳ}"
        first = await session.get_one(DraftTask, first.id)
        first.deadline_at = datetime(2026, 10, 14, 10, tzinfo=UTC)
        first.expected_articles, first.text = 4, "Viết 04 bài"
        (await session.get_one(DraftTask, second.id)).deadline_at = None
        third = await session.get_one(DraftTask, third.id)
        third.deadline_at, third.continuous = None, True
        session.add_all(
            [
                DraftUnit(draft_id=draft.id, unit_id=unit.id, excluded=True),
                DraftPerson(draft_id=draft.id, unit_id=unit.id, person_id=person.person.id),
                DraftTaskPart(draft_task_id=first.id, unit_id=unit.id, part=Part.WATCH),
                Attachment(
                    draft_id=draft.id,
                    position=1,
                    file_id="abc",
                    file_unique_id="a",
                    file_name="ban-ky.pdf",
                ),
            ]
        )
    return await the(office, draft)


async def draft_rows(office: Office, table: type[Any], draft: Draft) -> list[Any]:
    """A draft's rows of a table."""
    return await office.rows(table, draft_id=draft.id)


async def save_as_template(office: Office, mai: Phone, name: str = "Báo cáo tháng") -> Draft:
    """The draft whose card is in the chat, kept as a template."""
    await mai.presses("Khác…")
    await mai.presses("Lưu thành mẫu")
    assert await mai.says(name) == [say("template.saved", name=name)]
    template: Draft = await office.row(Draft, state=DraftState.TEMPLATE, name=name)
    return template


async def copied(office: Office, draft: Draft) -> dict[str, Any]:
    """What of a draft is copied, without ids."""
    tasks = sorted(await draft_rows(office, DraftTask, draft), key=lambda task: task.position)
    return {
        "draft": (draft.issuer, draft.symbol, draft.urgency),
        "tasks": [
            (task.position, task.text, task.short_title, task.expected_articles) for task in tasks
        ],
        "parts": [
            (part.unit_id, part.group_id, part.part)
            for task in tasks
            for part in await office.rows(DraftTaskPart, draft_task_id=task.id)
        ],
        "groups": [
            (line.position, line.line, line.group_id, line.chosen, line.excluded)
            for line in await draft_rows(office, DraftGroup, draft)
        ],
        "units": [(u.unit_id, u.excluded) for u in await draft_rows(office, DraftUnit, draft)],
        "people": [
            (each.unit_id, each.person_id) for each in await draft_rows(office, DraftPerson, draft)
        ],
        "files": [
            (file.position, file.file_id, file.file_name, file.is_picture)
            for file in await draft_rows(office, Attachment, draft)
        ],
    }


async def deadlines(office: Office, draft: Draft) -> list[Any]:
    """When its tasks are due; whether surely never."""
    tasks = sorted(await draft_rows(office, DraftTask, draft), key=lambda task: task.position)
    return [(task.deadline_at, task.continuous) for task in tasks]


async def test_a_template_gives_drafts_with_deadlines_of_their_own_day(office: Office):
    mai = await office.staff()
    draft = await whole_draft(office, mai)
    template = await save_as_template(office, mai)
    assert await copied(office, template) == await copied(office, draft)
    days = [task.working_days for task in await draft_rows(office, DraftTask, template)]
    assert days == [6, None, None]
    office.clock.at = datetime(2026, 11, 10, 5, tzinfo=UTC)  # a Tuesday
    await mai.says("/duthao")
    await mai.presses("Mẫu, lặp lại")
    await mai.presses("1. Báo cáo tháng")
    shown = mai.sees("Báo cáo công tác")["text"]
    assert "6 ngày làm việc kể từ ngày soạn" in shown
    button = mai.find_button("Dùng mẫu")
    for _ in range(2):  # the same press, brought twice
        await mai.presses_data(button[1]["callback_data"], button[0]["message_id"])
    made = await office.row(Draft, state=DraftState.OPEN, name="Báo cáo tháng")
    assert await copied(office, made) == await copied(office, draft)
    assert await deadlines(office, made) == [
        (datetime(2026, 11, 18, 10, tzinfo=UTC), False),
        (None, False),
        (None, True),
    ]
    assert (made.number, made.issued_on, made.issued_month, made.file_id) == (None,) * 4
    # It has no letter: its full text is what it asks for.
    await mai.presses("Khác…")
    await mai.presses("Xem toàn văn")
    assert mai.texts()[-1].split("\n\n")[:2] == ["Báo cáo công tác tháng 11/2026", "1. Viết 04 bài"]


async def test_a_template_needs_a_name_of_its_own(office: Office):
    mai = await office.staff()
    await draft_of(office, mai)
    await save_as_template(office, mai)
    await mai.presses("Lưu thành mẫu")
    before = await office.facts()
    assert await mai.says("ab") == [say("template.name_unusable", longest=200)]
    assert await mai.says("Báo cáo tháng") == [say("template.name_taken", name="Báo cáo tháng")]
    assert await office.facts() == before
    assert await office.row(Dialogue)


async def test_a_template_that_is_deleted_recurs_no_more_and_its_drafts_stay(office: Office):
    mai = await office.staff()
    await draft_of(office, mai)
    template = await save_as_template(office, mai)
    await mai.presses("Mở mẫu")
    await mai.presses("Lặp lại định kỳ")
    await mai.presses("Hằng tuần")
    await mai.presses("thứ Hai")
    await mai.presses("Dùng mẫu")
    await mai.presses("Xóa mẫu")
    await mai.presses("Xóa hẳn mẫu")
    assert (await the(office, template)).state is DraftState.DROPPED
    assert not await office.rows(Recurrence)
    assert len(await office.rows(Draft, state=DraftState.OPEN)) == 2
    for press in (Press.TEMPLATE, Press.TEMPLATE_USE, Press.RECURRENCE):
        popup = await mai.presses_data(Callback(press, (template.id,)))
        assert popup.text == say("template.unknown")


# --- directives like others ----------------------------------------------------------------------


async def test_a_directive_like_one_that_was_issued_lacks_number_day_and_deadlines(
    office: Office,
):
    mai = await office.staff()
    draft = await whole_draft(office, mai)
    async with office.rt.write() as session:
        row = await session.get_one(Draft, draft.id)
        row.subject = "V/v đợt một"
        await session.execute(
            update(DraftTask)
            .where(DraftTask.draft_id == draft.id, DraftTask.deadline_at.is_(None))
            .values(continuous=True)
        )
    await mai.presses_data(issuing(await the(office, draft)))
    directive = await office.row(Directive)
    await mai.says("/tiendo")
    await mai.presses("Soạn chỉ đạo tương tự")
    await mai.presses("Soạn chỉ đạo tương tự")
    made = await office.row(Draft, state=DraftState.OPEN)
    assert await copied(office, made) == await copied(office, draft)
    assert (made.subject, made.number, made.issued_on) == ("V/v đợt một", None, None)
    assert [due for due, _ in await deadlines(office, made)] == [None] * 3
    (card,) = cards(mai)
    assert "Còn thiếu: số, ngày, thời hạn." in card["text"]
    assert directive.draft_id == draft.id


async def test_somebody_limited_clones_only_what_of_the_audience_is_theirs(office: Office):
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    draft = await draft_of(office, mai)
    other = await office.unit("Đài PTTH", "Các đài")
    async with office.rt.write() as session:
        groups = [line.group_id for line in await draft_rows(office, DraftGroup, draft)]
        unit_group = await session.get_one(factories.Group, groups[0])
        session.add(DraftUnit(draft_id=draft.id, unit_id=other.id))
        radio = await factories.create_group(session, name="Khác")
        session.add(DraftGroup(draft_id=draft.id, position=9, group_id=radio.id, chosen=True))
        somebody = await factories.create_somebody(session, telegram_id=hai.user_id)
        await factories.limit(session, somebody, unit_group)
    await mai.presses_data(issuing(await the(office, draft)))
    directive = await office.row(Directive)
    await hai.presses_data(Callback(Press.DIRECTIVE_CLONE, (directive.id,)))
    made = await office.row(Draft, state=DraftState.OPEN)
    assert [line.group_id for line in await draft_rows(office, DraftGroup, made)] == groups
    assert await draft_rows(office, DraftUnit, made) == []


async def test_a_viewer_is_not_offered_to_compose(office: Office):
    unit = await office.unit()
    lan = await office.staff(StaffRole.VIEWER)
    await office.issued(unit)
    await lan.says("/tiendo")
    assert "Soạn chỉ đạo tương tự" not in lan.buttons()


# --- recurring -----------------------------------------------------------------------------------


async def recurring(office: Office, mai: Phone) -> Draft:
    """A template whose drafts are made on the 15th of every month."""
    await whole_draft(office, mai)
    template = await save_as_template(office, mai)
    await mai.presses("Mở mẫu")
    await mai.presses("Lặp lại định kỳ")
    await mai.presses("Hằng tháng")
    await mai.presses("15")
    return template


async def makes(office: Office) -> int:
    """Let the schedule make what is due; how often it found something."""
    count = 0
    while await make_recurring_drafts(office.rt):
        count += 1
    await office.works()
    return count


async def test_a_template_recurs_on_its_day_with_its_period_and_deadlines(office: Office):
    mai = await office.staff()
    template = await recurring(office, mai)
    shown = mai.sees("Lặp lại hằng tháng")["text"]
    assert "Lặp lại hằng tháng vào ngày 15, lần tới 07:30 15/10/2026" in shown
    office.clock.at = datetime(2026, 10, 15, 0, 29, 59, tzinfo=UTC)
    assert await makes(office) == 0
    office.clock.at += timedelta(seconds=1)
    before = mai.last_id()
    assert await makes(office) == 1
    made = await office.row(Draft, state=DraftState.OPEN, name="Báo cáo tháng")
    assert made.subject == "Báo cáo công tác tháng 10/2026"
    assert (await deadlines(office, made))[0][0] == datetime(2026, 10, 23, 10, tzinfo=UTC)
    told, card = mai.texts(after=before)
    assert "dự thảo từ mẫu" in told
    assert "Lần tới 07:30 16/11/2026" in told  # the 15th is a Sunday
    assert "Trích yếu: Báo cáo công tác tháng 10/2026" in card
    assert (await the(office, template)).subject == "Báo cáo công tác {kỳ}"
    row = await office.row(Recurrence)
    assert (row.every, row.day) == (Every.MONTH, 15)
    assert await makes(office) == 0


async def test_after_a_long_outage_one_draft_is_made_at_no_time_of_quiet(office: Office):
    mai = await office.staff()
    await recurring(office, mai)
    office.clock.at = datetime(2027, 5, 2, 3, tzinfo=UTC)  # a Sunday
    assert await makes(office) == 0
    office.clock.at = datetime(2027, 5, 4, 3, tzinfo=UTC)
    assert await makes(office) == 1
    (made,) = await office.rows(Draft, state=DraftState.OPEN, name="Báo cáo tháng")
    assert made.subject == "Báo cáo công tác tháng 04/2027"
    assert (await office.row(Recurrence)).next_at == datetime(2027, 5, 17, 0, 30, tzinfo=UTC)


async def test_a_draft_that_is_due_is_made_once_whoever_makes_it(office: Office):
    mai = await office.staff()
    await recurring(office, mai)
    office.clock.at = datetime(2026, 10, 15, 1, tzinfo=UTC)
    async with office.rt.read() as session:
        due = await templates.next_due(session, now=office.rt.now())
    assert due is not None
    assert await makes(office) == 1  # another instance, meanwhile
    async with office.rt.write() as session:
        assert not await templates.move_on(session, due, next_at=due.next_at)
    assert len(await office.rows(Draft, state=DraftState.OPEN, name="Báo cáo tháng")) == 1


async def test_administrators_take_over_when_who_set_it_up_is_gone(office: Office):
    mai, chief = await office.staff(), await office.staff(StaffRole.ADMIN, name="Lê Văn Chí")
    await recurring(office, mai)
    async with office.rt.write() as session:
        somebody = await factories.create_somebody(session, telegram_id=mai.user_id)
        await session.execute(
            update(Staff)
            .where(Staff.person_id == somebody.person.id)
            .values(removed_at=factories.NOON)
        )
    office.clock.at = datetime(2026, 10, 15, 1, tzinfo=UTC)
    before = mai.last_id()
    assert await makes(office) == 1
    assert mai.texts(after=before) == []
    assert "không còn soạn tại cơ quan" in chief.texts()[-1]
    await chief.presses("Mở dự thảo")
    assert "Báo cáo công tác tháng 10/2026" in cards(chief)[0]["text"]


async def test_a_template_can_be_stopped_from_recurring(office: Office):
    mai = await office.staff()
    await recurring(office, mai)
    await mai.presses("Lặp lại định kỳ")
    await mai.presses("Ngừng lặp lại")
    assert say("recurrence.none") in mai.sees("Báo cáo công tác")["text"]
    office.clock.at = datetime(2026, 10, 15, 1, tzinfo=UTC)
    assert await makes(office) == 0
    for ids in ((3, 1), (0, 8), (1, 32), (2, 0)):
        template = await office.row(Draft, state=DraftState.TEMPLATE)
        pressed = Callback(Press.RECURRENCE_SET, (template.id, *ids))
        assert (await mai.presses_data(pressed)).alert
    assert not await office.rows(Recurrence)
