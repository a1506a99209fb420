"""The office's word on what units submitted: one article, or work that was reported done, is
accepted or returned.

Who decides locks the work first, as who submits for it does, so that of two at once the second
meets what the first has made of it. Taking a word back is in `undone_reviews`, accepting all that
is clean in `clean_articles`; who sent something is told by `article_telling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, article_telling, cards, closing, deadlines, extension_ends
from bot.actions.policy import Policy
from bot.actions.reasons import reason_of
from bot.domain.article_review import Entry, ReturnReason
from bot.domain.articles import DECIDED, ReviewKind
from bot.domain.assignments import after_review
from bot.domain.rights import Actor
from bot.domain.states import ArticleState, AssignmentState
from bot.errors import Conflict, NotFound
from bot.storage import article_review, events
from bot.storage.article_review import Counts, Said, Subject
from bot.storage.extensions import of_work
from bot.storage.tables import ReviewDecision


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is returned: a reason of the list, or one in words."""

    reason: ReturnReason | None = None
    words: str | None = None

    @classmethod
    def in_words(cls, text: str) -> Why:
        """As it was typed; InvalidInput if it is no reason, or too long."""
        return cls(words=reason_of(text))


# --- whether it can be decided -------------------------------------------------------------------


async def visible(session: AsyncSession, entry: Entry, *, actor: Actor) -> Subject:
    """What is to be reviewed, of a unit that is theirs."""
    await session.flush()
    subject = await article_review.subject(session, entry)
    if subject is None:
        raise NotFound("refused.gone")
    access.check_unit(actor, subject.addressee.unit_id)
    return subject


async def locked(session: AsyncSession, entry: Entry, *, actor: Actor) -> Subject:
    """The same, locked; Conflict where nothing of the work is decided any more."""
    before = await visible(session, entry, actor=actor)
    await article_review.lock_work(session, [before.assignment.id])
    subject = await visible(session, entry, actor=actor)
    refuse_if_moved(before, subject)
    await refuse_if_asked_no_more(session, subject)
    return subject


def refuse_if_moved(before: Subject, locked: Subject) -> None:
    """Conflict for what went to another task before that of `before` was locked: nobody has locked
    where it is now."""
    if before.assignment.id != locked.assignment.id:
        raise Conflict("article.moved_before")


async def refuse_if_asked_no_more(session: AsyncSession, subject: Subject) -> None:
    """Conflict where nothing of the work changes any more."""
    await closing.refuse_if_over(session, subject.directive)
    if subject.task.removed_in is not None:
        raise Conflict("refused.closed")
    match subject.assignment.state:
        case AssignmentState.CANCELLED:
            raise Conflict("refused.closed")
        case AssignmentState.NOT_APPLICABLE:
            raise Conflict("done.not_applicable")


async def to_decide(session: AsyncSession, entry: Entry, *, actor: Actor) -> Subject:
    """The subject, locked, while it waits for the office's word. Raises Conflict with who decided
    it, or why there is nothing to decide."""
    subject = await locked(session, entry, actor=actor)
    if subject.article is not None:
        if subject.article.state is not ArticleState.RECORDED:
            raise await _decided(session, subject)
        return subject
    if subject.assignment.state is not AssignmentState.SUBMITTED:
        raise await _decided(session, subject)
    if (await article_review.counts(session, subject.assignment.id)).undecided:
        raise Conflict("article.decide_articles_first")
    return subject


async def _decided(session: AsyncSession, subject: Subject) -> Conflict:
    """Who has said what of it before."""
    if subject.article is not None and subject.article.state is ArticleState.WITHDRAWN:
        return Conflict("article.withdrawn_before")
    last = await last_word(session, subject.entry)
    if last is None or last.decision.kind not in DECIDED:
        return Conflict("article.nothing_to_decide")
    accepted = last.decision.kind is ReviewKind.ACCEPTED
    return Conflict(
        "article.accepted_before" if accepted else "article.returned_before", by=last.by
    )


async def last_word(session: AsyncSession, entry: Entry) -> Said | None:
    """What was said of it last, by whomever."""
    said = await article_review.history(session, entry)
    return said[-1] if said else None


# --- deciding ------------------------------------------------------------------------------------


async def accept(session: AsyncSession, entry: Entry, *, actor: Actor, now: datetime) -> Subject:
    """It is as it should be."""
    subject = await to_decide(session, entry, actor=actor)
    if subject.article is not None:
        await accept_articles(session, [subject], actor=actor, now=now)
        return subject
    decision = say(session, subject, ReviewKind.ACCEPTED, actor=actor, now=now)
    subject.assignment.state = AssignmentState.ACCEPTED
    events.add(
        session, "work_accepted", at=now, object_kind="assignment",
        object_id=subject.assignment.id, directive_id=subject.directive.id,
        unit_id=subject.addressee.unit_id,
    )  # fmt: skip
    await redraw(session, subject, now=now)
    await article_telling.tell_of_work(session, subject, decision, now=now)
    return subject


