"""Making units addressees of a directive, when it is issued or later: their assignments with the
first reminders, and the first card of every chat.

Who they are is decided elsewhere; an addressee that is there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import receipt_plans
from bot.actions.policy import Policy
from bot.domain.assignments import begins_as
from bot.domain.states import AssignmentState, Part
from bot.storage import audience as stored
from bot.storage.tables import Addressee, Assignment, Directive, Task, Unit
from scheduler.plan import next_step


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit gets: its part in tasks by their ids, and who of it alone, or everybody."""

    unit: Unit
    parts: Mapping[int, Part]
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Addressed:
    """The new addressees, and how many chats get a card."""

    addressees: Sequence[Addressee]
    chats: int


async def address(
    session: AsyncSession,
    directive: Directive,
    tasks: Sequence[Task],
    shares: Sequence[Share],
    *,
    policy: Policy,
    now: datetime,
) -> Addressed:
    """Add those of these units that are no addressees yet, and queue their cards. Whoever calls it
    has locked the units."""
    names = {share.unit.id: share.unit.name for share in shares}
    due = policy.acknowledge_due(directive, now=now)
    begins_at = max(now, directive.send_at or now)
    addressees = await stored.add_addressees(
        session,
        directive.id,
        names,
        acknowledge_due_at=due,
        next_reminder_at=receipt_plans.first_step(
            due, directive, since=begins_at, policy=policy, now=now
        ),
        now=now,
    )
    by_unit = {share.unit.id: share for share in shares}
    people = {
        addressee.id: by_unit[addressee.unit_id].people
        for addressee in addressees
        if by_unit[addressee.unit_id].people
    }
    await stored.add_people(session, people)
    for task in tasks:
        first = _first_reminder(task, directive, policy=policy, begins_at=begins_at)
        for addressee in addressees:
            part = by_unit[addressee.unit_id].parts.get(task.id)
            if part is not None:
                session.add(_assignment(task, addressee, part, next_reminder_at=first))
    await session.flush()
    titles = {
        addressee.id: [
            task.short_title for task in tasks if task.id in by_unit[addressee.unit_id].parts
        ]
        for addressee in addressees
    }
    chats = await stored.chats_of_addressees(session, list(titles))
    pairs = [(addressee_id, chat.id) for addressee_id, chat in chats]
    await card_actions.give_first(session, directive, pairs, titles, now=now)
    return Addressed(addressees, len(pairs))


def _assignment(
    task: Task, addressee: Addressee, part: Part, *, next_reminder_at: datetime | None
) -> Assignment:
    state = begins_as(part)
    return Assignment(
        task_id=task.id,
        addressee_id=addressee.id,
        part=part,
        state=state,
        deadline_at=task.deadline_at,
        next_reminder_at=next_reminder_at if state is AssignmentState.OPEN else None,
    )


def _first_reminder(
    task: Task, directive: Directive, *, policy: Policy, begins_at: datetime
) -> datetime | None:
    if task.deadline_at is None:
        return None
    planned = policy.steps(task.deadline_at, directive, plan=task.reminder_plan, since=begins_at)
    step = next_step(planned, after=begins_at)
    return step.at if step else None
