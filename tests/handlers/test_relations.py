"""What a directive is to an earlier one: chosen, suggested, shown, and carried out at issue."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.actions import cards, policy, relations
from bot.actions import directives as directive_actions
from bot.callbacks import Callback, Press
from bot.domain.states import (
    AssignmentState,
    DraftState,
    Ending,
    OutboxState,
    Relation,
    Sending,
    StaffRole,
)
from bot.errors import BotError
from bot.storage import people
from bot.storage.tables import (
    Assignment,
    Directive,
    Draft,
    DraftTask,
    DraftUnit,
    Event,
    Group,
    OutboxMessage,
    Task,
    Unit,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING, Issued
from tests.handlers.conftest import Office, Phone, Popup
from tests.handlers.test_composing import draft_of, issuing, the

say = texts("vi")
AMENDS, REPLACES, REMINDS = range(3)


def code(issued: Issued) -> str:
    return f"{issued.directive.number}/STTTT-TTBCXB"


def title(issued: Issued) -> str:
    return f"công văn số {code(issued)} ngày 05/10/2026"


async def related(
    office: Office, mai: Phone, earlier: Issued, kind: int = REPLACES, **values: Any
) -> Draft:
    """A draft that is something to an earlier directive."""
    draft = await draft_of(office, mai, **values)
    press = Callback(Press.DRAFT_RELATE, (draft.id, kind, earlier.directive.id))
    assert await mai.presses_data(press) == Popup(say("relation.taken"), alert=False)
    return await the(office, draft)


async def the_directive(office: Office, issued: Issued) -> Directive:
    row: Directive = await office.row(Directive, id=issued.directive.id)
    return row


# --- choosing ------------------------------------------------------------------------------------


async def test_an_earlier_directive_is_found_page_by_page_or_by_words_and_can_be_cleared(
    office: Office,
):
    unit = await office.unit()
    mai = await office.staff()
    many = [await office.issued(unit, subject=f"V/v việc số {place}") for place in range(7)]
    wanted = await office.issued(unit, subject="V/v phòng, chống rét đậm")
    draft = await draft_of(office, mai)
    await mai.presses("Liên quan")
    await mai.presses("Đôn đốc, nhắc lại…")
    listed = mai.texts()[-1]
    assert listed.index("chống rét") < listed.index("việc số 6")
    assert "việc số 0" not in listed
    await mai.presses("›")
    assert "việc số 0" in mai.texts()[-1]
    await mai.presses("Tìm…")
    assert await mai.says("rét hại") == [say("relation.none_found")]
    (found,) = await mai.says("CHONG RET")
    assert 'Tìm "CHONG RET": 1' in found
    assert "chống rét" in found
    await mai.presses("1")
    row = await the(office, draft)
    assert (row.relation, row.related_id) == (Relation.REMINDS, wanted.directive.id)
    assert f"Đôn đốc, nhắc lại {title(wanted)}" in mai.texts()[0]
    await mai.presses("Tìm…")
    assert "việc số 2" in (await mai.says(code(many[2])))[0]
    await mai.presses("Bỏ liên quan")
    assert (await the(office, draft)).relation is None


async def test_a_directive_that_the_letter_surely_names_is_offered(office: Office):
    mai = await office.staff()
    earlier = await office.issued(await office.unit())
    draft = await draft_of(office, mai)
    other_day = f"Thực hiện Công văn số {code(earlier)} ngày 06/10/2026"
    for body, offered in (
        (f"Thực hiện Công văn số {code(earlier)} ngày 05 tháng 10 năm 2026 của Sở", True),
        (other_day, False),
        (f"Thực hiện Công văn số {code(earlier)} của Sở", False),
    ):
        async with office.rt.write() as session:
            (await session.get_one(Draft, draft.id)).body = body
        await mai.presses_data(Callback(Press.DRAFT_CARD, (draft.id,)))
        assert (say("relation.may_be") in mai.texts()[0]) is offered
    async with office.rt.write() as session:
        body = f"Công văn số {code(earlier)} ngày 05/10/2026"
        (await session.get_one(Draft, draft.id)).body = body
    await mai.presses("Liên quan")
    await mai.presses(f"Nhắc lại {code(earlier)}")
    assert (await the(office, draft)).relation is Relation.REMINDS


async def test_who_is_limited_relates_to_what_they_see_and_replaces_what_they_control(
    office: Office,
):
    async with office.rt.write() as session:
        groups = [await factories.create_group(session, name=name) for name in ("Báo", "Đài")]
        paper, radio = [
            await factories.create_unit(session, name=group.name, groups=[group])
            for group in groups
        ]
    both = await office.issued(paper, radio, subject="V/v của cả hai")
    foreign = await office.issued(radio, subject="V/v của riêng Đài")
    mai, draft = await limited_sender(office, groups[0])

    async def told(kind: int, issued: Issued) -> str:
        ids = (draft.id, kind, issued.directive.id)
        return (await mai.presses_data(Callback(Press.DRAFT_RELATE, ids))).text

    assert await told(AMENDS, both) == say("relation.taken")
    assert await told(REPLACES, both) == say("refused.not_all_in_scope")
    assert await told(AMENDS, foreign) == say("refused.out_of_scope")
    await mai.presses_data(Callback(Press.DRAFT_RELATED_PAGE, (draft.id, AMENDS, 1)))
    assert "của cả hai" in mai.texts()[-1]
    assert "của riêng Đài" not in mai.texts()[-1]
    # Also at issue: what was chosen by somebody without limits.
    async with office.rt.write() as session:
        row = await session.get_one(Draft, draft.id)
        row.relation, row.related_id = Relation.REPLACES, both.directive.id
    popup = await mai.presses_data(issuing(await the(office, draft)))
    assert popup.text == say("refused.not_all_in_scope")
    assert (await the_directive(office, both)).closed_at is None
    assert len(await office.rows(Directive)) == 2


async def limited_sender(office: Office, group: Group) -> tuple[Phone, Draft]:
    mai = await office.staff()
    async with office.rt.write() as session:
        somebody = await factories.create_somebody(session, telegram_id=mai.user_id)
        await factories.limit(session, somebody, group)
        draft = await factories.create_draft(session, somebody, groups=[group], number="77")
    return mai, draft


# --- issuing -------------------------------------------------------------------------------------


async def replaced(office: Office) -> tuple[Phone, Phone, Unit, Issued]:
    """A directive in whose place another one has come."""
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    earlier = await office.issued(unit, next_reminder_at=factories.FRIDAY_EVENING)
    draft = await related(office, mai, earlier)
    await mai.presses_data(issuing(draft))
    return an, mai, unit, earlier


async def test_what_is_replaced_ends_with_its_work_and_says_by_what(office: Office):
    an, mai, _, earlier = await replaced(office)
    old = await the_directive(office, earlier)
    assert (old.ending, old.closed_at) == (Ending.REPLACED, office.clock.at)
    rows = await office.rows(Assignment, addressee_id=earlier.addressees[0].id)
    assert {(row.state, row.next_reminder_at) for row in rows} == {
        (AssignmentState.CANCELLED, None)
    }
    newer = "ông văn số 12/STTTT-TTBCXB ngày 05/10/2026"
    assert f"{newer}; đề nghị thực hiện theo công văn mới." in an.texts()[0]
    assert not any(button.startswith("Đã nhận") for button in an.buttons())
    event = await office.row(Event, action="directive_ended")
    assert (event.directive_id, event.details["ending"]) == (earlier.directive.id, "replaced")
    (state,) = await mai.says(f"/tiendo {earlier.directive.number}")
    assert "Được thay thế bởi: Công văn số 12/STTTT-TTBCXB ngày 05/10/2026" in state
    (state,) = await mai.says("/tiendo 12")
    assert f"Thay thế {title(earlier)}" in state


async def test_working_on_what_was_replaced_is_answered_with_the_newer_one(office: Office):
    an, _, _, earlier = await replaced(office)
    told = say("refused.replaced", code="12/STTTT-TTBCXB")
    before = await office.facts()
    for press, number in (
        (Press.ACKNOWLEDGE, earlier.addressees[0].id),
        (Press.REPORT_DONE, earlier.assignments[0][0].id),
    ):
        assert await an.presses_data(Callback(press, (number,))) == Popup(told, alert=True)
    card = an.sees("Đã được thay thế")
    assert await an.says("https://baoyenbai.com.vn/1/1/bai.aspx", reply_to=card) == [told]
    assert await office.facts() == before


async def test_units_see_on_the_card_what_it_is_to_the_earlier_one(office: Office):
    mai = await office.staff()
    earlier = await office.issued(await office.unit())
    draft = await related(office, mai, earlier, REMINDS)
    await mai.presses_data(Callback(Press.DRAFT_PREVIEW, (draft.id,)))
    preview = mai.texts()[-2]
    assert f"Đôn đốc, nhắc lại {title(earlier)}" in preview
    await mai.presses_data(issuing(draft))
    others = [each for each in office.sandbox.world.persons if each != mai.user_id]
    assert [Phone(office, each, each).texts() for each in others].count([preview]) == 1
    assert (await the_directive(office, earlier)).closed_at is None


async def test_first_cards_of_what_was_replaced_are_not_sent_any_more(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    earlier = await office.issued(unit)
    async with office.rt.write() as session:
        row = await session.get_one(Directive, earlier.directive.id)
        row.sending = Sending.PAUSED
    binh = await office.contact(unit, name="Lê Thị Bình")
    async with office.rt.write() as session:
        chat = await people.chat_by_telegram_id(session, binh.chat_id)
        assert chat is not None
        await cards.give_directive(
            session,
            directive=await session.get_one(Directive, earlier.directive.id),
            addressee_id=earlier.addressees[0].id,
            chat=chat,
            now=factories.NOON,
        )
    draft = await related(office, mai, earlier)
    await mai.presses_data(issuing(draft))
    async with office.rt.write() as session:
        (await session.get_one(Directive, earlier.directive.id)).sending = Sending.RUNNING
    await office.works()
    assert binh.texts() == []
    assert "Đã được thay thế" in an.texts()[0]
    states = {
        row.state for row in await office.rows(OutboxMessage, directive_id=earlier.directive.id)
    }
    assert states == {OutboxState.ACCEPTED, OutboxState.WITHDRAWN}


async def test_of_two_that_would_replace_the_same_one_does(office: Office):
    mai = await office.staff(StaffRole.ADMIN)
    earlier = await office.issued(await office.unit())
    drafts = [
        await related(office, mai, earlier, number=number, subject=f"V/v {number}")
        for number in ("21", "22")
    ]

    async def one(draft: Draft) -> str:
        try:
            async with office.rt.write() as session:
                await directive_actions.issue(
                    session,
                    draft.id,
                    actor_id=draft.author_id,
                    chat_id=draft.chat_id,
                    unnumbered="refused",
                    policy=await policy.load(session, office.rt.config),
                    now=office.rt.now(),
                )
        except BotError as error:
            return error.key
        return "issued"

    told = await asyncio.gather(*map(one, drafts))
    assert sorted(told) == ["issued", "refused.replaced"]
    assert len(await office.rows(Event, action="directive_ended")) == 1
    assert len(await office.rows(Directive)) == 2
    await office.works()
    # Nobody relates to what is gone.
    late = await draft_of(office, mai, number="23")
    ids = (late.id, REMINDS, earlier.directive.id)
    popup = await mai.presses_data(Callback(Press.DRAFT_RELATE, ids))
    assert popup == Popup(say("relation.ended_before"), alert=True)
    assert relations.RELATIONS[REMINDS] is Relation.REMINDS


async def test_what_replaces_goes_to_who_was_added_and_numbers_its_tasks_anew(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai, tasks=3)
    school = await office.unit("Trường Nguyễn Huệ")
    await mai.presses_data(issuing(await the(office, draft)))
    directive = await office.row(Directive)
    office.clock.at += timedelta(hours=1)
    await mai.says("/tiendo")
    for label in ("Thêm đơn vị", school.name, "Bổ sung 1 đơn vị"):
        await mai.presses(label)
    (first, *others) = await office.rows(Task)
    async with office.rt.write() as session:
        (await session.merge(first)).removed_in = 2
        (await session.merge(others[0])).deadline_at = FRIDAY_EVENING + timedelta(days=7)
    await mai.presses_data(Callback(Press.REPLACE, (directive.id,)))
    made = await office.row(Draft, state=DraftState.OPEN)
    tasks = await office.rows(DraftTask, draft_id=made.id)
    assert [(task.position, task.short_title, task.deadline_at) for task in tasks] == [
        (1, "Việc 2", FRIDAY_EVENING + timedelta(days=7)),
        (2, "Việc 3", FRIDAY_EVENING),
    ]
    assert "Cộng: 2 đơn vị" in mai.sees("Dự thảo chỉ đạo\n")["text"]
    added = await office.row(DraftUnit, draft_id=made.id)
    assert (added.unit_id, added.excluded) == (school.id, False)
