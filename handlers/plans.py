"""How a draft is to be reminded of: the buttons that choose its plan and those of its tasks."""

from __future__ import annotations

from bot.actions import draft_tasks, drafts, reminder_plans
from bot.actions.drafts import Menu
from handlers.appointing import own_draft, own_draft_and
from handlers.context import Incoming


async def _show(incoming: Incoming, draft_id: int) -> None:
    draft = await drafts.open_draft(incoming.session, draft_id)
    await drafts.show(incoming.session, draft, now=incoming.now, menu=Menu.REMINDERS)


async def show(incoming: Incoming) -> None:
    """By which plan, and whether in quiet time too?"""
    await _show(incoming, await own_draft(incoming))


async def choose(incoming: Incoming) -> None:
    """By this plan."""
    draft_id, number = await own_draft_and(incoming, 1)
    names = (await incoming.policy()).plans
    await reminder_plans.choose(incoming.session, draft_id, number, names=names, now=incoming.now)
    await _show(incoming, draft_id)


async def choose_quiet(incoming: Incoming) -> None:
    """In quiet time too, or not."""
    draft_id, passes = await own_draft_and(incoming, 1)
    await reminder_plans.choose_quiet(
        incoming.session, draft_id, passes_quiet=bool(passes), now=incoming.now
    )
    await _show(incoming, draft_id)


async def show_of_task(incoming: Incoming) -> None:
    """By which plan is one task reminded of?"""
    draft_id, task_id = await own_draft_and(incoming, 1)
    draft = await drafts.open_draft(incoming.session, draft_id)
    await draft_tasks.of_draft(incoming.session, draft, task_id)
    await drafts.show(
        incoming.session, draft, now=incoming.now, menu=Menu.TASK_REMINDERS, task_id=task_id
    )


async def choose_for_task(incoming: Incoming) -> None:
    """The task by this plan, or by the directive's."""
    draft_id, task_id, number = await own_draft_and(incoming, 2)
    names = (await incoming.policy()).plans
    await reminder_plans.choose_for_task(
        incoming.session, draft_id, task_id, number, names=names, now=incoming.now
    )
    draft = await drafts.open_draft(incoming.session, draft_id)
    await drafts.show(incoming.session, draft, now=incoming.now, menu=Menu.TASK, task_id=task_id)
