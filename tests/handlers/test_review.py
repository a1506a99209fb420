"""Four eyes: a draft is submitted, and another one approves it or gives it back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.actions import (
    attachments,
    audience,
    draft_tasks,
    drafts,
    relations,
    reminder_plans,
    review,
)
from bot.actions.attachments import File
from bot.callbacks import Callback, Press
from bot.config import Issue
from bot.domain.recipients import Choice
from bot.domain.reminder_plans import number_of
from bot.domain.states import AcknowledgeBy, DraftState, Relation, StaffRole, WhenUnclear
from bot.errors import BotError
from bot.storage import people, staff
from bot.storage.tables import Dialogue, Directive, Draft, DraftGroup, DraftTask, Event, Staff
from bot.texts import texts
from scheduler.calendar import WorkingCalendar
from tests import factories
from tests.handlers.broadcast import begun
from tests.handlers.conftest import Office, Phone, Popup
from tests.handlers.test_composing import draft_of, issuing, the
from tests.handlers.test_corrections import issue as issue_correction

say = texts("vi")


def asks_for_approval(office: Office, rule: str = "all") -> None:
    """From now on the office wants four eyes."""
    config = office.rt.config.model_copy(update={"issue": Issue.model_validate({"approval": rule})})
    office.rt = office.processor._rt = office.delivery._rt = replace(office.rt, config=config)


def submitting(draft: Draft) -> Callback:
    return Callback(Press.DRAFT_SUBMIT, (draft.id, drafts.state_id(draft)))


def deciding(draft: Draft, press: Press = Press.REVIEW_APPROVE) -> Callback:
    return Callback(press, (draft.id, drafts.state_id(draft)))


async def submitted(office: Office, **values: Any) -> tuple[Phone, Phone, Draft]:
    """Mai's draft, which Hải is asked to approve."""
    asks_for_approval(office)
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    draft = await draft_of(office, mai, **values)
    await mai.presses_data(submitting(draft))
    assert (await the(office, draft)).state is DraftState.SUBMITTED
    return mai, hai, draft


async def approved(office: Office, **values: Any) -> tuple[Phone, Phone, Draft]:
    mai, hai, draft = await submitted(office, **values)
    await hai.presses("Duyệt")
    return mai, hai, await the(office, draft)


# --- the way it goes -----------------------------------------------------------------------------


async def test_a_draft_goes_from_its_author_to_another_one_and_back_to_be_sent(office: Office):
    asks_for_approval(office)
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    lan = await office.staff(StaffRole.REVIEWER, name="Đỗ Thị Lan")
    draft = await draft_of(office, mai)
    async with office.rt.write() as session:
        file = office.sandbox.world.files.add(b"%PDF", name="phu-luc.pdf")
        file.known_to.add(office.sandbox.bot().id)
        row = await session.get_one(Draft, draft.id)
        await factories.create_attachment(session, row, file_id=file.id)
    await mai.presses("Xem trước và gửi")
    *_, card, _, check = mai.texts()
    assert say("review.is_needed") in check
    assert not any(button.startswith("Gửi 1") for button in mai.buttons())
    popup = await mai.presses_data(issuing(draft))
    assert popup == Popup(say("review.needed"), alert=True)
    assert await mai.presses("Trình duyệt") == Popup(
        say("review.submitted_now", count=1), alert=False
    )
    shown, file_caption, asked = hai.texts()
    assert (shown, file_caption) == (card, say("attachments.caption", number=1, count=1))
    assert "Trần Thị Mai trình duyệt dự thảo này" in asked
    assert "Sẽ gửi: 1 nhóm, 1 đơn vị" in asked
    assert lan.texts() == []
    assert say("review.is_submitted", at="12:00 06/10/2026") in mai.texts()[0]
    assert await hai.presses("Duyệt") == Popup(say("review.approved_now"), alert=False)
    assert "Đặng Minh Hải đã duyệt" in hai.texts()[-1]
    assert "Duyệt" not in hai.buttons()
    told = say("review.approved_by", name="Đặng Minh Hải", draft="12")
    assert told in mai.texts()
    await mai.presses("Gửi 1 đơn vị")
    assert (await the(office, draft)).state is DraftState.ISSUED
    actions = [event.action for event in await office.rows(Event, object_kind="draft")]
    assert actions == ["draft_submitted", "draft_approved"]


