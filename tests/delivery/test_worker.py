"""The sender keeps its promises: nothing lost, no copy without a reason, all written down."""

from __future__ import annotations

import asyncio
import random
import socket
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.delivery.pacing import Limit, Limits
from bot.domain.states import (
    AssignmentState,
    CardKind,
    Lane,
    MessageKind,
    OutboxState,
)
from bot.runtime import Runtime
from bot.storage import assignments, claims, events, outbox
from bot.storage.claims import Recorded
from bot.storage.events import Origin
from bot.storage.tables import Assignment, Card, Chat, Contact, Lease, OutboxMessage, Reminder
from tests import factories
from tests.delivery.conftest import NO_LIMITS, READ_TIMEOUT, Crash, PostOffice, transport_to

S = OutboxState


def needs_several_writers(rt: Runtime) -> None:
    if rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")


# --- what the tests send -------------------------------------------------------------------------


async def queue_notice(post: PostOffice, *, lane: Lane = Lane.ANSWER) -> tuple[int, Chat]:
    """One sentence for somebody new."""
    async with post.rt.write() as session:
        chat = (await factories.create_somebody(session)).chat
        message_id = await factories.create_notice(session, chat, lane=lane)
    post.meet(chat)
    return message_id, chat


async def queue_cards(post: PostOffice, units: int = 1) -> list[tuple[int, Chat]]:
    """A directive's first card for so many units with one contact each."""
    queued = []
    async with post.rt.write() as session:
        found = [await factories.create_unit(session) for _ in range(units)]
        issued = await factories.create_directive(session, found)
        for unit, addressee in zip(found, issued.addressees, strict=True):
            chat = (await factories.create_contact(session, unit)).chat
            card = await factories.create_card(session, addressee.id, chat)
            message_id = await factories.create_message(
                session,
                chat,
                kind=MessageKind.DIRECTIVE,
                lane=Lane.DIRECTIVE,
                card_id=card.id,
                directive_id=issued.directive.id,
            )
            queued.append((message_id, chat))
    post.meet(*(chat for _, chat in queued))
    return queued


async def queue_reminder(post: PostOffice) -> tuple[int, Chat, int]:
    """A reminder of one task, after lunch; its message, chat and assignment."""
    post.clock.at = max(post.clock.at, factories.NOON + timedelta(hours=2))
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chat = (await factories.create_contact(session, unit)).chat
        issued = await factories.create_directive(session, [unit], tasks=1)
        assignment = issued.assignments[0][0]
        message_id = await factories.create_message(
            session, chat, kind=MessageKind.REMINDER, lane=Lane.REMINDER
        )
        session.add(
            Reminder(
                assignment_id=assignment.id,
                chat_id=chat.id,
                step="before-3",
                deadline_at=assignment.deadline_at,
                outbox_message_id=message_id,
                queued_at=post.clock(),
            )
        )
    post.meet(chat)
    return message_id, chat, assignment.id


async def queue_redraw(post: PostOffice) -> tuple[int, Chat, Card]:
    """A redraw of a card that was sent."""
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chat = (await factories.create_contact(session, unit)).chat
        issued = await factories.create_directive(session, [unit])
        card = await factories.create_card(session, issued.addressees[0].id, chat)
        first = await factories.create_message(
            session, chat, kind=MessageKind.DIRECTIVE, lane=Lane.DIRECTIVE, card_id=card.id
        )
    post.meet(chat)
    await post.work()
    assert (await post.row(first)).state is S.ACCEPTED
    async with post.rt.write() as session:
        message_id = await factories.create_message(
            session, chat, kind=MessageKind.REDRAW, lane=Lane.REDRAW, card_id=card.id
        )
    return message_id, chat, card


# --- outcomes ------------------------------------------------------------------------------------


async def test_an_accepted_message_is_recorded_with_its_id(post: PostOffice):
    ((message_id, chat),) = await queue_cards(post)
    await post.work()
    row = await post.row(message_id)
    (sent,) = [m for m in post.sandbox.messages(chat.telegram_id) if m["from"]["is_bot"]]
    assert (row.state, row.message_id, row.attempts) == (S.ACCEPTED, sent["message_id"], 1)
    assert row.finished_at == post.clock()
    async with post.rt.read() as session:
        card = await session.get(Card, row.card_id)
    assert card is not None
    assert (card.message_id, card.drawn_at) == (sent["message_id"], post.clock())


async def test_a_blocked_bot_fails_the_message_and_marks_the_chat_once(post: PostOffice):
    message_id, chat = await queue_notice(post)
    post.sandbox.block(chat.telegram_id)
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason, row.uncertain_attempts) == (S.FAILED, "blocked", 0)
    marked = await post.chat(chat.id)
    assert (marked.unreachable_reason, marked.unreachable_at) == ("blocked", post.clock())

    async with post.rt.write() as session:
        second = await factories.create_notice(session, chat)
    await post.later()
    assert (await post.row(second)).state is S.FAILED
    assert (await post.row(second)).reason == "blocked"
    assert len(post.calls("sendMessage")) == 1
    assert (await post.chat(chat.id)).unreachable_at == marked.unreachable_at


