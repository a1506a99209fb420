"""Confirming receipt: one tap, in private or in the group; second taps; done without a link."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.states import AcknowledgeBy, AssignmentState, Door, MessageKind, OutboxState
from bot.storage.tables import (
    Acknowledgement,
    Article,
    Assignment,
    Directive,
    Event,
    OutboxMessage,
    Question,
)
from bot.texts import texts
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import Office, Popup

OFFICE = "Sở Thông tin và Truyền thông"
say = texts("vi")


async def test_one_tap_is_recorded_once_and_shown_to_the_whole_unit(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    group = await office.group(an, unit=unit)
    await office.issued(unit)
    assert await an.presses("Đã nhận") == Popup(say("acknowledged.thanks"), alert=False)
    row = await office.row(Acknowledgement)
    assert (row.door, row.version, row.at) == (Door.CARD, 1, office.clock.at)
    for phone in (an, binh, group):
        (card,) = phone.texts()
        assert "✓ Đã nhận 12:00 06/10/2026 – Nguyễn Văn An" in card
        assert "Đã nhận" not in phone.buttons()
    assert len(await office.rows(Event, action="acknowledged")) == 1


async def test_a_leaders_tap_counts_like_a_contacts(office: Office):
    unit = await office.unit()
    leader = await office.contact(leader_of=unit, name="Hà Văn Nam")
    await office.issued(unit)
    assert (await leader.presses("Đã nhận")).text == say("acknowledged.thanks")
    assert "– Hà Văn Nam" in leader.texts()[0]


async def test_a_second_tap_is_answered_with_who_and_when(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit)
    old_button = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    await an.presses("Đã nhận")
    office.clock.at += timedelta(minutes=7)
    own = "Đồng chí đã xác nhận lúc 12:00 06/10/2026, giờ GMT+07:00."
    assert await an.presses_data(old_button) == Popup(own, alert=True)
    assert len(await office.rows(Acknowledgement)) == 1
    # A colleague is told who did, and their own confirmation is kept beside the first.
    before = "Đơn vị đã xác nhận lúc 12:00 06/10/2026, giờ GMT+07:00 (Nguyễn Văn An)."
    assert await binh.presses_data(old_button) == Popup(before, alert=True)
    assert await binh.presses_data(old_button) == Popup(before, alert=True)
    assert len(await office.rows(Acknowledgement)) == 2
    assert "Nguyễn Văn An" in binh.texts()[0]
    assert "Lê Thị Bình" not in binh.texts()[0]


async def test_a_new_version_asks_for_a_new_confirmation(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    press = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    await an.presses_data(press)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(version=2, acknowledge_from=2))
    newer = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id, 2))
    assert (await an.presses_data(newer)).text == say("acknowledged.thanks")
    versions = [row.version for row in await office.rows(Acknowledgement)]
    assert versions == [1, 2]


async def test_a_press_below_an_old_version_is_kept_as_what_the_person_saw(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit)
    old = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(version=2, acknowledge_from=2))
    popup = await an.presses_data(old)
    assert popup == Popup(say("acknowledged.asked_again", version=1, newest=2), alert=True)
    assert "Đề nghị tiếp nhận bản đính chính" in an.texts()[0]
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(acknowledge_from=1))
    popup = await binh.presses_data(old)
    assert popup == Popup(say("acknowledged.old_version", version=1, newest=2), alert=True)
    assert [row.version for row in await office.rows(Acknowledgement)] == [1, 1]
    assert "✓ Đã nhận bản 1 lúc" in binh.texts()[0]
    for version in (0, 3):  # which nobody was shown
        data = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id, version))
        assert (await an.presses_data(data)).text == say("refused.gone")


async def test_who_writes_that_it_was_received_is_shown_the_button_and_asks_nothing(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    name = f"{issued.directive.number}/STTTT-TTBCXB"
    press = say("receipt.press", directive=name)
    assert await an.says("Dạ đã nhận ạ", reply_to=an.sees("Kính gửi")) == [press]
    assert await an.says("ok anh") == [press]
    assert not await office.rows(Acknowledgement)
    assert (await an.presses("Đã nhận")).text == say("acknowledged.thanks")
    assert (await office.row(Acknowledgement)).door is Door.CARD
    given = say("receipt.was_given", directive=name)
    assert await an.says("Đã nhận ạ", reply_to=an.sees("Kính gửi")) == [given]
    assert not await office.rows(Question)


async def test_such_words_are_kept_where_several_directives_may_be_meant(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    await office.issued(unit)
    assert await an.says("Đã nhận") == [say("unplaced.contact", office=OFFICE)]


async def test_such_words_in_the_unit_s_group_show_the_button_too(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await office.issued(unit)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(version=2, acknowledge_from=2))
    await group.says("rõ", reply_to=group.sees("Kính gửi"))
    await group.presses("Đã nhận")
    assert (await office.row(Acknowledgement)).version == 2


async def test_in_the_group_a_contact_confirms_and_others_are_refused_by_name(office: Office):
    unit = await office.unit()
    other = await office.unit("Đài Phát thanh và Truyền hình tỉnh")
    an, hai = await office.contact(unit), await office.contact(other, name="Đặng Minh Hải")
    passer_by = office.account()
    group = await office.group(an, hai, passer_by, unit=unit)
    await office.issued(unit)
    before = await office.facts()
    for person, key in ((hai, "refused.not_your_unit"), (passer_by, "refused.stranger")):
        popup = await office.in_group(person, group).presses("Đã nhận")
        assert popup == Popup(say(key), alert=True)
    assert await office.facts() == before
    assert await office.refusals() == ["refused.not_your_unit"] * 2
    assert (await group.presses("Đã nhận")).text == say("acknowledged.thanks")
    assert (await office.row(Acknowledgement)).door is Door.GROUP_CARD


async def test_an_anonymous_administrator_of_a_group_is_nobody_we_know(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await office.issued(unit)
    before, shown = await office.facts(), group.last_id()
    chat = {"id": group.chat_id, "type": "group", "title": "Nhóm việc"}
    anonymous = {
        "id": 1087968824,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    message = {
        "message_id": 9_001,
        "date": 1,
        "chat": chat,
        "from": anonymous,
        "sender_chat": chat,
        "text": "/viec",
        "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
    }
    office.sandbox.put_update({"message": message})
    await office.works()
    assert group.texts(after=shown) == [say("refused.anonymous")]
    assert await office.facts() == before


async def test_a_person_of_two_units_confirms_for_each_by_its_own_card(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    issued = await office.issued(paper, radio)
    first, second = (addressee.id for addressee in issued.addressees)
    await an.presses_data(Callback(Press.ACKNOWLEDGE, (second,)))
    assert (await office.row(Acknowledgement)).addressee_id == second
    assert (await an.presses_data(Callback(Press.ACKNOWLEDGE, (first,)))).text == say(
        "acknowledged.thanks"
    )
    assert sum("✓ Đã nhận" in text for text in an.texts()) == 2


async def test_nothing_is_taken_for_a_directive_that_is_closed(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, closed_at=factories.NOON)
    addressee, assignment = issued.addressees[0].id, issued.assignments[0][0].id
    before = await office.facts()
    for press, number in (
        (Press.ACKNOWLEDGE, addressee),
        (Press.DONE_MENU, addressee),
        (Press.REPORT_DONE, assignment),
    ):
        popup = await an.presses_data(Callback(press, (number,)))
        assert popup == Popup(say("refused.closed"), alert=True)
    assert await office.facts() == before


def body_of(parts: list[str]) -> str:
    """The letter, of whose parts each says which it is."""
    found = [re.fullmatch(r"(?s)(.*)\n\nCông văn số .+ – phần (\d+)/(\d+)", part) for part in parts]
    shown = [(int(part[2]), int(part[3])) for part in found if part]
    assert shown == [(number, len(parts)) for number in range(1, len(parts) + 1)]
    return "\n".join(part[1] for part in found if part)


async def test_the_whole_letter_comes_in_parts_in_order(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    body = "\n".join(f"Đoạn {number}: <b> & phần còn lại của đoạn." for number in range(250))
    await office.issued(unit, body=body)
    shown = an.last_id()
    assert await an.presses("Xem toàn văn") == Popup("", alert=False)
    parts = an.texts(after=shown)
    assert len(parts) > 2
    assert body_of(parts) == body
    *others, last = an.messages()[-len(parts) :]
    assert not any("reply_markup" in message for message in others)
    assert await an.presses_data(
        last["reply_markup"]["inline_keyboard"][0][0]["callback_data"], last["message_id"]
    ) == Popup(say("acknowledged.thanks"), alert=False)
    assert await an.presses("Xem toàn văn") == Popup("", alert=False)
    assert "reply_markup" not in an.messages()[-1]


async def letter_file(office: Office, issued: Issued, *, known: bool) -> None:
    """The directive's letter came as a file that Telegram has, or has no more."""
    file = office.sandbox.world.files.add(b"PK", name="cong-van.docx")
    file.known_to.add(office.sandbox.bot().id if known else 1)
    async with office.rt.write() as session:
        (await session.get_one(Directive, issued.directive.id)).file_id = file.id


