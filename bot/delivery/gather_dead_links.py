"""Articles whose pages are gone, as this chat of the office may see them now."""

from __future__ import annotations

from datetime import datetime

from bot.actions.page_looks import TOGETHER
from bot.delivery import render_dead_links
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Later,
    Ready,
    Withdraw,
    directive_view,
)
from bot.delivery.render_dead_links import DeadView
from bot.domain.rights import Right
from bot.storage import pages, people, staff
from bot.texts.periods import numbered
from scheduler.plan import held_until


async def dead_links(context: Context) -> Gathered:
    """What was found dead in the time that the message is about and has not come back since; nobody
    is disturbed by it in quiet time."""
    scope = None
    if context.chat.person_id is None:
        if not await staff.is_group(context.session, context.chat.id):
            return NOT_STAFF
    else:
        actor = await people.actor_by_id(context.session, context.chat.person_id)
        if actor is None or not actor.may(Right.REVIEW):
            return NOT_STAFF
        scope = actor.scope
    quiet_until = held_until(context.now, calendar=context.policy.calendar)
    if quiet_until is not None:
        return Later((quiet_until - context.now).total_seconds())
    since = datetime.fromisoformat(context.message.parameters["since"])
    found = await pages.dead_links(
        context.session, since=since, until=since + TOGETHER, scope=scope
    )
    if not found:
        return Withdraw("nothing_to_say")
    view = [
        DeadView(
            article_id=each.article_id,
            directive=directive_view(each.directive),
            unit_name=each.unit_name,
            task=numbered(each.task_position, each.period, context.write.texts),
            url=each.url,
            title=each.title,
            was_opened=each.was_opened,
        )
        for each in found
    ]
    return Ready(render_dead_links.dead_links(view, context.write))
