"""Tasks whose deadlines come again: every period is opened once, for those whom it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import closing, corrections, late_joiners, periods, unit_changes
from bot.actions import policy as policies
from bot.actions.policy import Policy
from bot.actions.unit_changes import Wish
from bot.domain.states import AssignmentState, Every, Part, UnitChangeKind
from bot.runtime import Runtime
from bot.storage import audit, drafts
from bot.storage.tables import Addressee, Assignment, Draft, Task, Unit
from scheduler import jobs
from tests import factories
from tests.conftest import MovedClock
from tests.factories import Issued

S = AssignmentState


class Office:
    """A directive whose only task recurs every month on the 16th, from October 2026 on."""

    def __init__(self, rt: Runtime, clock: MovedClock) -> None:
        self.rt = rt
        self.clock = clock
        self.issued: Issued
        self.units: list[Unit]

    async def issue(self, units: int = 2) -> None:
        async with self.rt.write() as session:
            self.units = [await factories.create_unit(session) for _ in range(units)]
            self.issued = await factories.create_directive(session, self.units, tasks=1)
            await self.let_recur(session, self.issued)

    async def let_recur(self, session: AsyncSession, issued: Issued) -> None:
        (task,) = issued.tasks
        task.every, task.every_day = Every.MONTH, 16
        periods.begin(task, calendar=(await self.policy(session)).calendar)
        for (assignment,) in issued.assignments:
            assignment.period = task.period

    async def policy(self, session: AsyncSession) -> Policy:
        return await policies.load(session, self.rt.config)

    async def comes(self, day: date, hour: int = 8, minute: int = 0) -> None:
        """It is that time in the office, and all that is due is done."""
        async with self.rt.read() as session:
            calendar = (await self.policy(session)).calendar
        self.clock.at = calendar.at(day, time(hour, minute))
        while await jobs.open_periods(self.rt):
            pass

    async def work(self) -> dict[int, dict[str, Assignment]]:
        """By unit and period."""
        async with self.rt.read() as session:
            rows = await session.execute(
                select(Addressee.unit_id, Assignment).join(
                    Assignment, Assignment.addressee_id == Addressee.id
                )
            )
            found: dict[int, dict[str, Assignment]] = {unit.id: {} for unit in self.units}
            for unit_id, assignment in rows:
                assert assignment.period not in found.setdefault(unit_id, {})
                found[unit_id][assignment.period] = assignment
            assert await audit.breaches(session, now=self.rt.now(), newest=None) == []
        return found

    async def task(self) -> Task:
        async with self.rt.read() as session:
            return (await session.scalars(select(Task))).one()

    async def change(self, session: AsyncSession, place: int, **values: object) -> None:
        """The work of one of the units, in its only period."""
        work = await session.get_one(Assignment, self.issued.assignments[place][0].id)
        for name, value in values.items():
            setattr(work, name, value)

    def day(self, at: datetime | None) -> tuple[date, time]:
        """When that is in the office."""
        assert at is not None
        local = at.astimezone(policies.ZoneInfo("Asia/Ho_Chi_Minh"))
        return local.date(), local.time()


async def office(rt: Runtime, clock: MovedClock, units: int = 2) -> Office:
    made = Office(rt, clock)
    await made.issue(units)
    return made


def keys(work: Iterable[str]) -> list[str]:
    return sorted(work)


async def test_the_next_period_is_opened_on_the_morning_after_the_deadline(rt, clock):
    here = await office(rt, clock)
    await here.comes(date(2026, 10, 19), 7, 29)  # the 16th was a Friday
    assert keys((await here.work())[here.units[0].id]) == ["2026-10"]
    await here.comes(date(2026, 10, 19), 7, 30)
    for of_unit in (await here.work()).values():
        assert keys(of_unit) == ["2026-10", "2026-11"]
        assert {each.state for each in of_unit.values()} == {S.OPEN}
        newest = of_unit["2026-11"]
        assert here.day(newest.deadline_at) == (date(2026, 11, 16), time(17))
        assert here.day(newest.next_reminder_at) == (date(2026, 11, 11), time(8))
    task = await here.task()
    assert here.day(task.next_period_at) == (date(2026, 11, 17), time(7, 30))


async def test_after_an_outage_every_missed_period_is_opened_once(rt, clock):
    here = await office(rt, clock)
    day = date(2027, 2, 1)
    here.clock.at = (await here.task()).deadline_at  # nobody looks until then
    await here.comes(day)
    missed = ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]
    assert [keys(of_unit) for of_unit in (await here.work()).values()] == [missed, missed]
    await here.comes(day, 9)
    assert [keys(of_unit) for of_unit in (await here.work()).values()] == [missed, missed]


async def test_two_that_look_at_once_open_it_once(rt, clock):
    here = await office(rt, clock)
    async with rt.read() as session:
        clock.at = (await here.policy(session)).calendar.at(date(2026, 10, 20), time(8))
    await asyncio.gather(jobs.open_periods(rt), jobs.open_periods(rt))
    assert [keys(of_unit) for of_unit in (await here.work()).values()] == [
        ["2026-10", "2026-11"],
        ["2026-10", "2026-11"],
    ]


async def test_only_who_still_has_the_task_gets_the_next_period(rt, clock):
    here = await office(rt, clock, units=6)
    done, watching, excused, cancelled, retired, unable = range(6)
    async with rt.write() as session:
        await here.change(session, done, state=S.SUBMITTED)
        await here.change(session, watching, state=S.NOT_APPLICABLE, part=Part.WATCH)
        await here.change(session, excused, state=S.NOT_APPLICABLE)
        await here.change(session, unable, state=S.NOT_APPLICABLE)
        contact = await factories.create_contact(session, here.units[excused])
        answer = await factories.create_answer(session, here.issued.addressees[excused], contact)
        answer.agreed, answer.decided_at = True, rt.now()
        await here.change(session, cancelled, state=S.CANCELLED)
        (await session.get_one(Unit, here.units[retired].id)).retired_at = rt.now()
        await here.change(session, retired, state=S.SUBMITTED)
    await here.comes(date(2026, 10, 20))
    work = await here.work()
    got = [work[unit.id].get("2026-11") for unit in here.units]
    assert [each and each.state for each in got] == [
        S.OPEN, S.NOT_APPLICABLE, None, None, None, S.OPEN,
    ]  # fmt: skip
    assert got[watching].part is Part.WATCH
    assert got[watching].next_reminder_at is None
    # Whose excuse holds no more is asked again, though a period went by without it.
    async with rt.write() as session:
        await here.change(session, excused, state=S.OPEN)
    await here.comes(date(2026, 11, 20))
    assert keys((await here.work())[here.units[excused].id]) == ["2026-10", "2026-12"]


async def corrected(here: Office, **values: object) -> None:
    """Staff issue a correction of the directive's task."""
    async with here.rt.write() as session:
        mai = await factories.create_staff(session)
        place = {"actor_id": mai.person.id, "chat_id": mai.chat.id, "now": here.rt.now()}
        draft = await corrections.begin(session, here.issued.directive.id, **place)
        (task,) = await drafts.tasks(session, draft.id)
        for name, value in values.items():
            setattr(task, name, value)
        policy = await here.policy(session)
        await corrections.issue(
            session, draft.id, actor_id=mai.person.id, policy=policy, now=here.rt.now()
        )


