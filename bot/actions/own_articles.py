"""What a unit can still change of what it has sent, until the directive ends: withdraw it, or send
something else in its place; moving it to another task is in `moved_articles`. What the office has
accepted stays. Any of the unit's contacts may, whoever sent it.

The work is locked first, as by who submits for it and by the office that decides on it; what
becomes of it is decided where the office's decisions are: in `article_review`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import article_review as review
from bot.actions import articles as work
from bot.actions.evidence import Evidence
from bot.actions.policy import Policy
from bot.actions.recording import Recorded, Sender, record
from bot.actions.submitting import trace
from bot.domain.article_review import Entry, EntryKind
from bot.domain.articles import ReviewKind
from bot.domain.assignments import REVIEWED, TAKING
from bot.domain.rights import Actor
from bot.domain.states import ArticleState, AssignmentState
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import article_review, articles, events
from bot.storage.article_review import Subject
from bot.storage.tables import Article

# What the office has accepted is its own; what was withdrawn is sent again if it is to count.
CHANGED = (ArticleState.RECORDED, ArticleState.RETURNED)

# --- whose it is, and whether it can be changed ---------------------------------------------------


async def own(session: AsyncSession, article_id: int, *, actor: Actor) -> Subject:
    """What was sent, with its surroundings, if it is of a unit of this person's."""
    await session.flush()
    subject = await article_review.subject(session, Entry(EntryKind.ARTICLE, article_id))
    if subject is None:
        raise NotFound("refused.gone")
    if subject.addressee.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    return subject


def can_be_changed(subject: Subject) -> bool:
    """Whether the unit can withdraw or move it now."""
    return (
        article_of(subject).state in CHANGED
        and subject.directive.closed_at is None
        and subject.task.removed_in is None
        and subject.assignment.state in REVIEWED
    )


def can_be_replaced(subject: Subject) -> bool:
    """Whether something else can take its place: the work still takes something."""
    return can_be_changed(subject) and subject.assignment.state in TAKING


def article_of(subject: Subject) -> Article:
    """What was sent."""
    assert subject.article is not None  # noqa: S101 - `own` looks for nothing else
    return subject.article


async def to_change(session: AsyncSession, article_id: int, *, actor: Actor) -> Subject:
    """The same, to ask what is to become of it. Conflict with who accepted it, or why nothing of it
    changes."""
    subject = await own(session, article_id, actor=actor)
    await review.refuse_if_asked_no_more(session, subject)
    match article_of(subject).state:
        case ArticleState.ACCEPTED:
            said = await review.last_word(session, subject.entry)
            raise Conflict("own.accepted", by=said.by if said else "–")
        case ArticleState.WITHDRAWN:
            raise Conflict("own.withdrawn_before")
    return subject


async def locked(session: AsyncSession, article_id: int, *others: int, actor: Actor) -> Subject:
    """The same, with its work locked, and `others` that it may go to."""
    before = await own(session, article_id, actor=actor)
    await article_review.lock_work(session, {before.assignment.id, *others})
    subject = await to_change(session, article_id, actor=actor)
    review.refuse_if_moved(before, subject)
    return subject


# --- withdrawing ---------------------------------------------------------------------------------


async def withdraw(
    session: AsyncSession, article_id: int, *, actor: Actor, policy: Policy, now: datetime
) -> Subject:
    """It counts no more; if too little is left, the work is open again and is reminded of."""
    subject = await locked(session, article_id, actor=actor)
    did_count = end(session, subject, ReviewKind.WITHDRAWN, actor=actor, now=now)
    if did_count:
        await settle(session, subject, policy=policy, now=now)
    events.add(
        session, "article_withdrawn", at=now, person_id=actor.person_id, object_kind="article",
        object_id=article_id, directive_id=subject.directive.id,
        unit_id=subject.addressee.unit_id,
    )  # fmt: skip
    await review.redraw(session, subject, now=now)
    return subject


def end(
    session: AsyncSession, subject: Subject, kind: ReviewKind, *, actor: Actor, now: datetime
) -> bool:
    """It counts no more, and what the office said of it is told no more; whether it did count."""
    article = article_of(subject)
    did_count = article.state is ArticleState.RECORDED
    article.state, article.tell_due_at = ArticleState.WITHDRAWN, None
    review.say(session, subject, kind, actor=actor, now=now)
    return did_count


async def settle(
    session: AsyncSession,
    subject: Subject,
    *,
    policy: Policy,
    now: datetime,
    reported_done: bool = False,
) -> None:
    """Another number of articles counts for the work."""
    await session.flush()
    counts = await article_review.counts(session, subject.assignment.id)
    state = review.state_of(subject, counts, reported_done=reported_done)
    await review.move(session, subject, state, policy=policy, now=now)


async def is_reported_done(session: AsyncSession, subject: Subject) -> bool:
    """Whether the unit says that the work is done with fewer than are expected."""
    counts = await article_review.counts(session, subject.assignment.id)
    return review.is_reported_done(subject, counts)


# --- replacing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was withdrawn, and what was recorded in its place."""

    old: Subject
    new: Recorded


async def to_replace(session: AsyncSession, article_id: int, *, actor: Actor) -> Subject:
    """What was sent, to ask what is to take its place."""
    subject = await to_change(session, article_id, actor=actor)
    check_takes(subject)
    return subject


def check_takes(subject: Subject) -> None:
    """Conflict for work for which nothing can be sent (any more)."""
    if subject.assignment.state is AssignmentState.ACCEPTED:
        raise Conflict("own.work_accepted", position=subject.task.position)
    work.check_takes(subject.assignment)


async def replace(
    session: AsyncSession,
    article_id: int,
    evidence: Evidence,
    *,
    sender: Sender,
    policy: Policy,
    now: datetime,
) -> Replaced:
    """This evidence takes its place, for the same work. Nothing is lost where it is refused:
    Conflict for what was sent for this work before."""
    actor = sender.actor
    subject = await locked(session, article_id, actor=actor)
    check_takes(subject)
    await _refuse_known(session, subject, evidence)
    reported_done = await is_reported_done(session, subject)
    end(session, subject, ReviewKind.REPLACED, actor=actor, now=now)
    await session.flush()
    if evidence.album is not None:
        await trace(session, [evidence], sender=sender, now=now)
    recorded = await record(session, subject.assignment.id, [evidence], sender=sender, now=now)
    (newer,) = await articles.with_keys(session, subject.assignment.id, [evidence.key])
    newer.replaces_id = article_id
    await settle(session, subject, policy=policy, now=now, reported_done=reported_done)
    events.add(
        session, "article_replaced", at=now, person_id=actor.person_id, object_kind="article",
        object_id=article_id, directive_id=subject.directive.id,
        unit_id=subject.addressee.unit_id,
    )  # fmt: skip
    await review.redraw(session, subject, now=now)
    return Replaced(subject, recorded)


async def _refuse_known(session: AsyncSession, subject: Subject, evidence: Evidence) -> None:
    """The same again takes no place, nor what counts beside it."""
    known = await articles.with_keys(session, subject.assignment.id, [evidence.key])
    for each in known:
        if each.id == article_of(subject).id:
            raise Conflict("own.the_same")
        if each.state is not ArticleState.WITHDRAWN and each.state is not ArticleState.RETURNED:
            raise Conflict("own.sent_before")
