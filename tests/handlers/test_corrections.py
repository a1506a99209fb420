"""Correcting a directive in place: its draft, its work, its cards, and who had seen what."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import corrections
from bot.actions import drafts as draft_actions
from bot.actions import policy as policies
from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, MessageKind, OutboxState
from bot.storage import articles, assignments, people
from bot.storage.articles import NewArticle
from bot.storage.tables import (
    Acknowledgement,
    Article,
    Assignment,
    Card,
    CardVersion,
    Directive,
    DirectiveVersion,
    Draft,
    DraftTask,
    Event,
    OutboxMessage,
    Task,
)
from bot.texts import texts
from tests.factories import FRIDAY_EVENING, NOON, Issued
from tests.handlers.conftest import Office, Phone, Popup

say = texts("vi")
A_WEEK_LATER = FRIDAY_EVENING + timedelta(days=7)


async def correction(office: Office, mai: Phone, issued: Issued) -> Draft:
    """The draft that the button on the directive's state opens."""
    office.clock.at += timedelta(minutes=5)
    await mai.presses_data(Callback(Press.CORRECT, (issued.directive.id,)))
    drafts = await office.rows(Draft, corrects_id=issued.directive.id)
    found: Draft = drafts[-1]
    return found


async def edit(office: Office, draft: Draft, position: int, **values: Any) -> None:
    async with office.rt.write() as session:
        await session.execute(
            update(DraftTask)
            .where(DraftTask.draft_id == draft.id, DraftTask.position == position)
            .values(**values)
        )


async def issue(office: Office, mai: Phone, draft: Draft) -> Popup:
    draft = await office.row(Draft, id=draft.id)
    state_id = draft_actions.state_id(draft)
    return await mai.presses_data(Callback(Press.CORRECTION_ISSUE, (draft.id, state_id)))


async def test_a_correction_is_made_on_the_draft_card_and_shows_what_it_changes(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit)
    code = f"{issued.directive.number}/STTTT-TTBCXB"
    draft = await correction(office, mai, issued)
    card = mai.texts()[-1]
    assert f"Đính chính Công văn số {code} ngày 05/10/2026" in card
    assert "Nơi nhận" not in card
    offered = mai.buttons()
    assert not {say("button.groups"), say("button.choose_moment")} & set(offered)
    # Pressed again, the same draft goes on.
    await mai.presses_data(Callback(Press.CORRECT, (issued.directive.id,)))
    assert len(await office.rows(Draft, corrects_id=issued.directive.id)) == 1

    await mai.presses("Xem trước và gửi")
    assert say("correction.no_change") in mai.texts()[-1]
    assert (await issue(office, mai, draft)).text == say("correction.no_change")
    await mai.presses("Sửa trích yếu")
    await mai.says("V/v tuyên truyền bầu cử")
    await mai.presses("Lý do")
    assert await mai.says("x") == [say("refused.reason_unusable", longest=500)]
    await mai.says("Trích yếu thiếu chữ")
    await mai.presses("Yêu cầu tiếp nhận lại")
    await mai.presses("Xem trước và gửi")
    shown, check = mai.texts()[-2:]
    change = "Trích yếu: V/v tuyên truyền → tuyên truyền bầu cử"
    assert "Bản 2 – đính chính 12:05 06/10/2026:" in shown
    assert change in shown
    assert change in check
    assert "Lý do: Trích yếu thiếu chữ" in check
    first = an.messages()[0]["message_id"]
    popup = await mai.presses("Ban hành bản đính chính")
    assert popup.text == say("correction.issued", version=2, count=1)
    card, notice = an.messages()
    assert card["message_id"] == first
    assert "\nV/v tuyên truyền bầu cử\n" in card["text"]
    assert "Bản 2 – đính chính 12:05 06/10/2026:" in card["text"]
    assert notice["reply_to_message"]["message_id"] == first
    assert change in notice["text"]
    assert "Lý do: Trích yếu thiếu chữ" in notice["text"]
    assert say("draft.now_corrected") in mai.texts()
    version = await office.row(DirectiveVersion, version=2)
    assert (version.note, version.asks_again) == ("Trích yếu thiếu chữ", True)
    assert (version.at, version.content["subject"]) == (office.clock.at, "tuyên truyền bầu cử")
    # No press that issues a new directive makes one of a correction.
    data = Callback(Press.DRAFT_ISSUE, (draft.id, draft_actions.state_id(draft)))
    assert (await mai.presses_data(data)).alert
    assert len(await office.rows(Directive)) == 1


