"""The office takes its last word on an article, or on work as a whole, back: it waits again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import article_telling
from bot.actions.article_review import (
    is_reported_done,
    locked,
    move,
    redraw,
    say,
    state_of,
)
from bot.actions.policy import Policy
from bot.domain.article_review import Entry
from bot.domain.articles import DECIDED, ReviewKind
from bot.domain.rights import Actor
from bot.domain.states import ArticleState, AssignmentState
from bot.errors import Conflict
from bot.storage import article_review, events
from bot.storage.article_review import Said, Subject
from bot.storage.tables import ReviewDecision


async def undo(
    session: AsyncSession, entry: Entry, *, actor: Actor, policy: Policy, now: datetime
) -> Subject:
    """The office's last word on it holds no more. Who was told of that word is told of this;
    Conflict where there is no such word, or where it went on since."""
    subject = await locked(session, entry, actor=actor)
    said = await article_review.history(session, entry)
    if not can_be_undone(subject, said):
        raise Conflict("article.nothing_to_undo")
    decision = say(session, subject, ReviewKind.UNDONE, actor=actor, now=now)
    if subject.article is not None:
        await _undo_article(session, subject, said, policy=policy, now=now)
    else:
        await _undo_work(session, subject)
    await session.flush()
    events.add(
        session, "article_undone" if subject.article else "work_undone", at=now,
        object_kind=entry.kind.value, object_id=entry.id,
        directive_id=subject.directive.id, unit_id=subject.addressee.unit_id,
    )  # fmt: skip
    await redraw(session, subject, now=now)
    if subject.article is None:
        await article_telling.tell_of_work(
            session, subject, decision, now=now, instead_of=said[-1].decision
        )
    return subject


def can_be_undone(subject: Subject, said: Sequence[Said]) -> bool:
    """Whether the last word is the office's and still holds."""
    if not said or said[-1].decision.kind not in DECIDED:
        return False
    if subject.directive.closed_at is not None or subject.task.removed_in is not None:
        return False
    accepted = said[-1].decision.kind is ReviewKind.ACCEPTED
    if subject.article is not None:
        return subject.article.state is (
            ArticleState.ACCEPTED if accepted else ArticleState.RETURNED
        )
    return subject.assignment.state is (
        AssignmentState.ACCEPTED if accepted else AssignmentState.OPEN
    )


async def _undo_article(
    session: AsyncSession,
    subject: Subject,
    said: Sequence[Said],
    *,
    policy: Policy,
    now: datetime,
) -> None:
    article, assignment, undone = subject.article, subject.assignment, said[-1].decision
    assert article is not None  # noqa: S101 - that is what is undone here
    article.state, article.decided_at, article.decided_by = ArticleState.RECORDED, None, None
    article_telling.tell_undone(article, [each.decision for each in said], now=now)
    await session.flush()
    counts = await article_review.counts(session, assignment.id)
    if undone.kind is ReviewKind.ACCEPTED:  # as many count as before
        reported_done = is_reported_done(subject, counts)
        assignment.state = state_of(subject, counts, reported_done=reported_done)
        return
    reported_at = await _reported_at(session, subject, undone)
    state = state_of(subject, counts, reported_done=reported_at is not None)
    assignment.submitted_at = assignment.submitted_at or reported_at
    await move(session, subject, state, policy=policy, now=now)


async def _reported_at(
    session: AsyncSession, subject: Subject, undone: ReviewDecision
) -> datetime | None:
    """When the unit had said that it is done with what it had sent, if that held until this was
    returned: another return had made it void."""
    assignment = subject.assignment
    reported = await article_review.reported(
        session, assignment.id, directive_id=subject.directive.id
    )
    if reported is None or reported[0] > undone.at:
        return None
    is_void = await article_review.other_returns(
        session, assignment.id, since=reported[0], besides=undone.id
    )
    return None if is_void else reported[0]


async def _undo_work(session: AsyncSession, subject: Subject) -> None:
    """It is done, as the unit said, and waits again."""
    assignment = subject.assignment
    if assignment.state is AssignmentState.OPEN:
        reported = await article_review.reported(
            session, assignment.id, directive_id=subject.directive.id
        )
        assignment.submitted_at = reported[0] if reported else None
        assignment.next_reminder_at = None
    assignment.state = AssignmentState.SUBMITTED
