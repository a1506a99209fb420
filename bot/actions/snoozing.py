"""Putting a reminder off: what its recipient may choose, for what is still open, and how often.

It concerns one chat only: whoever else is reminded of the same work still is. The moments are those
of `scheduler.snoozing`; that planned steps wait as long is seen to by `bot.domain.reminding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.policy import Policy
from bot.domain.rights import Actor
from bot.domain.states import Lane, ReceiptState
from bot.errors import Conflict, NotAllowed, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import events, reminder_lines, snoozing
from bot.storage.due_reminders import Key
from bot.storage.tables import Addressee, Chat
from scheduler.snoozing import MOST_TIMES, Later, is_allowed, offered, step_name


@dataclass(frozen=True, slots=True)
class PutOff:
    """How many pieces of work wait; how many do not, since they have waited often enough."""

    count: int
    left_out: int


@dataclass(frozen=True, slots=True)
class _Open:
    """What the message reminded of, by what its rows are known, and how often it was put off."""

    key: Key
    addressee: Addressee
    times: int

    @property
    def deadline_at(self) -> datetime:
        """Until when it is, or was, to be done."""
        return self.key[2]

    @property
    def is_work(self) -> bool:
        """Not a receipt, of which no more time can be asked for."""
        return self.key[0] is not None


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
    works = await _open(session, message_id, actor=actor, chat=chat)
    found = offered(
        [each.deadline_at for each in works],
        now=now,
        calendar=policy.calendar,
        slot=policy.reminders.slot,
    )
    if not found:
        has_work = any(each.is_work for each in works)
        raise Conflict("snooze.too_late" if has_work else "snooze.too_late_to_confirm")
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
    works = await _open(session, message_id, actor=actor, chat=chat)
    deadlines = [each.deadline_at for each in works]
    if not is_allowed(
        until, deadlines, now=now, calendar=policy.calendar, slot=policy.reminders.slot
    ):
        raise Conflict("snooze.choose_again")
    again = [each for each in works if each.times < MOST_TIMES]
    await snoozing.add(
        session,
        [(each.key, step_name(each.times + 1)) for each in again],
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


async def _open(
    session: AsyncSession, message_id: int, *, actor: Actor, chat: Chat
) -> Sequence[_Open]:
    """What is still to be done of what the message reminded this person's units of, and does not
    wait already."""
    message = await snoozing.message(session, message_id)
    if message is None or message.chat_id != chat.id or message.lane is Lane.URGENT:
        raise NotFound("refused.gone")
    found = await _spoken_of(session, message_id)
    theirs = {key: each for key, each in found.items() if each.unit_id in actor.unit_ids}
    if found and not theirs:
        raise NotAllowed("refused.not_your_unit")
    times, waiting = await snoozing.put_off(session, chat.id, theirs)
    works = [
        _Open(key, addressee, times.get(key, 0))
        for key, addressee in theirs.items()
        if key not in waiting
    ]
    if not works:
        raise Conflict("snooze.nothing")
    if all(each.times >= MOST_TIMES for each in works):
        raise Conflict("snooze.enough", times=MOST_TIMES)
    return works


async def _spoken_of(session: AsyncSession, message_id: int) -> dict[Key, Addressee]:
    """The work and the receipts that the message still speaks of."""
    lines = (await reminder_lines.of_messages(session, [message_id]))[message_id]
    work: dict[Key, Addressee] = {
        (line.assignment_id, None, line.deadline_at): line.addressee for line in lines.work
    }
    receipts: dict[Key, Addressee] = {
        (None, line.addressee.id, line.deadline_at): line.addressee
        for line, unit in lines.receipts
        if unit.state is ReceiptState.SILENT
    }
    return {**work, **receipts}
