"""Whom a draft is for, chosen in the chat: many groups, units, people, what is left out; who has
part in which task, and what each unit then gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.actions import drafts as draft_actions
from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, Part, StaffRole
from bot.storage import people
from bot.storage.tables import (
    Addressee,
    AddresseePerson,
    Article,
    Assignment,
    Directive,
    Draft,
    DraftTask,
    DraftUnit,
    Group,
    Reminder,
    Unit,
)
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_composing import issuing
from tests.handlers.test_stand_ins import agrees, asks

say = texts("vi")


@dataclass
class Desk:
    """A draft with one ticked group of two units, and a unit outside; a contact of each."""

    office: Office
    mai: Phone
    draft: Draft
    group: Group
    paper: Unit
    radio: Unit
    school: Unit
    of_paper: Phone
    of_radio: Phone
    of_school: Phone

    async def addressed(self) -> set[str]:
        """The units that the directive was issued to."""
        return {row.unit_name for row in await self.office.rows(Addressee)}

    async def issue(self) -> None:
        """As the draft stands now."""
        row = await self.office.row(Draft, id=self.draft.id)
        popup = await self.mai.presses_data(issuing(row))
        assert popup.text == say("issue.started")

    async def check(self) -> str:
        """What the preview says below the card."""
        await self.mai.presses("Xem trước và gửi")
        return self.mai.texts()[-1]


async def desk(office: Office, *, tasks: int = 2) -> Desk:
    mai = await office.staff()
    async with office.rt.write() as session:
        group = await factories.create_group(session)
        paper = await factories.create_unit(session, name="Báo Yên Bái", groups=[group])
        radio = await factories.create_unit(session, name="Đài Phát thanh", groups=[group])
        school = await factories.create_unit(session, name="Trường Nguyễn Huệ")
        author = await factories.create_somebody(session, telegram_id=mai.user_id)
        draft = await factories.create_draft(session, author, groups=[group], tasks=tasks)
        await draft_actions.show(session, draft, now=office.rt.now())
    phones = [await office.contact(unit, name=unit.name) for unit in (paper, radio, school)]
    await office.works()
    return Desk(office, mai, draft, group, paper, radio, school, *phones)


# --- choosing ------------------------------------------------------------------------------------


async def test_many_groups_are_paged_and_a_tick_stays_on_its_page(office: Office):
    at = await desk(office)
    for number in range(20):
        await office.unit(f"Đơn vị {number}", f"Nhóm số {number:02d}")
    await at.mai.presses("Nơi nhận")
    assert "☑ Các cơ quan báo chí (2)" in at.mai.buttons()
    await at.mai.presses("›")
    await at.mai.presses("›")
    assert "3/3 ⟳" in at.mai.buttons()
    await at.mai.presses("☐ Nhóm số 19 (1)")
    assert "3/3 ⟳" in at.mai.buttons()
    assert "☑ Nhóm số 19 (1)" in at.mai.buttons()
    assert "Cộng: 3 đơn vị" in at.mai.sees("Dự thảo chỉ đạo")["text"]


async def test_units_are_found_without_accents_added_and_left_out(office: Office):
    at = await desk(office)
    await at.mai.presses("Nơi nhận")
    await at.mai.presses("Thêm đơn vị")
    await at.mai.presses("🔍 Tìm đơn vị")
    (answer,) = await at.mai.says("truong nguyen")
    assert answer == say("audience.look_above", words="truong nguyen")
    assert "☐ Báo Yên Bái" not in at.mai.buttons()
    await at.mai.presses("☐ Trường Nguyễn Huệ")
    assert "☑ Trường Nguyễn Huệ" in at.mai.buttons()  # the list is still the one searched for
    assert "☐ Báo Yên Bái" not in at.mai.buttons()
    await at.mai.presses("‹ Nơi nhận")
    assert "＋ 1 đơn vị: Trường Nguyễn Huệ" in at.mai.sees("Dự thảo chỉ đạo")["text"]
    await at.mai.presses("Loại trừ")
    await at.mai.presses("Trừ đơn vị")
    await at.mai.presses("☐ Đài Phát thanh")
    check = await at_check(at)
    assert "1 nhóm, 2 đơn vị, 2 người" in check
    assert "Loại trừ 1 đơn vị: Đài Phát thanh" in check
    await at.issue()
    assert await at.addressed() == {"Báo Yên Bái", "Trường Nguyễn Huệ"}
    assert not at.of_radio.texts()


async def at_check(at: Desk) -> str:
    """Back to the draft's card, and the preview from there."""
    await at.mai.presses_data(Callback(Press.DRAFT_PREVIEW, (at.draft.id,)))
    return at.mai.texts()[-1]


