"""Drafts: the card on which a letter is completed, and the preview of what units will see."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import Any

from bot.actions import audience as audience_actions
from bot.actions import directives as directive_actions
from bot.actions import draft_rhythms, draft_tasks, periods
from bot.actions import drafts as draft_actions
from bot.actions.attachments import MOST
from bot.actions.cards import task_lists
from bot.actions.draft_tasks import FoundDeadline
from bot.actions.drafts import Menu
from bot.actions.relations import RELATIONS
from bot.delivery import (
    gather_audience,
    gather_check,
    gather_relations,
    gather_review,
    render_card,
    render_draft,
    render_review,
)
from bot.delivery.context import LONGEST_SUBJECT, NOT_STAFF, Context, Gathered, Ready, Withdraw
from bot.delivery.render import (
    Content,
    DirectiveView,
    Document,
    TaskView,
    Writer,
    directive_title,
)
from bot.delivery.render_attachments import AttachmentView
from bot.delivery.render_card import CardView, ReceiptView
from bot.delivery.render_draft_tasks import END_OF_MONTH, DraftTaskView, FoundView
from bot.domain.assignments import begins_as
from bot.domain.periods import Rhythm
from bot.domain.rights import Right
from bot.domain.splitting import shortened, split
from bot.domain.states import COMPOSING, DraftState, MessageKind, Part
from bot.storage import attachments, drafts, outbox, people
from bot.storage.tables import Draft, DraftTask
from scheduler.calendar import WorkingCalendar

# Menus in which what the letter says of a deadline is shown although there is one.
_WITH_FOUND = (Menu.DEADLINES, Menu.DEADLINE, Menu.TASK)


async def draft_card(context: Context, draft_id: int) -> Content | Withdraw:
    """What is known of the draft, with one of its menus; or what became of it."""
    draft = await drafts.get(context.session, draft_id)
    if draft is None:
        return Withdraw("draft_gone")
    if not await _may_compose(context, draft):
        return NOT_STAFF
    if draft.state not in COMPOSING:
        return Content(_what_became(draft, context.write))
    parameters = await last_shown(context)
    match parameters.get("menu"):
        case Menu.GROUPS:
            return await gather_audience.page(context, draft) or NOT_STAFF
        case Menu.PARTS:
            return await gather_audience.parts_page(context, draft) or NOT_STAFF
    menu, task_id = parameters.get("menu", Menu.MAIN), parameters.get("task_id")
    return render_draft.draft_card(
        await draft_view(context, draft, menu=menu, task_id=task_id),
        context.write,
        menu=menu,
        task_id=task_id,
        page=parameters.get("page", 1),
    )


async def _may_compose(context: Context, draft: Draft) -> bool:
    """Whether the one in whose private chat it is shown may still work on it; the office's own
    group is not asked, and no unit's has one."""
    if context.chat.person_id is None:
        return context.chat.unit_id is None
    actor = await people.actor_by_id(context.session, context.chat.person_id)
    return actor is not None and actor.may(Right.ISSUE) and actor.may_compose(draft.author_id)


async def last_shown(context: Context) -> dict[str, Any]:
    """Which menu: the one asked for; when the card is only drawn again, the one it shows."""
    message = context.message
    if message.kind is MessageKind.DRAFT or message.card is None:
        return message.parameters
    return await outbox.drawn_last(context.session, MessageKind.DRAFT, card_id=message.card.id)


def _what_became(draft: Draft, write: Writer) -> str:
    if draft.state is not DraftState.ISSUED:
        return write.say("draft.now_dropped")
    if draft.corrects_id is not None:
        return write.say("draft.now_corrected")
    if draft.send_at is None:
        return write.say("draft.now_issued")
    at, zone = write.moments.short(draft.send_at), write.moments.zone_name(draft.send_at)
    return write.say("draft.now_appointed", at=at, zone=zone)


