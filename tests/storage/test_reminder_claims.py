"""A step is claimed twice over: by whoever moves on when to look next, and by its rows, of which no
two say the same. Each holds by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import reminder_steps
from bot.actions.reminder_steps import Taken
from bot.runtime import Runtime
from bot.storage import due_reminders, reminders
from bot.storage.due_reminders import Due, Key
from bot.storage.tables import Reminder
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