async def test_an_unknown_403_fails_the_message_but_marks_no_chat(post: PostOffice):
    message_id, chat = await queue_notice(post)
    post.sandbox.add_fault("status", method="sendMessage", status=403, description="Forbidden: no")
    await post.work()
    assert (await post.row(message_id)).state is S.FAILED
    assert (await post.chat(chat.id)).unreachable_reason is None


async def test_a_429_waits_as_told_and_costs_no_attempt(post: PostOffice):
    message_id, chat = await queue_notice(post)
    post.sandbox.add_fault("status", method="sendMessage", status=429, retry_after=3600)
    begun = post.clock()
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.attempts, row.uncertain_attempts) == (S.WAITING, 0, 0)
    assert row.send_at == begun + timedelta(seconds=3600)
    await post.later(3600)
    assert (await post.row(message_id)).state is S.ACCEPTED
    assert len(post.texts(chat.telegram_id)) == 1


async def test_a_429_of_one_chat_does_not_hold_up_another(post: PostOffice):
    refused, chat = await queue_notice(post)
    post.sandbox.add_fault(
        "status", method="sendMessage", status=429, retry_after=3600, chat_id=chat.telegram_id
    )
    delivery = await post.work()
    other, _ = await queue_notice(post)
    async with post.rt.write() as session:
        same_chat = await factories.create_notice(session, chat)
    await post.work(delivery)
    states = [row.state for row in await post.rows([refused, other, same_chat])]
    assert states == [S.WAITING, S.ACCEPTED, S.WAITING]
    assert len(post.calls("sendMessage")) == 2


async def test_a_group_that_became_a_supergroup_is_followed(post: PostOffice):
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        contact = (await factories.create_contact(session, unit)).chat
    post.meet(contact)
    group = post.sandbox.add_group(
        title="Nhóm", member_ids=[contact.telegram_id, post.sandbox.bot().id]
    )
    async with post.rt.write() as session:
        chat = await factories.create_group_chat(session, unit, telegram_id=group["id"])
        message_id = await factories.create_notice(session, chat)
    new_id = post.sandbox.migrate(group["id"])
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.attempts) == (S.ACCEPTED, 1)
    assert (await post.chat(chat.id)).telegram_id == new_id
    assert len(post.texts(new_id)) == 1


async def test_a_group_is_followed_although_its_new_id_was_heard_of_before(post: PostOffice):
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        contact = (await factories.create_contact(session, unit)).chat
    post.meet(contact)
    group = post.sandbox.add_group(
        title="Nhóm", member_ids=[contact.telegram_id, post.sandbox.bot().id]
    )
    new_id = post.sandbox.migrate(group["id"])
    async with post.rt.write() as session:
        chat = await factories.create_group_chat(session, unit, telegram_id=group["id"])
        message_id = await factories.create_notice(session, chat)
        newcomer = await factories.create_group_chat(session, telegram_id=new_id)
        answer = await factories.create_notice(session, newcomer)
        with events.acting(Origin(chat_id=newcomer.id)):  # it was refused something there
            events.add(session, "refused", at=post.clock())
    await post.work()
    assert [row.state for row in await post.rows([message_id, answer])] == [S.ACCEPTED] * 2
    followed = await post.chat(chat.id)
    assert (followed.telegram_id, followed.unit_id) == (new_id, unit.id)
    assert (await post.row(answer)).chat_id == chat.id


async def test_what_cannot_be_followed_fails_alone(post: PostOffice):
    """As if something of ours did not fit that comes of the group's move."""
    async with post.rt.write() as session:
        member = (await factories.create_somebody(session)).chat
    post.meet(member)
    group = post.sandbox.add_group(
        title="Nhóm", member_ids=[member.telegram_id, post.sandbox.bot().id]
    )
    async with post.rt.write() as session:
        chat = await factories.create_group_chat(session, telegram_id=group["id"])
        message_id = await factories.create_notice(session, chat)
    post.sandbox.migrate(group["id"])
    other, _ = await queue_notice(post)

    refuse(post, "UPDATE chats SET telegram_id")
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason) == (S.FAILED, "unwritable")
    assert (await post.row(other)).state is S.ACCEPTED


def refuse(post: PostOffice, beginning: str) -> None:
    """Let the database refuse every statement that begins so."""

    def refuse(connection, cursor, statement, parameters, context, many) -> None:
        if statement.startswith(beginning):
            raise IntegrityError(statement, None, ValueError("unique"))

    for engine in post.rt.database.engines:
        event.listen(engine, "before_cursor_execute", refuse)


async def test_how_a_message_ended_stands_where_nothing_can_follow_from_it(post: PostOffice):
    message_id, chat = await queue_notice(post)
    post.sandbox.block(chat.telegram_id)
    refuse(post, "UPDATE chats SET unreachable")
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason) == (S.FAILED, "blocked")
    assert (await post.chat(chat.id)).unreachable_reason is None  # the rule was put to work