async def test_a_correction_calls_tasks_as_its_units_do(office: Office):
    unit = await office.unit()
    mai = await office.staff()
    await office.contact(unit)
    issued = await office.issued(unit, tasks=3)
    draft = await correction(office, mai, issued)
    for label in ("Nhiệm vụ", "1. Việc 1", "Xóa nhiệm vụ", "Xóa hẳn nhiệm vụ"):
        await mai.presses(label)
    card = mai.sees("Đính chính Công văn")["text"]
    assert "2. Việc 2" in card
    assert "3. Việc 3" in card
    await mai.presses("2. Việc 2")
    assert "Nhiệm vụ 2\n" in mai.sees("Tên ngắn: Việc 2")["text"]
    assert say("button.task_down") not in mai.buttons()  # they keep their numbers
    for label in ("‹ Quay lại", "‹ Quay lại", "Thời hạn", "NV2"):
        await mai.presses(label)
    assert "Thời hạn của nhiệm vụ 2:" in mai.sees("Đính chính Công văn")["text"]
    await mai.presses("Cuối tháng")
    kept = await office.rows(DraftTask, draft_id=draft.id)
    assert [task.short_title for task in kept if task.deadline_at != FRIDAY_EVENING] == ["Việc 2"]
    for label in ("‹ Quay lại", "Nhiệm vụ", "+ Thêm nhiệm vụ"):
        await mai.presses(label)
    assert await mai.says("Báo cáo kết quả về Sở.") == [say("task.added", position=4)]
    for label in ("‹ Quay lại", "‹ Quay lại", "Xem trước và gửi"):
        await mai.presses(label)
    assert "Bổ sung nhiệm vụ 4" in mai.texts()[-1]


async def test_work_follows_the_correction_and_what_was_done_stays(office: Office):
    paper, radio = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, mai = await office.contact(paper), await office.staff()
    await office.contact(radio)
    issued = await office.issued(paper, radio, tasks=3)
    (one, two, three), (own, *_) = issued.assignments
    async with office.rt.write() as session:
        await session.execute(  # one unit was granted a deadline of its own
            update(Assignment)
            .where(Assignment.id == own.id)
            .values(deadline_at=NOON + timedelta(days=20), next_reminder_at=NOON)
        )
    await an.says("NV3 https://baoyenbai.com.vn/1/1/bai.aspx")
    await an.presses_data(Callback(Press.REPORT_DONE, (two.id,)))
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, deadline_at=A_WEEK_LATER, expected_articles=2)
    await edit(office, draft, 3, expected_articles=2)
    async with office.rt.write() as session:
        await session.execute(
            delete(DraftTask).where(DraftTask.draft_id == draft.id, DraftTask.position == 2)
        )
        session.add(
            DraftTask(
                draft_id=draft.id,
                position=9,
                text="Treo băng rôn",
                short_title="Treo băng rôn",
                deadline_at=A_WEEK_LATER,
            )
        )
    await issue(office, mai, draft)

    rows = {row.id: row for row in await office.rows(Assignment)}
    assert (rows[one.id].deadline_at, rows[one.id].state) == (A_WEEK_LATER, "open")
    assert rows[one.id].next_reminder_at > office.clock.at
    assert (rows[own.id].deadline_at, rows[own.id].next_reminder_at) == (
        NOON + timedelta(days=20),
        NOON,
    )
    assert rows[two.id].state is AssignmentState.CANCELLED
    assert rows[three.id].state is AssignmentState.OPEN  # two links are asked now
    new = (await office.rows(Task))[-1]
    added = [row for row in rows.values() if row.task_id == new.id]
    assert (new.position, len(added)) == (4, 2)  # the number of what is dropped stays taken
    assert all(row.next_reminder_at > office.clock.at for row in added)
    card = an.messages()[0]["text"]
    for line in (
        "Bỏ nhiệm vụ 2: Việc 2",
        "Bổ sung nhiệm vụ 4: Treo băng rôn",
        "Nhiệm vụ 1, thời hạn: 17h00, thứ Sáu, ngày 16/10/2026 → 17h00, thứ Sáu, ngày 23/10/2026",
        "Nhiệm vụ 3, số tin, bài: 1 → 2",
        "Nội dung cần thực hiện (3):",
    ):
        assert line in card
    (state,) = await mai.says("/tiendo")
    assert "NV2" not in state
    assert len(await mai.says("/baocao")) == 1
    # A lower number again: what was sent is enough.
    draft = await correction(office, mai, issued)
    await edit(office, draft, 3, expected_articles=1)
    await issue(office, mai, draft)
    assert (await office.row(Assignment, id=three.id)).state is AssignmentState.SUBMITTED
    events = await office.rows(Event, action="directive_corrected")
    assert [event.details["version"] for event in events] == [2, 3]


