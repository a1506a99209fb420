"""What once went wrong in sending, each named after its symptom."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text, update

from bot import logs
from bot.actions import acknowledgements, chats, directives, drafts, people, policy
from bot.actions import cards as card_actions
from bot.actions.acknowledgements import Tap
from bot.delivery.breaker import OPENS_AFTER
from bot.delivery.pacing import Limit, Limits
from bot.delivery.worker import Delivery
from bot.domain.states import (
    AssignmentState,
    CardKind,
    DraftState,
    InviteKind,
    Lane,
    MessageKind,
    OutboxState,
    Sending,
    StaffRole,
    WhenUnclear,
)
from bot.errors import Conflict
from bot.runtime import Runtime
from bot.storage import assignments, claims, receipts
from bot.storage import directives as directive_rows
from bot.storage.events import Origin
from bot.storage.tables import Addressee, Assignment, Chat, Directive, Draft, OutboxMessage
from scheduler.jobs import queue_due_reminders
from tests import factories
from tests.conftest import MovedClock
from tests.delivery.conftest import NO_LIMITS, PostOffice
from tests.delivery.test_worker import queue_cards, queue_notice, queue_redraw, queue_reminder

S = OutboxState


def local(day: int, hour: int) -> datetime:
    """A moment of October 2026 as clocks in the office show it; the 16th is a Friday."""
    return datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(hours=7)


async def unit_to_remind(post: PostOffice) -> factories.Somebody:
    """A contact whose one task is due on Friday the 16th, with a reminder due now."""
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        contact = await factories.create_contact(session, unit)
        await factories.create_directive(
            session, [unit], tasks=1, deadline_at=local(16, 17), next_reminder_at=post.clock()
        )
    post.meet(contact.chat)
    return contact


async def queue_reminders(post: PostOffice) -> None:
    while await queue_due_reminders(post.rt):
        pass


async def given_card(post: PostOffice, chat: Chat, addressee_id: int) -> None:
    """The unit's card for this chat, as issuing gives it."""
    async with post.rt.write() as session:
        addressee = await session.get(Addressee, addressee_id)
        assert addressee is not None
        directive = await directive_rows.get(session, addressee.directive_id)
        assert directive is not None
        await card_actions.give_directive(
            session, directive=directive, addressee_id=addressee_id, chat=chat, now=post.clock()
        )


def cards_in(post: PostOffice, telegram_id: int) -> int:
    return sum("Nội dung cần thực hiện" in shown for shown in post.texts(telegram_id))


# --- reminders -----------------------------------------------------------------------------------


async def test_a_reminder_held_up_into_the_night_waits_for_the_morning(post: PostOffice):
    post.clock.at = local(15, 8)
    contact = await unit_to_remind(post)
    await queue_reminders(post)
    post.clock.at = local(15, 22)  # Telegram was away all day
    await post.work()
    assert post.texts(contact.chat.telegram_id) == []
    post.clock.at = local(16, 8)
    await post.work()
    assert len(post.texts(contact.chat.telegram_id)) == 1


async def test_steps_that_pile_up_while_telegram_is_away_are_one_reminder(post: PostOffice):
    post.clock.at = local(13, 8)
    contact = await unit_to_remind(post)
    for day in (13, 15, 16):
        post.clock.at = local(day, 8)
        await queue_reminders(post)
    await post.work()
    assert len(post.texts(contact.chat.telegram_id)) == 1


async def test_work_finished_while_its_reminder_waits_its_turn_is_not_reminded_of(
    post: PostOffice,
):
    message_id, chat, assignment_id = await queue_reminder(post)
    async with post.rt.write() as session:
        before = await factories.create_notice(session, chat)
    slow = Limit(rate=0.25, burst=1)
    delivery = post.open(limits=Limits(overall=NO_LIMITS.overall, private=slow, group=slow))
    while (await post.row(before)).state is not S.ACCEPTED:
        await delivery.do_one()
        await asyncio.sleep(0)
    assert (await post.row(message_id)).state is S.CLAIMED
    async with post.rt.write() as session:
        await assignments.change_assignment_state(
            session, assignment_id, state=AssignmentState.SUBMITTED, now=post.clock()
        )
    delivery._pacer = post.open()._pacer
    await post.work(delivery)
    row = await post.row(message_id)
    assert (row.state, row.reason, row.attempts) == (S.WITHDRAWN, "finished", 0)


