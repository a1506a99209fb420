"""Composing a directive in the chat: letters taken and refused, every field, preview, sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.actions import drafts as draft_actions
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.states import DraftState, StaffRole
from bot.storage.tables import (
    Addressee,
    Dialogue,
    Directive,
    Draft,
    DraftGroup,
    DraftTask,
    Event,
    Update,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING
from tests.handlers.conftest import Office, Phone, Popup
from tests.handlers.test_rights import NOTHING, PRESSED
from tests.letters.docx_files import docx, p, text_box
from tests.letters.seed import seed_docx

LETTER = (Path(__file__).parents[1] / "fixtures" / "letter-seed.txt").read_text()
SHORT_LETTER = (
    "Số: 15/STTTT-TTBCXB\nKính gửi: Các cơ quan báo chí.\n\nĐề nghị các đơn vị:\n"
    "1. Đăng tin, bài tuyên truyền.\n2. Báo cáo kết quả thực hiện."
)
say = texts("vi")


def issuing(draft: Draft, press: Press = Press.DRAFT_ISSUE) -> Callback:
    """The button under the preview of the draft as it stands."""
    return Callback(press, (draft.id, draft_actions.state_id(draft)))


async def draft_of(office: Office, mai: Phone, *, units: int = 1, **values: Any) -> Draft:
    """A draft to so many units, the first of which has a contact; its card is in the chat."""
    async with office.rt.write() as session:
        group = await factories.create_group(session)
        found = [await factories.create_unit(session, groups=[group]) for _ in range(units)]
        reader = await factories.create_contact(session, found[0])
        author = await factories.create_somebody(session, telegram_id=mai.user_id)
        draft = await factories.create_draft(session, author, groups=[group], **values)
        await draft_actions.show(session, draft, now=office.rt.now())
    office.phone(reader)
    await office.works()
    return draft


async def the(office: Office, draft: Draft) -> Draft:
    """The draft as it is now."""
    row: Draft = await office.row(Draft, id=draft.id)
    return row


# --- letters -------------------------------------------------------------------------------------


async def test_a_pasted_letter_becomes_a_draft_that_says_what_is_missing(office: Office):
    mai = await office.staff()
    await office.unit("Báo Yên Bái", "Các cơ quan báo chí địa phương")
    (card,) = await mai.says(LETTER)
    assert "Số: chưa có/STTTT-TTBCXB" in card
    assert "Ngày: chưa có (tháng 01/2023)" in card
    assert "Còn thiếu: số, ngày, thời hạn." in card
    draft = await office.row(Draft)
    assert (draft.state, draft.number, draft.issued_on) == (DraftState.OPEN, None, None)


async def test_of_a_pasted_letter_that_telegram_may_have_cut_staff_are_warned(office: Office):
    mai = await office.staff()
    told = say("letter.may_be_cut")
    assert told not in await mai.says(LETTER)
    more = "Các cơ quan, đơn vị tổ chức tuyên truyền về kết quả đạt được. " * 100
    assert told in await mai.says((LETTER + more)[:4090])


async def test_a_letter_as_a_file_becomes_a_draft_and_the_file_is_sent_on_by_its_id(office: Office):
    mai = await office.staff()
    (card,) = await mai.sends_file(SHORT_LETTER.encode("utf-16"))
    assert "Số: 15/STTTT-TTBCXB" in card
    draft = await office.row(Draft)
    assert (draft.state, draft.file_name) == (DraftState.OPEN, "cong-van.txt")
    assert draft.file_id


async def test_a_letter_as_a_word_file_becomes_the_same_draft_as_pasted(office: Office):
    mai = await office.staff()
    (pasted,) = await mai.says(LETTER)
    (card,) = await mai.sends_file(seed_docx(), "cong-van.docx")
    # The second also tells at once that the first is there.
    assert card.replace(say("draft.same_drafted", by="Trần Thị Mai") + "\n", "") == pasted
    assert card != pasted


async def test_after_congvan_a_short_text_is_the_letter_too(office: Office):
    mai = await office.staff()
    assert await mai.says(SHORT_LETTER) == [say("unplaced.staff")]
    assert await mai.says("/congvan") == [say("draft.send_letter")]
    (card,) = await mai.says(SHORT_LETTER)
    assert "Nội dung giao (2)" in card
    assert not await office.rows(Dialogue)


WRONG_FILES = [
    (b"PK\x03\x04\x14\x00x", "letter.form_mismatch", {"ending": ".txt", "form": ".zip"}),
    (b"%PDF-1.7", "letter.form_mismatch", {"ending": ".txt", "form": ".pdf"}),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "letter.form_mismatch", {"ending": ".txt", "form": ".jpg"}),
    (b" \r\n\t ", "letter.empty", {}),
    (b"\xef\xbb\xbf", "letter.empty", {}),
    (b"C\xf4ng v\x00\x01\x02\x07n", "letter.not_text", {}),
    (b"a" * (1024 * 1024 + 1), "letter.too_large", {"limit": "1 MiB"}),
    ("Chào các đồng chí.".encode() * 30, "letter.not_a_letter", {}),
]


async def test_files_that_are_no_letter_are_refused_in_one_sentence_each(office: Office):
    mai = await office.staff()
    for content, key, values in WRONG_FILES:
        assert await mai.sends_file(content) == [say(key, **values)]
    drafts = await office.rows(Draft)
    assert {(draft.state, draft.body) for draft in drafts} == {(DraftState.DROPPED, "")}
    assert not await office.rows(DraftTask)


async def test_a_file_that_is_too_big_is_refused_before_it_is_downloaded(office: Office):
    mai = await office.staff()
    answers = await mai.sends_file(b"a" * (20 * 1024 * 1024 + 1))
    assert answers == [say("letter.too_big", most=20)]
    assert not await office.rows(Draft)
    assert "getFile" not in {call["method"] for call in office.sandbox.calls()}


async def test_a_picture_is_no_letter(office: Office):
    mai = await office.staff()
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
        "789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    assert await mai.sends_file(png, "anh.png", as_photo=True) == [say("unplaced.staff")]
    assert not await office.rows(Draft)


async def test_a_long_text_that_is_no_letter_leaves_no_draft(office: Office):
    mai = await office.staff()
    assert await mai.says("Chiều nay họp giao ban. " * 20) == [say("letter.not_a_letter")]
    (draft,) = await office.rows(Draft)
    assert (draft.state, draft.body) == (DraftState.DROPPED, "")


async def test_of_a_letter_with_a_secrecy_mark_nothing_is_kept_anywhere(office: Office):
    mai = await office.staff()
    await mai.says("/tiendo")
    for mark in ("MẬT", "TỐI MẬT", "TUYỆT MẬT"):
        assert await mai.says(f"{mark}\n{LETTER}") == [say("letter.secret")]
    assert not await office.rows(Draft)
    stamped = docx(text_box("TUYỆT MẬT"), *(p(line) for line in LETTER.split("\n")))
    assert await mai.sends_file(stamped, "ke-hoach-a.docx") == [say("letter.secret")]
    (draft,) = await office.rows(Draft)
    assert (draft.state, draft.body, draft.subject) == (DraftState.DROPPED, "", None)
    asked, *secret = [row.body for row in await office.rows(Update)]
    assert "/tiendo" in asked
    assert secret == ["", "", "", ""]
    # What was sent is taken out of the chat too; only the refusals are left there.
    shown = [message.get("text") or message["document"]["file_name"] for message in mai.messages()]
    assert {text for text in shown if "STTTT" in text or "ke-hoach" in text} == set()
    facts = await office.facts()
    assert not facts["draft_tasks"]
    assert not facts["draft_groups"]
    assert not facts["cards"]


async def test_a_letter_that_cannot_be_downloaded_is_told_so(office: Office):
    mai = await office.staff()
    office.sandbox.add_fault("status", method="getFile", status=400, description="Bad Request: no")
    assert await mai.sends_file(SHORT_LETTER.encode()) == [say("letter.not_downloaded")]
    assert (await office.row(Draft)).state is DraftState.DROPPED


async def test_letters_of_people_who_may_not_issue_begin_nothing(office: Office):
    unit = await office.unit()
    viewer, an = await office.staff(StaffRole.VIEWER), await office.contact(unit)
    assert await viewer.sends_file(LETTER.encode()) == [say("unplaced.staff_other")]
    kept = say("unplaced.contact", office="Sở Thông tin và Truyền thông")
    reading = "Đang đọc tệp cong-van.txt…"  # there could be links in it
    assert await an.sends_file(LETTER.encode()) == [reading, kept]
    assert await an.says(LETTER[:3000]) == []  # told once for all that comes together
    assert await office.account().sends_file(LETTER.encode()) == [
        say("start.stranger", office="Sở Thông tin và Truyền thông")
    ]
    assert not await office.rows(Draft)
    assert len(await office.rows(Event, action="unplaced")) == 3


async def test_a_letter_pasted_into_a_units_group_is_not_read_under_its_eyes(office: Office):
    mai = await office.staff()
    group = await office.group(mai, unit=await office.unit())
    await group.says("/trogiup")
    help_message = group.sees("Đồng chí có thể")
    assert await group.says(LETTER[:2000], reply_to=help_message) == [say("unplaced.staff")]
    assert not await office.rows(Draft)


# --- typed fields --------------------------------------------------------------------------------

FIELDS = {
    "number": (
        ("Số văn bản",),
        DialogueKind.DRAFT_NUMBER,
        {"/STTTT", "1" * 21, "số mười hai"},
        ("7/STTTT-BC", say("draft.number_taken", number="07")),
    ),
    "date": (
        ("Ngày văn bản",),
        DialogueKind.DRAFT_DATE,
        {"hôm nào đó", "31/02/2026", "12"},
        ("06/01/2026", say("draft.date_taken", day="06/01/2026")),
    ),
    "subject": (
        ("Sửa trích yếu",),
        DialogueKind.DRAFT_SUBJECT,
        {"V/", "V/v: a", "x" * 1001},
        ("  V/v phòng,\n chống rét ", say("draft.subject_taken")),
    ),
    "deadline": (
        ("Thời hạn", "Tất cả nội dung", "Nhập ngày, giờ"),
        DialogueKind.DRAFT_DEADLINE,
        {"sớm nhất có thể", "17h 01/10/2026", "thứ hai 16/10/2026"},
        ("17h 16/10/2026", "Đã ghi thời hạn 17h00, thứ Sáu, ngày 16/10/2026 (giờ GMT+07:00)."),
    ),
}


@pytest.mark.parametrize("field", FIELDS)
async def test_bad_input_gets_one_sentence_and_the_question_stays_open(office: Office, field: str):
    buttons, kind, wrong, (good, taken) = FIELDS[field]
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=2, deadline_at=None)
    for label in buttons:
        assert not (await mai.presses(label)).alert
    before = await office.facts()
    for text in sorted(wrong):
        (sentence,) = await mai.says(text)
        assert sentence.startswith(("Số văn", "Trích yếu", "Chưa hiểu", "Không có", "Thứ", "Thời"))
        assert await office.facts() == before
    assert (await office.row(Dialogue)).kind is kind
    assert await mai.says(good) == [taken]
    assert not await office.rows(Dialogue)
    assert await office.facts() != before
    assert (await the(office, draft)).state is DraftState.OPEN


async def test_what_was_typed_stands_in_the_draft_and_on_its_card(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, number=None, issued_on=None, subject=None)
    for label, text in (
        ("Số văn bản", "7"),
        ("Ngày văn bản", "06/10/2026"),
        ("Sửa trích yếu", "V/v <tuyên truyền> & cổ động"),
    ):
        await mai.presses(label)
        await mai.says(text)
    row = await the(office, draft)
    assert (row.number, row.symbol) == ("07", "STTTT-TTBCXB")
    assert (row.issued_on, row.subject) == (date(2026, 10, 6), "<tuyên truyền> & cổ động")
    card = mai.sees("Dự thảo chỉ đạo")["text"]
    assert "Số: 07/STTTT-TTBCXB" in card
    assert "Trích yếu: <tuyên truyền> & cổ động" in card
    assert "Đã đủ thông tin" in card
    assert sum("Dự thảo chỉ đạo" in text for text in mai.texts()) == 1


async def test_the_date_of_today_is_one_tap_in_the_offices_zone(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, issued_on=None)
    office.clock.at = office.clock.at.replace(hour=18)  # 01:00 of the next day in the office
    await mai.presses("Ngày văn bản")
    await mai.presses("Hôm nay")
    assert (await the(office, draft)).issued_on == date(2026, 10, 7)
    assert not await office.rows(Dialogue)


async def test_an_unanswered_question_is_forgotten_after_a_day_or_with_huy(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, number=None)
    await mai.presses("Số văn bản")
    assert await mai.says("/huy") == [say("dialogue.left")]
    assert await mai.says("/huy") == [say("dialogue.none")]
    assert await mai.says("12") == [say("unplaced.staff")]
    await mai.presses("Số văn bản")
    office.clock.at += timedelta(hours=24)
    assert await mai.says("12") == [say("unplaced.staff")]
    assert (await the(office, draft)).number is None


async def test_a_new_question_takes_the_place_of_the_old_one(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, number=None)
    await mai.presses("Số văn bản")
    await mai.presses("Sửa trích yếu")
    await mai.says("15/STTTT-TTBCXB về việc khác")
    row = await the(office, draft)
    assert (row.number, row.subject) == (None, "15/STTTT-TTBCXB về việc khác")


async def test_who_may_no_longer_issue_cannot_answer_the_question_either(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, number=None)
    await mai.presses("Số văn bản")
    async with office.rt.write() as session:
        await factories.people.ensure_staff(
            session, person_id=draft.author_id, role=StaffRole.VIEWER, now=factories.NOON
        )
    assert await mai.says("12") == [say("unplaced.staff_other")]
    assert (await the(office, draft)).number is None


# --- groups and deadlines by buttons -------------------------------------------------------------


async def test_groups_are_ticked_and_unticked_and_others_offered(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    await office.unit("Đài PTTH", "Các đài truyền thanh")
    await mai.presses("Nơi nhận")
    await mai.presses("☑ Các cơ quan báo chí (1)")
    await mai.presses("☐ Các đài truyền thanh (1)")
    chosen = [line.chosen for line in await office.rows(DraftGroup, draft_id=draft.id)]
    assert chosen == [False, True]
    card = mai.sees("Dự thảo chỉ đạo")["text"]
    assert "☑ Các đài truyền thanh (1 đơn vị)" in card
    await mai.presses("☑ Các đài truyền thanh (1)")
    assert "Còn thiếu: nơi nhận." in mai.sees("Dự thảo chỉ đạo")["text"]
    popup = await mai.presses_data(issuing(draft))
    assert popup.text == say("draft.missing_groups")


async def test_a_line_without_a_group_cannot_be_ticked(office: Office):
    mai = await office.staff()
    await mai.says("/congvan")
    await mai.says(SHORT_LETTER)
    (line,) = await office.rows(DraftGroup)
    assert (line.group_id, line.chosen) == (None, False)
    popup = await mai.presses_data(Callback(Press.DRAFT_GROUP, (line.id, 1)))
    assert (popup.text, popup.alert) == (say("draft.line_without_group"), True)
    assert not (await office.row(DraftGroup)).chosen


async def test_deadlines_by_button_for_all_tasks_and_for_one(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=2, deadline_at=None)
    await mai.presses("Thời hạn")
    await mai.presses("Tất cả nội dung")
    await mai.presses("5 ngày làm việc (13/10)")
    await mai.presses("Thời hạn")
    await mai.presses("NV2 ✓")
    await mai.presses("Thường xuyên")
    first, second = await office.rows(DraftTask, draft_id=draft.id)
    # Noon of a Tuesday and five working days: 17:00 of the next Tuesday.
    assert first.deadline_at == factories.NOON.replace(day=13, hour=10)
    assert (second.deadline_at, second.continuous) == (None, True)
    assert "Đã đủ thông tin" in mai.sees("Dự thảo chỉ đạo")["text"]


async def test_a_deadline_nobody_offered_changes_nothing(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    other = await draft_of(office, mai)
    (foreign, *_) = await office.rows(DraftTask, draft_id=other.id)
    before = await office.facts()
    for ids in ((draft.id, 0, 4), (draft.id, foreign.id, 3), (draft.id, 0, 100)):
        assert (await mai.presses_data(Callback(Press.DRAFT_DEADLINE, ids))).alert
    assert await office.facts() == before


# --- preview and sending -------------------------------------------------------------------------


async def test_the_preview_is_the_very_card_and_says_what_will_happen(office: Office):
    mai = await office.staff()
    await draft_of(office, mai, units=2)
    await mai.presses("Xem trước và gửi")
    card, check = mai.texts()[-2:]
    assert "Sẽ gửi: 1 nhóm, 2 đơn vị, 1 người, 0 nhóm Telegram." in check
    assert "Chưa liên lạc được 1 đơn vị: Báo Yên Bái" in check
    assert "Lịch nhắc việc" in check
    await mai.presses("Gửi 2 đơn vị")
    (sent, *_) = [
        message["text"]
        for chat in office.sandbox.world.persons
        if chat != mai.user_id
        for message in office.sandbox.messages(chat)
    ]
    assert sent == card
    office.clock.at += timedelta(seconds=3)  # the progress message moves no faster
    await office.works()
    assert "Đã gửi xong: 1/1" in mai.texts()[-1]


async def test_a_directive_of_many_tasks_is_previewed_with_its_lists(office: Office):
    mai = await office.staff()
    await draft_of(office, mai, units=1, tasks=60)
    before = mai.last_id()
    await mai.presses("Xem trước và gửi")
    *shown, check = mai.texts(after=before)
    assert len(shown) > 2
    assert "Nội dung cần thực hiện 1–" in shown[0]
    assert "Sẽ gửi: 1 nhóm, 1 đơn vị" in check
    await mai.presses("Gửi 1 đơn vị")
    (an,) = [chat for chat in office.sandbox.world.persons if chat != mai.user_id]
    sent = [message["text"] for message in office.sandbox.messages(an)]
    assert sent == shown
    office.clock.at += timedelta(seconds=3)
    await office.works()
    assert "Đã gửi xong: 1/1" in mai.texts()[-1]


async def test_what_is_missing_is_named_and_nothing_is_sent(office: Office):
    mai = await office.staff()
    without_deadline = await draft_of(office, mai, deadline_at=None)
    without_subject = await draft_of(office, mai, subject=None)
    without_tasks = await draft_of(office, mai, tasks=0)
    for draft, key in (
        (without_deadline, "draft.missing_deadlines"),
        (without_subject, "draft.missing_subject"),
        (without_tasks, "draft.missing_tasks"),
    ):
        popup = await mai.presses_data(issuing(draft))
        assert (popup.text, popup.alert) == (say(key), True)
    await mai.presses_data(Callback(Press.DRAFT_PREVIEW, (without_deadline.id,)))
    assert say("draft.missing_deadlines") in mai.texts()[-1]
    assert not await office.rows(Directive)


async def test_a_deadline_that_passed_while_the_draft_waited_is_refused(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    office.clock.at = FRIDAY_EVENING
    popup = await mai.presses_data(issuing(draft))
    assert (popup.text, popup.alert) == (say("deadline.past"), True)
    assert not await office.rows(Directive)


async def test_issuing_is_done_once_however_often_it_is_pressed(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    press = issuing(draft)
    assert (await mai.presses_data(press)).text == say("issue.started")
    before = await office.facts()
    popup = await mai.presses_data(press)
    assert (popup.text, popup.alert) == (say("draft.already_issued"), True)
    assert await office.facts() == before
    assert say("draft.now_issued") in mai.texts()


async def test_two_presses_at_the_same_moment_issue_once(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    data = issuing(draft).encode()
    queries = [office.press_arrives(mai, data) for _ in range(2)]
    await office.works()
    popups = [office.popup(query_id).text for query_id in queries]
    assert popups == [say("issue.started"), say("draft.already_issued")]
    assert len(await office.rows(Directive)) == 1


async def test_the_same_letter_is_not_issued_twice(office: Office):
    mai = await office.staff()
    first, second = await draft_of(office, mai), await draft_of(office, mai)
    await mai.presses_data(issuing(first))
    popup = await mai.presses_data(issuing(second))
    assert (popup.text, popup.alert) == (say("draft.issued_before"), True)
    assert len(await office.rows(Directive)) == 1
    assert (await the(office, second)).state is DraftState.OPEN


async def test_without_a_number_it_goes_only_by_the_button_that_says_so(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, number=None)
    await mai.presses("Xem trước và gửi")
    popup = await mai.presses_data(issuing(draft))
    assert (popup.text, popup.alert) == (say("draft.missing_number"), True)
    assert not await office.rows(Directive)
    assert say("check.unnumbered") in mai.texts()[-1]
    await mai.presses("Gửi, chưa cấp số (1 đơn vị)")
    assert (await office.row(Directive)).number is None
    again = await draft_of(office, mai, number=None)
    popup = await mai.presses_data(issuing(again, Press.DRAFT_ISSUE_UNNUMBERED))
    assert popup.text == say("draft.issued_before")


async def test_a_large_send_needs_the_number_of_units_typed(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, units=20)
    await mai.presses("Xem trước và gửi")
    await mai.presses("Gửi 20 đơn vị")
    assert mai.texts()[-1] == say("issue.type_count", count=20)
    before = await office.facts()
    for wrong in ("2", "có", "20 đơn vị"):
        assert await mai.says(wrong) == [say("issue.wrong_count", count=20)]
    assert await office.facts() == before
    await mai.says(" 20 ")
    assert len(await office.rows(Addressee)) == 20
    assert not await office.rows(Dialogue)
    assert (await the(office, draft)).state is DraftState.ISSUED


async def test_a_large_send_left_with_huy_is_not_sent(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, units=20)
    await mai.presses_data(issuing(draft))
    await mai.says("/huy")
    assert await mai.says("20") == [say("unplaced.staff")]
    assert not await office.rows(Directive)


# --- drafts that are gone, and other people's ----------------------------------------------------

DRAFT_PRESSES = [press for press in Press if press.name.startswith("DRAFT_")]


@pytest.mark.parametrize("gone", [Press.DRAFT_DROP, Press.DRAFT_ISSUE])
async def test_the_old_buttons_of_a_draft_that_is_gone_do_nothing(office: Office, gone: Press):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    (task, *_) = await office.rows(DraftTask)
    (line,) = await office.rows(DraftGroup)
    state_id = draft_actions.state_id(draft)
    pressed = (draft.id,) if gone is Press.DRAFT_DROP else (draft.id, state_id)
    await mai.presses_data(Callback(gone, pressed))
    before, shown = await office.facts(), mai.last_id()
    its = replace(
        NOTHING,
        draft=draft.id,
        draft_state=state_id,
        draft_task=task.id,
        draft_group=line.id,
    )
    queries = [
        office.press_arrives(mai, Callback(press, PRESSED[press](its)).encode())
        for press in DRAFT_PRESSES
    ]
    await office.works()
    key = "draft.dropped" if gone is Press.DRAFT_DROP else "draft.already_issued"
    assert {office.popup(query_id).text for query_id in queries} == {say(key)}
    assert await office.facts() == before
    assert mai.texts(after=shown) == []
    card = mai.sees(say("draft.now_dropped" if gone is Press.DRAFT_DROP else "draft.now_issued"))
    assert "reply_markup" not in card


async def test_a_typed_answer_for_a_draft_that_was_dropped_meanwhile_changes_nothing(
    office: Office,
):
    mai = await office.staff()
    draft = await draft_of(office, mai, number=None)
    await mai.presses("Số văn bản")
    await mai.presses("Khác…")
    await mai.presses("Bỏ dự thảo")
    await mai.presses("Bỏ hẳn")
    assert await mai.says("12") == [say("draft.dropped")]
    assert (await the(office, draft)).number is None


async def test_in_the_offices_group_another_sender_goes_on_and_a_viewer_cannot(office: Office):
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    lan = await office.staff(StaffRole.VIEWER, name="Đỗ Thị Lan")
    group = await office.group(mai, hai, lan, staff=True)
    await group.says("/congvan")
    await group.says(SHORT_LETTER, reply_to=group.sees(say("draft.send_letter")))
    draft = await office.row(Draft)
    hais, lans = office.in_group(hai, group), office.in_group(lan, group)
    assert (await lans.presses("Khác…")).text == say("refused.not_yours")
    await hais.presses("Số văn bản")
    await hais.says("16", reply_to=group.sees("nhập số văn bản"))
    row = await the(office, draft)
    assert (row.state, row.number) == (DraftState.OPEN, "16")
    # The question was Hải's: what Mai writes does not answer it.
    await hais.presses("Số văn bản")
    await group.says("17", reply_to=group.sees("nhập số văn bản"))
    assert (await the(office, draft)).number == "16"


async def test_what_was_changed_after_the_preview_is_not_sent_by_its_button(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    previewed = issuing(draft)
    office.clock.at += timedelta(minutes=1)
    await mai.presses_data(Callback(Press.DRAFT_DATE_TODAY, (draft.id,)))
    before = await office.facts()
    popup = await mai.presses_data(previewed)
    assert popup == Popup(say("draft.changed_since_preview"), alert=True)
    assert await office.facts() == before
