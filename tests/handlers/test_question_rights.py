"""Questions: what is asked again when a message is sent, and who speaks of a question no more."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.actions import questions as question_actions
from bot.callbacks import Callback, Press
from bot.domain.states import (
    CardKind,
    ContactRole,
    Ending,
    QuestionState,
    StaffRole,
)
from bot.errors import NotAllowed
from bot.storage import people
from bot.storage.tables import (
    Card,
    Contact,
    Directive,
    Event,
    Group,
    Question,
    QuestionMessage,
    Staff,
)
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_questions import PNG, asked, issued_to, later, shown, who

say = texts("vi")


async def left(office: Office, table: type[Contact] | type[Staff]) -> None:
    """Everybody has left their units, or the office."""
    ended = "ended_at" if table is Contact else "removed_at"
    async with office.rt.write() as session:
        await session.execute(update(table).values({ended: office.clock.at}))


async def asked_with_photo(office: Office) -> tuple[Phone, Phone, int]:
    """The contact has asked with words and a photo; all that is sent."""
    _, an, mai = await asked(office)
    question = await office.row(Question)
    await an.presses_data(Callback(Press.QUESTION_MORE, (question.id,)))
    await an.sends_file(PNG, as_photo=True)
    await later(office)
    return an, mai, question.id


async def test_who_left_the_unit_before_it_was_sent_gets_no_answer_thread_or_copy(office: Office):
    an, mai, question_id = await asked_with_photo(office)
    await mai.presses("Trả lời")
    office.sandbox.send_document(mai.user_id, PNG, file_name="anh.png", as_photo=True)
    for press, number in ((Press.QUESTION_SHOW, question_id), (Press.QUESTION_MINE, 0)):
        office.press_arrives(an, Callback(press, (number,)).encode())
    await office.handles()  # the answer, both lists and what is copied below them wait
    await left(office, Contact)
    before = an.last_id()
    await office.works()
    await later(office)
    assert an.last_id() == before
    assert (await office.row(QuestionMessage, from_office=True)).failed_at is not None


async def test_who_left_the_office_before_it_was_sent_gets_no_card_thread_or_copy(office: Office):
    an, mai, question_id = await asked_with_photo(office)
    await an.presses_data(Callback(Press.QUESTION_MORE, (question_id,)))
    office.sandbox.send_document(an.user_id, PNG, file_name="anh.png", as_photo=True)
    office.press_arrives(mai, Callback(Press.QUESTION_SHOW, (question_id,)).encode())
    await office.handles()
    await left(office, Staff)
    before = mai.last_id()
    await office.works()
    await later(office)
    fresh = [each for each in mai.messages() if each["message_id"] > before]
    assert fresh == []


async def test_an_old_card_does_not_come_back_while_its_new_one_waits_for_telegram(office: Office):
    _, an, mai = await asked(office)
    old = mai.sees("Câu hỏi của")["message_id"]
    reply_to = an.sees("Nội dung cần thực hiện")["message_id"]
    said = office.sandbox.say(an.user_id, "Nộp mấy bản?", reply_to_message_id=reply_to)
    office.sandbox.add_fault("status", method="sendMessage", chat_id=mai.chat_id, status=500)
    await office.works()
    assert mai.sees("tiếp tục ở tin mới")["message_id"] == old
    office.sandbox.edit(an.user_id, said["message_id"], "Nộp mấy bản in?")
    await office.works()  # to be drawn anew, and the new card is not there yet
    assert mai.last_id() == old
    assert mai.sees("tiếp tục ở tin mới")["message_id"] == old
    await later(office, minutes=2)
    assert "Nộp mấy bản in?" in shown(mai)
    assert (await office.row(Card, kind=CardKind.QUESTION)).message_id > old


async def test_what_is_asked_twice_before_it_is_sent_is_one_card(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issued_to(office, unit)
    reply_to = an.sees("Đề nghị")["message_id"]
    for words in ("Nộp ở đâu?", "Nộp mấy bản?"):
        office.sandbox.say(an.user_id, words, reply_to_message_id=reply_to)
        await office.handles()
    await office.works()
    (card,) = [text for text in mai.texts() if "Câu hỏi của" in text]
    assert "Nộp mấy bản?" in card


async def test_in_a_group_of_another_unit_nothing_of_a_question_is_shown_or_added(office: Office):
    unit, an, mai = await asked(office)
    radio = await office.unit("Đài tỉnh")
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        await people.ensure_contact(
            session,
            unit_id=radio.id,
            person_id=person.id,
            role=ContactRole.CONTACT,
            now=office.clock.at,
        )
    question = await office.row(Question)
    group = await office.group(an, unit=radio)
    for press in (Press.QUESTION_SHOW, Press.QUESTION_MORE):
        popup = await group.presses_data(Callback(press, (question.id,)))
        assert popup.text == say("refused.not_your_unit")
    popup = await group.presses_data(Callback(Press.QUESTION_MINE, (question.addressee_id, 1)))
    assert popup.text == say("refused.not_your_unit")
    await group.presses_data(Callback(Press.QUESTION_MINE, (0, 1)))
    # Nor as the office sees it, to somebody of the office who is in the group of the very unit.
    units_own = await office.group(mai, unit=unit)
    popup = await units_own.presses_data(Callback(Press.QUESTION_SHOW, (question.id,)))
    assert popup.text == say("refused.not_your_unit")
    assert "bản giấy" not in "".join(group.texts())


async def test_who_may_speak_of_it_no_more_changes_no_words_of_theirs(office: Office):
    _, an, mai = await asked(office)
    await mai.says("Được.", reply_to=mai.sees("Câu hỏi của"))
    asked_at, answered_at = an.last_own()["message_id"], mai.last_own()["message_id"]
    radio = await office.unit("Đài tỉnh")
    async with office.rt.write() as session:
        await session.execute(update(Contact).values(unit_id=radio.id))
        await session.execute(update(Staff).values(role=StaffRole.VIEWER))
    await an.edits(asked_at, "Nộp muộn được không?")
    await mai.edits(answered_at, "Không được.")
    found = await office.rows(QuestionMessage)
    assert [each.text for each in found] == ["Nộp bản giấy được không?", "Được."]


async def test_who_only_looks_on_handles_no_question_by_whatever_door(office: Office):
    await asked(office)
    viewer = await office.staff(StaffRole.VIEWER, name="Đặng Minh Hải")
    question = await office.row(Question)
    async with office.rt.read() as session:
        actor = await people.actor(session, viewer.user_id)
        assert actor is not None
        with pytest.raises(NotAllowed):
            await question_actions.to_handle(session, question.id, actor=actor)
    viewer_shown = await viewer.presses_data(Callback(Press.QUESTION_SHOW, (question.id,)))
    assert viewer_shown.text == say("refused.not_your_unit")
    assert (await office.row(Question)).state is QuestionState.OPEN


async def test_only_who_may_handle_it_is_given_it_and_who_has_left_holds_it_no_more(office: Office):
    _, _, mai = await asked(office)
    lan = await office.staff(name="Phạm Thu Lan")
    viewer = await office.staff(StaffRole.VIEWER, name="Đặng Minh Hải")
    question = await office.row(Question)
    to_viewer = Callback(Press.QUESTION_GIVE_TO, (question.id, await who(office, viewer)))
    assert (await mai.presses_data(to_viewer)).text == say("refused.gone")
    assert (await office.row(Question)).handler_id is None
    await mai.presses("Nhận xử lý")
    async with office.rt.write() as session:
        await session.execute(
            update(Staff)
            .where(Staff.person_id == await who(office, mai))
            .values(removed_at=office.clock.at)
        )
    take = Callback(Press.QUESTION_TAKE, (question.id,))
    assert (await lan.presses_data(take)).text == say("question.taken")
    assert (await office.row(Question)).handler_id == await who(office, lan)


async def test_a_question_is_closed_once_and_who_has_left_is_not_told(office: Office):
    _, an, mai = await asked(office)
    question = await office.row(Question)
    close = Callback(Press.QUESTION_CLOSE, (question.id,))
    await left(office, Contact)
    before = an.last_id()
    assert (await mai.presses_data(close)).text == say("question.closed")
    assert (await mai.presses_data(close)).text == say("question.closed_before")
    assert an.texts(after=before) == []
    await office.row(Event, action="question_closed")


async def test_about_what_was_recalled_no_more_is_asked_by_the_button_either(office: Office):
    _, an, _ = await asked(office)
    question = await office.row(Question)
    async with office.rt.write() as session:
        recalled = {"closed_at": office.clock.at, "ending": Ending.RECALLED}
        await session.execute(update(Directive).values(recalled))
    more = Callback(Press.QUESTION_MORE, (question.id,))
    assert (await an.presses_data(more)).text == say("refused.recalled")


async def test_an_album_of_the_office_is_its_answer_as_a_whole(office: Office):
    _, _, mai = await asked(office)
    await mai.presses("Trả lời")
    for number in (1, 2):
        office.sandbox.send_document(mai.user_id, PNG, file_name="anh.png", as_photo=True)
        *_, queued = office.sandbox.bot().queue.alive()
        queued.json["message"]["media_group_id"] = "album1"
        await office.works()
        assert len(await office.rows(QuestionMessage, from_office=True)) == number


async def test_the_list_of_what_waits_has_the_questions_of_ones_own_units_only(office: Office):
    await asked(office)
    radio = await office.unit("Đài tỉnh", "Đài")
    binh = await office.contact(radio, name="Lê Thị Bình")
    await issued_to(office, radio)
    await binh.says("Gửi cho ai?", reply_to=binh.sees("Đề nghị"))
    group = await office.row(Group, name="Đài")
    async with office.rt.write() as session:
        somebody = await factories.create_staff(session, StaffRole.REVIEWER, name="Lê Văn Hải")
        await factories.limit(session, somebody, group)
    (shown_to_hai,) = await office.phone(somebody).says("/cho")
    assert "Gửi cho ai?" in shown_to_hai
    assert "Nộp bản giấy" not in shown_to_hai