async def test_a_group_that_is_left_out_takes_its_units_from_the_others(office: Office):
    at = await desk(office)
    async with office.rt.write() as session:
        other = await factories.create_group(session, name="Nhóm nghỉ")
        await factories.units.add_to_group(session, unit_id=at.radio.id, group_id=other.id)
    await at.mai.presses("Nơi nhận")
    await at.mai.presses("Loại trừ")
    await at.mai.presses("☐ Nhóm nghỉ (1)")
    assert "⊘ Nhóm nghỉ (1)" in at.mai.buttons()
    await at.issue()
    assert await at.addressed() == {"Báo Yên Bái"}


async def test_a_person_alone_gets_card_and_reminders_and_nobody_who_joins_later(office: Office):
    at = await desk(office)
    colleague = await office.contact(at.school, name="Lê Thị Bình")
    group = await office.group(colleague, unit=at.school)
    await at.mai.presses("Nơi nhận")
    await at.mai.presses("Thêm người")
    await at.mai.presses("☐ Trường Nguyễn Huệ")
    await at.mai.presses("☐ Trường Nguyễn Huệ")  # now the contact, who is called like it
    check = await at_check(at)
    assert "1 nhóm, 3 đơn vị, 3 người, 0 nhóm Telegram" in check
    assert "Gửi riêng 1 người: Trường Nguyễn Huệ (Trường Nguyễn Huệ)" in check
    await at.issue()
    assert any("Kính gửi: Trường Nguyễn Huệ" in text for text in at.of_school.texts())
    assert len(await office.rows(AddresseePerson)) == 1
    code = await office.invite(unit=at.school)
    newcomer = office.account("Phạm Văn Dũng")
    await newcomer.says(f"/start {code}")
    await newcomer.presses("Đồng ý")
    seen = [*colleague.texts(), *group.texts(), *newcomer.texts()]
    assert not any("Nội dung cần thực hiện" in text for text in seen)
    office.clock.at = factories.FRIDAY_EVENING - timedelta(days=1, hours=9)
    await office.reminds()
    assert any("Nhắc việc" in text for text in at.of_school.texts())
    seen = [*colleague.texts(), *group.texts(), *newcomer.texts()]
    assert not any("Nhắc việc" in text for text in seen)
    assert "Việc 1" in (await colleague.says("/viec"))[0]


async def test_somebody_who_is_no_contact_any_more_can_be_taken_off(office: Office):
    at = await desk(office)
    await at.mai.presses("Nơi nhận")
    await at.mai.presses("Thêm người")
    await at.mai.presses("☐ Trường Nguyễn Huệ")
    await at.mai.presses("☐ Trường Nguyễn Huệ")
    async with office.rt.write() as session:
        somebody = await people.person_by_telegram_id(session, at.of_school.user_id)
        assert somebody is not None
        contact = await people.contact(session, unit_id=at.school.id, person_id=somebody.id)
        assert contact is not None
        contact.ended_at = factories.NOON
    assert "Chưa liên lạc được 1 đơn vị: Trường Nguyễn Huệ" in await at_check(at)
    data = Callback(Press.DRAFT_PERSON, (at.draft.id, contact.id, 0, 1))
    assert not (await at.mai.presses_data(data)).alert
    popup = await at.mai.presses_data(Callback(Press.DRAFT_PERSON, (at.draft.id, contact.id, 1, 1)))
    assert popup.text == say("refused.gone")
    assert "1 nhóm, 2 đơn vị" in await at_check(at)


async def test_who_has_limits_addresses_only_units_that_are_theirs(office: Office):
    at = await desk(office)
    async with office.rt.write() as session:
        somebody = await factories.create_staff(session, StaffRole.SENDER, name="Hà")
        await factories.limit(session, somebody, at.group)
        own = await factories.create_draft(session, somebody, groups=[at.group], number="77")
    ha = office.phone(somebody)
    await ha.presses_data(Callback(Press.DRAFT_AUDIENCE, (own.id, 1, 1)))
    assert "☐ Báo Yên Bái" in ha.buttons()
    assert "☐ Trường Nguyễn Huệ" not in ha.buttons()
    foreign = Callback(Press.DRAFT_UNIT, (own.id, at.school.id, 1, 1, 1))
    assert (await ha.presses_data(foreign)).text == say("refused.out_of_scope")
    async with office.rt.write() as session:  # by whoever has no limits
        session.add(DraftUnit(draft_id=own.id, unit_id=at.school.id))
    row = await office.row(Draft, id=own.id)
    assert (await ha.presses_data(issuing(row))).text == say("refused.out_of_scope")
    assert not await office.rows(Directive)


