"""How a draft is to be reminded of: its plan, those of its tasks, and whether in quiet time too.

What the plans are is in the settings (`bot.config`), when they remind in `scheduler.plan`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.draft_tasks import of_draft
from bot.actions.drafts import changed, open_draft
from bot.domain.reminder_plans import AS_DIRECTIVE, USUAL, named
from bot.errors import NotFound


async def choose(
    session: AsyncSession, draft_id: int, number: int, *, names: Iterable[str], now: datetime
) -> None:
    """Which of these plans the directive's tasks have; NotFound if the settings lost it."""
    draft = await open_draft(session, draft_id)
    draft.reminder_plan = _named(number, names) or None
    await changed(session, draft, now=now)


async def choose_for_task(
    session: AsyncSession,
    draft_id: int,
    task_id: int,
    number: int,
    *,
    names: Iterable[str],
    now: datetime,
) -> None:
    """Which of these plans one task has, or the directive's."""
    draft = await open_draft(session, draft_id)
    task = await of_draft(session, draft, task_id)
    task.reminder_plan = None if number == AS_DIRECTIVE else _named(number, names)
    await changed(session, draft, now=now)


async def choose_quiet(
    session: AsyncSession, draft_id: int, *, passes_quiet: bool, now: datetime
) -> None:
    """Whether its reminders come in the evening and on days off too."""
    draft = await open_draft(session, draft_id)
    draft.passes_quiet = passes_quiet
    await changed(session, draft, now=now)


def _named(number: int, names: Iterable[str]) -> str:
    name = named(number, (USUAL, *names))
    if name is None:
        raise NotFound("refused.gone")
    return name
