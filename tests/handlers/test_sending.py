"""Staff in control of a sending: held, gone on, given up, sent again; and its races."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.actions import acknowledgements, policy, reminders, sending
from bot.callbacks import Callback, Press
from bot.delivery.prepare import prepare
from bot.delivery.retry import ChatReason, MessageReason
from bot.domain import refusals
from bot.domain.states import (
    InviteKind,
    MessageKind,
    OutboxState,
    Sending,
    StaffRole,
)
from bot.errors import BotError
from bot.storage import claims, people
from bot.storage.tables import (
    Addressee,
    Assignment,
    Card,
    Directive,
    Event,
    OutboxMessage,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON
from tests.handlers.broadcast import Broadcast, begun, issued
from tests.handlers.conftest import Office, Popup

say = texts("vi")
S = OutboxState


async def actor_id(broadcast: Broadcast) -> int:
    return int(broadcast.draft.author_id)


# --- pausing and going on ------------------------------------------------------------------------


async def test_a_paused_sending_waits_until_staff_go_on(office: Office):
    broadcast = await begun(office)
    assert broadcast.offered()[:2] == ["Tạm dừng", "Dừng hẳn"]
    assert (await broadcast.mai.presses("Tạm dừng")).text == say("sending.paused")
    await broadcast.an_hour_later()
    assert broadcast.received() == [1, 0, 0]
    assert "Tạm dừng: 1/3" in broadcast.progress()
    assert broadcast.offered()[:2] == ["Tiếp tục", "Dừng hẳn"]
    assert (await broadcast.mai.presses("Tiếp tục")).text == say("sending.resumed")
    office.clock.at += timedelta(seconds=3)
    await office.works()
    assert broadcast.received() == [1, 1, 1]
    assert "Đã gửi xong: 3/3" in broadcast.progress()
    assert broadcast.offered() == ["Tiến độ", "Ai chưa nhận", "Báo cáo XLSX"]
    directive = await broadcast.directive()
    assert (directive.sending, directive.pause_reason) == (Sending.RUNNING, None)
    actions = [event.action for event in await office.rows(Event, object_id=directive.id)]
    assert [name for name in actions if name.startswith("sending_")] == [
        "sending_paused",
        "sending_resumed",
    ]


async def test_what_the_sender_has_in_hand_is_not_sent_after_a_pause_and_once_after_it(
    office: Office,
):
    broadcast = await issued(office, units=14)
    await office.delivery.do_one()
    states = await broadcast.states()
    assert states[S.CLAIMED] > 2
    directive = await broadcast.directive()
    by = await actor_id(broadcast)
    async with office.rt.write() as session:
        await sending.pause(session, directive.id, actor_id=by, now=NOON)
    await office.works()
    assert sum(broadcast.received()) == states[S.IN_FLIGHT]
    async with office.rt.write() as session:
        await sending.resume(session, directive.id, actor_id=by, now=NOON)
    await office.works()
    assert broadcast.received() == [1] * 14


async def test_what_was_found_waiting_just_before_the_pause_is_not_sent(office: Office):
    broadcast = await issued(office)
    async with office.rt.write() as session:  # as a claim between the pause's look and its commit
        await session.execute(update(Directive).values(sending=Sending.PAUSED))
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.kind == MessageKind.DIRECTIVE)
            .values(state=S.CLAIMED, epoch=1)
        )
    ids = [card.id for card in await broadcast.cards()]
    messages = await office.rt.read_at_once(partial(claims.load, ids=ids))
    batch = await prepare(office.rt, messages, zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert batch.ready == []
    office.delivery._dropped += batch.dropped
    await office.works()
    assert broadcast.received() == [0, 0, 0]
    assert await broadcast.states() == {S.WAITING: 3}


async def test_pausing_or_going_on_twice_says_so_and_changes_nothing(office: Office):
    broadcast = await begun(office)
    assert (await broadcast.press(Press.SENDING_RESUME)).text == say("sending.running_before")
    await broadcast.press(Press.SENDING_PAUSE)
    before = await office.facts()
    assert await broadcast.press(Press.SENDING_PAUSE) == Popup(
        say("sending.paused_before"), alert=False
    )
    assert {**await office.facts(), "cards": []} == {**before, "cards": []}


@pytest.mark.parametrize(
    "press",
    [Press.SENDING_PAUSE, Press.SENDING_RESUME, Press.SENDING_CANCEL_ASK, Press.SENDING_CANCEL],
)
async def test_pressing_after_the_end_is_told_that_all_is_sent(office: Office, press: Press):
    broadcast = await issued(office)
    await office.works()
    assert broadcast.received() == [1, 1, 1]
    assert (await broadcast.press(press)).text == say("sending.finished_before")
    assert (await broadcast.directive()).sending is Sending.RUNNING


async def test_a_pause_of_the_systems_own_says_why(office: Office):
    broadcast = await begun(office)
    async with office.rt.write() as session:
        await session.execute(
            update(Directive).values(sending=Sending.PAUSED, pause_reason="systematic")
        )
    office.clock.at += timedelta(minutes=1)
    await broadcast.press(Press.SENDING_PAUSE)  # paused before: nothing is drawn anew
    async with office.rt.write() as session:
        directive = await broadcast.directive()
        await sending.progress.redraw(session, [directive.id], now=office.clock.at)
    await office.works()
    assert say("progress.paused_systematic") in broadcast.progress()
    await broadcast.mai.presses("Tiếp tục")
    assert say("progress.paused_systematic") not in broadcast.progress()
    assert (await broadcast.directive()).pause_reason is None


async def test_while_paused_a_change_does_not_bring_a_card_that_failed_before(office: Office):
    broadcast = await begun(office)
    await fail(broadcast, 1, "blocked")
    await broadcast.press(Press.SENDING_PAUSE)
    addressee = (await office.rows(Addressee))[1]
    await acknowledge(broadcast, addressee)
    await broadcast.an_hour_later()
    assert broadcast.received() == [1, 0, 0]


async def acknowledge(broadcast: Broadcast, addressee: Addressee) -> None:
    """The unit confirmed by some other way: its cards are drawn anew."""
    async with broadcast.office.rt.write() as session:
        row = await session.get(Addressee, addressee.id)
        assert row is not None
        await acknowledgements.cards.redraw_addressee(session, row, now=broadcast.office.clock.at)


async def mark(broadcast: Broadcast, reader: int, **values: Any) -> None:
    """What is known of this reader's card; its tries fit to it."""
    if "uncertain_attempts" in values or values.get("state") is S.IN_FLIGHT:
        tries = values.get("uncertain_attempts", 0) + (values.get("state") is S.IN_FLIGHT)
        values.setdefault("attempts", tries)
    chat = await broadcast.office.chat_of(broadcast.readers[reader])
    async with broadcast.office.rt.write() as session:
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.chat_id == chat.id, OutboxMessage.kind == MessageKind.DIRECTIVE)
            .values(**values)
        )