async def test_a_reminder_whose_end_is_unclear_is_shown_to_staff(post: PostOffice):
    message_id, _, assignment_id = await queue_reminder(post)
    post.sandbox.add_fault("accept_then_reset", method="sendMessage")
    await post.work()
    assert (await post.row(message_id)).state is S.UNCERTAIN
    async with post.rt.write() as session:
        staff = await factories.create_staff(session)
        assignment = await session.get(Assignment, assignment_id)
        assert assignment is not None
        addressee = await session.get(Addressee, assignment.addressee_id)
        assert addressee is not None
        await factories.create_message(
            session,
            staff.chat,
            kind=MessageKind.STATE,
            lane=Lane.ANSWER,
            parameters={
                "directive_id": addressee.directive_id,
                "page": 1,
                "person_id": staff.person.id,
            },
        )
    post.meet(staff.chat)
    await post.work()
    (state,) = post.texts(staff.chat.telegram_id)
    assert "Nhắc việc: 1 tin chưa rõ đã đến, 0 tin không gửi được" in state


# --- one chat and the others ---------------------------------------------------------------------


async def test_many_messages_for_one_chat_do_not_hold_up_the_others(post: PostOffice):
    async with post.rt.write() as session:
        crowded = (await factories.create_somebody(session)).chat
        for _ in range(80):
            await factories.create_notice(session, crowded, lane=Lane.DIRECTIVE)
        other = (await factories.create_somebody(session)).chat
        message_id = await factories.create_notice(session, other, lane=Lane.REMINDER)
    post.meet(crowded, other)
    slow, usual = Limit(rate=0.01, burst=1), Limit(rate=20, burst=20)
    delivery = post.open(limits=Limits(overall=usual, private=slow, group=slow))
    await post.rounds(delivery, 4)
    await delivery.drain()
    assert (await post.row(message_id)).state is S.ACCEPTED


# --- cards that did not come, or went ------------------------------------------------------------


async def test_a_card_that_failed_comes_when_the_bot_is_unblocked(post: PostOffice):
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        contact = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit])
    post.meet(contact.chat)
    user_id = contact.chat.telegram_id
    post.sandbox.block(user_id)
    await given_card(post, contact.chat, issued.addressees[0].id)
    await post.work()
    assert cards_in(post, user_id) == 0
    post.sandbox.unblock(user_id)
    async with post.rt.write() as session:
        chat = await session.get(Chat, contact.chat.id)
        assert chat is not None
        await chats.chat_unblocked(session, chat, now=post.clock())
    await post.work()
    assert cards_in(post, user_id) == 1


async def test_a_card_that_was_deleted_comes_again_when_something_changes(post: PostOffice):
    message_id, chat, issued = await _sent_card(post)
    post.sandbox.add_fault(
        "status",
        method="editMessageText",
        status=400,
        description="Bad Request: message to edit not found",
    )
    for _ in range(2):  # the first finds out, the second sends it anew
        async with post.rt.write() as session:
            addressee = await session.get(Addressee, issued.addressees[0].id)
            assert addressee is not None
            await card_actions.redraw_addressee(session, addressee, now=post.clock())
        await post.later()
    assert cards_in(post, chat.telegram_id) == 2
    assert (await post.row(message_id)).state is S.ACCEPTED


async def test_a_card_that_may_have_arrived_is_not_sent_by_a_redraw(post: PostOffice):
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        contact = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit])
    post.meet(contact.chat)
    await given_card(post, contact.chat, issued.addressees[0].id)
    post.sandbox.add_fault("accept_then_reset", method="sendMessage", times=2)
    await post.work()
    await post.later()
    async with post.rt.write() as session:
        addressee = await session.get(Addressee, issued.addressees[0].id)
        assert addressee is not None
        await card_actions.redraw_addressee(session, addressee, now=post.clock())
    await post.later()
    assert cards_in(post, contact.chat.telegram_id) == 2


