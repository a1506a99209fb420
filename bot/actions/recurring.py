"""The next draft of a template that recurs: made when it is time, shown to who set it up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import alarms, replies, templates
from bot.actions import drafts as draft_actions
from bot.actions.policy import Policy
from bot.actions.replies import Button, Values
from bot.actions.templates import Place
from bot.callbacks import Callback, Press
from bot.domain.rights import Actor, Right
from bot.domain.states import ChatKind
from bot.storage import drafts, people
from bot.storage import templates as template_rows
from bot.storage.tables import Chat, Draft, Recurrence
from scheduler.recurrence import next_at


async def make_next(session: AsyncSession, *, policy: Policy, language: str, now: datetime) -> bool:
    """Make the draft that has been due longest, one however often it was missed; False when none
    is due, or it is no time to write to anybody."""
    if policy.calendar.is_quiet(now):
        return False
    due = await template_rows.next_due(session, now=now)
    if due is None:
        return False
    following = next_at(due.every, due.day, after=now, calendar=policy.calendar)
    if not await template_rows.move_on(session, due, next_at=following):
        return True
    template = await drafts.get(session, due.draft_id)
    if template is None:
        return True
    who = await people.actor_by_id(session, due.person_id)
    draft = await templates.use(
        session,
        template,
        place=Place(due.person_id, due.chat_id),
        actor=who,
        calendar=policy.calendar,
        language=language,
        now=now,
    )
    values: Values = {"name": template.name or "", "at": following}
    await _tell(session, due, draft, values, who=who, now=now)
    return True


async def _tell(
    session: AsyncSession,
    due: Recurrence,
    draft: Draft,
    values: Values,
    *,
    who: Actor | None,
    now: datetime,
) -> None:
    """Show the card where it was set up, if somebody of the office still is there; else let the
    administrators know."""
    chat = await session.get_one(Chat, due.chat_id)
    in_office = chat.kind is ChatKind.PRIVATE or chat.staff_group
    if who is not None and who.may(Right.ISSUE) and in_office:
        await replies.notice(session, chat.id, "recurrence.made", now=now, values=values)
        await draft_actions.show(session, draft, now=now)
        return
    opens = Button("button.draft_open", Callback(Press.DRAFT_OPEN, (draft.id,)))
    await alarms.tell(
        session, "recurrence.made_for_nobody", now=now, values=values, buttons=[[opens]]
    )
