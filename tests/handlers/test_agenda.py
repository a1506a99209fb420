"""/lich: what it lists is what is then sent, and what staff say of an entry holds."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.actions import deadlines, receipt_plans
from bot.actions import policy as policies
from bot.callbacks import Callback, Press
from bot.domain.states import (
    AssignmentState,
    ReminderEnd,
    StaffRole,
    VersionKind,
)
from bot.storage.tables import (
    Addressee,
    Assignment,
    Chat,
    Directive,
    DirectiveVersion,
    Event,
    Reminder,
    Task,
    Unit,
)
from bot.texts import texts
from scheduler import jobs
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON, Issued
from tests.handlers.conftest import Office, Phone

say = texts("vi")
MORNING = datetime(2026, 10, 6, 1, 30, tzinfo=UTC)  # Tuesday, 08:30 in the office
BEFORE_3 = datetime(2026, 10, 13, 1, tzinfo=UTC)  # of Friday evening's deadline, at 08:00
BEFORE_1 = datetime(2026, 10, 15, 1, tzinfo=UTC)
_TO = {say(f"agenda.to_{whom}"): whom for whom in ("contacts", "leader", "staff")}

# When, of which directive, which task (0: the receipt; None: whichever, of units that nobody
# reaches), to whom, how many units.
Sent = dict[tuple[datetime, str, int | None, str], int]


async def plan(office: Office, *issued: Issued) -> None:
    """Let the engine know what it would know if these had been issued by a person."""
    async with office.rt.write() as session:
        policy = await policies.load(session, office.rt.config)
        for each in issued:
            directive = await session.get_one(Directive, each.directive.id)
            await deadlines.plan_again(session, directive, policy=policy, now=office.clock.at)
            for addressee in each.addressees:
                row = await session.get_one(Addressee, addressee.id)
                if row.acknowledge_due_at is not None:
                    since = max(directive.issued_at, row.added_at)
                    steps = policy.receipt_steps(row.acknowledge_due_at, directive, since=since)
                    ahead = (step.at for step in steps if step.at > office.clock.at)
                    row.next_reminder_at = next(ahead, None)


# --- the list is what is sent --------------------------------------------------------------------


async def listed(mai: Phone) -> Sent:
    """The week as it is shown, all pages."""
    await mai.says("/lich")
    await mai.presses("7 ngày tới")
    found: Sent = defaultdict(int)
    while True:
        text = mai.texts()[-1]
        day = ""
        for line in text.splitlines():
            if heading := re.search(r", ngày (\d\d/\d\d/\d{4})$", line):
                day = heading[1]
            if entry := re.match(r"\d+\. (\d\d)h(\d\d) · (\d+)/[^:]*: (.*) → (.*)", line):
                hour, minute, number, said, whom = entry.groups()
                written = f"{day} {hour}:{minute} +0700"
                at = datetime.strptime(written, "%d/%m/%Y %H:%M %z").astimezone(UTC)
                for part in said.split("; "):
                    count = int(re.search(r"– (\d+) đơn vị$", part)[1])  # type: ignore[index]
                    for task in re.findall(r"NV(\d+)", part) or ["0"]:
                        found[at, number, int(task), _TO[whom]] += count
            if missed := re.match(r"    (\d+) đơn vị không (có lãnh đạo )?liên lạc được", line):
                assert bool(missed[2]) is (_TO[whom] == "leader")
                found[at, number, None, _TO[whom]] += int(missed[1])
        _, page, pages = next(
            re.match(r"((\d+)/(\d+)) ⟳", label).groups()  # type: ignore[union-attr]
            for label in reversed(mai.buttons())
            if "⟳" in label
        )
        if page == pages:
            return dict(found)
        await mai.presses("›")


async def sent(office: Office, until: datetime) -> Sent:
    """What the engine really takes, the clock moved to each moment at which it looks."""
    found: Sent = defaultdict(int)
    while True:
        at = await _next_look(office)
        if at is None or at > until:
            return dict(found)
        office.clock.at = max(at, office.clock.at)
        before = max((row.id for row in await office.rows(Reminder)), default=0)
        while await jobs.queue_due_reminders(office.rt):
            pass
        async with office.rt.read() as session:
            rows = await session.execute(
                select(
                    Directive.number,
                    func.coalesce(Task.position, 0),
                    Reminder.step,
                    Addressee.id,
                    Reminder.ending,
                )
                .distinct()
                .select_from(Reminder)
                .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
                .outerjoin(Task, Task.id == Assignment.task_id)
                .join(
                    Addressee,
                    Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id),
                )
                .join(Directive, Directive.id == Addressee.directive_id)
                .where(Reminder.id > before, Reminder.ending.is_distinct_from(ReminderEnd.STALE))
            )
            missed = set()  # a unit counts once for its work, once for its receipt
            for number, position, step, addressee_id, ending in rows:
                whom = step.removeprefix("receipt-")
                whom = whom if whom in ("leader", "staff") else "contacts"
                minute = office.clock.at.replace(second=0, microsecond=0)
                found[minute, number, position, whom] += 1
                if ending is ReminderEnd.NOBODY:
                    missed.add((minute, number, whom, addressee_id, position == 0))
            for at_minute, of_directive, to, *_ in missed:
                found[at_minute, of_directive, None, to] += 1


async def _next_look(office: Office) -> datetime | None:
    async with office.rt.read() as session:
        columns = (Assignment.next_reminder_at, Addressee.next_reminder_at, Reminder.hold_until)
        moments = [await session.scalar(select(func.min(column))) for column in columns]
    return min((each for each in moments if each is not None), default=None)


async def busy(office: Office) -> None:
    """Directives of all sorts, part of whose work is done, moved or late."""
    group = [await office.unit(f"Báo {name}") for name in "ABC"]
    lost = await office.unit("Báo D")
    for unit in group:
        await office.contact(unit, name=f"Đầu mối {unit.name}")
    await office.contact(leader_of=group[2], name="Hà Văn Nam")
    evening = NOON + timedelta(hours=5)
    plain = await office.issued(*group, lost, acknowledge_due_at=evening)
    soon = await office.issued(
        *group, tasks=3, deadline_at=evening + timedelta(days=2), acknowledge_due_at=evening
    )
    urgent = await office.issued(
        *group[:2], tasks=1, urgency="urgent", deadline_at=NOON + timedelta(days=1, minutes=7),
        acknowledge_due_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    closed = await office.issued(*group, closed_at=NOON, acknowledge_due_at=evening)
    missed = await office.issued(*group, tasks=1, deadline_at=evening + timedelta(days=1))
    async with office.rt.write() as session:
        policy = await policies.load(session, office.rt.config)
        (await session.get_one(Directive, urgent.directive.id)).passes_quiet = True
        late = await session.get_one(Addressee, soon.addressees[1].id)
        late.added_at = NOON + timedelta(minutes=3)
        (await session.get_one(Directive, missed.directive.id)).issued_at -= timedelta(days=3)
        for each in missed.addressees:
            (await session.get_one(Addressee, each.id)).added_at -= timedelta(days=3)
        done = await session.get_one(Assignment, plain.assignments[0][0].id)
        done.state = AssignmentState.SUBMITTED
        for row in plain.assignments[1]:  # it is asked nothing any more, nor to confirm
            (await session.merge(row)).state = AssignmentState.CANCELLED
    await plan(office, plain, soon, urgent, closed)
    async with office.rt.write() as session:
        directive = await session.get_one(Directive, soon.directive.id)
        work = await session.get_one(Assignment, soon.assignments[2][0].id)
        addressee = await session.get_one(Addressee, soon.addressees[2].id)
        await deadlines.move(
            session, work, addressee, directive, to=FRIDAY_EVENING, policy=policy, now=NOON
        )
        missed_at = NOON - timedelta(hours=4)  # the bot was away; now they have lunch
        for (row,) in missed.assignments:
            (await session.merge(row)).next_reminder_at = missed_at
        for row in (await session.scalars(select(Addressee))).all():
            if row.directive_id == closed.directive.id:
                row.next_reminder_at = None
    await (await office.contact(group[0], name="Lê Thị Bình")).says("/viec")


async def test_what_is_listed_for_a_week_is_what_the_engine_takes_in_it(office: Office):
    await busy(office)
    mai = await office.staff()
    shown = await listed(mai)
    assert len({key[:2] for key in shown}) > 8  # several pages
    assert {whom for *_, whom in shown} == {"contacts", "leader", "staff"}
    assert {task for _, _, task, _ in shown} == {0, 1, 2, 3, None}
    assert {whom for *_, task, whom in shown if task is None} == {"contacts", "leader"}
    end = datetime(2026, 10, 12, 17, tzinfo=UTC)  # midnight
    assert shown == await sent(office, end - timedelta(microseconds=1))


async def test_a_receipt_that_was_asked_for_anew_counts_from_then_on_in_both(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(
        unit, tasks=1, urgency="urgent", deadline_at=None,
        acknowledge_due_at=NOON + timedelta(hours=2),
    )  # fmt: skip
    office.clock.at = NOON + timedelta(hours=1)
    async with office.rt.write() as session:
        author = await factories.create_staff(session)
        directive = await session.get_one(Directive, issued.directive.id)
        directive.version = directive.acknowledge_from = 2
        session.add(
            DirectiveVersion(
                directive_id=directive.id, version=2, kind=VersionKind.CORRECTED,
                at=office.clock.at, person_id=author.person.id, asks_again=True, content={},
            )
        )  # fmt: skip
        policy = await policies.load(session, office.rt.config)
        await receipt_plans.plan_again(session, directive, policy=policy, now=office.clock.at)
    (shown,) = await mai.says("/lich")
    assert "1. 13h30" in shown  # half-way from then on, not from when it was issued
    told = an.last_id()
    await comes(office, NOON + timedelta(minutes=89))
    assert not an.texts(after=told)
    await comes(office, NOON + timedelta(minutes=90))
    assert len(an.texts(after=told)) == 1


# --- what staff say of an entry ------------------------------------------------------------------


async def planned(office: Office, *units: Unit) -> Issued:
    """One directive due on Friday of next week, of which everybody has been told."""
    issued = await office.issued(*units)
    await plan(office, issued)
    return issued


async def opens(mai: Phone, issued: Issued, at: datetime = BEFORE_3) -> str:
    """The directive's entry of that moment; what it shows."""
    await mai.says(f"/lich {issued.directive.number}")
    minutes = int(at.timestamp()) // 60
    data = Callback(Press.AGENDA_ENTRY, (issued.directive.id, minutes, 0))
    await mai.presses_data(data, mai.last_id())
    return mai.texts()[-1]


