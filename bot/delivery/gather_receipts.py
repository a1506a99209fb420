"""Who has confirmed a directive and who has not, for staff; and what the silent are asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.delivery import gather_extensions, render_receipts
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Later,
    Ready,
    Withdraw,
    directive_view,
    reader,
    receipt_view,
)
from bot.delivery.render import ChasedView, Named
from bot.delivery.render_receipts import FILTERS, UNITS_A_PAGE
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.states import Door
from bot.storage import audience, chases, directives, standings
from bot.storage.chases import Chased
from bot.storage.standings import OfUnit, UnitReceipt
from bot.storage.tables import Directive
from scheduler.plan import held_until


async def page(context: Context) -> Gathered:
    """The list, or one unit of it."""
    actor = await reader(context)
    directive = await directives.get(context.session, context.number("directive_id"))
    if directive is None:
        return Withdraw("directive_gone")
    if actor is None:
        return NOT_STAFF
    if "addressee_id" in context.message.parameters:
        return await _unit(context, directive, actor)
    found = await standings.of_directive(context.session, directive, scope=actor.scope)
    if actor.scope is not None and not found:
        return NOT_STAFF
    number = min(context.number("filter"), len(FILTERS) - 1)
    listed = [each for each in found if each.state in FILTERS[number]]
    turned, pages = page_within(context.number("page"), count=len(listed), size=UNITS_A_PAGE)
    shown = listed[(turned - 1) * UNITS_A_PAGE : turned * UNITS_A_PAGE]
    can_be_chased = any(each.chats_to_chase for each in found)
    view = render_receipts.ReceiptsView(
        directive_id=directive.id,
        directive=directive_view(directive),
        rule=directive.acknowledge_by,
        counts=Counter(each.state for each in found),
        number=number,
        units=await _lines(context, shown),
        page=turned,
        pages=pages,
        may_chase=can_be_chased and _may_act(directive, actor),
    )
    return Ready(render_receipts.receipts(view, context.write), context.message.edits)


def _may_act(directive: Directive, actor: Actor) -> bool:
    return directive.closed_at is None and actor.may(Right.ISSUE)


async def _lines(
    context: Context, shown: Sequence[UnitReceipt]
) -> list[render_receipts.UnitReceiptView]:
    ids = [each.addressee.id for each in shown]
    chased = await chases.last(context.session, ids)
    missing = {person_id for each in shown for person_id in each.standing.missing}
    called = await audience.names_of_people(context.session, missing)
    return [_line(each, chased.get(each.addressee.id), called) for each in shown]


def _line(
    unit: UnitReceipt, chased: Chased | None, called: Mapping[int, str]
) -> render_receipts.UnitReceiptView:
    standing = unit.standing
    missing = [called[each] for each in standing.people if each in standing.missing]
    return render_receipts.UnitReceiptView(
        addressee_id=unit.addressee.id,
        unit_name=unit.addressee.unit_name,
        state=unit.state,
        receipt=receipt_view(standing),
        missing=Named.of(missing, most=3),
        chased=ChasedView(chased.at, chased.by, chased.times) if chased else None,
    )


async def _unit(context: Context, directive: Directive, actor: Actor) -> Gathered:
    addressee = await directives.addressee(context.session, context.number("addressee_id"))
    if addressee is None or not actor.oversees(addressee.unit_id):
        return NOT_STAFF
    (unit,) = await standings.judged(context.session, directive, [addressee])
    (line,) = await _lines(context, [unit])
    may_act = _may_act(directive, actor)
    view = render_receipts.UnitView(
        directive_id=directive.id,
        directive=directive_view(directive),
        rule=directive.acknowledge_by,
        unit=line,
        due_at=addressee.acknowledge_due_at,
        people=await _people(context, unit.standing),
        phoned=tuple(
            render_receipts.PhonedView(each.person_name, each.at, each.note or "")
            for each in unit.standing.given
            if each.door is Door.STAFF
        ),
        extensions=await gather_extensions.history(context, addressee.id),
        may_act=may_act,
        may_chase=may_act and bool(unit.chats_to_chase),
        may_enter=directive.closed_at is None and actor.may(Right.REVIEW),
    )
    return Ready(render_receipts.unit_receipts(view, context.write), context.message.edits)


async def _people(context: Context, standing: OfUnit) -> list[render_receipts.PersonView]:
    """Those who get it, with when each confirmed what counts; then who has and is no more there."""
    given = [each for each in standing.given if each.door is not Door.STAFF]
    first = {each.person_id: each for each in reversed(given)}
    called = await audience.names_of_people(context.session, standing.people)
    people = []
    for person_id, role in standing.people.items():
        own = first.get(person_id)
        at, version = (own.at, own.version) if own else (None, 1)
        people.append(render_receipts.PersonView(called[person_id], role, at, version))
    for each in given:
        if each.person_id not in standing.people and first[each.person_id] is each:
            left = render_receipts.PersonView(
                each.person_name, each.role, each.at, each.version, has_left=True
            )
            people.append(left)
    return people


# --- what those are asked who have not -----------------------------------------------------------


async def chase(context: Context) -> Gathered:
    """Only of units that have not confirmed when it is sent, and only where those are who are
    missing; one whose sending was held up into quiet time waits for its end."""
    directive = await directives.get(context.session, context.number("directive_id"))
    if directive is None or directive.closed_at is not None:
        return Withdraw("closed")
    ids = [int(each) for each in context.message.parameters["addressee_ids"]]
    addressees = await directives.addressees_by_ids(context.session, ids)
    asked = [
        each.addressee
        for each in await standings.judged(context.session, directive, addressees)
        if any(chat.id == context.chat.id for chat in each.chats_to_chase)
    ]
    if not asked:
        return Withdraw("acknowledged")
    quiet_until = held_until(
        context.now, calendar=context.policy.calendar, passes_quiet=directive.passes_quiet
    )
    if quiet_until is not None:
        return Later((quiet_until - context.now).total_seconds())
    units = [
        render_receipts.ChasedUnit(each.id, each.unit_name, each.acknowledge_due_at)
        for each in asked
    ]
    view = directive_view(directive)
    return Ready(render_receipts.chase(view, units, directive.acknowledge_by, context.write))
