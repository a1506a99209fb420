"""The office's working days: what staff declare against weekend and public holidays, and planning
anew what was planned by the calendar before.

Nothing waits for the new plan to be right: a reminder that comes due is judged by the calendar as
it is then. What must be looked at earlier than it was planned is found by `plan_again`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import receipt_plans
from bot.actions.policy import Policy
from bot.domain.directives import given_at
from bot.errors import InvalidInput
from bot.runtime import Wake, wake_after_commit
from bot.storage import days, events, kept
from bot.storage.tables import Directive
from scheduler.calendar import WorkingCalendar
from scheduler.plan import next_step

LONGEST_NOTE = 200
_MOST_AT_ONCE = 31
_FARTHEST = timedelta(days=2 * 366)
_CHANGED = "calendar_changed"
_DIRECTIVES_AT_ONCE = 2  # so that nobody who writes waits long


async def declare(
    session: AsyncSession,
    first: date,
    last: date,
    *,
    working: bool,
    note: str,
    calendar: WorkingCalendar,
    now: datetime,
) -> Sequence[date]:
    """Declare those of the days from the first to the last that are not so yet; which these are.
    InvalidInput if all are, or for days that cannot be meant."""
    _check(first, last, today=calendar.local_date(now))
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("days.long_note", most=LONGEST_NOTE)
    span = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    changed = [day for day in span if calendar.is_working_day(day) is not working]
    if not changed:
        raise InvalidInput("days.working_already" if working else "days.off_already")
    for day in changed:
        await days.put(session, day, working=working, note=note)
        events.add(
            session, "day_set_working" if working else "day_set_off", at=now, after=day.isoformat()
        )
    await _begin_anew(session, now=now)
    return changed


def _check(first: date, last: date, *, today: date) -> None:
    if last < first:
        raise InvalidInput("days.wrong_order")
    if first < today:
        raise InvalidInput("days.past")
    if last - today > _FARTHEST:
        raise InvalidInput("days.too_far")
    if (last - first).days >= _MOST_AT_ONCE:
        raise InvalidInput("days.too_many", most=_MOST_AT_ONCE)


async def clear(session: AsyncSession, day: date, *, now: datetime) -> bool:
    """Leave the day to the rule again; False if it was."""
    if not await days.forget(session, day):
        return False
    events.add(session, "day_cleared", at=now, after=day.isoformat())
    await _begin_anew(session, now=now)
    return True


# --- planning anew -------------------------------------------------------------------------------


async def _begin_anew(session: AsyncSession, *, now: datetime) -> None:
    await kept.put(session, _CHANGED, {"after": 0}, now=now)
    wake_after_commit(session, Wake.REMINDERS)


async def is_planning(session: AsyncSession) -> bool:
    """Whether something is still to be planned anew."""
    return await kept.get(session, _CHANGED) is not None


async def hold_still(session: AsyncSession) -> None:
    """Until the transaction ends no day is declared or cleared: the calendar that is read from here
    on is the newest one, and what is noted as planned was planned by it."""
    await kept.lock(session, _CHANGED)


async def plan_again(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Plan the reminders of some directives by the calendar as it is now; True if there are
    more. Call `hold_still` before the calendar is read."""
    changed = await kept.get(session, _CHANGED)
    if changed is None:
        return False
    found = await days.planned_directives(
        session, after=int(changed["after"]), now=now, limit=_DIRECTIVES_AT_ONCE
    )
    for directive in found:
        await _plan_work(session, directive, policy=policy, now=now)
        await receipt_plans.plan_again(session, directive, policy=policy, now=now, only_ahead=True)
    if len(found) < _DIRECTIVES_AT_ONCE:
        await kept.forget(session, _CHANGED)
        return False
    await kept.put(session, _CHANGED, {"after": found[-1].id}, now=now)
    return True


async def _plan_work(
    session: AsyncSession, directive: Directive, *, policy: Policy, now: datetime
) -> None:
    for work in await days.planned_work(session, directive.id, now=now):
        planned = policy.steps(
            work.deadline_at,
            directive,
            plan=work.task.reminder_plan,
            since=given_at(directive.send_at or directive.issued_at, work.added_at),
        )
        step = next_step(planned, after=now)
        await days.plan_work(session, work, next_reminder_at=step.at if step else None, now=now)