async def test_a_correction_waits_for_somebody_else_too(office: Office):
    broadcast = await begun(office)
    await broadcast.an_hour_later()
    asks_for_approval(office)
    mai, hai = broadcast.mai, await office.staff(name="Đặng Minh Hải")
    an = broadcast.readers[0]
    await broadcast.press(Press.CORRECT)
    draft = await office.row(Draft, state=DraftState.OPEN)
    await mai.presses("Sửa trích yếu")
    await mai.says("V/v tuyên truyền bầu cử")
    await mai.presses("Xem trước và gửi")
    assert say("review.is_needed") in mai.texts()[-1]
    assert await issue_correction(office, mai, draft) == Popup(say("review.needed"), alert=True)
    assert (await mai.presses("Trình duyệt")).text == say("review.submitted_now", count=1)
    shown, asked = hai.texts()
    assert "Bản 2 – đính chính" in shown
    assert "Trích yếu: V/v tuyên truyền → tuyên truyền bầu cử" in asked
    assert (await hai.presses("Duyệt")).text == say("review.approved_now")
    assert "bầu cử" not in an.texts()[0]
    await mai.presses("Xem trước và gửi")
    popup = await mai.presses("Ban hành bản đính chính")
    assert popup.text == say("correction.issued", version=2, count=3)
    assert "V/v tuyên truyền bầu cử" in an.texts()[0]


async def test_given_back_it_says_why_until_it_is_changed(office: Office):
    mai, hai, draft = await submitted(office)
    await hai.presses("Trả lại…")
    assert await hai.says("x") == [say("refused.reason_unusable", longest=500)]
    assert (await the(office, draft)).state is DraftState.SUBMITTED
    assert await hai.says("Thiếu <thời hạn> của Đài") == [say("review.returned_now")]
    assert (await the(office, draft)).state is DraftState.OPEN
    said = "Đặng Minh Hải: Thiếu <thời hạn> của Đài"
    assert f"Trả lại 12:00 06/10/2026 – {said}" in mai.texts()[0]
    assert "Mở dự thảo" in mai.buttons()
    assert "Duyệt" not in hai.buttons()
    assert not await office.rows(Dialogue)
    assert (await hai.presses_data(deciding(draft))).text == say("review.not_as_shown")
    office.clock.at += timedelta(minutes=1)
    await mai.presses_data(Callback(Press.DRAFT_DATE_TODAY, (draft.id,)))
    assert said not in mai.texts()[0]
    await mai.presses_data(submitting(await the(office, draft)))
    as_it_was_shown_first = await hai.presses_data(deciding(draft))
    assert as_it_was_shown_first == Popup(say("review.not_as_shown"), alert=True)
    await hai.presses("Duyệt")
    assert (await the(office, draft)).state is DraftState.APPROVED


async def test_what_waits_is_listed_for_who_may_approve_it(office: Office):
    mai, hai, draft = await submitted(office)
    for place in range(6):
        other = await draft_of(office, mai, number=f"3{place}", subject=f"V/v {place}")
        await mai.presses_data(submitting(other))
    (waiting,) = await hai.says("/cho")
    assert "Dự thảo chờ duyệt: 7" in waiting
    assert "Dự thảo 12/STTTT-TTBCXB" in waiting
    await hai.presses("›")
    assert "7." in hai.sees("Đang chờ cơ quan xử lý")["text"]
    await hai.presses("‹")
    await hai.presses("Xem dự thảo 1")
    assert "trình duyệt dự thảo này" in hai.texts()[-1]
    await hai.presses("Duyệt")
    assert (await the(office, draft)).state is DraftState.APPROVED
    assert "Dự thảo chờ duyệt: 6" in (await hai.says("/cho"))[0]
    assert (await mai.says("/cho"))[0].splitlines()[1] == say("waiting.nothing")


