"""How often a draft's task recurs: chosen for the deadline that it has, or as the letter says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import rhythms
from bot.actions.draft_tasks import found_deadlines, of_draft
from bot.actions.drafts import changed, open_draft
from bot.domain.periods import Rhythm
from bot.errors import Conflict
from bot.storage.tables import Draft, DraftTask
from scheduler.calendar import WorkingCalendar


def offered(
    draft: Draft, task: DraftTask, *, calendar: WorkingCalendar, now: datetime
) -> tuple[Rhythm, ...]:
    """What may be chosen: the letter's own rhythm first; nothing without a deadline."""
    if task.deadline_at is None:
        return ()
    found = found_deadlines(draft, task.text, calendar=calendar, now=now)
    in_letter = [each.rhythm for each in found if each.rhythm and each.moment == task.deadline_at]
    return tuple(dict.fromkeys([*in_letter, *rhythms.offered(task.deadline_at, calendar=calendar)]))


async def choose(
    session: AsyncSession,
    draft_id: int,
    task_id: int,
    rhythm: Rhythm | None,
    *,
    calendar: WorkingCalendar,
    now: datetime,
) -> None:
    """Let the task recur so, or not at all; Conflict for what does not fit its deadline, which may
    be another one by now."""
    draft = await open_draft(session, draft_id)
    task = await of_draft(session, draft, task_id)
    if rhythm is not None and rhythm not in offered(draft, task, calendar=calendar, now=now):
        raise Conflict("rhythm.not_offered")
    task.every, task.every_day = (rhythm.every, rhythm.day) if rhythm else (None, None)
    await changed(session, draft, now=now)
