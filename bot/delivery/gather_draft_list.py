"""/duthao: one page of drafts or templates, or one template, for whoever may work on them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery import render_draft_list
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, Withdraw, reader
from bot.delivery.render import Content
from bot.delivery.render_draft_list import DRAFTS, DraftLine, RecurrenceView, TemplateTask
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.states import COMPOSING, DraftState
from bot.storage import drafts, templates
from bot.storage.tables import Draft, Recurrence


async def drafts_page(context: Context) -> Gathered:
    """A list, a template, or one of its menus."""
    actor = await reader(context, Right.ISSUE)
    if actor is None:
        return NOT_STAFF
    view = context.message.parameters["view"]
    if view == "list":
        return Ready(await _list(context, actor), context.message.edits)
    template = await drafts.get(context.session, context.number("template_id"))
    if template is None or template.state is not DraftState.TEMPLATE:
        return Withdraw("template_gone")
    if not actor.may_compose(template.author_id):
        return NOT_STAFF
    content = render_draft_list.template_page(
        await _template(context, template),
        context.write,
        menu=view,
        every=context.message.parameters.get("every", 0),
    )
    return Ready(content, context.message.edits)


async def _list(context: Context, actor: Actor) -> Content:
    tab, size = context.number("tab"), render_draft_list.ON_A_PAGE
    states = COMPOSING if tab == DRAFTS else templates.TEMPLATES
    count = await templates.count(context.session, states, actor=actor)
    page, pages = page_within(context.number("page"), count=count, size=size)
    found = await templates.listed(
        context.session, states, actor=actor, offset=(page - 1) * size, limit=size
    )
    return render_draft_list.draft_list(
        await _lines(context, found), context.write, tab=tab, page=page, pages=pages, count=count
    )


async def _lines(context: Context, found: Sequence[templates.Listed]) -> list[DraftLine]:
    recurring = await templates.recurrences(context.session, [each.draft.id for each in found])
    return [
        DraftLine(
            id=each.draft.id,
            state=each.draft.state,
            author=each.author,
            changed_at=each.draft.updated_at,
            tasks=each.tasks,
            number=each.draft.number,
            symbol=each.draft.symbol,
            subject=each.draft.subject,
            name=each.draft.name,
            corrects=each.draft.corrects_id is not None,
            recurrence=_recurrence(recurring.get(each.draft.id)),
        )
        for each in found
    ]


def _recurrence(row: Recurrence | None) -> RecurrenceView | None:
    if row is None or row.next_at is None:
        return None
    return RecurrenceView(every=row.every, day=row.day, next_at=row.next_at)


async def _template(context: Context, template: Draft) -> render_draft_list.TemplateView:
    session = context.session
    recurring = await templates.recurrences(session, [template.id])
    return render_draft_list.TemplateView(
        id=template.id,
        name=template.name or "",
        subject=template.subject,
        groups=tuple(
            choice.group_name or ""
            for choice in await drafts.group_choices(session, template.id)
            if choice.chosen
        ),
        tasks=tuple(
            TemplateTask(
                position=task.position,
                short_title=task.short_title,
                continuous=task.continuous,
                working_days=task.working_days,
            )
            for task in await drafts.tasks(session, template.id)
        ),
        recurrence=_recurrence(recurring.get(template.id)),
    )
