"""What a unit has sent goes to another task of the same unit, where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import article_review as review
from bot.actions.own_articles import article_of, check_takes, is_reported_done, locked, own, settle
from bot.actions.policy import Policy
from bot.actions.submitting import asked_now
from bot.domain.article_review import Entry, EntryKind
from bot.domain.articles import ReviewKind
from bot.domain.assignments import TAKING, by_deadline
from bot.domain.rights import Actor
from bot.domain.states import ArticleState
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import article_review, assignments, directives, events, own_articles
from bot.storage.article_review import Subject
from bot.storage.assignments import TaskState
from bot.storage.tables import Directive


@dataclass(frozen=True, slots=True)
class Target:
    """A task that something may be moved to."""

    directive: Directive
    task: TaskState


async def targets(session: AsyncSession, subject: Subject, *, now: datetime) -> list[Target]:
    """The open tasks of the unit beside the article's own: of the same directive first, then by
    the deadline."""
    rows = await directives.open_addressees_of_units(
        session, [subject.addressee.unit_id], begun_by=now
    )
    by_addressee = {addressee.id: directive for addressee, directive in rows}
    states = await assignments.task_states(session, addressee_ids=list(by_addressee))
    found = [
        Target(by_addressee[task.addressee_id], task)
        for task in asked_now(states)
        if task.state in TAKING
        and not task.is_watched
        and task.assignment_id != subject.assignment.id
    ]

    def place(target: Target) -> tuple[bool, int, tuple[bool, float]]:
        is_other = target.directive.id != subject.directive.id
        return is_other, target.directive.id, by_deadline(target.task.deadline_at)

    return sorted(found, key=place)


async def move(
    session: AsyncSession,
    article_id: int,
    assignment_id: int,
    *,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> Subject:
    """It is for another task of the same unit, where it waits for the office's word; when it was
    sent stays, unless it was returned. Conflict where that task has it already."""
    subject = await locked(session, article_id, assignment_id, actor=actor)
    target = await _target(session, assignment_id, subject, actor=actor)
    article, did_count = article_of(subject), article_of(subject).state is ArticleState.RECORDED
    reported_done = await is_reported_done(session, target)
    article.assignment_id, article.tell_due_at = target.assignment.id, None
    if not did_count:  # it was returned: there it begins anew
        article.state, article.submitted_at = ArticleState.RECORDED, now
        article.decided_at = article.decided_by = None
    moved = await own(session, article_id, actor=actor)
    decision = review.say(session, moved, ReviewKind.MOVED, actor=actor, now=now)
    decision.moved_from_id = subject.assignment.id
    if did_count:
        await settle(session, subject, policy=policy, now=now)
    await settle(session, moved, policy=policy, now=now, reported_done=reported_done)
    events.add(
        session, "article_moved", at=now, person_id=actor.person_id, object_kind="article",
        object_id=article_id, directive_id=moved.directive.id, unit_id=moved.addressee.unit_id,
    )  # fmt: skip
    await review.redraw(session, subject, now=now)
    await review.redraw(session, moved, now=now)
    return moved


async def _target(
    session: AsyncSession, assignment_id: int, subject: Subject, *, actor: Actor
) -> Subject:
    """The work it goes to, which takes something of this unit and has not had this."""
    found = await article_review.subject(session, Entry(EntryKind.WORK, assignment_id))
    if found is None:
        raise NotFound("refused.gone")
    unit_id = found.addressee.unit_id
    if unit_id not in actor.unit_ids or unit_id != subject.addressee.unit_id:
        raise NotAllowed("refused.not_your_unit")
    await review.refuse_if_asked_no_more(session, found)
    check_takes(found)
    if found.assignment.id == subject.assignment.id:
        raise Conflict("own.there_already", position=found.task.position)
    if await own_articles.has_key(session, assignment_id, article_of(subject).url_key):
        raise Conflict("own.there_before", position=found.task.position)
    return found
