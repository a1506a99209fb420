"""The office's own people, and its record of events, for who asked and may still see them."""

from __future__ import annotations

import asyncio

from bot.delivery import render_office
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, reader
from bot.delivery.render import Content, Document
from bot.delivery.render_office import EVENTS_A_PAGE, GROUPS_A_PAGE, MEMBERS_A_PAGE
from bot.domain.directives import number_and_symbol
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.reports import log as reports
from bot.storage import directives, record, units
from bot.storage import staff as members
from bot.storage.record import About
from bot.storage.staff import Member

# What the numbers that a press carries mean.
WHOLE, OF_DIRECTIVE, OF_UNIT = 0, 1, 2
MOST_IN_A_FILE = 20_000


async def staff(context: Context) -> Gathered:
    """/canbo: the list, or one of them with one of the menus."""
    if await reader(context, Right.GOVERN) is None:
        return NOT_STAFF
    if context.message.parameters["view"] == "list":
        return Ready(await _members(context), context.message.edits)
    found = await members.member(context.session, context.number("staff_id"))
    if found is None:
        return Ready(Content(context.write.say("staff.gone")), context.message.edits)
    match context.message.parameters["view"]:
        case "groups":
            content = await _limits(context, found)
        case "remove":
            content = render_office.ask_remove(_view(found), context.write)
        case _:
            content = render_office.member(_view(found), context.write)
    return Ready(content, context.message.edits)


async def _members(context: Context) -> Content:
    count = await members.count(context.session)
    page, pages = _page(context, count, MEMBERS_A_PAGE)
    found = await members.members(
        context.session, offset=(page - 1) * MEMBERS_A_PAGE, limit=MEMBERS_A_PAGE
    )
    views = [_view(each) for each in found]
    return render_office.members(views, context.write, page=page, pages=pages, count=count)


def _view(member: Member) -> render_office.MemberView:
    names = tuple(name for _, name in member.groups)
    return render_office.MemberView(id=member.id, name=member.name, role=member.role, groups=names)


async def _limits(context: Context, member: Member) -> Content:
    groups = await units.groups(context.session)
    page, pages = _page(context, len(groups), GROUPS_A_PAGE)
    ticked = {group_id for group_id, _ in member.groups}
    shown = groups[(page - 1) * GROUPS_A_PAGE : page * GROUPS_A_PAGE]
    views = [render_office.LimitView(each.id, each.name, each.id in ticked) for each in shown]
    return render_office.limits(_view(member), views, context.write, page=page, pages=pages)


def _page(context: Context, count: int, size: int) -> tuple[int, int]:
    """Which page is meant, and of how many."""
    return page_within(context.number("page"), count=count, size=size)


async def log(context: Context) -> Gathered:
    """/nhatky: one page of what happened."""
    actor = await reader(context, Right.REGISTER)
    meant = await _about(context, actor) if actor else None
    if meant is None:
        return NOT_STAFF
    about, title = meant
    count = await record.count(context.session, about)
    page, pages = _page(context, count, EVENTS_A_PAGE)
    found = await record.entries(
        context.session, about, limit=EVENTS_A_PAGE, offset=(page - 1) * EVENTS_A_PAGE
    )
    view = render_office.LogView(
        (context.number("about"), context.number("id")),
        title,
        tuple(reports.line(entry, context.write.moments) for entry in found),
    )
    content = render_office.log(view, context.write, page=page, pages=pages)
    return Ready(content, context.message.edits)


async def log_file(context: Context) -> Gathered:
    """The same as XLSX, its newest lines if there are very many."""
    actor = await reader(context, Right.REGISTER)
    meant = await _about(context, actor) if actor else None
    if meant is None:
        return NOT_STAFF
    about, title = meant
    moments = context.write.moments
    found = await record.entries(context.session, about, limit=MOST_IN_A_FILE)
    head = reports.heads(moments, zone=moments.zone_name(context.now))
    content = await asyncio.to_thread(reports.workbook, head, reports.rows(found, moments))
    day = context.now.astimezone(context.scene.zone)
    name = context.write.texts("log.file_name", day=f"{day:%d-%m-%Y}")
    caption = context.write.say(
        "log.caption",
        title=title,
        at=moments.short(context.now),
        zone=moments.zone_name(context.now),
        most=MOST_IN_A_FILE,
    )
    return Ready(Content(caption, document=Document(f"{name}.xlsx", content)))


async def _about(context: Context, actor: Actor) -> tuple[About, str] | None:
    """What is meant and how it is called; None if it is not the person's to see."""
    number, texts = context.number("id"), context.write.texts
    if context.number("about") == OF_DIRECTIVE:
        directive = await directives.get(context.session, number)
        seen = directive and actor.may_see(await directives.unit_ids(context.session, number))
        if directive is None or not seen:
            return None
        named = number_and_symbol(directive.number, directive.symbol) or f"#{directive.id}"
        return About(directive_id=number, scope=actor.scope), texts("log.of_directive", code=named)
    if context.number("about") == OF_UNIT:
        unit = await units.unit(context.session, number)
        if unit is None or not actor.oversees(number):
            return None
        return About(unit_id=number, scope=actor.scope), texts("log.of_unit", unit=unit.name)
    return (About(), texts("log.whole")) if actor.may(Right.GOVERN) else None
