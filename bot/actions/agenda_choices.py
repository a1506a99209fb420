"""What staff say of reminders to come, before their time: not this once, or after all. It concerns
those of the units that are theirs, and only what is still open.

What they say is written down as the step's end, so that the plan finds it done when its moment
comes; `next_reminder_at` stays, and with it all that is looked at until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, agenda, closing
from bot.actions.agenda import Item, Slot
from bot.actions.policy import Policy
from bot.domain.rights import Actor
from bot.errors import Conflict
from bot.storage import agenda as rows
from bot.storage import events, sending
from bot.storage.agenda import Window

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
    """Let the slot's reminders not come this once; for how many units. None where they were skipped
    before."""
    left = [item for item in await _items(session, choice) if item.is_left]
    skipped = [_row(item) for item in left]
    await rows.skip(session, skipped, person_id=choice.actor.person_id, now=choice.now)
    return _noted(session, "reminders_skipped", choice, left)


async def keep(session: AsyncSession, choice: Choice) -> int:
    """Let what was skipped come after all; for how many units."""
    skipped = [
        item
        for item in await _items(session, choice)
        if item.dealt is not None and item.dealt.skipped_by is not None
    ]
    await rows.forget(session, [item.dealt.reminder_id for item in skipped if item.dealt])
    return _noted(session, "reminders_kept", choice, skipped)


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


def _row(item: Item) -> dict[str, Any]:
    about = (
        {"assignment_id": item.assignment.id}
        if item.assignment is not None
        else {"addressee_id": item.addressee.id}
    )
    return {**about, "step": item.about.step, "deadline_at": item.deadline_at}


def _noted(session: AsyncSession, action: str, choice: Choice, items: Sequence[Item]) -> int:
    """For how many units it was said; if for any, an event says so."""
    units = len({item.addressee.id for item in items})
    if units:
        events.add(
            session, action, at=choice.now, object_kind="directive",
            object_id=choice.slot.directive_id, units=units, planned=choice.slot.at.isoformat(),
        )  # fmt: skip
    return units


async def check_send(session: AsyncSession, choice: Choice) -> int:
    """How many units would get it now."""
    return len({item.addressee.id for item in await _items(session, choice) if item.is_left})


@dataclass(frozen=True, slots=True)
class Sent:
    """To how many units it goes, and when, if not at once."""

    units: int
    send_at: datetime | None


async def send(session: AsyncSession, choice: Choice) -> Sent:
    """STUB"""
    raise Conflict("agenda.gone")
