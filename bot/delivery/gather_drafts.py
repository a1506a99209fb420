"""Drafts: the card on which a letter is completed, and the preview of what units will see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape

from bot.actions import audience as audience_actions
from bot.actions import directives as directive_actions
from bot.actions.cards import task_lists
from bot.actions.drafts import Menu
from bot.delivery import gather_audience, gather_check, render, render_draft
from bot.delivery.context import LONGEST_SUBJECT, NOT_STAFF, Context, Gathered, Ready, Withdraw
from bot.delivery.render import (
    CardView,
    Content,
    DirectiveView,
    Document,
    TaskView,
    Writer,
    directive_title,
)
from bot.domain.assignments import begins_as
from bot.domain.splitting import split
from bot.domain.states import DraftState, Part
from bot.storage import drafts
from bot.storage.tables import Draft, DraftTask


async def draft_card(context: Context, draft_id: int) -> Content | Withdraw:
    """What is known of the draft, with one of its menus; or what became of it."""
    draft = await drafts.get(context.session, draft_id)
    if draft is None:
        return Withdraw("draft_gone")
    if draft.state is not DraftState.OPEN:
        return Content(_what_became(draft, context.write))
    parameters = context.message.parameters
    match parameters.get("menu"):
        case Menu.GROUPS:
            return await gather_audience.page(context, draft) or NOT_STAFF
        case Menu.PARTS:
            return await gather_audience.parts_page(context, draft) or NOT_STAFF
    return render_draft.draft_card(
        await _draft_view(context, draft),
        context.write,
        menu=parameters.get("menu", "main"),
        task_id=parameters.get("task_id"),
    )


def _what_became(draft: Draft, write: Writer) -> str:
    if draft.state is not DraftState.ISSUED:
        return write.say("draft.now_dropped")
    if draft.send_at is None:
        return write.say("draft.now_issued")
    at, zone = write.moments.short(draft.send_at), write.moments.zone_name(draft.send_at)
    return write.say("draft.now_appointed", at=at, zone=zone)


async def _draft_view(context: Context, draft: Draft) -> render_draft.DraftView:
    same = await directive_actions.same_letter(context.session, draft, now=context.now)
    calendar = context.policy.calendar
    today = calendar.local_date(context.now)
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    end_of_month = calendar.last_working_day_before(next_month)
    quick = [
        (days, calendar.end_of_work(calendar.add_working_days(today, days))) for days in (3, 5, 7)
    ]
    quick.append((render_draft.END_OF_MONTH, calendar.end_of_work(end_of_month)))
    return render_draft.DraftView(
        id=draft.id,
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        issued_month=draft.issued_month,
        subject=draft.subject,
        urgency=draft.urgency,
        tasks=tuple(
            render_draft.DraftTaskView(
                task.id, task.position, task.short_title, task.deadline_at, task.continuous
            )
            for task in await drafts.tasks(context.session, draft.id)
        ),
        audience=await gather_audience.view_of(context, draft),
        quick_deadlines=tuple((code, moment) for code, moment in quick if moment > context.now),
        same_issued_at=same.issued_at,
        same_drafted_by=same.drafted_by,
    )


async def preview(context: Context) -> Gathered:
    """First the exact card as one unit will see it, with the lists of tasks before it, then the
    check with the sending button. As a test it has its buttons, and the whole letter after it."""
    draft = await drafts.get(context.session, context.number("draft_id"))
    if draft is None or draft.state is not DraftState.OPEN:
        return Withdraw("draft_gone")
    match context.message.parameters["part"]:
        case "check":
            audience = await audience_actions.audience(context.session, draft.id)
            content = await gather_check.check(context, draft, audience)
            return Ready(content, context.message.edits)
        case "text":
            return _letter_part(context, draft)
    found = await audience_actions.previewed(context.session, draft)
    tasks = tuple(_task_view(task, part) for task, part in found.tasks)
    if context.message.parameters["part"] == "list":
        lists = task_lists(draft, titles(tasks))
        return part_of_list(context, _draft_identity(context, draft), tasks, lists)
    view = CardView(
        addressee_id=0,
        unit_name=found.unit.name if found.unit else context.write.texts("draft.none"),
        directive=_draft_identity(context, draft),
        tasks=tasks,
    )
    content = render.card(view, context.write)
    is_test = bool(context.message.parameters.get("test"))
    return Ready(replace(content, buttons=render.of_a_test(content.buttons) if is_test else ()))


def _task_view(task: DraftTask, part: Part) -> TaskView:
    return TaskView(
        position=task.position,
        short_title=task.short_title,
        deadline_at=task.deadline_at,
        state=begins_as(part),
        part=part,
    )


def _letter_part(context: Context, draft: Draft) -> Gathered:
    """The letter of a draft as its readers will get it: its file, or one part of its text."""
    if draft.file_id:
        title = escape(directive_title(_draft_identity(context, draft), context.write), quote=False)
        return Ready(Content(title, document=Document(file_id=draft.file_id)))
    parts, number = split(draft.body), context.number("list")
    if number >= len(parts):
        return Withdraw("no_such_part")
    return Ready(Content(escape(parts[number], quote=False)))


def _draft_identity(context: Context, draft: Draft) -> DirectiveView:
    subject = draft.subject or context.write.texts("draft.not_given")
    return DirectiveView(
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        urgency=draft.urgency,
        subject=render.shortened(subject, most=LONGEST_SUBJECT),
    )


def part_of_list(
    context: Context, directive: DirectiveView, tasks: Sequence[TaskView], lists: Sequence[range]
) -> Gathered:
    """One of the lists of tasks before a card, also before that of a preview."""
    number = context.number("list")
    if number >= len(lists):
        return Withdraw("no_such_part")
    shown = [tasks[place] for place in lists[number]]
    sent_again = context.message.uncertain_attempts > 0
    content = render.task_list(
        directive, shown, context.write, of=len(tasks), sent_again=sent_again
    )
    return Ready(content)


def titles(tasks: Sequence[TaskView]) -> list[str]:
    """What the lists are made of."""
    return [task.short_title for task in tasks]