# --- parts ---------------------------------------------------------------------------------------


async def test_parts_are_given_by_pressing_on_and_each_unit_gets_its_own_tasks(office: Office):
    at = await desk(office)
    first, second = await office.rows(DraftTask)
    add = Callback(Press.DRAFT_UNIT, (at.draft.id, at.radio.id, 1, 1, 1))
    await at.mai.presses_data(add)
    await at.mai.presses_data(Callback(Press.DRAFT_UNIT, (at.draft.id, at.school.id, 1, 1, 1)))
    await at.mai.presses_data(Callback(Press.DRAFT_TASK_PAGE, (at.draft.id, second.id, 1)))
    await at.mai.presses("Ai thực hiện")
    await at.mai.presses("‹ Quay lại")
    assert "Nhiệm vụ 2/2" in at.mai.sees("Tên ngắn")["text"]
    await at.mai.presses("Ai thực hiện")
    assert "Tất cả nơi nhận" in at.mai.sees("ai thực hiện")["text"]
    await at.mai.presses("Các cơ quan báo chí: –")
    await at.mai.presses("Các cơ quan báo chí: chủ trì")
    assert "Các cơ quan báo chí: phối hợp" in at.mai.buttons()
    for part in ("–", "chủ trì", "phối hợp"):
        await at.mai.presses(f"Đài Phát thanh: {part}")
    assert "Đài Phát thanh: theo dõi" in at.mai.buttons()  # its own, whatever its group has
    assert first.position == 1
    await at_check(at)
    await at.issue()
    parts = {
        (unit.unit_name, assignment.task_id): (assignment.part, assignment.state)
        for unit in await office.rows(Addressee)
        for assignment in await office.rows(Assignment, addressee_id=unit.id)
    }
    one, two = sorted({task_id for _, task_id in parts})
    is_open, nothing = AssignmentState.OPEN, AssignmentState.NOT_APPLICABLE
    assert parts == {
        ("Báo Yên Bái", one): (Part.LEAD, is_open),
        ("Báo Yên Bái", two): (Part.COOPERATE, is_open),
        ("Đài Phát thanh", one): (Part.LEAD, is_open),
        ("Đài Phát thanh", two): (Part.WATCH, nothing),
        ("Trường Nguyễn Huệ", one): (Part.LEAD, is_open),
    }
    card = at.of_paper.sees("Kính gửi")["text"]
    assert "2. Việc 2 – phối hợp" in card
    card = at.of_radio.sees("Kính gửi")["text"]
    assert "2. Việc 2 – theo dõi" in card
    assert card.count("chưa") == 1  # nothing is asked for what is watched
    assert "Việc 2" not in at.of_school.sees("Kính gửi")["text"]
    assert "Nội dung cần thực hiện (1)" in at.of_school.sees("Kính gửi")["text"]
    assert "NV2: theo dõi" in (await at.mai.says("/tiendo"))[0]


async def test_who_watches_is_not_reminded_and_has_nothing_to_send(office: Office):
    at = await desk(office, tasks=1)
    (task,) = await office.rows(DraftTask)
    await at.mai.presses_data(Callback(Press.DRAFT_UNIT, (at.draft.id, at.school.id, 1, 1, 1)))
    lead = Callback(Press.DRAFT_PART, (task.id, 0, at.group.id, 1, 1))
    watch = Callback(Press.DRAFT_PART, (task.id, 1, at.school.id, 3, 1))
    for press in (lead, watch):
        assert not (await at.mai.presses_data(press)).alert
    await at.issue()
    school = await office.row(Addressee, unit_id=at.school.id)
    (watched,) = await office.rows(Assignment, addressee_id=school.id)
    assert watched.next_reminder_at is None
    card = at.of_school.sees("Kính gửi")
    labels = [button["text"] for row in card["reply_markup"]["inline_keyboard"] for button in row]
    assert labels == ["Đã nhận", "Xem toàn văn", "Hỏi", "Khác…"]
    office.clock.at = factories.FRIDAY_EVENING + timedelta(days=20)
    await office.reminds()
    reminded = {row.assignment_id for row in await office.rows(Reminder)}
    assert reminded
    assert watched.id not in reminded
    link = "https://baoyenbai.com.vn/1/1/bai.aspx"
    assert await at.of_school.says(link) == [say("link.only_watched")]
    assert await at.of_school.says(link, reply_to=card) == [say("link.only_watched")]
    done = Callback(Press.REPORT_DONE, (watched.id,))
    assert (await at.of_school.presses_data(done)).text == say("link.only_watched")
    assert not await office.rows(Article)
    (asked,) = await at.of_school.says("/viec")
    assert say("tasks.not_acknowledged") in asked  # and nothing else
    assert "Việc 1" not in asked
    assert not (await at.of_school.presses("Đã nhận")).alert
    assert await at.of_school.says("/viec") == [say("tasks.none")]