async def test_a_corrected_deadline_is_that_of_the_newest_period_alone(rt, clock):
    here = await office(rt, clock, units=1)
    (unit,) = here.units
    await here.comes(date(2026, 10, 20))
    async with rt.read() as session:
        moved = (await here.policy(session)).calendar.at(date(2026, 11, 20), time(17))
    clock.at = here.rt.now().replace(minute=59)
    await corrected(here, deadline_at=moved)
    await here.comes(date(2026, 11, 17))
    of_unit = (await here.work())[unit.id]
    assert {key: here.day(each.deadline_at)[0] for key, each in of_unit.items()} == {
        "2026-10": date(2026, 10, 16),
        "2026-11": date(2026, 11, 20),
        "2026-12": date(2026, 12, 16),
    }


async def test_a_correction_changes_the_rhythm_and_ends_it(rt, clock):
    here = await office(rt, clock, units=1)
    (unit,) = here.units
    clock.at = here.rt.now().replace(minute=59)
    await corrected(here, every=Every.WEEK, every_day=5)
    assert keys((await here.work())[unit.id]) == ["2026-W42"]
    await here.comes(date(2026, 10, 20))
    assert keys((await here.work())[unit.id]) == ["2026-W42", "2026-W43"]
    await corrected(here, every=None, every_day=None)
    await here.comes(date(2026, 11, 20))
    assert keys((await here.work())[unit.id]) == ["2026-W42", "2026-W43"]