async def counting(office: Office, *, asked: int, now_asked: int) -> tuple[Phone, Issued, Draft]:
    """A contact who has sent one link, and a correction of how many are asked for."""
    if office.rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit, tasks=1)
    async with office.rt.write() as session:
        await session.execute(update(Task).values(expected_articles=asked))
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, expected_articles=now_asked)
    return an, issued, draft


async def issue_in(session: AsyncSession, office: Office, draft: Draft) -> None:
    policy = await policies.load(session, office.rt.config)
    await corrections.issue(
        session, draft.id, actor_id=draft.author_id, policy=policy, now=office.clock.at
    )
    await session.flush()


@pytest.mark.parametrize(
    ("asked", "now_asked", "state"),
    [(1, 3, AssignmentState.OPEN), (3, 2, AssignmentState.SUBMITTED)],
)
async def test_what_is_sent_beside_a_correction_counts_by_what_is_asked_from_then_on(
    office: Office, asked: int, now_asked: int, state: AssignmentState
):
    an, _, draft = await counting(office, asked=asked, now_asked=now_asked)
    async with office.rt.write() as session:
        await issue_in(session, office, draft)
        office.sandbox.say(an.user_id, "https://baoyenbai.com.vn/1/2/bai.aspx", chat_id=an.chat_id)
        sending = asyncio.create_task(office.handles())
        await asyncio.wait({sending}, timeout=0.5)  # it waits for the work
    await sending
    work = await office.row(Assignment)
    assert len(await office.rows(Article)) == 2
    assert (work.state, work.next_reminder_at is None) == (state, state != "open")


async def test_a_correction_counts_what_is_being_sent(office: Office):
    an, issued, draft = await counting(office, asked=3, now_asked=2)

    async def correct() -> None:
        async with office.rt.write() as session:
            await issue_in(session, office, draft)

    ((work,),) = issued.assignments
    async with office.rt.write() as session:  # counted by whoever sends it as two of three
        await assignments.assignment_for_update(session, work.id)
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        second = NewArticle(assignment_id=work.id, person_id=person.id, url_key="bao/2")
        await articles.add_all(session, [second], now=office.clock.at)
        correcting = asyncio.create_task(correct())
        await asyncio.wait({correcting}, timeout=0.5)
    await correcting
    assert (await office.row(Assignment)).state is AssignmentState.SUBMITTED


async def test_receipts_are_asked_again_only_if_the_correction_says_so(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    mai = await office.staff()
    issued = await office.issued(unit)
    addressee = issued.addressees[0].id
    await an.presses("Đã nhận")
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, short_title="Treo cờ")
    await issue(office, mai, draft)
    assert "✓ Đã nhận bản 1 lúc 12:00 06/10/2026 – Nguyễn Văn An" in an.texts()[0]
    (silent,) = [
        call["parameters"]
        for call in office.sandbox.calls()
        if "Đính chính Công văn" in str(call["parameters"].get("text"))
        and call["parameters"]["chat_id"] == an.chat_id
    ]
    assert silent["disable_notification"]
    assert "Đã xác nhận: 1/1 đơn vị" in (await mai.says("/tiendo"))[0]

    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, short_title="Treo cờ, băng rôn")
    await mai.presses("Yêu cầu tiếp nhận lại")
    await issue(office, mai, draft)
    card = an.texts()[0]
    assert "Bản 1 đã được tiếp nhận lúc 12:00 06/10/2026 – Nguyễn Văn An." in card
    assert "Đề nghị tiếp nhận bản đính chính" in card
    assert "Đã xác nhận: 0/1 đơn vị" in (await mai.says("/tiendo"))[0]
    # An old button tells which version was above it.
    old = Callback(Press.ACKNOWLEDGE, (addressee, 2))
    popup = await binh.presses_data(old)
    assert popup == Popup(say("acknowledged.asked_again", version=2, newest=3), alert=True)
    assert (await binh.presses("Đã nhận bản 3")).text == say("acknowledged.thanks")
    assert "✓ Đã nhận bản 3 lúc" in an.texts()[0]
    kept = [(row.version, row.person_id) for row in await office.rows(Acknowledgement)]
    assert [version for version, _ in kept] == [1, 2, 3]
    arrived = [(row.version, row.card_id) for row in await office.rows(CardVersion)]
    assert sorted(version for version, _ in arrived) == [2, 2, 3, 3]