async def comes(office: Office, at: datetime) -> None:
    """The moment comes, with all before it."""
    while (look := await _next_look(office)) is not None and look <= at:
        office.clock.at = max(look, office.clock.at)
        await office.reminds()
    office.clock.at = at
    await office.reminds()


async def test_an_entry_names_its_units_and_those_that_nobody_reaches(office: Office):
    paper, lost = await office.unit("Báo A"), await office.unit("Báo D")
    await office.contact(paper)
    issued = await planned(office, paper, lost)
    mai = await office.staff()
    await mai.says(f"/tiendo {issued.directive.number}")
    await mai.presses("Lịch nhắc")
    assert "Lịch nhắc của chỉ đạo" in mai.texts()[-1]
    assert say("agenda.unreached_contacts", count=1) in mai.texts()[-1]
    await mai.presses(f"1. 08h00 13/10 · {issued.directive.number}/")
    shown = mai.texts()[-1]
    assert "Lúc 08h00, thứ Ba, ngày 13/10/2026" in shown
    assert say("agenda.whom_contacts") in shown
    assert "NV1 (Việc 1) còn 03 ngày làm việc – 2 đơn vị" in shown
    assert "2 đơn vị: Báo A; Báo D" in shown
    assert say("agenda.unreachable_contacts", count=1, names="Báo D") in shown
    viewer = await office.staff(StaffRole.VIEWER, name="Lê Thị Lan")
    await opens(viewer, issued)
    assert "Bỏ lần này" not in viewer.buttons()
    assert "Gửi ngay" not in viewer.buttons()


