"""Queueing digests when it is time: staff on working days, viewers and units weekly. What each says
is found out when it is sent, and what says nothing is not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Digests
from bot.domain.states import DigestKind, Lane, MessageKind, StaffRole
from bot.runtime import Wake, wake_after_commit
from bot.storage import digests, events, kept, outbox
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat
from scheduler.calendar import WorkingCalendar
from scheduler.digests import DigestTime

_TOLD_CALENDAR = "calendar_told"
_ROLES = {
    DigestKind.STAFF: (StaffRole.ADMIN, StaffRole.SENDER, StaffRole.REVIEWER),
    DigestKind.VIEWERS: (StaffRole.VIEWER,),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done about a kind now: `was` is when it was to be told, `next_at` when it will
    be; None for never. `due` is the newest moment that has come, if any has: it is told of that."""

    kind: DigestKind
    was: datetime | None
    next_at: datetime | None
    due: datetime | None = None


def times(settings: Digests) -> dict[DigestKind, DigestTime]:
    """When each kind is told, without those that never are."""
    day = settings.weekly_day
    wished = {
        DigestKind.STAFF: (settings.staff_at, None),
        DigestKind.VIEWERS: (settings.viewers_at, day),
        DigestKind.UNITS: (settings.units_at, day),
    }
    return {kind: DigestTime(at, weekday) for kind, (at, weekday) in wished.items() if at}


def changes(
    kept_moments: Mapping[DigestKind, datetime],
    settings: Digests,
    *,
    calendar: WorkingCalendar,
    now: datetime,
) -> list[Change]:
    """What differs from the settings and the calendar as they are, and what is due. However long
    the bot was away one is told."""
    wished = times(settings)
    found = []
    for kind in DigestKind:
        was, at = kept_moments.get(kind), wished.get(kind)
        next_at = at.next(after=now, calendar=calendar) if at else None
        if was != next_at:
            found.append(Change(kind, was, next_at, _due(was, at, calendar=calendar, now=now)))
    return found


def _due(
    was: datetime | None, at: DigestTime | None, *, calendar: WorkingCalendar, now: datetime
) -> datetime | None:
    if at is None or was is None or was > now:
        return None
    newest = at.last(before=at.next(after=now, calendar=calendar), calendar=calendar)
    return max(was, newest)  # the settings may have another time by now


async def carry_out(
    session: AsyncSession,
    found: Sequence[Change],
    settings: Digests,
    *,
    calendar: WorkingCalendar,
    now: datetime,
) -> None:
    """Write down when each kind is told next, and queue those that are due."""
    for change in found:
        if change.next_at is None:
            await digests.end(session, change.kind)
        elif change.was is None:
            await digests.begin(session, change.kind, next_at=change.next_at)
        else:
            moved = await digests.move_on(
                session, change.kind, due=change.was, next_at=change.next_at
            )
            if moved and change.due is not None:
                since = times(settings)[change.kind].last(before=change.was, calendar=calendar)
                await _queue(
                    session, change.kind, since=since, due=change.due, calendar=calendar, now=now
                )


async def _queue(
    session: AsyncSession,
    kind: DigestKind,
    *,
    since: datetime,
    due: datetime,
    calendar: WorkingCalendar,
    now: datetime,
) -> None:
    """One for each chat. A clock that was put back makes none of a day twice."""
    day = calendar.local_date(due).isoformat()
    common: dict[str, Any] = {
        "digest": kind.value,
        "since": since.isoformat(),
        "due": due.isoformat(),
    }
    month = calendar.local_date(now).isoformat()[:7]
    if kind is DigestKind.STAFF and await _is_first_of(month, session, now=now):
        common["calendar"] = True
    await outbox.add_new(
        session,
        [
            NewMessage(
                kind=MessageKind.DIGEST,
                lane=Lane.REMINDER,
                chat_id=chat_id,
                send_at=now,
                parameters={**common, **of_chat},
                key=f"digest {kind} {day} {chat_id}",
            )
            for chat_id, of_chat in await _readers(session, kind)
        ],
    )
    wake_after_commit(session, Wake.OUTBOX)


async def _readers(session: AsyncSession, kind: DigestKind) -> list[tuple[int, dict[str, int]]]:
    if kind is DigestKind.UNITS:
        return [(chat_id, {}) for chat_id in await digests.chats_of_units(session)]
    found = await digests.chats_of_staff(session, _ROLES[kind])
    return [(chat_id, {"person_id": person_id}) for chat_id, person_id in found]


async def _is_first_of(month: str, session: AsyncSession, *, now: datetime) -> bool:
    """Once a month staff are shown which days are off."""
    told = await kept.get(session, _TOLD_CALENDAR) or {}
    if told.get("month") == month:
        return False
    await kept.put(session, _TOLD_CALENDAR, {"month": month}, now=now)
    return True


def want(session: AsyncSession, chat: Chat, *, wanted: bool, now: datetime) -> bool:
    """Let the chat have the weekly digest of its units' work, or not; False if that was so."""
    if chat.weekly_digest is wanted:
        return False
    chat.weekly_digest = wanted
    events.add(session, "weekly_digest_on" if wanted else "weekly_digest_off", at=now)
    return True
