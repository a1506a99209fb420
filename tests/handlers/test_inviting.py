"""Letting people in: whom to invite, links and QR codes, sheets for a group, taking back."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pypdfium2
import pytest

from bot.callbacks import Callback, Press
from bot.domain.states import ContactRole, InviteKind, MessageKind, StaffRole
from bot.storage import people
from bot.storage.tables import Contact, Dialogue, Event, Group, Invite, OutboxMessage
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import BOT_NAME, Office, Phone, Popup
from tests.handlers.test_joining import join

say = texts("vi")
LINK = re.compile(rf"https://t\.me/{BOT_NAME}\?(start|startgroup)=([A-Za-z0-9_-]{{22}})")


def newest_code(phone: Phone) -> tuple[str, str]:
    """How the newest link on the phone opens the bot, and its code."""
    found = LINK.search(phone.texts()[-1])
    assert found is not None
    return found[1], found[2]


async def told(office: Office) -> str:
    """Everything that the outbox has kept."""
    return str([row.parameters for row in await office.rows(OutboxMessage)])


async def test_whom_to_invite_is_chosen_by_pages_or_typed(office: Office):
    for name in "ABCDEFGHI":
        await office.unit(f"Phường Yên {name}")
    admin = await office.staff(StaffRole.ADMIN)
    assert await admin.says("/moi") == [say("invite.choose_unit", count=9)]
    assert "Phường Yên H" in "".join(admin.buttons())
    assert "Phường Yên I" not in "".join(admin.buttons())
    await admin.presses(say("button.next"))
    assert admin.find_button("Phường Yên I")
    (found,) = await admin.says("yen c")
    assert found == say("unit.choose", count=1)
    await admin.presses("Phường Yên C")
    assert say("invites.title", unit="Phường Yên C") in admin.texts()[-1]
    assert not await office.rows(Dialogue)


async def test_a_unit_is_found_by_the_name_that_it_has_now(office: Office):
    unit, _ = await office.unit("Phòng Văn hóa"), await office.unit("Phòng Nội vụ")
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says(f"/sapxep {unit.code}")
    await admin.presses("Đổi tên")
    await admin.says("Phòng Đô thị")
    await admin.presses("Thực hiện")
    assert await admin.says("/moi van hoa") == [say("unit.unknown", code="van hoa")]
    assert "Phòng Đô thị" in (await admin.says("/moi phong do thi"))[0]


async def test_a_link_with_its_picture_makes_so_many_contacts_and_is_forgotten(office: Office):
    unit = await office.unit()
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says(f"/moi {unit.code}")
    await admin.says("/moi")
    await admin.presses("Báo Yên Bái")
    await admin.presses("Đầu mối ×5")
    message = admin.messages()[-1]
    assert "photo" in message
    assert "Dùng được 5 lần, đến 12:00 13/10/2026" in message["caption"]
    opens, code = newest_code(admin)
    assert opens == "start"
    invite = max(await office.rows(Invite), key=lambda row: row.id)
    assert invite.code_hash == hashlib.sha256(code.encode()).hexdigest()
    assert (invite.kind, invite.uses_left) == (InviteKind.CONTACT, 5)
    assert invite.created_by is not None
    assert code not in await told(office)
    await join(office.account(), code)
    await admin.says("/moi")
    await admin.presses("Báo Yên Bái")
    assert "1. Đầu mối · còn 4 lượt · đến 12:00 13/10/2026 · Trần Thị Mai" in admin.texts()[-1]


async def test_a_leaders_link_and_links_for_groups(office: Office):
    unit = await office.unit()
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says("/moi")
    await admin.presses("Báo Yên Bái")
    await admin.presses("Lãnh đạo ×1")
    await join(office.account(), newest_code(admin)[1])
    assert (await office.row(Contact)).role is ContactRole.LEADER
    await admin.presses("Nhóm Telegram của đơn vị ×1")
    opens, code = newest_code(admin)
    assert opens == "startgroup"
    group = await office.group(admin)
    await group.says(f"/start@{BOT_NAME} {code}")
    assert (await office.chat_of(group)).unit_id == unit.id
    await admin.presses(say("button.invite_staff_group"))
    own = await office.group(admin)
    await own.says(f"/start@{BOT_NAME} {newest_code(admin)[1]}")
    assert (await office.chat_of(own)).staff_group


async def test_an_invite_is_taken_back(office: Office):
    unit = await office.unit()
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says(f"/moi {unit.code}")
    _, code = newest_code(admin)
    giang = office.account()
    await giang.says(f"/start {code}")
    await admin.says("/moi")
    await admin.presses("Báo Yên Bái")
    assert await admin.presses("Thu hồi 1") == Popup(say("invite.revoked"), alert=False)
    assert say("invites.none") in admin.texts()[-1]
    assert await office.row(Event, action="invite_revoked")
    # Also for who had it open already.
    assert await giang.presses("Đồng ý tham gia") == Popup(say("invite.unusable"), alert=True)
    assert await office.account().says(f"/start {code}") == [say("invite.unusable")]
    again = Callback(Press.INVITE_REVOKE, ((await office.row(Invite)).id,))
    assert await admin.presses_data(again) == Popup(say("invite.not_open"), alert=True)


async def test_a_sheet_for_a_group_has_a_new_code_for_every_unit(office: Office):
    names = [f"Ủy ban nhân dân phường Đồng Tâm số {number}" for number in range(11)]
    units = [await office.unit(names[0], "Các phường")]
    group = await office.row(Group)
    async with office.rt.write() as session:
        units += [
            await factories.create_unit(session, name=name, groups=[group]) for name in names[1:]
        ]
        gone = await factories.create_unit(session, name="Đã giải thể", groups=[group])
        gone.retired_at = office.clock.at
    admin = await office.staff(StaffRole.ADMIN)
    assert await admin.says("/moi nhóm") == [say("invite.choose_group")]
    popup = await admin.presses("Các phường (11 đơn vị)")
    assert popup.text == say("sheet.on_its_way")
    message = admin.messages()[-1]
    assert message["document"]["file_name"] == "Ma moi Các phường.pdf"
    assert "11 đơn vị" in message["caption"]
    rows = await office.rows(Invite)
    assert {row.unit_id for row in rows} == {unit.id for unit in units}
    assert {(row.uses_left, row.expires_at - row.created_at) for row in rows} == {
        (1, timedelta(days=7))
    }
    assert (await office.row(OutboxMessage, kind=MessageKind.INVITE_SHEET)).parameters == {}

    file = office.sandbox.world.files.get(message["document"]["file_id"])
    assert file is not None
    sheet = pypdfium2.PdfDocument(file.content)
    assert len(sheet) == 2
    words = "".join(page.get_textpage().get_text_range() for page in sheet).replace("\r\n", " ")
    assert all(name in words for name in names)
    assert words.count("12:00 13/10/2026") == 11
    codes = [code for _, code in LINK.findall(words.replace(" ", ""))]
    assert {hashlib.sha256(code.encode()).hexdigest() for code in codes} == {
        row.code_hash for row in rows
    }
    await join(office.account(), codes[3])
    assert len(await office.rows(Contact)) == 1


@pytest.mark.parametrize(("method", "button"), [("sendPhoto", "Đầu mối ×1"), ("sendDocument", "")])
async def test_codes_of_a_message_that_surely_reached_nobody_are_taken_back(
    office: Office, method: str, button: str
):
    unit = await office.unit("Báo Yên Bái", "Báo chí")
    admin = await office.staff(StaffRole.ADMIN)
    blocked = "Forbidden: bot was blocked by the user"
    office.sandbox.add_fault("status", method=method, status=403, description=blocked)
    await admin.says("/moi")
    await admin.presses("Báo Yên Bái")
    if button:
        await admin.presses(button)
    else:
        (group,) = await office.rows(Group)
        await admin.presses_data(Callback(Press.INVITE_SHEET, (group.id,)))
    (invite,) = await office.rows(Invite)
    assert invite.revoked_at is not None
    assert await office.rows(Event, action="invite_revoked", unit_id=unit.id)
    await admin.presses_data(Callback(Press.INVITE_UNIT, (unit.id,)))
    assert say("invites.none") in admin.texts()[-1]


async def test_a_code_for_a_chat_that_takes_nothing_any_more_is_taken_back(office: Office):
    unit = await office.unit("Báo Yên Bái")
    admin = await office.staff(StaffRole.ADMIN)
    office.sandbox.say(admin.user_id, f"/moi {unit.code}")
    await office.handles()
    async with office.rt.write() as session:
        chat = await people.chat_by_telegram_id(session, admin.chat_id)
        assert chat is not None
        await people.mark_unreachable(session, chat.id, reason="blocked", now=office.rt.now())
    await office.works()
    (invite,) = await office.rows(Invite)
    assert invite.revoked_at is not None
    assert "start=" not in await told(office)
