"""A unit's own work: whose it is, reported done without evidence, moved on. What is sent for it is
taken in `submitting` and written down in `recording`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, acknowledgements, closing, extension_ends
from bot.domain.assignments import TAKING
from bot.domain.rights import Actor, Right
from bot.domain.states import AssignmentState, Part
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import assignments, events
from bot.storage.extensions import of_work
from bot.storage.tables import Addressee, Assignment, Chat, Directive, Task

Work = tuple[Assignment, Task, Addressee, Directive]


async def report_done(
    session: AsyncSession, assignment_id: int, *, actor: Actor | None, chat: Chat, now: datetime
) -> tuple[int, str]:
    """The contact says the task is done without a link; the task's number, and the period."""
    found = await own_assignment(session, assignment_id, actor=actor)
    assignment, task, addressee, directive = found
    assert actor is not None  # noqa: S101 - strangers were refused
    if assignment.part is Part.WATCH:
        raise Conflict("link.only_watched")
    _check_applies(assignment)
    if assignment.state is not AssignmentState.OPEN:
        raise Conflict("done.before")
    await move_on(session, assignment, AssignmentState.SUBMITTED, now=now)
    events.add(
        session, "reported_done", at=now, person_id=actor.person_id,
        object_kind="assignment", object_id=assignment_id,
        directive_id=addressee.directive_id, unit_id=addressee.unit_id,
    )  # fmt: skip
    await acknowledgements.keep_with_results(
        session, addressee, directive, person_id=actor.person_id, chat=chat, now=now
    )
    return task.position, assignment.period


def _check_applies(assignment: Assignment) -> None:
    if assignment.state is AssignmentState.NOT_APPLICABLE:
        raise Conflict("done.not_applicable")


def check_takes(assignment: Assignment) -> None:
    """Conflict for work for which nothing can be sent (any more)."""
    if assignment.part is Part.WATCH:
        raise Conflict("link.only_watched")
    _check_applies(assignment)
    if assignment.state not in TAKING:
        raise Conflict("refused.closed")


async def own_assignment(session: AsyncSession, assignment_id: int, *, actor: Actor | None) -> Work:
    """The assignment, locked, with its surroundings, if it is this person's unit's and its
    directive has not ended."""
    work = await _locked(session, assignment_id)
    if actor is None or work[2].unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    await closing.refuse_if_over(session, work[3])
    return work


async def overseen_assignment(
    session: AsyncSession, assignment_id: int, *, actor: Actor, unit_id: int
) -> Work:
    """The same for the office, which enters something for this unit."""
    work = await _locked(session, assignment_id)
    if not actor.may(Right.REVIEW):
        raise NotAllowed("refused.not_yours")
    if work[2].unit_id != unit_id:
        raise NotFound("refused.gone")
    access.check_unit(actor, unit_id)
    await closing.refuse_if_over(session, work[3])
    return work


async def _locked(session: AsyncSession, assignment_id: int) -> Work:
    row = await assignments.assignment_for_update(session, assignment_id)
    if row is None:
        raise NotFound("refused.gone")
    assignment, task, addressee, directive = row
    return assignment, task, addressee, directive


async def move_on(
    session: AsyncSession, assignment: Assignment, state: AssignmentState, *, now: datetime
) -> None:
    """Its state changes; wishes of which nothing can come any more end."""
    await assignments.change_assignment_state(session, assignment.id, state=state, now=now)
    await extension_ends.end_pointless(session, of_work(assignment.id), now=now)