async def test_an_entry_for_leaders_names_units_without_one_in_reach(office: Office):
    led, unled = await office.unit("Báo A"), await office.unit("Báo B")
    await office.contact(unled)
    leader = await office.contact(leader_of=led, name="Hà Văn Nam")
    issued = await planned(office, led, unled)
    mai = await office.staff()
    (shown,) = await mai.says(f"/lich {issued.directive.number}")
    assert shown.count(say("agenda.unreached_leader", count=1)) == 1
    assert say("agenda.unreached_contacts", count=1) not in shown
    place = re.search(r"(\d+\. \d\dh\d\d) .* → " + say("agenda.to_leader"), shown)
    assert place
    await mai.presses(place[1])
    assert say("agenda.unreachable_leader", count=1, names="Báo B") in mai.texts()[-1]
    async with office.rt.write() as session:
        chat = await session.get_one(Chat, (await office.chat_of(leader)).id)
        chat.unreachable_reason = "blocked"
    (shown,) = await mai.says(f"/lich {issued.directive.number}")
    assert say("agenda.unreached_leader", count=2) in shown
    assert say("agenda.unreached_contacts", count=1) in shown


async def test_what_was_skipped_is_not_counted_as_out_of_reach(office: Office):
    issued = await planned(office, await office.unit())
    mai = await office.staff()
    await opens(mai, issued)
    assert say("agenda.unreachable_contacts", count=1, names="Báo Yên Bái") in mai.texts()[-1]
    await mai.presses("Bỏ lần này")
    (shown,) = await mai.says(f"/lich {issued.directive.number}")
    _, first, second, *_ = re.split(r"^\d+\. ", shown, flags=re.MULTILINE)
    assert say("agenda.is_skipped", by="Trần Thị Mai") in first
    assert say("agenda.unreached_contacts", count=1) not in first
    assert say("agenda.unreached_contacts", count=1) in second
    await opens(mai, issued)
    assert "Không liên lạc được" not in mai.texts()[-1]