async def fail(
    broadcast: Broadcast, reader: int, reason: str, *, unreachable: bool = False
) -> None:
    """This reader's card was refused."""
    now = broadcast.office.clock.at
    await mark(broadcast, reader, state=S.FAILED, reason=reason, finished_at=now)
    if unreachable:
        chat = await broadcast.office.chat_of(broadcast.readers[reader])
        async with broadcast.office.rt.write() as session:
            await people.mark_unreachable(session, chat.id, reason=reason, now=now)


async def lose_track(broadcast: Broadcast, reader: int) -> None:
    """It is not known whether this reader's card arrived."""
    now = broadcast.office.clock.at
    await mark(broadcast, reader, state=S.UNCERTAIN, uncertain_attempts=1, finished_at=now)


# --- giving up -----------------------------------------------------------------------------------


async def test_giving_up_the_rest_asks_first_and_is_for_good(office: Office):
    broadcast = await begun(office)
    await broadcast.mai.presses("Dừng hẳn")
    assert broadcast.mai.texts()[-1] == say("sending.ask_cancel", count=2)
    assert (await broadcast.directive()).sending is Sending.RUNNING
    popup = await broadcast.mai.presses("Dừng hẳn, không gửi nữa")
    assert popup.text == say("sending.cancelled", count=2)
    await broadcast.an_hour_later()
    assert broadcast.received() == [1, 0, 0]
    cards = await broadcast.cards()
    assert [(card.state, card.reason) for card in cards[1:]] == [(S.WITHDRAWN, "cancelled")] * 2
    assert all(card.finished_at == NOON for card in cards[1:])
    assert await broadcast.assignments() == ["open", "cancelled", "cancelled"]
    reminders_ahead = [row.next_reminder_at is None for row in await office.rows(Assignment)]
    assert reminders_ahead == [False, True, True]
    progress = broadcast.progress()
    assert "Đã dừng gửi: 1/3" in progress
    assert "Không gửi nữa: 2" in progress
    assert "Đã xác nhận: 0/1 đơn vị" in progress
    assert "Chưa nhận được: Đơn vị 1; Đơn vị 2" in progress
    assert broadcast.offered() == ["Tiến độ", "Ai chưa nhận", "Báo cáo XLSX"]
    for press in (Press.SENDING_PAUSE, Press.SENDING_RESUME, Press.SENDING_CANCEL):
        assert (await broadcast.press(press)).text == say("sending.cancelled_before")
    event = await office.row(Event, action="sending_cancelled")
    assert event.details == {"chats": 2, "assignments": 2}


