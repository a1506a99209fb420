"""What nobody can place is kept, told and decided once; what is edited is taken as expected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.actions import personal
from bot.actions.unplaced import QUIET, TOGETHER
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.states import StaffRole, UnplacedState
from bot.storage import people, units
from bot.storage.tables import (
    Article,
    Dialogue,
    Event,
    Question,
    QuestionMessage,
    Staff,
    Unplaced,
    Update,
)
from bot.texts import texts
from scheduler.jobs import prune
from tests import factories
from tests.handlers.conftest import Office, Phone

OFFICE = "Sở Thông tin và Truyền thông"
say = texts("vi")
KEPT = say("unplaced.contact", office=OFFICE)
SECRET = "ỦY BAN NHÂN DÂN\nMẬT\nKế hoạch bảo vệ"


async def later(office: Office) -> None:
    """A moment passes, and what waited for another message is sent."""
    office.clock.at += timedelta(seconds=1)
    await office.works()


def copies_in(phone: Phone, kind: str) -> int:
    """How many such files of others the bot has put into the chat."""
    return sum(kind in each and each["from"]["is_bot"] for each in phone.messages())


@pytest.mark.parametrize(
    "kind",
    [
        *("photo", "document", "voice", "audio", "video", "video_note", "animation", "sticker"),
        *("location", "poll", "dice", "contact"),
    ],
)
async def test_whatever_a_contact_sends_is_kept_told_and_shown_to_the_office(
    office: Office, kind: str
):
    reviewer = await office.staff(StaffRole.REVIEWER)
    an = await office.contact(await office.unit())
    assert await an.sends(kind, file_name="bai.pdf") == [KEPT]
    row = await office.row(Unplaced)
    assert row.message_id == an.messages()[0]["message_id"]
    assert row.kind.value == (kind if kind not in ("poll", "dice") else "other")
    assert (row.file_id is None) == (kind in ("location", "poll", "dice", "contact"))
    card = reviewer.sees(say("unplaced.title"))
    assert "Nguyễn Văn An · Báo Yên Bái" in card["text"]
    await later(office)
    assert copies_in(reviewer, kind) == 1
    copied = reviewer.messages()[-1]
    assert copied["reply_to_message"]["message_id"] == card["message_id"]


async def test_what_comes_together_is_one_entry_and_told_once(office: Office):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    for number in range(3):
        told = await an.sends("photo", album="7", words=f"Ảnh {number}")
        assert told == ([KEPT] if number == 0 else [])
    assert await an.says("Ảnh của số báo hôm nay") == []
    first, *others = await office.rows(Unplaced)
    assert {each.first_id for each in others} == {first.id}
    card = mai.sees(say("unplaced.title"))
    assert all(words in card["text"] for words in ("Ảnh 0", "Ảnh 2", "Ảnh của số báo hôm nay"))
    await later(office)
    assert copies_in(mai, "photo") == 3
    office.clock.at += TOGETHER
    assert await an.sends("photo", album="7") == []  # however late its last part comes
    assert await an.says("Việc khác") == [KEPT]
    assert len([text for text in mai.texts() if say("unplaced.title") in text]) == 1
    office.clock.at += QUIET
    await an.says("Lâu sau")
    assert len([text for text in mai.texts() if say("unplaced.title") in text]) == 2
    (listed,) = await mai.says("/cho")
    assert say("waiting.unplaced", count=3) in listed
    assert len(await office.rows(Event, action="unplaced")) == 7


async def test_the_office_attaches_it_to_a_task_once_and_the_sender_is_told_where(office: Office):
    unit = await office.unit()
    mai, hai = await office.staff(), await office.staff(name="Lê Văn Hải")
    an = await office.contact(unit)
    issued = await office.issued(unit)
    await an.says("Đã treo băng rôn tại trụ sở")
    await mai.presses(say("button.attach"))
    await mai.presses(f"{issued.directive.number}/STTTT")
    popup = await mai.presses("2. ")
    assert popup.text == say("unplaced.placed", position=2)
    row = await office.row(Unplaced)
    assert (row.state, row.assignment_id) == (
        UnplacedState.PLACED,
        issued.assignments[0][1].id,
    )
    code = f"{issued.directive.number}/STTTT-TTBCXB"
    told = an.sees(say("unplaced.told_placed", position=2, directive=code))
    assert told["reply_to_message"]["text"] == "Đã treo băng rôn tại trụ sở"
    assert "chưa tính là kết quả" in told["text"]
    assert say("unplaced.told_below") in an.texts()  # in the place of the receipt: said once
    assert len([text for text in an.texts() if code in text and "chưa tính" in text]) == 1
    for phone in (mai, hai):
        card = phone.sees(say("unplaced.title"))
        assert "Trần Thị Mai đã gắn vào nhiệm vụ 2" in card["text"]
        assert "reply_markup" not in card
    late = await hai.presses_data(Callback(Press.UNPLACED_DISMISS, (row.id,)))
    assert late.text == say("unplaced.was_placed", name="Trần Thị Mai")
    await mai.says("/donvi")
    await mai.presses(unit.name)
    await mai.presses(say("button.placed_messages", count=1))
    listed = mai.sees(say("unplaced.placed_title", unit=unit.name, count=1))
    assert "Đã treo băng rôn" in listed["text"]


async def test_of_several_units_one_is_chosen_or_typed(office: Office):
    mai = await office.staff()
    first, second = await office.unit("Báo Yên Bái"), await office.unit("Đài Yên Bái")
    await office.unit("Phòng Văn hóa Lục Yên")
    an = await office.contact(first, second)
    issued = await office.issued(second, tasks=1)
    await an.says("Ảnh gửi sau nhé")
    assert (await office.row(Unplaced)).unit_id is None
    await mai.presses(say("button.attach"))
    assert {"Báo Yên Bái", "Đài Yên Bái"} <= set(mai.buttons())
    assert await mai.says("luc yen không có") == [say("unit.unknown", code="luc yen không có")]
    assert (await mai.says("lục yên"))[0] == say("unplaced.ask_unit")
    await mai.presses("Phòng Văn hóa Lục Yên")
    assert (await office.refusals())[-1] == "unplaced.no_directive"
    await mai.presses_data(
        Callback(Press.UNPLACED_UNIT, ((await office.row(Unplaced)).id, second.id))
    )
    await mai.presses(f"{issued.directive.number}/STTTT")  # of one task there is nothing to ask
    assert (await office.row(Unplaced)).unit_id == second.id
    assert not await office.rows(Dialogue)


async def test_it_becomes_a_question_with_all_of_it_by_the_office_or_the_sender(office: Office):
    unit = await office.unit()
    mai = await office.staff(StaffRole.REVIEWER)
    an = await office.contact(unit)
    await an.says("Nộp ở đâu?")
    await an.sends("photo")
    assert (await an.presses(say("button.make_question"))).text == ""
    assert an.texts() == [say("unplaced.asked", office=OFFICE)]
    (question,) = await office.rows(Question)
    assert question.unit_id == unit.id
    said = await office.rows(QuestionMessage)
    assert [each.text for each in said] == ["Nộp ở đâu?", ""]
    assert "Nguyễn Văn An đã chuyển thành câu hỏi" in mai.sees(say("unplaced.title"))["text"]
    office.clock.at += QUIET
    await an.says("Còn hạn đến khi nào?")
    await mai.presses(say("button.answer_it"))
    an.sees(say("unplaced.told_question"))
    assert (await office.row(Dialogue)).kind is DialogueKind.QUESTION_ANSWER
    assert len(await office.rows(Question)) == 2


async def test_the_office_lets_it_be_and_the_sender_sees_that_it_was_read(office: Office):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    await an.says("Cảm ơn")
    receipt = an.messages()[-1]
    assert say("button.make_question") in an.buttons()
    assert (await mai.presses(say("button.dismiss"))).text == say("unplaced.dismissed")
    an.sees(say("unplaced.told_seen"))
    (became,) = [each for each in an.messages() if each["message_id"] == receipt["message_id"]]
    assert became["text"] == say("unplaced.told_below")
    assert "reply_markup" not in became
    assert say("waiting.nothing") in (await mai.says("/cho"))[0]
    own = an.messages()[0]["message_id"]
    await an.edits(own, "Cảm ơn, gửi thêm file được không?")
    assert "gửi thêm file" in mai.sees(say("unplaced.title"))["text"]
    assert say("waiting.unplaced", count=1) in (await mai.says("/cho"))[0]


async def test_only_who_may_act_for_the_unit_is_shown_or_decides(office: Office):
    unit, other = await office.unit("Báo Yên Bái", "Báo chí"), await office.unit("Đài", "Đài")
    viewer = await office.staff(StaffRole.VIEWER, name="Lý Văn Xem")
    async with office.rt.write() as session:
        somebody = await factories.create_staff(session, StaffRole.REVIEWER, name="Lê Văn Hải")
        stands = await factories.group_ids_of_units(session)
        groups = await units.groups(session)
        (elsewhere,) = [each for each in groups if each.id in stands[other.id]]
        await factories.limit(session, somebody, elsewhere)
    limited, mai = office.phone(somebody), await office.staff()
    an = await office.contact(unit)
    await an.says("Việc này thế nào")
    assert mai.sees(say("unplaced.title"))
    assert [*viewer.texts(), *limited.texts()] == []
    row = await office.row(Unplaced)
    show = Callback(Press.UNPLACED_SHOW, (row.id,))
    assert (await viewer.presses_data(show)).text == say("refused.not_yours")
    assert (await limited.presses_data(show)).text == say("refused.out_of_scope")
    assert say("waiting.nothing") in (await limited.says("/cho"))[0]
    hoa = await office.contact(other, name="Lý Thị Hoa")
    asks = Callback(Press.UNPLACED_TO_QUESTION, (row.id,))
    assert (await hoa.presses_data(asks)).text == say("refused.not_yours")
    assert (await office.row(Unplaced)).state is UnplacedState.WAITING


async def test_who_left_the_office_before_it_was_sent_gets_neither_card_nor_copy(office: Office):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    office.sandbox.send(an.user_id, "voice")
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Staff).values(removed_at=office.clock.at))
    await office.works()
    await later(office)
    assert mai.messages() == []


async def test_what_bears_a_mark_of_secrecy_is_refused_and_nothing_of_it_kept(office: Office):
    await office.staff()
    an = await office.contact(await office.unit())
    assert (await an.says(SECRET))[0] == say("letter.secret")
    assert (await an.sends_file(b"x", "KH 12 (MẬT).pdf"))[0] == say("letter.secret")
    assert not await office.rows(Unplaced)
    assert not any("Kế hoạch bảo vệ" in row.body for row in await office.rows(Update))
    await an.says("Kế hoạch")
    await an.edits(an.last_own()["message_id"], SECRET)
    (row,) = await office.rows(Unplaced)
    assert (row.text, row.message_id) == ("", None)


async def test_in_groups_only_what_answers_the_bot_is_kept(office: Office):
    unit = await office.unit()
    mai = await office.staff()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    office.sandbox.change_members(group.chat_id, promote=[office.sandbox.bot().id])  # hears all
    assert await group.says("Trưa nay ăn gì?") == []
    await group.says("/trogiup")
    help_message = group.messages()[-1]
    assert await group.sends("sticker", reply_to=help_message, album="9") == [KEPT]
    assert await group.sends("photo", album="9") == []  # the rest of an album is no reply itself
    assert len(await office.rows(Unplaced)) == 2
    assert len([text for text in mai.texts() if say("unplaced.title") in text]) == 1
    stranger = office.account()
    assert await stranger.says("Xin chào") != [KEPT]
    assert await mai.says("Xin chào") == [say("unplaced.staff")]
    assert len(await office.rows(Unplaced)) == 2


async def test_erasing_a_person_takes_what_they_wrote_from_the_office_too(office: Office):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    await an.says("Số điện thoại của tôi là 0912345678")
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        await personal.erase(session, person, now=office.clock.at)
    await office.works()
    (row,) = await office.rows(Unplaced)
    assert (row.state, row.text, row.message_id) == (UnplacedState.DISMISSED, "", None)
    card = mai.sees(say("unplaced.title"))
    assert "0912345678" not in card["text"]
    assert "reply_markup" not in card
    stale = Callback(Press.UNPLACED_DISMISS, (row.id,))
    assert (await mai.presses_data(stale)).text == say("refused.gone")


async def test_what_was_decided_goes_in_time_with_all_of_its_entry_and_what_waits_stays(
    office: Office,
):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    await an.says("Một")
    await an.sends("voice")
    await mai.presses(say("button.dismiss"))
    office.clock.at += QUIET
    await an.says("Hai")
    office.clock.at += timedelta(days=office.rt.config.retention.unplaced_days + 1)
    while await prune(office.rt):
        pass
    assert [row.text for row in await office.rows(Unplaced)] == ["Hai"]


# --- edited --------------------------------------------------------------------------------------


async def test_links_that_are_added_by_an_edit_are_taken_and_old_ones_not_twice(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=1)
    link = "https://baoyenbai.com.vn/12/1/bai.aspx"
    await an.says(link)
    own = an.last_own()["message_id"]
    assert await an.edits(own, f"{link} (trang 1)") == []
    (told,) = await an.edits(own, f"{link} https://baoyenbai.com.vn/12/2/hai.aspx")
    assert told == say(
        "link.recorded", count=1, position=1, total=2, expected=1,
        code="TB-2",
    )  # fmt: skip
    assert len(await office.rows(Article)) == 2
    # Where the link was replaced, the one before counts too, and that is said.
    told = await an.edits(own, "https://baoyenbai.com.vn/12/3/ba.aspx")
    assert told[-1] == say("edit.earlier_links")
    assert len(await office.rows(Article)) == 3


async def test_a_link_that_an_edit_adds_to_a_question_is_taken_and_one_asked_about_not(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=1)
    old, new = (f"https://baoyenbai.com.vn/12/{number}/bai.aspx" for number in (1, 2))
    await an.says("/hoi")
    await an.presses(say("button.question_other"))
    await an.says(f"Bài {old} này có được tính cho đơn vị không?")
    own = an.last_own()["message_id"]
    await an.edits(own, f"Bài {old} này có được tính cho đơn vị không? Bài mới: {new}")
    assert [article.url for article in await office.rows(Article)] == [new]


async def test_an_edit_betters_an_answer_that_was_not_taken(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=1)
    await an.says("Ảnh đây")
    await an.says("/nop")
    office.clock.at += timedelta(seconds=5)
    await an.says("bài trang nhất")
    own = an.last_own()["message_id"]
    await an.edits(own, "https://baoyenbai.com.vn/12/1/bai.aspx")
    assert len(await office.rows(Article)) == 1
    assert not await office.rows(Dialogue)


async def test_an_edit_of_what_was_taken_is_kept_and_said_to_change_nothing(office: Office):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    await an.says("/viec")
    own = an.last_own()["message_id"]
    assert await an.edits(own, "/nop") == [say("edit.command")]
    assert await an.edits(own, "Báo cáo: đã xong") == [say("edit.kept", office=OFFICE)]
    assert await an.edits(own, "Báo cáo: gần xong") == []
    assert (await office.row(Unplaced)).text == "Báo cáo: gần xong"
    card = mai.sees(say("unplaced.title"))
    assert "gần xong" in card["text"]
    assert "(sửa lúc" in card["text"]
    await mai.says("/cho")
    assert await mai.edits(mai.last_own()["message_id"], "Chào") == [say("edit.staff")]


async def test_an_edit_that_comes_before_the_message_itself_is_what_stands(office: Office):
    an = await office.contact(await office.unit())
    office.sandbox.say(an.user_id, "Gửi sau")
    own = an.last_own()
    office.sandbox.edit(an.user_id, own["message_id"], "Gửi ngày mai")
    first, second = [dict(each.json) for each in office.sandbox.bot().queue.alive()][-2:]
    office.sandbox.bot().queue.clear()
    for body in (second, first):
        office.sandbox.put_update({key: value for key, value in body.items() if key != "update_id"})
    await office.works()
    (row,) = await office.rows(Unplaced)
    assert row.text == "Gửi ngày mai"
