"""Invites, units out of reach, and groups nobody linked."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.delivery import render_joining
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, Withdraw, reader
from bot.delivery.render import Content, Document
from bot.domain.rights import Actor, Right
from bot.domain.states import InviteKind
from bot.storage import invites as invite_rows
from bot.storage import lost_touch, people, units


async def invite(context: Context) -> Gathered:
    """A link with its QR code."""
    from bot.reports.invite_sheet import qr_picture  # heavy: only when it is asked for

    parameters = context.message.parameters
    if "link" not in parameters:
        return Withdraw("secret_forgotten")
    unit_id = parameters["unit_id"]
    unit = await units.unit(context.session, unit_id) if unit_id is not None else None
    view = render_joining.InviteView(
        kind=InviteKind(parameters["kind"]),
        unit_name=unit.name if unit else context.scene.office,
        uses=context.number("uses"),
        link=parameters["link"],
        until=datetime.fromisoformat(parameters["until"]),
    )
    picture = Document("ma-moi.png", qr_picture(view.link), is_picture=True)
    return Ready(Content(render_joining.invite(view, context.write), document=picture))


async def invite_sheet(context: Context) -> Gathered:
    """QR codes for a whole group, drawn while they are being sent."""
    from bot.reports.invite_sheet import SheetLine  # heavy: only when a sheet is asked for
    from bot.reports.invite_sheet import invite_sheet as drawn

    parameters = context.message.parameters
    if "codes" not in parameters:
        return Withdraw("secret_forgotten")
    codes = {int(unit_id): str(link) for unit_id, link in parameters["codes"]}
    names = await invite_rows.names_of_units(context.session, codes)
    groups = {group.id: group.name for group in await units.groups(context.session)}
    write = context.write
    until = datetime.fromisoformat(parameters["until"])
    moment = {"until": write.moments.short(until), "zone": write.moments.zone_name(until)}
    group = groups.get(context.number("group_id"), "")
    title = write.texts("sheet.title", group=group, office=context.scene.office)
    sheet = await asyncio.to_thread(
        drawn,
        [SheetLine(names.get(unit_id, ""), link) for unit_id, link in codes.items()],
        title=title,
        until=write.texts("sheet.until", **moment),
        texts=write.texts,
    )
    caption = write.say("sheet.caption", group=group, count=len(codes), **moment)
    name = write.texts("sheet.file_name", group=group.replace("/", "-"))
    return Ready(Content(caption, document=Document(f"{name}.pdf", sheet)))


async def open_invites(context: Context) -> Gathered:
    """A unit's invites that may still be used."""
    actor = await reader(context, Right.REGISTER)
    unit = await units.unit(context.session, context.number("unit_id"))
    if actor is None or unit is None or not actor.oversees(unit.id):
        return NOT_STAFF
    found = await invite_rows.open_invites(context.session, now=context.now, unit_id=unit.id)
    views = [
        render_joining.OpenInviteView(
            each.id, each.kind, each.uses_left, each.expires_at, each.created_by
        )
        for each in found
    ]
    page = context.number("page")
    content = render_joining.open_invites(unit.id, unit.name, views, context.write, page=page)
    return Ready(content, context.message.edits)


async def unreachable(context: Context) -> Gathered:
    """/matlienlac: units to be called."""
    actor = await reader(context, Right.VIEW)
    if actor is None:
        return NOT_STAFF
    content = render_joining.unreachable(
        await _lost_units(context, actor),
        context.write,
        page=context.number("page"),
        may_keep=actor.may(Right.REGISTER),
    )
    return Ready(content, context.message.edits)


async def unreachable_file(context: Context) -> Gathered:
    """The same as a workbook, made while it is being sent."""
    from bot.tables.plain_table import Sheet, workbook  # heavy: only when it is asked for

    actor = await reader(context, Right.VIEW)
    if actor is None:
        return NOT_STAFF
    lost, write = await _lost_units(context, actor), context.write
    sheet = Sheet(write.texts("lost.sheet"), render_joining.call_sheet(lost, write))
    content = await asyncio.to_thread(workbook, [sheet])
    day = f"{context.now.astimezone(context.scene.zone):%d-%m-%Y}"
    name = write.texts("lost.file_name", day=day)
    at = write.moments.short(context.now)
    caption = f"{write.say('lost.caption', count=len(lost), at=at)}\n{write.zone_line(context.now)}"
    return Ready(Content(caption, document=Document(f"{name}.xlsx", content)))


async def _lost_units(context: Context, actor: Actor) -> list[render_joining.LostUnitView]:
    scope = actor.scope.unit_ids if actor.scope else None
    return [
        render_joining.LostUnitView(
            each.unit_id,
            each.code,
            each.name,
            each.phone,
            tuple(
                render_joining.LostChatView(chat.name, chat.reason, chat.since)
                for chat in each.chats
            ),
            each.is_cut_off,
            each.left_at,
        )
        for each in await lost_touch.lost_units(context.session, scope=scope)
    ]


async def unlinked(context: Context) -> Gathered:
    """What a group that nobody has linked is told."""
    if await people.is_linked(context.session, context.chat.id):
        return Withdraw("linked")
    return Ready(Content(context.write.say("group.leaves", office=context.scene.office)))


async def leave(context: Context) -> Gathered:
    """Its time is over, unless somebody has linked it."""
    if await people.is_linked(context.session, context.chat.id):
        return Withdraw("linked")
    return Ready(Content(""))