async def test_a_refused_token_stops_all_sending_and_loses_nothing(post: PostOffice):
    first, _ = await queue_notice(post)
    post.sandbox.add_fault("status", method="sendMessage", status=401, times=None)
    delivery = await post.work()
    second, _ = await queue_notice(post)
    await post.later(3600, delivery=delivery)
    assert [row.state for row in await post.rows([first, second])] == [S.WAITING] * 2
    assert len(post.calls("sendMessage")) == 1


async def test_a_few_calls_of_every_second_are_kept_for_answers(post: PostOffice):
    limits = Limits(overall=Limit(rate=3.4, burst=50), private=NO_LIMITS.private)
    assert (limits.a_second, limits.kept_for_answers) == (4, 1)
    delivery = post.open(limits=limits)
    await queue_cards(post, units=20)
    await delivery.do_one()
    assert len(delivery._sending) == 3
    answer, _ = await queue_notice(post)
    await post.rounds(delivery, 2)
    await delivery.drain()
    assert (await post.row(answer)).state is S.ACCEPTED


async def test_after_a_refused_token_not_one_more_call_leaves(post: PostOffice):
    cards = await queue_cards(post, units=40)
    post.sandbox.add_fault("status", method="sendMessage", status=401, times=None)
    delivery = post.open()
    await post.rounds(delivery, 4)
    await delivery.drain()
    assert len(post.calls("sendMessage")) == post.rt.config.delivery.connections
    assert {row.state for row in await post.rows([number for number, _ in cards])} == {S.WAITING}


@pytest.mark.parametrize("fault", ["accept_then_hang", "accept_then_reset", "accept_then_status"])
async def test_a_card_whose_answer_is_lost_goes_out_once_more_and_says_so(
    post: PostOffice, fault: str
):
    ((message_id, chat),) = await queue_cards(post)
    post.sandbox.add_fault(fault, method="sendMessage")
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.uncertain_attempts) == (S.WAITING, 1)
    await post.later()
    row = await post.row(message_id)
    assert (row.state, row.attempts, row.uncertain_attempts) == (S.ACCEPTED, 2, 1)
    first, second = post.texts(chat.telegram_id)
    assert "Gửi lại" not in first
    assert "Gửi lại" in second


async def test_a_card_lost_twice_is_held_for_staff(post: PostOffice):
    ((message_id, chat),) = await queue_cards(post)
    post.sandbox.add_fault("accept_then_reset", method="sendMessage", times=None)
    await post.work()
    await post.later()
    await post.later()
    row = await post.row(message_id)
    assert (row.state, row.reason, row.uncertain_attempts) == (S.UNCERTAIN, "reset", 2)
    assert len(post.texts(chat.telegram_id)) == 2


async def test_a_reminder_whose_answer_is_lost_is_held(post: PostOffice):
    message_id, chat, _ = await queue_reminder(post)
    post.sandbox.add_fault("accept_then_reset", method="sendMessage")
    await post.work()
    await post.later()
    row = await post.row(message_id)
    assert (row.state, row.uncertain_attempts) == (S.UNCERTAIN, 1)
    assert len(post.texts(chat.telegram_id)) == 1


async def test_a_refused_connection_waits_and_counts_no_attempt(post: PostOffice):
    ((message_id, chat),) = await queue_cards(post)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with transport_to(f"http://127.0.0.1:{port}") as nowhere:
        offline = post.open(transport=nowhere)
        for _ in range(3):
            await post.work(offline)
            row = await post.row(message_id)
            assert (row.state, row.reason) == (S.WAITING, "connect")
            assert (row.attempts, row.uncertain_attempts) == (0, 0)
            post.clock.at += timedelta(seconds=61)
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.attempts) == (S.ACCEPTED, 1)
    (text,) = post.texts(chat.telegram_id)
    assert "Gửi lại" not in text


async def test_an_edit_that_changes_nothing_is_a_success(post: PostOffice):
    message_id, chat, card = await queue_redraw(post)
    await post.work()  # the buttons lose the copy's reference: from now on the message is known
    async with post.rt.write() as session:
        await card_actions.redraw(session, card, now=post.clock())
    await post.work()
    assert (await post.row(message_id)).state is S.ACCEPTED
    first, second = post.calls("editMessageText")
    assert first["answer"]["ok"]
    assert "not modified" in second["answer"]["description"]
    assert len(post.texts(chat.telegram_id)) == 1


async def test_many_changes_of_a_units_work_are_one_edit_in_each_of_its_chats(post: PostOffice):
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chats = [(await factories.create_contact(session, unit)).chat for _ in range(3)]
        issued = await factories.create_directive(session, [unit])
        addressee = issued.addressees[0]
        for chat in chats:
            card = await factories.create_card(session, addressee.id, chat)
            await factories.create_message(
                session, chat, kind=MessageKind.DIRECTIVE, lane=Lane.DIRECTIVE, card_id=card.id
            )
    post.meet(*chats)
    await post.work()
    for assignment in issued.assignments[0]:
        async with post.rt.write() as session:
            await session.execute(
                update(Assignment)
                .where(Assignment.id == assignment.id)
                .values(state=AssignmentState.SUBMITTED)
            )
            for _ in range(5):
                await card_actions.redraw_addressee(session, addressee, now=post.clock())
    await post.work()
    edits = post.calls("editMessageText")
    assert len(edits) == len(chats)
    for chat in chats:
        (text,) = post.texts(chat.telegram_id)
        assert text.count("đã báo thực hiện") == 2


