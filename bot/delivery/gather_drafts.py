"""Drafts: the card on which a letter is completed, and the preview of what units will see."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from bot.actions import directives as directive_actions
from bot.actions import draft_tasks
from bot.actions import drafts as draft_actions
from bot.actions.cards import task_lists
from bot.actions.draft_tasks import FoundDeadline
from bot.actions.drafts import Menu
from bot.delivery import render, render_draft
from bot.delivery.context import (
    LONGEST_SUBJECT,
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
)
from bot.delivery.render import CardView, Content, DirectiveView, Document, TaskView, Writer
from bot.delivery.render_draft_tasks import END_OF_MONTH, DraftTaskView, FoundView
from bot.domain.rights import Right
from bot.domain.splitting import split
from bot.domain.states import COMPOSING, ChatKind, DraftState, MessageKind
from bot.storage import drafts, outbox, people, units
from bot.storage.tables import Draft, DraftTask
from scheduler.plan import next_step

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
    parameters = await _last_shown(context)
    menu, task_id = parameters.get("menu", Menu.MAIN), parameters.get("task_id")
    return render_draft.draft_card(
        await _draft_view(context, draft, menu=menu, for_all=menu == Menu.DEADLINE and not task_id),
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


async def _last_shown(context: Context) -> dict[str, Any]:
    """Which menu: the one asked for; when the card is only drawn again, the one it shows."""
    message = context.message
    if message.kind is MessageKind.DRAFT or message.card is None:
        return message.parameters
    return await outbox.drawn_last(context.session, MessageKind.DRAFT, card_id=message.card.id)


def _what_became(draft: Draft, write: Writer) -> str:
    if draft.state is not DraftState.ISSUED:
        return write.say("draft.now_dropped")
    if draft.send_at is None:
        return write.say("draft.now_issued")
    at, zone = write.moments.short(draft.send_at), write.moments.zone_name(draft.send_at)
    return write.say("draft.now_appointed", at=at, zone=zone)


async def _draft_view(
    context: Context, draft: Draft, *, menu: str, for_all: bool
) -> render_draft.DraftView:
    sizes = await units.group_sizes(context.session)
    tasks = await drafts.tasks(context.session, draft.id)
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
        tasks=tuple(_task_view(task, found.get(task.id, ())) for task in tasks),
        groups=tuple(
            render_draft.DraftGroupView(
                choice.id,
                choice.line,
                choice.group_name,
                sizes.get(choice.group_id or 0, 0),
                choice.chosen,
            )
            for choice in await drafts.group_choices(context.session, draft.id)
        ),
        found=_views(beside),
        quick_deadlines=_quick_deadlines(context),
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


def _task_view(task: DraftTask, found: Sequence[FoundDeadline]) -> DraftTaskView:
    return DraftTaskView(
        id=task.id,
        position=task.position,
        short_title=task.short_title,
        deadline_at=task.deadline_at,
        continuous=task.continuous,
        text=task.text,
        expected=task.expected_articles,
        found=_views(found),
    )


def _views(found: Sequence[FoundDeadline]) -> tuple[FoundView, ...]:
    return tuple(FoundView(each.quote, each.moment, each.notes) for each in found)


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
    check with the sending button."""
    draft = await drafts.get(context.session, context.number("draft_id"))
    if draft is None or draft.state not in COMPOSING:
        return Withdraw("draft_gone")
    if context.message.parameters["part"] == "letter":
        return await _letter(context, draft)
    audience = await directive_actions.audience(context.session, draft.id)
    match context.message.parameters["part"]:
        case "list":
            tasks = await _draft_tasks(context, draft)
            lists = task_lists(draft, titles(tasks))
            return part_of_list(context, _draft_identity(context, draft), tasks, lists)
        case "card":
            return Ready(await _preview_card(context, draft, audience))
    return Ready(await _preview_check(context, draft, audience), context.message.edits)


async def _letter(context: Context, draft: Draft) -> Gathered:
    """The letter as it came, or one part of its text."""
    if draft.file_id:
        title = render.directive_title(_draft_identity(context, draft), context.write)
        return Ready(Content(escape(title, quote=False), document=Document(file_id=draft.file_id)))
    tasks = await drafts.tasks(context.session, draft.id)
    parts = split(draft_actions.full_text(draft, tasks))
    number = context.number("list")
    if number >= len(parts):
        return Withdraw("no_such_part")
    return Ready(Content(escape(parts[number], quote=False)))


async def _preview_card(
    context: Context, draft: Draft, audience: directive_actions.Audience
) -> Content:
    write = context.write
    unit_name = audience.units[0].name if audience.units else write.texts("draft.none")
    view = CardView(
        addressee_id=0,
        unit_name=unit_name,
        directive=_draft_identity(context, draft),
        tasks=await _draft_tasks(context, draft),
    )
    return Content(render.card(view, write).text)


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


async def _draft_tasks(context: Context, draft: Draft) -> tuple[TaskView, ...]:
    return tuple(
        TaskView(
            position=task.position,
            short_title=task.short_title,
            deadline_at=task.deadline_at,
            expected=task.expected_articles,
            is_undecided=not _is_decided(task),
        )
        for task in await drafts.tasks(context.session, draft.id)
    )


async def _preview_check(
    context: Context, draft: Draft, audience: directive_actions.Audience
) -> Content:
    ready = await directive_actions.readiness(context.session, draft)
    tasks = await drafts.tasks(context.session, draft.id)
    deadlines = [task.deadline_at for task in tasks if task.deadline_at]
    begins_at = max(context.now, draft.send_at or context.now)
    steps = [
        next_step(
            deadline,
            policy=context.policy.reminders,
            calendar=context.policy.calendar,
            after=begins_at,
            since=begins_at,
            urgent=draft.urgency is not None,
        )
        for deadline in deadlines
    ]
    people_reached = {
        chat.person_id for _, chat in audience.reachable if chat.kind is ChatKind.PRIVATE
    }
    groups_reached = {chat.id for _, chat in audience.reachable if chat.kind is ChatKind.GROUP}
    view = render_draft.CheckView(
        draft_id=draft.id,
        state_id=draft_actions.state_id(draft),
        groups=audience.groups,
        units=len(audience.units),
        people=len(people_reached),
        group_chats=len(groups_reached),
        unreached=tuple(unit.name for unit in audience.unreached_units),
        first_reminder_at=min((step.at for step in steps if step), default=None),
        numbered=ready.numbered,
        missing=ready.missing,
        when_unclear=draft.when_unclear,
        send_at=draft.send_at,
        send_at_fault=draft_actions.send_at_fault(draft.send_at, tasks, now=context.now),
    )
    return render_draft.check(view, context.write)


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
