"""Questions: asked by a button, /hoi or a reply; answered, handed over, closed; the way back."""

from __future__ import annotations

import struct
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.actions import personal as personal_actions
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.states import (
    CardKind,
    ContentKind,
    Ending,
    MessageKind,
    OutboxState,
    QuestionState,
    StaffRole,
)
from bot.letters.marks import REFUSAL
from bot.storage import people
from bot.storage.tables import (
    Answer,
    Article,
    Card,
    Contact,
    Dialogue,
    Directive,
    Draft,
    Event,
    OutboxMessage,
    Person,
    Question,
    QuestionMessage,
    Staff,
    Unit,
)
from bot.texts import texts
from scheduler.jobs import remind_of_questions
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import BOT_NAME, Office, Phone

OFFICE = "Sở Thông tin và Truyền thông"
say = texts("vi")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + struct.pack(">II", 40, 30) + b"\0" * 8


async def later(office: Office, **span: float) -> None:
    """Time passes; what waited for it is sent."""
    office.clock.at += timedelta(**(span or {"seconds": 1}))
    await office.works()


async def issued_to(office: Office, *units: Unit, **values: Any) -> Issued:
    """A directive to these units; who issued it is of the office no more, so not on duty."""
    issued = await office.issued(*units, **values)
    async with office.rt.write() as session:
        await session.execute(
            update(Staff)
            .where(Staff.person_id == issued.directive.issued_by)
            .values(removed_at=factories.NOON)
        )
    return issued


async def asked(
    office: Office, words: str = "Nộp bản giấy được không?"
) -> tuple[Unit, Phone, Phone]:
    """A unit's contact has replied to the card with a question; Mai is on duty."""
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff(StaffRole.REVIEWER)
    await issued_to(office, unit)
    await an.says(words, reply_to=an.sees("Đề nghị"))
    return unit, an, mai


async def who(office: Office, phone: Phone) -> int:
    """The person with this phone, by our id."""
    person: Person = await office.row(Person, telegram_id=phone.user_id)
    return person.id


def replied_to(message: dict[str, Any]) -> int:
    """Which message it is a reply to."""
    return int(message["reply_to_message"]["message_id"])


def shown(phone: Phone) -> str:
    """The newest card of a question in the office."""
    text: str = phone.sees("Câu hỏi của")["text"]
    return text


# --- asking and answering ------------------------------------------------------------------------


async def test_a_reply_to_a_card_is_a_question_and_the_answer_returns_below_the_card(
    office: Office,
):
    _, an, mai = await asked(office)
    card = an.sees("Nội dung cần thực hiện")
    assert "Đã chuyển câu hỏi tới" in an.texts()[-1]
    told = shown(mai)
    for part in ("Báo Yên Bái", "Nguyễn Văn An", "Nộp bản giấy được không?", "V/v tuyên truyền"):
        assert part in told
    assert "Chờ trả lời từ 12:00 06/10/2026" in told
    (sent,) = await mai.says("Được, gửi qua bưu điện.", reply_to=mai.sees("Câu hỏi của"))
    assert sent == say("question.sent")
    answer = an.sees("Được, gửi qua bưu điện")
    assert replied_to(answer) == card["message_id"]
    assert "Nộp bản giấy được không?" in answer["text"]
    assert "Người trả lời: Trần Thị Mai, 12:00 06/10/2026" in answer["text"]
    assert "✓ Đã trả lời – Trần Thị Mai, 12:00 06/10/2026" in shown(mai)
    assert (await office.row(Question)).state is QuestionState.ANSWERED
    assert [event.action for event in await office.rows(Event, object_kind="question")] == [
        "question_asked",
        "question_answered",
    ]


@pytest.mark.parametrize("in_group", [False, True])
async def test_a_reply_to_a_card_is_asked_also_while_a_reason_is_awaited(
    office: Office, in_group: bool
):
    unit = await office.unit()
    an = await office.contact(unit)
    if in_group:
        an = await office.group(an, unit=unit)
    await issued_to(office, unit)
    card = an.sees("Nội dung cần thực hiện")
    for label in ("Khác…", "Không thực hiện được", say("button.cannot_all")):
        await an.presses(label)
    await an.says("Nộp bản giấy được không?", reply_to=card)
    assert (await office.row(QuestionMessage)).text == "Nộp bản giấy được không?"
    assert not await office.rows(Answer)
    await an.says("Không có chuyên mục", reply_to=an.sees("Vì sao"))
    assert (await office.row(Answer)).reason == "Không có chuyên mục"
    assert len(await office.rows(QuestionMessage)) == 1