async def test_what_the_sender_has_in_hand_is_not_sent_after_giving_up(office: Office):
    broadcast = await issued(office, units=14)
    await office.delivery.do_one()
    states = await broadcast.states()
    assert states[S.CLAIMED] > 2
    directive = await broadcast.directive()
    async with office.rt.write() as session:
        given_up = await sending.cancel(
            session, directive.id, actor_id=await actor_id(broadcast), now=NOON
        )
    await office.works()
    assert sum(broadcast.received()) == states[S.IN_FLIGHT] == 14 - given_up
    assert await broadcast.states() == {S.ACCEPTED: 14 - given_up, S.WITHDRAWN: given_up}
    assert Counter(await broadcast.assignments()) == {"open": 14 - given_up, "cancelled": given_up}


@pytest.mark.parametrize(("unclear", "state"), [(0, S.WITHDRAWN), (1, S.UNCERTAIN)])
async def test_what_was_in_flight_when_it_was_given_up_is_not_repeated(
    office: Office, unclear: int, state: OutboxState
):
    broadcast = await begun(office)
    await mark(broadcast, 1, state=S.IN_FLIGHT, epoch=1)
    await broadcast.press(Press.SENDING_CANCEL)
    assert await broadcast.assignments() == ["open", "open", "cancelled"]
    # It failed, or its end was not seen: it waits for another try.
    await mark(broadcast, 1, state=S.WAITING, uncertain_attempts=unclear)
    await broadcast.an_hour_later()
    assert broadcast.received() == [1, 0, 0]
    assert (await broadcast.cards())[1].state is state


async def test_the_state_asks_nothing_of_units_that_were_given_up(office: Office):
    broadcast = await begun(office)
    await broadcast.press(Press.SENDING_CANCEL)
    (state,) = await broadcast.mai.says("/tiendo")
    assert "Đã xác nhận: 0/1 đơn vị" in state
    assert "Chưa xác nhận: Đơn vị 0\n" in state
    assert f"Đơn vị 1 – {say('state.cancelled')}\n    NV1: ×" in state


async def test_a_letter_that_nobody_got_can_be_issued_anew(office: Office):
    broadcast = await issued(office)
    data = await broadcast.drafted_anew()
    office.press_arrives(broadcast.mai, data.encode())
    await office.handles()
    assert len(await office.rows(Directive)) == 1
    office.press_arrives(
        broadcast.mai,
        Callback(Press.SENDING_CANCEL, ((await broadcast.directive()).id,)).encode(),
    )
    await office.handles()
    assert (await broadcast.mai.presses_data(data)).text == say("issue.started")
    assert broadcast.received() == [1, 1, 1]


async def test_a_letter_that_somebody_got_cannot_be_issued_anew(office: Office):
    broadcast = await begun(office)
    await broadcast.press(Press.SENDING_CANCEL)
    data = await broadcast.drafted_anew()
    assert (await broadcast.mai.presses_data(data)).text == say("draft.issued_before")