async def test_what_is_skipped_does_not_come_this_once_unless_it_is_wanted_after_all(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await planned(office, unit)
    mai, ha = await office.staff(), await office.staff(name="Hà Thu")
    await opens(mai, issued)
    assert (await mai.presses("Bỏ lần này")).text == say("agenda.skipped", count=1)
    assert "Đã bỏ lần này – Trần Thị Mai" in mai.texts()[-1]
    await opens(ha, issued)
    assert "Đã bỏ lần này – Trần Thị Mai" in ha.texts()[-1]
    assert (await ha.presses("Nhắc lại như kế hoạch")).text == say("agenda.kept", count=1)
    assert not await office.rows(Reminder)
    await opens(ha, issued)
    await ha.presses("Bỏ lần này")
    before = await office.facts()
    again = Callback(Press.AGENDA_SKIP, (issued.directive.id, int(BEFORE_3.timestamp()) // 60, 0))
    assert (await mai.presses_data(again)).text == say("agenda.skipped_before")
    assert await office.facts() == before
    events = [each.action for each in await office.rows(Event, directive_id=issued.directive.id)]
    assert [each for each in events if each.startswith("reminders_")] == [
        "reminders_skipped", "reminders_kept", "reminders_skipped"
    ]  # fmt: skip
    (shown,) = await ha.says(f"/lich {issued.directive.number}")
    assert "Đã bỏ lần này – Hà Thu" in shown
    told = an.last_id()
    await comes(office, BEFORE_3)
    assert not an.texts(after=told)
    assert {row.ending for row in await office.rows(Reminder)} == {ReminderEnd.SKIPPED}
    await comes(office, BEFORE_1)
    assert "còn 01 ngày làm việc" in an.texts(after=told)[-1]


async def test_nothing_is_changed_when_it_is_being_sent_or_was(office: Office):
    unit = await office.unit()
    await office.contact(unit)
    issued = await planned(office, unit)
    mai = await office.staff()
    ids = (issued.directive.id, int(BEFORE_3.timestamp()) // 60, 0)
    await comes(office, BEFORE_3 - timedelta(minutes=1))
    for press in (Press.AGENDA_SKIP, Press.AGENDA_KEEP, Press.AGENDA_SEND):
        popup = await mai.presses_data(Callback(press, ids))
        assert (popup.text, popup.alert) == (say("agenda.too_late"), True)
    await opens(mai, issued)
    assert "Bỏ lần này" not in mai.buttons()
    office.clock.at = NOON
    async with office.rt.write() as session:  # it is done meanwhile
        for row in await session.scalars(select(Assignment)):
            row.state, row.next_reminder_at = AssignmentState.SUBMITTED, None
    popup = await mai.presses_data(Callback(Press.AGENDA_SKIP, ids))
    assert (popup.text, popup.alert) == (say("agenda.gone"), True)
    assert say("agenda.nothing_left") in await opens(mai, issued)


async def test_who_is_limited_sees_and_skips_what_is_theirs_only(office: Office):
    async with office.rt.write() as session:
        groups = [await factories.create_group(session, name=name) for name in ("Báo", "Đài")]
        papers, radios = [
            await factories.create_unit(session, name=f"Đơn vị {group.name}", groups=[group])
            for group in groups
        ]
        somebody = await factories.create_staff(session, name="Hà Thu")
        await factories.limit(session, somebody, groups[0])
    of_paper, of_radio = await office.contact(papers), await office.contact(radios, name="Bình")
    both = await planned(office, papers, radios)
    foreign = await planned(office, radios)
    ha = office.phone(somebody)
    (today,) = await ha.says("/lich")
    assert say("agenda.none") in today
    office.clock.at += timedelta(days=5)
    await ha.presses("7 ngày tới")
    assert "– 1 đơn vị" in ha.texts()[-1]
    assert f" · {foreign.directive.number}/" not in ha.texts()[-1]
    other = Callback(Press.AGENDA_OF, (foreign.directive.id, 1))
    assert (await ha.presses_data(other)).text == say("refused.out_of_scope")
    shown = await opens(ha, both)
    assert "Đơn vị Báo" in shown
    assert "Đơn vị Đài" not in shown
    await ha.presses("Bỏ lần này")
    mai = await office.staff()
    assert "Đã bỏ lần này cho 1 đơn vị – Hà Thu" in await opens(mai, both)
    told = of_paper.last_id(), of_radio.last_id()
    await comes(office, BEFORE_3)
    assert not of_paper.texts(after=told[0])
    assert of_radio.texts(after=told[1])


async def test_what_is_sent_now_does_not_come_again_at_its_time(office: Office):
    office.clock.at = MORNING
    unit, lost = await office.unit(), await office.unit("Báo D")
    an = await office.contact(unit)
    issued = await planned(office, unit, lost)
    mai = await office.staff()
    await opens(mai, issued)
    told = an.last_id()
    await mai.presses("Gửi ngay")
    assert mai.texts()[-1] == say("agenda.send_confirm", count=2, at="08:00 13/10/2026")
    assert not await office.rows(Reminder)
    message, surely = mai.find_button("Gửi ngay, 2 đơn vị")
    await mai.presses("Gửi ngay, 2 đơn vị")
    assert mai.texts()[-1] == say("agenda.sent", count=2)
    await office.reminds()
    (reminder,) = an.texts(after=told)
    assert "còn 08 ngày làm việc" in reminder
    assert len(await office.rows(Event, action="reminders_sent_early")) == 1
    before = await office.facts()
    again = await mai.presses_data(surely["callback_data"], message["message_id"])
    assert again.text == say("agenda.sent_before")
    assert await office.facts() == before
    assert say("agenda.nothing_left") in await opens(mai, issued)
    (shown,) = await mai.says(f"/lich {issued.directive.number}")
    assert "13/10/2026" not in shown
    await comes(office, BEFORE_1 - timedelta(minutes=1))
    assert len(an.texts(after=told)) == 1
    await comes(office, BEFORE_1)
    assert len(an.texts(after=told)) == 2
    steps = [row.step for row in await office.rows(Reminder)]
    assert steps.count("before-3") == 4  # of each unit's two tasks, once


async def test_what_asks_to_confirm_is_skipped_and_sent_likewise(office: Office):
    office.clock.at = MORNING
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, acknowledge_due_at=NOON + timedelta(hours=5))
    await plan(office, issued)
    mai = await office.staff()
    (shown,) = await mai.says("/lich")
    assert "1. 16h00" in shown
    assert "chưa xác nhận, hạn 17:00 06/10/2026 – 1 đơn vị → đầu mối" in shown
    await mai.presses("1. 16h00")
    assert (await mai.presses("Bỏ lần này")).text == say("agenda.skipped", count=1)
    told = an.last_id()
    await comes(office, NOON + timedelta(hours=4))
    assert not an.texts(after=told)
    await mai.says(f"/lich {issued.directive.number}")
    await mai.presses("1. 08h00")
    assert "quá hạn xác nhận từ 17:00 06/10/2026" in mai.texts()[-1]
    await mai.presses("Gửi ngay")
    await mai.presses("Gửi ngay, 1 đơn vị")
    await office.reminds()
    assert len(an.texts(after=told)) == 1
    await comes(office, NOON + timedelta(days=1))
    assert len(an.texts(after=told)) == 1
    steps = {row.step: row.ending for row in await office.rows(Reminder)}
    assert steps == {"receipt-before": ReminderEnd.SKIPPED, "receipt-overdue-1": None}


async def test_at_night_what_is_sent_now_waits_for_the_morning(office: Office):
    office.clock.at = NOON  # they have lunch
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await planned(office, unit)
    mai = await office.staff()
    await opens(mai, issued)
    told = an.last_id()
    await mai.presses("Gửi ngay")
    await mai.presses("Gửi ngay, 1 đơn vị")
    assert "lúc 13:00 06/10/2026" in mai.texts()[-1]
    await office.reminds()
    assert not an.texts(after=told)
    await comes(office, NOON + timedelta(hours=1))
    assert len(an.texts(after=told)) == 1


async def test_what_is_held_or_put_off_stands_at_the_moment_for_which_it_waits(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await planned(office, unit)
    until = NOON + timedelta(hours=4)
    chat = await office.chat_of(an)
    async with office.rt.write() as session:
        for work, person_id in zip(issued.assignments[0], (None, chat.person_id), strict=True):
            session.add(
                Reminder(
                    assignment_id=work.id,
                    chat_id=chat.id,
                    step="before-5",
                    deadline_at=FRIDAY_EVENING,
                    queued_at=NOON,
                    hold_until=until,
                    person_id=person_id,
                )
            )
    mai = await office.staff()
    (shown,) = await mai.says("/lich")
    assert "1. 16h00" in shown
    assert "NV1 – 1 đơn vị → đầu mối\n    " + say("agenda.held") in shown
    assert "NV2 – 1 đơn vị → đầu mối\n    " + say("agenda.put_off") in shown