async def draft_view(
    context: Context, draft: Draft, *, menu: str, task_id: int | None
) -> render_draft.DraftView:
    """A draft as its card shows it with this menu."""
    same = await directive_actions.same_letter(context.session, draft, now=context.now)
    tasks = await drafts.tasks(context.session, draft.id)
    for_all = menu == Menu.DEADLINE and not task_id
    found, beside = await _found(context, draft, tasks, menu=menu, for_all=for_all)
    return render_draft.DraftView(
        id=draft.id,
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        issued_month=draft.issued_month,
        subject=draft.subject,
        urgency=draft.urgency,
        acknowledge_by=draft.acknowledge_by,
        tasks=tuple(
            _task_view(
                task,
                found.get(task.id, ()),
                rhythms=_rhythms(context, draft, task) if menu == Menu.EVERY else (),
            )
            for task in tasks
        ),
        audience=await gather_audience.view_of(context, draft),
        found=_views(beside),
        quick_deadlines=_quick_deadlines(context),
        same_issued_at=same.issued_at,
        same_drafted_by=same.drafted_by,
        files=tuple(
            AttachmentView(each.id, each.file_name, each.is_picture)
            for each in await attachments.of_draft(context.session, draft.id)
        ),
        most_files=MOST,
        relation=await gather_relations.of_one(context.session, draft),
        relations=RELATIONS,
        suggested=tuple(await gather_relations.suggestions(context, draft)),
        review=await gather_review.view(context, draft, needed=False),
        reminders=gather_check.plans_of(context, draft),
    )


async def _found(
    context: Context, draft: Draft, tasks: Sequence[DraftTask], *, menu: str, for_all: bool
) -> tuple[dict[int, tuple[FoundDeadline, ...]], tuple[FoundDeadline, ...]]:
    """What the letter says of the tasks' deadlines, where that is shown, and beside its tasks.

    Reading takes a while, so it is done where everything else goes on.
    """
    calendar, now = context.policy.calendar, context.now
    shown = tasks if menu in _WITH_FOUND else [task for task in tasks if not _is_decided(task)]
    found = await asyncio.to_thread(
        draft_tasks.found_by_task, draft, shown, calendar=calendar, now=now
    )
    if not for_all:
        return found, ()
    return found, await asyncio.to_thread(
        draft_tasks.found_beside_tasks, draft, tasks, calendar=calendar, now=now
    )


def _is_decided(task: DraftTask) -> bool:
    return task.continuous or task.deadline_at is not None


def _rhythms(context: Context, draft: Draft, task: DraftTask) -> tuple[Rhythm, ...]:
    calendar = context.policy.calendar
    return draft_rhythms.offered(draft, task, calendar=calendar, now=context.now)


def _task_view(
    task: DraftTask, found: Sequence[FoundDeadline], *, rhythms: Sequence[Rhythm] = ()
) -> DraftTaskView:
    return DraftTaskView(
        id=task.id,
        position=task.position,
        short_title=task.short_title,
        deadline_at=task.deadline_at,
        continuous=task.continuous,
        text=task.text,
        expected=task.expected_articles,
        reminder_plan=task.reminder_plan,
        found=_views(found),
        rhythm=periods.rhythm_of(task),
        rhythms=tuple(rhythms),
    )


def _views(found: Sequence[FoundDeadline]) -> tuple[FoundView, ...]:
    return tuple(FoundView(each.quote, each.moment, each.notes, each.rhythm) for each in found)


def _quick_deadlines(context: Context) -> tuple[tuple[int, datetime], ...]:
    calendar = context.policy.calendar
    today = calendar.local_date(context.now)
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    end_of_month = calendar.last_working_day_before(next_month)
    quick = [
        (days, calendar.end_of_work(calendar.add_working_days(today, days))) for days in (3, 5, 7)
    ]
    quick.append((END_OF_MONTH, calendar.end_of_work(end_of_month)))
    return tuple((code, moment) for code, moment in quick if moment > context.now)


