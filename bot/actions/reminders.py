"""Queueing reminders that are due: one message per chat and slot.

First all steps that are due are taken (`reminder_steps`), whatever units they are of; only when
none is left are the messages made, so that a chat gets one with everything, also of a person who is
there for several units. Each of both is done for some at once, in short transactions: what is taken
waits in its row, so nothing is lost or done twice between them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import reminder_steps
from bot.actions.policy import Policy
from bot.domain.reminding import Bundle, Limits, sort_out
from bot.domain.states import Lane, MessageKind
from bot.runtime import Wake, wake_after_commit
from bot.storage import outbox, reminders
from bot.storage.outbox import NewMessage
from scheduler import plan

_WAITING_AT_ONCE = 200


async def queue_due(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Take some of the steps that are due, or queue some messages; True if there may be more."""
    if await reminder_steps.take_due(session, policy=policy, now=now):
        return True
    waiting = await reminders.waiting(session, now=now, limit=_WAITING_AT_ONCE)
    if not waiting:
        return False
    sorted_out = sort_out(
        waiting,
        now=now,
        limits=_limits(policy, now=now),
        sent_today=await _sent_today(
            session, {each.chat_id for each in waiting}, policy=policy, now=now
        ),
    )
    for until, ids in sorted_out.held.items():
        await reminders.hold(session, ids, until=until)
    await _queue_messages(session, sorted_out.bundles, now=now)
    return sum(each.hold_until <= now for each in waiting) >= _WAITING_AT_ONCE


def _limits(policy: Policy, *, now: datetime) -> Limits:
    calendar = policy.calendar
    return Limits(
        most=policy.max_reminders_per_day,
        next_slot=plan.next_day(now, policy=policy.reminders, calendar=calendar),
        quiet_until=plan.held_until(now, calendar=calendar),
    )


async def _sent_today(
    session: AsyncSession, chat_ids: Collection[int], *, policy: Policy, now: datetime
) -> dict[int, int]:
    begin = policy.calendar.at(policy.calendar.local_date(now), time.min)
    return await reminders.sent_since(session, chat_ids, since=begin)


async def _queue_messages(
    session: AsyncSession, bundles: Sequence[Bundle], *, now: datetime
) -> None:
    message_ids = await outbox.add_each(session, [_message(bundle, now=now) for bundle in bundles])
    carried = {
        reminder_id: message_id
        for bundle, message_id in zip(bundles, message_ids, strict=True)
        for reminder_id in bundle.ids
    }
    await reminders.attach(session, carried, now=now)
    wake_after_commit(session, Wake.OUTBOX)


def _message(bundle: Bundle, *, now: datetime) -> NewMessage:
    return NewMessage(
        kind=MessageKind.ESCALATION if bundle.for_staff else MessageKind.REMINDER,
        lane=Lane.URGENT if bundle.is_urgent else Lane.REMINDER,
        chat_id=bundle.chat_id,
        send_at=now,
    )