@pytest.mark.parametrize("lane", [Lane.ANSWER, Lane.DIRECTIVE])
async def test_redraws_leave_room_for_what_else_comes_to_their_chat(post: PostOffice, lane: Lane):
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chat = (await factories.create_contact(session, unit)).chat
        cards = []
        for _ in range(3):
            issued = await factories.create_directive(session, [unit])
            card = await factories.create_card(session, issued.addressees[0].id, chat)
            cards.append(card)
            await factories.create_message(
                session, chat, kind=MessageKind.DIRECTIVE, lane=Lane.DIRECTIVE, card_id=card.id
            )
    post.meet(chat)
    await post.work()
    three = Limit(rate=0.001, burst=3)
    delivery = post.open(limits=Limits(overall=NO_LIMITS.overall, private=three, group=three))
    async with post.rt.write() as session:
        await card_actions.redraw_all(session, cards, now=post.clock())
    await post.work(delivery)
    assert len(post.calls("editMessageText")) == 2
    async with post.rt.write() as session:
        message_id = await factories.create_notice(session, chat, lane=lane)
    await post.work(delivery)
    assert (await post.row(message_id)).state is S.ACCEPTED


async def test_an_edit_whose_answer_is_lost_is_repeated(post: PostOffice):
    message_id, chat, _ = await queue_redraw(post)
    post.sandbox.add_fault("accept_then_reset", method="editMessageText", times=3)
    post.clock.at += timedelta(minutes=2)
    for _ in range(4):
        await post.later()
    assert (await post.row(message_id)).state is S.ACCEPTED
    assert len(post.calls("editMessageText")) == 4
    assert len(post.texts(chat.telegram_id)) == 1


async def test_a_message_that_is_gone_ends_its_redraws(post: PostOffice):
    message_id, _, card = await queue_redraw(post)
    post.sandbox.add_fault(
        "status",
        method="editMessageText",
        status=400,
        description="Bad Request: message to edit not found",
    )
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason) == (S.WITHDRAWN, "message_gone")
    async with post.rt.read() as session:
        lost = await session.get(Card, card.id)
    assert lost is not None
    assert lost.message_id is None


async def test_a_message_nobody_can_write_fails_alone(post: PostOffice):
    async with post.rt.write() as session:
        chat = (await factories.create_somebody(session)).chat
        broken = await factories.create_notice(session, chat, key="no.such.sentence")
        good = await factories.create_notice(session, chat)
    post.meet(chat)
    await post.work()
    rows = await post.rows([broken, good])
    assert [(row.state, row.reason) for row in rows] == [
        (S.FAILED, "unwritable"),
        (S.ACCEPTED, None),
    ]


# --- asked again before sending ------------------------------------------------------------------


async def test_a_reminder_of_finished_work_is_withdrawn(post: PostOffice):
    message_id, chat, assignment_id = await queue_reminder(post)
    async with post.rt.write() as session:
        await session.execute(
            update(Assignment)
            .where(Assignment.id == assignment_id)
            .values(state=AssignmentState.SUBMITTED)
        )
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason, row.attempts) == (S.WITHDRAWN, "finished", 0)
    assert post.texts(chat.telegram_id) == []


async def finish(session: AsyncSession, assignment_id: int) -> None:
    """As whoever reports it done does."""
    await assignments.assignment_for_update(session, assignment_id)
    await assignments.change_assignment_state(
        session, assignment_id, state=AssignmentState.SUBMITTED, now=factories.NOON
    )


async def test_a_reminder_waits_while_its_work_is_being_finished(post: PostOffice):
    needs_several_writers(post.rt)
    message_id, chat, assignment_id = await queue_reminder(post)
    other, _ = await queue_notice(post)
    async with post.rt.write() as session:
        await finish(session, assignment_id)
        async with asyncio.timeout(10):
            delivery = await post.work()
        assert (await post.row(message_id)).state is S.WAITING
        assert (await post.row(other)).state is S.ACCEPTED  # nothing else waits for it
    await post.later(2, delivery=delivery)
    row = await post.row(message_id)
    assert (row.state, row.reason) == (S.WITHDRAWN, "finished")
    assert post.texts(chat.telegram_id) == []