async def test_the_button_asks_about_a_task_and_takes_a_question_with_a_link(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit)
    addressee = issued.addressees[0].id
    await an.presses_data(Callback(Press.QUESTION_ASK, (addressee,)))
    assert an.texts()[-1] == say("question.about", unit="Báo Yên Bái")
    await an.presses("2. Việc 2")
    await an.says("Bài https://baoyenbai.com.vn/1/1/bai.aspx này có được tính không?")
    assert not await office.rows(Article)
    question = await office.row(Question)
    assert question.assignment_id == issued.assignments[0][1].id
    assert "Việc 2" in shown(mai)
    assert "Hạn: 17h00, thứ Sáu, ngày 16/10/2026" in shown(mai)
    # A mere link is no question, also while one is awaited.
    await an.presses_data(Callback(Press.QUESTION_ABOUT, (addressee, 0)))
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    assert len(await office.rows(Question)) == 1
    assert (await office.row(Dialogue)).kind is DialogueKind.QUESTION


async def test_a_question_behind_hoi_is_asked_at_once(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    received = say("question.received", office=OFFICE)
    assert await an.says("/hoi Bao giờ có văn bản mới?") == [received]
    only = await office.issued(unit)
    group = await office.group(an, unit=unit)
    assert await group.says(f"/hoi@{BOT_NAME}\nCó cần ảnh không?") == [received]
    second = await office.issued(unit)
    assert await an.says("/hoi Hạn nào trước?") == [received]
    card = an.sees(f"số {second.directive.number}/")
    assert await an.says("/hoi Ai ký?", reply_to=card) == [received]
    asked = [(row.addressee_id, row.unit_id) for row in await office.rows(Question)]
    addressees = (None, only.addressees[0].id, None, second.addressees[0].id)
    assert asked == [(each, unit.id) for each in addressees]
    texts_asked = [row.text for row in await office.rows(QuestionMessage)]
    assert texts_asked == [
        "Bao giờ có văn bản mới?",
        "Có cần ảnh không?",
        "Hạn nào trước?",
        "Ai ký?",
    ]


async def test_behind_hoi_too_nothing_secret_is_taken_and_of_several_units_one_is_chosen(
    office: Office,
):
    an = await office.contact(await office.unit(), await office.unit("Đài Phát thanh tỉnh"))
    assert await an.says("/hoi TUYỆT MẬT\nNgày nào họp?") == [say(REFUSAL)]
    (choose,) = await an.says("/hoi Ngày nào họp?")
    assert choose == say("question.about_what")
    assert not await office.rows(Question)


async def test_hoi_asks_about_one_of_the_open_directives_or_about_none(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    for number in range(9):
        await issued_to(office, unit, tasks=1, subject=f"V/v việc {number}")
    (choose,) = await an.says("/hoi")
    assert choose == say("question.about_what")
    labels = [button for button in an.buttons() if "V/v việc" in button]
    assert len(labels) == 8
    await an.presses(say("button.next"))
    assert next(each for each in an.buttons() if "V/v việc" in each).endswith("V/v việc 0")
    await an.presses("Không về văn bản nào")
    await an.says("Cơ quan nghỉ tết từ ngày nào?")
    question = await office.row(Question)
    assert (question.unit_id, question.addressee_id) == (unit.id, None)
    assert say("question.about_nothing") in shown(mai)
    own = an.sees("Đã chuyển câu hỏi")
    await mai.says("Từ 28 tháng Chạp.", reply_to=mai.sees("Câu hỏi của"))
    answer = an.sees("Từ 28 tháng Chạp")
    assert replied_to(answer) == replied_to(own)  # there is no card to answer below


async def test_what_is_no_text_is_copied_below_on_both_sides(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit)
    await an.presses_data(Callback(Press.QUESTION_ABOUT, (issued.addressees[0].id, 0)))
    await an.sends_file(PNG, as_photo=True)
    await later(office)
    assert "[ảnh]" in shown(mai)
    copy = mai.messages()[-1]
    assert "photo" in copy
    assert replied_to(copy) == mai.sees("Câu hỏi của")["message_id"]
    assert (await office.row(QuestionMessage)).file_kind is ContentKind.PHOTO
    # A file of staff is the answer here, no letter; so it is as a reply to the copy.
    await mai.presses("Trả lời")
    await mai.sends_file(b"Noi dung", "tra-loi.txt")
    await later(office)
    assert not await office.rows(Draft, chat_id=(await office.chat_of(mai)).id)
    assert "Kèm tệp ở tin bên dưới" in an.texts()[-2]
    file = an.messages()[-1]
    assert file["document"]["file_name"] == "tra-loi.txt"
    await mai.says("Và gửi bản giấy.", reply_to=copy)
    assert "Và gửi bản giấy." in an.texts()[-1]
    assert len(await office.rows(QuestionMessage, from_office=True)) == 2
    # Whoever sees the whole of it, or is to handle it now, sees what is no text too.
    binh = await office.contact(unit, name="Lê Thị Bình")
    lan = await office.staff(name="Phạm Thu Lan")
    question = await office.row(Question)
    await binh.presses_data(Callback(Press.QUESTION_SHOW, (question.id,)))
    await mai.presses_data(Callback(Press.QUESTION_GIVE_TO, (question.id, await who(office, lan))))
    await later(office)
    for phone in (binh, lan):
        picture, letter = phone.messages()[-2:]
        assert ("photo" in picture, "document" in letter) == (True, True)
    assert replied_to(binh.messages()[-1]) == binh.sees("Trao đổi với")["message_id"]


async def test_a_long_question_and_a_long_answer_lose_no_word(office: Office):
    words = " ".join(f"từ{number}" for number in range(700))
    _, an, mai = await asked(office, words)
    await later(office)
    assert "từ699" not in shown(mai)
    assert mai.messages()[-1]["text"] == words
    long = "\n".join(f"Ý thứ {number}: <b>đề nghị</b> & thực hiện." for number in range(100))
    assert 3500 < len(long) < 4096
    before = an.last_id()
    await mai.says(long, reply_to=mai.sees("Câu hỏi của"))
    first, second = an.texts(after=before)
    assert "Ý thứ 0: <b>đề nghị</b> & thực hiện." in first
    assert "Ý thứ 99: <b>đề nghị</b> & thực hiện." in second
    await an.presses("Xem trao đổi")
    assert "Ý thứ 99" in an.texts()[-1]
    for _ in range(3):
        await an.presses("‹")
    assert "từ0 từ1" in an.texts()[-1]


async def test_an_album_is_one_question(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit)
    await an.presses_data(Callback(Press.QUESTION_ABOUT, (issued.addressees[0].id, 0)))
    shown_before = an.last_id()
    for number in range(3):
        office.sandbox.send_document(an.user_id, PNG, file_name="anh.png", as_photo=True)
        *_, queued = office.sandbox.bot().queue.alive()
        queued.json["message"]["media_group_id"] = "album1"
        await office.works()
        assert len(await office.rows(QuestionMessage)) == number + 1
    await later(office)
    await office.row(Question)
    assert an.texts(after=shown_before) == [
        say("question.received", office="Sở Thông tin và Truyền thông")
    ]
    assert sum("photo" in message for message in mai.messages()) == 3
    assert shown(mai).count("[ảnh]") == 3


async def test_asking_on_opens_the_question_again_and_brings_it_to_the_end(office: Office):
    _, an, mai = await asked(office)
    old = mai.sees("Câu hỏi của")["message_id"]
    await mai.says("Được.", reply_to=mai.sees("Câu hỏi của"))
    await an.says("Gửi tới địa chỉ nào?", reply_to=an.sees("Người trả lời"))
    assert an.texts()[-1] == say("question.added", office="Sở Thông tin và Truyền thông")
    question = await office.row(Question)
    assert question.state is QuestionState.OPEN
    new = mai.sees("Câu hỏi của")
    assert new["message_id"] > old
    for words in ("Nộp bản giấy được không?", "Được.", "Gửi tới địa chỉ nào?", "Chờ trả lời từ"):
        assert words in new["text"]
    assert mai.sees("tiếp tục ở tin mới")["message_id"] == old
    await an.presses("Hỏi thêm")
    await an.says("Và trước ngày nào?")
    assert (await office.row(Question)).id == question.id
    # The message that was the card still stands for the question.
    await mai.says("Số 1 Trần Phú, trước ngày 10.", reply_to={"message_id": old})
    assert "Số 1 Trần Phú" in an.texts()[-1]


async def test_of_two_answers_both_arrive_and_the_second_is_told(office: Office):
    _, an, mai = await asked(office)
    lan = await office.staff(name="Phạm Thu Lan")
    await mai.presses("Trả lời")
    async with office.rt.write() as session:
        question = await session.get(Question, (await office.row(Question)).id)
        await question_bring(session, question, office)
    await office.works()
    await lan.says("Được.", reply_to=lan.sees("Câu hỏi của"))
    assert "✓ Đã trả lời – Phạm Thu Lan" in shown(mai)
    office.clock.at += timedelta(minutes=2)
    told = await mai.says("Không được.")
    zone = "GMT+07:00"
    assert told == [
        say("question.sent_after", name="Phạm Thu Lan", at="12:00 06/10/2026", zone=zone)
    ]
    assert "Được." in an.texts()[-2]
    assert "Không được." in an.texts()[-1]
    assert "✓ Đã trả lời – Trần Thị Mai, 12:02" in shown(lan)
    assert "Được." in shown(lan)


async def question_bring(session: Any, question: Any, office: Office) -> None:
    """As if Lan had been on duty when it was asked."""
    from bot.actions import question_cards

    await question_cards.bring(session, question, now=office.rt.now())


# --- the office among itself ---------------------------------------------------------------------


async def test_a_question_is_taken_on_handed_over_and_closed(office: Office):
    lan = await office.staff(name="Phạm Thu Lan")
    hai = await office.staff(StaffRole.VIEWER, name="Đặng Minh Hải")
    _, an, mai = await asked(office)
    assert (await mai.presses("Nhận xử lý")).text == say("question.taken")
    assert "Đang xử lý: Trần Thị Mai" in shown(lan)
    taken = Callback(Press.QUESTION_TAKE, ((await office.row(Question)).id,))
    assert (await lan.presses_data(taken)).text == say("question.taken_by", name="Trần Thị Mai")
    shown_to_lan = lan.last_id()
    await mai.presses("Chuyển")
    names = [button for button in mai.buttons() if button in ("Phạm Thu Lan", "Đặng Minh Hải")]
    assert names == ["Phạm Thu Lan"]  # who only looks on answers nobody
    assert (await mai.presses("Phạm Thu Lan")).text == say("question.given", name="Phạm Thu Lan")
    told, card = lan.texts(after=shown_to_lan)
    assert told == say("question.given_to_you", name="Trần Thị Mai")
    assert "Đang xử lý: Phạm Thu Lan" in card
    assert hai.texts() == []
    before = an.last_id()
    assert (await lan.presses("Đóng")).text == say("question.closed")
    assert an.texts(after=before) == [say("question.closed_unanswered")]
    assert "Đã đóng" in shown(mai)
    await an.presses("Hỏi thêm")
    await an.says("Vẫn cần biết.")
    assert "Chờ trả lời" in shown(lan)
    assert (await office.row(Question)).closed_at is None


async def test_staff_whose_limits_leave_the_unit_out_neither_see_nor_answer(office: Office):
    unit = await office.unit("Báo Yên Bái", "Báo chí")
    await office.unit("Sở Y tế", "Các sở")
    an, mai = await office.contact(unit), await office.staff()
    lan = await office.staff(name="Phạm Thu Lan")
    async with office.rt.write() as session:
        somebody = await factories.create_somebody(session, telegram_id=lan.user_id)
        other = await factories.create_group(session, name="Các ban")
        await factories.limit(session, somebody, other)
    await issued_to(office, unit)
    await an.says("Nộp ở đâu?", reply_to=an.sees("Đề nghị"))
    assert "Nộp ở đâu?" in shown(mai)
    assert lan.texts() == []
    question = await office.row(Question)
    for press in (Press.QUESTION_SHOW, Press.QUESTION_ANSWER, Press.QUESTION_CLOSE):
        popup = await lan.presses_data(Callback(press, (question.id,)))
        assert popup.text == say("refused.out_of_scope")
    assert (await office.row(Question)).state is QuestionState.OPEN


async def test_the_office_group_answers_in_its_topic_and_others_there_do_not(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    passer_by = office.account()
    group = await office.group(mai, passer_by, staff=True)
    await issued_to(office, unit)
    await an.says("Nộp ở đâu?", reply_to=an.sees("Đề nghị"))
    assert "Nộp ở đâu?" in shown(group)
    assert [text for text in mai.texts() if "Nộp ở đâu?" in text] == []
    theirs = office.in_group(passer_by, group)
    assert await theirs.says("Ở đây.", reply_to=group.sees("Câu hỏi của")) == [
        say("refused.stranger")
    ]
    await group.says("Một lời không trả lời ai.")
    await group.says("Ở văn thư.", reply_to=group.sees("Câu hỏi của"))
    assert "Ở văn thư." in an.texts()[-1]
    assert len(await office.rows(QuestionMessage)) == 2


async def office_forum(office: Office, member: Phone) -> tuple[Phone, int]:
    """The office's group with topics, and the topic where it was linked."""
    member_ids = [member.user_id, office.sandbox.bot().id]
    group = office.sandbox.add_group(
        title="Diễn đàn", type="supergroup", member_ids=member_ids, is_forum=True
    )
    topic_id = office.sandbox.open_topic(group["id"], "Hỏi đáp")
    await office.works()
    async with office.rt.write() as session:
        chat = await people.chat_by_telegram_id(session, group["id"])
        assert chat is not None
        chat.staff_group, chat.topic_id = True, topic_id
    return Phone(office, member.user_id, int(group["id"])), topic_id


async def test_in_a_forum_of_the_office_all_of_it_stays_in_its_topic(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    forum, topic_id = await office_forum(office, mai)
    issued = await issued_to(office, unit)
    await an.presses_data(Callback(Press.QUESTION_ABOUT, (issued.addressees[0].id, 0)))
    await an.sends_file(PNG, as_photo=True)
    await later(office)
    await forum.says("Đã xem.", reply_to=forum.sees("Câu hỏi của"))
    places = [message.get("message_thread_id") for message in forum.messages()[-4:]]
    assert places == [topic_id] * 4
    assert "photo" in forum.messages()[-3]
    assert "Đã xem." in an.texts()[-1]


async def test_a_photo_for_a_topic_that_is_closed_comes_all_the_same(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    forum, topic_id = await office_forum(office, mai)
    issued = await issued_to(office, unit)
    await an.presses_data(Callback(Press.QUESTION_ABOUT, (issued.addressees[0].id, 0)))
    await an.sends_file(PNG, as_photo=True)  # the copy waits for its card
    office.sandbox.close_topic(forum.chat_id, topic_id)
    await later(office)
    (photo,) = [message for message in forum.messages() if "photo" in message]
    assert "message_thread_id" not in photo


# --- whom it reaches -----------------------------------------------------------------------------


async def test_an_answer_to_who_has_left_goes_to_the_units_others(office: Office):
    unit, an, mai = await asked(office)
    binh = await office.contact(unit, name="Lê Thị Bình")
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        await session.execute(
            update(Contact).where(Contact.person_id == person.id).values(ended_at=office.clock.at)
        )
    before = an.last_id()
    told = await mai.says("Được.", reply_to=mai.sees("Câu hỏi của"))
    assert told == [say("question.sent_to_others")]
    assert an.texts(after=before) == []
    assert "Được." in binh.texts()[-1]
    # Who has left asks nothing any more, not even on.
    refused = await an.says("Vậy gửi ở đâu?", reply_to=an.sees("Đã chuyển câu hỏi"))
    assert "không còn là đầu mối của Báo Yên Bái" in refused[0]
    await binh.says("Gửi ở đâu?", reply_to=binh.sees("Được."))
    assert "Lê Thị Bình" in shown(mai)


BLOCKED = {"status": 403, "description": "Forbidden: bot was blocked by the user"}


async def test_an_answer_that_nobody_can_get_is_told_to_staff(office: Office):
    _, an, mai = await asked(office)
    office.sandbox.add_fault("status", method="sendMessage", chat_id=an.chat_id, **BLOCKED)
    before = mai.last_id()
    await mai.says("Được.", reply_to=mai.sees("Câu hỏi của"))
    (message,) = await office.rows(OutboxMessage, kind=MessageKind.QUESTION, card_id=None)
    assert (message.state, message.reason) == (OutboxState.FAILED, "blocked")
    new = mai.sees("Câu hỏi của")
    assert new["message_id"] > before
    assert "Câu trả lời chưa tới được ai" in new["text"]
    assert (await office.row(QuestionMessage, from_office=True)).failed_at == office.clock.at
    # Now that the block is known it is said at once.
    told = await mai.says("Được nhé.", reply_to=new)
    assert told == [say("question.sent_to_nobody")]
    assert len(await office.rows(Event, action="question_undelivered")) == 2


async def test_an_answer_refused_by_one_chat_goes_on_to_the_units_others(office: Office):
    unit, an, mai = await asked(office)
    binh = await office.contact(unit, name="Lê Thị Bình")
    office.sandbox.add_fault("status", method="sendMessage", chat_id=an.chat_id, **BLOCKED)
    await mai.says("Được.", reply_to=mai.sees("Câu hỏi của"))
    assert "Được." in binh.texts()[-1]
    assert (await office.row(QuestionMessage, from_office=True)).failed_at is None
    assert "✓ Đã trả lời" in shown(mai)


async def test_a_units_question_is_its_contacts_and_nobody_elses(office: Office):
    unit, _, mai = await asked(office)
    binh = await office.contact(unit, name="Lê Thị Bình")
    radio = await office.unit("Đài tỉnh")
    hai = await office.contact(radio, name="Đặng Minh Hải")
    await mai.says("Được.", reply_to=mai.sees("Câu hỏi của"))
    question = await office.row(Question)
    await binh.presses_data(Callback(Press.QUESTION_MINE, (question.addressee_id,)))
    assert "Nộp bản giấy được không?" in binh.texts()[-1]
    await binh.presses("Xem 1")
    assert "Được." in binh.texts()[-1]
    assert "Trả lời" not in binh.buttons()
    refused = say("refused.not_your_unit")
    for press in (Press.QUESTION_MINE, Press.QUESTION_SHOW, Press.QUESTION_MORE):
        number = question.addressee_id if press is Press.QUESTION_MINE else question.id
        assert (await hai.presses_data(Callback(press, (number,)))).text == refused
    await hai.says("/hoi")
    await hai.presses("Câu hỏi đã gửi")
    assert hai.texts()[-1] == say("question.none")


async def test_a_mere_link_in_reply_to_an_answer_is_what_was_to_be_sent(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issued_to(office, unit, tasks=1)
    await an.says("Gửi bài ở đâu?", reply_to=an.sees("Đề nghị"))
    await mai.says("Gửi ở đây.", reply_to=mai.sees("Câu hỏi của"))
    answer = an.sees("Gửi ở đây")
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx", reply_to=answer)
    assert "Đã ghi nhận 1 đường dẫn" in an.texts()[-1]
    assert len(await office.rows(QuestionMessage)) == 2
    await an.says(
        "Bài https://baoyenbai.com.vn/1/1/bai.aspx này đã được tính chưa?", reply_to=answer
    )
    assert len(await office.rows(QuestionMessage)) == 3


# --- in the unit's group -------------------------------------------------------------------------


async def test_in_the_units_group_only_replies_to_the_bot_are_questions(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    passer_by = office.account()
    group = await office.group(an, passer_by, unit=unit)
    await issued_to(office, unit)
    card = group.sees("Nội dung cần thực hiện")
    assert await group.says("Chỗ này nghĩa là gì?") == []
    refused = await office.in_group(passer_by, group).says("Là gì?", reply_to=card)
    assert refused == [say("refused.stranger")]
    await group.says("Chỗ này nghĩa là gì?", reply_to=card)
    await mai.says("Nghĩa là nộp.", reply_to=mai.sees("Câu hỏi của"))
    assert replied_to(group.sees("Nghĩa là nộp")) == card["message_id"]
    assert [text for text in an.texts() if "Nghĩa là nộp" in text] == []


async def test_in_a_group_that_became_a_supergroup_old_numbers_mean_nothing(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    group = await office.group(an, unit=unit)
    await issued_to(office, unit)
    await group.says("Nộp ở đâu?", reply_to=group.sees("Nội dung cần thực hiện"))
    moved = Phone(office, an.user_id, office.sandbox.migrate(group.chat_id))
    await office.works()
    await mai.says("Ở văn thư.", reply_to=mai.sees("Câu hỏi của"))
    answer = moved.sees("Ở văn thư.")
    assert replied_to(answer) == moved.sees("Nội dung cần thực hiện")["message_id"]
    assert (await office.row(QuestionMessage, from_office=False)).message_id is None


async def test_an_anonymous_administrator_is_told_to_show_themselves(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await issued_to(office, unit)
    card, before = group.sees("Nội dung cần thực hiện"), await office.facts()
    chat = {"id": group.chat_id, "type": "supergroup", "title": "Nhóm việc"}
    message = {
        "message_id": 9_001,
        "date": 1,
        "chat": chat,
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": chat,
        "text": "Nộp ở đâu?",
        "reply_to_message": card,
    }
    shown_before = group.last_id()
    office.sandbox.put_update({"message": message})
    await office.works()
    assert group.texts(after=shown_before) == [say("refused.anonymous")]
    assert await office.facts() == before


# --- what changes meanwhile ----------------------------------------------------------------------


async def test_of_a_closed_directive_may_be_asked_of_a_recalled_one_not(office: Office):
    _, an, mai = await asked(office)
    async with office.rt.write() as session:
        await session.execute(
            update(Directive).values(closed_at=office.clock.at, ending=Ending.CLOSED)
        )
    await an.says("Còn nộp bổ sung được không?", reply_to=an.sees("Nội dung cần thực hiện"))
    assert "Còn nộp bổ sung được không?" in shown(mai)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(ending=Ending.RECALLED))
    recalled = [say("refused.recalled")]
    assert await an.says("Sao vậy?", reply_to=an.sees("Nội dung cần thực hiện")) == recalled
    assert await an.says("Sao vậy?", reply_to=an.sees("Đã chuyển câu hỏi")) == recalled
    assert len(await office.rows(QuestionMessage)) == 2


async def test_an_edited_question_is_shown_anew_and_an_edited_answer_too(office: Office):
    _, an, mai = await asked(office)
    own = next(m for m in reversed(an.messages()) if not m["from"]["is_bot"])
    office.sandbox.edit(an.user_id, own["message_id"], "Nộp bản điện tử được không?")
    await office.works()
    assert "Nộp bản điện tử được không? (đã sửa)" in shown(mai)
    assert "bản giấy" not in shown(mai)
    await mai.says("Không.", reply_to=mai.sees("Câu hỏi của"))
    answer = an.sees("Không\\.")
    theirs = next(m for m in reversed(mai.messages()) if not m["from"]["is_bot"])
    office.sandbox.edit(mai.user_id, theirs["message_id"], "Được.")
    await office.works()
    edited = an.sees("Được\\.")
    assert edited["message_id"] == answer["message_id"]
    assert say("question.answer_edited") in edited["text"]
    assert "Được. (đã sửa)" in shown(mai)


async def test_a_redraw_that_is_sent_with_a_new_card_does_not_bring_the_old_one_back(
    office: Office,
):
    _, an, mai = await asked(office)
    old = mai.sees("Câu hỏi của")["message_id"]
    reply_to = an.sees("Nội dung cần thực hiện")["message_id"]
    said = office.sandbox.say(an.user_id, "Nộp mấy bản?", reply_to_message_id=reply_to)
    await office.handles()
    office.sandbox.edit(an.user_id, said["message_id"], "Nộp mấy bản in?")
    await office.handles()  # both wait to be sent now
    await office.works()
    await later(office)
    new = mai.sees("Câu hỏi của")
    assert new["message_id"] > old
    assert "Nộp mấy bản in?" in new["text"]
    assert mai.sees("tiếp tục ở tin mới")["message_id"] == old
    assert (await office.row(Card, kind=CardKind.QUESTION)).message_id == new["message_id"]


async def test_an_unanswered_question_reminds_after_working_hours_then_daily(office: Office):
    office.clock.at = factories.NOON + timedelta(
        hours=4
    )  # 16:00 on Tuesday, an hour before the end
    _, _, mai = await asked(office)

    async def reminded(hours: float) -> bool:
        before = mai.last_id()
        office.clock.at += timedelta(hours=hours)
        while await remind_of_questions(office.rt):
            pass
        await office.works()
        return bool(mai.texts(after=before))

    assert not await reminded(0.9)
    assert not await reminded(15.1 + 2.4)  # 10:24 on Wednesday: three hours and 54 minutes
    assert await reminded(0.2)
    assert not await reminded(0.1)
    assert not await reminded(21)  # 07:42 on Thursday
    assert await reminded(0.5)  # the slot
    assert not await reminded(1)
    await mai.says("Được.", reply_to=mai.sees("Câu hỏi của"))
    assert not await reminded(24)
    assert len(await office.rows(Event, action="question_reminded")) == 2
    assert (await office.row(Question)).remind_at is None


async def test_who_has_taken_a_question_on_is_reminded_alone_while_they_may_answer(office: Office):
    _, _, mai = await asked(office)
    hoa = await office.staff(StaffRole.REVIEWER, name="Đỗ Thị Hoa")
    (question,) = await office.rows(Question)
    await hoa.presses_data(Callback(Press.QUESTION_TAKE, (question.id,)))
    office.clock.at += timedelta(hours=2)  # at noon nobody is disturbed
    for role, reminded in ((StaffRole.REVIEWER, [False, True]), (StaffRole.VIEWER, [True, False])):
        async with office.rt.write() as session:
            taken_by = (await session.get_one(Question, question.id)).handler_id
            await session.execute(
                update(Staff).where(Staff.person_id == taken_by).values(role=role)
            )
        before = [phone.last_id() for phone in (mai, hoa)]
        office.clock.at += timedelta(days=1)
        while await remind_of_questions(office.rt):
            pass
        await office.works()
        came = [bool(each.texts(after=last)) for each, last in zip((mai, hoa), before, strict=True)]
        assert came == reminded


async def test_nobody_is_reminded_in_quiet_time_unless_it_is_urgent(office: Office):
    office.clock.at = factories.NOON + timedelta(hours=1)
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    for urgency in (None, "urgent"):
        await issued_to(office, unit, urgency=urgency)
    plain, urgent = await office.rows(Card, kind=CardKind.DIRECTIVE)
    for card in (plain, urgent):
        await an.says(f"Hỏi {card.id}?", reply_to={"message_id": card.message_id})
    before = mai.last_id()
    office.clock.at += timedelta(hours=9)  # late in the evening, after an outage
    while await remind_of_questions(office.rt):
        pass
    await office.works()
    (told,) = mai.texts(after=before)
    assert f"Hỏi {urgent.id}?" in told


async def test_questions_go_where_the_units_work_goes(office: Office):
    old, new = await office.unit("Phòng cũ"), await office.unit("Phòng mới")
    an, chi = await office.contact(old), await office.contact(new, name="Lò Thị Chi")
    mai = await office.staff(StaffRole.ADMIN)
    issued = await issued_to(office, old, new)
    await an.says("Nộp ở đâu?", reply_to=an.sees("Đề nghị"))
    await an.presses_data(Callback(Press.QUESTION_ABOUT, (0, old.id)))
    await an.says("Ai tiếp nhận?")
    await mai.says(f"/sapxep {old.code}")
    await mai.presses("Nhập vào đơn vị khác")
    await mai.says(new.code)
    await mai.presses("Thực hiện")
    about, other = await office.rows(Question)
    assert (about.unit_id, about.addressee_id) == (new.id, issued.addressees[1].id)
    assert (other.unit_id, other.addressee_id) == (new.id, None)
    await mai.says("Ở văn thư.", reply_to=mai.sees("Nộp ở đâu"))
    assert "Ở văn thư." in an.texts()[-1]  # who asked is of the other unit now
    await chi.presses_data(Callback(Press.QUESTION_MINE, (issued.addressees[1].id,)))
    assert "Nộp ở đâu?" in chi.texts()[-1]


async def test_a_contact_of_two_units_says_for_which_one_they_ask(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài tỉnh")
    an, mai = await office.contact(paper, radio), await office.staff()
    await an.says("/hoi")
    await an.presses("Việc khác · Đài tỉnh")
    await an.says("Mã đơn vị của Đài là gì?")
    assert "Câu hỏi của Đài tỉnh" in shown(mai)
    (in_group,) = [await office.group(an, unit=paper)]
    await in_group.says("/hoi")
    assert "Không về văn bản nào" in in_group.buttons()
    assert "Việc khác · Đài tỉnh" not in in_group.buttons()
    foreign = Callback(Press.QUESTION_ABOUT, (0, radio.id))
    assert (await in_group.presses_data(foreign)).text == say("refused.not_your_unit")


async def test_what_is_written_while_the_office_is_silent_is_one_question(office: Office):
    _, an, mai = await asked(office)
    card = an.sees("Nội dung cần thực hiện")
    await an.says("Và nộp mấy bản?", reply_to=card)
    await office.row(Question)
    for words in ("Nộp bản giấy được không?", "Và nộp mấy bản?"):
        assert words in shown(mai)
    await mai.says("Hai bản giấy.", reply_to=mai.sees("Câu hỏi của"))
    await an.says("Ngày nào nộp?", reply_to=card)
    assert len(await office.rows(Question)) == 2


async def test_erased_words_are_gone_from_both_sides(office: Office):
    _, an, mai = await asked(office)
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        await personal_actions.erase(session, person, now=office.rt.now())
    await office.works()
    question, said = await office.row(Question), await office.row(QuestionMessage)
    assert (question.state, question.remind_at) == (QuestionState.CLOSED, None)
    assert (said.text, said.message_id) == ("", None)
    assert "Nộp bản giấy" not in shown(mai)
    assert say("question.erased") in shown(mai)