async def test_a_waiting_redraw_does_not_swallow_the_card_of_a_group_that_moved(post: PostOffice):
    user = post.sandbox.add_user(first_name="An")
    members = [user["id"], post.sandbox.bot().id]
    group = post.sandbox.add_group(title="Nhóm", member_ids=members)
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chat = await factories.create_group_chat(session, unit, telegram_id=group["id"])
        issued = await factories.create_directive(session, [unit])
    await given_card(post, chat, issued.addressees[0].id)
    await post.work()
    new_id = post.sandbox.migrate(group["id"])
    async with post.rt.write() as session:
        addressee = await session.get(Addressee, issued.addressees[0].id)
        moved = await session.get(Chat, chat.id)
        assert addressee is not None
        assert moved is not None
        await card_actions.redraw_addressee(session, addressee, now=post.clock())
        await chats.follow_migration(session, moved, new_telegram_id=new_id, now=post.clock())
    await post.work()
    assert cards_in(post, new_id) == 1


async def _sent_card(post: PostOffice) -> tuple[int, Chat, factories.Issued]:
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        contact = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit])
    post.meet(contact.chat)
    await given_card(post, contact.chat, issued.addressees[0].id)
    await post.work()
    async with post.rt.read() as session:
        message_id = await session.scalar(
            select(OutboxMessage.id).where(OutboxMessage.kind == MessageKind.DIRECTIVE)
        )
    assert message_id is not None
    return message_id, contact.chat, issued


# --- several at once, which only PostgreSQL lets happen ------------------------------------------


def needs_several_writers(rt: Runtime) -> None:
    if rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")


async def test_a_change_beside_the_claim_of_its_redraw_is_drawn(rt: Runtime, clock: MovedClock):
    needs_several_writers(rt)
    async with rt.write() as session:
        await factories.hold_lease(session)
        unit = await factories.create_unit(session)
        contact = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit])
        addressee_id = issued.addressees[0].id
        card = await factories.create_card(session, addressee_id, contact.chat, message_id=5)
        await card_actions.redraw(session, card, now=clock())

    async def claim() -> None:
        async with rt.write() as session:
            ask = partial(claims.claimable, now=clock(), limit=9, lanes=tuple(Lane))
            ids = await session.run_sync(ask)
            await session.run_sync(partial(claims.claim, ids=ids, epoch=1))
        async with rt.read() as session:  # what the redraw shows is read after the claim
            found = await session.run_sync(receipts.read_given, [addressee_id])
        drawn.append(bool(found))

    drawn: list[bool] = []
    async with rt.write() as session:
        actor = await contact.actor(session)
        chat = await session.get(Chat, contact.chat.id)
        assert chat is not None
        tap = Tap(addressee_id, 1, actor, chat, Origin())
        await acknowledgements.record(session, [tap], now=clock())
        claiming = asyncio.create_task(claim())
        await asyncio.wait({claiming}, timeout=0.3)  # it waits, or it is through before the commit
    await claiming
    async with rt.read() as session:
        waiting = await session.scalar(
            select(OutboxMessage.id).where(
                OutboxMessage.kind == MessageKind.REDRAW,
                OutboxMessage.card_id == card.id,
                OutboxMessage.state == S.WAITING,
            )
        )
    assert drawn == [True] or waiting is not None


async def test_a_contact_who_joins_while_a_directive_is_issued_gets_its_card(
    rt: Runtime, clock: MovedClock
):
    needs_several_writers(rt)
    async with rt.write() as session:
        group = await factories.create_group(session)
        unit = await factories.create_unit(session, groups=[group])
        staff = await factories.create_staff(session)
        draft = await factories.create_draft(session, staff, groups=[group])
        newcomer = await factories.create_somebody(session)
        rules = await policy.load(session, rt.config)
        code = await people.create_invite(session, InviteKind.CONTACT, now=clock(), unit_id=unit.id)
        chat = await session.get(Chat, newcomer.chat.id)
        assert chat is not None
        await people.open_invite(
            session,
            code,
            telegram_id=newcomer.person.telegram_id,
            chat=chat,
            name="An",
            now=clock(),
        )

    async def join() -> None:
        async with rt.write() as session:
            chat = await session.get(Chat, newcomer.chat.id)
            assert chat is not None
            await people.join(session, person_id=newcomer.person.id, chat=chat, now=clock())

    async with rt.write() as session:
        await directives.issue(
            session,
            draft.id,
            actor_id=staff.person.id,
            chat_id=staff.chat.id,
            unnumbered="refused",
            policy=rules,
            now=clock(),
        )
        joining = asyncio.create_task(join())
        await asyncio.wait({joining}, timeout=0.3)
    await joining
    async with rt.read() as session:
        cards = await session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.kind == MessageKind.DIRECTIVE)
        )
    assert len(list(cards)) == 1