async def test_in_the_offices_group_it_is_asked_there_once(office: Office):
    asks_for_approval(office)
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    group = await office.group(mai, hai, staff=True)
    draft = await draft_of(office, mai)
    await mai.presses_data(submitting(draft))
    assert hai.texts() == []
    assert "Trần Thị Mai trình duyệt" in group.texts()[-1]
    assert await group.presses("Duyệt") == Popup(say("review.own"), alert=True)
    assert not (await office.in_group(hai, group).presses("Duyệt")).alert
    assert (await the(office, draft)).state is DraftState.APPROVED


async def test_only_large_sends_need_it_where_the_office_says_so(office: Office):
    asks_for_approval(office, "large")
    mai = await office.staff()
    small = await draft_of(office, mai)
    await mai.presses_data(issuing(small))
    assert (await the(office, small)).state is DraftState.ISSUED
    large = await draft_of(office, mai, units=20, number="13")
    assert (await mai.presses_data(issuing(large))).text == say("review.needed")
    hai = await office.staff(name="Đặng Minh Hải")
    await mai.presses_data(submitting(large))
    await hai.presses("Duyệt")
    await mai.presses_data(issuing(large))
    assert (await the(office, large)).state is DraftState.ISSUED  # nothing had to be typed
    assert not await office.rows(Dialogue)


async def test_that_nobody_could_approve_it_is_said(office: Office):
    asks_for_approval(office)
    mai = await office.staff()
    await office.staff(StaffRole.REVIEWER, name="Đỗ Thị Lan")
    draft = await draft_of(office, mai)
    await mai.presses_data(submitting(draft))
    assert say("review.nobody_may") in mai.texts()
    hai = await office.staff(name="Đặng Minh Hải")  # who comes later finds it all the same
    assert "Dự thảo chờ duyệt: 1" in (await hai.says("/cho"))[0]


async def test_what_could_not_be_sent_is_not_submitted(office: Office):
    asks_for_approval(office)
    mai = await office.staff()
    draft = await draft_of(office, mai, deadline_at=None)
    popup = await mai.presses_data(submitting(draft))
    assert popup == Popup(say("draft.missing_deadlines"), alert=True)
    assert (await the(office, draft)).state is DraftState.OPEN


async def test_an_approved_draft_whose_moment_passed_asks_for_another_one(office: Office):
    mai, _, draft = await approved(office)
    async with office.rt.write() as session:
        row = await session.get_one(Draft, draft.id)
        row.send_at = office.clock.at + timedelta(hours=1)
    office.clock.at += timedelta(hours=2)
    await mai.presses_data(issuing(draft))
    assert say("appoint.passed") in mai.texts()
    await mai.says("8h ngày mai")
    assert say("review.reopened") in mai.texts()
    assert (await the(office, draft)).state is DraftState.OPEN


# --- a change undoes it --------------------------------------------------------------------------

Change = Callable[[Any, Draft], Awaitable[object]]
NOW = factories.NOON + timedelta(minutes=1)
FILE = File("file", "unique", "a.pdf")


async def _line(session: Any, draft: Draft) -> object:
    line = (await drafts.drafts.group_choices(session, draft.id))[0]
    return await audience.choose_group(session, line.id, choice=Choice.NO, now=NOW)


async def _relate(session: Any, draft: Draft) -> object:
    issued = await factories.create_directive(session, [await factories.create_unit(session)])
    somebody = await factories.create_staff(session)
    return await relations.relate(
        session,
        draft.id,
        Relation.AMENDS,
        issued.directive.id,
        actor=await somebody.actor(session),
        now=NOW,
    )


