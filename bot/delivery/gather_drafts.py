"""Drafts: the card on which a letter is completed, and the preview of what units will see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.actions import directives as directive_actions
from bot.actions import drafts as draft_actions
from bot.actions.attachments import MOST
from bot.actions.cards import task_lists
from bot.actions.relations import RELATIONS
from bot.delivery import gather_relations, gather_review, render, render_draft, render_review
from bot.delivery.context import (
    LONGEST_SUBJECT,
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
)
from bot.delivery.render import CardView, Content, DirectiveView, TaskView, Writer
from bot.delivery.render_attachments import AttachmentView
from bot.domain.states import COMPOSING, ChatKind, DraftState
from bot.storage import attachments, drafts, units
from bot.storage.tables import Draft
from scheduler.plan import next_step


async def draft_card(context: Context, draft_id: int) -> Content | Withdraw:
    """What is known of the draft, with one of its menus; or what became of it."""
    draft = await drafts.get(context.session, draft_id)
    if draft is None:
        return Withdraw("draft_gone")
    if draft.state not in COMPOSING:
        return Content(_what_became(draft, context.write))
    parameters = context.message.parameters
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
    sizes = await units.group_sizes(context.session)
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
        quick_deadlines=tuple((code, moment) for code, moment in quick if moment > context.now),
        files=tuple(
            AttachmentView(each.id, each.file_name, each.is_picture)
            for each in await attachments.of_draft(context.session, draft.id)
        ),
        most_files=MOST,
        relation=await gather_relations.of_one(context.session, draft),
        relations=RELATIONS,
        suggested=tuple(await gather_relations.suggestions(context, draft)),
        review=await gather_review.view(context, draft, needed=False),
    )


async def preview(context: Context) -> Gathered:
    """First the exact card as one unit will see it, with the lists of tasks before it, then the
    check with the sending button."""
    draft = await drafts.get(context.session, context.number("draft_id"))
    if context.message.parameters["part"] == "review":
        return await _review(context, draft)
    if draft is None or draft.state not in COMPOSING:
        return Withdraw("draft_gone")
    audience = await directive_actions.audience(context.session, draft.id)
    match context.message.parameters["part"]:
        case "list":
            tasks = await _draft_tasks(context, draft)
            lists = task_lists(draft, titles(tasks))
            return part_of_list(context, _draft_identity(context, draft), tasks, lists)
        case "card":
            return Ready(await _preview_card(context, draft, audience))
    return Ready(await _preview_check(context, draft, audience), context.message.edits)


async def _review(context: Context, draft: Draft | None) -> Gathered:
    """The check with the buttons that decide, or what became of the draft in their place."""
    edits = context.message.edits
    if draft is None or not gather_review.is_to_decide(context, draft):
        if edits is None:
            return Withdraw("decided")
        became = await gather_review.view(context, draft, needed=False) if draft else None
        return Ready(render_review.outcome(became, context.write), edits)
    if not await gather_review.may_decide(context, draft):
        return NOT_STAFF
    audience = await directive_actions.audience(context.session, draft.id)
    check = await _preview_check(context, draft, audience)
    content = render_review.to_decide(
        check,
        draft.id,
        draft_actions.state_id(draft),
        context.write,
        author=await gather_review.author(context, draft),
    )
    return Ready(content, edits)


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
        relation=await gather_relations.of_one(context.session, draft),
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
        TaskView(position=task.position, short_title=task.short_title, deadline_at=task.deadline_at)
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
        files=await attachments.count(context.session, draft.id),
        review=await gather_review.view(
            context, draft, needed=context.policy.needs_approval(len(audience.units))
        ),
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
