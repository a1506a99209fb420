"""By which plans of reminders what is open is reminded of."""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import COMPOSING, DraftState
from bot.storage.tables import Directive, Draft, DraftTask, Task


async def in_use(session: AsyncSession) -> set[str]:
    """The names that open directives have, drafts and templates, and their tasks."""
    is_open = Directive.closed_at.is_(None)
    is_kept = Draft.state.in_((*COMPOSING, DraftState.TEMPLATE))
    names = union(
        select(Directive.reminder_plan).where(is_open),
        select(Task.reminder_plan).join(Directive).where(is_open, Task.removed_in.is_(None)),
        select(Draft.reminder_plan).where(is_kept),
        select(DraftTask.reminder_plan).join(Draft).where(is_kept),
    )
    return {name for name in await session.scalars(names) if name}
