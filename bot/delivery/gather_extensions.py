"""A wish for a later deadline, as the office may see it now."""

from __future__ import annotations

from bot.delivery import render_extensions
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Withdraw,
    directive_view,
    is_for_office,
)
from bot.delivery.render import Content
from bot.delivery.render_extensions import HISTORY_SHOWN, HistoryView, WishView, WorkView
from bot.domain.rights import Right
from bot.domain.states import ExtensionState
from bot.storage import articles, extensions
from bot.storage.extensions import Wish
from bot.texts.periods import with_period


async def card(context: Context, extension_id: int) -> Content | Withdraw:
    """One wish with its surroundings and what was wished before."""
    found = await extensions.get(context.session, extension_id)
    if found is None:
        return Withdraw("extension_gone")
    if not await is_for_office(context, Right.ISSUE, unit_id=found.addressee.unit_id):
        return NOT_STAFF
    of_task = await extensions.of_assignment(context.session, found.assignment.id)
    earlier = [_view(each) for each in of_task if each.extension.id < found.extension.id]
    work = WorkView(
        unit_name=found.addressee.unit_name,
        directive=directive_view(found.directive),
        position=found.task.position,
        short_title=with_period(
            found.task.short_title, found.assignment.period, context.write.texts
        ),
        articles=await articles.count(context.session, assignment_id=found.assignment.id),
        expected=found.task.expected_articles,
        earlier=tuple(earlier),
    )
    return render_extensions.wish(_view(found), work, context.write)


async def history(context: Context, addressee_id: int) -> HistoryView:
    """What a unit wished for its tasks of a directive, for whom the caller lets see it."""
    found, count = await extensions.of_addressee(context.session, addressee_id, limit=HISTORY_SHOWN)
    return HistoryView(tuple((each.task.position, _view(each)) for each in found), count)


def _view(found: Wish) -> WishView:
    extension = found.extension
    is_asked = extension.state is ExtensionState.ASKED
    return WishView(
        extension_id=extension.id,
        state=extension.state,
        wished_at=extension.wished_at,
        deadline_at=(found.assignment.deadline_at if is_asked else None) or extension.deadline_at,
        asked_at=extension.asked_at,
        asked_by=found.asked_by,
        reason=extension.reason,
        decided_by=found.decided_by,
        decided_at=extension.decided_at,
        granted_at=extension.granted_at,
        note=extension.decision_note,
    )