async def test_no_work_is_finished_between_the_last_look_and_the_mark(post: PostOffice):
    needs_several_writers(post.rt)
    message_id, _, assignment_id = await queue_reminder(post)
    delivery = post.open()
    await delivery._refill()

    async def finish_beside() -> None:
        async with post.rt.write() as session:
            await finish(session, assignment_id)

    async with post.rt.write() as session:
        await outbox.for_update(session, message_id)  # so the mark has to wait
        sending = asyncio.create_task(delivery.do_one())
        await asyncio.wait({sending}, timeout=0.5)
        finishing = asyncio.create_task(finish_beside())
        await asyncio.wait({finishing}, timeout=0.5)
        was_finished = finishing.done()
    await asyncio.gather(sending, finishing)
    await delivery.drain()
    assert (await post.row(message_id)).state is S.ACCEPTED
    assert not was_finished


async def test_a_reminder_of_a_moved_deadline_is_withdrawn(post: PostOffice):
    message_id, _, assignment_id = await queue_reminder(post)
    async with post.rt.write() as session:
        later = factories.FRIDAY_EVENING + timedelta(days=7)
        await session.execute(
            update(Assignment).where(Assignment.id == assignment_id).values(deadline_at=later)
        )
    await post.work()
    assert (await post.row(message_id)).state is S.WITHDRAWN


@pytest.mark.parametrize("kind", ["card", "reminder"])
async def test_a_person_who_is_no_contact_any_more_gets_nothing(post: PostOffice, kind: str):
    if kind == "card":
        ((message_id, chat),) = await queue_cards(post)
    else:
        message_id, chat, _ = await queue_reminder(post)
    async with post.rt.write() as session:
        await session.execute(
            update(Contact).where(Contact.person_id == chat.person_id).values(ended_at=post.clock())
        )
    await post.work()
    assert (await post.row(message_id)).state is S.WITHDRAWN
    assert post.texts(chat.telegram_id) == []


@pytest.mark.parametrize("kind", [CardKind.DRAFT, CardKind.PROGRESS])
async def test_a_card_that_changes_while_it_is_first_sent_stays_one_message(
    post: PostOffice, kind: CardKind
):
    async with post.rt.write() as session:
        staff = await factories.create_staff(session)
        draft = await factories.create_draft(session, staff)
        issued = await factories.create_directive(session, [await factories.create_unit(session)])
        subject = draft.id if kind is CardKind.DRAFT else issued.directive.id
        card = await factories.create_card(session, subject, staff.chat, kind=kind)
    post.meet(staff.chat)
    post.sandbox.add_fault("slow", method="sendMessage", seconds=READ_TIMEOUT / 2)
    delivery = post.open()
    for _ in range(3):
        async with post.rt.write() as session:
            await card_actions.redraw(session, card, now=post.clock(), lane=Lane.ANSWER)
        await delivery.do_one()
    await delivery.drain()
    await post.later(delivery=delivery)
    assert len(post.texts(staff.chat.telegram_id)) == 1
    assert len(post.calls("editMessageText")) == 1  # the two changes meanwhile are one edit


async def test_a_redraw_before_the_card_was_sent_is_withdrawn(post: PostOffice):
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chat = (await factories.create_contact(session, unit)).chat
        issued = await factories.create_directive(session, [unit])
        card = await factories.create_card(session, issued.addressees[0].id, chat)
        await factories.create_message(
            session,
            chat,
            kind=MessageKind.DIRECTIVE,
            lane=Lane.DIRECTIVE,
            card_id=card.id,
            send_at=post.clock() + timedelta(hours=1),
        )
        message_id = await factories.create_message(
            session, chat, kind=MessageKind.REDRAW, lane=Lane.REDRAW, card_id=card.id
        )
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason) == (S.WITHDRAWN, "not_sent_yet")


# --- order ---------------------------------------------------------------------------------------


async def queue_parts(post: PostOffice, parts: int = 4) -> tuple[list[int], Chat]:
    """A long letter in parts for one chat; part n begins with its number."""
    body = "\n\n".join(f"{number}. " + "chữ " * 900 for number in range(1, parts + 1))
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chat = (await factories.create_contact(session, unit)).chat
        issued = await factories.create_directive(session, [unit], body=body)
        ids = [
            await factories.create_message(
                session,
                chat,
                kind=MessageKind.FULL_TEXT,
                lane=Lane.ANSWER,
                parameters={"directive_id": issued.directive.id, "part": part},
            )
            for part in range(parts)
        ]
    post.meet(chat)
    return ids, chat


async def test_parts_come_in_their_order(post: PostOffice):
    ids, chat = await queue_parts(post)
    await run_until_sent(post, ids)
    assert [text[0] for text in post.texts(chat.telegram_id)] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429, "retry_after": 1},
        {"kind": "status", "status": 429, "retry_after": 3600},
        {"kind": "reset"},
    ],
    ids=["short wait", "long wait", "answer lost"],
)
async def test_a_part_that_must_wait_lets_no_later_part_overtake(post: PostOffice, fault):
    ids, chat = await queue_parts(post)
    post.sandbox.add_fault(**fault, method="sendMessage", skip=1)
    delivery = post.open()
    while len(post.calls("sendMessage")) < 2:
        await delivery.do_one()
        await asyncio.sleep(0)
    await delivery.drain()
    await post.later(3601)
    assert [row.state for row in await post.rows(ids)] == [S.ACCEPTED] * 4
    assert [text[0] for text in post.texts(chat.telegram_id)] == ["1", "2", "3", "4"]


