"""Queueing reminders that are due: one message per chat and slot.

First all steps that are due are taken (`reminder_steps`), whatever units they are of; only when
none is left are the messages made, so that a chat gets one with everything, also of a person who is
there for several units. Each of both is done for some at once, in short transactions: what is taken
waits in its row, so nothing is lost or done twice between them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import reminder_steps
from bot.actions.policy import Policy
from bot.actions.replies import queue
from bot.domain.reminding import Bundle, Limits, sort_out
from bot.domain.states import Lane, MessageKind
from bot.storage import reminders
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
    for bundle in sorted_out.bundles:
        await _queue_message(session, bundle, now=now)
    return True


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


async def _queue_message(session: AsyncSession, bundle: Bundle, *, now: datetime) -> None:
    message_id = await queue(
        session,
        NewMessage(
            kind=MessageKind.ESCALATION if bundle.for_staff else MessageKind.REMINDER,
            lane=Lane.URGENT if bundle.is_urgent else Lane.REMINDER,
            chat_id=bundle.chat_id,
            send_at=now,
        ),
    )
    if message_id is not None:
        await reminders.attach(session, bundle.ids, outbox_message_id=message_id, now=now)
