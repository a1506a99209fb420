"""The chain of seals over the record of events: what is sealed, what is told, what is found."""

from __future__ import annotations

import stat
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import keys
from bot.actions import seals
from bot.actions.seals import Fault, Verdict, Wrong
from bot.config import Audit
from bot.domain.seals import Head
from bot.domain.states import EventDoor, StaffRole
from bot.runtime import Runtime
from bot.storage import events
from bot.storage.tables import Event, EventValues, OutboxMessage
from scheduler import jobs
from tests import factories
from tests.conftest import MovedClock

KEY = b"k" * 32


async def write_down(rt: Runtime, count: int, action: str = "happened") -> None:
    async with rt.write() as session:
        for number in range(count):
            events.add(session, action, at=rt.now(), step=number)


async def seal(rt: Runtime) -> None:
    more = True
    while more:
        async with rt.write() as session:
            more = await seals.seal_some(session, key=KEY, now=rt.now())


async def verdict(rt: Runtime, *known: Head, key: bytes = KEY) -> Verdict:
    async with rt.read() as session:
        return await seals.verify(session, key=key, known=known)


async def test_what_happened_is_sealed_in_its_order_and_proven(rt: Runtime):
    await write_down(rt, seals.AT_ONCE + 3)
    await seal(rt)
    await write_down(rt, 2)
    await seal(rt)
    await write_down(rt, 1)
    found = await verdict(rt)
    assert (found.head.number, found.unsealed, found.faults) == (seals.AT_ONCE + 5, 1, ())
    async with rt.read() as session:
        rows = list(await session.scalars(select(Event).order_by(Event.id)))
    assert [row.number for row in rows[:-1]] == list(range(1, seals.AT_ONCE + 6))
    assert len({row.seal for row in rows}) == len(rows)


async def test_of_two_transactions_the_later_commit_is_sealed_later_and_leaves_no_gap(rt: Runtime):
    if rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    async with rt.write() as late:
        events.add(late, "began first", at=rt.now())
        await late.flush()
        await write_down(rt, 2, "committed first")
        await seal(rt)
    await seal(rt)
    async with rt.read() as session:
        rows = await session.execute(select(Event.action, Event.number).order_by(Event.id))
        assert [tuple(row) for row in rows] == [
            ("began first", 3),
            ("committed first", 1),
            ("committed first", 2),
        ]
    assert (await verdict(rt)).faults == ()


Change = Callable[[AsyncSession], Awaitable[object]]


async def change_details(session: AsyncSession) -> None:
    await session.execute(update(Event).where(Event.number == 3).values(details={"step": 99}))


async def change_actor(session: AsyncSession) -> None:
    somebody = await factories.create_somebody(session)
    await session.execute(
        update(Event).where(Event.number == 3).values(person_id=somebody.person.id)
    )


async def change_moment(session: AsyncSession) -> None:
    later = factories.NOON + timedelta(microseconds=1)
    await session.execute(update(Event).where(Event.number == 3).values(at=later))


async def take_out(session: AsyncSession) -> None:
    await session.execute(delete(Event).where(Event.number == 3))


async def unseal(session: AsyncSession) -> None:
    await session.execute(update(Event).where(Event.number == 3).values(number=None, seal=None))


async def swap(session: AsyncSession) -> None:
    for one, other in ((3, 100), (4, 3), (100, 4)):
        await session.execute(update(Event).where(Event.number == one).values(number=other))


async def swap_with_seals(session: AsyncSession) -> None:
    """The events change places; numbers and seals stay where they were."""
    rows = {row.number: row for row in await session.scalars(select(Event))}
    rows[3].details, rows[4].details = rows[4].details, rows[3].details


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (change_details, [Fault(Wrong.CHANGED, 3)]),
        (change_actor, [Fault(Wrong.CHANGED, 3)]),
        (change_moment, [Fault(Wrong.CHANGED, 3)]),
        (take_out, [Fault(Wrong.MISSING, 3)]),
        (unseal, [Fault(Wrong.MISSING, 3)]),
        (swap, [Fault(Wrong.CHANGED, number) for number in (3, 4, 5)]),
        (swap_with_seals, [Fault(Wrong.CHANGED, number) for number in (3, 4)]),
    ],
)
async def test_whatever_is_changed_is_found(rt: Runtime, change: Change, faults: list[Fault]):
    await write_down(rt, 6)
    await seal(rt)
    async with rt.write() as session:
        await change(session)
    assert list((await verdict(rt)).faults) == faults


async def test_a_chain_that_was_cut_off_or_made_anew_does_not_hold_the_head_that_is_known(
    rt: Runtime,
):
    await write_down(rt, 6)
    await seal(rt)
    known = (await verdict(rt)).head
    async with rt.write() as session:
        await session.execute(delete(Event).where(Event.number > 4))
    assert (await verdict(rt)).faults == ()  # nobody can know without a head
    assert (await verdict(rt, known)).faults == (Fault(Wrong.CUT_OFF, 6),)
    await write_down(rt, 3, "something else")
    await seal(rt)
    assert (await verdict(rt, known)).faults == (Fault(Wrong.ANOTHER, 6),)


