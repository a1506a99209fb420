"""What the check below a preview says before anything is sent, and a test copy of it all."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.callbacks import Callback, Press
from bot.domain.states import Relation
from bot.storage.tables import (
    Acknowledgement,
    Directive,
    Draft,
    DraftGroup,
    DraftTask,
    Reminder,
)
from bot.texts import texts
from bot.texts.moments import Moments
from tests import factories
from tests.factories import FRIDAY_EVENING
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_audience import at_check, desk
from tests.handlers.test_composing import SHORT_LETTER, draft_of, issuing

say = texts("vi")
MOMENTS = Moments(say, ZoneInfo("Asia/Ho_Chi_Minh"))


async def test_the_calendar_shows_every_reminder_that_then_goes_and_no_other(office: Office):
    at = await desk(office, tasks=3)
    first, second, third = await office.rows(DraftTask)
    async with office.rt.write() as session:
        (await session.merge(second)).deadline_at = FRIDAY_EVENING + timedelta(days=3)
        later = await session.merge(third)
        later.deadline_at, later.continuous = None, True
    assert first.position == 1
    check = await at_check(at)
    lines = [line for line in check.split("\n") if line.startswith("• ")]
    assert lines[:5] == [
        "• 16h00, thứ Ba, ngày 06/10/2026: xác nhận đã nhận",
        "• 08h00, thứ Tư, ngày 07/10/2026: xác nhận đã nhận",
        "• 08h00, thứ Năm, ngày 08/10/2026: xác nhận đã nhận",
        "• 08h00, thứ Sáu, ngày 09/10/2026: lãnh đạo đơn vị: xác nhận đã nhận",
        "• 08h00, thứ Hai, ngày 12/10/2026: cơ quan ban hành: xác nhận đã nhận",
    ]
    shown = [line for line in lines if "NV" in line]
    assert shown[0] == "• 08h00, thứ Ba, ngày 13/10/2026: NV1 còn 03 ngày làm việc"
    assert any(line.endswith("NV1 đến hạn hôm nay") for line in shown)
    both = next(line for line in shown if "NV1" in line and "NV2" in line)
    assert both.split(": ")[1].count(";") == 1  # one moment, one line
    await at.issue()
    office.clock.at = factories.NOON
    going: set[str] = set()
    while office.clock.at < FRIDAY_EVENING + timedelta(days=20):
        office.clock.at += timedelta(hours=1)
        before = len(await office.rows(Reminder))
        await office.reminds()
        if len(await office.rows(Reminder)) > before:
            going.add(MOMENTS.full(office.clock.at))
    # Steps fall on whole hours here, so that each is met by the clock.
    assert {line[2:].split(": ", 1)[0] for line in lines} <= going
    beyond = len(going) - len(lines)
    assert (say("check.more_reminders", count=beyond) in check) is (beyond > 0)


async def test_what_is_due_on_the_same_day_elsewhere_is_told_the_most_loaded_first(office: Office):
    at = await desk(office, tasks=1)
    await office.issued(at.paper, at.radio, deadline_at=FRIDAY_EVENING - timedelta(hours=4))
    await office.issued(at.radio, tasks=1, deadline_at=FRIDAY_EVENING)
    await office.issued(at.paper, deadline_at=FRIDAY_EVENING - timedelta(days=1))
    await office.issued(at.paper, deadline_at=FRIDAY_EVENING, closed_at=factories.NOON)
    await office.issued(at.school, deadline_at=FRIDAY_EVENING)
    lines = (await at_check(at)).split("\n")
    place = lines.index("Trùng hạn ở 2 đơn vị:")
    assert lines[place + 1 : place + 3] == [
        "• Đài Phát thanh đã có 3 hạn trong ngày 16/10/2026",
        "• Báo Yên Bái đã có 2 hạn trong ngày 16/10/2026",
    ]
    assert not any("Trường" in line for line in lines[place:])


async def test_what_is_replaced_is_no_collision_but_told_to_end(office: Office):
    at = await desk(office, tasks=1)
    earlier = await office.issued(at.radio, tasks=1, deadline_at=FRIDAY_EVENING)
    assert "Trùng hạn ở 1 đơn vị:" in await at_check(at)
    async with office.rt.write() as session:
        draft = await session.get_one(Draft, at.draft.id)
        draft.relation, draft.related_id = Relation.REPLACES, earlier.directive.id
    check = await at_check(at)
    assert "Trùng hạn" not in check
    assert f"{earlier.directive.number}/STTTT-TTBCXB ngày 05/10/2026 sẽ chấm dứt" in check


async def test_a_test_is_what_recipients_get_and_nothing_of_it_counts(office: Office):
    at = await desk(office, tasks=60)
    await at_check(at)
    before, facts = at.mai.last_id(), await office.facts()
    popup = await at.mai.presses("Gửi thử")
    assert (popup.text, popup.alert) == (say("test.sent"), False)
    warning, *test = at.mai.texts(after=before)
    assert warning == say("test.before")
    card = at.mai.sees("Kính gửi: Báo Yên Bái")
    for row in card["reply_markup"]["inline_keyboard"]:
        for button in row:
            answer = await at.mai.presses_data(button["callback_data"], card["message_id"])
            assert answer.text == say("test.button")
    assert await office.facts() == facts
    await at.issue()
    await at.of_paper.presses("Xem toàn văn")
    assert test == at.of_paper.texts()
    assert len(test) > 3
    labels = [[button["text"] for button in row] for row in card["reply_markup"]["inline_keyboard"]]
    theirs = at.of_paper.sees("Kính gửi: Báo Yên Bái")["reply_markup"]["inline_keyboard"]
    assert labels == [[button["text"] for button in row] for row in theirs]
    assert not await office.rows(Acknowledgement)


async def test_the_letter_in_a_test_is_its_file(office: Office):
    mai = await office.staff()
    await mai.sends_file(SHORT_LETTER.encode())
    draft = await office.row(Draft)
    await mai.presses_data(Callback(Press.DRAFT_TEST, (draft.id,)))
    sent = mai.messages()[-1]["document"]
    assert sent["file_name"] == "cong-van.txt"
    assert draft.file_id in str(office.sandbox.calls())  # it is not uploaded again


async def test_from_the_offices_group_the_test_goes_to_who_asked_in_private(office: Office):
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    group = await office.group(mai, hai, staff=True)
    await group.says("/congvan")
    await group.says(SHORT_LETTER, reply_to=group.sees(say("draft.send_letter")))
    draft = await office.row(Draft)
    hais = office.in_group(hai, group)
    press = Callback(Press.DRAFT_TEST, (draft.id,))
    async with office.rt.write() as session:
        private = await session.merge(await office.chat_of(hai))
        private.unreachable_reason, private.unreachable_at = "blocked", factories.NOON
    assert (await hais.presses_data(press)).text == say("test.no_private_chat")
    await hai.says("/start")
    shown = hai.last_id()
    await hais.presses_data(press)
    assert hai.texts(after=shown)[0] == say("test.before")
    assert not any("BẢN GỬI THỬ" in text for text in (*group.texts(), *mai.texts()))


async def test_that_the_letter_is_there_already_is_told_on_the_card_at_once(office: Office):
    mai = await office.staff()
    first = await draft_of(office, mai)
    other = await office.staff(name="Đặng Minh Hải")
    second = await draft_of(office, other, number=None)
    assert "đã có dự thảo" not in shown(other)
    await other.presses("Số văn bản")
    await other.says("12")
    assert say("draft.same_drafted", by="Trần Thị Mai") in shown(other)
    await mai.presses_data(issuing(first))
    await other.presses_data(Callback(Press.DRAFT_CARD, (second.id,)))
    assert say("draft.same_issued", at="12:00 06/10/2026") in shown(other)
    assert (await office.row(Directive)).draft_id == first.id
    unnumbered = await draft_of(office, mai, number=None)
    assert "dự thảo khác" not in shown(mai)
    await draft_of(office, other, number=None, subject="V/v Tuyên truyền")
    assert say("draft.same_drafted", by="Trần Thị Mai") in shown(other)
    await mai.presses_data(Callback(Press.DRAFT_DROP, (unnumbered.id,)))


def shown(phone: Phone) -> str:
    text: str = phone.sees("Dự thảo chỉ đạo")["text"]
    return text


async def test_a_line_that_counts_otherwise_than_its_group_is_pointed_out(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, units=2)
    async with office.rt.write() as session:
        (line,) = [await session.merge(row) for row in await office.rows(DraftGroup)]
        line.line = "30 cơ quan báo chí"
    await mai.presses_data(Callback(Press.DRAFT_CARD, (draft.id,)))
    assert "(2 đơn vị) – công văn ghi 30" in shown(mai)
    async with office.rt.write() as session:
        (await session.merge(line)).line = "02 cơ quan báo chí"
    await mai.presses_data(Callback(Press.DRAFT_GROUPS, (draft.id,)))
    assert "(2 đơn vị)" in shown(mai)
    assert "công văn ghi" not in shown(mai)
