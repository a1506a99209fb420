"""A later deadline: asked for, decided once, kept and shown; and what else may happen meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.actions import closing, personal, policy, reminders, succession
from bot.callbacks import Callback, Press
from bot.domain.states import (
    AssignmentState,
    Ending,
    ExtensionState,
    MessageKind,
    OutboxState,
    StaffRole,
)
from bot.storage import personal as personal_storage
from bot.storage import staff
from bot.storage.tables import (
    Answer,
    Assignment,
    DraftTask,
    Event,
    Extension,
    OutboxMessage,
    Person,
    Reminder,
    Staff,
    Unit,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON, Issued
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_corrections import correction, edit, issue

say = texts("vi")
REASON = "Chờ số liệu của xã"
# Three working days after Friday, 16 October.
WEDNESDAY = datetime(2026, 10, 21, 10, 0, tzinfo=UTC)
THURSDAY = WEDNESDAY + timedelta(days=1)
ZONE = "GMT+07:00"


async def issued_to(office: Office, *units: Unit, **values: Any) -> Issued:
    """A directive whose author, who has no phone in the sandbox, is of the office no more."""
    issued = await office.issued(*units, **values)
    async with office.rt.write() as session:
        await session.execute(
            update(Staff)
            .where(Staff.person_id == issued.directive.issued_by)
            .values(removed_at=NOON)
        )
    return issued


async def begins(phone: Phone, issued: Issued) -> None:
    await phone.presses_data(Callback(Press.EXTEND_ASK, (issued.addressees[0].id,)))


async def asks(phone: Phone, issued: Issued, task: int = 1) -> None:
    """For three working days more for a task."""
    await begins(phone, issued)
    if len(issued.tasks) > 1:
        await phone.presses(f"{task}. Việc {task}")
    await phone.presses("Thêm 3 ngày làm việc")
    await phone.says(REASON)


async def work(office: Office, issued: Issued, task: int = 1) -> Any:
    return await office.row(Assignment, id=issued.assignments[0][task - 1].id)


async def states(office: Office) -> list[ExtensionState]:
    return [row.state for row in await office.rows(Extension)]


async def test_a_wish_goes_to_the_office_and_what_it_grants_is_the_units_own_deadline(
    office: Office,
):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit, other)
    code = f"{issued.directive.number}/STTTT-TTBCXB"
    await begins(an, issued)
    assert say("extension.choose_task") in an.texts()[-1]
    await an.presses("2. Việc 2")
    shown = say("extension.ask_date", position=2, deadline="17:00 16/10/2026", zone=ZONE)
    assert an.texts()[-1] == shown
    offered = [label for label in an.buttons() if label.startswith(("Thêm", "Cuối tháng"))]
    assert offered == [
        "Thêm 2 ngày làm việc (20/10/2026)",
        "Thêm 3 ngày làm việc (21/10/2026)",
        "Thêm 5 ngày làm việc (23/10/2026)",
        "Cuối tháng (30/10/2026)",
    ]
    assert await an.says("15/10") == [say("extension.not_later")]
    assert (await an.says("mai mốt"))[0].startswith("Chưa hiểu thời hạn")
    assert await an.says("hết ngày 21/10")  # midnight
    assert await an.says("x") == [say("refused.reason_unusable", longest=500)]
    told = await an.says(f"  {REASON}\n")
    assert told == [
        say("extension.asked", unit=unit.name, position=2, directive=code,
            deadline="17:00 16/10/2026", wished="00:00 22/10/2026", zone=ZONE, reason=REASON)
    ]  # fmt: skip
    assert "đang xin gia hạn đến 00:00 22/10/2026" in an.texts()[0]

    wish = mai.sees("xin gia hạn")["text"]
    for part in (unit.name, code, "Việc 2", "0/1", REASON, "Nguyễn Văn An", "16/10", "22/10"):
        assert part in wish
    assert say("extension.is_late") not in wish
    assert (await mai.presses("Đồng ý")).text == say(
        "extension.granted_now", unit=unit.name, at="00:00 22/10/2026", zone=ZONE
    )
    midnight = datetime(2026, 10, 21, 17, 0, tzinfo=UTC)
    mine = await work(office, issued, 2)
    assert mine.deadline_at == midnight
    assert mine.next_reminder_at == datetime(2026, 10, 16, 1, 0, tzinfo=UTC)  # 3 days before
    others = [row for row in await office.rows(Assignment) if row.id != mine.id]
    assert {row.deadline_at for row in others} == {FRIDAY_EVENING}
    card, *_, answer = an.messages()
    assert "(gia hạn; trước: 17:00 16/10/2026)" in card["text"]
    assert "đang xin" not in card["text"]
    assert answer["text"] == say(
        "extension.granted_you", position=2, directive=code, granted="00:00 22/10/2026",
        before="17:00 16/10/2026", zone=ZONE,
    )  # fmt: skip
    assert answer["reply_to_message"]["message_id"] == card["message_id"]
    outcome = mai.sees("xin gia hạn")
    assert "✓ Đã gia hạn đến 00:00 22/10/2026 – Trần Thị Mai, 12:00 06/10/2026" in outcome["text"]
    assert "reply_markup" not in outcome
    assert "(gia hạn; trước: 17:00 16/10/2026)" in (await an.says("/viec"))[0]
    assert "NV2: – (gia hạn 00:00 22/10/2026)" in (await mai.says("/tiendo"))[0]
    actions = [event.action for event in await office.rows(Event, object_kind="extension")]
    assert actions == ["extension_asked", "extension_granted"]

    await asks(an, issued, 2)  # again: what was before is shown
    assert say("extension.earlier", count=1, granted=1) in mai.sees("xin gia hạn")["text"]


async def test_a_wish_is_one_card_in_every_chat_on_duty(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    binh = await office.staff(name="Lê Văn Bình")
    await asks(an, await issued_to(office, unit, tasks=1))
    older = mai.last_id()
    show = Callback(Press.EXTENSION_SHOW, ((await office.row(Extension)).id,))
    await mai.presses_data(show)
    assert mai.last_id() > older
    assert len([text for text in mai.texts() if "xin gia hạn" in text]) == 1
    await binh.presses("Hạn khác")
    await binh.presses("Thêm 2 ngày làm việc")
    at = "17:00 20/10/2026"
    assert binh.texts()[-1] == say("extension.granted_now", unit=unit.name, at=at, zone=ZONE)
    assert not {"Đồng ý", "Hạn khác…", "Không đồng ý…"} & {*mai.buttons(), *binh.buttons()}
    for phone in (mai, binh):
        wish = phone.sees("xin gia hạn")["text"]
        assert f"✓ Đã gia hạn đến {at} – Lê Văn Bình" in wish


async def test_a_wish_is_decided_once(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    binh = await office.staff(name="Lê Văn Bình")
    await asks(an, await issued_to(office, unit, tasks=1))
    (extension,) = await office.rows(Extension)
    await mai.presses("Hạn khác")
    assert await mai.says("16/10") == [say("extension.not_later")]
    await binh.presses("Hạn khác")
    await mai.says("17h ngày 22/10")
    assert (await office.row(Extension)).granted_at == THURSDAY
    before = say("extension.granted_before", name="Trần Thị Mai")
    assert await binh.says("17h ngày 23/10") == [before]
    for press in (Press.EXTENSION_GRANT, Press.EXTENSION_REFUSE, Press.EXTENSION_SHOW):
        assert (await binh.presses_data(Callback(press, (extension.id,)))).text == before
    back = await an.presses_data(Callback(Press.EXTEND_BACK, (extension.id,)))
    assert back.text == before
    assert (await office.row(Assignment)).deadline_at == THURSDAY
    assert "(đề nghị: 17:00 21/10/2026" in an.sees("Gia hạn nội dung")["text"]


async def test_a_refusal_tells_why_and_leaves_the_deadline(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit, tasks=1)
    await asks(an, issued)
    await mai.presses("Không đồng ý")
    assert await mai.says("x") == [say("refused.reason_unusable", longest=500)]
    await mai.says("Cấp trên đã chốt hạn")
    assert "Cấp trên đã chốt hạn" in an.sees("Không đồng ý gia hạn")["text"]
    assert (await work(office, issued)).deadline_at == FRIDAY_EVENING
    assert "Không đồng ý" not in mai.buttons()
    await asks(an, issued)  # a new wish may be made
    assert await states(office) == [ExtensionState.REFUSED, ExtensionState.ASKED]


async def test_staff_see_on_the_units_page_what_it_wished_and_what_became_of_it(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit, other, tasks=2)
    await asks(an, issued, 2)
    await mai.presses("Không đồng ý")
    await mai.says("Cấp trên đã chốt hạn")
    for _ in range(2):
        await asks(an, issued, 1)
        await mai.presses("Đồng ý")
    await asks(an, issued, 2)
    own, foreign = [Callback(Press.RECEIPTS_UNIT, (each.id,)) for each in issued.addressees]
    await mai.presses_data(own)
    asked = "Nguyễn Văn An, 12:00 06/10/2026"
    decided = "Trần Thị Mai, 12:00 06/10/2026"
    assert mai.texts()[-1].partition("Đã xin gia hạn ")[2].splitlines()[:9] == [
        "4 lần:",
        f"• NV2: 17:00 16/10/2026 → 17:00 21/10/2026 – {asked}",
        "    Chờ quyết định",
        f"• NV1: 17:00 21/10/2026 → 17:00 26/10/2026 – {asked}",
        f"    ✓ Đã gia hạn đến 17:00 26/10/2026 – {decided}",
        f"• NV1: 17:00 16/10/2026 → 17:00 21/10/2026 – {asked}",
        f"    ✓ Đã gia hạn đến 17:00 21/10/2026 – {decided}",
        f"• NV2: 17:00 16/10/2026 → 17:00 21/10/2026 – {asked}",
        f"    ✗ Không đồng ý – {decided}: Cấp trên đã chốt hạn",
    ]
    await mai.presses_data(foreign)
    assert "gia hạn" not in mai.texts()[-1]


async def test_one_wish_at_a_time_that_can_be_taken_back(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit, tasks=1)
    await asks(an, issued)
    await begins(an, issued)
    assert an.sees("Đang có đề nghị")
    days = Callback(Press.EXTEND_DAYS, (issued.assignments[0][0].id, 5))
    assert (await an.presses_data(days)).text == say("extension.asked_before")
    back = await an.presses("Rút đề nghị")
    assert back.text == say("extension.taken_back", position=1)
    assert "đang xin" not in an.texts()[0]
    wish = mai.sees("xin gia hạn")
    assert "Đơn vị đã rút – Nguyễn Văn An" in wish["text"]
    assert "reply_markup" not in wish
    old = Callback(Press.EXTENSION_GRANT, ((await office.row(Extension)).id,))
    assert (await mai.presses_data(old)).text == say(
        "extension.taken_back_before", name="Nguyễn Văn An"
    )
    await asks(an, issued)
    assert await states(office) == [ExtensionState.TAKEN_BACK, ExtensionState.ASKED]


async def test_reminders_are_of_the_deadline_that_was_granted(office: Office):
    office.clock.at = FRIDAY_EVENING - timedelta(hours=9)
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit, tasks=1, next_reminder_at=office.clock.at)
    await asks(an, issued)
    async with office.rt.write() as session:
        in_force = await policy.load(session, office.rt.config)
        await reminders.queue_due(session, policy=in_force, now=office.clock.at)
    (extension,) = await office.rows(Extension)
    await mai.presses_data(Callback(Press.EXTENSION_GRANT, (extension.id,)))
    queued = await office.row(OutboxMessage, kind=MessageKind.REMINDER)
    assert (queued.state, queued.reason) == (OutboxState.WITHDRAWN, "finished")
    office.clock.at = WEDNESDAY - timedelta(days=1, hours=9)
    await office.reminds()
    reminder = an.sees("Nhắc việc")
    assert "21/10/2026" in reminder["text"]
    assert {row.deadline_at for row in await office.rows(Reminder)} == {FRIDAY_EVENING, WEDNESDAY}
    labels = [row[0]["text"] for row in reminder["reply_markup"]["inline_keyboard"]]
    assert labels == [say("button.submit"), say("button.extend"), say("button.snooze")]
    await an.presses(say("button.extend"))
    assert an.sees("hạn 17:00 21/10/2026")


async def test_after_the_deadline_a_wish_is_late_and_late_work_counts_by_the_own_deadline(
    office: Office,
):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit, tasks=1)
    office.clock.at = FRIDAY_EVENING + timedelta(days=3)
    await begins(an, issued)
    assert "đã quá hạn 17:00 16/10/2026" in an.texts()[-1]
    await an.presses("Thêm 2 ngày làm việc (21/10/2026)")
    await an.says(REASON)
    assert say("extension.is_late") in mai.sees("xin gia hạn")["text"]
    await mai.presses("Đồng ý")
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx", reply_to=an.messages()[0])
    assert (await work(office, issued)).state is AssignmentState.SUBMITTED
    state = (await mai.says("/tiendo"))[0]
    assert say("state.work", done=1, late=0, open=0, overdue=0) in state


@pytest.mark.parametrize("how", ["done", "closed", "dropped", "moved", "cannot"])
async def test_a_wish_ends_with_what_it_was_for(office: Office, how: str):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit)
    await asks(an, issued)
    shown = an.last_id()
    if how == "done":
        await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    elif how == "closed":
        async with office.rt.write() as session:
            directive = await session.merge(issued.directive)
            await closing.end(
                session, directive, ending=Ending.CLOSED, actor_id=directive.issued_by, now=NOON
            )
        await office.works()
    elif how == "cannot":
        saying = Callback(Press.CANNOT, (issued.addressees[0].id, issued.assignments[0][0].id))
        await an.presses_data(saying)
        await an.says("Không có phóng viên")
        await mai.presses_data(Callback(Press.ANSWER_AGREE, ((await office.row(Answer)).id,)))
    else:
        draft = await correction(office, mai, issued)
        if how == "moved":
            await edit(office, draft, 1, deadline_at=THURSDAY)
        else:
            first = await office.row(DraftTask, draft_id=draft.id, position=1)
            await mai.presses_data(Callback(Press.DRAFT_TASK_REMOVE, (draft.id, first.id)))
        await issue(office, mai, draft)
    assert await states(office) == [ExtensionState.OVER]
    told = [text for text in an.texts(after=shown) if "không còn cần nữa" in text]
    assert len(told) == (how != "done")
    wish = mai.sees("xin gia hạn")
    assert "Không còn cần gia hạn" in wish["text"]
    assert "reply_markup" not in wish
    old = Callback(Press.EXTENSION_GRANT, ((await office.row(Extension)).id,))
    decided = await mai.presses_data(old)
    assert decided.text == say("extension.over_before")
    assert (await work(office, issued)).deadline_at == (
        THURSDAY if how == "moved" else FRIDAY_EVENING
    )


async def test_a_correction_leaves_a_granted_deadline_that_is_later(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, mai = await office.contact(unit), await office.staff()
    issued = await issued_to(office, unit, other, tasks=1)
    await asks(an, issued)
    await mai.presses("Đồng ý")
    tuesday = WEDNESDAY - timedelta(days=1)
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, deadline_at=tuesday)
    await issue(office, mai, draft)
    deadlines = [row.deadline_at for row in await office.rows(Assignment)]
    assert deadlines == [WEDNESDAY, tuesday]
    assert "(gia hạn; trước: 17:00 16/10/2026)" in an.texts()[0]
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, deadline_at=THURSDAY)
    await issue(office, mai, draft)
    rows = await office.rows(Assignment)
    assert [row.deadline_at for row in rows] == [THURSDAY, THURSDAY]
    assert len({row.next_reminder_at for row in rows}) == 1
    assert "gia hạn" not in an.texts()[0]


async def test_wishes_go_with_the_work_of_a_unit_that_another_one_takes_over(office: Office):
    old, new = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, mai = await office.contact(old), await office.staff()
    await office.contact(new, name="Phạm Văn Dũng")
    both = await issued_to(office, old, new, tasks=2)
    await asks(an, both, 1)
    await mai.presses("Đồng ý")
    await asks(an, both, 2)
    await merge(office, old, new)
    assert mai.sees(f"{new.name} xin gia hạn")
    of_new = [await office.row(Assignment, id=row.id) for row in both.assignments[1]]
    assert [row.deadline_at for row in of_new] == [WEDNESDAY, FRIDAY_EVENING]
    kept = {row.assignment_id: row.state for row in await office.rows(Extension)}
    assert kept == {of_new[0].id: ExtensionState.GRANTED, of_new[1].id: ExtensionState.ASKED}
    await mai.presses("Đồng ý")
    assert (await office.row(Assignment, id=of_new[1].id)).deadline_at == WEDNESDAY


async def merge(office: Office, old: Unit, new: Unit) -> None:
    async with office.rt.write() as session:
        in_force = await policy.load(session, office.rt.config)
        hands = succession.Office(session, in_force, office.clock.at, office.clock.at)
        await succession.take_over(hands, await session.merge(old), await session.merge(new))
    await office.works()


async def test_staff_see_and_decide_within_their_limits_only(office: Office):
    async with office.rt.write() as session:
        paper = await factories.create_group(session, name="Báo")
        radio = await factories.create_group(session, name="Đài")
        unit = await factories.create_unit(session, groups=[paper])
    an = await office.contact(unit)
    mai = await office.staff()
    lan = await office.staff(StaffRole.SENDER, name="Đinh Thị Lan")
    async with office.rt.write() as session:
        lan_row = await office.chat_of(lan)
        assert lan_row.person_id
        member = await staff.member_of_person(session, lan_row.person_id)
        assert member
        await staff.set_limits(session, member.id, [radio.id])
    issued = await issued_to(office, unit, tasks=1)
    await asks(an, issued)
    assert mai.sees("xin gia hạn")
    assert not any("xin gia hạn" in text for text in lan.texts())
    (extension,) = await office.rows(Extension)
    for press in (Press.EXTENSION_GRANT, Press.EXTENSION_SHOW, Press.EXTENSION_REFUSE):
        popup = await lan.presses_data(Callback(press, (extension.id,)))
        assert popup.text == say("refused.out_of_scope")
    assert await states(office) == [ExtensionState.ASKED]


async def test_the_offices_group_gets_it_and_the_units_group_may_ask(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    theirs, ours = await office.group(an, unit=unit), await office.group(mai, staff=True)
    issued = await issued_to(office, unit, tasks=1)
    await begins(theirs, issued)
    await theirs.presses("Thêm 3 ngày làm việc")
    await theirs.says(REASON, reply_to=theirs.messages()[-1])
    assert not any("xin gia hạn" in text for text in mai.texts())
    await ours.presses("Không đồng ý")
    await ours.says("Cấp trên đã chốt hạn", reply_to=ours.messages()[-1])
    assert "✗ Không đồng ý – Trần Thị Mai" in ours.sees("xin gia hạn")["text"]
    assert theirs.sees("Cấp trên đã chốt hạn")
    assert not any("chốt hạn" in text for text in an.texts())


async def test_what_somebody_wrote_goes_with_them(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    binh = await office.staff(name="Lê Văn Bình")
    await asks(an, await issued_to(office, unit, tasks=1))
    await mai.presses("Không đồng ý")
    await mai.says("Cấp trên đã chốt hạn")
    assert "Nguyễn Văn An" in binh.sees("xin gia hạn")["text"]
    for phone in (an, mai):
        chat = await office.chat_of(phone)
        async with office.rt.write() as session:
            person = await session.get_one(Person, chat.person_id)
            found = await personal_storage.everything(session, person)
            assert len(found["extensions"]) == 1
            await personal.erase(session, person, now=NOON)
    await office.works()
    extension = await office.row(Extension)
    assert (extension.reason, extension.decision_note) == ("", None)
    shown = binh.sees("xin gia hạn")["text"]
    assert "✗ Không đồng ý – " in shown
    for gone in (REASON, "Nguyễn Văn An", "Trần Thị Mai", "chốt hạn"):
        assert gone not in shown