async def test_a_draft_is_either_dropped_or_issued(rt: Runtime, clock: MovedClock):
    needs_several_writers(rt)
    async with rt.write() as session:
        group = await factories.create_group(session)
        await factories.create_unit(session, groups=[group])
        staff = await factories.create_staff(session)
        draft = await factories.create_draft(session, staff, groups=[group])
        rules = await policy.load(session, rt.config)

    async def drop() -> None:
        async with rt.write() as session:
            await drafts.drop(session, draft.id, actor_id=staff.person.id, now=clock())

    async def issue() -> None:
        async with rt.write() as session:
            await directives.issue(
                session,
                draft.id,
                actor_id=staff.person.id,
                chat_id=staff.chat.id,
                unnumbered="refused",
                policy=rules,
                now=clock(),
            )

    outcomes = await asyncio.gather(drop(), issue(), return_exceptions=True)
    assert sorted(type(each) for each in outcomes if each) == [Conflict]
    async with rt.read() as session:
        row = await session.get(Draft, draft.id)
    assert row is not None
    assert row.state is (DraftState.ISSUED if outcomes[0] else DraftState.DROPPED)


# --- the log -------------------------------------------------------------------------------------


async def test_an_error_of_the_database_repeats_nothing_of_a_message(post: PostOffice):
    async with post.rt.write() as session:
        chat = (await factories.create_somebody(session)).chat
        statement = (
            "CREATE TRIGGER full BEFORE INSERT ON outbox_messages"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            if post.rt.database.is_sqlite
            else "ALTER TABLE outbox_messages ADD CONSTRAINT full_disk CHECK (lane = 'none')"
        )
        await session.execute(text(statement))
    told = ""
    try:
        async with post.rt.write() as session:
            await factories.create_message(
                session,
                chat,
                kind=MessageKind.NOTICE,
                lane=Lane.ANSWER,
                parameters={"key": "x", "values": {"text": "0912345678"}, "buttons": []},
            )
    except Exception as error:  # noqa: BLE001 - each database has its own
        told = logs.Redaction([]).clean("".join(traceback.format_exception(error)))
    assert "outbox_messages" in told
    assert "0912345678" not in told


# --- Telegram out of reach, or telling the whole bot to wait -----------------------------------


async def test_while_telegram_is_out_of_reach_only_probes_leave(post: PostOffice):
    cards = await queue_cards(post, units=30)
    post.sandbox.add_fault("offline")
    delivery = post.open()
    for _ in range(20):
        await post.rounds(delivery, 1)
        await delivery.drain()
    rows = await post.rows([message_id for message_id, _ in cards])
    assert {row.state for row in rows} == {S.WAITING}
    tried = sum(row.reason is not None for row in rows)
    assert 0 < tried <= OPENS_AFTER + post.rt.config.delivery.connections
    assert sum(row.uncertain_attempts for row in rows) <= tried


async def test_administrators_learn_of_a_long_silence_when_it_is_over(post: PostOffice):
    async with post.rt.write() as session:
        admin = await factories.create_staff(session, StaffRole.ADMIN)
    post.meet(admin.chat)
    cards = await queue_cards(post, units=30)
    post.sandbox.add_fault("offline")
    delivery = post.open()
    for _ in range(20):
        await post.rounds(delivery, 1)
        await delivery.drain()
    post.sandbox.remove_fault()
    delivery._breaker._probe_at = 0  # as if the minute were over
    await post.later(3600, delivery=delivery)
    await post.work(delivery)
    assert {row.state for row in await post.rows([number for number, _ in cards])} == {S.ACCEPTED}
    (told,) = post.texts(admin.chat.telegram_id)
    assert "60 phút" in told