CALENDAR = WorkingCalendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
CHANGES: dict[str, Change] = {
    "number": lambda s, d: drafts.set_number(s, d.id, "99", now=NOW),
    "date": lambda s, d: drafts.set_date(s, d.id, NOW.date(), now=NOW),
    "subject": lambda s, d: drafts.set_subject(s, d.id, "V/v khác", now=NOW),
    "groups": _line,
    "deadline": lambda s, d: draft_tasks.set_deadline(
        s, d.id, task_id=None, deadline_at=None, calendar=CALENDAR, now=NOW
    ),
    "moment": lambda s, d: drafts.set_send_at(s, d.id, NOW + timedelta(hours=1), now=NOW),
    "rule": lambda s, d: drafts.set_acknowledge_by(s, d.id, AcknowledgeBy.EACH, now=NOW),
    "way": lambda s, d: drafts.set_when_unclear(s, d.id, WhenUnclear.HOLD, now=NOW),
    "plan": lambda s, d: reminder_plans.choose(s, d.id, number_of(""), names=(), now=NOW),
    "quiet": lambda s, d: reminder_plans.choose_quiet(s, d.id, passes_quiet=True, now=NOW),
    "files": lambda s, d: attachments.add(s, d.id, FILE, now=NOW),
    "relation": _relate,
}


@pytest.mark.parametrize(
    ("change", "decided"), [*((change, True) for change in CHANGES), ("number", False)]
)
async def test_any_change_makes_it_open_again_and_says_so(
    office: Office, change: str, decided: bool
):
    mai, hai, draft = await (approved if decided else submitted)(office)
    office.clock.at = NOW
    async with office.rt.write() as session:
        await CHANGES[change](session, draft)
    await office.works()
    row = await the(office, draft)
    assert (row.state, row.submitted_at, row.reviewed_by) == (DraftState.OPEN, None, None)
    assert say("review.reopened") in mai.texts()
    assert (await hai.presses_data(deciding(draft))).text == say("review.not_as_shown")
    assert (await mai.presses_data(issuing(draft))).text == say("draft.changed_since_preview")
    popup = await mai.presses_data(issuing(row))
    assert popup.alert
    assert not await office.rows(Directive, draft_id=draft.id)


async def test_a_draft_that_says_something_else_than_what_was_approved_is_not_sent(office: Office):
    mai, _, draft = await approved(office)
    async with office.rt.write() as session:  # by whatever way around the setters
        values = {"subject": "V/v khác", "updated_at": NOW}
        await session.execute(update(Draft).where(Draft.id == draft.id).values(**values))
    popup = await mai.presses_data(issuing(await the(office, draft)))
    assert popup == Popup(say("review.needed"), alert=True)


# --- who may -------------------------------------------------------------------------------------


async def test_neither_the_author_nor_who_changed_it_approves_it(office: Office):
    asks_for_approval(office)
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    thu = await office.staff(StaffRole.ADMIN, name="Phạm Thị Thu")
    draft = await draft_of(office, mai)
    await hai.presses_data(Callback(Press.DRAFT_DATE_TODAY, (draft.id,)))
    await mai.presses_data(Callback(Press.DRAFT_UNCLEAR, (draft.id, 1)))
    await mai.presses_data(submitting(await the(office, draft)))
    assert hai.texts() == []
    draft = await the(office, draft)
    for press in (Press.REVIEW_APPROVE, Press.REVIEW_RETURN):
        assert (await mai.presses_data(deciding(draft, press))).text == say("review.own")
        assert (await hai.presses_data(deciding(draft, press))).text == say("review.own_changes")
    assert not (await thu.presses("Duyệt")).alert
    edited = [event.person_id for event in await office.rows(Event, action="draft_edited")]
    assert len(edited) == 1