async def test_a_correction_begun_before_speaks_of_the_new_period(rt, clock):
    here = await office(rt, clock, units=1)
    async with rt.write() as session:
        mai = await factories.create_staff(session)
        place = {"actor_id": mai.person.id, "chat_id": mai.chat.id, "now": rt.now()}
        draft = await corrections.begin(session, here.issued.directive.id, **place)
        (task,) = await drafts.tasks(session, draft.id)
        task.text = "Nội dung khác"
    await here.comes(date(2026, 10, 20))
    async with rt.read() as session:
        draft = await session.get_one(Draft, draft.id)
        plan = await corrections.planned(session, draft, now=rt.now())
        assert [each.what.value for each in plan.changes] == ["task_text"]
        assert plan.faults == ()


async def test_what_is_closed_opens_nothing_and_goes_on_with_the_period_ahead(rt, clock):
    here = await office(rt, clock, units=1)
    (unit,) = here.units
    async with rt.write() as session:
        mai = (await factories.create_staff(session)).person.id
        directive_id = here.issued.directive.id
        await closing.close(session, directive_id, actor_id=mai, now=rt.now())
    await here.comes(date(2027, 1, 20))
    assert keys((await here.work())[unit.id]) == ["2026-10"]
    async with rt.write() as session:
        policy = await here.policy(session)
        await closing.reopen(session, directive_id, actor_id=mai, policy=policy, now=rt.now())
    assert keys((await here.work())[unit.id]) == ["2026-10", "2027-02"]
    await here.comes(date(2027, 2, 17))
    assert keys((await here.work())[unit.id]) == ["2026-10", "2027-02", "2027-03"]


async def test_who_comes_late_gets_the_newest_period_only(rt, clock):
    here = await office(rt, clock, units=1)
    await here.comes(date(2026, 10, 20))
    async with rt.write() as session:
        late = await factories.create_unit(session)
        actor = await (await factories.create_staff(session)).actor(session)
        policy = await here.policy(session)
        await late_joiners.add_named(
            session, here.issued.directive.id, late, actor=actor, policy=policy, now=rt.now()
        )
    here.units.append(late)
    assert keys((await here.work())[late.id]) == ["2026-11"]
    await here.comes(date(2026, 11, 17))
    assert keys((await here.work())[late.id]) == ["2026-11", "2026-12"]


async def test_merged_units_keep_every_period_that_one_of_them_owes(rt, clock):
    here = await office(rt, clock, units=2)
    old, new = here.units
    await here.comes(date(2026, 10, 20))
    async with rt.write() as session:
        await here.change(session, 1, state=S.SUBMITTED)  # October
        policy = await here.policy(session)
        today = policy.calendar.local_date(rt.now())
        wish = Wish(kind=UnitChangeKind.MERGE, unit_id=old.id, into=(new.id,))
        await unit_changes.plan(session, wish, on=today, policy=policy, actor=None, now=rt.now())
    work = await here.work()
    assert {key: each.state for key, each in work[old.id].items()} == {
        "2026-10": S.CANCELLED,
        "2026-11": S.CANCELLED,
    }
    assert {key: each.state for key, each in work[new.id].items()} == {
        "2026-10": S.SUBMITTED,
        "2026-11": S.OPEN,
    }
    await here.comes(date(2026, 11, 17))
    work = await here.work()
    assert (keys(work[old.id]), keys(work[new.id])) == (
        ["2026-10", "2026-11"],
        ["2026-10", "2026-11", "2026-12"],
    )