async def test_a_unit_whose_last_card_failed_after_giving_up_is_not_reminded(office: Office):
    broadcast = await begun(office)
    await mark(broadcast, 1, state=S.IN_FLIGHT, epoch=1)
    await broadcast.press(Press.SENDING_CANCEL)
    await fail(broadcast, 1, "too_long")
    office.clock.at = FRIDAY_EVENING - timedelta(hours=9)
    async with office.rt.write() as session:
        rules = await policy.load(session, office.rt.config)
        await reminders.queue_due(session, policy=rules, now=office.clock.at)
    assert await broadcast.assignments() == ["open", "cancelled", "cancelled"]
    reminded = await office.rows(OutboxMessage, kind=MessageKind.REMINDER)
    assert [row.chat_id for row in reminded] == [(await office.chat_of(broadcast.readers[0])).id]
    await fail(broadcast, 1, "blocked")  # so that the office's end is well


async def test_work_whose_card_may_have_arrived_is_not_cancelled(office: Office):
    broadcast = await begun(office, units=7)
    await lose_track(broadcast, 1)
    await mark(broadcast, 2, uncertain_attempts=1)  # and waits for its second try
    await lose_track(broadcast, 3)
    await fail(broadcast, 3, "blocked")  # at the second try, after an unclear one
    await mark(broadcast, 4, seen_message_id=9)  # its button was pressed
    await fail(broadcast, 5, "blocked")  # and a later change brought it
    chat = await office.chat_of(broadcast.readers[5])
    async with office.rt.write() as session:
        await session.execute(update(Card).where(Card.chat_id == chat.id).values(message_id=9))
    await broadcast.press(Press.SENDING_CANCEL)
    assert await broadcast.assignments() == ["open"] * 6 + ["cancelled"]
    assert await broadcast.states() == {S.ACCEPTED: 1, S.UNCERTAIN: 2, S.FAILED: 2, S.WITHDRAWN: 2}


async def test_what_was_given_up_does_not_come_by_a_later_change(office: Office):
    broadcast = await begun(office)
    office.phone(await second_contact(broadcast, 0))
    await broadcast.press(Press.SENDING_CANCEL)
    for addressee in await office.rows(Addressee):
        await acknowledge(broadcast, addressee)
    await broadcast.an_hour_later()
    assert broadcast.received() == [1, 0, 0]


async def second_contact(broadcast: Broadcast, unit: int) -> factories.Somebody:
    """One more contact of the unit whose card waits."""
    async with broadcast.office.rt.write() as session:
        return await factories.create_contact(session, broadcast.units[unit], name="Lê Thị Bình")


async def test_who_joins_after_giving_up_gets_it_only_where_the_unit_has_it(office: Office):
    broadcast = await begun(office)
    await broadcast.press(Press.SENDING_CANCEL)
    newcomers = []
    for unit in broadcast.units[:2]:
        newcomer = office.account()
        code = await office.invite(unit=unit)
        await newcomer.says(f"/start {code}")
        await newcomer.presses("Đồng ý tham gia")
        newcomers.append(newcomer)
    got = [any("Kính gửi" in text for text in newcomer.texts()) for newcomer in newcomers]
    assert got == [True, False]
    group = await office.group(newcomers[1])
    code = await office.invite(InviteKind.UNIT_GROUP, unit=broadcast.units[1])
    await group.says(f"/start {code}")
    assert not any("Kính gửi" in text for text in group.texts())


async def test_a_chat_that_comes_back_after_giving_up_is_not_sent_what_it_missed(office: Office):
    broadcast = await begun(office)
    giang = office.account()
    broadcast.readers.append(giang)
    await giang.says(f"/start {await office.invite(unit=broadcast.units[0])}")
    await giang.presses("Đồng ý tham gia")
    await fail(broadcast, 3, "blocked", unreachable=True)
    await broadcast.press(Press.SENDING_CANCEL)
    await giang.says("/viec")
    chat = await office.chat_of(giang)
    assert chat.unreachable_reason is None
    card = await office.row(OutboxMessage, chat_id=chat.id, kind=MessageKind.DIRECTIVE)
    assert card.state is S.FAILED


