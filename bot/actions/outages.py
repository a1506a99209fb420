"""When Telegram was last heard, and what follows once it was silent for longer than it keeps what
people do: staff are told, and who has something open is asked to do it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import alarms, replies
from bot.actions.policy import Policy
from bot.actions.replies import Button, queue
from bot.callbacks import Callback, Press
from bot.domain.states import Lane, MessageKind
from bot.runtime import Wake, wake_after_commit
from bot.storage import events, kept
from bot.storage.outages import chats_with_open_work
from bot.storage.outbox import NewMessage
from scheduler.plan import held_until

TELEGRAM_KEEPS = timedelta(hours=24)
_HEARD = "telegram_heard"
_ASKING = "outage"
_CHATS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outage:
    """What people did in between may be lost."""

    since: datetime
    until: datetime


async def heard(session: AsyncSession, *, asked_at: datetime, now: datetime) -> Outage | None:
    """Note that Telegram has given what it had; the outage that lies before the question, if what
    happened in it may have expired there."""
    value = await kept.get(session, _HEARD)
    await kept.put(session, _HEARD, {"at": now.isoformat()}, now=now)
    before = datetime.fromisoformat(value["at"]) if value else None
    if before is None or asked_at - before <= TELEGRAM_KEEPS:
        return None
    outage = Outage(before, asked_at)
    await _tell_staff(session, outage, now=now)
    return outage


async def _tell_staff(session: AsyncSession, outage: Outage, *, now: datetime) -> None:
    """Every administrator now; the units' people by and by (`ask_again`)."""
    since, until = outage.since.isoformat(), outage.until.isoformat()
    events.add(session, "updates_maybe_lost", at=now, since=since, until=until)
    values: replies.Values = {"since": outage.since, "until": outage.until}
    await alarms.tell(session, "outage.staff", now=now, values=values)
    await kept.put(session, _ASKING, {"since": since, "until": until, "after": 0}, now=now)
    wake_after_commit(session, Wake.REMINDERS)


async def is_asking(session: AsyncSession) -> bool:
    """Whether people are still to be asked."""
    return bool(await kept.get(session, _ASKING))


async def ask_again(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Ask some of those who have something open to do again what they did meanwhile, not at night;
    True if there are more."""
    asking = await kept.get(session, _ASKING)
    if not asking:
        return False
    chats = await chats_with_open_work(
        session, now=now, after=int(asking["after"]), limit=_CHATS_AT_ONCE
    )
    send_at = held_until(now, calendar=policy.calendar) or now
    for chat_id in chats:
        await _ask(session, chat_id, asking, send_at=send_at)
    is_last = len(chats) < _CHATS_AT_ONCE
    await kept.put(session, _ASKING, {} if is_last else {**asking, "after": chats[-1]}, now=now)
    return not is_last


async def _ask(
    session: AsyncSession, chat_id: int, asking: dict[str, str], *, send_at: datetime
) -> None:
    values: replies.Values = {
        name: datetime.fromisoformat(asking[name]) for name in ("since", "until")
    }
    tasks = Button("button.outage_tasks", Callback(Press.TASKS_PAGE, (1,)))
    await queue(
        session,
        NewMessage(
            kind=MessageKind.NOTICE,
            lane=Lane.REMINDER,
            chat_id=chat_id,
            send_at=send_at,
            parameters=replies.sentence("outage.again", buttons=[[tasks]], values=values),
            key=f"outage {asking['until']} {chat_id}",
        ),
    )