async def test_who_is_limited_approves_what_goes_to_their_units_only(office: Office):
    asks_for_approval(office)
    mai, hai = await office.staff(), await office.staff(name="Đặng Minh Hải")
    draft = await draft_of(office, mai)
    other = await draft_of(office, mai, number="13")
    (line,) = await office.rows(DraftGroup, draft_id=other.id)
    async with office.rt.write() as session:
        somebody = await factories.create_somebody(session, telegram_id=hai.user_id)
        member = await staff.member_of_person(session, somebody.person.id)
        assert member is not None
        await staff.set_limits(session, member.id, [line.group_id])
    for each in (draft, other):
        await mai.presses_data(submitting(each))
    refused = await hai.presses_data(deciding(draft))
    assert refused == Popup(say("refused.not_all_in_scope"), alert=True)
    assert len(hai.texts()) == 2  # the card and the question of the other one
    assert not (await hai.presses("Duyệt")).alert
    assert (await the(office, other)).state is DraftState.APPROVED


async def test_who_lost_the_right_meanwhile_is_refused(office: Office):
    _, hai, draft = await submitted(office)
    await hai.presses("Trả lại…")
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, hai.user_id)
        assert person is not None
        values = {"role": StaffRole.REVIEWER}
        await session.execute(update(Staff).where(Staff.person_id == person.id).values(**values))
    assert await hai.says("Thiếu thời hạn") == [say("unplaced.staff_other")]
    assert (await hai.presses("Duyệt")).text == say("refused.not_yours")
    assert (await the(office, draft)).state is DraftState.SUBMITTED


# --- at the same moment --------------------------------------------------------------------------


async def at_once(office: Office, *acts: Callable[[Any], Awaitable[object]]) -> list[str]:
    """What several people do at the same moment, and what each is told."""

    async def one(act: Callable[[Any], Awaitable[object]]) -> str:
        try:
            async with office.rt.write() as session:
                await act(session)
        except BotError as error:
            return error.key
        return "done"

    return list(await asyncio.gather(*map(one, acts)))


async def test_of_two_who_decide_at_once_one_does(office: Office):
    _, _, draft = await submitted(office)
    state_id = drafts.state_id(draft)
    async with office.rt.write() as session:
        actors = [
            await (await factories.create_staff(session, name=name)).actor(session)
            for name in ("Thu", "Lan")
        ]

    def approving(number: int) -> Callable[[Any], Awaitable[object]]:
        return lambda session: review.approve(
            session, draft.id, state_id, actor=actors[number], now=NOW
        )

    told = await at_once(office, approving(0), approving(1))
    assert sorted(told) == ["done", "review.approved_before"]
    assert len(await office.rows(Event, action="draft_approved")) == 1


async def test_a_change_beside_an_approval_or_an_issue_is_never_sent_unseen(office: Office):
    mai, _, draft = await approved(office)
    query = office.press_arrives(mai, issuing(draft).encode())
    changing = at_once(office, lambda s: drafts.set_subject(s, draft.id, "V/v khác", now=NOW))
    (told,), _ = await asyncio.gather(changing, office.handles())
    issued = await office.rows(Directive)
    if told == "done":
        assert issued == []
        assert office.popup(query).alert
        assert (await the(office, draft)).state is DraftState.OPEN
    else:
        assert told == "draft.already_issued"
        assert [each.subject for each in issued] == ["V/v tuyên truyền"]
        assert (await the(office, draft)).state is DraftState.ISSUED
    await office.works()


async def test_a_submitted_draft_is_dropped_as_any_other_and_cannot_be_approved(office: Office):
    mai, hai, draft = await submitted(office)
    await mai.presses_data(Callback(Press.DRAFT_DROP, (draft.id,)))
    assert (await hai.presses("Duyệt")).text == say("draft.dropped")
    assert (await the(office, draft)).state is DraftState.DROPPED
    assert len(await office.rows(DraftTask, draft_id=draft.id)) == 2
