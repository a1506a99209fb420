"""The next draft of a template that recurs: made when it is time, shown to who set it up."""

from __future__ import annotations

import re
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
from bot.texts import texts
from scheduler.recurrence import Period, latest_day, next_at, period_of

# Where a template's subject says the period: "Báo cáo công tác {kỳ}".
_PLACE_OF_PERIOD = re.compile(r"\{k[ỳyì]\}", re.IGNORECASE)
_QUARTERS = ("I", "II", "III", "IV")


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
    today = policy.calendar.local_date(now)
    period = period_of(due.every, latest_day(due.every, due.day, until=today))
    who = await people.actor_by_id(session, due.person_id)
    draft = await templates.use(
        session,
        template,
        place=Place(due.person_id, due.chat_id),
        actor=who,
        calendar=policy.calendar,
        now=now,
        subject=_with_period(template.subject, period, language=language),
    )
    values: Values = {"name": template.name or "", "at": following}
    await _tell(session, due, draft, values, who=who, now=now)
    return True


def _with_period(subject: str | None, period: Period, *, language: str) -> str | None:
    """The subject with the period in the place that it has for it."""
    if subject is None:
        return None
    number = _QUARTERS[period.number - 1] if period.every == "quarter" else f"{period.number:02}"
    words = texts(language)(f"period.{period.every}", number=number, year=period.year)
    return _PLACE_OF_PERIOD.sub(lambda _: words, subject)


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
