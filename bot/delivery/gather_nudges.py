"""Reminding by hand: what staff see before they press, what units get, and what staff call from;
asked when it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from bot.actions import nudges
from bot.actions.nudges import Asked, NudgedUnit, Planned
from bot.delivery import render_nudges
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Later,
    Ready,
    Withdraw,
    directive_view,
    reader,
)
from bot.delivery.gather_open_tasks import open_task
from bot.delivery.render import Content, Document, Named, Writer
from bot.delivery.render_nudges import AimView, CallView, Counts, NudgedView
from bot.delivery.render_open_tasks import OpenDirective
from bot.domain.nudging import Aim, AimKind, aim_of
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.states import ChatKind
from bot.errors import BotError
from bot.storage import assignments, audience, chases, directives, units
from bot.storage import nudges as nudge_rows
from bot.texts import Texts
from bot.texts.periods import with_period
from scheduler.plan import held_until

# --- what units get ------------------------------------------------------------------------------


async def nudge(context: Context) -> Gathered:
    """Only what is still open when it is sent, where it is asked; one that was held up into quiet
    time waits for its end."""
    ids = [int(each) for each in context.message.parameters["addressee_ids"]]
    if await nudge_rows.is_overtaken(
        context.session, ids, chat_id=context.chat.id, after=context.message.id
    ):
        return Withdraw("overtaken")
    rows = await nudge_rows.addressed_by_ids(context.session, ids)
    asked = await nudges.asked(context.session, rows)
    shown = await _opened(context, asked, chat_id=context.chat.id)
    if not shown:
        return Withdraw("finished")
    of = {each.addressee_id for each in shown}
    passes = all(each.directive.passes_quiet for each in asked if each.addressee.id in of)
    quiet_until = held_until(context.now, calendar=context.policy.calendar, passes_quiet=passes)
    if quiet_until is not None:
        return Later((quiet_until - context.now).total_seconds())
    return Ready(render_nudges.nudge(shown, context.write))


async def _opened(
    context: Context, asked: Iterable[Asked], *, chat_id: int | None
) -> list[OpenDirective]:
    """What is asked in a chat, or of all without one, with how far each task is."""
    parts = {
        each.addressee.id: each.within(chat_id) if chat_id else (each.work, each.is_unconfirmed)
        for each in asked
    }
    wanted = {work.assignment_id for works, _ in parts.values() for work in works}
    states = await assignments.task_states(context.session, addressee_ids=list(parts))
    return [
        OpenDirective(
            addressee_id=each.addressee.id,
            unit_name=each.addressee.unit_name,
            directive=directive_view(each.directive),
            is_acknowledged=not parts[each.addressee.id][1],
            tasks=tuple(
                open_task(task, context.write.texts)
                for task in states
                if task.addressee_id == each.addressee.id and task.assignment_id in wanted
            ),
        )
        for each in asked
        if any(parts[each.addressee.id])
    ]


# --- what staff see first ------------------------------------------------------------------------


async def preview(context: Context) -> Gathered:
    """Whom a press would remind, one page of units; or what one of them would get."""
    found = await _meant(context)
    if isinstance(found, Withdraw):
        return found
    of, actor = found
    plan = await nudges.planned(context.session, of.aim, actor=actor, now=context.now)
    if "unit_id" in context.message.parameters:
        return await _sample(context, of.aim, plan, context.number("unit_id"))
    size = render_nudges.UNITS_A_PAGE
    page, pages = page_within(context.number("page"), count=len(plan.units), size=size)
    last = await chases.get(context.session, plan.token)
    view = render_nudges.PreviewView(
        of=of,
        reached=len(plan.reached),
        people=plan.people,
        groups=plan.groups,
        unheard=len(plan.unheard),
        counts=_counts(context, plan.units),
        units=[_unit(context, unit) for unit in plan.units[(page - 1) * size : page * size]],
        page=page,
        pages=pages,
        token=plan.token,
        last=render_nudges.LastChased(last.at, last.by) if last else None,
        held_until=held_until(
            context.now, calendar=context.policy.calendar, passes_quiet=plan.passes_quiet
        ),
    )
    return Ready(render_nudges.preview(view, context.write), context.message.edits)


async def _meant(context: Context) -> tuple[AimView, Actor] | Withdraw:
    """The aim by its name, if it is still theirs who asked."""
    actor = await reader(context, Right.ISSUE)
    kind, about = (int(each) for each in context.message.parameters["aim"])
    aim = aim_of(kind, about)
    if actor is None or aim is None:
        return NOT_STAFF
    try:
        await nudges.check(context.session, aim, actor=actor)
    except BotError as error:
        return Withdraw(error.key)
    if aim.kind is AimKind.DIRECTIVE:
        directive = await directives.get(context.session, aim.id)
        return AimView(aim, directive_view(directive) if directive else None), actor
    groups = await units.groups(context.session) if aim.kind is AimKind.GROUP else []
    name = next((group.name for group in groups if group.id == aim.id), "")
    return AimView(aim, group=name), actor


def _unit(context: Context, unit: NudgedUnit) -> NudgedView:
    kinds = [chat.kind for chat in unit.chats.values()]
    return NudgedView(
        unit.unit.id,
        unit.unit.name,
        _counts(context, [unit]),
        people=kinds.count(ChatKind.PRIVATE),
        groups=kinds.count(ChatKind.GROUP),
        is_unheard=unit.is_unheard,
    )


def _counts(context: Context, found: Sequence[NudgedUnit]) -> Counts:
    return Counts(
        sum(unit.overdue(context.now) for unit in found),
        sum(unit.in_time(context.now) for unit in found),
        sum(unit.unconfirmed for unit in found),
    )


async def _sample(context: Context, aim: Aim, plan: Planned, unit_id: int) -> Gathered:
    unit = next((each for each in plan.units if each.unit.id == unit_id), None)
    if unit is None:
        return Withdraw("finished")
    chats = unit.chats.values()
    called = await audience.names_of_people(
        context.session, {chat.person_id for chat in chats if chat.person_id is not None}
    )
    readers = [called.get(chat.person_id or 0) or chat.title for chat in chats]
    shown = await _opened(context, [each for each in unit.asked if each.chats], chat_id=None)
    content = render_nudges.sample(aim, unit.unit.name, Named.of(readers), shown, context.write)
    return Ready(content, context.message.edits)


# --- calling by phone ----------------------------------------------------------------------------


async def call_sheet(context: Context) -> Gathered:
    """Units of which nobody can be reminded of something, as a workbook or on paper; made while it
    is being sent."""
    found = await _meant(context)
    if isinstance(found, Withdraw):
        return found
    of, actor = found
    plan = await nudges.planned(context.session, of.aim, actor=actor, now=context.now)
    views = await _to_call(context, plan.unheard)
    write, aim = context.write, render_nudges.aim_title(of, context.write)
    is_paper = bool(context.message.parameters.get("is_paper"))
    content = await asyncio.to_thread(_paper if is_paper else _workbook, views, aim, write)
    day = f"{context.now.astimezone(context.scene.zone):%d-%m-%Y}"
    name = write.texts("call.file_name", day=day)
    caption = write.say("call.caption", count=len(views), aim=aim)
    return Ready(
        Content(
            f"{caption}\n{write.zone_line(context.now)}",
            document=Document(f"{name}.{'pdf' if is_paper else 'xlsx'}", content),
        )
    )


async def _to_call(context: Context, found: Sequence[NudgedUnit]) -> list[CallView]:
    people = await nudge_rows.to_call(context.session, [each.unit.id for each in found])
    return [
        CallView(
            unit.unit.name,
            unit.unit.phone,
            [
                render_nudges.PersonToCall(each.name, each.title, each.role, each.lost)
                for each in people.get(unit.unit.id, ())
            ],
            [missing for each in unit.asked for missing in _missing(each, context.write.texts)],
        )
        for unit in found
    ]


def _missing(asked: Asked, texts: Texts) -> list[render_nudges.Missing]:
    work, is_unconfirmed = asked.unheard
    view = directive_view(asked.directive)
    found = []
    for each in work:
        title = with_period(each.short_title, each.period, texts)
        found.append(render_nudges.Missing(view, each.position, title, each.deadline_at))
    if is_unconfirmed:
        due_at = asked.addressee.acknowledge_due_at
        found.insert(0, render_nudges.Missing(view, None, "", due_at))
    return found


def _workbook(views: Sequence[CallView], _: str, write: Writer) -> bytes:
    from bot.tables.plain_table import Sheet, workbook  # heavy: only when it is asked for

    return workbook([Sheet(write.texts("lost.sheet"), render_nudges.call_rows(views, write))])


def _paper(views: Sequence[CallView], aim: str, write: Writer) -> bytes:
    from bot.reports.call_sheet import CallSheet, UnitToCall  # heavy: only when it is asked for
    from bot.reports.call_sheet import call_sheet as drawn

    now = write.now
    return drawn(
        CallSheet(
            title=write.texts("call.title", aim=aim),
            remark=write.texts(
                "card.zone", zone=write.moments.zone_name(now), at=write.moments.short(now)
            ),
            phone=write.texts("table.column_phone"),
            people=write.texts("call.column_people"),
            result=write.texts("call.column_result"),
            page=write.texts("call.page"),
            units=[
                UnitToCall(
                    each.unit_name,
                    render_nudges.phone_of(each, write),
                    render_nudges.people_of(each, write),
                    [render_nudges.missing_of(one, write) for one in each.missing],
                )
                for each in views
            ],
        )
    )
