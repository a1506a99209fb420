"""/ngaynghi: which days are off, declared by administrators, and reminders planned anew by them."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.actions import days as day_actions
from bot.actions import policy as policies
from bot.domain.states import StaffRole
from bot.storage import days, kept
from bot.storage.tables import Addressee, Assignment, DayOverride, Event
from bot.texts import texts
from scheduler.jobs import plan_by_new_calendar
from tests import factories
from tests.factories import FRIDAY_EVENING, Issued
from tests.handlers.conftest import Office, Phone

say = texts("vi")
DAY = timedelta(days=1)
MORNING = datetime.fromisoformat("2026-10-13T08:00+07:00")  # a Tuesday: three days before Friday


async def declares(phone: Phone, label: str, words: str) -> list[str]:
    """Press the button and type a day."""
    await phone.says("/ngaynghi")
    await phone.presses(say(label))
    return await phone.says(words)


async def overrides(office: Office) -> dict[date, bool]:
    async with office.rt.read() as session:
        return await session.run_sync(days.overrides)


async def test_the_next_days_off_are_listed_with_their_names_in_the_readers_language(
    office: Office,
):
    mai = await office.staff(StaffRole.ADMIN)
    (shown,) = await mai.says("/ngaynghi")
    assert "thứ Ba, 24/11/2026: nghỉ – Ngày Văn hóa Việt Nam" in shown
    assert "01/01/2027" not in shown  # beyond sixty days
    office.clock.at += 30 * DAY
    shown = (await mai.says("/ngaynghi"))[-1]
    assert "thứ Sáu, 01/01/2027: nghỉ – Tết Dương lịch" in shown
    await mai.says("/ngonngu")
    await mai.presses("English")
    assert "Friday, 01/01/2027: off – New Year's Day" in (await mai.says("/ngaynghi"))[-1]


async def test_a_swap_is_declared_from_both_sides_and_taken_back(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    (shown,) = await declares(mai, "button.day_off", "ngày 9/10 Hoán đổi")
    assert "thứ Sáu, 09/10/2026: nghỉ – Hoán đổi" in shown
    (shown,) = await declares(mai, "button.day_working", "10/10/2026")
    assert "thứ Bảy, 10/10/2026: làm việc – không ghi lý do (cơ quan khai)" in shown
    assert await overrides(office) == {date(2026, 10, 9): False, date(2026, 10, 10): True}
    popup = await mai.presses(say("button.day_clear", day="09/10/2026"))
    assert popup.text == say("days.cleared")
    assert await overrides(office) == {date(2026, 10, 10): True}
    told = [event.action for event in await office.rows(Event) if event.action.startswith("day_")]
    assert told == ["day_set_off", "day_set_working", "day_cleared"]


async def test_of_a_span_only_what_differs_is_declared_and_the_list_is_paged(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    (shown,) = await declares(mai, "button.day_off", "từ 8/10/2026 đến 22/10/2026: Bão số 9")
    declared = await overrides(office)
    assert len(declared) == 11  # no weekend among them
    assert not any(declared.values())
    assert "20/10/2026" in shown
    assert "22/10/2026" not in shown
    await mai.presses("›")
    assert "22/10/2026: nghỉ – Bão số 9" in mai.texts()[-1]


REFUSED = [
    ("hôm nay nghỉ", "days.not_understood"),
    ("31/2/2027 Nghỉ", "date.no_such_date"),
    ("5/10/2026 Nghỉ", "days.past"),
    ("9/10/2036 Nghỉ", "days.too_far"),
    ("9/10/2026 - 8/10/2026", "days.wrong_order"),
    ("9/10/2026 - 9/12/2026", "days.too_many"),
    ("10/10/2026 Thứ bảy", "days.off_already"),
    ("9/10/2026 " + "dài " * 51, "days.long_note"),
]


async def test_what_cannot_be_meant_gets_a_sentence_and_is_asked_on(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    await declares(mai, "button.day_off", "nghỉ")
    for words, key in REFUSED:
        (told,) = await mai.says(words)
        assert told == say(key, typed=words[:14].removesuffix(" Nghỉ"), most=told_most(key)), words
    assert await overrides(office) == {}
    await mai.says("9/10/2026 Nghỉ")
    assert await overrides(office) == {date(2026, 10, 9): False}


def told_most(key: str) -> int:
    """The limit that the sentence speaks of."""
    return 200 if key == "days.long_note" else 31


async def next_reminders(office: Office, issued: Issued) -> list[datetime | None]:
    """When each work of the directive is looked at next, and then each receipt."""
    async with office.rt.read() as session:
        work = await session.scalars(
            select(Assignment.next_reminder_at)
            .join(Addressee, Addressee.id == Assignment.addressee_id)
            .where(Addressee.directive_id == issued.directive.id)
            .order_by(Assignment.id)
        )
        receipts = await session.scalars(
            select(Addressee.next_reminder_at)
            .where(Addressee.directive_id == issued.directive.id)
            .order_by(Addressee.id)
        )
        return [*work, *receipts]


async def create(office: Office, *, receipt_at: datetime | None, late: bool = False) -> Issued:
    """A directive of one task, to be reminded of three days before, and its receipt then."""
    async with office.rt.write() as session:
        units = [await factories.create_unit(session) for _ in range(2)]
        issued = await factories.create_directive(
            session, units, tasks=1, next_reminder_at=MORNING,
            acknowledge_due_at=factories.NOON + timedelta(hours=5),
        )  # fmt: skip
        addressee, other = issued.addressees
        addressee.next_reminder_at = receipt_at
        if late:
            addressee.added_at += DAY
        # Of the other one all is due: that is left to the engine.
        other.next_reminder_at = issued.assignments[1][0].next_reminder_at = office.clock.at
        await session.flush()
        return issued


async def plans_again(office: Office) -> int:
    """The tick, until it has nothing left to do; how often that is."""
    looks = 1
    while await plan_by_new_calendar(office.rt):
        looks += 1
    return looks


async def test_reminders_that_are_ahead_are_planned_anew_and_nothing_else_is(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    office.clock.at = factories.NOON + timedelta(hours=7)  # its time to confirm is over
    wednesday = MORNING - 6 * DAY
    ahead = await create(office, receipt_at=wednesday)
    late = await create(office, receipt_at=wednesday, late=True)
    closed = await create(office, receipt_at=wednesday)
    many = [await create(office, receipt_at=None) for _ in range(3)]
    async with office.rt.write() as session:
        session.add(closed.directive)
        closed.directive.closed_at = factories.NOON
    await declares(mai, "button.day_off", "7/10/2026")
    await declares(mai, "button.day_off", "14/10/2026")
    assert await plans_again(office) == 3
    monday, thursday, due = MORNING - DAY, wednesday + DAY, office.clock.at
    assert await next_reminders(office, ahead) == [monday, due, thursday, due]
    assert await next_reminders(office, late) == [monday, due, thursday, due]
    assert await next_reminders(office, closed) == [MORNING, due, wednesday, due]
    assert [await next_reminders(office, each) for each in many] == [[monday, due, None, due]] * 3
    await mai.says("/ngaynghi")
    await mai.presses(say("button.day_clear", day="14/10/2026"))
    await plans_again(office)
    assert await next_reminders(office, ahead) == [MORNING, due, thursday, due]


async def test_a_day_that_is_declared_while_others_are_planned_is_planned_for_all(office: Office):
    if office.rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    mai = await office.staff(StaffRole.ADMIN)
    many = [await create(office, receipt_at=None) for _ in range(4)]
    await declares(mai, "button.day_off", "14/10/2026")
    assert await plan_by_new_calendar(office.rt)
    async with office.rt.write() as session:
        calendar = (await policies.load(session, office.rt.config)).calendar
        off = date(2026, 10, 15)
        await day_actions.declare(
            session, off, off, working=False, note="", calendar=calendar, now=office.clock.at
        )
        await session.flush()
        planning = asyncio.create_task(plan_by_new_calendar(office.rt))
        await asyncio.wait({planning}, timeout=0.5)  # it waits for the day
    await planning
    await plans_again(office)
    friday = MORNING - 4 * DAY
    assert {(await next_reminders(office, each))[0] for each in many} == {friday}


async def test_what_is_kept_again_while_another_forgets_it_is_kept(office: Office):
    if office.rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")

    async def keep() -> None:
        async with office.rt.write() as session:
            await kept.get(session, "place")
            await kept.put(session, "place", {"after": 0}, now=office.clock.at)

    async with office.rt.write() as session:
        await kept.put(session, "place", {"after": 7}, now=office.clock.at)
    async with office.rt.write() as session:
        await kept.forget(session, "place")
        keeping = asyncio.create_task(keep())
        await asyncio.wait({keeping}, timeout=0.3)
    await keeping
    async with office.rt.read() as session:
        assert await kept.get(session, "place") == {"after": 0}


@pytest.mark.parametrize("declared", [True, False])
async def test_the_engine_judges_by_the_calendar_as_it_is(office: Office, declared: bool):
    """What was planned for a day that is off now is not sent on it, even before it is planned."""
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=1, deadline_at=FRIDAY_EVENING, next_reminder_at=MORNING)
    if declared:
        async with office.rt.write() as session:
            session.add(DayOverride(day=MORNING.date(), working=False, note=""))
    office.clock.at = MORNING
    before = an.last_id()
    await office.reminds()
    assert bool(an.texts(after=before)) is not declared