async def test_a_chat_that_waits_gets_the_new_version_in_its_first_card(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    an, binh = await office.contact(unit), await office.contact(other, name="Lê Thị Bình")
    mai = await office.staff()
    issued = await office.issued(unit, other)
    chat = await office.chat_of(binh)
    async with office.rt.write() as session:  # as if it had not been its turn yet
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.chat_id == chat.id, OutboxMessage.kind == MessageKind.DIRECTIVE)
            .values(
                state=OutboxState.WAITING,
                send_at=NOON + timedelta(hours=1),
                message_id=None,
                attempts=0,
                finished_at=None,
            )
        )
        await session.execute(update(Card).where(Card.chat_id == chat.id).values(message_id=None))
    seen = binh.last_id()
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, short_title="Treo cờ")
    await issue(office, mai, draft)
    assert binh.texts(after=seen) == []
    office.clock.at += timedelta(hours=1)
    await office.works()
    (card,) = binh.texts(after=seen)
    assert "Treo cờ" in card
    assert "Bản 2 – đính chính" in card
    assert len(an.texts()) == 2
    versions = await office.rows(CardVersion)
    assert [row.version for row in versions] == [2, 2]


async def test_a_correction_of_what_was_corrected_meanwhile_is_refused_kindly(office: Office):
    unit = await office.unit()
    await office.contact(unit)
    mai, hoa = await office.staff(), await office.staff(name="Lý Thị Hoa")
    issued = await office.issued(unit)
    first, second = await correction(office, mai, issued), await correction(office, hoa, issued)
    assert first.id != second.id
    for draft, title in ((first, "Một"), (second, "Hai")):
        await edit(office, draft, 1, short_title=title)
    await issue(office, mai, first)
    popup = await issue(office, hoa, second)
    assert popup == Popup(say("correction.outdated"), alert=True)
    assert (await office.row(Directive)).version == 2
    # The button then begins with what is in force.
    third = await correction(office, hoa, issued)
    assert third.id != second.id
    tasks = await office.rows(DraftTask, draft_id=third.id, position=1)
    assert [task.short_title for task in tasks] == ["Một"]


async def test_lists_of_tasks_before_a_card_come_anew(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit, tasks=40)
    lists = [text for text in an.texts() if "Nhiệm vụ 1–" in text or "(trong 40)" in text]
    before = an.last_id()
    draft = await correction(office, mai, issued)
    await edit(office, draft, 40, short_title="Treo cờ")
    await issue(office, mai, draft)
    anew = an.texts(after=before)
    assert any("Treo cờ" in text and "Bản 2 (đã đính chính)" in text for text in anew)
    assert len(anew) == len(await office.rows(OutboxMessage, kind=MessageKind.CORRECTION)) + sum(
        "Bản 2 (đã đính chính)" in text for text in anew
    )
    assert lists


async def test_a_deadline_cannot_be_moved_into_the_past_but_one_that_passed_may_stay(
    office: Office,
):
    unit = await office.unit()
    await office.contact(unit)
    mai = await office.staff()
    issued = await office.issued(unit)
    office.clock.at = FRIDAY_EVENING + timedelta(days=1)
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, deadline_at=NOON + timedelta(days=1))
    assert (await issue(office, mai, draft)).text == say("deadline.past")
    await edit(office, draft, 1, deadline_at=FRIDAY_EVENING, short_title="Treo cờ")
    assert not (await issue(office, mai, draft)).alert


async def test_the_letter_itself_is_the_original_and_says_so(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await office.issued(unit)
    await mai.sends_file("Nội dung".encode())
    (file_id,) = [m["document"]["file_id"] for m in mai.messages() if "document" in m]
    async with office.rt.write() as session:
        await session.execute(
            update(Directive).where(Directive.id == issued.directive.id).values(file_id=file_id)
        )
    await an.presses("Xem toàn văn")
    assert say("card.original") not in an.texts()[-1]
    draft = await correction(office, mai, issued)
    await edit(office, draft, 1, short_title="Treo cờ")
    await issue(office, mai, draft)
    await an.presses("Xem toàn văn")
    assert say("card.original") in an.texts()[-1]