async def test_an_answer_goes_before_a_waiting_broadcast(post: PostOffice):
    cards = await queue_cards(post, units=60)
    one_by_one = Limits(overall=Limit(rate=10_000, burst=1), private=NO_LIMITS.private)
    delivery = post.open(limits=one_by_one)
    await delivery.do_one()  # claims as many cards as it holds ready, sends one
    answer, chat = await queue_notice(post)
    while not post.texts(chat.telegram_id):
        await delivery.do_one()
        await asyncio.sleep(0)
    await delivery.drain()
    waiting = [row.state for row in await post.rows([message_id for message_id, _ in cards])]
    assert waiting.count(S.ACCEPTED) < 30
    assert (await post.row(answer)).state is S.ACCEPTED


async def test_no_more_urgent_messages_are_claimed_than_held_ready(post: PostOffice):
    async with post.rt.write() as session:
        chats = [(await factories.create_somebody(session)).chat for _ in range(120)]
        ids = [await factories.create_notice(session, chat, lane=Lane.URGENT) for chat in chats]
    post.meet(*chats)
    slow = Limit(rate=0.25, burst=1)
    delivery = post.open(limits=Limits(overall=slow, private=slow, group=slow))
    await post.rounds(delivery, 8)
    claimed = [row.state is S.CLAIMED for row in await post.rows(ids)]
    answer, _ = await queue_notice(post)
    await post.rounds(delivery, 1)
    assert sum(claimed) <= 70
    assert (await post.row(answer)).state is S.CLAIMED
    await delivery.drain()


async def test_a_chat_is_written_to_by_one_connection_at_a_time(post: PostOffice):
    async with post.rt.write() as session:
        chat = (await factories.create_somebody(session)).chat
        ids = [await factories.create_notice(session, chat) for _ in range(3)]
    post.meet(chat)
    delivery = post.open()
    await delivery.do_one()
    states = [row.state for row in await post.rows(ids)]
    assert states.count(S.IN_FLIGHT) == 1
    await delivery.drain()


async def test_never_more_are_in_flight_than_connections(post: PostOffice):
    cards = await queue_cards(post, units=20)
    delivery = post.open()
    await delivery.do_one()
    rows = await post.rows([message_id for message_id, _ in cards])
    assert sum(row.state is S.IN_FLIGHT for row in rows) == post.rt.config.delivery.connections
    await delivery.drain()


async def test_the_first_of_many_leave_before_all_are_claimed(post: PostOffice):
    cards = await queue_cards(post, units=30)
    delivery = post.open()
    await delivery.do_one()
    rows = await post.rows([message_id for message_id, _ in cards])
    connections = post.rt.config.delivery.connections
    assert sum(row.state is S.WAITING for row in rows) == len(cards) - 2 * connections
    await post.work(delivery)
    rows = await post.rows([message_id for message_id, _ in cards])
    assert {row.state for row in rows} == {S.ACCEPTED}


# --- the lease -----------------------------------------------------------------------------------


async def pass_lease(post: PostOffice, *, epoch: int = 2) -> None:
    """Another instance has become the worker."""
    async with post.rt.write() as session:
        await session.execute(update(Lease).values(holder="other", epoch=epoch))


async def test_nothing_is_claimed_when_the_lease_has_passed_on(post: PostOffice):
    message_id, _ = await queue_notice(post)
    await pass_lease(post)
    await post.work()
    assert (await post.row(message_id)).state is S.WAITING
    assert post.calls("sendMessage") == []


async def test_nothing_leaves_that_was_claimed_before_the_lease_passed_on(post: PostOffice):
    await queue_notice(post)
    second, _ = await queue_notice(post)
    slow = Limit(rate=0.5, burst=1)
    delivery = post.open(limits=Limits(overall=slow, private=slow, group=slow))
    await post.rounds(delivery, 2)  # one is sent, the other waits its turn
    assert (await post.row(second)).state is S.CLAIMED
    await pass_lease(post)
    quick = post.open()
    delivery._pacer, delivery._second = quick._pacer, quick._second
    chosen = delivery._choose()
    assert [prepared.message.id for prepared in chosen] == [second]
    await delivery._turn(chosen)
    await asyncio.gather(*delivery._tasks)
    assert len(post.calls("sendMessage")) == 1
    await post.open(epoch=2).recover()


async def test_nothing_is_sent_without_a_lease(post: PostOffice):
    await queue_notice(post)
    delivery = post.open()
    delivery.epoch = None
    await post.work(delivery)
    assert post.calls("sendMessage") == []