# --- races ---------------------------------------------------------------------------------------

Act = Callable[[Any, int, int], Awaitable[object]]


async def _pause(session: Any, directive_id: int, by: int) -> object:
    return await sending.pause(session, directive_id, actor_id=by, now=NOON)


async def _resume(session: Any, directive_id: int, by: int) -> object:
    return await sending.resume(session, directive_id, actor_id=by, now=NOON)


async def _cancel(session: Any, directive_id: int, by: int) -> object:
    return await sending.cancel(session, directive_id, actor_id=by, now=NOON)


async def at_once(broadcast: Broadcast, *acts: Act) -> list[object]:
    """What several staff do at the same moment, and what each is told."""
    directive, by = await broadcast.directive(), await actor_id(broadcast)

    async def one(act: Act) -> object:
        try:
            async with broadcast.office.rt.write() as session:
                return await act(session, directive.id, by)
        except BotError as error:
            return error.key

    return list(await asyncio.gather(*(one(act) for act in acts)))


async def test_of_two_who_give_up_at_once_one_does(office: Office):
    broadcast = await begun(office)
    told = await at_once(broadcast, _cancel, _cancel, _cancel)
    assert sorted(map(str, told)) == ["2", *["sending.cancelled_before"] * 2]
    assert len(await office.rows(Event, action="sending_cancelled")) == 1
    assert await broadcast.states() == {S.ACCEPTED: 1, S.WITHDRAWN: 2}


async def test_of_two_who_pause_at_once_one_does(office: Office):
    broadcast = await begun(office)
    assert sorted(await at_once(broadcast, _pause, _pause)) == [False, True]
    assert len(await office.rows(Event, action="sending_paused")) == 1


async def test_giving_up_beside_other_acts_is_never_undone(office: Office):
    broadcast = await begun(office)
    await at_once(broadcast, _pause, _cancel, _resume)
    assert (await broadcast.directive()).sending is Sending.CANCELLED
    await broadcast.an_hour_later()
    assert broadcast.received() == [1, 0, 0]


async def sender_works(office: Office) -> None:
    """Some rounds, without waiting for what they come to."""
    for _ in range(4):
        await office.delivery.do_one()


async def test_giving_up_while_the_sender_works_leaves_every_card_sent_or_withdrawn(office: Office):
    broadcast = await issued(office, units=14)
    _, told = await asyncio.gather(sender_works(office), at_once(broadcast, _cancel))
    await office.works()
    states = await broadcast.states()
    assert set(states) <= {S.ACCEPTED, S.WITHDRAWN}
    assert told in ([states[S.WITHDRAWN]], ["sending.finished_before"])
    assert sum(broadcast.received()) == states[S.ACCEPTED]


async def test_pausing_while_the_sender_works_loses_no_card_and_sends_none_twice(office: Office):
    broadcast = await issued(office, units=14)
    _, told = await asyncio.gather(sender_works(office), at_once(broadcast, _pause))
    await office.works()
    assert told in ([True], ["sending.finished_before"])
    assert set(await broadcast.states()) <= {S.ACCEPTED, S.WAITING}
    await at_once(broadcast, _resume)
    await office.works()
    assert broadcast.received() == [1] * 14


# --- sending again -------------------------------------------------------------------------------


