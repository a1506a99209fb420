"""A step is claimed twice over: by whoever moves on when to look next, and by its rows, of which no
two say the same. Each holds by itself. And it is put into one message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.actions import policy as policies
from bot.actions import reminder_steps
from bot.actions.reminder_steps import Taken
from bot.actions.reminders import queue_due
from bot.domain.states import Lane, MessageKind
from bot.runtime import Runtime
from bot.storage import due_reminders, outbox, reminders
from bot.storage.due_reminders import Due, Key
from bot.storage.outbox import NewMessage
from bot.storage.tables import Addressee, Assignment, OutboxMessage, Reminder
from scheduler.plan import PlannedStep
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON


@pytest.fixture
async def chats(rt: Runtime) -> list[int]:
    """Two chats of a unit, with a directive of which work and the receipt are due."""
    async with rt.write() as session:
        unit = await factories.create_unit(session)
        contacts = [await factories.create_contact(session, unit) for _ in range(2)]
        await factories.create_directive(
            session, [unit], tasks=1, next_reminder_at=NOON,
            acknowledge_due_at=FRIDAY_EVENING, next_receipt_at=NOON,
        )  # fmt: skip
        return [contact.chat.id for contact in contacts]


async def due_of(rt: Runtime, *, receipt: bool) -> Due:
    ask = due_reminders.due_receipts if receipt else due_reminders.due_work
    async with rt.read() as session:
        (due,) = await ask(session, now=NOON, limit=10)
    return due


@pytest.mark.parametrize("receipt", [False, True])
async def test_a_step_is_written_down_once_for_each_deadline_and_chat(
    rt: Runtime, chats: list[int], receipt: bool
):
    due = await due_of(rt, receipt=receipt)
    later: Key = (*due.key[:2], due.deadline_at + timedelta(days=1))
    one, other = chats
    for at in (NOON, NOON + timedelta(minutes=1)):  # the second is too late for all of them
        async with rt.write() as session:
            written = [
                reminders.row(due.key, "before-3", now=at, chat_id=one),
                reminders.row(due.key, "before-3", now=at, chat_id=other),
                reminders.row(due.key, "before-1", now=at, chat_id=one),
                reminders.row(later, "before-3", now=at, chat_id=one),
            ]
            await reminders.add_all(session, written)
    async with rt.read() as session:
        rows = list(await session.scalars(select(Reminder)))
    assert len(rows) == 4
    assert {row.queued_at for row in rows} == {NOON}


async def test_two_who_take_the_same_step_let_it_wait_once(rt: Runtime, chats: list[int]):
    due = await due_of(rt, receipt=False)
    step = PlannedStep("before-3", NOON)
    for _ in range(2):  # one by the clock, one because somebody said "now"
        async with rt.write() as session:
            await reminder_steps.write_down(session, [Taken(due, step)], now=NOON)
    async with rt.read() as session:
        waiting = await session.scalars(select(Reminder.chat_id))
    assert sorted(each or 0 for each in waiting) == sorted(chats)


@pytest.mark.parametrize("receipt", [False, True])
async def test_what_was_moved_meanwhile_is_not_moved_on(
    rt: Runtime, chats: list[int], receipt: bool
):
    due = await due_of(rt, receipt=receipt)
    tomorrow = NOON + timedelta(days=1)
    async with rt.write() as session:
        assert await due_reminders.move_on(session, [(due, tomorrow)]) == {due.row}
    async with rt.write() as session:
        assert await due_reminders.move_on(session, [(due, None)]) == set()
    moved = replace(due, next_reminder_at=tomorrow)
    async with rt.write() as session:
        assert await due_reminders.move_on(session, [(moved, None)]) == {due.row}


# --- put into a message once ---------------------------------------------------------------------


async def waiting_step(rt: Runtime, chat_id: int) -> int:
    """A step that waits for the chat's next message; its row."""
    due = await due_of(rt, receipt=False)
    async with rt.write() as session:
        rows = [reminders.row(due.key, "before-3", now=NOON, chat_id=chat_id)]
        await reminders.add_all(session, rows)
        (reminder_id,) = await session.scalars(select(Reminder.id))
    return reminder_id


async def messages(rt: Runtime, chat_id: int, number: int) -> list[int]:
    """So many messages that remind of something."""
    new = NewMessage(
        kind=MessageKind.REMINDER, lane=Lane.REMINDER, chat_id=chat_id, send_at=NOON
    )  # fmt: skip
    async with rt.write() as session:
        return await outbox.add_each(session, [new] * number)


async def test_what_a_message_carries_is_put_into_no_other_and_waits_no_more(
    rt: Runtime, chats: list[int]
):
    reminder_id = await waiting_step(rt, chats[0])
    first, second = await messages(rt, chats[0], 2)
    async with rt.write() as session:
        await reminders.attach(session, {reminder_id: first}, now=NOON)
    # Who had read that it waits before that comes too late.
    async with rt.write() as session:
        await reminders.attach(session, {reminder_id: second}, now=NOON)
        await reminders.hold(session, [reminder_id], until=FRIDAY_EVENING)
    async with rt.read() as session:
        row = await session.get_one(Reminder, reminder_id)
    assert (row.outbox_message_id, row.hold_until) == (first, None)


async def test_of_two_that_make_messages_at_once_one_takes_the_step(rt: Runtime, chats: list[int]):
    """An instance that stood still while another one took its place goes on with what it read."""
    if rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    await waiting_step(rt, chats[0])
    async with rt.write() as session:  # nothing else is due
        await session.execute(update(Assignment).values(next_reminder_at=None))
        await session.execute(update(Addressee).values(next_reminder_at=None))
    at = NOON + timedelta(hours=3)  # nobody is disturbed at noon

    async def queue(before_commit: Callable[[], Awaitable[None]] | None = None) -> None:
        async with rt.write() as session:
            policy = await policies.load(session, rt.config)
            await queue_due(session, policy=policy, now=at)
            if before_commit is not None:
                await before_commit()

    others: list[asyncio.Task[None]] = []

    async def let_another_begin() -> None:
        others.append(asyncio.create_task(queue()))
        await asyncio.wait(others, timeout=0.3)  # it has read, and waits for the row

    await queue(let_another_begin)
    await asyncio.gather(*others)
    async with rt.read() as session:
        row = (await session.scalars(select(Reminder))).one()
        first = await session.scalar(select(func.min(OutboxMessage.id)))
    assert (row.outbox_message_id, row.hold_until) == (first, None)
