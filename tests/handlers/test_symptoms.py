"""What once went wrong in the chat, each named after its symptom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.states import DraftState, StaffRole
from bot.storage.tables import Article, Assignment, Dialogue, Directive, Draft, Event, Update
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office, Phone, Popup

LETTER = (Path(__file__).parents[1] / "fixtures" / "letter-seed.txt").read_text()
LINK = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"
say = texts("vi")
GONE = Popup(say("refused.gone"), alert=True)


async def test_a_language_that_is_not_offered_changes_nothing(office: Office):
    an = await office.contact(await office.unit())
    await an.presses_data(Callback(Press.LANGUAGE, (1,)))
    before = await office.facts()
    popup = await an.presses_data(Callback(Press.LANGUAGE, (99,)))
    assert popup.alert
    assert await office.facts() == before


async def test_the_state_of_a_directive_that_does_not_exist_is_refused(office: Office):
    lan = await office.staff(StaffRole.VIEWER)
    popup = await lan.presses_data(Callback(Press.STATE_PAGE, (999,)))
    assert popup == Popup(say("directive.unknown"), alert=True)


async def test_a_press_that_is_not_ours_is_answered_with_a_popup(office: Office):
    an = await office.contact(await office.unit())
    shown = an.last_id()
    assert await an.presses_data("2:ack:1") == GONE
    assert an.texts(after=shown) == []


async def test_the_submit_button_of_another_units_card_is_refused(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    hai = await office.contact(other, name="Đặng Minh Hải")
    issued = await office.issued(unit)
    popup = await hai.presses_data(Callback(Press.SUBMIT, (issued.addressees[0].id,)))
    assert popup == Popup(say("refused.not_your_unit"), alert=True)
    assert not await office.rows(Dialogue)


async def test_the_submit_button_of_a_closed_directive_is_refused(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    closed = await office.issued(unit, closed_at=factories.NOON)
    await office.issued(unit, tasks=1)
    popup = await an.presses_data(Callback(Press.SUBMIT, (closed.addressees[0].id,)))
    assert popup == Popup(say("refused.closed"), alert=True)
    (receipt,) = await an.says(LINK)
    assert "Đã ghi nhận 1 đường dẫn" in receipt


async def test_a_person_of_two_units_can_tell_the_buttons_apart(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    await office.issued(paper, radio, tasks=1)
    await an.says(LINK)
    first, second = an.buttons()[-2:]
    assert first != second


async def test_a_strangers_reply_in_a_units_group_is_answered(office: Office):
    unit = await office.unit()
    an, passer_by = await office.contact(unit), office.account()
    group = await office.group(an, passer_by, unit=unit)
    await office.issued(unit, tasks=1)
    answers = await office.in_group(passer_by, group).says(LINK, reply_to=group.sees("Kính gửi"))
    assert len(answers) == 1
    assert not await office.rows(Article)


async def test_an_administrator_bot_stays_silent_when_people_talk_among_themselves(office: Office):
    unit = await office.unit()
    an, passer_by = await office.contact(unit), office.account()
    group = await office.group(an, passer_by, unit=unit)
    office.sandbox.change_members(group.chat_id, promote=[office.sandbox.bot().id])
    await office.issued(unit, tasks=1)
    heard = len(await office.rows(Update))
    talk = ("Chào cả nhà", f"Xem bài này {LINK}", "/start@another_bot", "/khongco@another_bot")
    for phone in (group, office.in_group(passer_by, group)):
        for words in talk:
            assert await phone.says(words) == []
        said = next(message for message in group.messages() if not message["from"]["is_bot"])
        assert await phone.says("Đúng vậy", reply_to=said) == []
    assert len(await office.rows(Update)) == heard + 10
    assert not await office.rows(Article)
    assert not await office.rows(Event, action="unplaced")
    # What is said to the bot, or asked for by it, is heard as before.
    assert await group.says("/khongco") == [say("command.unknown")]
    assert await group.says("/nop") == [say("link.ask")]
    (receipt,) = await group.says(LINK)
    assert "Mã TB-1." in receipt


async def test_a_forged_page_of_tasks_overwrites_no_card(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    card = an.sees("Kính gửi: Báo Yên Bái")
    await an.presses_data(Callback(Press.TASKS_PAGE, (1,)), card["message_id"])
    assert an.sees("Kính gửi: Báo Yên Bái") == card
    assert "Việc đang mở (2)" in an.texts()[-1]


async def test_a_subject_as_long_as_a_letter_is_shortened_on_card_and_state(office: Office):
    unit = await office.unit()
    an, lan = await office.contact(unit), await office.staff(StaffRole.VIEWER)
    await office.issued(unit, subject="Tuyên truyền " * 400)
    assert "1. Việc 1" in an.sees(r"V/v (Tuyên truyền ){70,}.*…")["text"]
    await lan.says("/tiendo")
    assert "1. Báo Yên Bái" in lan.sees(r"V/v (Tuyên truyền ){70,}.*…")["text"]


async def test_more_open_tasks_than_buttons_fit_can_be_reported_done(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, tasks=120)
    last = issued.assignments[0][-1].id
    nearer = factories.FRIDAY_EVENING - timedelta(days=1)
    async with office.rt.write() as session:
        due = update(Assignment).where(Assignment.id == last).values(deadline_at=nearer)
        await session.execute(due)
    await an.presses("Khác…")
    await an.presses("Đã thực hiện")
    labels = [label for label in an.buttons() if "Việc" in label]
    assert labels == ["120. Việc 120"] + [f"{place}. Việc {place}" for place in range(1, 50)]


async def test_of_many_directives_of_one_number_the_newest_are_offered(office: Office):
    lan = await office.staff(StaffRole.VIEWER)
    async with office.rt.write() as session:
        for _ in range(51):
            await factories.create_directive(session, [], tasks=0)
        await session.execute(update(Directive).values(number="07"))
    assert await lan.says("/tiendo 7") == [say("directive.choose")]
    assert len(lan.buttons()) == 50
    rows = await office.rows(Directive)
    offered = lan.messages()[-1]
    first, *_, last = offered["reply_markup"]["inline_keyboard"]
    assert first[0]["callback_data"] == Callback(Press.STATE_PAGE, (rows[-1].id,)).encode()
    assert last[0]["callback_data"] == Callback(Press.STATE_PAGE, (rows[1].id,)).encode()


async def test_of_a_secret_letter_neither_file_nor_name_is_kept(office: Office):
    mai = await office.staff()
    await mai.sends_file(f"MẬT\n{LETTER}".encode(), "ke-hoach-mat.txt")
    draft = await office.row(Draft)
    assert (draft.state, draft.file_id, draft.file_name) == (DraftState.DROPPED, None, None)


async def test_a_group_that_moved_keeps_a_card_that_follows(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await office.issued(unit)
    moved = Phone(office, an.user_id, office.sandbox.migrate(group.chat_id))
    await office.works()
    await an.presses("Đã nhận")
    assert "✓ Đã nhận" in moved.sees("Kính gửi: Báo Yên Bái")["text"]


async def test_a_deadline_for_another_drafts_task_is_not_asked_for(office: Office):
    mai = await office.staff()
    async with office.rt.write() as session:
        author = await factories.create_somebody(session, telegram_id=mai.user_id)
        draft = await factories.create_draft(session, author)
    popup = await mai.presses_data(Callback(Press.DRAFT_DEADLINE_TYPED, (draft.id, 999_999)))
    assert popup.alert
    assert not await office.rows(Dialogue)