async def test_an_instance_that_lost_the_lease_takes_nothing_back_from_the_next(post: PostOffice):
    message_id, _ = await queue_notice(post)
    slow = Limit(rate=0.001, burst=1)
    old = post.open(limits=Limits(overall=slow, private=slow, group=slow))
    first, _ = await queue_notice(post, lane=Lane.ANSWER)
    await old.do_one()  # holds the second one ready
    await pass_lease(post)
    new = post.open(epoch=2)
    await new.recover()
    async with post.rt.write() as session:
        ids = [message_id, first]
        taken = await session.run_sync(partial(claims.claim, ids=ids, epoch=2))
        await session.run_sync(partial(claims.mark_in_flight, ids=taken, epoch=2))
    await old.drain()
    states = {row.state for row in await post.rows(taken)}
    assert states <= {S.IN_FLIGHT, S.ACCEPTED}


@pytest.mark.parametrize("settled", [S.WAITING, S.UNCERTAIN, S.WITHDRAWN, S.FAILED])
async def test_what_the_next_instance_has_settled_stays_as_it_is(
    post: PostOffice, settled: OutboxState
):
    message_id, _ = await queue_notice(post)
    accepted = Recorded(id=message_id, epoch=1, state=S.ACCEPTED, message_id=77)
    async with post.rt.write() as session:
        row = await session.get(OutboxMessage, message_id)
        assert row is not None
        for name, value in factories.in_state(settled).items():
            setattr(row, name, value)
        await session.run_sync(partial(claims.record, outcomes=[accepted], now=post.clock()))
    row = await post.row(message_id)
    assert (row.state, row.message_id) == (settled, None)
    async with post.rt.write() as session:
        await session.execute(delete(OutboxMessage))


# --- crashes -------------------------------------------------------------------------------------

POINTS = ("claimed", "in_flight", "answered", "before_commit", "committed")


class DiesAt:
    """Kills the process the `nth` time it comes to `point`; `dead` tells."""

    def __init__(self, point: str, nth: int = 1) -> None:
        self.point, self.left = point, nth
        self.dead = asyncio.Event()

    def __call__(self, point: str) -> None:
        if self.dead.is_set():
            raise Crash
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                self.dead.set()
                raise Crash


async def live_until(post: PostOffice, death: DiesAt) -> None:
    """A process that sends until it dies, or until nothing is left to do."""
    delivery = post.open(fault=death)
    try:
        while await delivery.do_one() or delivery._tasks:
            await asyncio.gather(*delivery._tasks, return_exceptions=True)
            if death.dead.is_set():
                return
    except Crash:
        pass
    finally:  # of what is dead nothing goes on
        left = [*delivery._tasks, *filter(None, [delivery._claiming])]
        await asyncio.gather(*left, return_exceptions=True)


async def come_back(post: PostOffice, *, fault=None) -> None:
    """The next process recovers what the last one left."""
    await post.open().recover()
    post.clock.at += timedelta(seconds=61)


@pytest.mark.parametrize("point", POINTS)
async def test_a_crash_loses_no_card_and_explains_every_copy(post: PostOffice, point: str):
    cards = await queue_cards(post, units=20)
    death = DiesAt(point, nth=2 if point != "claimed" else 1)
    await live_until(post, death)
    assert death.dead.is_set()
    await come_back(post)
    await post.work()
    rows = await post.rows([message_id for message_id, _ in cards])
    assert {row.state for row in rows} == {S.ACCEPTED}
    copies = [len(post.texts(chat.telegram_id)) for _, chat in cards]
    for row, count in zip(rows, copies, strict=True):
        assert 1 <= count <= 1 + row.uncertain_attempts
    uncertain = sum(row.uncertain_attempts for row in rows)
    assert uncertain <= post.rt.config.delivery.connections
    if point in ("claimed", "committed"):
        assert sum(copies) == 20
    if point == "claimed":
        assert uncertain == 0


async def test_ten_crashes_at_random_points_lose_nothing(post: PostOffice):
    cards = await queue_cards(post, units=40)
    chance = random.Random(7)
    for _ in range(10):
        await live_until(post, DiesAt(chance.choice(POINTS), nth=chance.randint(1, 4)))
        await come_back(post)
    await post.later()
    rows = await post.rows([message_id for message_id, _ in cards])
    for row, (_, chat) in zip(rows, cards, strict=True):
        copies = len(post.texts(chat.telegram_id))
        assert row.state in (S.ACCEPTED, S.UNCERTAIN)
        assert copies <= 1 + row.uncertain_attempts
        assert copies >= 1 or row.state is S.UNCERTAIN


@pytest.mark.parametrize("point", ["in_flight", "answered", "before_commit"])
async def test_a_reminder_in_flight_when_the_process_dies_is_held(post: PostOffice, point: str):
    message_id, chat, _ = await queue_reminder(post)
    await live_until(post, DiesAt(point))
    await come_back(post)
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason) == (S.UNCERTAIN, "restart")
    assert len(post.texts(chat.telegram_id)) == (0 if point == "in_flight" else 1)


async def test_an_edit_in_flight_when_the_process_dies_is_repeated(post: PostOffice):
    message_id, chat, _ = await queue_redraw(post)
    for _ in range(3):
        await live_until(post, DiesAt("answered"))
        await come_back(post)
    await post.work()
    assert (await post.row(message_id)).state is S.ACCEPTED
    assert len(post.texts(chat.telegram_id)) == 1