async def test_who_has_no_part_in_any_task_is_named_and_gets_nothing(office: Office):
    at = await desk(office, tasks=1)
    (task,) = await office.rows(DraftTask)
    await at.mai.presses_data(Callback(Press.DRAFT_UNIT, (at.draft.id, at.school.id, 1, 1, 1)))
    await at.mai.presses_data(Callback(Press.DRAFT_PART, (task.id, 1, at.school.id, 1, 1)))
    check = await at_check(at)
    assert "1 nhóm, 1 đơn vị, 1 người" in check
    assert "2 đơn vị không được giao nội dung nào" in check
    assert "Báo Yên Bái; Đài Phát thanh" in check
    assert at.mai.sees("Kính gửi: Trường Nguyễn Huệ")  # the preview is one that is sent
    await at.issue()
    assert await at.addressed() == {"Trường Nguyễn Huệ"}
    again = Callback(Press.DRAFT_PARTS_ALL, (at.draft.id, task.id))
    assert (await at.mai.presses_data(again)).text == say("draft.already_issued")


async def test_the_part_of_a_group_that_is_chosen_no_more_can_be_taken_away(office: Office):
    at = await desk(office, tasks=1)
    (task,) = await office.rows(DraftTask)
    await at.mai.presses_data(Callback(Press.DRAFT_UNIT, (at.draft.id, at.school.id, 1, 1, 1)))
    await at.mai.presses_data(Callback(Press.DRAFT_PART, (task.id, 0, at.group.id, 1, 1)))
    await at.mai.presses("‹ Quay lại")
    await at.mai.presses_data(Callback(Press.DRAFT_GROUPS, (at.draft.id,)))
    await at.mai.presses("☑ Các cơ quan báo chí (2)")
    await at.mai.presses_data(Callback(Press.DRAFT_PARTS, (at.draft.id, task.id, 1)))
    await at.mai.presses("✗ Các cơ quan báo chí: chủ trì")
    assert say("parts.for_all") in at.mai.sees("ai thực hiện")["text"]
    await at.issue()
    assert await at.addressed() == {"Trường Nguyễn Huệ"}


async def test_a_successor_takes_the_place_of_who_was_addressed_alone(office: Office):
    at = await desk(office)
    await at.mai.presses_data(Callback(Press.DRAFT_GROUPS, (at.draft.id,)))
    await at.mai.presses("Thêm người")
    await at.mai.presses("☐ Trường Nguyễn Huệ")
    await at.mai.presses("☐ Trường Nguyễn Huệ")
    await at.issue()
    successor = office.account("Hoàng Văn Nam")
    await agrees(successor, await asks(at.of_school, "Bàn giao"))
    assert any("Kính gửi: Trường Nguyễn Huệ" in text for text in successor.texts())


async def test_nothing_that_was_not_chosen_can_have_a_part(office: Office):
    at = await desk(office, tasks=1)
    (task,) = await office.rows(DraftTask)
    before = await office.facts()
    for ids in ((1, at.school.id, 1), (0, at.group.id + 1, 1), (0, at.group.id, 4), (2, 1, 1)):
        popup = await at.mai.presses_data(Callback(Press.DRAFT_PART, (task.id, *ids, 1)))
        assert popup.text == say("refused.gone")
    assert await office.facts() == before


async def test_what_the_letter_gives_a_group_is_offered_and_never_taken_by_itself(office: Office):
    at = await desk(office, tasks=1)
    (task,) = await office.rows(DraftTask)
    async with office.rt.write() as session:
        row = await session.merge(at.draft)
        row.body = (
            "Nội dung.\nĐề nghị các cơ quan báo chí đăng tin, bài trước ngày 20/10.\n"
            "Giao Sở Tài chính bố trí kinh phí."
        )
    await at.mai.presses_data(Callback(Press.DRAFT_PARTS, (at.draft.id, task.id, 1)))
    assert "Đề nghị các cơ quan báo chí đăng tin" in at.mai.sees("ai thực hiện")["text"]
    assert "Các cơ quan báo chí: –" in at.mai.buttons()
    await at.mai.presses("＋ Các cơ quan báo chí: chủ trì")
    assert "Các cơ quan báo chí: chủ trì" in at.mai.buttons()
    assert "Công văn nêu" not in at.mai.sees("ai thực hiện")["text"]
