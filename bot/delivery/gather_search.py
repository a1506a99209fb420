"""/tim: what holds the words that were typed, as who asked may see it."""

from __future__ import annotations

import asyncio

from bot.callbacks import Callback, Press
from bot.delivery import render_search
from bot.delivery.context import (
    LONGEST_SUBJECT,
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    reader,
)
from bot.delivery.render import DirectiveView
from bot.domain.paging import page_within
from bot.domain.searching import search, search_directives
from bot.domain.splitting import shortened
from bot.storage import people, registry
from bot.storage import search as stored
from bot.storage.search import Listed
from bot.storage.tables import Unit


async def found(context: Context) -> Gathered:
    """One page: directives, then units."""
    words = str(context.message.parameters["words"])
    everything = await _visible(context)
    if isinstance(everything, Withdraw):
        return everything
    directives, units = everything
    hits: list[Listed | Unit] = [
        *await asyncio.to_thread(search_directives, words, directives),
        *(await asyncio.to_thread(search, words, units) if words else ()),
    ]
    size = render_search.A_PAGE
    page, pages = page_within(context.number("page"), count=len(hits), size=size)
    view = render_search.SearchView(
        words=words,
        hits=tuple(map(_hit, hits[(page - 1) * size : page * size])),
        count=len(hits),
        page=page,
        pages=pages,
    )
    return Ready(render_search.found(view, context.write), context.message.edits)


async def _visible(context: Context) -> tuple[list[Listed], list[Unit]] | Withdraw:
    """Staff look among all that is theirs, contacts among what their units have to do."""
    session = context.session
    unit_ids = context.message.parameters["unit_ids"]
    if unit_ids is None:
        actor = await reader(context)
        if actor is None:
            return NOT_STAFF
        directives = await stored.directives_within(session, actor.scope)
        return directives, await registry.active_units(session, scope=actor.scope)
    contact = await people.actor_by_id(session, context.number("person_id"))
    served = contact.unit_ids.intersection(unit_ids) if contact else frozenset()
    if not served:
        return Withdraw("not_a_contact")
    return await stored.directives_of_units(session, served, begun_by=context.now), []


def _hit(found: Listed | Unit) -> render_search.Hit:
    if isinstance(found, Unit):
        return render_search.FoundUnit(found.id, found.code, found.name)
    leads_to = Callback(Press.STATE_PAGE, (found.id,))
    if found.addressee_id is not None:
        leads_to = Callback(Press.FULL_TEXT, (found.addressee_id,))
    view = DirectiveView(
        issuer=found.issuer,
        number=found.number,
        symbol=found.symbol,
        issued_on=found.issued_on,
        urgency=found.urgency,
        subject=shortened(found.subject, most=LONGEST_SUBJECT),
    )
    return render_search.FoundDirective(view, found.is_open, leads_to)
