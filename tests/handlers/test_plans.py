"""How a directive is to be reminded of: chosen in its draft, shown before it goes, corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.config import Reminders
from bot.domain.reminder_plans import AS_DIRECTIVE, USUAL, number_of
from bot.domain.states import DraftState
from bot.storage.tables import (
    Addressee,
    Assignment,
    Directive,
    DirectiveVersion,
    Draft,
    DraftTask,
    Task,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING
from tests.handlers.conftest import Office
from tests.handlers.test_audience import Desk, at_check, desk
from tests.handlers.test_corrections import issue

say = texts("vi")
# In days before Friday, 16/10 at 17:00; the office reminds at 8.
SEVEN, ONE = (FRIDAY_EVENING - timedelta(days=days, hours=9) for days in (9, 1))
THREE = FRIDAY_EVENING - timedelta(days=3, hours=9)


async def first_reminders(office: Office) -> list[object]:
    """Of each task, in its order."""
    rows = await office.rows(Assignment)
    by_task = {row.task_id: row.next_reminder_at for row in rows}
    return [by_task[task_id] for task_id in sorted(by_task)]


async def chosen(office: Office) -> Desk:
    """A draft by the plan "Dày", its second task by "Thưa", its third as usual."""
    at = await desk(office, tasks=3)
    await at.mai.presses("Khác…")
    await at.mai.presses("Nhắc việc")
    assert "● Thường lệ" in at.mai.buttons()
    await at.mai.presses("Dày")
    assert "● Dày" in at.mai.buttons()
    await at.mai.presses("‹")
    tasks = await office.rows(DraftTask, draft_id=at.draft.id)
    for task, plan in zip(tasks[1:], ("Thưa", "Thường lệ"), strict=True):
        await at.mai.presses_data(Callback(Press.DRAFT_TASK_PAGE, (at.draft.id, task.id, 1)))
        await at.mai.presses("Nhắc việc")
        assert "● Theo chỉ đạo" in at.mai.buttons()
        await at.mai.presses(plan)
        assert f"nhắc: {plan}" in at.mai.sees("Nhiệm vụ")["text"]
    return at


async def correction_of(at: Desk, directive: Directive) -> Draft:
    at.office.clock.at += timedelta(minutes=5)
    await at.mai.presses_data(Callback(Press.CORRECT, (directive.id,)))
    draft: Draft = await at.office.row(Draft, corrects_id=directive.id)
    return draft


async def test_the_plans_that_are_chosen_are_shown_kept_and_hold(office: Office):
    at = await chosen(office)
    check = await at_check(at)
    assert say("plan.chosen", name="Dày") in check
    assert "• 08h00, thứ Tư, ngày 07/10/2026: xác nhận đã nhận; NV1 còn 07 ngày làm việc" in check
    assert "• 08h00, thứ Ba, ngày 13/10/2026: NV1, NV3 còn 03 ngày làm việc" in check
    await at.issue()
    directive = await office.row(Directive)
    assert (directive.reminder_plan, directive.passes_quiet) == ("Dày", False)
    assert [task.reminder_plan for task in await office.rows(Task)] == [None, "Thưa", USUAL]
    assert await first_reminders(office) == [SEVEN, ONE, THREE]
    # What is made from it is reminded of alike.
    await at.mai.presses_data(Callback(Press.DIRECTIVE_CLONE, (directive.id,)))
    cloned = await office.row(Draft, state=DraftState.OPEN)
    await at.mai.presses_data(Callback(Press.TEMPLATE_SAVE, (cloned.id,)))
    await at.mai.says("Tuyên truyền")
    template = await office.row(Draft, state=DraftState.TEMPLATE)
    await at.mai.presses_data(Callback(Press.TEMPLATE_USE, (template.id,)))
    for draft in await office.rows(Draft):
        tasks = await office.rows(DraftTask, draft_id=draft.id)
        assert draft.reminder_plan == "Dày"
        assert [task.reminder_plan for task in tasks] == [None, "Thưa", USUAL]


async def test_quiet_time_is_passed_as_staff_say_else_if_it_is_urgent(office: Office):
    at = await desk(office, tasks=1)
    await at.mai.presses_data(Callback(Press.DRAFT_REMINDERS, (at.draft.id,)))
    await at.mai.presses("Nhắc cả ngoài giờ")
    assert say("plan.loud") in at.mai.sees("Nhắc việc")["text"]
    await at.mai.presses("‹")
    assert say("plan.loud") in at.mai.sees("Dự thảo chỉ đạo")["text"]
    assert say("plan.loud") in await at_check(at)
    for urgency, passes in ((0, True), (1, True)):
        await at.mai.presses_data(Callback(Press.DRAFT_URGENCY, (at.draft.id, urgency)))
        draft = await office.row(Draft)
        assert draft.passes_quiet is passes
    await at.mai.presses_data(Callback(Press.DRAFT_PASSES_QUIET, (at.draft.id, 0)))
    await at.issue()
    directive = await office.row(Directive)
    assert (directive.urgency, directive.passes_quiet) == ("urgent", False)
    draft = await correction_of(at, directive)
    assert draft.passes_quiet is False
    await at.mai.presses_data(Callback(Press.DIRECTIVE_CLONE, (directive.id,)))
    cloned = await office.row(Draft, state=DraftState.OPEN, corrects_id=None)
    await at.mai.presses_data(Callback(Press.TEMPLATE_SAVE, (cloned.id,)))
    await at.mai.says("Tuyên truyền")
    template = await office.row(Draft, state=DraftState.TEMPLATE)
    assert (cloned.passes_quiet, template.passes_quiet) == (False, False)


async def test_an_urgent_directive_passes_quiet_time_by_itself(office: Office):
    at = await desk(office, tasks=1)
    await at.mai.presses_data(Callback(Press.DRAFT_URGENCY, (at.draft.id, 1)))
    assert say("plan.loud") not in at.mai.sees("Dự thảo chỉ đạo")["text"]  # nothing was chosen
    await at.issue()
    directive = await office.row(Directive)
    assert directive.passes_quiet
    draft = await correction_of(at, directive)
    assert draft.passes_quiet is None


async def test_a_correction_of_reminders_plans_anew_and_tells_no_unit(office: Office):
    at = await chosen(office)
    await at.issue()
    directive = await office.row(Directive)
    before, cards = at.of_paper.last_id(), at.of_paper.texts()
    draft = await correction_of(at, directive)
    assert draft.reminder_plan == "Dày"
    await at.mai.presses("Nhắc việc")
    await at.mai.presses("Thưa")
    await at.mai.presses("Nhắc cả ngoài giờ")
    (_, second, _) = await office.rows(DraftTask, draft_id=draft.id)
    data = (draft.id, second.id, AS_DIRECTIVE)
    await at.mai.presses_data(Callback(Press.DRAFT_TASK_PLAN, data))
    third = (await office.rows(DraftTask, draft_id=draft.id))[2]
    data = (draft.id, third.id, number_of("Dày"))
    await at.mai.presses_data(Callback(Press.DRAFT_TASK_PLAN, data))
    changes = (
        "Kế hoạch nhắc: Dày → Thưa",
        "Giờ nhắc: không nhắc ngoài giờ → nhắc cả ngoài giờ",
        "Nhiệm vụ 2, kế hoạch nhắc: Thưa → Theo chỉ đạo",
        "Nhiệm vụ 3, kế hoạch nhắc: Thường lệ → Dày",
    )
    await at.mai.presses_data(Callback(Press.DRAFT_PREVIEW, (draft.id,)))
    check = at.mai.texts()[-1]
    assert [line[2:] for line in check.split("\n") if line.startswith("• ")] == list(changes)
    popup = await issue(office, at.mai, draft)
    assert popup.text == say("correction.issued", version=2, count=0)
    directive = await office.row(Directive)
    assert (directive.version, directive.reminder_plan) == (2, "Thưa")
    assert directive.passes_quiet
    assert await first_reminders(office) == [ONE, ONE, SEVEN]
    assert (at.of_paper.texts(after=before), at.of_paper.texts()) == ([], cards)
    await at.mai.presses_data(Callback(Press.VERSIONS_PAGE, (directive.id, 1)))
    assert all(change in at.mai.texts()[-1] for change in changes)
    assert (await office.row(DirectiveVersion, version=2)).content["reminder_plan"] == "Thưa"


async def test_that_it_became_urgent_lets_its_reminders_pass_quiet_time(office: Office):
    at = await desk(office, tasks=1)
    saturday = "• 08h00, thứ Bảy, ngày 17/10/2026: NV1 đến hạn hôm nay"
    async with office.rt.write() as session:
        await session.execute(
            update(DraftTask).values(deadline_at=FRIDAY_EVENING + timedelta(days=1))
        )
    for passes in (1, 0):
        await at.mai.presses_data(Callback(Press.DRAFT_PASSES_QUIET, (at.draft.id, passes)))
        assert (saturday in await at_check(at)) is bool(passes)
    await at.issue()
    office.clock.at = FRIDAY_EVENING
    directive = await office.row(Directive)
    draft = await correction_of(at, directive)
    await at.mai.presses_data(Callback(Press.DRAFT_URGENCY, (draft.id, 1)))
    await issue(office, at.mai, draft)
    assert (await office.row(Directive)).passes_quiet
    assert await first_reminders(office) == [FRIDAY_EVENING + timedelta(hours=15)]
    assert say("urgency.urgent") in at.of_paper.texts()[-1]


async def test_that_it_became_urgent_hurries_the_reminder_to_confirm_too(office: Office):
    at = await desk(office, tasks=1)
    await at.issue()
    (before,) = {row.next_reminder_at for row in await office.rows(Addressee)}
    assert before == factories.NOON + timedelta(hours=4)  # an hour before work ends
    office.clock.at += timedelta(minutes=30)
    draft = await correction_of(at, await office.row(Directive))
    await at.mai.presses_data(Callback(Press.DRAFT_URGENCY, (draft.id, 1)))
    await issue(office, at.mai, draft)
    (now,) = {row.next_reminder_at for row in await office.rows(Addressee)}
    assert now == factories.NOON + timedelta(hours=2, minutes=30)  # half-way


async def test_a_plan_that_the_settings_lost_is_the_usual_one_and_nobody_chooses_it(office: Office):
    at = await chosen(office)
    config = office.rt.config.model_copy(update={"reminders": Reminders(plans={})})
    office.rt = office.processor._rt = office.delivery._rt = replace(office.rt, config=config)
    task = (await office.rows(DraftTask))[0]
    lost = say("plan.unknown", name="Dày")
    await at.mai.presses_data(Callback(Press.DRAFT_CARD, (at.draft.id,)))
    assert lost in at.mai.sees("Dự thảo chỉ đạo")["text"]
    assert lost in await at_check(at)
    for press in (
        Callback(Press.DRAFT_PLAN, (at.draft.id, number_of("Dày"))),
        Callback(Press.DRAFT_PLAN, (at.draft.id, AS_DIRECTIVE)),
        Callback(Press.DRAFT_TASK_PLAN, (at.draft.id, task.id, number_of("Dày"))),
        Callback(Press.DRAFT_TASK_PLAN, (at.draft.id, task.id + 99, AS_DIRECTIVE)),
    ):
        popup = await at.mai.presses_data(press)
        assert popup.text in (say("refused.gone"), say("task.unknown"))
    await at.mai.presses_data(Callback(Press.DRAFT_TASK_PAGE, (at.draft.id, task.id, 1)))
    assert say("button.reminders") not in at.mai.buttons()
    await at.mai.presses_data(Callback(Press.DRAFT_REMINDERS, (at.draft.id,)))
    assert lost in at.mai.sees("Nhắc việc")["text"]
    assert not [label for label in at.mai.buttons() if "Thường lệ" in label]
    await at.issue()
    assert await first_reminders(office) == [THREE] * 3
