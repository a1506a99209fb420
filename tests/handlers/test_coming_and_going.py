"""Chats that come and go: groups nobody links, channels, people who block and come back, and the
list of units that must be called."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import update

from bot.actions.rooms import STAYS_FOR
from bot.callbacks import Callback, Press
from bot.domain.states import InviteKind, MessageKind, OutboxState, StaffRole
from bot.storage.tables import (
    Acknowledgement,
    Chat,
    Event,
    Invite,
    InviteTry,
    OutboxMessage,
    Unit,
)
from bot.texts import texts
from tests.handlers.conftest import BOT_NAME, Office, Phone

OFFICE = "Sở Thông tin và Truyền thông"
say = texts("vi")
A_MOMENT = timedelta(seconds=5)


async def after(office: Office, time: timedelta) -> None:
    """Let the time pass, and the bot do what is due."""
    office.clock.at += time
    await office.works()


def left(office: Office) -> list[int]:
    """The chats that the bot left, in order."""
    return [
        call["parameters"]["chat_id"]
        for call in office.sandbox.calls()
        if call["method"] == "leaveChat"
    ]


# --- groups nobody linked ------------------------------------------------------------------------


async def test_a_group_nobody_links_is_told_at_once_and_left_after_a_day(office: Office):
    group = await office.group(office.account())
    await after(office, A_MOMENT)
    assert group.texts() == [say("group.leaves", office=OFFICE)]
    await after(office, STAYS_FOR - 2 * A_MOMENT)
    assert left(office) == []
    await after(office, A_MOMENT)
    assert left(office) == [group.chat_id]
    await office.works()
    assert (await office.chat_of(group)).unreachable_reason == "kicked"
    await after(office, STAYS_FOR)
    assert left(office) == [group.chat_id]


async def test_a_group_that_is_linked_in_time_stays_and_hears_no_warning(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an)
    code = await office.invite(InviteKind.UNIT_GROUP, unit=unit)
    await group.says(f"/start@{BOT_NAME} {code}")
    await after(office, STAYS_FOR + A_MOMENT)
    assert group.texts() == [say("group.linked_unit", office=OFFICE, unit="Báo Yên Bái")]
    assert left(office) == []


async def test_a_linked_group_that_is_given_the_same_link_again_is_told_whose_it_is(office: Office):
    unit = await office.unit()
    group = await office.group(await office.contact(unit))
    once = await office.invite(InviteKind.UNIT_GROUP, unit=unit)
    thrice = await office.invite(InviteKind.UNIT_GROUP, unit=unit, uses=3)
    await group.says(f"/start@{BOT_NAME} {once}")
    for code in (once, thrice):
        told = await group.says(f"/start@{BOT_NAME} {code}")
        assert told == [say("group.is_linked", whose="Báo Yên Bái")]
    assert [row.uses_left for row in await office.rows(Invite)] == [0, 3]
    assert not await office.rows(InviteTry)
    # In another group it is a wrong code as ever.
    another = await office.group(await office.contact(unit))
    assert await another.says(f"/start@{BOT_NAME} {once}") == [say("invite.unusable")]


async def test_a_group_that_is_linked_by_other_means_meanwhile_is_not_left(office: Office):
    group = await office.group(office.account())
    async with office.rt.write() as session:
        await session.execute(update(Chat).values(staff_group=True))
    await after(office, STAYS_FOR)
    assert (group.texts(), left(office)) == ([], [])
    withdrawn = await office.rows(OutboxMessage, reason="linked")
    assert {row.kind for row in withdrawn} == {MessageKind.UNLINKED, MessageKind.LEAVE}


async def test_a_group_that_takes_the_bot_back_has_a_whole_day_again(office: Office):
    group = await office.group(office.account())
    bot_id = office.sandbox.bot().id
    await after(office, timedelta(hours=20))
    office.sandbox.change_members(group.chat_id, remove=[bot_id])
    await office.works()
    office.sandbox.change_members(group.chat_id, add=[bot_id])
    await office.works()
    await after(office, timedelta(hours=20))
    assert left(office) == []
    await after(office, timedelta(hours=4))
    assert left(office) == [group.chat_id]


async def test_a_channel_is_left_without_a_word(office: Office):
    channel = {"id": -1001234, "type": "channel", "title": "Kênh"}
    me = {"id": office.sandbox.bot().id, "is_bot": True, "first_name": "Dondoc"}
    admin = {
        "status": "administrator",
        "user": me,
        "can_be_edited": False,
        "is_anonymous": False,
        **dict.fromkeys(
            (
                "can_manage_chat",
                "can_delete_messages",
                "can_manage_video_chats",
                "can_restrict_members",
                "can_promote_members",
                "can_change_info",
                "can_invite_users",
                "can_post_stories",
                "can_edit_stories",
                "can_delete_stories",
            ),
            False,
        ),
    }
    body = {
        "chat": channel,
        "from": office.sandbox.world.user_json(office.account().user_id),
        "date": 0,
        "old_chat_member": {"status": "left", "user": me},
        "new_chat_member": admin,
    }
    office.sandbox.put_update({"my_chat_member": body})
    await office.works()
    assert left(office) == [channel["id"]]
    async with office.rt.write() as session:  # the sandbox has no such chat
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.state == OutboxState.FAILED)
            .values(reason="kicked")
        )


# --- people who go and come back -----------------------------------------------------------------


async def test_who_unblocks_gets_what_was_issued_meanwhile_and_nothing_twice(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    first = await office.issued(unit)
    office.sandbox.block(an.user_id)
    await office.works()
    second = await office.issued(unit)
    assert len([text for text in an.texts() if "Kính gửi" in text]) == 1
    office.sandbox.unblock(an.user_id)
    await office.works()
    cards = [text for text in an.texts() if "Kính gửi" in text]
    assert len(cards) == 2
    assert f"{first.directive.number}/" in cards[0]
    assert f"{second.directive.number}/" in cards[1]
    assert await office.row(Event, action="chat_reachable")


async def test_a_refusal_on_sending_marks_the_chat_with_its_reason(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    office.sandbox.deactivate(an.user_id)
    await office.issued(unit)
    chat = await office.chat_of(an)
    assert (chat.unreachable_reason, chat.unreachable_at) == ("deactivated", office.clock.at)
    assert (await office.row(Event, action="chat_unreachable")).object_id == chat.id
    async with office.rt.write() as session:
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.reason == "deactivated")
            .values(reason="blocked")  # the other failures are looked for in the end
        )


async def test_what_was_done_in_a_group_before_it_moved_counts_after(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    issued = await office.issued(unit)
    data = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,)).encode()
    moved = Phone(office, an.user_id, office.sandbox.migrate(group.chat_id))
    await office.works()
    # A press from before the move comes only now, under the old id.
    query_id = office.press_arrives(group, data, 0)
    await office.works()
    assert office.popup(query_id).text == say("acknowledged.thanks")
    assert len(await office.rows(Acknowledgement)) == 1
    chat = await office.chat_of(moved)
    assert (chat.unit_id, chat.unreachable_reason) == (unit.id, None)
    assert "✓ Đã nhận" in moved.sees("Kính gửi")["text"]


async def test_staff_are_told_when_a_units_last_one_goes(office: Office):
    unit = await office.unit()
    async with office.rt.write() as session:
        await session.execute(update(Unit).values(phone="0216 3852 000"))
    admin = await office.staff(StaffRole.ADMIN)
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    office.sandbox.block(an.user_id)
    await office.works()
    assert admin.texts() == []
    office.sandbox.block(binh.user_id)
    await office.works()
    assert admin.texts() == [say("unit.cut_off", unit="Báo Yên Bái", phone="0216 3852 000")]


# --- units to be called --------------------------------------------------------------------------


async def test_the_list_of_units_out_of_reach_says_whom_to_call_and_why(office: Office):
    lost, partly, empty, fine = [
        await office.unit(name)
        for name in ("Báo Yên Bái", "Đài Phát thanh tỉnh", "Sở Y tế", "Sở Nội vụ")
    ]
    async with office.rt.write() as session:
        (await session.merge(lost)).phone = "0216 3852 000"
        (await session.merge(empty)).retired_at = None
    viewer = await office.staff(StaffRole.VIEWER)
    an = await office.contact(lost)
    binh, _ = await office.contact(partly, name="Lê Thị Bình"), await office.contact(partly)
    await office.contact(fine)
    group = await office.group(an, unit=lost)
    for person in (an, binh):
        office.sandbox.block(person.user_id)
    office.sandbox.change_members(group.chat_id, remove=[office.sandbox.bot().id])
    await office.works()
    (shown,) = await viewer.says("/matlienlac")
    head, *lines = [line for line in shown.splitlines() if line]
    assert head == say("lost.title", count=3, cut_off=2)
    blocked = f"{say('lost.reason_blocked')} · 12:00 06/10/2026"
    assert lines[:-1] == [
        "1. Báo Yên Bái · 0216 3852 000",
        say("lost.cut_off"),
        f"– Nguyễn Văn An: {blocked}",
        f"– Nhóm việc: {say('lost.reason_kicked')} · 12:00 06/10/2026",
        f"2. Sở Y tế · {say('lost.no_phone')}",
        say("lost.nobody"),
        f"3. Đài Phát thanh tỉnh · {say('lost.no_phone')}",
        say("lost.partly"),
        f"– Lê Thị Bình: {blocked}",
    ]
    assert "GMT+07:00" in lines[-1]
    office.sandbox.unblock(an.user_id)
    await office.works()
    (shown,) = await viewer.says("/matlienlac")
    assert say("lost.title", count=3, cut_off=1) in shown


async def test_a_unit_whose_contacts_have_all_left_is_told_from_one_that_never_had_any(
    office: Office,
):
    left = await office.unit("Báo Yên Bái")
    await office.unit("Sở Y tế")
    an, binh = await office.contact(left), await office.contact(left, name="Lê Thị Bình")
    viewer = await office.staff(StaffRole.VIEWER)
    for person in (an, binh):
        await person.says("/ngung")
        await person.presses("Ngừng: Báo Yên Bái")
        office.clock.at += timedelta(hours=1)
    (shown,) = await viewer.says("/matlienlac")
    everyone = say("lost.all_left", at="13:00 06/10/2026")
    assert f"1. Báo Yên Bái · {say('lost.no_phone')}\n{everyone}\n" in shown
    assert f"2. Sở Y tế · {say('lost.no_phone')}\n{say('lost.nobody')}\n" in shown
    await viewer.says("/donvi yên bái")
    await viewer.presses("Báo Yên Bái")
    viewer.sees(everyone)


async def test_the_list_of_units_out_of_reach_has_pages(office: Office):
    for number in range(9):
        await office.unit(f"Đơn vị {number}")
    viewer = await office.staff(StaffRole.VIEWER)
    (first,) = await viewer.says("/matlienlac")
    assert "8. Đơn vị 7" in first
    await viewer.presses("›")
    assert "9. Đơn vị 8" in viewer.texts()[-1]
    assert len(viewer.texts()) == 1


async def test_a_unit_out_of_reach_is_invited_and_rearranged_from_the_list(office: Office):
    unit = await office.unit("Báo Yên Bái")
    admin = await office.staff(StaffRole.ADMIN)
    viewer = await office.staff(StaffRole.VIEWER, name="Xem")
    for command, invite, rearrange in (
        ("/matlienlac", "Mời lại 1", "Sắp xếp 1"),
        ("/donvi", "Mời", "Sắp xếp, bàn giao"),
    ):
        for person in (admin, viewer):
            await person.says(command)
            if command == "/donvi":
                await person.presses(unit.name)
        await admin.presses(rearrange)
        admin.sees(say("change.choose", unit=unit.name))
        await admin.presses(invite)
        admin.sees(say("invites.title", unit=unit.name))
    assert not {label for label in viewer.buttons() if label.startswith(("Mời", "Sắp xếp"))}


async def test_the_list_of_units_out_of_reach_comes_as_a_workbook_to_call_from(office: Office):
    lost, _ = await office.unit("Báo Yên Bái"), await office.unit("Sở Y tế")
    async with office.rt.write() as session:
        (await session.merge(lost)).phone = "0216 3852 000"
    an = await office.contact(lost)
    viewer = await office.staff(StaffRole.VIEWER)
    office.sandbox.block(an.user_id)
    await viewer.says("/matlienlac")
    await viewer.presses("Danh sách gọi điện")
    content = office.sandbox.file(viewer.messages()[-1]["document"]["file_id"]).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row][1:] for row in sheet.iter_rows()]
    blocked = f"{say('lost.reason_blocked')} · 12:00 06/10/2026"
    assert rows == [
        ["Tên đơn vị", "Điện thoại", "Người, nhóm", "Lý do"],
        ["Báo Yên Bái", "0216 3852 000", "Nguyễn Văn An", blocked],
        ["Sở Y tế", None, None, say("lost.nobody")],
    ]


@pytest.mark.parametrize("words", ["Chào", "https://baoyenbai.com.vn/1/1/bai.aspx"])
async def test_a_channels_post_in_its_group_is_nobodys_word(office: Office, words: str):
    an = await office.contact(await office.unit())
    group = await office.group(an)
    world = office.sandbox.world
    chat = world.chat(group.chat_id, office.sandbox.bot().id)
    assert chat is not None
    before = await office.facts()
    office.sandbox.put_update(
        {
            "message": {
                "message_id": 900,
                "date": 0,
                "chat": world.chat_json(chat),
                "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
                "sender_chat": {"id": -1001234, "type": "channel", "title": "Kênh"},
                "is_automatic_forward": True,
                "text": words,
            }
        }
    )
    await office.works()
    assert group.texts() == []
    assert await office.facts() == before
