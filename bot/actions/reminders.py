"""Queueing reminders that are due: one message per chat and slot, each step written down once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.policy import Policy
from bot.actions.replies import queue
from bot.domain.states import ChatKind, Lane, MessageKind
from bot.storage import audience, events, reminders, sending
from bot.storage.outbox import NewMessage
from bot.storage.reminders import DueAssignment
from bot.storage.tables import Chat
from scheduler import plan
from scheduler.plan import PlannedStep

_UNITS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class _Due:
    assignment: DueAssignment
    step: PlannedStep


async def queue_due(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Queue what is due for some units; True if there may be more.

    All of a unit's due work is taken together, so that a chat gets one message per slot.
    """
    due = await reminders.due(session, now=now, units=_UNITS_AT_ONCE)
    if not due:
        return False
    # What was in flight when its sending was given up may have failed since: then the unit has
    # nothing to be reminded of, and `_take_steps` finds its next time gone.
    for directive_id in sorted({each.directive_id for each in due if each.cancelled}):
        await sending.cancel_unreached(session, directive_id)
    steps = await _take_steps(session, due, policy=policy, now=now)
    chats = await _chats_to_remind(session, {each.assignment.addressee_id for each in steps})
    by_message: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for each in steps:
        of_addressee = chats.get(each.assignment.addressee_id, ())
        if not of_addressee:
            events.add(
                session, "reminder_reached_nobody", at=now, object_kind="assignment",
                object_id=each.assignment.id, directive_id=each.assignment.directive_id,
                unit_id=each.assignment.unit_id, step=each.step.step,
            )  # fmt: skip
        for chat in of_addressee:
            reminder_id = await reminders.add(
                session,
                assignment_id=each.assignment.id,
                chat_id=chat.id,
                step=each.step.step,
                deadline_at=each.assignment.deadline_at,
                now=now,
            )
            if reminder_id is not None:  # None: this step was queued before, never again
                by_message[chat.id, each.assignment.directive.urgency is not None].append(
                    reminder_id
                )
    for (chat_id, urgent), reminder_ids in by_message.items():
        await _queue_message(session, chat_id, reminder_ids, urgent=urgent, now=now)
    return True


async def _take_steps(
    session: AsyncSession, due: Sequence[DueAssignment], *, policy: Policy, now: datetime
) -> list[_Due]:
    """The step each assignment is due for; its next time is set in the same transaction."""
    done = await reminders.steps_done(session, [assignment.id for assignment in due])
    taken = []
    for assignment in due:
        # After an outage that ends at night nobody is woken for what should have gone by day.
        held_until = plan.held_until(
            now, calendar=policy.calendar, passes_quiet=assignment.directive.passes_quiet
        )
        if held_until is not None:
            await reminders.move_on(session, assignment, next_reminder_at=held_until)
            continue
        planned = policy.steps(
            assignment.deadline_at,
            assignment.directive,
            plan=assignment.plan,
            since=assignment.given_at,
        )
        following = plan.next_step(planned, after=now)
        moved = await reminders.move_on(
            session, assignment, next_reminder_at=following.at if following else None
        )
        come = plan.due_step(
            planned,
            deadline=assignment.deadline_at,
            now=now,
            done=done.get((assignment.id, assignment.deadline_at), set()),
        )
        if moved and come.step is not None:
            taken.append(_Due(assignment, come.step))
    return taken


async def _chats_to_remind(
    session: AsyncSession, addressee_ids: set[int]
) -> dict[int, tuple[Chat, ...]]:
    """The private chats that can be reached; a unit's group only if it has none."""
    private: dict[int, list[Chat]] = defaultdict(list)
    groups: dict[int, list[Chat]] = defaultdict(list)
    for addressee_id, chat in await audience.chats_of_addressees(session, addressee_ids):
        if chat.unreachable_reason is None:
            (private if chat.kind is ChatKind.PRIVATE else groups)[addressee_id].append(chat)
    return {each: tuple(private.get(each) or groups.get(each) or ()) for each in addressee_ids}


async def _queue_message(
    session: AsyncSession,
    chat_id: int,
    reminder_ids: Sequence[int],
    *,
    urgent: bool,
    now: datetime,
) -> None:
    message_id = await queue(
        session,
        NewMessage(
            kind=MessageKind.REMINDER,
            lane=Lane.URGENT if urgent else Lane.REMINDER,
            chat_id=chat_id,
            send_at=now,
        ),
    )
    if message_id is not None:
        await reminders.attach(session, reminder_ids, outbox_message_id=message_id)
