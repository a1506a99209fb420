"""Erasing what has been kept long enough: once a night, in small steps, so that nobody waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Retention
from bot.storage import kept, retention
from scheduler.calendar import WorkingCalendar

_NAME = "retention"
_AT = time(2)  # when nobody works and no reminder goes
# What only helps a conversation or slows guessing down, and needs no setting.
_FLEETING_DAYS = 7

_Prune = Callable[[AsyncSession, datetime], Awaitable[int]]


async def is_due(session: AsyncSession, *, calendar: WorkingCalendar, now: datetime) -> bool:
    """Whether this night's erasing is still to be done or to be finished."""
    night = _night(calendar, now)
    done = await kept.get(session, _NAME)
    return done is None or str(done["night"]) < night.isoformat()


async def prune_some(
    session: AsyncSession, settings: Retention, *, calendar: WorkingCalendar, now: datetime
) -> bool:
    """Erase one batch; False, and done for this night, when there is nothing more."""
    for prune, days in _rules(settings):
        if days and await prune(session, now - timedelta(days=days)):
            return True
    night = _night(calendar, now)
    await kept.put(session, _NAME, {"night": night.isoformat()}, now=now)
    return False


def _rules(settings: Retention) -> tuple[tuple[_Prune, int], ...]:
    return (
        (retention.updates, settings.updates_days),
        (retention.messages, settings.messages_days),
        (retention.dialogues, _FLEETING_DAYS),
        (retention.invite_tries, _FLEETING_DAYS),
        (retention.submissions, settings.submissions_days),
        (retention.join_requests, settings.join_requests_days),
        (retention.event_values, settings.audit_values_days),
        (retention.drafts, settings.drafts_days),
    )


def _night(calendar: WorkingCalendar, now: datetime) -> date:
    """The last day on which it has been time."""
    today = calendar.local_date(now)
    return today if calendar.at(today, _AT) <= now else today - timedelta(days=1)
