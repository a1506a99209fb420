"""Digests: at their time, of what is the reader's, once however long the bot was away, and none
with nothing to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.callbacks import Callback, Press
from bot.config import Digests
from bot.domain.states import (
    AcknowledgeBy,
    AssignmentState,
    DigestKind,
    MessageKind,
    OutboxState,
    QuestionState,
    StaffRole,
)
from bot.reports.numbers import directive_numbers
from bot.storage import kept, units
from bot.storage.tables import (
    Assignment,
    Chat,
    Contact,
    Digest,
    OutboxMessage,
    Question,
    Reminder,
)
from bot.texts import texts
from scheduler.jobs import send_digests
from tests import factories
from tests.handlers.conftest import Office, Phone

say = texts("vi")
TUESDAY_EVENING = datetime(2026, 10, 6, 9, 30, tzinfo=UTC)  # 16:30 in the office
MONDAY_MORNING = datetime(2026, 10, 12, 1, tzinfo=UTC)  # 8:00
DAY = timedelta(days=1)


async def comes(office: Office, at: datetime) -> None:
    """The clock shows this moment; what is due is done."""
    office.clock.at = at
    await send_digests(office.rt)
    await office.works()


async def calendar_was_shown(office: Office) -> None:
    """So that a digest of this month has nothing to say but of work."""
    async with office.rt.write() as session:
        await kept.put(session, "calendar_told", {"month": "2026-10"}, now=factories.NOON)
    await comes(office, factories.NOON)


def digests_of(phone: Phone, since: int = 0) -> list[str]:
    """What the phone was told at once on all that there is."""
    return [shown for shown in phone.texts(after=since) if shown.startswith("Tổng hợp")]


async def test_staff_are_told_what_tiendo_tells_and_what_waits(office: Office):
    mai = await office.staff()
    await calendar_was_shown(office)
    unit, other = await office.unit(), await office.unit("Đài PT-TH", "Khối đài")
    an = await office.contact(unit)
    overdue = await office.issued(
        unit, other, tasks=2, deadline_at=TUESDAY_EVENING - timedelta(hours=2),
        acknowledge_due_at=TUESDAY_EVENING - timedelta(hours=1),
    )  # fmt: skip
    await office.issued(unit, tasks=1, deadline_at=TUESDAY_EVENING + timedelta(minutes=30))
    await office.issued(unit, tasks=3, deadline_at=TUESDAY_EVENING + DAY)
    await office.issued(unit, tasks=5, deadline_at=TUESDAY_EVENING + 2 * DAY)
    closed = factories.NOON
    await office.issued(unit, tasks=7, deadline_at=closed, closed_at=closed)
    async with office.rt.write() as session:
        (done, _), _ = overdue.assignments
        session.add(done)
        done.state, done.submitted_at = AssignmentState.SUBMITTED, closed
        somebody = await factories.create_contact(session, other)
        session.add(
            Question(
                unit_id=other.id, person_id=somebody.person.id, chat_id=somebody.chat.id,
                state=QuestionState.OPEN, asked_at=closed,
            )
        )  # fmt: skip
    await an.presses_data(Callback(Press.ACKNOWLEDGE, (overdue.addressees[0].id,)))
    await comes(office, TUESDAY_EVENING)
    (told,) = digests_of(mai)
    async with office.rt.read() as session:
        numbers = await directive_numbers(session, overdue.directive.id, now=TUESDAY_EVENING)
    assert numbers.work.open_overdue == 3
    assert told.splitlines()[1:5] == [
        say("digest.overdue", count=3),
        say("digest.first", count=1, today="06/10/2026", until=""),
        say("digest.second", count=3, today="", until="07/10/2026"),
        say("digest.unconfirmed", count=1),  # the unit pressed, the other did not
    ]
    assert say("waiting.questions", count=1) in told
    names = f"• {overdue.directive.number}/STTTT-TTBCXB: quá hạn 3 · chưa xác nhận 1"
    assert names in told
    await mai.presses(say("button.digest_state", name=overdue.directive.number))
    assert "Tiến độ" not in mai.texts()[-1]
    assert "quá hạn 3" in mai.texts()[-1]


async def test_the_days_off_are_shown_once_a_month_and_then_nothing_says_nothing(office: Office):
    mai = await office.staff()
    await comes(office, TUESDAY_EVENING - timedelta(minutes=1))  # from now on it is told
    await comes(office, TUESDAY_EVENING)
    (told,) = digests_of(mai)
    assert "24/11/2026: nghỉ – Ngày Văn hóa" in told
    await comes(office, TUESDAY_EVENING + DAY)
    assert len(digests_of(mai)) == 1
    reasons = [row.reason for row in await office.rows(OutboxMessage, kind=MessageKind.DIGEST)]
    assert reasons == [None, "nothing_to_say"]
    await comes(office, datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    assert len(digests_of(mai)) == 2


async def test_after_days_away_one_is_told_and_none_when_the_clock_goes_back(office: Office):
    unit = await office.unit()
    await office.contact(unit)
    mai = await office.staff()
    await office.issued(unit, deadline_at=factories.NOON)
    await comes(office, factories.NOON)
    night = datetime(2026, 10, 12, 16, tzinfo=UTC)  # Monday, 23:00
    await comes(office, night)
    assert digests_of(mai) == []
    await comes(office, night + timedelta(hours=8, minutes=30))
    (told,) = digests_of(mai)  # of the newest day that was missed, of seven
    assert told.splitlines()[0] == say("digest.title_late", day="12/10/2026")
    await comes(office, datetime(2026, 10, 12, 8, tzinfo=UTC))  # the clock goes back
    await comes(office, datetime(2026, 10, 12, 9, 30, tzinfo=UTC))
    assert len(digests_of(mai)) == 1  # that day has been told
    evening = TUESDAY_EVENING + 7 * DAY
    await comes(office, evening)
    assert len(digests_of(mai)) == 2
    for minutes in (-480, -60, 1, 60):  # back to before it was told, and on again
        await comes(office, evening + timedelta(minutes=minutes))
    assert len(digests_of(mai)) == 2
    await comes(office, evening + DAY)
    assert len(digests_of(mai)) == 3


async def test_only_what_comes_long_after_its_time_says_so(office: Office):
    unit, mai = await office.unit(), await office.staff()
    await comes(office, factories.NOON)
    await office.issued(unit, deadline_at=factories.NOON)
    await comes(office, TUESDAY_EVENING + timedelta(minutes=20))
    await comes(office, TUESDAY_EVENING + DAY)
    await comes(office, TUESDAY_EVENING + 6 * DAY + timedelta(minutes=80))  # it is quiet
    await comes(office, TUESDAY_EVENING + 7 * DAY - timedelta(hours=1))
    assert [told.splitlines()[0] for told in digests_of(mai)] == [
        say("digest.title", day="06/10/2026"),
        say("digest.title", day="07/10/2026"),
        say("digest.title_late", day="12/10/2026"),
    ]


async def test_weekly_digests_that_come_late_are_of_the_day_they_were_due_for(office: Office):
    unit = await office.unit()
    an, viewer = await office.contact(unit), await office.staff(StaffRole.VIEWER)
    await comes(office, factories.NOON)
    await office.issued(unit, tasks=1, deadline_at=MONDAY_MORNING + 8 * DAY)
    await office.issued(unit, tasks=1, deadline_at=MONDAY_MORNING + 7 * DAY)
    await an.says("/tuan")
    await an.presses(say("button.week_on"))
    before = an.last_id()
    await comes(office, MONDAY_MORNING + 2 * DAY)
    (told,) = digests_of(viewer)
    assert told.splitlines()[0] == say("digest.title_weekly_late", day="12/10/2026")
    (told,) = an.texts(after=before)
    assert told.splitlines()[0] == say("week.title_late", until="19/10/2026")
    assert say("week.due", count=1) in told.splitlines()  # what is due later is next week's


async def test_of_digests_that_could_not_be_sent_the_last_one_is(office: Office):
    unit = await office.unit()
    mai = await office.staff()
    await comes(office, factories.NOON)
    await office.issued(unit, deadline_at=factories.NOON)
    for days in range(3):
        office.clock.at = TUESDAY_EVENING + days * DAY
        await send_digests(office.rt)
    await office.works()
    assert [told.splitlines()[0] for told in digests_of(mai)] == ["Tổng hợp ngày 08/10/2026"]


async def test_limits_leave_out_the_work_of_other_units(office: Office):
    ours, theirs = await office.unit("Báo", "Báo chí"), await office.unit("Xã", "Xã")
    async with office.rt.write() as session:
        hai = await factories.create_staff(session, name="Lê Văn Hải")
        group = await factories.create_group(session, name="Khác")
        await factories.limit(session, hai, group)
    phone = office.phone(hai)
    await calendar_was_shown(office)
    await office.issued(ours, theirs, deadline_at=factories.NOON)
    before = phone.last_id()
    await comes(office, TUESDAY_EVENING)
    assert digests_of(phone, before) == []  # nothing of that is theirs
    async with office.rt.write() as session:
        await units.add_to_group(session, unit_id=theirs.id, group_id=group.id)
    await comes(office, TUESDAY_EVENING + DAY)
    (told,) = digests_of(phone, before)
    assert say("digest.overdue", count=2) in told
    assert say("digest.cut_off", count=1, names="Xã") in told


async def test_whose_confirmation_counts_is_the_directives_rule(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.contact(unit, name="Bình")
    mai = await office.staff()
    await calendar_was_shown(office)
    before = mai.last_id()
    await office.issued(
        unit, deadline_at=None, acknowledge_by=AcknowledgeBy.EACH,
        acknowledge_due_at=factories.NOON + timedelta(hours=1),
    )  # fmt: skip
    await an.presses("Đã nhận")
    await comes(office, TUESDAY_EVENING)
    (told,) = digests_of(mai, before)
    assert say("digest.unconfirmed", count=1) in told


async def test_reminders_that_went_wrong_are_told_once(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    mai = await office.staff()
    await calendar_was_shown(office)
    issued = await office.issued(unit, deadline_at=TUESDAY_EVENING + 9 * DAY)
    before = mai.last_id()
    chat = await office.chat_of(an)
    async with office.rt.write() as session:
        message = OutboxMessage(
            kind=MessageKind.REMINDER, lane="4_reminder", chat_id=chat.id, parameters={},
            state=OutboxState.UNCERTAIN, send_at=factories.NOON, created_at=factories.NOON,
            uncertain_attempts=1, attempts=1, finished_at=factories.NOON,
        )  # fmt: skip
        session.add(message)
        await session.flush()
        work = issued.assignments[0][0]
        session.add(
            Reminder(
                assignment_id=work.id, chat_id=chat.id, step="before-3",
                deadline_at=work.deadline_at, outbox_message_id=message.id,
                queued_at=factories.NOON,
            )
        )  # fmt: skip
    await comes(office, TUESDAY_EVENING)
    (told,) = digests_of(mai, before)
    assert say("state.not_reminded", uncertain=1, failed=0) in told
    await comes(office, TUESDAY_EVENING + DAY)
    assert len(digests_of(mai, before)) == 1


async def test_viewers_are_told_weekly_what_was_done(office: Office):
    unit = await office.unit()
    viewer = await office.staff(StaffRole.VIEWER)
    await comes(office, factories.NOON)
    issued = await office.issued(unit, deadline_at=MONDAY_MORNING + 3 * DAY)
    async with office.rt.write() as session:
        done = await session.get_one(Assignment, issued.assignments[0][0].id)
        done.state, done.submitted_at = AssignmentState.ACCEPTED, factories.NOON
    for days in range(-3, 1):
        await comes(office, MONDAY_MORNING + days * DAY)
    (told,) = digests_of(viewer)
    assert told.splitlines()[0] == say("digest.title_weekly", day="12/10/2026")
    assert say("digest.done", count=1, since="05/10/2026") in told
    assert say("digest.second", count=1, today="", until="19/10/2026") in told
    # Due on Thursday, 15/10: the end of the week is not the deadline.
    line = f"• {issued.directive.number}/STTTT-TTBCXB: đến hạn tiếp theo, đến hết 19/10/2026: 1"
    assert line in told.splitlines()


async def test_a_unit_has_its_weekly_digest_where_somebody_wants_it(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Bình")
    await comes(office, factories.NOON)
    soon = await office.issued(unit, tasks=1, deadline_at=MONDAY_MORNING + 3 * DAY)
    late = await office.issued(unit, tasks=1, deadline_at=MONDAY_MORNING - DAY)
    await office.issued(unit, tasks=1, deadline_at=MONDAY_MORNING + 9 * DAY)
    assert await an.says("/tuan") == [say("week.is_off")]
    popup = await an.presses(say("button.week_on"))
    assert popup.text == say("week.turned_on")
    assert await an.says("/tuan") == [say("week.is_on")]
    before = an.last_id()
    await comes(office, MONDAY_MORNING)
    (told,) = an.texts(after=before)
    assert told.splitlines()[:4] == [
        say("week.title", until="19/10/2026"),
        say("week.overdue", count=1),
        say("week.due", count=1),
        say("week.unconfirmed", count=3),
    ]
    late_at, soon_at = (told.index(f" {each.directive.number}/STTTT-") for each in (late, soon))
    assert late_at < soon_at
    assert "21/10/2026" not in told
    assert not any("Việc trong tuần" in shown for shown in binh.texts())
    await an.presses(say("button.week_off"))
    await comes(office, MONDAY_MORNING + 7 * DAY)
    assert len(an.texts(after=before)) == 1


async def test_who_is_no_contact_any_more_and_who_has_nothing_open_get_none(office: Office):
    unit, idle = await office.unit(), await office.unit("Khác")
    an, binh = await office.contact(unit), await office.contact(idle, name="Bình")
    await comes(office, factories.NOON)
    await office.issued(unit, deadline_at=MONDAY_MORNING)
    async with office.rt.write() as session:
        for phone in (an, binh):
            chat = await office.chat_of(phone)
            (await session.get_one(Chat, chat.id)).weekly_digest = True
        contact = await session.scalar(select(Contact).where(Contact.unit_id == unit.id))
        assert contact is not None
        contact.ended_at = factories.NOON
    before = an.last_id(), binh.last_id()
    await comes(office, MONDAY_MORNING)
    assert (an.texts(after=before[0]), binh.texts(after=before[1])) == ([], [])
    reasons = [row.reason for row in await office.rows(OutboxMessage, kind=MessageKind.DIGEST)]
    assert sorted(filter(None, reasons)) == ["not_a_contact", "nothing_to_say"]


async def test_settings_switch_a_kind_off_and_move_it(office: Office):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    await comes(office, factories.NOON)
    with_settings(office, Digests.model_validate({"staff_at": "15:00", "units_at": ""}))
    assert await an.says("/tuan") == [say("week.never")]
    await comes(office, factories.NOON + timedelta(minutes=1))
    async with office.rt.read() as session:
        kinds = dict((await session.execute(select(Digest.kind, Digest.next_at))).all())
    assert DigestKind.UNITS not in kinds
    assert kinds[DigestKind.STAFF] == factories.NOON + timedelta(hours=3)
    await comes(office, factories.NOON + timedelta(hours=3))
    assert len(digests_of(mai)) == 1


async def test_a_time_that_was_set_while_it_was_away_is_not_of_a_day_before(office: Office):
    unit, mai = await office.unit(), await office.staff()
    await comes(office, factories.NOON)
    await office.issued(unit, deadline_at=factories.NOON)
    with_settings(office, Digests.model_validate({"staff_at": "16:50"}))
    await comes(office, TUESDAY_EVENING + timedelta(minutes=10))  # 16:40
    (told,) = digests_of(mai)
    assert told.splitlines()[0] == say("digest.title", day="06/10/2026")


def with_settings(office: Office, digests: Digests) -> None:
    """The bot was started anew with these."""
    config = office.rt.config.model_copy(update={"digests": digests})
    office.rt = office.processor._rt = office.delivery._rt = replace(office.rt, config=config)