async def preview(context: Context) -> Gathered:
    """First the exact card as one unit will see it, with the lists of tasks before it, then the
    check with the sending button. As a test it has its buttons, and the whole letter after it."""
    draft = await drafts.get(context.session, context.number("draft_id"))
    if context.message.parameters["part"] == "review":
        return await review(context, draft, await _check(context, draft))
    if draft is None or draft.state not in COMPOSING:
        return Withdraw("draft_gone")
    match context.message.parameters["part"]:
        case "check":
            audience = await audience_actions.audience(context.session, draft.id)
            content = await gather_check.check(context, draft, audience)
            return Ready(content, context.message.edits)
        case "text":
            return await _letter_part(context, draft)
    found = await audience_actions.previewed(context.session, draft)
    identity = draft_identity(draft, subject=context.write.texts("draft.not_given"))
    calendar = context.policy.calendar
    tasks = tuple(_previewed_task(task, part, calendar) for task, part in found.tasks)
    if context.message.parameters["part"] == "list":
        lists = task_lists(draft, titles(tasks))
        return part_of_list(context, identity, tasks, lists)
    view = CardView(
        addressee_id=0,
        unit_name=found.unit.name if found.unit else context.write.texts("draft.none"),
        directive=identity,
        tasks=tasks,
        receipt=ReceiptView(
            draft.acknowledge_by, due_at=context.policy.acknowledge_due(draft, now=context.now)
        ),
        relation=await gather_relations.of_one(context.session, draft),
    )
    content = render_card.card(view, context.write)
    is_test = bool(context.message.parameters.get("test"))
    return Ready(
        replace(content, buttons=render_card.of_a_test(content.buttons) if is_test else ())
    )


async def review(context: Context, draft: Draft | None, check: Content | None) -> Gathered:
    """The check with the buttons that decide, or what became of the draft in their place."""
    edits = context.message.edits
    if draft is None or check is None or not gather_review.is_to_decide(context, draft):
        if edits is None:
            return Withdraw("decided")
        became = await gather_review.view(context, draft, needed=False) if draft else None
        return Ready(render_review.outcome(became, context.write), edits)
    if not await gather_review.may_decide(context, draft):
        return NOT_STAFF
    content = render_review.to_decide(
        check,
        draft.id,
        draft_actions.state_id(draft),
        context.write,
        author=await gather_review.author(context, draft),
    )
    return Ready(content, edits)


async def _check(context: Context, draft: Draft | None) -> Content | None:
    if draft is None or draft.state not in COMPOSING:
        return None
    audience = await audience_actions.audience(context.session, draft.id)
    return await gather_check.check(context, draft, audience)


def _previewed_task(task: DraftTask, part: Part, calendar: WorkingCalendar) -> TaskView:
    return TaskView(
        position=task.position,
        short_title=task.short_title,
        deadline_at=task.deadline_at,
        state=begins_as(part),
        part=part,
        expected=task.expected_articles,
        is_undecided=task.deadline_at is None and not task.continuous,
        period=periods.first_period(task, calendar),
    )


async def _letter_part(context: Context, draft: Draft) -> Gathered:
    """The letter of a draft as its readers will get it: its file, or one part of its text."""
    if draft.file_id:
        identity = draft_identity(draft, subject="")
        title = escape(directive_title(identity, context.write), quote=False)
        return Ready(Content(title, document=Document(file_id=draft.file_id)))
    tasks = await drafts.tasks(context.session, draft.id)
    parts = split(draft_actions.full_text(draft, tasks))
    number = context.number("list")
    if number >= len(parts):
        return Withdraw("no_such_part")
    return Ready(Content(escape(parts[number], quote=False)))


def draft_identity(draft: Draft, *, subject: str) -> DirectiveView:
    """What the draft's directive would be called; `subject` stands for one that is not given."""
    return DirectiveView(
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        urgency=draft.urgency,
        subject=shortened(draft.subject or subject, most=LONGEST_SUBJECT),
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
    content = render_card.task_list(
        directive, shown, context.write, of=len(tasks), sent_again=sent_again
    )
    return Ready(content)


def titles(tasks: Sequence[TaskView]) -> list[str]:
    """What the lists are made of."""
    return [task.short_title for task in tasks]
