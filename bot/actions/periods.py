"""The periods of tasks that recur: the first when a directive is issued, the next when it is time.

Work of earlier periods stays open until it is done. When a period begins, and its deadline, is
decided in `scheduler.recurrence`; nobody is written to, for the reminders of the new deadline come
by themselves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import drafts
from bot.actions.deadlines import first_step
from bot.actions.policy import Policy
from bot.domain.periods import Rhythm, read_key
from bot.storage import corrections, directives, events, periods, progress, sending, units
from bot.storage.tables import Directive, DraftTask, Task
from scheduler.calendar import WorkingCalendar
from scheduler.recurrence import (
    Opening,
    opening_after,
    opening_ahead,
    period_at,
)


def begin(task: Task, *, calendar: WorkingCalendar) -> None:
    """Let the task's deadline be that of its first period; without one it does not recur."""
    rhythm = rhythm_of(task)
    if rhythm is None or task.deadline_at is None:
        task.every = task.every_day = task.next_period_at = None
        return
    _stand_at(task, period_at(rhythm, task.deadline_at, calendar).key, rhythm, calendar)


def first_period(task: DraftTask, calendar: WorkingCalendar) -> str:
    """As what the task of a draft would begin."""
    rhythm = rhythm_of(task)
    if rhythm is None or task.deadline_at is None:
        return ""
    return period_at(rhythm, task.deadline_at, calendar).key


async def begin_anew(session: AsyncSession, task: Task, *, calendar: WorkingCalendar) -> None:
    """From its newest period on the task recurs in another rhythm, or no more. That period may be
    called otherwise by it, but never like an earlier one."""
    rhythm, old = rhythm_of(task), task.period
    begin(task, calendar=calendar)
    if rhythm is None or task.period == old:
        return
    if await periods.is_there(session, task.id, task.period):
        _stand_at(task, old, rhythm, calendar)
    else:
        await periods.rename(session, task.id, old=old, new=task.period)


def _stand_at(task: Task, period: str, rhythm: Rhythm, calendar: WorkingCalendar) -> None:
    assert task.deadline_at is not None  # noqa: S101 - what recurs has one
    task.period = period
    task.next_period_at = _after(task, rhythm, task.deadline_at, calendar).opens_at


async def open_next(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Open one period that is due: of the task that has waited longest; False when none is. After
    an outage there may be several of one task: each is opened, for each was asked."""
    due = await periods.next_due(session, now=now)
    if due is None:
        return False
    directive, task = await _locked(session, due)
    if task.next_period_at is None or task.next_period_at > now:
        return True  # somebody was first
    rhythm = rhythm_of(task)
    if directive.closed_at is not None or task.removed_in is not None or rhythm is None:
        task.next_period_at = None
        return True
    assert task.deadline_at is not None  # noqa: S101 - what recurs has one
    opening = _after(task, rhythm, task.deadline_at, policy.calendar)
    await _open(session, directive, task, opening, rhythm=rhythm, policy=policy, now=now)
    return True


async def go_on(
    session: AsyncSession, directive: Directive, *, policy: Policy, now: datetime
) -> None:
    """The directive was closed and is open again: of what would have been opened meanwhile only the
    period whose deadline is ahead, for the others nobody was asked."""
    for task in await periods.recurring(session, directive.id):
        rhythm = rhythm_of(task)
        if rhythm is None or task.deadline_at is None:
            continue
        following = _after(task, rhythm, task.deadline_at, policy.calendar)
        if following.opens_at > now:
            task.next_period_at = following.opens_at
            continue
        ahead = opening_ahead(
            read_key(task.period),
            rhythm,
            deadline=task.deadline_at,
            calendar=policy.calendar,
            now=now,
        )
        await _open(session, directive, task, ahead, rhythm=rhythm, policy=policy, now=now)


def rhythm_of(task: Task | DraftTask) -> Rhythm | None:
    """In which rhythm the task recurs, if it does."""
    if task.every is None or task.every_day is None:
        return None
    return Rhythm(task.every, task.every_day)


def _after(task: Task, rhythm: Rhythm, deadline: datetime, calendar: WorkingCalendar) -> Opening:
    return opening_after(read_key(task.period), rhythm, deadline=deadline, calendar=calendar)


async def _locked(session: AsyncSession, task: Task) -> tuple[Directive, Task]:
    """Both as they stand now; units first, as everybody who gives them something locks them."""
    await units.lock(session, await directives.unit_ids(session, task.directive_id))
    directive = await sending.lock(session, task.directive_id)
    assert directive is not None  # noqa: S101 - a task has one
    await session.refresh(task)
    return directive, task


async def _open(
    session: AsyncSession,
    directive: Directive,
    task: Task,
    opening: Opening,
    *,
    rhythm: Rhythm,
    policy: Policy,
    now: datetime,
) -> None:
    """Give the task for this period to everybody who has it; their cards show it."""
    task.deadline_at, task.period = opening.deadline_at, opening.period.key
    task.next_period_at = _after(task, rhythm, opening.deadline_at, policy.calendar).opens_at
    who = await periods.who_goes_on(session, task.id)
    first = first_step(task.deadline_at, directive, plan=task.reminder_plan, policy=policy, now=now)
    await periods.add_work(session, task, who, next_reminder_at=first)
    await _move_corrections(session, task, now=now)
    placed = await corrections.cards_of(session, directive.id)
    await card_actions.redraw_all(session, [each.card for each in placed if each.is_there], now=now)
    await progress.redraw(session, [directive.id], now=now, at_once=True)
    events.add(
        session, "period_opened", at=now, object_kind="directive", object_id=directive.id,
        task=task.position, period=task.period, units=len(who),
    )  # fmt: skip


async def _move_corrections(session: AsyncSession, task: Task, *, now: datetime) -> None:
    """Corrections that are being composed speak of the newest period: what they said of the one
    before must not become this one's deadline."""
    for draft, draft_task in await periods.in_corrections(session, task.id):
        if draft_task.every is not None:
            draft_task.deadline_at = task.deadline_at
            await drafts.changed(session, draft, now=now)
            await drafts.show(session, draft, now=now)
