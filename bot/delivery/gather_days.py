"""/ngaynghi, and the days off that the digest of staff shows once a month."""

from __future__ import annotations

from bot.delivery import render_days
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, reader
from bot.domain.paging import page_within
from bot.domain.rights import Right
from bot.storage import days
from scheduler.days_off import UnusualDay, unusual_days


async def page(context: Context) -> Gathered:
    """Days on which the office works or rests against the rule of the week."""
    if await reader(context, Right.GOVERN) is None:
        return NOT_STAFF
    found = await ahead(context)
    size = render_days.ON_A_PAGE
    number, pages = page_within(context.number("page"), count=len(found), size=size)
    shown = found[(number - 1) * size : number * size]
    content = render_days.page(shown, context.write, page=number, pages=pages, count=len(found))
    return Ready(content, context.message.edits)


async def ahead(context: Context) -> tuple[UnusualDay, ...]:
    """All of them, in the reader's language."""
    calendar = context.policy.calendar
    found = unusual_days(
        calendar,
        today=calendar.local_date(context.now),
        notes=await days.notes(context.session),
        language=context.chat.language,
    )
    return tuple(found)
