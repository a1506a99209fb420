"""Units that can be added to a directive that was issued, for who controls it."""

from __future__ import annotations

import asyncio

from bot.actions import late_joiners
from bot.actions.late_joiners import Latecomers
from bot.callbacks import Callback, Press
from bot.delivery import render_late
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    directive_view,
    reader,
)
from bot.delivery.render import Content, Named
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.searching import search
from bot.storage import directives, registry, units
from bot.storage.tables import Directive


async def page(context: Context) -> Gathered:
    """Who joined its groups since, units to choose from, or the one that was chosen."""
    actor = await reader(context, Right.ISSUE)
    directive = await directives.get(context.session, context.number("directive_id"))
    if directive is None:
        return Withdraw("directive_gone")
    if actor is None or not actor.may_control(
        await directives.unit_ids(context.session, directive.id)
    ):
        return NOT_STAFF
    match context.message.parameters["view"]:
        case "joined":
            found = await late_joiners.joined_since(context.session, directive, actor=actor)
            press = Callback(Press.LATE_ADD, (directive.id, found.token))
            content = _preview(context, directive, found, press)
        case "unit":
            unit = await units.unit(context.session, context.number("unit_id"))
            if unit is None or not actor.oversees(unit.id):
                return NOT_STAFF
            found = await late_joiners.named(context.session, directive, unit)
            press = Callback(Press.ADDRESSEE_ADD, (directive.id, unit.id))
            content = _preview(context, directive, found, press)
        case _:
            content = await _units(context, directive, actor)
    return Ready(content, context.message.edits)


def _preview(context: Context, directive: Directive, found: Latecomers, press: Callback) -> Content:
    view = render_late.LateView(
        directive_id=directive.id,
        directive=directive_view(directive),
        units=Named.of([unit.name for unit in found.units]),
        tasks=max((len(share.parts) for share in found.shares), default=0),
        past=found.past(context.now),
        press=press,
    )
    return render_late.preview(view, context.write)


async def _units(context: Context, directive: Directive, actor: Actor) -> Content:
    words = str(context.message.parameters.get("words") or "")
    everything = await registry.active_units(context.session, scope=actor.scope)
    others = await late_joiners.addable(context.session, directive.id, everything)
    found = await asyncio.to_thread(search, words, others)
    size = render_late.A_PAGE
    number, pages = page_within(context.number("page"), count=len(found), size=size)
    view = render_late.UnitsView(
        directive_id=directive.id,
        directive=directive_view(directive),
        units=tuple((unit.id, unit.name) for unit in found[(number - 1) * size : number * size]),
        count=len(found),
        page=number,
        pages=pages,
        words=words,
    )
    return render_late.units_page(view, context.write)