async def accept_articles(
    session: AsyncSession, subjects: Sequence[Subject], *, actor: Actor, now: datetime
) -> None:
    """Accept these, which wait and are locked, and move their work on."""
    for subject in subjects:
        article = subject.article
        assert article is not None  # noqa: S101 - that is what is accepted here
        article.state = ArticleState.ACCEPTED
        article.decided_at, article.decided_by = now, actor.person_id
        article_telling.tell_soon(article, now=now)
        say(session, subject, ReviewKind.ACCEPTED, actor=actor, now=now)
        events.add(
            session, "article_accepted", at=now, object_kind="article", object_id=article.id,
            directive_id=subject.directive.id, unit_id=subject.addressee.unit_id,
        )  # fmt: skip
    await session.flush()
    by_work = {subject.assignment.id: subject for subject in subjects}
    for subject in by_work.values():
        counts = await article_review.counts(session, subject.assignment.id)
        reported_done = is_reported_done(subject, counts)
        subject.assignment.state = state_of(subject, counts, reported_done=reported_done)
    await session.flush()
    for subject in by_work.values():
        await extension_ends.end_pointless(session, of_work(subject.assignment.id), now=now)
    addressees = {subject.addressee.id: subject.addressee for subject in subjects}
    await cards.redraw_work(session, addressees.values(), now=now)


async def return_(
    session: AsyncSession, entry: Entry, why: Why, *, actor: Actor, policy: Policy, now: datetime
) -> Subject:
    """It is not as it should be: the unit is told why, and if too little is left of what it sent
    for the work, that is open again and is reminded of."""
    subject = await to_decide(session, entry, actor=actor)
    article, assignment = subject.article, subject.assignment
    decision = say(session, subject, ReviewKind.RETURNED, actor=actor, now=now, why=why)
    if article is not None:
        article.state = ArticleState.RETURNED
        article.decided_at, article.decided_by = now, actor.person_id
        article_telling.tell_soon(article, now=now)
        await session.flush()
        counts = await article_review.counts(session, assignment.id)
        await move(session, subject, state_of(subject, counts), policy=policy, now=now)
    else:
        await move(session, subject, AssignmentState.OPEN, policy=policy, now=now)
    events.add(
        session, "article_returned" if article else "work_returned", at=now,
        object_kind=entry.kind.value, object_id=entry.id,
        directive_id=subject.directive.id, unit_id=subject.addressee.unit_id,
        reason=f"article.reason_{why.reason}" if why.reason else "reason.other",
    )  # fmt: skip
    await redraw(session, subject, now=now)
    if article is None:
        await article_telling.tell_of_work(session, subject, decision, now=now)
    return subject


# --- what all have in common ---------------------------------------------------------------------


def say(
    session: AsyncSession,
    subject: Subject,
    kind: ReviewKind,
    *,
    actor: Actor,
    now: datetime,
    why: Why | None = None,
) -> ReviewDecision:
    """Add to what was said of it."""
    decision = ReviewDecision(
        assignment_id=subject.assignment.id,
        article_id=subject.article.id if subject.article else None,
        person_id=actor.person_id,
        kind=kind,
        reason_key=why.reason.value if why and why.reason else None,
        reason=why.words if why else None,
        at=now,
    )
    session.add(decision)
    return decision


def is_reported_done(subject: Subject, counts: Counts) -> bool:
    """Whether the unit says that the work is done with fewer than are expected."""
    is_done = subject.assignment.state is not AssignmentState.OPEN
    return is_done and counts.counted < subject.task.expected_articles


def state_of(subject: Subject, counts: Counts, *, reported_done: bool = False) -> AssignmentState:
    """What the work is now."""
    return after_review(
        subject.assignment.state,
        counted=counts.counted,
        accepted=counts.accepted,
        undecided=counts.undecided,
        expected=subject.task.expected_articles,
        reported_done=reported_done,
    )


async def move(
    session: AsyncSession,
    subject: Subject,
    state: AssignmentState,
    *,
    policy: Policy,
    now: datetime,
) -> None:
    """Let the work be in this state, after another number of articles counts: since when it is
    done, or when it is reminded of."""
    assignment = subject.assignment
    was_open = assignment.state is AssignmentState.OPEN
    assignment.state = state
    if state is not AssignmentState.OPEN:
        enough = await article_review.enough_since(
            session, assignment.id, expected=subject.task.expected_articles
        )
        assignment.submitted_at = enough or assignment.submitted_at
        assignment.next_reminder_at = None
    elif not was_open:
        assignment.submitted_at = None
        assignment.next_reminder_at = await deadlines.first_of(
            session, assignment, subject.directive, policy=policy, now=now
        )


async def redraw(session: AsyncSession, subject: Subject, *, now: datetime) -> None:
    """End what the work's new state leaves without a point, and show it on the unit's cards."""
    await extension_ends.end_pointless(session, of_work(subject.assignment.id), now=now)
    await cards.redraw_work(session, [subject.addressee], now=now)
