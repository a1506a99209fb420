"""The list of canned answers for who asked and may still use them."""

from __future__ import annotations

from bot.delivery import render_canned_answers
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, reader
from bot.delivery.render_canned_answers import ON_A_PAGE, CannedView
from bot.domain.paging import page_within
from bot.domain.rights import Right
from bot.storage import canned_answers


async def page(context: Context) -> Gathered:
    """/mautraloi, one page."""
    actor = await reader(context, Right.REVIEW)
    if actor is None:
        return NOT_STAFF
    count = await canned_answers.count(context.session)
    number, pages = page_within(context.number("page"), count=count, size=ON_A_PAGE)
    found = await canned_answers.page(
        context.session, offset=(number - 1) * ON_A_PAGE, limit=ON_A_PAGE
    )
    content = render_canned_answers.page(
        [CannedView(each.id, each.name, each.text) for each in found],
        context.write,
        page=number,
        pages=pages,
        count=count,
        may_change=actor.may(Right.ISSUE),
    )
    return Ready(content, context.message.edits)
