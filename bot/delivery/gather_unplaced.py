"""Messages that nobody could place, for the office: one with what can be decided, and those that
were attached to a unit's tasks."""

from __future__ import annotations

from bot.delivery import render_unplaced
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    is_for_office,
    reader,
)
from bot.delivery.render import Content
from bot.domain.directives import number_and_symbol
from bot.domain.paging import page_within
from bot.domain.rights import Right
from bot.domain.states import UnplacedState
from bot.storage import people, staff, units, unplaced
from bot.storage.tables import Unplaced
from bot.texts.periods import numbered


async def card(context: Context, unplaced_id: int) -> Content | Withdraw:
    """The entry as it stands now."""
    first = await unplaced.get(context.session, unplaced_id)
    if first is None:
        return Withdraw("gone")
    if not await _is_shown(context, first):
        return NOT_STAFF
    person = await people.person(context.session, first.person_id)
    possible = await unplaced.units_of(context.session, first)
    entry = await unplaced.entry(context.session, first.id)
    view = render_unplaced.EntryView(
        id=first.id,
        person=person.name if person else "",
        units=tuple((unit.id, unit.name) for unit in possible),
        messages=tuple(map(_message, entry)),
        decision=await _decision(context, first),
    )
    return render_unplaced.card(view, context.write)


def _message(row: Unplaced) -> render_unplaced.MessageView:
    return render_unplaced.MessageView(
        at=row.received_at,
        kind=row.kind,
        text=row.text,
        file_name=row.file_name,
        edited_at=row.edited_at,
        is_gone=row.message_id is None,
    )


async def _decision(context: Context, first: Unplaced) -> render_unplaced.DecisionView | None:
    if first.state is UnplacedState.WAITING or first.decided_at is None:
        return None
    by = await people.person(context.session, first.decided_by) if first.decided_by else None
    found = None
    if first.assignment_id is not None:
        found = await unplaced.of_assignment(context.session, first.assignment_id)
    code, position = None, None
    if found is not None:
        work, task, directive = found
        position = numbered(task.position, work.period, context.write.texts)
        code = number_and_symbol(directive.number, directive.symbol) if directive.number else None
    return render_unplaced.DecisionView(
        state=first.state,
        by=by.name if by else "",
        at=first.decided_at,
        code=code,
        position=position,
        question_id=first.question_id,
    )


async def may_copy(context: Context) -> bool:
    """Whether the original may be shown in this chat of the office now."""
    first = await unplaced.get(context.session, context.number("unplaced_id"))
    return first is not None and await _is_shown(context, first)


async def _is_shown(context: Context, first: Unplaced) -> bool:
    """In the office's own group, or to somebody who may decide about one of the units."""
    possible = await unplaced.units_of(context.session, first)
    for unit in possible:
        if await is_for_office(context, Right.REVIEW, unit_id=unit.id):
            return True
    return not possible and await _is_for_whole_office(context)


async def _is_for_whole_office(context: Context) -> bool:
    """Who wrote it speaks for no unit any more: it is for those without limits."""
    if context.chat.person_id is None:
        return await staff.is_group(context.session, context.chat.id)
    actor = await people.actor_by_id(context.session, context.chat.person_id)
    return actor is not None and actor.may(Right.REVIEW) and actor.scope is None


async def placed(context: Context) -> Gathered:
    """What was attached to a unit's tasks."""
    actor = await reader(context, Right.REVIEW)
    unit = await units.unit(context.session, context.number("unit_id"))
    if actor is None or unit is None or not actor.oversees(unit.id):
        return NOT_STAFF
    count = await unplaced.count_placed(context.session, unit.id)
    page, pages = page_within(context.number("page"), count=count, size=render_unplaced.A_PAGE)
    found = await unplaced.placed(
        context.session,
        unit.id,
        offset=(page - 1) * render_unplaced.A_PAGE,
        limit=render_unplaced.A_PAGE,
    )
    lines = tuple(
        render_unplaced.PlacedView(
            id=row.id,
            person=name,
            message=_message(row),
            code=number_and_symbol(directive.number, directive.symbol)
            if directive.number
            else None,
            position=numbered(task.position, period, context.write.texts),
        )
        for row, name, directive, task, period in found
    )
    view = render_unplaced.PlacedListView(unit.id, unit.name, lines, count, page, pages)
    return Ready(render_unplaced.placed(view, context.write), context.message.edits)