async def test_without_the_key_nothing_can_be_proven(rt: Runtime):
    await write_down(rt, 2)
    await seal(rt)
    assert [fault.wrong for fault in (await verdict(rt, key=b"x" * 32)).faults] == [
        Wrong.CHANGED
    ] * 2


async def test_personal_values_can_be_erased_and_the_chain_holds(rt: Runtime):
    async with rt.write() as session:
        an = await factories.create_somebody(session)
        event = events.add(session, "person_renamed", at=rt.now(), person_id=an.person.id)
        await events.keep_values(
            session, event, person_id=an.person.id, before={"name": "An"}, after={"name": "Bình"}
        )
    await seal(rt)
    async with rt.write() as session:
        await session.execute(delete(EventValues))
    assert (await verdict(rt)).faults == ()


# --- the ticks -----------------------------------------------------------------------------------


def with_key(rt: Runtime, place: Path) -> Runtime:
    config = rt.config.model_copy(update={"audit": Audit(key_file=place)})
    return Runtime(config, rt.database, rt.clock, rt.signals)


async def test_it_is_logged_once_an_hour_that_nothing_can_be_sealed(
    rt: Runtime, tmp_path: Path, clock: MovedClock, caplog: pytest.LogCaptureFixture
):
    place = tmp_path / "dondoc.key"
    rt = with_key(rt, place)
    await write_down(rt, 1)

    async def count_of_lines() -> int:
        await jobs.seal_events(rt)
        return caplog.messages.count("events_not_sealed")

    assert [await count_of_lines() for _ in range(3)] == [1, 1, 1]
    clock.at += timedelta(hours=1)
    assert [await count_of_lines() for _ in range(2)] == [2, 2]
    keys.make(place)
    place.chmod(0o644)  # another reason
    assert [await count_of_lines() for _ in range(2)] == [3, 3]


async def test_a_tick_seals_with_the_key_and_waits_while_it_is_gone(rt: Runtime, tmp_path: Path):
    place = tmp_path / "new" / "dondoc.key"
    rt = with_key(rt, place)
    await write_down(rt, 1)
    assert await jobs.seal_events(rt) is False
    assert (await verdict(rt)).unsealed == 1
    keys.make(place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    await jobs.seal_events(rt)
    found = await verdict(rt, key=keys.read(place))
    assert (found.head.number, found.unsealed, found.faults) == (1, 0, ())
    key = place.read_text()
    keys.make(place)  # the next start
    assert place.read_text() == key
    other = with_key(rt, tmp_path / "other.key")  # as another machine would make one
    keys.make(tmp_path / "other.key")
    await write_down(rt, 1)
    assert await jobs.seal_events(other) is False
    assert (await verdict(rt)).unsealed == 1
    place.chmod(0o640)
    with pytest.raises(keys.KeyFault, match="chmod 600"):
        keys.read(place)


async def test_administrators_are_told_the_head_once_a_day_if_it_is_new(
    rt: Runtime, clock: MovedClock
):
    async with rt.write() as session:
        await factories.create_staff(session, StaffRole.ADMIN)
        await factories.create_staff(session, StaffRole.SENDER)
    await write_down(rt, 3)
    await seal(rt)

    async def told(**later: int) -> list[int]:
        clock.at += timedelta(**later)
        await jobs.tell_head(rt)
        async with rt.read() as session:
            rows = await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
            return [row.parameters["values"]["number"] for row in rows]

    clock.at = factories.NOON.replace(hour=0)  # 07:00 in the office
    assert await told(minutes=59) == []
    assert await told(minutes=1) == [3]
    await write_down(rt, 1)
    await seal(rt)
    assert await told(hours=3) == [3]  # it was said today
    assert await told(days=1) == [3, 4]
    assert await told(days=1) == [3, 4]  # nothing is new
    assert (await verdict(rt)).faults == ()
    async with rt.write() as session:
        await session.execute(delete(Event).where(Event.number > 3))
    assert (await verdict(rt)).faults == (Fault(Wrong.CUT_OFF, 4),)


# --- who did it ----------------------------------------------------------------------------------


async def test_an_event_bears_who_acted_and_where_without_being_told(rt: Runtime):
    async with rt.write() as session:
        mai = await factories.create_staff(session)
        origin = events.Origin(EventDoor.CHAT, mai.person.id, "sender", mai.chat.id)
        with events.acting(origin):
            inside = events.add(session, "one", at=rt.now(), object_kind="unit", object_id=None)
        outside = events.add(session, "two", at=rt.now())
    assert (inside.person_id, inside.role, inside.door, inside.chat_id) == (
        mai.person.id,
        "sender",
        EventDoor.CHAT,
        mai.chat.id,
    )
    assert (outside.person_id, outside.role, outside.door) == (None, None, EventDoor.SCHEDULE)
