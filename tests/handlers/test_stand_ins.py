"""Who leaves, hands over, stands in, and for which of several units somebody speaks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.callbacks import Callback, Press
from bot.domain.consent import CONSENT_VERSION
from bot.domain.states import ContactRole, MessageKind, StaffRole
from bot.storage.tables import Acknowledgement, Article, Contact, Invite, OutboxMessage, Person
from bot.texts import texts
from scheduler.jobs import end_deputies
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_joining import asks_for_approval

say = texts("vi")


def code_in(message: str) -> str:
    found = re.search(r"start=([A-Za-z0-9_-]{22})", message)
    assert found, message
    return found[1]


async def asks(phone: Phone, button: str, *, until: str | None = None) -> str:
    """What a contact does to be replaced; the code they may pass on."""
    await phone.says("/bangiao")
    await phone.presses(button)
    if until is not None:
        await phone.says(until)
    return code_in(phone.texts()[-1])


async def agrees(phone: Phone, code: str) -> None:
    await phone.says(f"/start {code}")
    await phone.presses("Đồng ý tham gia")


async def test_a_successor_who_agrees_takes_place_role_and_open_cards(office: Office):
    unit = await office.unit()
    an = await office.contact(leader_of=unit)
    await office.issued(unit)
    binh = office.account("Lê Thị Bình")
    code = await asks(an, "Bàn giao: Báo Yên Bái")
    assert await office.actor_units(an) == {unit.id}  # nothing has happened before they agree
    await agrees(binh, code)
    assert await office.actor_units(an) == frozenset()
    person = await office.row(Person, telegram_id=binh.user_id)
    contact = await office.row(Contact, person_id=person.id)
    assert (contact.role, contact.ended_at, contact.until) == (ContactRole.LEADER, None, None)
    assert (await binh.presses("Đã nhận")).text == say("acknowledged.thanks")
    an.sees("Lê Thị Bình đã nhận bàn giao")
    office_name = office.rt.config.office.name
    no_more = say("refused.former", units="Báo Yên Bái", office=office_name)
    assert (await an.presses("Đã nhận")).text == no_more
    assert await an.says("/viec") == [no_more]
    assert await an.says("/start") == [say("start.former", units="Báo Yên Bái", office=office_name)]
    third = office.account("Ba")
    assert await third.says(f"/start {code}") == [say("invite.unusable")]


async def test_the_one_who_hands_over_cannot_take_it_and_a_newer_link_undoes_the_older(
    office: Office,
):
    unit = await office.unit()
    an, binh = await office.contact(unit), office.account("Bình")
    first = await asks(an, "Bàn giao")
    second = await asks(an, "Bàn giao")
    assert await binh.says(f"/start {first}") == [say("invite.unusable")]
    await an.says(f"/start {second}")
    assert (await an.presses("Đồng ý tham gia")).text == say("standin.oneself")
    assert await office.actor_units(an) == {unit.id}
    await agrees(binh, second)
    assert await office.actor_units(binh) == {unit.id}


async def test_a_deputy_gets_cards_and_reminders_until_the_day_and_both_are_told(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), office.account("Lê Thị Bình")
    await office.issued(unit)
    code = await asks(an, "Nhờ làm thay", until="17h 08/10")
    (offer,) = await binh.says(f"/start {code}")
    assert "làm thay đầu mối của Báo Yên Bái đến 17:00 08/10/2026" in offer
    (open_links,) = await an.says("/bangiao")
    assert "– làm thay tại Báo Yên Bái đến 17:00 08/10/2026" in open_links
    await binh.presses("Đồng ý tham gia")
    binh.sees(r"làm thay đầu mối của Báo Yên Bái đến 17:00 08/10/2026 \(giờ GMT\+07:00\)")
    an.sees("Lê Thị Bình đã đồng ý làm thay")
    assert await an.says("/bangiao") == [say("standin.choose")]
    assert (await binh.presses("Đã nhận")).text == say("acknowledged.thanks")
    await office.issued(unit)
    binh.sees("Đề nghị đơn vị bấm")

    office.clock.at += timedelta(days=2, hours=4, minutes=59)
    assert not await end_deputies(office.rt)
    assert await office.actor_units(binh) == {unit.id}
    office.clock.at += timedelta(minutes=1)
    while await end_deputies(office.rt):
        pass
    await office.works()
    binh.sees("Thời gian làm thay tại Báo Yên Bái đã hết")
    an.sees("Lê Thị Bình đã hết thời gian làm thay")
    assert await office.actor_units(binh) == frozenset()
    assert await office.actor_units(an) == {unit.id}
    assert await office.rows(Acknowledgement)


async def test_a_deputy_is_ended_early_and_gives_no_place_away(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), office.account("Bình")
    await agrees(binh, await asks(an, "Nhờ làm thay", until="2 tuần"))
    deputy = next(row for row in await office.rows(Contact) if row.deputy_for_id)
    popup = await binh.presses_data(Callback(Press.HAND_OVER, (deputy.id,)))
    assert popup.text == say("standin.is_deputy")
    await an.says("/bangiao")
    assert (await an.presses("Thôi làm thay: Bình")).text == say("standin.ended")
    assert await office.actor_units(binh) == frozenset()


async def test_a_deputy_with_an_invite_of_their_own_stays(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), office.account("Bình")
    await agrees(binh, await asks(an, "Nhờ làm thay", until="2 tuần"))
    await agrees(binh, await office.invite(unit=unit))
    office.clock.at += timedelta(days=30)
    assert not await end_deputies(office.rt)
    assert await office.actor_units(binh) == {unit.id}
    assert {row.deputy_for_id for row in await office.rows(Contact)} == {None}


async def test_who_is_a_contact_already_is_no_deputy_and_keeps_their_place(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Bình")
    code = await asks(an, "Nhờ làm thay", until="2 tuần")
    await binh.says(f"/start {code}")
    assert (await binh.presses("Đồng ý tham gia")).text == say("standin.contact_already")
    assert {row.until for row in await office.rows(Contact)} == {None}


async def test_a_day_that_is_too_far_or_no_day_is_told_and_asked_again(office: Office):
    an = await office.contact(await office.unit())
    await an.says("/bangiao")
    await an.presses("Nhờ làm thay")
    assert await an.says("01/01/2029") == [say("standin.too_long", days=366)]
    assert "Chưa hiểu" in (await an.says("lâu lâu"))[0]
    assert not await office.rows(Invite)
    assert "start=" in (await an.says("09/10"))[0]


async def test_administrators_may_do_it_in_a_contacts_place_and_nobody_else(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    other = await office.contact(await office.unit("Đài"), name="Chi")
    mai = await office.staff(StaffRole.ADMIN)
    sender = await office.staff(StaffRole.SENDER, name="Sáu")
    contact = (await office.rows(Contact, unit_id=unit.id))[0]
    for phone in (other, sender):
        popup = await phone.presses_data(Callback(Press.HAND_OVER, (contact.id,)))
        assert popup.text == say("refused.not_your_unit")
    await mai.says(f"/sapxep {unit.code}")
    await mai.presses("Bàn giao, làm thay đầu mối")
    await mai.presses("Bàn giao: Nguyễn Văn An")
    binh = office.account("Bình")
    await agrees(binh, code_in(mai.texts()[-1]))
    assert await office.actor_units(an) == frozenset()
    assert await office.actor_units(binh) == {unit.id}


# --- stopping ------------------------------------------------------------------------------------


async def test_who_stops_gets_no_more_and_staff_are_told_whom_to_call(office: Office):
    unit = await office.unit()
    async with office.rt.write() as session:
        (await session.merge(unit)).phone = "0216 3852 111"
    mai = await office.staff(StaffRole.ADMIN)
    an = await office.contact(unit)
    await office.issued(unit)
    await an.says("/ngung")
    assert await office.actor_units(an) == {unit.id}
    assert (await an.presses("Ngừng: Báo Yên Bái")).text == say("stop.done")
    an.sees("Đồng chí không còn là đầu mối của Báo Yên Bái")
    mai.sees("Báo Yên Bái không còn ai liên lạc được.*0216 3852 111")
    shown = an.last_id()
    await office.issued(unit)
    office.clock.at += timedelta(days=10)
    await office.reminds()
    assert an.texts(after=shown) == []
    (refused,) = await an.says("/viec")
    assert refused.startswith("Đồng chí không còn là đầu mối của Báo Yên Bái")
    menus = [row for row in await office.rows(OutboxMessage) if row.kind is MessageKind.MENU]
    assert menus[-1].parameters["commands"] == ["trogiup", "ngonngu", "huy"]

    await agrees(an, await office.invite(unit=unit))
    assert await office.actor_units(an) == {unit.id}


async def test_of_several_units_one_is_stopped_or_all(office: Office):
    paper, radio = await office.unit("Báo"), await office.unit("Đài")
    an, binh = await office.contact(paper, radio), await office.contact(paper, name="Bình")
    mai = await office.staff(StaffRole.ADMIN)
    await an.says("/ngung")
    await an.presses("Ngừng: Báo")
    assert await office.actor_units(an) == {radio.id}
    assert mai.texts() == []  # there is still Bình
    assert await office.actor_units(binh) == {paper.id}
    popup = await an.presses_data(Callback(Press.STOP, (paper.id,)))
    assert popup.text == say("refused.not_your_unit")
    await agrees(an, await office.invite(unit=paper))
    await an.says("/ngung")
    await an.presses("Ngừng ở tất cả")
    assert await office.actor_units(an) == frozenset()
    mai.sees("Đài không còn ai liên lạc được")


# --- for which unit ------------------------------------------------------------------------------


async def test_links_of_a_contact_of_several_units_ask_once_for_which(office: Office):
    paper, radio = await office.unit("Báo"), await office.unit("Đài")
    an = await office.contact(paper, radio)
    await office.issued(paper, radio, tasks=2)
    await an.says("NV2 https://baoyenbai.com.vn/1/1/mot.aspx")
    an.sees("Đường dẫn này của đơn vị nào")
    assert not await office.rows(Article)
    assert (await an.presses("Đài")).text == say("speak.chosen", unit="Đài")
    an.sees("Đã ghi nhận 1 đường dẫn cho Nội dung 2")
    await an.says("NV1 https://baoyenbai.com.vn/1/1/hai.aspx")
    an.sees("Đã ghi nhận 1 đường dẫn cho Nội dung 1")

    tasks = (await an.says("/viec"))[0]
    assert tasks.index("Báo") >= 0
    await an.presses("Chọn đơn vị…")
    await an.presses("Báo")
    first, *_ = re.findall(r"– (Báo|Đài)", (await an.says("/viec"))[0])
    assert first == "Báo"
    await an.says("NV1 https://baoyenbai.com.vn/1/1/ba.aspx")
    an.sees("Đã ghi nhận 1 đường dẫn cho Nội dung 1")
    per_unit = {row.assignment_id for row in await office.rows(Article)}
    assert len(per_unit) == 3


async def test_where_the_chosen_unit_has_nothing_open_links_are_not_lost(office: Office):
    paper, radio = await office.unit("Báo"), await office.unit("Đài")
    an = await office.contact(paper, radio)
    await office.issued(radio, tasks=1)
    await an.says("/donvitoi")
    await an.presses("Báo")
    await an.says("https://baoyenbai.com.vn/1/1/mot.aspx")
    assert len(await office.rows(Article)) == 1


async def test_a_unit_that_is_not_theirs_cannot_be_spoken_for(office: Office):
    paper, radio = await office.unit("Báo"), await office.unit("Đài")
    an = await office.contact(paper)
    assert await an.says("/donvitoi") == [say("speak.only_one", unit="Báo")]
    popup = await an.presses_data(Callback(Press.SPEAK_FOR, (radio.id,)))
    assert popup.text == say("refused.not_your_unit")
    assert (await office.row(Person, telegram_id=an.user_id)).speaks_for_id is None


# --- where the office wants to be asked ----------------------------------------------------------


@pytest.mark.parametrize("button", ["Bàn giao", "Nhờ làm thay"])
async def test_a_place_passes_on_when_the_office_agrees_and_not_before(office: Office, button: str):
    asks_for_approval(office)
    unit = await office.unit()
    an, binh = await office.contact(leader_of=unit), office.account("Lê Thị Bình")
    mai = await office.staff(StaffRole.ADMIN)
    code = await asks(an, button, until="2 tuần" if button == "Nhờ làm thay" else None)
    (offer,) = await binh.says(f"/start {code}")
    assert "Hệ thống lưu về đồng chí" in offer
    shown = an.last_id()
    await binh.presses("Đồng ý tham gia")
    person = await office.row(Person, telegram_id=binh.user_id)
    assert person.consent_version == CONSENT_VERSION
    assert await office.actor_units(an) == {unit.id}
    assert await office.actor_units(binh) == frozenset()
    assert an.texts(after=shown) == []

    await mai.says("/cho")
    await mai.presses("Duyệt 1")
    assert await office.actor_units(binh) == {unit.id}
    contact = await office.row(Contact, person_id=person.id)
    assert contact.role is ContactRole.LEADER
    if button == "Bàn giao":
        assert await office.actor_units(an) == frozenset()
        an.sees("Lê Thị Bình đã nhận bàn giao")
    else:
        assert await office.actor_units(an) == {unit.id}
        assert contact.until == office.rt.now() + timedelta(days=14, hours=5)
        an.sees("Lê Thị Bình đã đồng ý làm thay")


async def test_a_place_that_is_nobodys_any_more_is_not_given_away(office: Office):
    asks_for_approval(office)
    unit = await office.unit()
    an, binh = await office.contact(unit), office.account("Lê Thị Bình")
    mai = await office.staff(StaffRole.ADMIN)
    await agrees(binh, await asks(an, "Bàn giao"))
    await an.says("/ngung")
    await an.presses("Ngừng")
    await mai.says("/cho")
    assert (await mai.presses("Duyệt 1")).text == say("invite.unusable")
    assert await office.actor_units(binh) == frozenset()
    assert (await mai.presses("Từ chối 1")).text == say("join.rejected_them")


async def test_a_deputy_who_stops_is_gone_and_who_asked_them_hears_of_it(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), office.account("Lê Thị Bình")
    mai = await office.staff(StaffRole.ADMIN)
    await agrees(binh, await asks(an, "Nhờ làm thay", until="2 tuần"))
    await binh.says("/ngung")
    await binh.presses("Ngừng: Báo Yên Bái")
    an.sees("Lê Thị Bình đã hết thời gian làm thay")
    assert await office.actor_units(binh) == frozenset()
    assert await office.actor_units(an) == {unit.id}
    assert mai.texts() == []
    office.clock.at += timedelta(days=30)
    assert not await end_deputies(office.rt)


async def test_units_of_one_kind_can_be_told_apart_on_buttons(office: Office):
    kind = "Trung tâm Truyền thông và Văn hóa huyện"
    one, two = await office.unit(f"{kind} Văn Yên"), await office.unit(f"{kind} Trấn Yên")
    an = await office.contact(one, two)
    await office.issued(one, two, tasks=1)
    for asks in ("https://baoyenbai.com.vn/1/1/mot.aspx", "/donvitoi", "/nop", "/hoi", "/viec"):
        await an.says(asks)
        shown = [
            button["text"]
            for row in an.messages()[-1]["reply_markup"]["inline_keyboard"]
            for button in row
        ]
        for place in ("Văn Yên", "Trấn Yên"):
            assert any(place in label for label in shown), (asks, shown)