async def test_what_the_whole_bot_was_told_to_wait_survives_a_restart(post: PostOffice):
    cards = await queue_cards(post, units=8)
    post.sandbox.add_fault("status", status=429, retry_after=3600, method="sendMessage", times=None)
    await post.work()
    post.sandbox.remove_fault()
    arrived = len(post.calls("sendMessage"))
    post.clock.at += timedelta(seconds=1800)
    restarted = post.open()
    await restarted.recover()
    late, _ = await queue_notice(post)
    await post.work(restarted)
    assert len(post.calls("sendMessage")) == arrived
    assert (await post.row(late)).state is S.WAITING
    await post.later(1900)
    states = {row.state for row in await post.rows([late, *(number for number, _ in cards)])}
    assert states == {S.ACCEPTED}


async def test_a_sending_that_everybody_refuses_pauses_by_itself(post: PostOffice):
    cards = await queue_cards(post, units=90)
    async with post.rt.write() as session:
        staff = await factories.create_staff(session)
        (directive,) = await session.scalars(select(Directive))
        await factories.create_card(session, directive.id, staff.chat, kind=CardKind.PROGRESS)
    post.meet(staff.chat)
    for _, chat in cards:
        post.sandbox.add_fault(
            "status",
            status=400,
            description="Bad Request: message is too long",
            chat_id=chat.telegram_id,
            times=None,
        )
    await post.work()
    rows = await post.rows([message_id for message_id, _ in cards])
    failed = sum(row.state is S.FAILED for row in rows)
    assert 50 <= failed <= 50 + 2 * post.rt.config.delivery.connections
    assert {row.state for row in rows} == {S.FAILED, S.WAITING}
    async with post.rt.read() as session:
        directive = await session.get_one(Directive, directive.id)
    assert (directive.sending, directive.pause_reason) == (Sending.PAUSED, "systematic")
    told = [text for text in post.texts(staff.chat.telegram_id) if "50 nơi liên tiếp" in text]
    assert len(told) == 2  # the alarm, and the progress message


# --- what staff chose, and whose turn it is ------------------------------------------------------


async def test_a_card_that_is_to_be_held_is_not_repeated(post: PostOffice):
    ((message_id, chat),) = await queue_cards(post)
    async with post.rt.write() as session:
        await session.execute(update(Directive).values(when_unclear=WhenUnclear.HOLD))
    post.sandbox.add_fault("accept_then_reset", method="sendMessage")
    await post.work()
    await post.later()
    row = await post.row(message_id)
    assert (row.state, row.attempts, row.uncertain_attempts) == (S.UNCERTAIN, 1, 1)
    assert len(post.texts(chat.telegram_id)) == 1


async def test_a_change_on_a_card_does_not_wait_until_a_broadcast_is_over(post: PostOffice):
    changed, *_ = await queue_redraw(post)
    cards = await queue_cards(post, units=60)
    one_by_one = Limits(overall=Limit(rate=10_000, burst=1), private=NO_LIMITS.private)
    delivery = post.open(limits=one_by_one)
    while (await post.row(changed)).state is not S.ACCEPTED:
        await delivery.do_one()
        await asyncio.sleep(0)
    sent = [row.state for row in await post.rows([number for number, _ in cards])]
    assert sent.count(S.ACCEPTED) < 30
    await post.work(delivery)


@pytest.mark.parametrize("paid", [True, False])
async def test_only_who_wants_to_pay_says_so(post: PostOffice, paid: bool):
    await queue_cards(post)
    settings = post.rt.config.delivery.model_copy(update={"allow_paid_broadcast": paid})
    config = post.rt.config.model_copy(update={"delivery": settings})
    delivery = Delivery(replace(post.rt, config=config), post.transport, limits=NO_LIMITS)
    delivery.epoch = 1
    await post.work(delivery)
    (call,) = post.calls("sendMessage")
    assert call["parameters"].get("allow_paid_broadcast", False) is paid
