"""What an outage did to the reminders: told once, when all of it is known, and never of a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions import catching_up
from bot.domain.states import MessageKind, StaffRole
from bot.runtime import Runtime
from bot.storage.tables import Event, OutboxMessage, Reminder
from scheduler.runner import Ticks
from tests import factories
from tests.conftest import MovedClock
from tests.factories import FRIDAY_EVENING, Issued

MONDAY_8 = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
async def issued(rt: Runtime) -> Issued:
    """Two tasks of a unit with one contact, due on Friday; an administrator. The bot has looked."""
    async with rt.write() as session:
        await factories.create_staff(session, StaffRole.ADMIN)
        unit = await factories.create_unit(session)
        await factories.create_contact(session, unit)
        return await factories.create_directive(
            session, [unit], next_reminder_at=factories.NOON + timedelta(hours=2)
        )


async def looks(rt: Runtime, clock: MovedClock, at: datetime) -> None:
    """The ticks, once, at a moment."""
    clock.at = at
    await Ticks(rt).tick()


async def told(rt: Runtime) -> list[tuple[datetime, datetime, int, int]]:
    async with rt.read() as session:
        rows = await session.scalars(
            select(OutboxMessage.parameters)
            .where(OutboxMessage.kind == MessageKind.NOTICE)
            .order_by(OutboxMessage.id)
        )
        found = [row["values"] for row in rows if row["key"] == "outage.reminders"]
    return [
        (_moment(each["since"]), _moment(each["until"]), each["dropped"], each["late"])
        for each in found
    ]


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value["moment"])


async def reminders(rt: Runtime) -> list[tuple[int | None, str, int | None]]:
    async with rt.read() as session:
        rows = await session.scalars(select(Reminder).order_by(Reminder.id))
        return [(row.assignment_id, row.step, row.chat_id) for row in rows]


async def test_an_outage_is_told_once_with_what_was_dropped_and_what_goes_late(
    rt: Runtime, clock: MovedClock, issued: Issued
):
    await looks(rt, clock, factories.NOON)
    back = FRIDAY_EVENING - timedelta(hours=1)  # 16:00: three steps of two tasks are past
    await looks(rt, clock, back)
    assert await told(rt) == [(factories.NOON, back, 6, 2)]
    await looks(rt, clock, back + timedelta(seconds=5))
    await looks(rt, clock, back + timedelta(minutes=2))
    assert len(await told(rt)) == 1
    async with rt.read() as session:
        missed = list(
            await session.scalars(select(Event).where(Event.action == "reminders_missed"))
        )
    assert len(missed) == 1


async def test_what_comes_back_at_night_is_told_in_the_morning(
    rt: Runtime, clock: MovedClock, issued: Issued
):
    await looks(rt, clock, factories.NOON)
    night = FRIDAY_EVENING + timedelta(hours=5)
    await looks(rt, clock, night)
    for hours in range(1, 58):  # until Monday, 07:00, when it is not quiet but nobody works
        await looks(rt, clock, night + hours * AN_HOUR)
    assert await told(rt) == []
    await looks(rt, clock, night + 58 * AN_HOUR)
    assert await told(rt) == [(factories.NOON, night, 8, 0)]


async def test_an_outage_in_which_nothing_was_missed_is_not_told(
    rt: Runtime, clock: MovedClock, issued: Issued
):
    await looks(rt, clock, factories.NOON)
    await looks(rt, clock, factories.NOON + timedelta(minutes=59))
    before = await reminders(rt)
    await looks(rt, clock, factories.NOON + timedelta(hours=3))
    await looks(rt, clock, factories.NOON + timedelta(hours=3, minutes=2))
    assert await told(rt) == []
    assert await reminders(rt) == before == []


@pytest.mark.parametrize("days", [2, 400])
async def test_a_clock_that_jumps_there_and_back_sends_nothing_twice(
    rt: Runtime, clock: MovedClock, issued: Issued, days: int
):
    await looks(rt, clock, MONDAY_8)
    ahead = MONDAY_8 + timedelta(days=days)
    await looks(rt, clock, ahead)
    once = await reminders(rt)
    assert once
    await looks(rt, clock, MONDAY_8)
    assert await reminders(rt) == once, "it stands still"
    for minutes in range(0, days * 24 * 60, max(60, days * 60)):
        await looks(rt, clock, MONDAY_8 + timedelta(minutes=minutes))
    await looks(rt, clock, ahead)
    steps = await reminders(rt)
    assert len(steps) == len(set(steps))
    sent = {(chat_id, step) for _, step, chat_id in steps if chat_id and step != "staff"}
    async with rt.read() as session:
        queued = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == MessageKind.REMINDER)
        )
        assert len(list(queued)) == len(sent)


async def test_the_last_look_is_noted_once_a_minute(rt: Runtime, clock: MovedClock):
    async def noted() -> datetime | None:
        async with rt.read() as session:
            return await catching_up.last_look(session)

    await looks(rt, clock, factories.NOON)
    await looks(rt, clock, factories.NOON + timedelta(seconds=55))
    assert await noted() == factories.NOON
    await looks(rt, clock, factories.NOON + timedelta(seconds=60))
    assert await noted() == factories.NOON + timedelta(seconds=60)
    await looks(rt, clock, factories.NOON - timedelta(days=3))
    assert await noted() == factories.NOON - timedelta(days=3)
