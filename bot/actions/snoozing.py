"""Putting a reminder off: what its recipient may choose, for what is still open, and how often.

It concerns one chat only: whoever else is reminded of the same work still is. The moments are those
of `scheduler.snoozing`; that planned steps wait as long is asked for where these are queued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.policy import Policy
from bot.domain.rights import Actor
from bot.domain.states import Lane
from bot.errors import Conflict, NotAllowed, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import events, snoozing
from bot.storage.snoozing import Reminded
from bot.storage.tables import Chat
from scheduler.snoozing import MOST_TIMES, Later, is_allowed, offered, step_name


@dataclass(frozen=True, slots=True)
class PutOff:
    """How many pieces of work wait; how many do not, since they have waited often enough."""

    count: int
    left_out: int


async def choices(
    session: AsyncSession,
    message_id: int,
    *,
    actor: Actor,
    chat: Chat,
    policy: Policy,
    now: datetime,
) -> list[tuple[Later, datetime]]:
    """Until when the message may be put off. Raises NotFound for none of this chat, NotAllowed for
    another unit's, Conflict where nothing is left to put off or no moment is."""
    works = await _to_put_off(session, message_id, actor=actor, chat=chat)
    found = offered(
        [each.deadline_at for each in works],
        now=now,
        calendar=policy.calendar,
        slot=policy.reminders.slot,
    )
    if not found:
        raise Conflict("snooze.too_late")
    return found


async def put_off(
    session: AsyncSession,
    message_id: int,
    *,
    until: datetime,
    actor: Actor,
    chat: Chat,
    policy: Policy,
    now: datetime,
) -> PutOff:
    """Let what the message speaks of come again then. Raises what `choices` does, and Conflict for
    a moment that is not within the bounds any more."""
    works = await _to_put_off(session, message_id, actor=actor, chat=chat)
    deadlines = [each.deadline_at for each in works]
    if not is_allowed(
        until, deadlines, now=now, calendar=policy.calendar, slot=policy.reminders.slot
    ):
        raise Conflict("snooze.choose_again")
    again = [each for each in works if each.times < MOST_TIMES]
    await snoozing.add(
        session,
        [(each, step_name(each.times + 1)) for each in again],
        chat_id=chat.id,
        person_id=actor.person_id,
        until=until,
        now=now,
    )
    for addressee in {each.addressee.id: each.addressee for each in again}.values():
        events.add(
            session, "reminder_put_off", at=now, object_kind="addressee", object_id=addressee.id,
            directive_id=addressee.directive_id, unit_id=addressee.unit_id,
            until=until.isoformat(),
        )  # fmt: skip
    wake_after_commit(session, Wake.REMINDERS)
    return PutOff(len(again), len(works) - len(again))


async def _to_put_off(
    session: AsyncSession, message_id: int, *, actor: Actor, chat: Chat
) -> Sequence[Reminded]:
    message = await snoozing.message(session, message_id)
    if message is None or message.chat_id != chat.id or message.lane is Lane.URGENT:
        raise NotFound("refused.gone")
    found = await snoozing.reminded(session, message_id)
    theirs = [each for each in found if each.addressee.unit_id in actor.unit_ids]
    if found and not theirs:
        raise NotAllowed("refused.not_your_unit")
    if not theirs:
        raise Conflict("snooze.nothing")
    if all(each.times >= MOST_TIMES for each in theirs):
        raise Conflict("snooze.enough", times=MOST_TIMES)
    return theirs
