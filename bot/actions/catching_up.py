"""When what is due was last looked at, and what follows after an hour without: the administrators
are told once how long that was, and what became of the reminders that had their time in it.

Which steps are too old is decided by `scheduler.plan`. When Telegram was last heard stands in
`bot.actions.outages`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import alarms
from bot.actions.policy import Policy
from bot.storage import due_reminders, events, kept
from scheduler.plan import held_until

_LOOKED = "ticked"
_MISSED = "reminders_missed"
_NOTED_EVERY = timedelta(minutes=1)
_LATE = timedelta(minutes=5)  # a reminder that comes sooner is not late
_LONG = timedelta(hours=1)


async def last_look(session: AsyncSession) -> datetime | None:
    """When what is due was last looked at, give or take a minute."""
    value = await kept.get(session, _LOOKED)
    return datetime.fromisoformat(value["at"]) if value else None


async def is_to_note(session: AsyncSession, *, now: datetime) -> bool:
    """Whether the last look that was noted lies back so far, or ahead, that this one is to be."""
    before = await last_look(session)
    return before is None or not before <= now < before + _NOTED_EVERY


async def note_look(session: AsyncSession, *, now: datetime) -> None:
    """Note that what is due is looked at now, and since when it was not. A clock that was put back
    leaves nothing out."""
    before = await last_look(session)
    await kept.put(session, _LOOKED, {"at": now.isoformat()}, now=now)
    if before is None or now - before <= _LONG:
        return
    since, until = before.isoformat(), now.isoformat()
    events.add(session, "reminders_missed", at=now, since=since, until=until)
    missed = await kept.get(session, _MISSED) or {"since": since, "dropped": 0, "late": 0}
    await kept.put(session, _MISSED, {**missed, "until": until}, now=now)


async def count(
    session: AsyncSession,
    *,
    dropped: Collection[datetime],
    late: Collection[datetime],
    now: datetime,
) -> None:
    """Count steps by their planned moments: those that are never sent, and those that go now."""
    if now - min((*dropped, *late), default=now) < _NOTED_EVERY:
        return
    missed = await kept.get(session, _MISSED)
    if missed is None:
        return
    until = datetime.fromisoformat(missed["until"])
    missed["dropped"] += sum(moment < until for moment in dropped)
    missed["late"] += sum(moment < until and now - moment >= _LATE for moment in late)
    await kept.put(session, _MISSED, missed, now=now)


async def is_pending(session: AsyncSession) -> bool:
    """Whether there may be something to tell."""
    return await kept.get(session, _MISSED) is not None


async def has_caught_up(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Whether all of it is known: what is late at night waits for the morning."""
    missed = await kept.get(session, _MISSED)
    if missed is None:
        return False
    until = datetime.fromisoformat(missed["until"])
    decided_at = held_until(until, calendar=policy.calendar) or until
    return decided_at <= now and not await due_reminders.any_due(session, now=now)


async def tell(session: AsyncSession, *, now: datetime) -> None:
    """Tell the administrators, unless nothing was missed."""
    missed = await kept.get(session, _MISSED)
    await kept.forget(session, _MISSED)
    if missed is None or not (missed["dropped"] or missed["late"]):
        return
    since, until = (datetime.fromisoformat(missed[name]) for name in ("since", "until"))
    values = {"since": since, "until": until, "dropped": missed["dropped"], "late": missed["late"]}
    await alarms.tell(session, "outage.reminders", now=now, values=values)
