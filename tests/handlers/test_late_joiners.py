"""Units that come to a directive after it was issued: staff are told, and add them if they will."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import late_joiners
from bot.callbacks import Callback, Press
from bot.domain.states import Part, StaffRole
from bot.storage import due_reminders, people, units
from bot.storage.tables import (
    Addressee,
    Assignment,
    Dialogue,
    Directive,
    DraftTask,
    Event,
    OutboxMessage,
    Reminder,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING
from tests.handlers.conftest import Office
from tests.handlers.test_audience import Desk, desk

say = texts("vi")


async def joins(at: Desk, name: str = "Báo Mới") -> int:
    """A unit comes into the draft's group; its id."""
    async with at.office.rt.write() as session:
        unit = await factories.create_unit(session, name=name)
        await units.add_to_group(session, unit_id=unit.id, group_id=at.group.id)
    return unit.id


async def issued(office: Office, **values: int) -> tuple[Desk, Directive]:
    at = await desk(office, **values)
    await at.issue()
    directive: Directive = await office.row(Directive)
    return at, directive


async def test_who_joins_a_group_later_is_shown_and_added_by_two_presses_only(office: Office):
    at, directive = await issued(office)
    (state,) = await at.mai.says("/tiendo")
    assert "vào nhóm sau khi phát hành" not in state
    unit_id = await joins(at)
    async with office.rt.read() as session:
        unit = await units.unit(session, unit_id)
    assert unit is not None
    newcomer = await office.contact(unit, name="Lê Thị Mới")
    assert not newcomer.texts()  # never by itself
    (state,) = await at.mai.says("/tiendo")
    assert "1 đơn vị vào nhóm sau khi phát hành: Báo Mới" in state
    await at.mai.presses("Bổ sung 1 đơn vị mới")
    assert "Sẽ bổ sung 1 đơn vị: Báo Mới" in at.mai.texts()[-1]
    assert len(await office.rows(Addressee)) == 2
    office.clock.at += timedelta(hours=1)
    popup = await at.mai.presses("Bổ sung 1 đơn vị")
    assert popup.text == say("late.added", count=1)
    row = await office.row(Addressee, unit_id=unit_id)
    assert (row.unit_name, row.added_at) == ("Báo Mới", office.clock.at)
    assert len(await office.rows(Assignment, addressee_id=row.id)) == 2
    assert "Kính gửi: Báo Mới" in newcomer.texts()[-1]
    event = await office.row(Event, action="addressee_added")
    assert (event.directive_id, event.unit_id) == (directive.id, unit_id)
    office.clock.at += timedelta(seconds=15)
    await office.works()
    assert "3/3" in at.mai.sees("Đã gửi \\d+ · chờ")["text"]
    before = await office.facts()
    token = at.mai.find_button("Bổ sung 1 đơn vị")[1]["callback_data"]
    assert (await at.mai.presses_data(token)).text == say("late.none_left")
    assert await office.facts() == before
    await newcomer.presses("Đã nhận")
    assert "Đã xác nhận: 1/3 đơn vị" in (await at.mai.says("/tiendo"))[0]


async def test_two_presses_at_once_and_another_list_add_nobody_twice_or_unseen(office: Office):
    at, directive = await issued(office)
    await joins(at)
    async with office.rt.read() as session:
        actor = await people.actor(session, at.mai.user_id)
        assert actor is not None
        token = (await late_joiners.joined_since(session, directive, actor=actor)).token
    await joins(at, "Báo Thứ Hai")
    data = Callback(Press.LATE_ADD, (directive.id, token))
    assert (await at.mai.presses_data(data)).text == say("late.changed")
    assert len(await office.rows(Addressee)) == 2
    async with office.rt.read() as session:
        token = (await late_joiners.joined_since(session, directive, actor=actor)).token
    data = Callback(Press.LATE_ADD, (directive.id, token))
    queries = [office.press_arrives(at.mai, data.encode()) for _ in range(2)]
    await office.works()
    assert [office.popup(query).text for query in queries] == [
        say("late.added", count=2),
        say("late.none_left"),
    ]
    assert len(await office.rows(Addressee)) == 4


async def test_of_many_the_number_must_be_typed(office: Office):
    at, directive = await issued(office)
    for number in range(20):
        await joins(at, f"Đơn vị {number}")
    await at.mai.presses_data(Callback(Press.LATE_ASK, (directive.id,)))
    await at.mai.presses("Bổ sung 20 đơn vị")
    assert at.mai.texts()[-1] == say("issue.type_count", count=20)
    assert await at.mai.says("19") == [say("issue.wrong_count", count=20)]
    assert len(await office.rows(Addressee)) == 2
    assert await at.mai.says("20") == [say("late.added", count=20)]
    assert len(await office.rows(Addressee)) == 22
    assert not await office.rows(Dialogue)


