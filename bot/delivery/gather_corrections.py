"""Drafts that correct a directive: their card, and the preview with the differences in words.

Other drafts are `gather_drafts`'.
"""

from __future__ import annotations

from dataclasses import replace

from bot.actions import corrections, periods
from bot.actions import drafts as draft_actions
from bot.actions.cards import task_lists
from bot.actions.corrections import Planned
from bot.actions.drafts import Menu
from bot.delivery import (
    gather_drafts,
    gather_review,
    render,
    render_card,
    render_corrections,
    render_draft,
    render_versions,
)
from bot.delivery.context import Context, Gathered, Ready, Withdraw, directive_view
from bot.delivery.render import Content, DirectiveView, TaskView
from bot.delivery.render_card import CardView, ReceiptView
from bot.delivery.render_corrections import CorrectionDraftView
from bot.domain.states import COMPOSING
from bot.storage import directives, drafts
from bot.storage.tables import Directive, Draft


async def draft_card(context: Context, draft_id: int) -> Content | Withdraw:
    """Any draft's card; a correction's says what it corrects, and offers what can be corrected."""
    draft = await drafts.get(context.session, draft_id)
    directive = await _corrected(context, draft)
    if draft is None or directive is None or draft.state not in COMPOSING:
        return await gather_drafts.draft_card(context, draft_id)
    correction = _view(context, draft, directive)
    write, parameters = context.write, await gather_drafts.last_shown(context)
    menu, task_id = parameters.get("menu", Menu.MAIN), parameters.get("task_id")
    view = await gather_drafts.draft_view(context, draft, menu=menu, task_id=task_id)
    numbers = await corrections.numbers(context.session, draft)
    tasks = [replace(task, number=numbers[task.id]) for task in view.tasks]
    view = replace(
        view,
        tasks=tuple(sorted(tasks, key=lambda task: task.called)),
        title=render_corrections.title(correction, write),
        notes=render_corrections.notes(correction, write),
        main_buttons=render_corrections.buttons(correction, write),
    )
    page = parameters.get("page", 1)
    return render_draft.draft_card(view, write, menu=menu, task_id=task_id, page=page)


async def preview(context: Context) -> Gathered:
    """Any draft's preview; a correction's is the card as it will be, then what changes."""
    draft = await drafts.get(context.session, context.number("draft_id"))
    directive = await _corrected(context, draft)
    if draft is None or directive is None:
        return await gather_drafts.preview(context)
    if draft.state not in COMPOSING and context.message.parameters["part"] != "review":
        return Withdraw("draft_gone")
    plan = await corrections.planned(context.session, draft, now=context.now)
    match context.message.parameters["part"]:
        case "list":
            tasks = _tasks(context, plan)
            lists = task_lists(draft, gather_drafts.titles(tasks))
            return gather_drafts.part_of_list(context, _identity(draft, plan), tasks, lists)
        case "card":
            return Ready(await _card(context, draft, plan))
        case "review":
            return await gather_drafts.review(context, draft, await _check(context, draft, plan))
    return Ready(await _check(context, draft, plan), context.message.edits)


async def _corrected(context: Context, draft: Draft | None) -> Directive | None:
    if draft is None or draft.corrects_id is None:
        return None
    return await directives.get(context.session, draft.corrects_id)


def _view(context: Context, draft: Draft, directive: Directive) -> CorrectionDraftView:
    return CorrectionDraftView(
        draft_id=draft.id,
        title=render.directive_title(directive_view(directive), context.write),
        note=draft.note,
        asks_again=draft.asks_again,
    )


def _identity(draft: Draft, plan: Planned) -> DirectiveView:
    return replace(
        gather_drafts.draft_identity(draft, subject=plan.directive.subject),
        version=plan.directive.version + 1,
    )


def _tasks(context: Context, plan: Planned) -> tuple[TaskView, ...]:
    calendar = context.policy.calendar
    return tuple(
        TaskView(
            position=position,
            short_title=task.short_title,
            deadline_at=task.deadline_at,
            expected=task.expected_articles,
            is_undecided=task.deadline_at is None and not task.continuous,
            period=periods.first_period(task, calendar),
        )
        for position, task in plan.tasks
    )


async def _card(context: Context, draft: Draft, plan: Planned) -> Content:
    addressees = await directives.addressees(context.session, plan.directive.id)
    correction = render_versions.CorrectionView(
        version=plan.directive.version + 1, at=context.now, changes=plan.changes
    )
    due_at = context.policy.acknowledge_due(plan.directive, now=context.now)
    view = CardView(
        addressee_id=0,
        unit_name=addressees[0].unit_name if addressees else "",
        directive=_identity(draft, plan),
        tasks=_tasks(context, plan),
        receipt=ReceiptView(draft.acknowledge_by, due_at=due_at if draft.asks_again else None),
        correction=render_versions.on_card(correction, context.write),
        asks_again=draft.asks_again,
    )
    return Content(render_card.card(view, context.write).text)


async def _check(context: Context, draft: Draft, plan: Planned) -> Content:
    addressees = await directives.addressees(context.session, plan.directive.id)
    view = render_corrections.CorrectionCheckView(
        draft=_view(context, draft, plan.directive),
        state_id=draft_actions.state_id(draft),
        changes=plan.changes,
        units=len(addressees),
        faults=plan.faults,
        review=await gather_review.view(
            context, draft, needed=context.policy.needs_approval(len(addressees))
        ),
    )
    return render_corrections.check(view, context.write)
