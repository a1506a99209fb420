"""*Nhắc lại sau*: what may be chosen, for what, how often, and who sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, Lane, StaffRole
from bot.storage.tables import Acknowledgement, Assignment, Event, OutboxMessage, Reminder, Unit
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON, Issued
from tests.handlers.conftest import Office, Phone

say = texts("vi")
ZONE = "GMT+07:00"
MORNING_9 = datetime(2026, 10, 7, 2, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
OFFERED = ["Sau 1 giờ (10:00", "Chiều nay (13:00", "Sáng ngày làm việc tới (08:00 08/10"]


def offered(phone: Phone) -> list[str]:
    found = ("Sau", "Chiều nay", "Sáng ngày làm việc tới")
    return [label for label in phone.buttons() if label.startswith(found)]


async def reminded(
    office: Office, phone: Phone, issued: Issued, *tasks: int, step: str = "before-3"
) -> int:
    """A reminder of some of the tasks of the first unit came to a phone; its message."""
    works = [issued.assignments[0][task - 1] for task in tasks]
    async with office.rt.write() as session:
        chat = await office.chat_of(phone)
        return await factories.create_reminder(session, chat, *works, step=step)


async def asks(phone: Phone, message_id: int) -> str:
    return (await phone.presses_data(Callback(Press.SNOOZE_ASK, (message_id,)))).text


async def comes(office: Office, phone: Phone, at: datetime) -> list[str]:
    """What comes new into the chat when it is that time."""
    before, office.clock.at = phone.last_id(), at
    await office.reminds()
    return phone.texts(after=before)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026 as clocks in the office show it; the 16th is a Friday."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


async def put_off(office: Office) -> list[tuple[int | None, str, datetime | None]]:
    rows = await office.rows(Reminder)
    return [(row.assignment_id, row.step, row.hold_until) for row in rows if row.person_id]


async def test_a_recipient_chooses_when_to_be_reminded_again_and_staff_see_it(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, mai = await office.contact(unit), await office.staff(StaffRole.VIEWER)
    issued = await office.issued(unit, other, tasks=3)
    message_id = await reminded(office, an, issued, 1, 2)
    office.clock.at = MORNING_9
    assert await asks(an, message_id) == ""
    assert an.texts()[-1] == say("snooze.choose", zone=ZONE)
    assert [label[: len(begin)] for label, begin in zip(offered(an), OFFERED, strict=True)] == (
        OFFERED
    )
    assert say("state.put_off", count=1) not in (await mai.says("/tiendo"))[0]
    await an.presses("Sau 1 giờ")
    assert an.texts()[-1] == say("snooze.done", count=2, at="10:00 07/10/2026", zone=ZONE)
    assert offered(an) == []
    first, second, _ = issued.assignments[0]
    assert await put_off(office) == [
        (first.id, "again-1", MORNING_9 + AN_HOUR),
        (second.id, "again-1", MORNING_9 + AN_HOUR),
    ]
    event = await office.row(Event, action="reminder_put_off")
    assert (event.directive_id, event.unit_id) == (issued.directive.id, unit.id)
    assert event.details == {"until": (MORNING_9 + AN_HOUR).isoformat()}
    assert say("state.put_off", count=1) in (await mai.says("/tiendo"))[0]

    # A second press, of this button or the old one, does nothing more.
    assert await asks(an, message_id) == say("snooze.nothing")
    assert len(await put_off(office)) == 2


async def test_only_what_is_open_and_was_not_put_off_twice_waits(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, tasks=4)
    done, moved, _, fresh = issued.assignments[0]
    for times in (1, 2):
        await reminded(office, an, issued, 3, step=f"again-{times}")
    person_id = (await office.chat_of(an)).person_id
    async with office.rt.write() as session:
        await session.execute(update(Reminder).values(person_id=person_id))
    message_id = await reminded(office, an, issued, 1, 2, 3, 4)
    async with office.rt.write() as session:
        await session.execute(
            update(Assignment)
            .where(Assignment.id == done.id)
            .values(state=AssignmentState.SUBMITTED)
        )
        await session.execute(
            update(Assignment)
            .where(Assignment.id == moved.id)
            .values(deadline_at=FRIDAY_EVENING + AN_HOUR)
        )
    office.clock.at = MORNING_9
    await asks(an, message_id)
    await an.presses("Sáng ngày làm việc tới")
    until = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
    at = "08:00 08/10/2026"
    assert an.texts()[-1] == say("snooze.done_partly", count=1, left_out=1, at=at, zone=ZONE)
    assert (await put_off(office))[2:] == [(fresh.id, "again-1", until)]

    message_id = await reminded(office, an, issued, 3, step="before-1")
    assert await asks(an, message_id) == say("snooze.enough", times=2)


async def test_receipts_are_put_off_until_they_are_given(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, acknowledge_due_at=NOON + 9 * AN_HOUR)
    (addressee,) = issued.addressees
    chat = await office.chat_of(an)
    async with office.rt.write() as session:
        message_id = await factories.create_reminder(session, chat, addressee)
    office.clock.at = NOON + AN_HOUR  # 13:00
    await asks(an, message_id)
    assert [label[:13] for label in offered(an)] == ["Sau 1 giờ (14"], "its time is over at 21:00"
    await an.presses("Sau 1 giờ")
    row = await office.row(Reminder, step="again-1")
    assert (row.assignment_id, row.addressee_id) == (None, addressee.id)
    async with office.rt.write() as session:
        message_id = await factories.create_reminder(
            session, chat, addressee, step="receipt-leader"
        )
    await an.presses("Đã nhận")
    assert await office.rows(Acknowledgement)
    assert await asks(an, message_id) == say("snooze.nothing")


async def test_just_before_a_receipt_is_due_no_later_deadline_is_spoken_of(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, acknowledge_due_at=NOON + AN_HOUR)
    chat = await office.chat_of(an)
    async with office.rt.write() as session:
        message_id = await factories.create_reminder(session, chat, issued.addressees[0])
    assert await asks(an, message_id) == say("snooze.too_late_to_confirm")


async def test_nothing_beyond_the_bounds_is_taken_however_it_is_pressed(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, binh = await office.contact(unit), await office.contact(other, name="Lê Thị Bình")
    issued = await office.issued(unit)
    message_id = await reminded(office, an, issued, 1)

    async def chooses(phone: Phone, seconds: int) -> str:
        return (await phone.presses_data(Callback(Press.SNOOZE, (message_id, seconds)))).text

    office.clock.at = MORNING_9
    in_an_hour = int((MORNING_9 + AN_HOUR).timestamp())
    assert await chooses(binh, in_an_hour) == say("refused.gone")
    for hours in (-1, 0, 8, 24, 48, 24 * 365):
        moment = int((MORNING_9 + hours * AN_HOUR).timestamp())
        assert await chooses(an, moment) == say("snooze.choose_again"), hours
    assert await chooses(an, 999_999_999_999_999_999) == say("refused.gone")
    office.clock.at = FRIDAY_EVENING - AN_HOUR / 2
    assert await asks(an, message_id) == say("snooze.too_late")
    async with office.rt.write() as session:
        await session.execute(
            update(OutboxMessage).where(OutboxMessage.id == message_id).values(lane=Lane.URGENT)
        )
    assert await asks(an, message_id) == say("refused.gone")
    assert await put_off(office) == []


async def test_a_group_puts_off_what_came_to_the_group_only(office: Office):
    unit: Unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    issued = await office.issued(unit)
    message_id = await reminded(office, group, issued, 1)
    own = await reminded(office, an, issued, 1)
    office.clock.at = MORNING_9
    await asks(group, message_id)
    await group.presses("Chiều nay")
    (row,) = [row for row in await office.rows(Reminder) if row.person_id]
    assert row.chat_id == (await office.chat_of(group)).id
    await asks(an, own)
    assert len(offered(an)) == 3, "the people themselves are still reminded"


# --- what comes of it ----------------------------------------------------------------------------


async def test_it_comes_again_when_it_was_asked_for_twice_at_most_and_only_what_is_open(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, next_reminder_at=local(13, 8))
    assert len(await comes(office, an, local(13, 8))) == 1
    await an.presses("Nhắc lại sau")
    await an.presses("Chiều nay (13:00")
    assert await comes(office, an, local(13, 12, 59)) == []
    (again,) = await comes(office, an, local(13, 13))
    assert "Việc 1" in again
    assert "Việc 2" in again
    await an.presses("Nhắc lại sau")
    await an.presses("Sáng ngày làm việc tới (08:00 14/10")
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    (again,) = await comes(office, an, local(14, 8))
    assert "Việc 1" not in again
    assert "Việc 2" in again
    assert "Nhắc lại sau" not in str(an.sees("Việc 2")["reply_markup"])
    assert len(await comes(office, an, local(15, 8))) == 1  # as planned
    assert (await an.presses("Nhắc lại sau")).text == say("snooze.enough", times=2)
    steps = [row.step for row in await office.rows(Reminder) if row.outbox_message_id]
    assert steps.count("again-1") == 2
    assert steps.count("again-2") == 2


async def test_planned_steps_wait_for_that_moment_and_other_work_does_not(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=1, subject="V/v hoãn", next_reminder_at=local(19, 8))
    assert len(await comes(office, an, local(19, 8))) == 1
    office.clock.at = local(20, 10)
    await an.presses("Nhắc lại sau")
    assert len(offered(an)) == 2
    await an.presses("Sau 2 ngày làm việc (08:00 22/10")
    await office.issued(unit, tasks=1, subject="V/v khác", next_reminder_at=local(21, 8))
    (other,) = await comes(office, an, local(21, 8))
    assert other.count("Việc 1") == 1, "the second step after the deadline is held"
    waiting = {row.step for row in await office.rows(Reminder) if row.hold_until}
    assert waiting == {"again-1", "overdue-2"}
    (both,) = await comes(office, an, local(22, 8))
    assert both.count("Việc 1") == 1, "one line, whatever came together"
    assert not any(row.hold_until for row in await office.rows(Reminder))


async def test_what_was_asked_for_comes_however_much_came_that_day(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=1, subject="V/v hoãn", next_reminder_at=local(13, 8))
    assert len(await comes(office, an, local(13, 8))) == 1
    await an.presses("Nhắc lại sau")
    await an.presses("Chiều nay")
    for hour in (9, 10):
        end = local(13, hour + 2)
        await office.issued(unit, tasks=1, deadline_at=end, next_reminder_at=local(13, hour))
        assert len(await comes(office, an, local(13, hour))) == 1
    assert len(await comes(office, an, local(13, 13))) == 1


async def test_what_is_urgent_cannot_be_put_off(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=1, urgency="urgent", next_reminder_at=local(13, 8))
    assert len(await comes(office, an, local(13, 8))) == 1
    assert "Nhắc lại sau" not in an.buttons()