async def test_the_letters_file_is_passed_on_by_its_id(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await letter_file(office, await office.issued(unit), known=True)
    await an.presses("Xem toàn văn")
    sent = an.messages()[-1]
    assert sent["document"]["file_name"] == "cong-van.docx"
    assert sent["reply_markup"]["inline_keyboard"][0][0]["text"] == say("button.acknowledge")
    (call,) = [call for call in office.sandbox.calls() if call["method"] == "sendDocument"]
    assert isinstance(call["parameters"]["document"], str)  # nothing was uploaded


async def test_a_letter_whose_file_is_refused_comes_as_text(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    body = "\n".join(f"Đoạn {number}: phần còn lại của đoạn văn này." for number in range(250))
    await letter_file(office, await office.issued(unit, body=body), known=False)
    shown = an.last_id()
    await an.presses("Xem toàn văn")
    parts = an.texts(after=shown)
    assert body_of(parts) == body
    assert "reply_markup" in an.messages()[-1]
    rows = await office.rows(OutboxMessage, kind=MessageKind.FULL_TEXT)
    assert [(row.state, row.reason) for row in rows] == [
        (OutboxState.WITHDRAWN, "bad_file"),
        *[(OutboxState.ACCEPTED, None)] * len(parts),
    ]


# --- done without a link -------------------------------------------------------------------------


async def test_a_task_is_reported_done_without_a_link(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit, next_reminder_at=factories.FRIDAY_EVENING)
    await an.presses("Khác…")
    await an.presses("Đã thực hiện")
    assert an.texts()[-1] == say("done.choose", unit="Báo Yên Bái")
    assert await an.presses("2. Việc 2") == Popup(say("done.recorded", position=2), alert=False)
    first, second = await office.rows(Assignment)
    assert (first.state, second.state) == (AssignmentState.OPEN, AssignmentState.SUBMITTED)
    assert (second.submitted_at, second.next_reminder_at) == (office.clock.at, None)
    assert "đã báo thực hiện" in binh.texts()[0]
    again = Callback(Press.REPORT_DONE, (issued.assignments[0][1].id,))
    assert await binh.presses_data(again) == Popup(say("done.before"), alert=True)
    assert len(await office.rows(Event, action="reported_done")) == 1


async def test_when_all_is_done_the_menu_says_so(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, tasks=1)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    popup = await an.presses_data(Callback(Press.DONE_MENU, (issued.addressees[0].id,)))
    assert popup == Popup(say("done.nothing_open"), alert=True)


async def test_a_link_for_a_task_that_was_reported_done_is_taken_all_the_same(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, tasks=1)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    office.clock.at += timedelta(hours=1)
    (receipt,) = await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    assert "Đã ghi nhận 1 đường dẫn cho Nội dung 1" in receipt
    assert len(await office.rows(Article)) == 1
    row = await office.row(Assignment)
    assert (row.state, row.submitted_at) == (AssignmentState.SUBMITTED, factories.NOON)
    assert "đã gửi 1 tin, bài" in an.texts()[0]


# --- with results --------------------------------------------------------------------------------


async def test_who_sends_a_result_has_confirmed_with_it_once(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit, tasks=1)
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    row = await office.row(Acknowledgement)
    assert (row.door, row.version) == (Door.RESULTS, 1)
    assert "✓ Đã nhận 12:00 06/10/2026 – Nguyễn Văn An" in binh.texts()[0]
    assert "Đã nhận" not in binh.buttons()
    await an.says("https://baoyenbai.com.vn/2/2/bai.aspx")
    assert len(await office.rows(Acknowledgement)) == 1
    old_button = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    own = "Đồng chí đã xác nhận lúc 12:00 06/10/2026, giờ GMT+07:00."
    assert await an.presses_data(old_button) == Popup(own, alert=True)


async def test_who_reports_it_done_has_confirmed_with_it(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    assert (await office.row(Acknowledgement)).door is Door.RESULTS
    (event,) = await office.rows(Event, action="acknowledged")
    assert event.details == {"door": "results", "version": 1}


async def test_a_result_is_no_confirmation_of_those_who_are_still_to_give_theirs(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    await office.issued(unit, tasks=1, acknowledge_by=AcknowledgeBy.EACH)
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    assert (await office.row(Acknowledgement)).door is Door.RESULTS
    assert "Đã nhận" in binh.buttons()
    assert (await binh.presses("Đã nhận")).text == say("acknowledged.thanks")