async def test_a_latecomer_gets_its_part_its_reminders_and_hears_what_is_past(office: Office):
    at = await desk(office, tasks=3)
    one, two, three = await office.rows(DraftTask)
    async with office.rt.write() as session:
        (await session.merge(one)).deadline_at = FRIDAY_EVENING - timedelta(days=2)
    for task, part in ((two, 3), (three, 0)):
        await at.mai.presses_data(Callback(Press.DRAFT_PART, (task.id, 0, at.group.id, part, 1)))
    await at.mai.presses_data(Callback(Press.DRAFT_UNIT, (at.draft.id, at.paper.id, 1, 1, 1)))
    await at.mai.presses_data(Callback(Press.DRAFT_PART, (three.id, 1, at.paper.id, 1, 1)))
    await at.issue()
    directive = await office.row(Directive)
    unit_id = await joins(at)
    office.clock.at = FRIDAY_EVENING - timedelta(days=1, hours=5)
    await at.mai.presses_data(Callback(Press.LATE_ASK, (directive.id,)))
    assert "Đã quá hạn: NV1" in at.mai.texts()[-1]
    await at.mai.presses("Bổ sung 1 đơn vị")
    row = await office.row(Addressee, unit_id=unit_id)
    work = {each.part: each for each in await office.rows(Assignment, addressee_id=row.id)}
    assert set(work) == {Part.LEAD, Part.WATCH}  # the third is Báo Yên Bái's alone
    assert work[Part.LEAD].deadline_at == FRIDAY_EVENING - timedelta(days=2)
    assert work[Part.LEAD].next_reminder_at > office.clock.at
    assert work[Part.WATCH].next_reminder_at is None
    async with office.rt.read() as session:
        unit = await units.unit(session, unit_id)
    assert unit is not None
    newcomer = await office.contact(unit)
    office.clock.at = work[Part.LEAD].next_reminder_at
    async with office.rt.read() as session:
        due = await due_reminders.due_work(session, now=office.clock.at, limit=99)
    ours = [each for each in due if each.assignment_id == work[Part.LEAD].id]
    assert {each.given_at for each in ours} == {row.added_at}
    await office.reminds()
    assert {row.step for row in await office.rows(Reminder, assignment_id=work[Part.LEAD].id)} == {
        "overdue-2"  # the first was due before it came
    }
    assert newcomer.texts()


async def test_who_was_left_out_or_had_no_part_is_no_latecomer(office: Office):
    at = await desk(office, tasks=1)
    (task,) = await office.rows(DraftTask)
    await at.mai.presses_data(Callback(Press.DRAFT_UNIT, (at.draft.id, at.paper.id, 1, 1, 1)))
    await at.mai.presses_data(Callback(Press.DRAFT_PART, (task.id, 1, at.paper.id, 1, 1)))
    await at.issue()
    assert {row.unit_name for row in await office.rows(Addressee)} == {"Báo Yên Bái"}
    directive = await office.row(Directive)
    await joins(at)
    await at.mai.presses_data(Callback(Press.LATE_ASK, (directive.id,)))
    assert say("late.none") in at.mai.texts()[-1]


async def test_a_unit_is_added_by_name_found_without_accents(office: Office):
    at, directive = await issued(office)
    await at.mai.says("/tiendo")
    await at.mai.presses("Thêm đơn vị")
    assert "Báo Yên Bái" not in at.mai.buttons()
    await at.mai.presses("🔍 Tìm đơn vị")
    await at.mai.says("nguyen hue")
    await at.mai.presses("Trường Nguyễn Huệ")
    assert "Sẽ bổ sung 1 đơn vị: Trường Nguyễn Huệ" in at.mai.texts()[-1]
    assert not at.of_school.texts()
    add = at.mai.find_button("Bổ sung 1 đơn vị")[1]["callback_data"]
    assert (await at.mai.presses_data(add)).text == say("late.added", count=1)
    assert "Kính gửi: Trường Nguyễn Huệ" in at.of_school.texts()[-1]
    before = await office.facts()
    assert (await at.mai.presses_data(add)).text == say("late.there_already")
    assert await office.facts() == before
    assert len(await office.rows(OutboxMessage, directive_id=directive.id)) == 3


async def test_nobody_is_added_to_what_is_closed_or_by_who_may_not(office: Office):
    at, directive = await issued(office)
    await joins(at)
    viewer = await office.staff(StaffRole.VIEWER, name="Đỗ Thị Lan")
    await viewer.says("/tiendo")
    assert "Báo cáo" in "".join(viewer.buttons())
    assert "Bổ sung" not in "".join(viewer.buttons())
    async with office.rt.write() as session:
        somebody = await factories.create_staff(session, name="Hà")
        other = await factories.create_group(session, name="Các trường")
        await units.add_to_group(session, unit_id=at.school.id, group_id=other.id)
        await units.add_to_group(session, unit_id=at.paper.id, group_id=other.id)
        await factories.limit(session, somebody, other)
    ha = office.phone(somebody)
    add = Callback(Press.ADDRESSEE_ADD, (directive.id, at.school.id))
    assert (await ha.presses_data(add)).text == say("refused.not_all_in_scope")
    async with office.rt.write() as session:
        (await session.merge(directive)).closed_at = factories.NOON
    assert (await at.mai.presses_data(add)).text == say("refused.closed")
    assert len(await office.rows(Addressee)) == 2
