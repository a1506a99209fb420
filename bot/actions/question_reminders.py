"""Reminding the office of questions that nobody has answered: after some hours of working time,
then every working day, never in quiet time unless the directive is urgent. Who has taken one on is
reminded alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import question_cards
from bot.actions.policy import Policy
from bot.domain.states import QuestionState
from bot.storage import events, questions
from bot.storage.tables import Question
from scheduler import plan

_AT_ONCE = 20


async def queue_due(
    session: AsyncSession, *, policy: Policy, after_hours: int, now: datetime
) -> bool:
    """Look at some of those whose time may have come; True if there may be more. With `after_hours`
    0 nobody is reminded."""
    due = await questions.due(session, now=now, limit=_AT_ONCE)
    for question in due:
        if question.state is not QuestionState.OPEN or not after_hours:
            question.remind_at = None
            continue
        question.remind_at = await _not_before(
            session, question, policy=policy, after_hours=after_hours, now=now
        )
        if question.remind_at > now:
            continue
        question.remind_at = plan.next_day(now, policy=policy.reminders, calendar=policy.calendar)
        events.add(
            session, "question_reminded", at=now, object_kind="question", object_id=question.id,
            unit_id=question.unit_id,
        )  # fmt: skip
        await session.flush()
        handler = await question_cards.of_handler(session, question)
        await question_cards.bring(session, question, now=now, only_to=handler or None)
    return len(due) == _AT_ONCE


async def _not_before(
    session: AsyncSession, question: Question, *, policy: Policy, after_hours: int, now: datetime
) -> datetime:
    """When it is time to remind of it, if that is still ahead; now otherwise."""
    asked = await questions.last_asked(session, question.id)
    since = asked.at if asked is not None else question.asked_at
    limit = policy.calendar.add_working_time(since, timedelta(hours=after_hours))
    if limit > now:
        return limit
    is_urgent = await questions.is_urgent(session, question)
    return plan.held_until(now, calendar=policy.calendar, passes_quiet=is_urgent) or now
