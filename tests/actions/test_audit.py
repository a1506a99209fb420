"""The auditor alarms every administrator in private, once a breach."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.actions import audit as auditor
from bot.domain.states import Lane, MessageKind, OutboxState, StaffRole
from bot.runtime import Runtime
from bot.storage import kept
from bot.storage.tables import Event, OutboxMessage
from bot.texts import texts
from scheduler import jobs, runner
from scheduler.runner import Ticks
from tests import factories
from tests.conftest import MovedClock

BROKEN, SECOND = "audit.attempts", "audit.message_unknown"


class Audited:
    """An office with two administrators and a message that can be broken and mended."""

    def __init__(self, rt: Runtime) -> None:
        self.rt = rt

    async def prepare(self) -> Audited:
        async with self.rt.write() as session:
            await factories.hold_lease(session)
            admins = [await factories.create_staff(session, StaffRole.ADMIN) for _ in range(2)]
            await factories.create_staff(session, StaffRole.SENDER)
            self.admins = [admin.chat.id for admin in admins]
            self.message_id = await factories.create_message(
                session, admins[0].chat, kind=MessageKind.PREVIEW, lane=Lane.ANSWER
            )
        return self

    async def change(self, **values: object) -> None:
        if "state" in values:
            values |= factories.in_state(OutboxState(values["state"]))
        async with self.rt.write() as session:
            await session.execute(
                update(OutboxMessage).where(OutboxMessage.id == self.message_id).values(**values)
            )

    async def told(self, looks: int = 1) -> list[tuple[int, str]]:
        """Look so many times; what was told in them: chat and sentence."""
        async with self.rt.read() as session:
            last = await session.scalar(select(func.max(OutboxMessage.id)))
        for _ in range(looks):
            assert not await jobs.audit(self.rt)
        async with self.rt.read() as session:
            rows = await session.scalars(
                select(OutboxMessage).where(OutboxMessage.id > last).order_by(OutboxMessage.id)
            )
            return [(row.chat_id, row.parameters["key"]) for row in rows]


@pytest.fixture
async def office(rt: Runtime) -> Audited:
    return await Audited(rt).prepare()


async def test_nothing_is_told_while_all_is_well(office: Audited):
    assert await office.told(looks=3) == []
    async with office.rt.read() as session:
        assert await kept.get(session, "audit") is None


async def test_every_administrator_is_told_once(office: Audited):
    await office.change(attempts=5)
    assert await office.told() == []  # it may have been between two steps
    assert await office.told() == [(chat_id, BROKEN) for chat_id in office.admins]
    await office.change(attempts=7)
    assert await office.told(looks=3) == []
    async with office.rt.read() as session:
        (event,) = await session.scalars(select(Event))
    assert event.action == "audit_breach"
    assert event.details == {"rule": "attempts", "count": 1}


async def test_what_one_look_finds_and_the_next_does_not_is_not_told(office: Audited):
    for _ in range(2):
        await office.change(attempts=5)
        assert await office.told() == []
        await office.change(attempts=0)
        assert await office.told() == []


async def test_what_was_gone_is_told_again(office: Audited):
    await office.change(attempts=5)
    assert len(await office.told(looks=2)) == 2
    await office.change(attempts=0)
    assert await office.told() == []
    await office.change(attempts=5)
    assert await office.told(looks=2) == [(chat_id, BROKEN) for chat_id in office.admins]


async def test_another_breach_is_told_beside_the_one_that_stands(office: Audited):
    await office.change(attempts=5)
    assert len(await office.told(looks=2)) == 2
    await office.change(state="accepted")
    assert await office.told(looks=3) == [(chat_id, SECOND) for chat_id in office.admins]


async def test_what_is_in_flight_for_ten_looks_is_told(office: Audited, clock: MovedClock):
    await office.change(state="in_flight", attempts=1, epoch=1)
    assert await office.told(looks=20) == []  # it became due only now
    clock.at += timedelta(minutes=16)
    assert await office.told(looks=11) == []
    assert await office.told() == [(chat_id, "audit.stuck") for chat_id in office.admins]
    async with office.rt.read() as session:
        (breach,) = (await auditor.look(session, now=clock())).found
    assert (breach.count, breach.examples) == (1, (office.message_id,))
    assert await office.told(looks=3) == []


async def test_what_is_put_back_and_tried_again_is_not_stuck(office: Audited, clock: MovedClock):
    await office.change(state="in_flight", attempts=1, epoch=1)
    clock.at += timedelta(minutes=20)
    assert await office.told(looks=9) == []
    await office.change(send_at=clock() - timedelta(minutes=16))
    assert await office.told(looks=9) == []
    await office.change(state="claimed", attempts=0)
    assert await office.told(looks=20) == []  # in hand, behind what goes first


async def test_the_sentence_names_number_and_rows(office: Audited):
    await office.change(attempts=5)
    await office.told(looks=2)
    async with office.rt.read() as session:
        notice = await session.scalar(
            select(OutboxMessage).where(OutboxMessage.chat_id == office.admins[1])
        )
    assert notice is not None
    values = notice.parameters["values"]
    assert values == {"count": 1, "examples": str(office.message_id)}
    assert "phát hiện 1 tin có số lần gửi" in texts("vi")(BROKEN, **values)


async def test_ticks_look_beside_the_reminders(office: Audited, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runner, "_AUDIT_SECONDS", 0.02)
    await office.change(attempts=5)
    stop = asyncio.Event()
    ticks = asyncio.create_task(Ticks(office.rt).run(stop))
    standing = None
    while standing != {"standing": {"attempts": True}, "in_flight": {}}:
        await asyncio.sleep(0.02)
        async with office.rt.read() as session:
            standing = await kept.get(session, "audit")
    stop.set()
    office.rt.signals.wake()
    await ticks
