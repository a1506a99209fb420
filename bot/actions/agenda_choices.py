"""What staff say of reminders to come, before their time: not this once, after all, or now. It
concerns those of the units that are theirs, and only what is still open.

What they say is written down as what became of the step, so that the plan finds it done when its
moment comes; `next_reminder_at` stays, and with it all that is looked at until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, agenda, closing, reminder_steps
from bot.actions.agenda import Item, Slot
from bot.actions.policy import Policy
from bot.actions.reminder_steps import Taken
from bot.domain.rights import Actor
from bot.domain.states import ReminderEnd
from bot.errors import Conflict
from bot.runtime import Wake, wake_after_commit
from bot.storage import agenda as rows
from bot.storage import events, reminders, sending
from bot.storage.agenda import Window
from scheduler.plan import held_until

# What is to go so soon may be on its way.
_TOO_LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which slot something is said, by whom."""

    slot: Slot
    actor: Actor
    policy: Policy
    now: datetime


def window_of(slot: Slot, actor: Actor) -> Window:
    """What of a slot is the person's."""
    return Window(slot.last_moment, actor.scope, slot.directive_id)


def is_early_enough(slot: Slot, *, now: datetime) -> bool:
    """Whether something can still be said of it."""
    return slot.at > now + _TOO_LATE


async def skip(session: AsyncSession, choice: Choice) -> int:
    """Let the slot's reminders not come this once; for how many units: none where they were skipped
    or sent before."""
    left = _left(await _items(session, choice))
    ended = [
        reminders.row(
            item.due.key,
            item.planned.step,
            now=choice.now,
            ending=ReminderEnd.SKIPPED,
        )
        for item in left
    ]
    person_id = choice.actor.person_id
    await reminders.add_all(session, [{**row, "person_id": person_id} for row in ended])
    if left:
        events.add(session, "reminders_skipped", **_noted(choice, left))
    return _units(left)


async def keep(session: AsyncSession, choice: Choice) -> int:
    """Let what was skipped come after all; for how many units."""
    skipped = {
        item.dealt.reminder_id: item
        for item in await _items(session, choice)
        if item.dealt is not None and item.dealt.skipped_by is not None
    }
    await rows.forget(session, list(skipped))
    if skipped:
        events.add(session, "reminders_kept", **_noted(choice, skipped.values()))
    return _units(skipped.values())


@dataclass(frozen=True, slots=True)
class Sent:
    """To how many units it goes, and when, if not at once."""

    units: int
    send_at: datetime | None


async def check_send(session: AsyncSession, choice: Choice) -> int:
    """How many units would get it now."""
    return _units(_left(await _sendable(session, choice)))


async def send(session: AsyncSession, choice: Choice) -> Sent:
    """Let the slot's reminders come now instead of then, by the same way and the same rules."""
    left = _left(await _sendable(session, choice))
    judged = await reminder_steps.judge(session, [item.due for item in left])
    taken = [
        Taken(item.due, item.planned, receipt=judged.get(item.due.addressee.id))
        if item.due.is_receipt
        else Taken(item.due, item.planned)
        for item in left
    ]
    await reminder_steps.write_down(session, taken, now=choice.now)
    wake_after_commit(session, Wake.REMINDERS)
    if left:
        events.add(session, "reminders_sent_early", **_noted(choice, left))
    passes_quiet = any(item.due.directive.passes_quiet for item in left)
    calendar = choice.policy.calendar
    return Sent(_units(left), held_until(choice.now, calendar=calendar, passes_quiet=passes_quiet))


async def _sendable(session: AsyncSession, choice: Choice) -> list[Item]:
    if not choice.slot.can_be_sent:
        raise Conflict("agenda.gone")
    return await _items(session, choice)


async def _items(session: AsyncSession, choice: Choice) -> list[Item]:
    """What the slot holds, locked; Conflict when there is nothing of it, or it is too late."""
    await _check_open(session, choice)
    if not is_early_enough(choice.slot, now=choice.now):
        raise Conflict("agenda.too_late")
    found = await agenda.items(
        session,
        choice.slot,
        window_of(choice.slot, choice.actor),
        policy=choice.policy,
        now=choice.now,
        lock=True,
    )
    if not found:
        raise Conflict("agenda.gone")
    return found


async def _check_open(session: AsyncSession, choice: Choice) -> None:
    slot, actor = choice.slot, choice.actor
    directive = await access.visible_directive(session, slot.directive_id, actor=actor)
    await closing.refuse_if_over(session, directive)
    if not await sending.has_work(session, directive.id):
        raise Conflict("refused.closed")  # it was given up before anybody got it


def _left(items: Iterable[Item]) -> list[Item]:
    """What nobody has skipped, and was not sent before."""
    return [item for item in items if item.dealt is None]


def _units(items: Iterable[Item]) -> int:
    return len({item.due.addressee.id for item in items})


def _noted(choice: Choice, items: Iterable[Item]) -> dict[str, Any]:
    """What an event says of it."""
    return {
        "at": choice.now,
        "object_kind": "directive",
        "object_id": choice.slot.directive_id,
        "units": _units(items),
        "planned": choice.slot.at.isoformat(),
    }
