"""Digests: counted when they are sent, within the reader's limits; one with nothing to say, or that
a later one has overtaken, is withdrawn."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.delivery import gather_days, gather_open_tasks, gather_waiting, render_digests
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
from bot.delivery.render import Named
from bot.delivery.render_digests import DirectiveLine, OfficeView
from bot.domain.directives import short_name
from bot.domain.rights import Actor
from bot.domain.states import DigestKind
from bot.storage import digests
from bot.storage.tables import Directive
from scheduler.digests import is_late
from scheduler.plan import held_until


async def digest(context: Context) -> Gathered:
    """Of whatever kind. One that could not leave in time waits until people may be disturbed."""
    kind = DigestKind(context.message.parameters["digest"])
    if await digests.is_overtaken(
        context.session, kind, chat_id=context.chat.id, after=context.message.id
    ):
        return Withdraw("overtaken")
    quiet_until = held_until(context.now, calendar=context.policy.calendar)
    if quiet_until is not None:
        return Later((quiet_until - context.now).total_seconds())
    day, late = _day(context)
    if kind is DigestKind.UNITS:
        return await gather_open_tasks.week(context, day=day, is_late=late)
    actor = await reader(context)
    if actor is None:
        return NOT_STAFF
    view = await _of_office(context, actor, kind)
    return (
        Ready(render_digests.of_office(view, context.write))
        if view.says_something
        else (Withdraw("nothing_to_say"))
    )


def _day(context: Context) -> tuple[date, bool]:
    """The day that it was due for, and whether it comes late; what was queued by a version that did
    not note this is of today."""
    calendar, noted = context.policy.calendar, context.message.parameters.get("due")
    if noted is None:
        return calendar.local_date(context.now), False
    due = datetime.fromisoformat(noted)
    return calendar.local_date(due), is_late(due, now=context.now)


async def _of_office(context: Context, actor: Actor, kind: DigestKind) -> OfficeView:
    session, now, scope = context.session, context.now, actor.scope
    calendar = context.policy.calendar
    today = calendar.local_date(now)
    is_weekly = kind is DigestKind.VIEWERS
    until = today + timedelta(weeks=1) if is_weekly else calendar.add_working_days(today, 1)
    since = datetime.fromisoformat(context.message.parameters["since"])
    day, late = _day(context)
    not_reminded = await digests.not_reminded(session, since=since, now=now, scope=scope)
    return OfficeView(
        is_weekly=is_weekly,
        day=day,
        is_late=late,
        today=today,
        until=until,
        since=calendar.local_date(since),
        directives=await _directives(
            context,
            actor,
            first_until=calendar.at(today + timedelta(days=1), time.min),
            second_until=calendar.at(until + timedelta(days=1), time.min),
        ),
        done=await digests.count_done(session, since=since, scope=scope) if is_weekly else 0,
        uncertain=not_reminded.uncertain,
        failed=not_reminded.failed,
        cut_off=Named.of(await digests.cut_off_with_work(session, now=now, scope=scope)),
        waiting=tuple(await gather_waiting.counted(context, actor)),
        days=await gather_days.ahead(context) if "calendar" in context.message.parameters else (),
    )


async def _directives(
    context: Context, actor: Actor, *, first_until: datetime, second_until: datetime
) -> tuple[DirectiveLine, ...]:
    """All with something to tell, the worst first."""
    due = await digests.due_work(
        context.session,
        now=context.now,
        first_until=first_until,
        second_until=second_until,
        scope=actor.scope,
    )
    silent = dict(await digests.unconfirmed(context.session, now=context.now, scope=actor.scope))
    lines = [
        _line(each.directive, each.overdue, each.first, each.second, silent.pop(each.directive, 0))
        for each in due
    ]
    lines += [_line(directive, 0, 0, 0, count) for directive, count in silent.items()]
    return tuple(sorted(lines, key=lambda line: line.weight, reverse=True))


def _line(
    directive: Directive, overdue: int, first: int, second: int, unconfirmed: int
) -> DirectiveLine:
    view = directive_view(directive)
    name = short_name(view.number, view.symbol, view.subject)
    return DirectiveLine(directive.id, name, overdue, first, second, unconfirmed)