async def test_the_progress_is_redrawn_while_the_sending_goes_on(post: PostOffice):
    cards = await queue_cards(post, units=2)
    async with post.rt.write() as session:
        staff = await factories.create_staff(session)
        row = await session.get_one(outbox.OutboxMessage, cards[0][0])
        await factories.create_card(
            session, row.directive_id, staff.chat, kind=CardKind.PROGRESS, message_id=1
        )
    slow = Limit(rate=0.5, burst=1)
    delivery = post.open(limits=Limits(overall=slow, private=slow, group=slow))
    await post.rounds(delivery, 3)
    assert [(await post.row(number)).state for number, _ in cards] == [S.ACCEPTED, S.CLAIMED]
    async with post.rt.read() as session:
        redraws = select(func.count()).where(outbox.OutboxMessage.kind == MessageKind.REDRAW)
        assert await session.scalar(redraws) == 1


async def test_recovery_redraws_the_progress_of_what_it_settled(post: PostOffice):
    ((message_id, _),) = await queue_cards(post)
    async with post.rt.write() as session:
        staff = await factories.create_staff(session)
        row = await session.get(outbox.OutboxMessage, message_id)
        assert row is not None
        progress = await factories.create_card(
            session, row.directive_id, staff.chat, kind=CardKind.PROGRESS, message_id=1
        )
        await session.execute(
            update(outbox.OutboxMessage)
            .where(outbox.OutboxMessage.id == message_id)
            .values(state=S.IN_FLIGHT, epoch=1, attempts=2, uncertain_attempts=1)
        )
    await post.open().recover()
    assert (await post.row(message_id)).state is S.UNCERTAIN
    async with post.rt.read() as session:
        due = post.clock() + timedelta(seconds=10)
        ask = partial(claims.claimable, now=due, limit=9, lanes=tuple(Lane))
        (redraw,) = await session.run_sync(ask)
    assert (await post.row(redraw)).card_id == progress.id


# --- trouble with the database, in a process that goes on ----------------------------------------


class DatabaseTrouble:
    """The database fails once at the first statement with these words and this parameter."""

    def __init__(self, post: PostOffice, words: str, parameter: object = None) -> None:
        self.words, self.parameter = words, parameter
        self.struck = False
        for engine in post.rt.database.engines:
            event.listen(engine, "before_cursor_execute", self._strike)

    def _strike(self, connection, cursor, statement, parameters, context, many) -> None:
        if self.struck or self.words not in " ".join(statement.split()):
            return
        given = [value for row in parameters for value in row] if many else parameters
        if self.parameter is None or self.parameter in given:
            self.struck = True
            raise OperationalError(statement, None, OSError("the disk is gone"))


async def run_until_sent(post: PostOffice, ids: list[int]) -> None:
    """The real loop, until these messages stand in a final state."""
    committed = asyncio.Event()

    def note(point: str) -> None:
        if point == "committed":
            committed.set()

    stop = asyncio.Event()
    running = asyncio.create_task(post.open(fault=note).run(stop))
    try:
        async with asyncio.timeout(60):
            while any(row.state not in outbox.FINAL for row in await post.rows(ids)):
                await committed.wait()
                committed.clear()
    finally:
        stop.set()
        await running


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ("UPDATE outbox_messages", "claimed"),
        ("FROM day_overrides", None),
        ("FROM addressees", None),
        ("UPDATE outbox_messages", "in_flight"),
        ("UPDATE outbox_messages", "accepted"),
    ],
    ids=["claiming", "preparing", "writing", "marking", "recording"],
)
async def test_trouble_with_the_database_loses_and_repeats_nothing(
    post: PostOffice, words: str, parameter: str | None
):
    cards = await queue_cards(post, units=12)
    trouble = DatabaseTrouble(post, words, parameter)
    await run_until_sent(post, [message_id for message_id, _ in cards])
    assert trouble.struck
    rows = await post.rows([message_id for message_id, _ in cards])
    assert {row.state for row in rows} == {S.ACCEPTED}
    assert [len(post.texts(chat.telegram_id)) for _, chat in cards] == [1] * 12


# --- presses -------------------------------------------------------------------------------------


async def test_a_press_is_answered_at_once(post: PostOffice):
    delivery = post.open()
    delivery.answer_press("4711", "Đã ghi nhận", alert=True)
    await delivery.drain()
    (call,) = post.calls("answerCallbackQuery")
    assert call["parameters"]["text"] == "Đã ghi nhận"
    assert call["parameters"]["show_alert"] is True


async def test_stopping_gives_back_what_is_only_claimed(post: PostOffice):
    async with post.rt.write() as session:
        chat = (await factories.create_somebody(session)).chat
        ids = [await factories.create_notice(session, chat) for _ in range(3)]
    post.meet(chat)
    delivery = post.open()
    await delivery.do_one()
    await delivery.drain()
    assert [row.state for row in await post.rows(ids)] == [S.ACCEPTED, S.WAITING, S.WAITING]
    assert len(post.texts(chat.telegram_id)) == 1
