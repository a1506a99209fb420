"""How a draft is to be sent: what of unclear ends, and when; what is appointed, and its list."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.actions import draft_tasks
from bot.actions import drafts as draft_actions
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.states import AssignmentState, Sending, WhenUnclear
from bot.storage.tables import (
    Addressee,
    Assignment,
    Card,
    Dialogue,
    Directive,
    Draft,
    OutboxMessage,
)
from bot.texts import texts
from scheduler.calendar import WorkingCalendar
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON
from tests.handlers.broadcast import Broadcast, drafted
from tests.handlers.conftest import Office

say = texts("vi")
TOMORROW_8 = NOON.replace(day=7, hour=1)  # in the office


# --- how a draft is to be sent -------------------------------------------------------------------


async def test_the_way_of_unclear_sends_is_chosen_below_the_preview(office: Office):
    broadcast = await drafted(office)
    mai = broadcast.mai
    await mai.presses("Xem trước và gửi")
    check = mai.last_id()
    assert say("check.unclear_resend") in mai.texts()[-1]
    office.clock.at += timedelta(minutes=1)
    await mai.presses("Nếu chưa rõ: giữ lại")
    assert mai.last_id() == check
    assert say("check.unclear_hold") in mai.texts()[-1]
    popup = await mai.presses_data(
        Callback(Press.DRAFT_ISSUE, (broadcast.draft.id, draft_actions.state_id(broadcast.draft)))
    )
    assert popup.text == say("draft.changed_since_preview")
    assert (await mai.presses("Gửi 3 đơn vị")).text == say("issue.started")
    assert (await broadcast.directive()).when_unclear is WhenUnclear.HOLD


async def test_the_way_of_unclear_sends_can_be_turned_back(office: Office):
    broadcast = await drafted(office)
    await broadcast.mai.presses("Xem trước và gửi")
    await broadcast.mai.presses("Nếu chưa rõ: giữ lại")
    await broadcast.mai.presses("Nếu chưa rõ: gửi lại")
    popup = await broadcast.mai.presses_data(Callback(Press.DRAFT_UNCLEAR, (broadcast.draft.id, 2)))
    assert popup.text == say("refused.gone")
    await broadcast.mai.presses("Gửi 3 đơn vị")
    assert (await broadcast.directive()).when_unclear is WhenUnclear.RESEND


# --- sending later -------------------------------------------------------------------------------


async def appointed(office: Office, *, units: int = 3) -> Broadcast:
    """A directive that is to be sent tomorrow at eight."""
    broadcast = await drafted(office, units=units)
    await broadcast.mai.presses("Xem trước và gửi")
    await broadcast.mai.presses("Hẹn giờ gửi…")
    await broadcast.mai.says("8h ngày mai")
    await broadcast.mai.presses("Hẹn gửi lúc 08:00 07/10/2026")
    return broadcast


async def test_a_sending_can_be_appointed_and_begins_then(office: Office):
    broadcast = await drafted(office)
    mai = broadcast.mai
    await mai.presses("Xem trước và gửi")
    await mai.presses("Hẹn giờ gửi…")
    assert mai.texts()[-1] == say("appoint.ask")
    (check,) = await mai.says("8h ngày mai")
    assert "Hẹn gửi: 08h00, thứ Tư, ngày 07/10/2026" in check
    assert not await office.rows(Dialogue)
    popup = await mai.presses("Hẹn gửi lúc 08:00 07/10/2026")
    assert popup.text == "Đã hẹn gửi lúc 08:00 07/10/2026"
    assert mai.sees("Đã hẹn gửi lúc")["text"] == "Đã hẹn gửi lúc 08:00 07/10/2026 (giờ GMT+07:00)."
    assert "Sẽ gửi lúc 08h00, thứ Tư, ngày 07/10/2026" in broadcast.progress()
    assert broadcast.offered()[:2] == ["Gửi ngay", "Hủy"]
    directive = await broadcast.directive()
    assert (directive.send_at, directive.issued_at) == (TOMORROW_8, NOON)
    assert {card.send_at for card in await broadcast.cards()} == {TOMORROW_8}
    office.clock.at = TOMORROW_8 - timedelta(seconds=1)
    await office.works()
    assert broadcast.received() == [0, 0, 0]
    office.clock.at = TOMORROW_8
    await office.works()
    assert broadcast.received() == [1, 1, 1]
    office.clock.at += timedelta(seconds=3)
    await office.works()
    assert "Đã gửi xong: 3/3" in broadcast.progress()


async def test_reminders_are_planned_from_the_appointed_moment(office: Office):
    broadcast = await drafted(office)
    late = FRIDAY_EVENING - timedelta(hours=26)  # 15:00 of the day before
    async with office.rt.write() as session:
        draft = await session.get(Draft, broadcast.draft.id)
        assert draft is not None
        draft.send_at = late
    await broadcast.mai.presses_data(
        Callback(Press.DRAFT_ISSUE, (broadcast.draft.id, draft_actions.state_id(broadcast.draft)))
    )
    ahead = {row.next_reminder_at for row in await office.rows(Assignment)}
    assert min(ahead) > late
    due = {row.acknowledge_due_at for row in await office.rows(Addressee)}
    assert due == {late + timedelta(hours=2)}
    reminded = {row.next_reminder_at for row in await office.rows(Addressee)}
    assert reminded == {late + timedelta(hours=1)}
    await broadcast.mai.presses("Gửi ngay")
    earlier = {row.next_reminder_at for row in await office.rows(Assignment)}
    assert NOON < min(earlier) < late
    due = {row.acknowledge_due_at for row in await office.rows(Addressee)}
    assert due == {NOON + timedelta(hours=5)}
    reminded = {row.next_reminder_at for row in await office.rows(Addressee)}
    assert reminded == {NOON + timedelta(hours=4)}


WRONG_MOMENTS = {
    "lúc nào đó": "appoint.not_understood",
    "8h 01/10/2026": "appoint.in_the_past",
    "32/13": "deadline.no_such_date",
}


async def test_moments_that_cannot_be_are_refused_in_one_sentence_and_asked_on(office: Office):
    broadcast = await drafted(office)
    await broadcast.mai.presses("Xem trước và gửi")
    await broadcast.mai.presses("Hẹn giờ gửi…")
    for typed, key in WRONG_MOMENTS.items():
        assert await broadcast.mai.says(typed) == [say(key, typed=typed)]
    assert await broadcast.mai.says("17h 16/10/2026") == [say("appoint.after_deadline")]
    assert (await office.row(Dialogue)).kind is DialogueKind.DRAFT_SEND_AT
    assert (await office.row(Draft, id=broadcast.draft.id)).send_at is None


async def test_an_appointed_moment_can_be_given_up_again(office: Office):
    broadcast = await drafted(office)
    mai = broadcast.mai
    await mai.presses("Xem trước và gửi")
    await mai.presses("Hẹn giờ gửi…")
    await mai.says("8h ngày mai")
    await mai.presses("Không hẹn giờ")
    assert "Hẹn gửi" not in mai.texts()[-1]
    await mai.presses("Gửi 3 đơn vị")
    assert broadcast.received() == [1, 1, 1]
    assert (await broadcast.directive()).send_at is None


async def test_an_appointed_moment_that_has_passed_is_asked_for_again(office: Office):
    broadcast = await drafted(office)
    mai = broadcast.mai
    await mai.presses("Xem trước và gửi")
    await mai.presses("Hẹn giờ gửi…")
    await mai.says("8h ngày mai")
    office.clock.at = TOMORROW_8
    await mai.presses("Hẹn gửi lúc 08:00 07/10/2026")
    assert mai.texts()[-1] == say("appoint.passed")
    assert not await office.rows(Directive)
    (check,) = await mai.says("9h")
    assert "Hẹn gửi: 09h00" in check
    await mai.presses("Hẹn gửi lúc 09:00 07/10/2026")
    assert (await broadcast.directive()).send_at == TOMORROW_8 + timedelta(hours=1)


async def test_a_deadline_set_before_the_appointed_moment_hinders_the_sending(office: Office):
    broadcast = await drafted(office)
    mai = broadcast.mai
    await mai.presses("Xem trước và gửi")
    await mai.presses("Hẹn giờ gửi…")
    await mai.says("8h 16/10/2026")
    async with office.rt.write() as session:
        await draft_tasks.set_deadline(
            session,
            broadcast.draft.id,
            task_id=None,
            deadline_at=TOMORROW_8,
            calendar=WorkingCalendar(zone=ZoneInfo("Asia/Ho_Chi_Minh")),
            now=NOON,
        )
    popup = await mai.presses("Hẹn gửi lúc 08:00 16/10/2026")
    assert popup.text == say("appoint.after_deadline")
    await mai.presses("‹ Sửa dự thảo")
    await mai.presses("Xem trước và gửi")
    check = mai.sees("Sẽ gửi: 1 nhóm")
    assert say("appoint.after_deadline") in check["text"]
    labels = [button["text"] for row in check["reply_markup"]["inline_keyboard"] for button in row]
    assert not [label for label in labels if label.startswith("Hẹn gửi lúc")]


async def test_the_state_of_what_is_appointed_says_that_it_is_not_being_sent(office: Office):
    broadcast = await appointed(office)
    (state,) = await broadcast.mai.says("/tiendo")
    assert "\nSẽ gửi lúc 08h00, thứ Tư, ngày 07/10/2026\n" in state
    assert f"1. Đơn vị 0 – {say('state.ahead')}\n" in state
    assert say("state.waiting") not in state
    assert "Chưa xác nhận" not in state
    await broadcast.mai.presses("Gửi ngay")
    (state,) = await broadcast.mai.says("/tiendo")
    assert "Sẽ gửi lúc" not in state
    assert f"1. Đơn vị 0 – {say('state.sent')}\n" in state
    assert "Chưa xác nhận: Đơn vị 0" in state


async def test_what_is_appointed_can_be_sent_at_once(office: Office):
    broadcast = await appointed(office)
    assert (await broadcast.mai.presses("Gửi ngay")).text == say("issue.started")
    assert broadcast.received() == [1, 1, 1]
    assert (await broadcast.directive()).send_at == NOON
    assert (await broadcast.press(Press.SENDING_NOW)).text == say("sending.begun_before")
    office.clock.at = TOMORROW_8
    await office.works()
    assert broadcast.received() == [1, 1, 1]


async def test_what_is_appointed_can_be_called_off(office: Office):
    broadcast = await appointed(office)
    await broadcast.mai.presses("Hủy")
    await broadcast.mai.presses("Dừng hẳn, không gửi nữa")
    assert set(await broadcast.assignments()) == {AssignmentState.CANCELLED}
    assert (await broadcast.press(Press.SENDING_NOW)).text == say("sending.cancelled_before")
    office.clock.at = TOMORROW_8
    await office.works()
    assert broadcast.received() == [0, 0, 0]
    assert "Đã dừng gửi: 0/3" in broadcast.progress()


async def test_who_joins_before_the_appointed_moment_gets_it_then_and_sees_nothing_of_it_before(
    office: Office,
):
    broadcast = await appointed(office)
    giang = office.account()
    await giang.says(f"/start {await office.invite(unit=broadcast.units[0])}")
    await giang.presses("Đồng ý tham gia")
    assert await giang.says("/viec") == [say("tasks.none")]
    assert await giang.says("https://baoyenbai.com.vn/1/1/bai.aspx") == [say("link.no_open_task")]
    assert not any("Kính gửi" in text for text in giang.texts())
    office.clock.at = TOMORROW_8
    await office.works()
    assert sum("Kính gửi" in text for text in giang.texts()) == 1


async def test_a_directive_to_nobody_yet_says_at_its_moment_that_it_has_begun(office: Office):
    broadcast = await appointed(office)
    async with office.rt.write() as session:
        for card in await broadcast.cards():
            row = await session.get_one(OutboxMessage, card.id)
            await session.delete(row)
            await session.flush()
            await session.delete(await session.get_one(Card, row.card_id))
    office.clock.at = TOMORROW_8
    await office.works()
    assert "Đã gửi xong: 0/0" in broadcast.progress()


# --- the list of what is appointed ---------------------------------------------------------------


async def several(office: Office, count: int) -> list[Directive]:
    """Directives that are to be sent on the coming hours, the last one first."""
    unit = await office.unit("Đài Phát thanh tỉnh")
    found = []
    async with office.rt.write() as session:
        for place in range(count, 0, -1):
            made = await factories.create_directive(session, [unit], subject=f"việc {place}")
            made.directive.send_at = NOON + timedelta(hours=place)
            found.append(made.directive)
    return found


async def test_what_is_appointed_is_listed_page_by_page_the_nearest_first(office: Office):
    mai = await office.staff()
    made = await several(office, 7)
    async with office.rt.write() as session:
        gone = await session.get(Directive, made[0].id)
        assert gone is not None
        gone.sending = Sending.CANCELLED
    (shown,) = await mai.says("/hengio")
    assert "Hẹn gửi (6)" in shown
    assert [f"V/v việc {place}" in shown for place in range(1, 8)] == [True] * 5 + [False] * 2
    assert shown.count("GMT+07:00") == 1
    page = mai.last_id()
    await mai.presses("›")
    assert mai.last_id() == page
    assert "V/v việc 6" in mai.texts()[-1]
    office.clock.at += timedelta(hours=5)  # five have begun: there is one page left
    await mai.presses("2/2")
    assert "1. " in mai.texts()[-1]
    assert "V/v việc 6" in mai.texts()[-1]
    office.clock.at += timedelta(hours=5)
    assert await mai.says("/scheduled") == [say("appointed.none")]


async def test_from_the_list_it_is_opened_sent_at_once_or_called_off(office: Office):
    broadcast = await appointed(office)
    mai = broadcast.mai
    await mai.says("/hengio")
    await mai.presses("1. Tiến độ")
    assert "Đã xác nhận: 0/3 đơn vị" in mai.texts()[-1]
    await mai.presses("1. Hủy")
    assert mai.texts()[-1] == say("sending.ask_cancel", count=3)
    await mai.presses("1. Gửi ngay")
    assert broadcast.received() == [1, 1, 1]


async def test_a_page_that_never_was_is_the_first_or_the_last(office: Office):
    mai = await office.staff()
    await several(office, 6)
    await mai.says("/hengio")
    for page, place in ((10**17, 6), (0, 1)):
        await mai.presses_data(Callback(Press.APPOINTED_PAGE, (page,)), mai.last_id())
        assert f"V/v việc {place}\n" in mai.texts()[-1]
