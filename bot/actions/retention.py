"""Erasing what has been kept long enough: once a night, in small steps, so that nobody waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Retention
from bot.storage import kept, retention
from bot.storage.retention import Kept
from scheduler.calendar import WorkingCalendar

_NAME = "retention"
_AT = time(2)  # when nobody works and no reminder goes
# What only helps a conversation or slows guessing down, and needs no setting.
_FLEETING_DAYS = 7


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that have been kept long enough."""

    kept: Kept
    ids: Sequence[int]
    before: datetime


async def is_due(session: AsyncSession, *, calendar: WorkingCalendar, now: datetime) -> bool:
    """Whether this night's erasing is still to be done or to be finished."""
    night = _night(calendar, now)
    done = await kept.get(session, _NAME)
    return done is None or str(done["night"]) < night.isoformat()


async def next_batch(session: AsyncSession, settings: Retention, *, now: datetime) -> Batch | None:
    """Some rows that may go now; None when none is left."""
    for kept_rows, days in _rules(settings):
        before = now - timedelta(days=days)
        ids = await retention.old(session, kept_rows, before=before) if days else ()
        if ids:
            return Batch(kept_rows, ids, before)
    return None


async def erase(session: AsyncSession, batch: Batch) -> None:
    """Erase them."""
    await retention.erase(session, batch.kept, batch.ids, before=batch.before)


async def is_done(session: AsyncSession, *, calendar: WorkingCalendar, now: datetime) -> None:
    """Nothing is left for this night."""
    night = _night(calendar, now)
    await kept.put(session, _NAME, {"night": night.isoformat()}, now=now)


def _rules(settings: Retention) -> tuple[tuple[Kept, int], ...]:
    return (
        (retention.UPDATES, settings.updates_days),
        (retention.MESSAGES, settings.messages_days),
        (retention.DIALOGUES, _FLEETING_DAYS),
        (retention.INVITE_TRIES, _FLEETING_DAYS),
        (retention.SUBMISSIONS, settings.submissions_days),
        (retention.JOIN_REQUESTS, settings.join_requests_days),
        (retention.EVENT_VALUES, settings.audit_values_days),
        (retention.UNPLACED, settings.unplaced_days),
        (retention.UNPLACED_FIRST, settings.unplaced_days),
        (retention.DRAFTS, settings.drafts_days),
        (retention.QUESTIONS, settings.questions_days),
    )


def _night(calendar: WorkingCalendar, now: datetime) -> date:
    """The last day on which it has been time."""
    today = calendar.local_date(now)
    return today if calendar.at(today, _AT) <= now else today - timedelta(days=1)
