"""Which reminders will be sent when, for staff: the list, and one of them with its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.actions import agenda, agenda_reach
from bot.actions.agenda import About, Entry, Outlook, Slot, Units
from bot.actions.agenda_choices import is_early_enough, window_of
from bot.delivery import render_agenda
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    directive_view,
    reader,
)
from bot.delivery.render import Named
from bot.delivery.render_agenda import ENTRIES_A_PAGE, TODAY, EntryView, LineView
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.storage import audience, directives
from bot.storage.agenda import Window
from bot.storage.tables import Directive

_DAYS_OF_WEEK = 7
# Longer than any plan goes on after a deadline that somebody would set.
_ALL = timedelta(days=3 * 365)


async def page(context: Context) -> Gathered:
    """The list, or one entry of it."""
    actor = await reader(context)
    if actor is None:
        return NOT_STAFF
    parameters = context.message.parameters
    directive = None
    if "directive_id" in parameters:
        directive = await directives.get(context.session, context.number("directive_id"))
        if directive is None:
            return Withdraw("directive_gone")
        if not actor.may_see(await directives.unit_ids(context.session, directive.id)):
            return NOT_STAFF
    if directive is not None and "slot" in parameters:
        slot = Slot.of_ids(*(int(each) for each in parameters["slot"]))
        return await _one(context, directive, slot, actor)
    return await _list(context, directive, actor)


async def _list(context: Context, directive: Directive | None, actor: Actor) -> Gathered:
    number = None if directive is not None else context.number("number")
    window = Window(
        _until(context, number), actor.scope, directive.id if directive is not None else None
    )
    outlook = Outlook(context.policy, context.now, window.until)
    found = await agenda.entries(context.session, window, outlook)
    turned, pages = page_within(context.number("page"), count=len(found), size=ENTRIES_A_PAGE)
    shown = found[(turned - 1) * ENTRIES_A_PAGE : turned * ENTRIES_A_PAGE]
    unreached = await agenda_reach.of_entries(context.session, shown, window, outlook)
    view = render_agenda.AgendaView(
        number=number,
        directive_id=window.directive_id,
        directive=directive_view(directive) if directive is not None else None,
        entries=await _views(context, shown, unreached),
        count=len(found),
        page=turned,
        pages=pages,
    )
    return Ready(render_agenda.agenda(view, context.write), context.message.edits)


def _until(context: Context, number: int | None) -> datetime:
    if number is None:
        return context.now + _ALL
    calendar = context.policy.calendar
    days = 1 if number == TODAY else _DAYS_OF_WEEK
    day = calendar.local_date(context.now) + timedelta(days=days)
    return calendar.at(day, time.min) - datetime.resolution


async def _views(
    context: Context, entries: Sequence[Entry], unreached: Mapping[Slot, int]
) -> list[EntryView]:
    people = {
        each for entry in entries for units in entry.units.values() for each in units.skipped_by
    }
    called = await audience.names_of_people(context.session, people)
    return [_view(context, entry, called, unreached.get(entry.slot, 0)) for entry in entries]


def _view(context: Context, entry: Entry, called: Mapping[int, str], unreached: int) -> EntryView:
    slot = entry.slot
    in_order = sorted(entry.units.items(), key=lambda each: _position(each[0]))
    return EntryView(
        directive_id=slot.directive_id,
        directive=directive_view(entry.directive),
        at=slot.at,
        kind=slot.kind,
        whom=slot.whom.value,
        lines=tuple(_line(context, slot, about, units) for about, units in in_order),
        skipped_by=Named.of(sorted(called[each] for each in entry.skipped_by), most=3),
        unreached=unreached,
        ids=slot.ids if slot.is_choosable else None,
    )


def _position(about: About) -> tuple[int, str]:
    return (about.task.position if about.task is not None else 0), about.period


def _line(context: Context, slot: Slot, about: About, units: Units) -> LineView:
    calendar = context.policy.calendar
    task, deadline = about.task, about.deadline_at
    position, title = (task.position, task.short_title) if task is not None else (None, "")
    if deadline is None:
        return LineView(
            position=position, short_title=title, period=about.period, deadline_at=None,
            left=units.left, skipped=units.skipped,
        )  # fmt: skip
    today, due = calendar.local_date(slot.at), calendar.due_date(deadline)
    return LineView(
        position=position,
        short_title=title,
        period=about.period,
        deadline_at=deadline,
        working_days=calendar.working_days_between(today, due),
        is_past=deadline <= slot.at,
        due_today=today == due,
        left=units.left,
        skipped=units.skipped,
    )


# --- one of them ---------------------------------------------------------------------------------


async def _one(context: Context, directive: Directive, slot: Slot, actor: Actor) -> Gathered:
    found = await agenda.items(
        context.session,
        slot,
        window_of(slot, actor),
        policy=context.policy,
        now=context.now,
    )
    entry = Entry(slot, directive, agenda.counted(found))
    unreached = await agenda_reach.of_items(context.session, slot, found)
    (view,) = await _views(context, [entry], {slot: len(unreached)})
    addressees = {item.due.addressee.id: item.due.addressee.unit_name for item in found}
    may_choose = actor.may(Right.ISSUE) and is_early_enough(slot, now=context.now)
    return Ready(
        render_agenda.one(
            render_agenda.OneView(
                entry=view,
                units=Named.of(list(addressees.values())),
                unreachable=Named.of([addressees[each] for each in sorted(unreached)]),
                may_choose=may_choose,
                may_send=may_choose and slot.can_be_sent,
            ),
            context.write,
        ),
        context.message.edits,
    )