async def test_what_failed_is_sent_again_by_reason(office: Office):
    broadcast = await begun(office, units=5)
    await fail(broadcast, 1, "blocked", unreachable=True)
    await fail(broadcast, 2, "blocked", unreachable=True)
    await fail(broadcast, 3, "too_long")
    await fail(broadcast, 4, "never heard of")
    office.clock.at += timedelta(minutes=1)
    await broadcast.press(Press.SENDING_CANCEL_ASK)  # all is over: nothing to give up
    await refresh(broadcast)
    assert broadcast.offered()[0] == "Gửi lại những nơi lỗi (4)"
    await broadcast.mai.presses("Gửi lại những nơi lỗi")
    keyboard = broadcast.mai.sees("Gửi lại những nơi không")["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in keyboard for button in row] == [
        "Tất cả (4)",
        "Đã chặn hệ thống (2)",
        "Tin quá dài (1)",
        "Lý do khác (1)",
    ]
    assert (await broadcast.mai.presses("Đã chặn")).text == say("sending.retried", count=2)
    assert broadcast.received() == [1, 1, 1, 0, 0]
    chat = await office.chat_of(broadcast.readers[1])
    assert (chat.unreachable_reason, chat.unreachable_at) == (None, None)
    assert (await broadcast.mai.presses("Đã chặn")).text == say("sending.none_failed")
    assert (await broadcast.mai.presses("Lý do khác")).text == say("sending.retried", count=1)
    assert broadcast.received() == [1, 1, 1, 0, 1]
    assert (await broadcast.mai.presses("Tất cả")).text == say("sending.retried", count=1)
    assert broadcast.received() == [1] * 5
    assert [event.details for event in await office.rows(Event, action="sending_retried")] == [
        {"chats": 2, "reason": 1},
        {"chats": 1, "reason": refusals.OTHER},
        {"chats": 1, "reason": refusals.ALL},
    ]


async def refresh(broadcast: Broadcast) -> None:
    """Draw the progress message anew."""
    directive = await broadcast.directive()
    async with broadcast.office.rt.write() as session:
        await sending.progress.redraw(session, [directive.id], now=broadcast.office.clock.at)
    await broadcast.office.works()


async def test_what_is_unclear_is_sent_again_after_a_warning_and_says_so(office: Office):
    broadcast = await begun(office)
    await lose_track(broadcast, 1)
    office.clock.at += timedelta(minutes=1)
    await refresh(broadcast)
    await broadcast.mai.presses("Gửi lại những nơi chưa rõ (1)")
    assert broadcast.mai.texts()[-1] == say("sending.ask_repeat", count=1)
    assert broadcast.received() == [1, 0, 0]
    assert (await broadcast.mai.presses("Gửi lại, có thể")).text == say("sending.retried", count=1)
    assert broadcast.received() == [1, 1, 0]
    assert say("card.sent_again") in broadcast.readers[1].texts()[-1]
    assert (await broadcast.mai.presses("Gửi lại, có thể")).text == say("sending.none_uncertain")
    assert broadcast.received() == [1, 1, 0]


async def test_nothing_of_what_was_given_up_is_sent_again(office: Office):
    broadcast = await begun(office)
    await fail(broadcast, 1, "blocked")
    await lose_track(broadcast, 2)
    await broadcast.wait(1)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(sending=Sending.CANCELLED))
    for press, more in (
        (Press.RETRY_FAILED_ASK, ()),
        (Press.RETRY_FAILED, (0,)),
        (Press.RETRY_UNCERTAIN_ASK, ()),
        (Press.RETRY_UNCERTAIN, ()),
    ):
        assert (await broadcast.press(press, *more)).text == say("sending.cancelled_before")
    assert broadcast.received() == [1, 0, 0]


async def test_a_reason_nobody_offered_does_nothing(office: Office):
    broadcast = await begun(office)
    await fail(broadcast, 1, "blocked")
    assert (await broadcast.press(Press.RETRY_FAILED, 77)).text == say("refused.gone")
    assert broadcast.received() == [1, 0, 0]


def test_every_reason_a_card_can_fail_for_has_words_of_its_own():
    known = set(refusals.CODES.values())
    assert {*ChatReason, *MessageReason, "unwritable", "migrated"} <= known
    numbers = {refusals.number_of(code) for code in known}
    assert len(numbers) == len(known)
    assert not numbers & {refusals.ALL, refusals.OTHER}


async def test_in_the_offices_group_a_viewer_sees_the_progress_and_controls_nothing(office: Office):
    broadcast = await begun(office)
    lan = await office.staff(StaffRole.VIEWER, name="Đỗ Thị Lan")
    directive = await broadcast.directive()
    for press in (Press.SENDING_PAUSE, Press.SENDING_CANCEL, Press.SENDING_NOW):
        popup = await lan.presses_data(Callback(press, (directive.id,)))
        assert popup == Popup(say("refused.not_yours"), alert=True)
    assert (await broadcast.directive()).sending is Sending.RUNNING
